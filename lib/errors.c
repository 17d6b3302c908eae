/* SPDX-License-Identifier: MIT
 *
 * Names and texts of errnos.  The C library's texts are 2 KiB; these are the
 * few that a user of utrace can meet.
 */
#include "lib/errors.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/util.h"

/* The names without their E: as a macro's argument EPERM would become 1. */
static const char names[] =
#define E(name, text) "E" #name "\0"
#include "lib/errnos.h"
#undef E
;
static const char texts[] =
#define E(name, text) text "\0"
#include "lib/errnos.h"
#undef E
;
/* The numbers come from the headers because they differ between architectures.
 * Where two names share a number, the first one wins. */
static const uint16_t numbers[] = {
#define E(name, text) E##name,
#include "lib/errnos.h"
#undef E
};
enum { N_ERRORS = sizeof numbers / sizeof *numbers };

static int
error_index(int error)
{
	int i;

	for (i = 0; i < N_ERRORS; i++)
		if (numbers[i] == error)
			return i;
	return -1;
}

const char *
error_name(int error)
{
	int i = error_index(error);

	return i < 0 ? NULL : util_word(names, i);
}

const char *
error_text(int error)
{
	int i = error_index(error);
	const char *text = i < 0 ? "unknown error" : util_word(texts, i);

	return *text ? text : util_word(names, i);
}

int
error_number(const char *name)
{
	int i = util_word_index(names, name);

	return i < 0 ? -1 : numbers[i];
}
