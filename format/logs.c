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

/* Lines of audit.log, dmesg, journalctl or logread, whatever precedes the
 * record.  Of the records that have these fields, only seccomp's have compat
 * next. */
int
audit_read(struct reader *r, size_t len)
{
	uint32_t arch, nr;
	struct scan s;
	int abi;

	scan_init(&s, r, len);
	while ((s.at = strstr(s.at, " arch="))) {
		s.at += sizeof " arch=" - 1;
		arch = (uint32_t)scan_digits(&s, 16);
		nr = scan_token(&s, "syscall=") ?
		    (uint32_t)scan_digits(&s, 10) : 0;
		if (!scan_token(&s, "compat="))
			continue;
		abi = abi_find(arch, nr);
		if (abi < 0)
			scan_error(&s, "unknown architecture");
		else if (reader_add_nr(r, abi, nr, ACTION_ALLOW))
			scan_error(&s, reader_no_room);
	}
	return -s.failed;
}

/* Lines such as "[pid 12] 10:00:01 read(3, ...", or those of -c, which end with
 * the name.  strace does not say of what ABI a call is, but that a process has
 * another one. */
int
strace_read(struct reader *r, size_t len)
{
	static const char numbered[] = "syscall_";
	struct scan s;

	scan_init(&s, r, len);
	while (scan_line(&s)) {
		do
			s.word[0] = '\0';
		while (scan_token(&s, "[pid") || scan_token(&s, "]") ||
		    scan_token(&s, ":") || (scan_word(&s) && *s.word <= '9'));
		scan_call(&s);
		if (scan_token(&s, "[ Process"))
			scan_error(&s, scan_cant);
		if (!strncmp(s.word, numbered, strlen(numbered))) {
			s.at = s.call_token + strlen(numbered);
			scan_call_number(&s, scan_number(&s));
		}
		if (*s.word && (*s.at == '(' || *s.at == '\n') &&
		    strcmp(s.word, "total") != 0)
			scan_add(&s, ACTION_ALLOW);
		scan_skip_line(&s);
	}
	return -s.failed;
}
