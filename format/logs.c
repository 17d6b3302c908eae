/* SPDX-License-Identifier: MIT
 *
 * Read which calls a log names: the audit records of what seccomp rejected, and
 * what strace prints.  Such a list allows them.
 */
#include "format/readers.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "format/reader.h"
#include "format/scan.h"
#include "lib/util.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

/* Does a mark begin here? */
static bool
begins(const char *s, const char *mark)
{
	return !strncmp(s, mark, strlen(mark));
}

static bool
is_digit(const char *s)
{
	return (unsigned)*s - '0' < 10;
}

/* Where the comment of a policy begins in a line; its end if it has none.  Most
 * follow a blank, but those of a list may follow a name, too. */
static const char *
find_comment(const char *line)
{
	const char *s;
	bool blank = true, name = true;

	for (s = line; *s && *s != '\n'; s++) {
		if ((*s == '#' && (blank || name)) ||
		    (*s == ';' && s == line) ||
		    (blank && (begins(s, "//") || begins(s, "/*"))))
			break;
		blank = (unsigned char)*s <= ' ';
		name &= !blank;
	}
	return s;
}

/* Where a mark is in a line, before its comment; NULL: nowhere. */
static const char *
find_mark(const char *line, const char *mark)
{
	const char *end = find_comment(line);

	while (line < end && !begins(line, mark))
		line++;
	return line < end ? line : NULL;
}

/* The architecture in a line's record of seccomp, behind one of two marks: the
 * kernel's, and that of auditd and journald.  NULL: the line has no record.  In
 * quotes, it is what a program wrote. */
static const char *
find_arch(const char *line)
{
	static const char arch[] = " arch=";
	bool marked = false;

	for (; *line && *line != '\n' && (marked || *line != '"'); line++) {
		marked |= begins(line, "type=1326 ") ||
		    begins(line, "SECCOMP ");
		if (marked && begins(line, arch))
			return line + sizeof arch - 1;
	}
	return NULL;
}

bool
audit_is(const char *line)
{
	const char *arch = find_arch(line);

	return arch && arch < find_comment(line);
}

/* Does a line begin with the time since boot, "[  1.0]", or have the time of day
 * before any comment? */
static bool
has_time(const char *line)
{
	const char *end = find_comment(line);

	if (*line == '[')
		return is_digit(line + 1 + strspn(line + 1, " "));
	for (; end - line > 3; line++)
		if (*line == ':' && is_digit(line + 1) && is_digit(line + 2) &&
		    line[3] == ':')
			return true;
	return false;
}

bool
audit_is_other(const char *line)
{
	return has_time(line) || find_mark(line, " syscall=") ||
	    find_mark(line, "audit(");
}

/* Lines of audit.log, dmesg, journalctl or logread, whatever precedes the
 * record. */
int
audit_read(struct reader *r, size_t len)
{
	const char *at;
	uint64_t arch, nr;
	struct scan s;
	int abi;

	scan_init(&s, r, len);
	for (; s.at < s.end; s.at += s.at < s.end) {
		at = find_arch(s.at);
		if (!at) {
			scan_skip_line(&s);
			continue;
		}
		s.at = at;
		arch = scan_digits(&s, 16);
		scan_expect(&s, "syscall=");
		/* one that a debugger has skipped */
		if (scan_token(&s, "-")) {
			scan_skip_line(&s);
			continue;
		}
		nr = scan_digits(&s, 10);
		abi = (arch | nr) >> 32 ? -1 :
		    abi_find((uint32_t)arch, (uint32_t)nr);
		s.token = at;
		if (abi < 0)
			scan_error(&s, "unknown architecture");
		else if (reader_add_nr(r, abi, (uint32_t)nr, ACTION_ALLOW))
			scan_error(&s, reader_no_room);
		scan_skip_line(&s);
	}
	return -s.failed;
}

bool
strace_is(const char *line)
{
	return begins(line, "% time") || find_mark(line, ") = ") ||
	    find_mark(line, "+++ exited with ");
}

static void
add_own_call(struct scan *s)
{
	s->token = s->call_token;
	if (reader_call_nr(0, s->call) < 0 && abi_id(s->call))
		scan_error(s, "a call of another ABI");
	else
		scan_add(s, ACTION_ALLOW);
}

/* Go to the name of the call, behind the process, the time and so on:
 * "[pid 12<sh>] 10:00:01 [  59] ". */
static void
skip_columns(struct scan *s)
{
	static const char tokens[] = "[pid\0[\0]\0:\0>\0";
	int i;

	do {
		s->word[0] = '\0';
		scan_token(s, "");
		i = util_prefix_index(tokens, s->at);
		if (i == 1 && !is_digit(s->at + 1 + strspn(s->at + 1, " ")))
			break;
		s->at += i < 0 ? 0 : strlen(util_word(tokens, i));
		/* the program of the process */
		if (i < 0 && scan_word(s) && *s->at == '<')
			s->at += strcspn(s->at, ">\n");
	} while (i >= 0 || (*s->word && *s->word <= '9' && *s->word != '-'));
}

/* Lines such as "[pid 12] 10:00:01 read(3, ...", or those of -c, between two
 * lines of dashes, which end with the name.  strace does not say of what ABI a
 * call is, but sometimes that a process has another one. */
int
strace_read(struct reader *r, size_t len)
{
	static const char numbered[] = "syscall_";
	bool in_table = false;
	struct scan s;

	scan_init(&s, r, len);
	while (scan_line(&s)) {
		skip_columns(&s);
		scan_call(&s);
		if (scan_token(&s, "[ Process"))
			scan_error(&s, scan_cant);
		if (!strncmp(s.word, "------", 6)) {
			in_table = !in_table;
			/* -c counts no call that does not return */
			reader_add(r, "exit", ACTION_ALLOW);
			reader_add(r, "exit_group", ACTION_ALLOW);
		}
		if (!strncmp(s.word, numbered, strlen(numbered))) {
			s.at = s.call_token + strlen(numbered);
			scan_call_number(&s, scan_number(&s));
		}
		if (*s.word >= 'A' && *s.at == (in_table ? '\n' : '('))
			add_own_call(&s);
		scan_skip_line(&s);
	}
	return -s.failed;
}
