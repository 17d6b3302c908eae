/* SPDX-License-Identifier: MIT
 *
 * What a call outside the policy gets.  Errno numbers differ between
 * architectures, so the names are those of the C library's headers.
 */
#include "abi.h"
#include "action.h"
#include "policy.h"
#include "util.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

/* kept without the E: as an argument the macro EPERM would become 1 */
static const char names[] =
#define E(name) "E" #name "\0"
#include "errnos.h"
#undef E
;
static const uint16_t numbers[] = {
#define E(name) E##name,
#include "errnos.h"
#undef E
};

int
action_parse(const char *s)
{
	const char *name = names;
	unsigned long n;
	size_t i;

	if (!strcmp(s, "kill"))
		return ACTION_KILL;
	if (!strcmp(s, "log"))
		return ACTION_LOG;
	if (parse_num(s, ACTION_LOG - 1, &n) == 0)
		return (int)n;
	for (i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		if (!strcmp(name, s))
			return numbers[i];
		name += strlen(name) + 1;
	}
	return -1;
}
