/* SPDX-License-Identifier: MIT
 *
 * What a call outside the policy gets.
 */
#include "abi.h"
#include "action.h"
#include "policy.h"
#include "util.h"

#include <string.h>

int
action_parse(const char *s)
{
	unsigned long n;

	if (!strcmp(s, "kill"))
		return ACTION_KILL;
	if (!strcmp(s, "log"))
		return ACTION_LOG;
	if (parse_num(s, ACTION_LOG - 1, &n) == 0)
		return (int)n;
	return error_number(s);
}
