/* SPDX-License-Identifier: MIT
 *
 * What the readers of text formats share.  The formats differ in what separates
 * the calls and how they say that one is allowed; words, numbers and actions
 * are alike, and so are conditions (scan_tests.c), so each format's reader is a
 * few lines beside its writer.
 */
#include "format/scan.h"

#include <errno.h>
#include <string.h>

#include "format/reader.h"
#include "lib/util.h"
#include "policy/action.h"
#include "policy/policy.h"
#include "syscalls/groups.h"

const char scan_cant[] = "utrace can't express this";
const char scan_no_name[] = "not the name of a system call";

/* --- words */

/* Go on in the next line; in a unit comments may be between the two. */
static void
skip_line_end(struct scan *s)
{
	const char *first;

	s->at += 2;
	for (; s->is_unit; s->at += *s->at == '\n') {
		first = s->at + strspn(s->at, " \t");
		if (*first != '#' && *first != ';')
			break;
		s->at = first + strcspn(first, "\n");
	}
}

const char *
scan_comment_end(const char *s)
{
	if (strncmp(s, "/*", 2) != 0)
		return NULL;
	for (s += 2; *s; s += *s == '*' && s[1] ? 2 : 1)
		if (!strncmp(s, "*/", 2))
			return s + 2;
	return NULL;
}

static void
skip_blanks(struct scan *s)
{
	const char *end;
	bool comma = false;
	size_t len;

	for (;;) {
		len = strspn(s->at, s->is_unit ? " \t\r" :
		    s->free_form ? ", \t\r\n" : ", \t\r");
		comma |= memchr(s->at, ',', len) != NULL;
		s->at += len;
		if (!strncmp(s->at, "\\\n", 2))
			skip_line_end(s);
		else if (s->free_form && !strncmp(s->at, "//", 2))
			scan_skip_line(s);
		else if (s->free_form && (end = scan_comment_end(s->at)))
			s->at = end;
		else
			break;
	}
	if (comma)
		s->comma = s->at;
	s->token = s->at;
}

void
scan_init(struct scan *s, struct reader *r, size_t len)
{
	*s = (struct scan){
		.reader = r, .at = r->text, .end = r->text + len,
		.args = "arg0 arg1 arg2 arg3 arg4 arg5)",
	};
	r->n_tests = 0;
	r->alternatives = false;
	r->abis = 1;
}

void
scan_error_word(struct scan *s, const char *what, const char *word)
{
	if (!s->failed)
		reader_error_word(s->reader, s->token, what,
		    word && *word ? word : NULL);
	s->failed = true;
	s->at = s->end;
}

void
scan_error(struct scan *s, const char *what)
{
	scan_error_word(s, what, NULL);
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

void
scan_skip_value(struct scan *s)
{
	const char *first, *end;

	for (;;) {
		first = s->at;
		scan_skip_line(s);
		for (end = s->at; end > first && end[-1] == '\\'; end--)
			;
		/* two backslashes stand for one */
		if ((s->at - end) % 2 == 0 || s->at == s->end)
			return;
		s->at--;
		skip_line_end(s);
	}
}

static void
skip_line_comment(struct scan *s)
{
	scan_skip_line(s);
	/* for minijail0 it goes on in the next line, but not for its compiler */
	if (s->is_minijail && s->at[-1] == '\\')
		scan_error(s, scan_cant);
}

bool
scan_line(struct scan *s)
{
	bool in_line = s->in_line;

	for (;; s->at++, in_line = false) {
		skip_blanks(s);
		if ((*s->at == '#' || *s->at == ';') &&
		    !(in_line && s->is_unit))
			skip_line_comment(s);
		if (*s->at != '\n')
			break;
	}
	s->in_line = true;
	if (in_line && s->at < s->end)
		scan_expect(s, "\n");
	return s->at < s->end;
}

void
scan_expect(struct scan *s, const char *token)
{
	if (!scan_token(s, token))
		scan_error(s, "unexpected character");
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
scan_is_word(char c)
{
	return (unsigned)c - '0' <= 9 || ((unsigned)c | 0x20) - 'a' <= 25 ||
	    (c && strchr("_-.@$", c));
}

bool
scan_word(struct scan *s)
{
	size_t len = 0;

	skip_blanks(s);
	for (; scan_is_word(*s->at); s->at++)
		if (len < sizeof s->word - 1)
			s->word[len++] = *s->at;
	s->word[len] = '\0';
	return len > 0;
}

/* --- numbers */

uint64_t
scan_digits(struct scan *s, unsigned base)
{
	const char *first = s->at;
	uint64_t v;

	s->token = first;
	if (util_parse_digits(&s->at, base, &v) < 0 || s->at == first ||
	    (base == 10 && *first == '0' && s->at > first + 1))
		scan_error(s, "number out of range");
	return v;
}

uint64_t
scan_number(struct scan *s)
{
	bool inverted = scan_token(s, "~"), minus = scan_token(s, "-");
	uint64_t v = scan_digits(s, scan_token(s, "0x") ? 16 :
	    s->free_form && scan_token(s, "0b") ? 2 :
	    *s->at == '0' ? 8 : 10);

	if (minus && v > (uint64_t)INT64_MIN)
		scan_error(s, scan_cant);
	return inverted ? ~v : minus ? -v : v;
}

/* --- actions and calls */

int
scan_action(struct scan *s)
{
	/* a name or number follows two of them; the kernel fails the next four
	 * with ENOSYS if nobody answers */
	static const char words[] = "errno\0return\0trace\0notify\0user_notif\0"
	    "user_notify\0kill_process\0kill_thread\0trap\0deny\0allow\0";
	enum { ERRNO = 0, RETURN, TRACE, KILLS = 6, ALLOW = 10 };
	char low[SCAN_WORD_MAX];
	size_t i = 0;
	int word, action;

	do
		low[i] = (char)((unsigned)s->word[i] - 'A' < 26 ?
		    s->word[i] | 0x20 : s->word[i] == '-' ? '_' : s->word[i]);
	while (s->word[i++]);
	word = util_word_index(words, low);
	action = word == ALLOW ? ACTION_ALLOW : word >= KILLS ? ACTION_KILL :
	    word >= TRACE ? ENOSYS : action_parse(low);
	if (word >= 0 && (scan_token(s, "(") || word < TRACE)) {
		scan_word(s);
		scan_token(s, ")");
	}
	if (word < TRACE && action < 0)
		action = action_parse(s->word);
	if (s->is_unit && (word >= 0 || action == ACTION_LOG))
		action = -1;
	/* an errno 0 is none: the call would seem to succeed */
	if (*s->word == '0' && word >= 0)
		scan_error(s, scan_cant);
	else if (action < 0 || *s->word == '0')
		scan_error_word(s, "unknown action", s->word);
	return action;
}

unsigned
scan_abi(struct scan *s)
{
	char scmp[sizeof "SCMP_ARCH_" + SCAN_WORD_MAX] = "SCMP_ARCH_";
	char *to = scmp + strlen(scmp);
	const char *from = strcmp(s->word, "arm64") ? s->word : "aarch64";
	int bit;

	for (; *from; from++)
		*to++ = (char)((unsigned)*from - 'a' < 26 ? *from & ~0x20 :
		    *from == '-' ? '_' : *from);
	bit = reader_abi_bit(scmp);
	if (!bit)
		scan_error_word(s, "unknown architecture", s->word);
	return (unsigned)bit;
}

void
scan_call(struct scan *s)
{
	memcpy(s->call, s->word, sizeof s->call);
	s->call_token = s->token;
	s->reader->n_tests = 0;
}

void
scan_call_number(struct scan *s, uint64_t nr)
{
	if (nr + (1u << 31) > UINT32_MAX + (1ull << 31))
		scan_error(s, scan_no_name);
	s->call[0] = '\0';
	util_append_number(s->call, sizeof s->call, (unsigned)nr);
}

static void
add_classes(struct scan *s, uint64_t classes, int action)
{
	struct reader *r = s->reader;
	int abi, i;

	for (abi = 0; classes && abi < abi_count; abi++)
		for (i = 0; r->abis >> abi & 1 && i < abis[abi].n; i++)
			if (classes & groups_class(abis[abi].names[i]) &&
			    reader_add_nr(r, abi, abi_nr_at(abi, i), action))
				scan_error(s, reader_no_room);
}

void
scan_add_groups(struct scan *s, uint64_t classes)
{
	add_classes(s, s->allowed & classes, ACTION_ALLOW);
	add_classes(s, s->denied & classes, s->deny_action);
	s->allowed &= ~classes;
	s->denied &= ~classes;
}

static void
add_group(struct scan *s, uint64_t classes, int action)
{
	bool denies = action != ACTION_ALLOW;

	if (!classes) {
		scan_error_word(s, s->is_unit || s->is_profile ? "unknown group" :
		    "write the calls in place of the group", s->call);
		return;
	}
	if (denies && action != s->deny_action)
		scan_add_groups(s, s->denied);
	if (denies)
		s->deny_action = action;
	s->allowed = denies ? s->allowed & ~classes : s->allowed | classes;
	s->denied = denies ? s->denied | classes : s->denied & ~classes;
}

void
scan_add(struct scan *s, int action)
{
	const char *name = s->call + (*s->call == '$');
	unsigned id = abi_id(name);

	if (s->failed)
		return;
	s->token = s->call_token;
	/* a deny list would need the rules of an allow list */
	if (s->reader->n_tests && action == ACTION_ALLOW &&
	    s->reader->policy->action == ACTION_ALLOW)
		scan_error(s, scan_cant);
	if (*name == '@') {
		add_group(s, s->is_unit ? groups_classes(name + 1) :
		    s->is_profile ? groups_classes(name) : 0, action);
		return;
	}
	/* systemd ignores numbers, with a warning */
	if (!reader_is_name(name) || (s->is_unit && *s->call < 'A'))
		scan_error(s, scan_no_name);
	/* a number may be a call of any class */
	scan_add_groups(s, id ? groups_class(id) : UINT64_MAX);
	if (!s->failed && reader_add(s->reader, name, action))
		scan_error(s, reader_no_room);
}

void
scan_calls(struct scan *s, int action)
{
	int own;

	while (scan_word(s)) {
		scan_call(s);
		own = action;
		/* systemd ignores what it shall allow with an errno */
		if ((action != ACTION_ALLOW || !s->is_unit) &&
		    scan_token(s, ":")) {
			scan_word(s);
			own = scan_action(s);
		}
		scan_add(s, own);
	}
}
