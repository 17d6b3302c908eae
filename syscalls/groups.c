/* SPDX-License-Identifier: MIT
 *
 * The groups of system calls that systemd's SystemCallFilter= and firejail know.
 */
#include "syscalls/groups.h"

#include <stdint.h>

#include "lib/util.h"
#include "syscalls/groups_table.h"
#include "syscalls/ids.h"

uint64_t
groups_classes(const char *name)
{
	/* @ is no class: it stands for all */
	static const char groups[] = GROUPS "known\0@\0";
	int i = util_word_index(groups, name);
	const char *class = i < 0 ? "" : util_word(groups, i + 1);
	uint64_t classes = 0;

	for (; *class; class++)
		classes |= *class == '@' ? UINT64_MAX : 1ull << (*class & 63);
	return classes;
}

uint64_t
groups_class(unsigned id)
{
#define CLASS(class, name) [ID_##name] = (class) & 63,
	static const uint8_t class_of[ID_END] = { CLASSES(CLASS) };

	return id ? 1ull << class_of[id] : 0;
}
