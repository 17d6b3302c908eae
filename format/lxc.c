/* SPDX-License-Identifier: MIT
 *
 * Write a policy for LXC's lxc.seccomp.profile, version 2: a call a line, which
 * is for all ABIs of the machine.  A line with conditions needs an action.  LXC
 * loads the filter before it executes the container's program, so its own calls
 * in between are allowed, too.
 */
#include "format/readers.h"
#include "format/writers.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "format/call_name.h"
#include "format/calls_text.h"
#include "format/caps.h"
#include "format/reader.h"
#include "format/scan.h"
#include "lib/out.h"
#include "lib/util.h"
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

/* --- the reader */

/* Parse "[0,2,==]" or "[1,1,&=,15]", behind the bracket. */
static int
read_lxc_test(struct scan *s)
{
	static const char ops[] = "!=\0<=\0>=\0==\0&=\0<\0>\0SCMP_CMP_NE\0"
	    "SCMP_CMP_LE\0SCMP_CMP_GE\0SCMP_CMP_EQ\0SCMP_CMP_MASKED_EQ\0"
	    "SCMP_CMP_LT\0SCMP_CMP_GT\0";
	static const uint8_t op[] = {
		OP_NE, OP_LE, OP_GE, OP_EQ, OP_MASKED_EQ, OP_LT, OP_GT,
	};
	struct policy_test t = { .mask = 0 };
	uint64_t arg;
	int i = 0;

	if (!scan_number(s, &arg) || arg > 5 || !scan_number(s, &t.value))
		return scan_error(s, "number out of range");
	while (!scan_token(s, util_word(ops, i)))
		if (++i == 2 * (int)sizeof op)
			return scan_error(s, "unknown operator");
	t.arg = (uint8_t)arg;
	t.op = op[i % (int)sizeof op];
	if (!scan_token(s, "]") &&
	    (!scan_number(s, &t.mask) || !scan_token(s, "]")))
		return scan_error(s, scan_unexpected);
	t.value &= t.op == OP_MASKED_EQ ? t.mask : UINT64_MAX;
	return reader_add_test(s->reader, &t) < 0 ?
	    scan_error(s, reader_no_room) : 0;
}

static int
read_section(struct scan *s)
{
	scan_word(s);
	s->reader->abis = util_word_index("all\0ALL\0", s->word) < 0 ?
	    (unsigned)scan_abi(s) : READER_FOREIGN - 1;
	if (!s->reader->abis)
		return -1;
	return scan_token(s, "]") ? 0 : scan_error(s, scan_unexpected);
}

/* "read", "ioctl errno 1 [1,21522,==]" */
static int
read_lxc_call(struct scan *s, int action)
{
	/* a word of LXC's own */
	static const struct policy_test force = { 1, OP_MASKED_EQ, 1, 1 };
	char name[SCAN_WORD_MAX];

	s->reader->n_tests = 0;
	scan_word(s);
	if (!strcmp(s->word, "reject_force_umount")) {
		memcpy(s->word, "umount2", sizeof "umount2");
		s->reader->test[s->reader->n_tests++] = force;
		action = EACCES;
	}
	memcpy(name, s->word, sizeof name);
	if (scan_word(s) && (action = scan_action(s)) < 0)
		return -1;
	while (scan_token(s, "["))
		if (read_lxc_test(s) < 0)
			return -1;
	memcpy(s->word, name, sizeof name);
	return scan_call(s, action);
}

/* A section's name restricts its calls to an ABI, as LXC documents it, though
 * LXC 4 and later take them for all. */
int
lxc_read(struct reader *r, size_t len)
{
	static const char kinds[] =
	    "allowlist\0whitelist\0denylist\0blacklist\0";
	struct scan s;
	int kind, action, more;

	scan_init(&s, r, len);
	scan_line(&s);
	scan_word(&s);
	r->abis = *s.word == '1' ? 1 : READER_FOREIGN - 1;
	if (scan_line(&s) < 0)
		return -1;
	scan_word(&s);
	kind = util_word_index(kinds, s.word);
	if (kind < 0)
		return scan_error(&s, "expected allowlist or denylist");
	r->policy->action = kind < 2 ? ACTION_KILL : ACTION_ALLOW;
	action = kind < 2 ? ACTION_ALLOW : ACTION_KILL;
	if (scan_word(&s) && (r->policy->action = scan_action(&s)) < 0)
		return -1;
	while ((more = scan_line(&s)) > 0)
		if ((scan_token(&s, "[") ? read_section(&s) :
		    read_lxc_call(&s, action)) < 0)
			return -1;
	return more;
}
