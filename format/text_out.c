/* SPDX-License-Identifier: MIT
 *
 * The formats that are not JSON: the list, the consumers' own, the filter.
 * Knows nothing of taps.
 */
#include "format/text_out.h"

#include <errno.h>
#include <string.h>

#include "format/caps.h"
#include "lib/errors.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/uapi.h"
#include "policy/args.h"
#include "policy/filter.h"
#include "policy/policy.h"
#include "policy/widen.h"
#include "syscalls/abi.h"

static const struct policy_rule *rules[POLICY_RULES_MAX];
static const char and[] = " && ";

const char *
call_name_reason(const struct policy_call *c)
{
	if (c->reasons & REASON_SEEN)
		return NULL;
	if (c->reasons & REASON_WIDENED)
		return widen_reason(c->reasons);
	return c->reasons & REASON_ALWAYS ? "always" : "known";
}

void
call_name_write(struct out *o, const struct policy_call *c)
{
	const char *name = abi_name(c->abi, c->nr);

	if (c->abi) {
		out_str(o, abis[c->abi].name);
		out_char(o, ':');
	}
	if (name)
		out_str(o, name);
	else
		out_num(o, (int32_t)c->nr);
}

/* a comment that caps so */
static void
incomplete(struct out *o, const struct policy *p, const char *comment)
{
	if (p->incomplete)
		out_fmt(o, "%s incomplete\n", comment);
}

static void
write_value(struct out *o, const struct policy_rule *r, uint64_t v)
{
	if (abis[r->abi].bits == 32)
		v = (uint32_t)v;
	/* small ones as people write them */
	out_fmt(o, v < 4096 ? "%llu" : "0x%llx", (unsigned long long)v);
}

static void
write_test(struct out *o, const struct policy_rule *r, int arg, const char *op,
    uint64_t v)
{
	out_fmt(o, "arg%d %s ", arg, op);
	write_value(o, r, v);
}

/* minijail has "some of these bits" and "no other bits than these" */
static void
minijail_masked(struct out *o, const struct policy_rule *r,
    const struct policy_test *t)
{
	uint64_t zeros = t->mask & ~t->value, ones = t->mask & t->value;

	write_test(o, r, t->arg, "in", ~zeros);
	for (; ones; ones &= ones - 1) {
		out_str(o, and);
		write_test(o, r, t->arg, "&", ones & -ones);
	}
}

/* "arg0 == 2 && (arg1 & 15) == 1" */
static void
write_rule(struct out *o, const struct policy_rule *r, bool minijail)
{
	static const char ops[][3] = { "!=", "<", "<=", "==", ">=", ">" };
	const struct policy_test *t = r->test;

	for (; t < r->test + r->n; t++) {
		if (t > r->test)
			out_str(o, and);
		if (t->op != OP_MASKED_EQ) {
			write_test(o, r, t->arg, ops[t->op], t->value);
		} else if (minijail) {
			minijail_masked(o, r, t);
		} else {
			out_char(o, '(');
			write_test(o, r, t->arg, "&", t->mask);
			out_str(o, ") == ");
			write_value(o, r, t->value);
		}
	}
}

/* a call and one of its rules, if there is one */
static void
write_conditional(struct out *o, const struct policy_call *c,
    const struct policy_rule *r)
{
	call_name_write(o, c);
	if (r) {
		out_char(o, '(');
		write_rule(o, r, false);
		out_char(o, ')');
	}
}

void
call_name_write_rule(struct out *o, const struct policy_rule *r)
{
	write_conditional(o, &(struct policy_call){ .nr = r->nr,
	    .abi = r->abi }, r->n ? r : NULL);
	args_write_names(o, " [", r, "]");
}

/* names that this build lacks, from *next up to the call; those of other ABIs
 * last */
static void
write_unknown(struct out *o, const struct policy *p, const char **next,
    const struct policy_call *c)
{
	const char *name = c && c->abi == 0 ? abi_name(0, c->nr) : NULL;

	for (; *next && (!c || (name && strcmp(*next, name) < 0));
	    *next = policy_next_unknown(p, *next))
		out_fmt(o, "%s\n", *next);
}

void
list_write(struct out *o, const struct policy *p)
{
	const char *why, *unknown = policy_next_unknown(p, NULL);
	struct policy_list list;
	struct policy_call c;
	int i, k;
	const struct policy_rule *r;

	incomplete(o, p, "#");
	policy_list_make(&list, p, BY_NAME);
	for (i = 0; i < list.n; i++) {
		c = policy_list_call(&list, i);
		write_unknown(o, p, &unknown, &c);
		k = caps_rules(p, LIST_CAPS, c.abi, c.nr, rules);
		do {
			r = k ? rules[--k] : NULL;
			write_conditional(o, &c, r);
			why = call_name_reason(&c);
			if (why)
				out_fmt(o, "\t%s", why);
			if (r)
				args_write_names(o, "\t", r, "");
			out_char(o, '\n');
		} while (k);
	}
	write_unknown(o, p, &unknown, NULL);
}

/* What differs between the others is mostly how a call is written: %c its
 * name, or number behind a $, %n its number, %r the rules, %s the names of the
 * values in them as a comment, %a its action. */
static const struct dialect {
	unsigned caps;
	const char *call, *next, *refusal;
} systemd = {
	SYSTEMD_CAPS, "SystemCallFilter=%c\n", "", "SystemCallFilter=~%c:%a\n",
}, minijail = {
	MINIJAIL_CAPS, "%s%c: %r\n", "", "%c: return %a\n",
}, firejail = {
	FIREJAIL_CAPS, "%c", ",", ",%c:%a",
}, kafel = {
	/* its names are those of the kernel's functions, so numbers */
	KAFEL_CAPS, "\t\tSYSCALL[%n]%r /* %c%s */", ",\n",
	"\n\t},\n\t%a {\n\t\tSYSCALL[%n] /* %c */",
};

static void
write_action(struct out *o, const struct dialect *d, int action)
{
	bool caps = d == &kafel;

	if (action == ACTION_KILL)
		out_str(o, caps ? "KILL_PROCESS" : "kill");
	else if (action == ACTION_LOG)
		out_str(o, caps ? "LOG" : "log");
	else if (d->caps & CAPS_NAMED_ERRNO)
		out_str(o, error_name(action));
	else
		out_fmt(o, caps ? "ERRNO(%d)" : "%d", action);
}

static void
write_rules(struct out *o, const struct dialect *d, const struct policy *p,
    uint32_t nr)
{
	int n = caps_rules(p, d->caps, 0, nr, rules), i;
	const struct policy_override *r = p->overrides;

	if (d == &minijail && !n)
		out_char(o, '1');
	if (d == &kafel && n)
		out_str(o, "(arg0, arg1, arg2, arg3, arg4, arg5) { ");
	for (i = 0; i < n; i++) {
		if (i)
			out_str(o, " || ");
		write_rule(o, rules[i], d == &minijail);
	}
	if (d == &kafel && n)
		out_str(o, " }");
	if (d == &minijail && n)
		for (; r < p->overrides + p->n_overrides; r++)
			if (r->nr == nr && caps_override(p, d->caps, r) > 0)
				out_fmt(o, "; return %d", r->action);
}

/* minijail has lines of comment */
static void
write_names(struct out *o, const struct dialect *d, const struct policy *p,
    uint32_t nr)
{
	int n = caps_rules(p, d->caps, 0, nr, rules), i;
	const char *before = d == &minijail ? "# " : ": ";
	bool any = false;

	for (i = 0; i < n; i++)
		any |= args_write_names(o, any ? ", " : before, rules[i], "");
	if (any && d == &minijail)
		out_char(o, '\n');
}

static void
write_as(struct out *o, const struct dialect *d, const struct policy *p,
    const struct policy_call *c, const char *how, int action)
{
	const char *name = abi_name(c->abi, c->nr);

	for (; *how; how++) {
		if (*how != '%')
			out_char(o, *how);
		else if (*++how == 'a')
			write_action(o, d, action);
		else if (*how == 'r')
			write_rules(o, d, p, c->nr);
		else if (*how == 's')
			write_names(o, d, p, c->nr);
		else if (*how == 'c' && name)
			out_str(o, name);
		else
			out_fmt(o, *how == 'c' ? "$%d" : "%d", (int)c->nr);
	}
}

/* a name that stands for the native call, too, and was written for that */
static bool
again(const struct policy *p, const struct policy_call *c)
{
	const char *name = abi_name(c->abi, c->nr);
	int64_t nr = c->abi && name ? abi_nr(0, name) : -1;

	return nr >= 0 && policy_reasons(p, 0, (uint32_t)nr);
}

/* those of an ABI, or the names of all, -1; first before the first */
static void
write_calls(struct out *o, const struct dialect *d, const struct policy *p,
    int abi, const char *first)
{
	const struct policy_override *r = p->overrides;
	struct policy_call c, refused = { .nr = 0 };
	struct policy_list list;
	int i, action;

	policy_list_make(&list, p, BY_NAME);
	for (i = 0; i < list.n; i++) {
		c = policy_list_call(&list, i);
		if (!caps_has_call(d->caps, c.abi, c.nr) ||
		    (abi < 0 ? again(p, &c) : c.abi != abi))
			continue;
		out_str(o, first);
		first = d->next;
		write_as(o, d, p, &c, d->call, 0);
	}
	for (; r < p->overrides + p->n_overrides; r++) {
		action = caps_override(p, d->caps, r);
		if (action < 0 || action == caps_action(d->caps, p->action) ||
		    (abi >= 0 && r->abi != abi) ||
		    (d == &minijail && policy_reasons(p, r->abi, r->nr)))
			continue;
		refused.abi = r->abi;
		refused.nr = r->nr;
		write_as(o, d, p, &refused, d->refusal, action);
	}
}

/* A drop-in: empty assignments undo what the unit caps.  The manager adds
 * @default to any list; a name that it does not know gets a warning. */
void
systemd_write(struct out *o, const struct policy *p)
{
	int action = caps_action(SYSTEMD_CAPS, p->action), i;

	incomplete(o, p, "#");
	out_str(o, "[Service]\nSystemCallFilter=\n");
	write_calls(o, &systemd, p, -1, "");
	out_str(o, "SystemCallErrorNumber=");
	if (action)
		out_num(o, action);
	out_str(o, "\nSystemCallArchitectures=\n"
	    "SystemCallArchitectures=native");
	for (i = 1; i < abi_count; i++)
		if (policy_uses(p, i))
			out_fmt(o, " %s", strcmp(abis[i].name, "i386") ?
			    abis[i].name : "x86");
	out_char(o, '\n');
}

/* a file is for one ABI; minijail0's options say what refused calls get */
void
minijail_write(struct out *o, const struct policy *p)
{
	incomplete(o, p, "#");
	write_calls(o, &minijail, p, 0, "");
}

/* A profile, since an argument may not be as long.  The filter for the native
 * ABI lets all others through, which is what the second line is against.  Up to
 * 2026 firejail makes another filter for the native ABI of seccomp.32.keep, so
 * the native names have to stand there, too. */
void
firejail_write(struct out *o, const struct policy *p)
{
	const char *second = "\nseccomp.block-secondary";
	int i;

	incomplete(o, p, "#");
	write_calls(o, &firejail, p, 0, "seccomp.keep ");
	for (i = 1; i < abi_count; i++)
		if (caps_has_abi(FIREJAIL_CAPS, i) && policy_uses(p, i)) {
			write_calls(o, &firejail, p, -1, "\nseccomp.32.keep ");
			second = "";
		}
	out_fmt(o, "%s\nseccomp-error-action ", second);
	write_action(o, &firejail, caps_action(FIREJAIL_CAPS, p->action));
	out_char(o, '\n');
}

void
kafel_write(struct out *o, const struct policy *p)
{
	incomplete(o, p, "//");
	out_str(o, "POLICY utrace {\n\tALLOW {\n");
	write_calls(o, &kafel, p, 0, "");
	out_str(o, "\n\t}\n}\nUSE utrace DEFAULT ");
	write_action(o, &kafel, caps_action(KAFEL_CAPS, p->action));
	out_char(o, '\n');
}

void
bpf_write(struct out *o, const struct policy *p)
{
	static struct uapi_sock_filter code[FILTER_MAX];
	int n = filter_build(p, 0, code, FILTER_MAX);

	if (n < 0) {
		log_warn("bpf: more than %d instructions", FILTER_MAX);
		o->error = E2BIG;
		return;
	}
	out_mem(o, (const char *)code, (size_t)n * sizeof *code);
}
