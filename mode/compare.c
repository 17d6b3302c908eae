/* SPDX-License-Identifier: MIT
 *
 * -d: print what differs between two policies.
 */
#include "mode/compare.h"

#include <string.h>

#include "format/call_name.h"
#include "format/policy_file.h"
#include "lib/log.h"
#include "lib/out.h"
#include "mode/options.h"
#include "mode/status.h"
#include "policy/policy.h"
#include "policy/widen.h"

/* Which widening adds a call that only the new policy allows: the one that did,
 * or one that would have added it to the old policy; NULL: none. */
static const char *
foresight(const struct policy *old, const struct policy *new,
    const struct policy_call *c)
{
	static struct policy widened;
	int reasons = policy_reasons(new, c->abi, c->nr);

	if (reasons & REASON_SEEN) {
		widened = *old;
		widen(&widened, REASON_WIDENED);
		reasons = policy_reasons(&widened, c->abi, c->nr);
	}
	return widen_reason((unsigned)reasons);
}

/* Do the conditions of a call allow more in the old policy than in the new
 * one? */
static bool
allows_more(const struct policy *old, const struct policy *new,
    const struct policy_call *c)
{
	static struct policy rest;

	policy_copy(&rest, old);
	rest.set = SET_SUBTRACT;
	return policy_merge(&rest, new) < 0 ||
	    policy_reasons(&rest, c->abi, c->nr);
}

int
compare_run(const struct options *o)
{
	static struct policy old, new, both;
	struct policy_list list;
	struct policy_call c;
	const char *name = NULL, *reason;
	struct out out;
	bool same = true;
	char sign;
	int i;

	old.may_deny = new.may_deny = true;
	if (policy_file_read(&old, o->argv[0], REASON_SEEN, false) < 0 ||
	    policy_file_read(&new, o->argv[1], REASON_SEEN, false) < 0)
		return STATUS_TROUBLE;
	if (policy_expand(&old) < 0 || policy_expand(&new) < 0 ||
	    policy_merge(&both, &old) < 0 || policy_merge(&both, &new) < 0) {
		log_warn("more than there is room for");
		return STATUS_TROUBLE;
	}
	out_init(&out, 1);
	policy_list_make(&list, &both, BY_NAME);
	for (i = 0; policy_list_call(&list, i, &c); i++) {
		sign = policy_change(&old, &new, c.abi, c.nr);
		/* the same in other words is no change */
		if (!sign || (sign == '~' && !allows_more(&old, &new, &c) &&
		    !allows_more(&new, &old, &c)))
			continue;
		same = false;
		out_char(&out, sign);
		call_name_write(&out, &c);
		reason = sign == '+' ? foresight(&old, &new, &c) : NULL;
		if (reason)
			out_fmt(&out, "\tforeseeable: %s", reason);
		out_char(&out, '\n');
	}
	while ((name = policy_next_unknown(&both, name))) {
		if (policy_has_unknown(&old, name) == policy_has_unknown(&new, name))
			continue;
		same = false;
		out_fmt(&out, "%s%s\n", policy_has_unknown(&new, name) ? "+" : "-",
		    name);
	}
	if (out_flush(&out) < 0) {
		log_warn("standard output:");
		return STATUS_TROUBLE;
	}
	return same ? 0 : STATUS_DIFFERENT;
}
