/* SPDX-License-Identifier: MIT
 *
 * What messages, the list and the table call a system call: its name, the
 * reason why it is in a policy, its argument rules.
 */
#include "format/call_name.h"

#include <stddef.h>
#include <string.h>

#include "image/reach.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/util.h"
#include "policy/args.h"
#include "policy/policy.h"
#include "policy/widen.h"
#include "syscalls/abi.h"

const char *
call_name_reason(const struct policy_call *c)
{
	if (c->reasons & REASON_SEEN)
		return NULL;
	if (!IS_SMALL && (c->reasons & REASON_WIDENED))
		return widen_reason(c->reasons);
	return c->reasons & REASON_ALWAYS ? "always" : "known";
}

void
call_name_write_origin(struct out *o, const struct policy *p,
    const struct policy_call *c)
{
	int reasons = c->reasons & (REASON_SEEN | REASON_WIDENED);

	if (p->reach && reasons && !(reasons & ~REASON_FILES))
		reach_write_reason(o, ": ", p->reach, reasons & REASON_CODE,
		    abi_name_id(c->abi, c->nr));
}

void
call_name_write(struct out *o, const struct policy_call *c)
{
	abi_write_call(o, c->abi, c->nr);
}

static void
write_value(struct out *o, const struct policy_rule *r, uint64_t v)
{
	if (abis[r->abi].bits == 32)
		v = (uint32_t)v;
	/* small numbers as people write them */
	out_fmt(o, v < 4096 ? "%llu" : "0x%llx", (unsigned long long)v);
}

void
call_name_write_test(struct out *o, const struct policy_rule *r, int arg,
    const char *op, uint64_t value)
{
	out_fmt(o, "arg%d %s ", arg, op);
	write_value(o, r, value);
}

static void
write_masked_as_in_c(struct out *o, const struct policy_rule *r,
    const struct policy_test *t)
{
	out_char(o, '(');
	call_name_write_test(o, r, t->arg, "&", t->mask);
	out_str(o, ") == ");
	write_value(o, r, t->value);
}

const char call_name_ops[][3] = { "!=", "<", "<=", "==", ">=", ">" };

void
call_name_write_tests(struct out *o, const struct policy_rule *r,
    void (*write_masked)(struct out *, const struct policy_rule *,
    const struct policy_test *))
{
	const struct policy_test *t = r->test;

	if (!write_masked)
		write_masked = write_masked_as_in_c;
	for (; t < r->test + r->n; t++) {
		if (t > r->test)
			out_str(o, " && ");
		if (t->op == OP_MASKED_EQ)
			write_masked(o, r, t);
		else
			call_name_write_test(o, r, t->arg,
			    call_name_ops[t->op], t->value);
	}
}

void
call_name_write_rule(struct out *o, const struct policy_rule *r)
{
	call_name_write(o, &(struct policy_call){ .nr = r->nr,
	    .abi = r->abi });
	if (r->n) {
		out_char(o, '(');
		call_name_write_tests(o, r, NULL);
		out_char(o, ')');
	}
	if (!IS_SMALL)
		args_write_names(o, " [", r, "]");
}

const char *
call_name_next_strange(const struct policy *p, const char *last)
{
	while ((last = policy_next_unknown(p, last)))
		if (!abi_id(last) && util_word_index(abi_musl_names, last) < 0)
			break;
	return last;
}

void
call_name_write_strange(struct out *o, const struct policy *p)
{
	const char *name = NULL, *separator = "";

	while ((name = call_name_next_strange(p, name))) {
		out_str(o, separator);
		separator = ", ";
		if (o->len + strlen(name) + sizeof ", ...\n" > sizeof o->buf) {
			out_str(o, "...");
			break;
		}
		out_str(o, name);
	}
}
