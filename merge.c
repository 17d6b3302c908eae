/* SPDX-License-Identifier: MIT
 *
 * Policies without a program: their union, which also converts one, and what
 * differs between two.
 */
#include "util.h"
#include "abi.h"
#include "policy.h"
#include "widen.h"
#include "policy_in.h"
#include "format.h"
#include "result.h"
#include "attach.h"
#include "options.h"
#include "text_out.h"
#include "merge.h"

#include <string.h>

enum { DIFFERENT = 1 << 8, TROUBLE = 2 << 8 };

int
merge(const struct options *o)
{
	static struct policy p;
	static struct result r;
	char **path;

	p.action = ACTION_NONE;
	for (path = o->argv; *path; path++)
		if (policy_in_file(&p, *path, WHY_SEEN, false) < 0)
			return FAILED;
	p.action_chosen = o->action_chosen;
	if (o->action_chosen || p.action == ACTION_NONE)
		p.action = o->action;
	if (widen(&p, o->widen) < 0)
		warn("-w: more than %d conditions on arguments: not all is "
		    "added", POLICY_RULES_MAX);
	r = o->result;
	if (result_write(&r, &p) < 0) {
		result_rescue(&r, &p);
		return FAILED;
	}
	format_losses(r.format, &p);
	return 0;
}

static bool
has_unknown(const struct policy *p, const char *name)
{
	const char *s = NULL;

	while ((s = policy_unknown(p, s)))
		if (!strcmp(s, name))
			return true;
	return false;
}

int
compare(const struct options *o)
{
	static struct policy old, new, both;
	static struct policy_call calls[POLICY_CALLS_MAX];
	const struct policy_call *c = calls;
	const char *name = NULL;
	struct out out;
	bool same = true;
	char sign;
	int n;

	if (policy_in_file(&old, o->argv[0], WHY_SEEN, false) < 0 ||
	    policy_in_file(&new, o->argv[1], WHY_SEEN, false) < 0)
		return TROUBLE;
	if (policy_merge(&both, &old) < 0 || policy_merge(&both, &new) < 0) {
		warn("more than there is room for");
		return TROUBLE;
	}
	out_init(&out, 1);
	for (n = policy_list(&both, BY_NAME, calls); n > 0; n--, c++) {
		sign = policy_change(&old, &new, c->abi, c->nr);
		if (!sign)
			continue;
		same = false;
		out_char(&out, sign);
		text_call(&out, c);
		out_char(&out, '\n');
	}
	while ((name = policy_unknown(&both, name))) {
		if (has_unknown(&old, name) == has_unknown(&new, name))
			continue;
		same = false;
		out_fmt(&out, "%s%s\n", has_unknown(&new, name) ? "+" : "-",
		    name);
	}
	if (out_flush(&out) < 0) {
		warn("standard output:");
		return TROUBLE;
	}
	return same ? 0 : DIFFERENT;
}
