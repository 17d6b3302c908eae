/* SPDX-License-Identifier: MIT
 *
 * What an exec stop shows without /proc: the stack pointer points at argc,
 * argv, envp and the auxiliary vector.  Knows nothing of calls and policies.
 */
#include "trace/exec.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/out.h"
#include "lib/sys.h"
#include "trace/regs.h"

int
exec_auxv(pid_t tid, uint64_t type, uint64_t *value)
{
	struct regs_context c;
	uint64_t at, v;
	int nulls;

	if (regs_get_context(tid, &c) < 0 ||
	    regs_peek(tid, c.sp, c.word, &v) < 0)
		return -1;
	/* skip argc, the arguments and the environment, each with its NULL */
	at = c.sp + (v + 1) * (unsigned)c.word;
	for (nulls = 0; nulls < 2; nulls += v == 0, at += (unsigned)c.word)
		if (regs_peek(tid, at, c.word, &v) < 0)
			return -1;
	for (;; at += 2 * (unsigned)c.word) {
		if (regs_peek(tid, at, c.word, &v) < 0 ||
		    regs_peek(tid, at + (unsigned)c.word, c.word, value) < 0)
			return -1;
		if (v == type)
			return 0;
		if (v == AT_NULL)
			break;
	}
	errno = ENOENT;
	return -1;
}

/* -1 and errno */
static int
peek_string(pid_t tid, uint64_t at, char *s, size_t size)
{
	uint64_t v;
	size_t i;

	for (i = 0; i < size; i++) {
		if (regs_peek(tid, at + i, 4, &v) < 0)
			return -1;
		memcpy(s + i, (uint32_t[]){ (uint32_t)v }, 1);
		if (!s[i])
			return 0;
	}
	errno = ENAMETOOLONG;
	return -1;
}

/* argument i of the program; -1 and errno */
static int
peek_argument(pid_t tid, int i, char *s, size_t size)
{
	struct regs_context c;
	uint64_t at;

	if (regs_get_context(tid, &c) < 0 || regs_peek(tid,
	    c.sp + (unsigned)((1 + i) * c.word), c.word, &at) < 0)
		return -1;
	return peek_string(tid, at, s, size);
}

int
exec_path(pid_t tid, char *path, size_t size)
{
	uint64_t at;

	if (exec_auxv(tid, AT_EXECFN, &at) < 0 ||
	    peek_string(tid, at, path, size) < 0)
		return -1;
	return strcmp(path, "/proc/self/exe") != 0 ? 0 :
	    peek_argument(tid, 0, path, size);
}

int
exec_running(pid_t tid, char *path, size_t size)
{
	struct out link;
	ssize_t n;

	out_init(&link, -1);
	out_fmt(&link, "/proc/%d/exe", (int)tid);
	out_char(&link, '\0');
	n = readlink(link.buf, path, size - 1);
	if (n < 0)
		return -1;
	path[n] = '\0';
	return 0;
}

/* The kernel replaces argument 0 of a script by the interpreter, the
 * interpreter's one argument if the script names one, and the script's path. */
bool
exec_interpreter(pid_t tid, const char *script, char *path, size_t size)
{
	char arg[1024];
	int i;

	if (peek_argument(tid, 0, path, size) < 0 || *path != '/' ||
	    !strcmp(path, script))
		return false;
	for (i = 1; i <= 2; i++)
		if (peek_argument(tid, i, arg, sizeof arg) == 0 &&
		    !strcmp(arg, script))
			return true;
	return false;
}

bool
exec_gains_privileges(pid_t tid)
{
	char path[1024];
	struct stat st;

	if (exec_path(tid, path, sizeof path) < 0 ||
	    sys_stat(AT_FDCWD, path, 0, &st) < 0)
		return false;
	return (st.st_mode & S_ISUID) ||
	    (st.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) ||
	    syscall(SYS_getxattr, path, "security.capability", NULL, 0) > 0;
}
