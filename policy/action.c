/* SPDX-License-Identifier: MIT
 *
 * What a call outside the policy gets.
 */
#include "policy/action.h"

#include <string.h>

#include "lib/errors.h"
#include "lib/util.h"
#include "policy/policy.h"

int
action_parse(const char *s)
{
	unsigned long n;

	if (!strcmp(s, "kill"))
		return ACTION_KILL;
	if (!strcmp(s, "log"))
		return ACTION_LOG;
	if (util_parse_number(s, ACTION_LOG - 1, &n) == 0)
		return (int)n;
	return error_number(s);
}
