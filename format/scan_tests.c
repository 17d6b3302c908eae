/* SPDX-License-Identifier: MIT
 *
 * The conditions of the text formats: "arg0 == 2 && (arg1 & 15) == 1", with the
 * values that they name.
 */
#include "format/scan.h"

#include <string.h>

#include "format/reader.h"
#include "lib/util.h"
#include "policy/args.h"
#include "policy/policy.h"

enum { CONSTANTS_MAX = 256 };   /* kafel's, in a file */
static struct { const char *name; uint64_t value; } constants[CONSTANTS_MAX];

void
scan_define(struct scan *s)
{
	const char *name;

	if (!scan_word(s) || strlen(s->word) == sizeof s->word - 1)
		scan_error(s, "unexpected character");
	name = s->token;
	if (s->n_constants == CONSTANTS_MAX)
		scan_error(s, "too many constants");
	else
		constants[s->n_constants].value = scan_number(s);
	if (!s->failed)
		constants[s->n_constants++].name = name;
}

bool
scan_constant(const struct scan *s, uint64_t *value)
{
	size_t len = strlen(s->word);
	int i;

	for (i = 0; i < s->n_constants; i++) {
		*value = constants[i].value;
		/* a blank or comment ends the name */
		if (!strncmp(constants[i].name, s->word, len) &&
		    !scan_is_word(constants[i].name[len]))
			return true;
	}
	return false;
}

/* Read "1", "AF_INET", "PROT_READ|PROT_WRITE" or "~1". */
static uint64_t
read_value(struct scan *s)
{
	uint64_t value = 0, v = 0;
	bool inverted;

	do {
		inverted = scan_token(s, "~");
		if (((unsigned)*s->at | 0x20) - 'a' > 25) {
			v = scan_number(s);
		} else {
			scan_word(s);
			if (!(s->free_form ? scan_constant(s, &v) :
			    args_value(s->word, &v)))
				scan_error_word(s, "unknown constant", s->word);
		}
		value |= inverted ? ~v : v;
		scan_token(s, "");
	} while (*s->at == '|' && s->at[1] != '|' && s->at++);
	return value;
}

/* the argument that s->word names; -1: none */
static int
arg_index(const struct scan *s)
{
	struct scan names = *s;
	int i;

	names.at = s->args;
	for (i = 0; i < 6 && scan_word(&names); i++)
		if (!strcmp(names.word, s->word))
			return i;
	return -1;
}

int
scan_operator(struct scan *s)
{
	static const char ops[] = "!=\0<=\0>=\0==\0&=\0<\0>\0";
	static const uint8_t op[] = {
		OP_NE, OP_LE, OP_GE, OP_EQ, OP_MASKED_EQ, OP_LT, OP_GT,
	};
	int i;

	for (i = 0; i < (int)sizeof op; i++)
		if (scan_token(s, util_word(ops, i)))
			return op[i];
	return -1;
}

/* Add tests for all bits of a mask but the highest, and leave that one: one of
 * them is enough.  false: the rule has other tests, too. */
static bool
split_bits(struct reader *r, struct policy_test *t)
{
	uint64_t bits = t->mask;

	for (; bits & (bits - 1); bits &= bits - 1) {
		r->alternatives = true;
		t->mask = t->value = bits & -bits;
		reader_add_test(r, t);
	}
	t->mask = t->value = bits;
	return bits;
}

/* Parse "arg0 == 2" or "(arg1 & 15) == 1".  minijail's "arg1 & 6" and kafel's
 * "(arg1 & 6) != 0" hold if one of the bits is set, minijail's "arg1 in 6" if
 * no other one is.  false: it is no test of these, or a policy has none like
 * it. */
static bool
parse_test(struct scan *s, struct policy_test *t)
{
	bool paren = scan_token(s, "("), masked;
	int arg, op;

	scan_word(s);
	arg = arg_index(s);
	*t = (struct policy_test){ .arg = (uint8_t)arg, .op = OP_MASKED_EQ };
	if (arg < 0 && s->free_form && *s->word)
		scan_error_word(s, "undeclared argument", s->word);
	if (arg < 0)
		return false;
	if (scan_token(s, "in")) {
		t->mask = ~read_value(s);
		return !paren;
	}
	masked = scan_token(s, "&");
	if (masked) {
		t->mask = read_value(s);
		if (paren)
			scan_expect(s, ")");
		paren = false;
	}
	op = scan_operator(s);
	if (op < 0)
		return masked && split_bits(s->reader, t);
	t->value = read_value(s);
	if (paren)
		scan_expect(s, ")");
	if (!masked)
		t->op = (uint8_t)op;
	else if (op == OP_NE && !t->value)
		return split_bits(s->reader, t);
	else if (op == OP_NE && !(t->mask & (t->mask - 1)))
		t->value ^= t->mask;
	else if (op != OP_EQ)
		return false;
	return masked || op != OP_MASKED_EQ;
}

void
scan_tests(struct scan *s)
{
	struct reader *r = s->reader;
	struct policy_test t;
	int n = 0;

	r->n_tests = 0;
	r->alternatives = false;
	do {
		if (!parse_test(s, &t))
			scan_error(s, "expected a test such as arg0 == 2");
		/* never true, and libseccomp would compare masked bits only */
		else if (t.op == OP_MASKED_EQ && t.value & ~t.mask)
			scan_error(s, "the value has bits outside the mask");
		/* minijail needs several tests for one mask */
		else if (!(n && policy_join_tests(&r->test[r->n_tests - 1],
		    &t)) && reader_add_test(r, &t) < 0)
			scan_error(s, reader_no_room);
		/* a rule has alternatives or several tests */
		if (n++ && r->alternatives)
			scan_error(s, scan_cant);
	} while (scan_token(s, "&&"));
}
