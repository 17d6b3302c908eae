/* SPDX-License-Identifier: MIT
 *
 * Write a policy for LXC's lxc.seccomp.profile, version 2: a call a line, which
 * is for all ABIs of the machine.  A line with conditions needs an action.  LXC
 * loads the filter before it executes the container's program, so its own calls
 * in between are allowed, too.
 */
#include "format/writers.h"

#include <stdbool.h>
#include <string.h>

#include "format/call_name.h"
#include "format/calls_text.h"
#include "format/caps.h"
#include "lib/out.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

static void
write_lxc_action(struct out *o, int action)
{
	out_fmt(o, action ? " errno %d\n" : " kill\n", action);
}

static void
write_lxc_rule(struct out *o, const struct policy_rule *r)
{
	const struct policy_test *t;
	bool masked;

	out_str(o, " allow ");
	for (t = r->test; t < r->test + r->n; t++) {
		masked = t->op == OP_MASKED_EQ;
		out_fmt(o, masked ? "[%d,%llu,%s,%llu]" : "[%d,%llu,%s]",
		    t->arg, (unsigned long long)t->value,
		    masked ? "&=" : call_name_ops[t->op],
		    (unsigned long long)t->mask);
	}
}

static void
write_lxc_call(struct out *o, const struct policy *p,
    const struct policy_call *c)
{
	static const struct policy_rule *rules[POLICY_RULES_MAX];
	int n = caps_rules(p, LXC_CAPS, c->abi, c->nr, rules), i = 0;

	do {
		out_str(o, abi_name(c->abi, c->nr));
		if (n)
			write_lxc_rule(o, rules[i]);
		out_char(o, '\n');
	} while (++i < n);
}

static void
write_lxc_override(struct out *o, const struct policy_call *c, int action)
{
	out_str(o, abi_name(c->abi, c->nr));
	write_lxc_action(o, action);
}

static void
write_own_calls(struct out *o, const struct policy *p, const char *names)
{
	for (; *names; names += strlen(names) + 1)
		if (caps_lacks_call(p, names))
			out_fmt(o, "%s\n", names);
}

void
lxc_write(struct out *o, const struct policy *p)
{
	static const struct calls_text text = {
		LXC_CAPS, "", write_lxc_call, write_lxc_override, false,
	};

	out_str(o, "2\nallowlist");
	write_lxc_action(o, caps_action(LXC_CAPS, p->action));
	calls_text_write_incomplete(o, p, "#");
	out_str(o, "[all]\n");
	calls_text_write(o, &text, p, -1, "");
	out_str(o, "# LXC itself\n");
	write_own_calls(o, p, caps_runc_calls);
	write_own_calls(o, p, "dup\0dup2\0fchmod\0getuid\0setsid\0");
}
