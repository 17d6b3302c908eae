/* SPDX-License-Identifier: MIT
 *
 * What the readers of text formats share.  The formats differ in what separates
 * the calls and how they say that one is allowed; words, numbers, actions and
 * conditions are alike, so that each format's reader is a few lines beside its
 * writer.
 */
#include "format/scan.h"

#include <errno.h>
#include <string.h>

#include "format/reader.h"
#include "lib/util.h"
#include "policy/action.h"
#include "policy/policy.h"

const char scan_cant[] = "utrace can't express this";
const char scan_no_test[] = "expected a test such as arg0 == 2";
const char scan_no_name[] = "not the name of a system call";
const char scan_unexpected[] = "unexpected character";

/* --- words */

static void
skip_blanks(struct scan *s)
{
	const char *end;

	for (;;) {
		s->at += strspn(s->at, s->free_form ? ", \t\r\n" : ", \t\r");
		if (!strncmp(s->at, "\\\n", 2))
			s->at += 2;
		else if (s->free_form && !strncmp(s->at, "//", 2))
			scan_skip_line(s);
		else if (s->free_form && !strncmp(s->at, "/*", 2) &&
		    (end = strstr(s->at, "*/")))
			s->at = end + 2;
		else
			break;
	}
	s->token = s->at;
}

void
scan_init(struct scan *s, struct reader *r, size_t len)
{
	*s = (struct scan){
		.reader = r, .at = r->text, .end = r->text + len,
		.args = "arg0 arg1 arg2 arg3 arg4 arg5)",
	};
	scan_token(s, "\xef\xbb\xbf");
	r->n_tests = 0;
	r->alternatives = false;
	r->abis = 1;
}

int
scan_error(const struct scan *s, const char *what)
{
	return reader_error(s->reader, s->token, what);
}

void
scan_skip_line(struct scan *s)
{
	const char *first = s->at;

	while (s->at < s->end && *s->at != '\n')
		s->at++;
	if (s->at - first < 14 && s->at - first > 11 &&
	    !strncmp(s->at - 11, " incomplete", 11))
		s->reader->policy->incomplete = true;
}

int
scan_line(struct scan *s)
{
	bool in_line = s->in_line;

	for (;; s->at++, in_line = false) {
		skip_blanks(s);
		if (*s->at == '#' || *s->at == ';')
			scan_skip_line(s);
		if (*s->at != '\n')
			break;
	}
	s->in_line = true;
	if (s->at == s->end)
		return 0;
	return in_line ? scan_error(s, scan_unexpected) : 1;
}

bool
scan_token(struct scan *s, const char *token)
{
	size_t len = strlen(token);

	skip_blanks(s);
	if (strncmp(s->at, token, len) != 0)
		return false;
	s->at += len;
	return true;
}

bool
scan_word(struct scan *s)
{
	size_t len = 0;
	char c;

	skip_blanks(s);
	for (; (c = *s->at); s->at++) {
		if ((unsigned)c - '0' > 9 && ((unsigned)c | 0x20) - 'a' > 25 &&
		    !strchr("_-.@$", c))
			break;
		if (len < sizeof s->word - 1)
			s->word[len++] = c;
	}
	s->word[len] = '\0';
	return len > 0;
}

/* --- conditions */

bool
scan_number(struct scan *s, uint64_t *v)
{
	bool inverted = scan_token(s, "~"), minus = scan_token(s, "-");
	bool hex = scan_token(s, "0x");
	const char *first = s->at;
	unsigned d;

	for (*v = 0; ; s->at++) {
		d = (unsigned char)*s->at - '0';
		if (d > 9 && hex)
			d = ((unsigned char)*s->at | 0x20) - 'a' + 10;
		if (d > (hex ? 15 : 9))
			break;
		if (*v > (hex ? UINT64_MAX / 16 : UINT64_MAX / 10))
			return false;
		*v *= hex ? 16 : 10;
		if (*v > UINT64_MAX - d)
			return false;
		*v += d;
	}
	s->token = first;
	if (s->at == first || (!hex && *first == '0' && s->at > first + 1) ||
	    (minus && *v > (uint64_t)INT64_MIN))
		return false;
	*v = inverted ? ~*v : minus ? -*v : *v;
	return true;
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

/* Parse "arg0 == 2" or "(arg1 & 15) == 1".  minijail's "arg1 & 4" holds if one
 * of the bits is set, its "arg1 in 4" if no other one is. */
static bool
parse_test(struct scan *s, struct policy_test *t)
{
	static const char ops[] = "!=\0<=\0>=\0==\0<\0>\0";
	static const uint8_t op[] = {
		OP_NE, OP_LE, OP_GE, OP_EQ, OP_LT, OP_GT,
	};
	bool paren = scan_token(s, "("), one_bit;
	int arg, i;

	scan_word(s);
	arg = arg_index(s);
	*t = (struct policy_test){ .arg = (uint8_t)arg, .op = OP_MASKED_EQ };
	if (arg < 0)
		return false;
	if (scan_token(s, "in")) {
		if (!scan_number(s, &t->mask))
			return false;
		t->mask = ~t->mask;
		return !paren;
	}
	if (scan_token(s, "&")) {
		if (!scan_number(s, &t->mask) || (paren && !scan_token(s, ")")))
			return false;
		paren = false;
	} else {
		t->op = OP_NE;
	}
	one_bit = t->mask && !(t->mask & (t->mask - 1));
	for (i = 0; i < (int)sizeof op && !scan_token(s, util_word(ops, i)); )
		i++;
	if (i == sizeof op) {
		t->value = t->mask;
		return one_bit;
	}
	if (!scan_number(s, &t->value))
		return false;
	if (t->op != OP_MASKED_EQ) {
		t->op = op[i];
	} else if (op[i] == OP_NE && one_bit) {
		t->value ^= t->mask;
	} else if (op[i] != OP_EQ) {
		return false;
	}
	return !paren || scan_token(s, ")");
}

int
scan_tests(struct scan *s)
{
	struct policy_test t, *before;

	s->reader->n_tests = 0;
	do {
		before = s->reader->n_tests ?
		    &s->reader->test[s->reader->n_tests - 1] : NULL;
		if (!parse_test(s, &t))
			return scan_error(s, scan_no_test);
		/* never true, and libseccomp would compare masked bits only */
		if (t.op == OP_MASKED_EQ && t.value & ~t.mask)
			return scan_error(s,
			    "the value has bits outside the mask");
		if (t.op == OP_MASKED_EQ && before && before->arg == t.arg &&
		    before->op == t.op && !(before->mask & t.mask)) {
			/* minijail needs several for one mask */
			before->mask |= t.mask;
			before->value |= t.value;
		} else if (reader_add_test(s->reader, &t) < 0)
			return scan_error(s, reader_no_room);
	} while (scan_token(s, "&&"));
	return 0;
}

/* --- actions and calls */

int
scan_action(struct scan *s)
{
	/* an errno follows two of them; the kernel fails the next four with
	 * ENOSYS if nobody answers */
	static const char words[] = "allow\0errno\0return\0trace\0notify\0"
	    "user_notif\0user_notify\0kill_process\0kill_thread\0trap\0deny\0";
	char low[SCAN_WORD_MAX];
	size_t i = 0;
	int word, action;

	do {
		low[i] = (char)((unsigned)s->word[i] - 'A' < 26 ?
		    s->word[i] | 0x20 : s->word[i] == '-' ? '_' : s->word[i]);
	} while (s->word[i++]);
	word = util_word_index(words, low);
	if (word < 0) {
		action = action_parse(low);
		if (action < 0)
			action = action_parse(s->word);
	} else {
		action = word == 0 ? ACTION_ALLOW : word < 7 ? ENOSYS :
		    ACTION_KILL;
		if (scan_token(s, "(") || word == 1 || word == 2) {
			scan_word(s);
			if (word == 1 || word == 2)
				action = action_parse(s->word);
			scan_token(s, ")");
		}
	}
	/* an errno 0 is none: the call would seem to succeed */
	return action < 0 || *s->word == '0' ?
	    scan_error(s, "unknown action") : action;
}

int
scan_abi(const struct scan *s)
{
	char scmp[sizeof "SCMP_ARCH_" + SCAN_WORD_MAX] = "SCMP_ARCH_";
	char *to = scmp + strlen(scmp);
	const char *from = s->word;
	int bit;

	if (!strcmp(from, "arm64"))
		from = "aarch64";
	for (; *from; from++)
		*to++ = (char)((unsigned)*from - 'a' < 26 ? *from & ~0x20 :
		    *from == '-' ? '_' : *from);
	bit = reader_abi_bit(scmp);
	if (!bit)
		scan_error(s, "unknown architecture");
	return bit;
}

int
scan_call(struct scan *s, int action)
{
	const char *name = s->word + (*s->word == '$');

	if (*s->word == '@')
		return scan_error(s, "a group; systemd-analyze syscall-filter "
		    "lists its calls");
	if (!reader_is_name(name))
		return scan_error(s, scan_no_name);
	return reader_add(s->reader, name, action) ?
	    scan_error(s, reader_no_room) : 0;
}

int
scan_calls(struct scan *s, int action)
{
	char name[SCAN_WORD_MAX];
	const char *token;
	int own;

	while (scan_word(s)) {
		token = s->token;
		own = action;
		memcpy(name, s->word, sizeof name);
		if (scan_token(s, ":")) {
			scan_word(s);
			own = scan_action(s);
			if (own < 0)
				return -1;
		}
		memcpy(s->word, name, sizeof name);
		s->token = token;
		if (scan_call(s, own) < 0)
			return -1;
	}
	return 0;
}
