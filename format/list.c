/* SPDX-License-Identifier: MIT
 *
 * The list: a name a line.  The writer, then the reader.
 */
#include "format/list.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "format/call_name.h"
#include "format/calls_text.h"
#include "format/caps.h"
#include "format/reader.h"
#include "format/scan.h"
#include "format/writers.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/util.h"
#include "policy/action.h"
#include "policy/args.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

/* Write the names that this build does not know, from *next up to the last that
 * sorts before the call (NULL: up to the end), and advance *next.  They follow
 * all calls with a foreign ABI or without a name. */
static void
write_unknown(struct out *o, const struct policy *p, const char **next,
    const struct policy_call *c)
{
	const char *name = c && c->abi == 0 ? abi_name(0, c->nr) : NULL;

	for (; *next && (!c || (name && strcmp(*next, name) < 0));
	    *next = policy_next_unknown(p, *next))
		out_fmt(o, "%s\n", *next);
}

/* r: one of its argument rules, or NULL */
static void
write_line(struct out *o, const struct policy *p, const struct policy_call *c,
    const struct policy_rule *r)
{
	struct policy_call why = *c;
	const char *reason;

	/* a call that was seen can have rules that were not */
	if (r)
		why.reasons = r->reasons;
	reason = call_name_reason(&why);
	call_name_write(o, c);
	if (!IS_SMALL && r) {
		out_char(o, '(');
		call_name_write_tests(o, r, NULL);
		out_char(o, ')');
	}
	if (reason)
		out_fmt(o, "\t%s", reason);
	if (!IS_SMALL)
		call_name_write_origin(o, p, &why);
	if (!IS_SMALL && r)
		args_write_names(o, "\t", r, "");
	out_char(o, '\n');
}

/* Write the calls that have an action of their own: "!clone3", a tab, "38". */
static void
write_actions(struct out *o, const struct policy *p)
{
	const struct policy_override *f = p->overrides;
	int action;

	for (; f < p->overrides + p->n_overrides; f++) {
		action = caps_override(p, LIST_CAPS, f);
		if (action == p->action)
			continue;
		out_char(o, '!');
		abi_write_call(o, f->abi, f->nr);
		out_fmt(o, action == ACTION_LOG ? "\tlog\n" : "\t%d\n", action);
	}
}

void
list_write(struct out *o, const struct policy *p)
{
	static const struct policy_rule *rules[POLICY_RULES_MAX];
	const char *unknown = policy_next_unknown(p, NULL);
	struct policy_list list;
	struct policy_call c;
	int i, k;

	calls_text_write_incomplete(o, p, "#");
	policy_list_make(&list, p, BY_NAME);
	for (i = 0; policy_list_call(&list, i, &c); i++) {
		write_unknown(o, p, &unknown, &c);
		k = caps_rules(p, LIST_CAPS, c.abi, c.nr, rules);
		do
			write_line(o, p, &c, k ? rules[k - 1] : NULL);
		while (--k > 0);
	}
	write_unknown(o, p, &unknown, NULL);
	if (!IS_SMALL)
		write_actions(o, p);
}

/* --- the reader */

/* Copy what is at s up to a separator or end.  Returns where it ends.  A NUL
 * and what is too long make a word that is no name. */
static const char *
read_word(struct scan *l, const char *s, const char *end)
{
	size_t len = 0;

	l->token = s;
	for (; s < end && *s != ':' && *s != '\t' && *s != '('; s++)
		if (len < sizeof l->word - 1)
			l->word[len++] = (char)(*s ? *s : 0xff);
	l->word[len] = '\0';
	return s;
}

/* the reason's bit; 0 if the word is no reason */
static int
reason_bit(const char *wanted)
{
	/* REASON_KNOWN and so on, a bit each */
	static const char words[] =
	    "known\0always\0siblings\0vdso\0death\0restart\0imports\0code\0";
	int i = util_word_index(words, wanted);

	return i < 0 ? 0 : REASON_KNOWN << i;
}

/* Parse "name" or "i386:name" into name, which is empty if this is none.
 * Returns the call's own name in it. */
static const char *
parse_name(struct scan *l, const char *end, char name[2 * SCAN_WORD_MAX],
    int *abi)
{
	size_t len = 0;

	l->at = read_word(l, l->at, end);
	*abi = 0;
	if (*l->at == ':' && reader_is_name(l->word)) {
		len = strlen(l->word);
		*abi = abi_by_name(l->word, len);
		/* of another machine, but no call, as minijail's have a colon */
		if (*abi < 0 && abi_id(l->word))
			return NULL;
		memcpy(name, l->word, len);
		name[len++] = ':';
		l->at = read_word(l, l->at + 1, end);
	}
	memcpy(name + len, l->word, strlen(l->word) + 1);
	return *l->at != ':' && reader_is_name(l->word) ? name + len : NULL;
}

/* the action of a call that is not allowed, behind its name */
static int
read_action(struct reader *r, struct scan *l, const char *end, int abi,
    const char *name)
{
	int64_t nr = abi < 0 ? -1 : reader_call_nr(abi, name);
	int action = -1, failed;

	if (l->at < end && *l->at == '\t') {
		read_word(l, l->at + 1, end);
		action = action_parse(l->word);
	}
	if (action < 0)
		return reader_error(r, l->token,
		    "not an errno, `kill' or `log'");
	failed = nr < 0 ? reader_reject_unknown(r, name) :
	    reader_override(r, abi, (uint32_t)nr, action);
	return failed ? reader_error(r, l->token, reader_no_room) : 0;
}

static int
read_line(struct reader *r, struct scan *l, const char *end)
{
	char name[2 * SCAN_WORD_MAX];
	int reasons = r->reasons, abi, failed;
	bool rejected = *l->at == '!';
	const char *own_name;
	int64_t nr;

	l->at += rejected;
	own_name = parse_name(l, end, name, &abi);
	if (!own_name)
		return reader_error(r, l->token, scan_no_name);
	nr = reader_call_nr(abi < 0 ? 0 : abi, own_name);
	/* any text with a word a line would be a list of names that this build
	 * does not know */
	if (nr >= 0 || abi_id(own_name)) {
		r->native |= abi == 0;
		r->foreign |= abi != 0;
	}
	if (rejected)
		return read_action(r, l, end, abi, own_name);
	r->n_tests = 0;
	if (*l->at == '(') {
		l->at++;
		scan_tests(l);
		if (!scan_token(l, ")") || (l->at < end && *l->at != '\t')) {
			l->token = l->at;
			scan_error(l, "expected ) and a tab or the end of the "
			    "line");
		}
		if (l->failed)
			return -1;
	}
	if (l->at < end && reasons == REASON_SEEN) {
		read_word(l, l->at + 1, end);
		if (reason_bit(l->word))
			r->reasons = reason_bit(l->word);
	}
	failed = reader_allow(r, abi, abi < 0 ? -1 : nr, name);
	r->reasons = reasons;
	return failed ? reader_error(r, l->token, reader_no_room) : 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

int
list_read(struct reader *r, size_t len)
{
	const char *end = r->text + len, *eol, *last;
	struct scan l;

	scan_init(&l, r, len);
	for (; l.at < end; l.at = eol + 1) {
		eol = memchr(l.at, '\n', (size_t)(end - l.at));
		if (!eol)
			eol = end;
		if (!strncmp(l.at, "# incomplete", 12) &&
		    strchr("\r\n", l.at[12]))
			r->policy->incomplete = true;
		last = memchr(l.at, '#', (size_t)(eol - l.at));
		if (!last)
			last = eol;
		while (last > l.at && is_blank(last[-1]))
			last--;
		l.at += strspn(l.at, " \t");
		if (l.at < last && read_line(r, &l, last) < 0)
			return -1;
	}
	return 0;
}
