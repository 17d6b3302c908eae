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

/* Read "0,2,==]" or "1,1,&=,15]". */
static void
read_lxc_test(struct scan *s)
{
	struct policy_test t = { .mask = 0 };
	uint64_t arg = scan_number(s);
	int op;

	t.arg = (uint8_t)arg;
	t.value = scan_number(s);
	op = scan_token(s, "SCMP_CMP_") && scan_word(s) ?
	    reader_operator(s->word) : scan_operator(s);
	t.op = (uint8_t)op;
	if (!scan_token(s, "]")) {
		t.mask = scan_number(s);
		scan_expect(s, "]");
	}
	/* libseccomp ignores the mask of other operators */
	if (op != OP_MASKED_EQ)
		t.mask = 0;
	else
		t.value &= t.mask;
	if (op < 0 || arg > 5 || reader_add_test(s->reader, &t) < 0)
		scan_error(s, scan_cant);
}

/* Read "read" or "ioctl errno 1 [1,21522,==]". */
static void
read_lxc_call(struct scan *s, int action)
{
	/* a word of LXC's own */
	static const struct policy_test force = { 1, OP_MASKED_EQ, 1, 1 };
	bool is_own;

	scan_word(s);
	/* LXC ignores a name that something else ends */
	if (*s->at != ' ' && *s->at != '\n' && s->at < s->end &&
	    s->reader->abis != 1)
		scan_error(s, scan_no_name);
	is_own = !strcmp(s->word, "reject_force_umount");
	if (is_own)
		memcpy(s->word, "umount2", sizeof "umount2");
	scan_call(s);
	if (is_own) {
		s->reader->test[s->reader->n_tests++] = force;
		action = EACCES;
	}
	if (scan_word(s))
		action = scan_action(s);
	while (scan_token(s, "["))
		read_lxc_test(s);
	scan_add(s, action);
}

/* A section's name restricts its calls to an ABI, as LXC documents it, though
 * LXC 4 and later take them for all. */
int
lxc_read(struct reader *r, size_t len)
{
	static const char kinds[] =
	    "allowlist\0whitelist\0denylist\0blacklist\0";
	enum { DENYLIST = 2 };
	struct scan s;
	int kind;

	scan_init(&s, r, len);
	r->reject_counts = true;
	scan_line(&s);
	scan_word(&s);
	r->abis = *s.word == '1' ? 1 : READER_FOREIGN - 1;
	reader_close_abis(r, r->abis, ACTION_KILL);
	scan_line(&s);
	scan_word(&s);
	kind = util_word_index(kinds, s.word);
	if (kind < 0)
		scan_error(&s, "expected allowlist or denylist");
	r->policy->action = scan_word(&s) ? scan_action(&s) :
	    kind < DENYLIST ? ACTION_KILL : ACTION_ALLOW;
	while (scan_line(&s)) {
		if (!scan_token(&s, "[")) {
			read_lxc_call(&s, kind < DENYLIST ? ACTION_ALLOW :
			    ACTION_KILL);
			continue;
		}
		scan_word(&s);
		r->abis = util_word_index("all\0ALL\0", s.word) < 0 ?
		    scan_abi(&s) : READER_FOREIGN - 1;
		scan_expect(&s, "]");
	}
	return -s.failed;
}
