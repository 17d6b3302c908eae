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
#include "policy/policy.h"
#include "syscalls/abi.h"

static bool
begins(const char *s, const char *mark)
{
	return !strncmp(s, mark, strlen(mark));
}

/* The first of two marks that is in no comment of a policy; NULL: there is none.
 * Comments begin the line or follow a blank. */
static const char *
find_mark(const char *text, const char *mark, const char *other)
{
	bool comment = false;
	const char *s;

	for (s = text; *s; s++)
		if (*s == '\n' || begins(s, "*/"))
			comment = false;
		else if ((s == text || (unsigned char)s[-1] <= ' ') &&
		    (*s == '#' || begins(s, "//") || begins(s, "/*")))
			comment = true;
		else if (!comment && (begins(s, mark) || begins(s, other)))
			return s;
	return NULL;
}

/* What a record of seccomp has: one of two marks, the kernel's and that of auditd
 * and journald, and behind it the architecture. */
static const char kernel_mark[] = "type=1326 ", auditd_mark[] = "SECCOMP ";
static const char arch_mark[] = " arch=";

/* Where the record in a line says the architecture; NULL: the line has none. */
static const char *
find_arch(const char *line)
{
	bool marked = false;

	for (; *line && *line != '\n'; line++) {
		marked |= begins(line, kernel_mark) || begins(line, auditd_mark);
		if (marked && begins(line, arch_mark))
			return line + sizeof arch_mark - 1;
	}
	return NULL;
}

bool
audit_is(const char *text)
{
	while ((text = find_mark(text, kernel_mark, auditd_mark))) {
		if (find_arch(text))
			return true;
		text += strcspn(text, "\n");
	}
	return false;
}

bool
audit_is_other(const char *text)
{
	return find_mark(text, " syscall=", "audit(") != NULL;
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
strace_is(const char *text)
{
	return !strncmp(text, "% time", 6) ||
	    find_mark(text, ") = ", "+++ exited with ");
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

/* Lines such as "[pid 12] 10:00:01 read(3, ...", or those of -c, between two lines
 * of dashes, which end with the name.  strace does not say of what ABI a call is,
 * but sometimes that a process has another one. */
int
strace_read(struct reader *r, size_t len)
{
	static const char numbered[] = "syscall_";
	bool in_table = false;
	struct scan s;

	scan_init(&s, r, len);
	while (scan_line(&s)) {
		/* its name may follow the number: "[pid 12<sh>]" */
		if (scan_token(&s, "[pid"))
			s.at += strcspn(s.at, "]\n");
		do
			s.word[0] = '\0';
		while (scan_token(&s, "]") || scan_token(&s, ":") ||
		    (scan_word(&s) && *s.word <= '9' && *s.word != '-'));
		in_table ^= !strncmp(s.word, "------", 6);
		scan_call(&s);
		if (scan_token(&s, "[ Process"))
			scan_error(&s, scan_cant);
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
