/* SPDX-License-Identifier: MIT
 *
 * Write a policy in Kafel, the language that nsjail reads.  Its names are those
 * of the kernel's functions, so write numbers, with the names as comments.
 */
#include "format/readers.h"
#include "format/writers.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "format/call_name.h"
#include "format/calls_text.h"
#include "format/caps.h"
#include "format/reader.h"
#include "format/scan.h"
#include "lib/out.h"
#include "lib/util.h"
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

/* --- the reader */

enum { ARGS_MAX = 512 };        /* characters of the arguments of a call */

/* Kafel has the names of the kernel's functions: newstat, but newfstatat is the
 * call's own name.  Those of ABIs with 32 bits, where chown is chown32, are not
 * known here. */
static void
fix_name(char *name)
{
	size_t len = strlen(name);

	if (!strncmp(name, "new", 3) && abi_nr(0, name + 3) >= 0)
		memmove(name, name + 3, len - 2);
	else if (!strcmp(name, "umount"))
		memcpy(name + len, "2", 2);
	else if (!strcmp(name, "sendfile64") && abi_nr(0, name) < 0)
		name[len - 2] = '\0';
}

/* Does a comma precede what is next? */
static bool
is_after_comma(struct scan *s)
{
	scan_token(s, "");
	return s->comma == s->at;
}

/* Read "ON x86_64" or "ON {x86_64, arm}".  Is the rule for this machine?  Its
 * names of other ABIs are not those of ours. */
static bool
read_guard(struct scan *s)
{
	bool ours = false, list;

	if (is_after_comma(s) || !scan_word(s))
		return true;
	if (strcmp(s->word, "ON") != 0)
		scan_error(s, "expected a comma");
	list = scan_token(s, "{");
	while (scan_word(s)) {
		ours |= !strcmp(s->word, abis[0].name);
		if (!list)
			return ours;
	}
	scan_expect(s, list ? "}" : abis[0].name);
	return ours;
}

/* Read "write(fd) { fd == 1 || fd == 2 }": each alternative is a rule.  A comma
 * is an or, too. */
static void
read_kafel_call(struct scan *s, int action)
{
	bool tests, ours;
	uint64_t nr;

	if (scan_constant(s, &nr)) {
		scan_call(s);
		scan_call_number(s, nr);
	} else {
		fix_name(s->word);
		scan_call(s);
	}
	if (!strcmp(s->word, "SYSCALL")) {
		scan_expect(s, "[");
		scan_call_number(s, scan_number(s));
		scan_expect(s, "]");
	}
	s->args = ")";
	if (scan_token(s, "(")) {
		s->args = s->at;
		while (scan_word(s))
			;
		/* each test reads them */
		if (s->at - s->args > ARGS_MAX)
			scan_error(s, reader_no_room);
		scan_expect(s, ")");
	}
	ours = read_guard(s);
	s->reader->ignored[IGNORED_MACHINE] += !ours && s->reader->abis == 1;
	tests = !is_after_comma(s) && scan_token(s, "{") && !scan_token(s, "}");
	do {
		s->reader->n_tests = 0;
		if (tests)
			scan_tests(s);
		if (ours)
			scan_add(s, action);
	} while (tests && !s->failed &&
	    (scan_token(s, "||") || is_after_comma(s)));
	if (tests)
		scan_expect(s, "}");
	if (!is_after_comma(s) && *s->at != '}')
		scan_error(s, "expected a comma");
}

/* All policies of a file must be used. */
static void
read_policies(struct scan *s)
{
	int policies = 0, action;
	bool uses = false;

	while (scan_word(s) || scan_token(s, "}") || scan_token(s, "#")) {
		if (!*s->word) {
			if (s->at[-1] == '#') {
				scan_expect(s, "define");
				scan_define(s);
			}
		} else if (!strcmp(s->word, "POLICY")) {
			policies++;
			scan_word(s);
			scan_expect(s, "{");
		} else if (!strcmp(s->word, "USE")) {
			uses = true;
		} else if (!strcmp(s->word, "DEFAULT")) {
			uses = false;
			scan_word(s);
			s->reader->policy->action = scan_action(s);
		} else if (uses && scan_token(s, "") &&
		    *s->at != '{' && *s->at != '(') {
			policies--;
		} else {
			uses = false;
			action = scan_action(s);
			scan_expect(s, "{");
			while (scan_word(s))
				read_kafel_call(s, action);
			scan_expect(s, "}");
		}
	}
	if (policies)
		scan_error(s, "expected a USE of each POLICY");
	if (s->at < s->end)
		scan_expect(s, "POLICY");
}

/* Twice: the default action comes last. */
int
kafel_read(struct reader *r, size_t len)
{
	struct scan s;
	int pass;

	r->policy->action = ACTION_KILL;
	r->first_counts = true;
	for (pass = 0; pass < 2; pass++) {
		scan_init(&s, r, len);
		s.free_form = true;
		if (!pass)
			r->abis = READER_FOREIGN;
		read_policies(&s);
		if (s.failed)
			return -1;
	}
	r->native = true;
	reader_close_abis(r, reader_native_arch(), ACTION_KILL);
	return 0;
}
