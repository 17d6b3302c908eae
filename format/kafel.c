/* SPDX-License-Identifier: MIT
 *
 * Write a policy in Kafel, the language that nsjail reads.  Its names are those
 * of the kernel's functions, so write numbers, with the names as comments.
 */
#include "format/writers.h"

#include <stddef.h>

#include "format/call_name.h"
#include "format/calls_text.h"
#include "format/caps.h"
#include "lib/out.h"
#include "policy/args.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

static void
write_kafel_action(struct out *o, int action)
{
	if (action == ACTION_KILL)
		out_str(o, "KILL_PROCESS");
	else if (action == ACTION_LOG)
		out_str(o, "LOG");
	else
		out_fmt(o, "ERRNO(%d)", action);
}

static void
write_comment(struct out *o, uint32_t nr, const struct policy_rule **rules,
    int n)
{
	const char *name = abi_name(0, nr);
	bool any = false;
	int i;

	out_str(o, " /* ");
	if (name)
		out_str(o, name);
	else
		out_fmt(o, "$%d", (int)nr);
	for (i = 0; i < n; i++)
		any |= args_write_names(o, any ? ", " : ": ", rules[i], "");
	out_str(o, " */");
}

static void
write_kafel_call(struct out *o, const struct policy *p,
    const struct policy_call *c)
{
	static const struct policy_rule *rules[POLICY_RULES_MAX];
	int n = caps_rules(p, KAFEL_CAPS, 0, c->nr, rules), i;

	out_fmt(o, "\t\tSYSCALL[%d]", (int)c->nr);
	for (i = 0; i < n; i++) {
		out_str(o, i ? " || " :
		    "(arg0, arg1, arg2, arg3, arg4, arg5) { ");
		call_name_write_tests(o, rules[i], NULL);
	}
	if (n)
		out_str(o, " }");
	write_comment(o, c->nr, rules, n);
}

static void
write_kafel_override(struct out *o, const struct policy_call *c, int action)
{
	out_str(o, "\n\t},\n\t");
	write_kafel_action(o, action);
	out_fmt(o, " {\n\t\tSYSCALL[%d]", (int)c->nr);
	write_comment(o, c->nr, NULL, 0);
}

void
kafel_write(struct out *o, const struct policy *p)
{
	static const struct calls_text text = {
		KAFEL_CAPS, ",\n", write_kafel_call, write_kafel_override,
		false,
	};

	calls_text_write_incomplete(o, p, "//");
	out_str(o, "POLICY utrace {\n\tALLOW {\n");
	calls_text_write(o, &text, p, 0, "");
	out_str(o, "\n\t}\n}\nUSE utrace DEFAULT ");
	write_kafel_action(o, caps_action(KAFEL_CAPS, p->action));
	out_char(o, '\n');
}
