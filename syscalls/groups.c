/* SPDX-License-Identifier: MIT
 *
 * The groups of system calls that systemd's SystemCallFilter= knows.
 */
#include "syscalls/groups.h"

#include <stdint.h>
#include <string.h>

#include "lib/util.h"
#include "syscalls/groups_table.h"
#include "syscalls/ids.h"

const char *
groups_classes(const char *name)
{
	/* ~ is no class: it stands for all */
	static const char groups[] = GROUPS "known\0~\0";
	int i = util_word_index(groups, name);

	return i < 0 ? NULL : util_word(groups, i + 1);
}

bool
groups_have(const char *classes, unsigned id)
{
#define CLASS(class, name) [ID_##name] = class,
	static const char class_of[ID_END] = { CLASSES(CLASS) };

	return id && (*classes == '~' ||
	    (class_of[id] && strchr(classes, class_of[id])));
}
