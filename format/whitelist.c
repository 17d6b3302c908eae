/* SPDX-License-Identifier: MIT
 *
 * Write procd's first format: an array of names and one action.  Its loader
 * looks up each name and skips those that it does not know, so a number can be
 * in the array too, as a string.  json_policy.c reads it.
 */
#include "format/writers.h"

#include <stddef.h>

#include "format/caps.h"
#include "format/json_names.h"
#include "json_out.h"
#include "lib/out.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

static void
write_calls(struct json *j, const struct policy *p)
{
	const char *unknown = policy_next_unknown(p, NULL);
	struct policy_list list;
	struct policy_call c;
	unsigned id;
	int i;

	policy_list_make(&list, p, BY_NR);
	for (i = 0; policy_list_call(&list, i, &c); i++) {
		if (c.abi != 0)
			break;
		id = abi_name_id(0, c.nr);
		if (id) {
			json_names_write(j, WHITELIST_CAPS, id);
		} else {
			json_begin_value(j, NULL);
			out_fmt(j->out, "\"%d\"", (int)c.nr);
		}
	}
	json_names_write_unknown(j, p, &unknown, NULL);
}

void
whitelist_write(struct out *o, const struct policy *p)
{
	struct json j;

	json_init(&j, o);
	json_open(&j, NULL, '{');
	json_open(&j, "whitelist", '[');
	write_calls(&j, p);
	json_close(&j, ']');
	json_number(&j, "policy", caps_action(WHITELIST_CAPS, p->action));
	if (p->incomplete)
		json_bool(&j, "complete", false);
	json_close(&j, '}');
}
