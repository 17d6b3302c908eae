/* SPDX-License-Identifier: MIT
 *
 * Names of calls in the JSON formats.
 */
#include "format/json_names.h"

#include <string.h>

#include "format/caps.h"
#include "json_out.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

/* A procd that was built with musl knows some calls by musl's name only.  Its
 * loader skips names that it does not know, so both can be in a file. */
void
json_names_write(struct json *j, unsigned caps, unsigned id)
{
	const char *name;

	json_string(j, NULL, abi_id_name(id));
	name = caps & CAPS_MUSL_NAMES ? abi_musl_name(0, id) : NULL;
	if (name)
		json_string(j, NULL, name);
}

void
json_names_write_unknown(struct json *j, const struct policy *p,
    const char **next, const char *before)
{
	for (; *next && (!before || strcmp(*next, before) < 0);
	    *next = policy_next_unknown(p, *next))
		if (!strchr(*next, ':'))
			json_string(j, NULL, *next);
}
