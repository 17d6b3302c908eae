/* SPDX-License-Identifier: MIT
 *
 * Write a policy for minijail0.  A file is for one ABI.  minijail0's options
 * say which action the other calls get.
 */
#include "format/writers.h"

#include <stddef.h>
#include <stdint.h>

#include "format/call_name.h"
#include "format/calls_text.h"
#include "format/caps.h"
#include "lib/out.h"
#include "policy/args.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

/* minijail has two tests of masked arguments: "&", some of these bits are set,
 * and "in", no other bits than these are set. */
static void
write_masked(struct out *o, const struct policy_rule *r,
    const struct policy_test *t)
{
	uint64_t zeros = t->mask & ~t->value, ones = t->mask & t->value;

	call_name_write_test(o, r, t->arg, "in", ~zeros);
	for (; ones; ones &= ones - 1) {
		out_str(o, " && ");
		call_name_write_test(o, r, t->arg, "&", ones & -ones);
	}
}

/* a comment is a line of its own, before the call's */
static void
write_value_names(struct out *o, const struct policy_rule **rules, int n)
{
	bool any = false;
	int i;

	for (i = 0; i < n; i++)
		any |= args_write_names(o, any ? ", " : "# ", rules[i], "");
	if (any)
		out_char(o, '\n');
}

static void
write_errno(struct out *o, const struct policy *p, uint32_t nr)
{
	const struct policy_override *r = p->overrides;

	for (; r < p->overrides + p->n_overrides; r++)
		if (r->nr == nr && caps_override(p, MINIJAIL_CAPS, r) > 0)
			out_fmt(o, "; return %d", r->action);
}

static void
write_minijail_call(struct out *o, const struct policy *p,
    const struct policy_call *c)
{
	static const struct policy_rule *rules[POLICY_RULES_MAX];
	int n = caps_rules(p, MINIJAIL_CAPS, 0, c->nr, rules), i;

	write_value_names(o, rules, n);
	out_fmt(o, "%s: ", abi_name(0, c->nr));
	if (!n)
		out_char(o, '1');
	for (i = 0; i < n; i++) {
		if (i)
			out_str(o, " || ");
		call_name_write_tests(o, rules[i], write_masked);
	}
	if (n)
		write_errno(o, p, c->nr);
	out_char(o, '\n');
}

static void
write_minijail_override(struct out *o, const struct policy_call *c, int action)
{
	out_fmt(o, action ? "%s: return %d\n" : "%s: return kill\n",
	    abi_name(0, c->nr), action);
}

void
minijail_write(struct out *o, const struct policy *p)
{
	static const struct calls_text text = {
		MINIJAIL_CAPS, "", write_minijail_call,
		write_minijail_override, true,
	};

	calls_text_write_incomplete(o, p, "#");
	calls_text_write(o, &text, p, 0, "");
}
