/* SPDX-License-Identifier: MIT
 *
 * The action for calls that a policy does not allow, as the user writes it.
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
