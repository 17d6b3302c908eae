/* SPDX-License-Identifier: MIT
 *
 * Write a policy for minijail0.  A file is for one ABI.  minijail0's options
 * say which action the other calls get.
 */
#include "format/readers.h"
#include "format/writers.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "format/call_name.h"
#include "format/calls_text.h"
#include "format/caps.h"
#include "format/policy_file.h"
#include "format/reader.h"
#include "format/scan.h"
#include "lib/out.h"
#include "lib/util.h"
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

/* --- the reader */

/* Read "1", "return 38", or "arg0 == 2 && arg1 & 1 || arg0 == 1; return 22". */
static void
read_expression(struct scan *s)
{
	int action = ACTION_ALLOW;

	do {
		s->reader->n_tests = 0;
		if (scan_token(s, "arg")) {
			s->at = s->token;
			scan_tests(s);
		} else if (!scan_token(s, "1")) {
			scan_word(s);
			action = scan_action(s);
		}
		scan_add(s, action);
	} while (scan_token(s, "||") || scan_token(s, ";"));
}

/* Read the file that this one includes, by a path from this one's folder. */
static void
include(struct scan *s)
{
	char path[256];
	size_t len;

	/* a file that includes itself would repeat what is wrong */
	if (s->failed) {
		scan_skip_line(s);
		return;
	}
	scan_token(s, "");
	len = strcspn(s->at, " \t\r\n");
	if (len >= sizeof path) {
		scan_error(s, scan_cant);
		return;
	}
	memcpy(path, s->at, len);
	path[len] = '\0';
	if (policy_file_include(s->reader, s->at, path, minijail_read) < 0) {
		/* after a message */
		s->failed = true;
		s->at = s->end;
		return;
	}
	s->at += len;
}

/* minijail0's options give the default action; @default does so, too. */
int
minijail_read(struct reader *r, size_t len)
{
	static const char words[] =
	    "@frequency\0@default\0@include\0@denylist\0";
	enum { FREQUENCY, DEFAULT, INCLUDE, DENYLIST };
	struct scan s;
	int word;

	scan_init(&s, r, len);
	s.is_minijail = true;
	while (scan_line(&s)) {
		scan_word(&s);
		word = util_word_index(words, s.word);
		if (word == FREQUENCY) {
			scan_skip_line(&s);
		} else if (word == DEFAULT) {
			scan_word(&s);
			r->policy->action = scan_action(&s);
		} else if (word == INCLUDE) {
			include(&s);
		} else if (word == DENYLIST) {
			r->policy->action = ACTION_ALLOW;
		} else {
			scan_call(&s);
			scan_expect(&s, ":");
			read_expression(&s);
		}
	}
	reader_close_abis(r, reader_native_arch(), ACTION_KILL);
	return -s.failed;
}
