/* SPDX-License-Identifier: MIT
 *
 * What an exec stop shows: the stack pointer points at argc, argv, envp and the
 * auxiliary vector.  Only a relative path needs /proc.  Knows nothing of calls
 * and policies.
 */
#include "trace/exec.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/out.h"
#include "lib/sys.h"
#include "trace/regs.h"

static const char own_file[] = "/proc/self/exe";

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

/* Copy a string.  One that does not fit is cut and ends with "...". */
static int
peek_string(pid_t tid, uint64_t at, char *s, size_t size)
{
	char word[4];
	uint64_t v;
	size_t i;

	for (i = 0; i < size; i++, at++) {
		/* one request for each word, not for each byte */
		if (i == 0 || at % sizeof word == 0) {
			if (regs_peek(tid, at - at % sizeof word, sizeof word,
			    &v) < 0) {
				*s = '\0';
				return -1;
			}
			memcpy(word, (uint32_t[]){ (uint32_t)v }, sizeof word);
		}
		s[i] = word[at % sizeof word];
		if (!s[i])
			return 0;
	}
	memcpy(s + size - sizeof "...", "...", sizeof "...");
	return 0;
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

/* the path that was given to execve */
static int
peek_given_path(pid_t tid, char *path, size_t size)
{
	uint64_t at;

	return exec_auxv(tid, AT_EXECFN, &at) < 0 ? -1 :
	    peek_string(tid, at, path, size);
}

/* sys_read_link() of a link in /proc/TID */
static ssize_t
read_link(pid_t tid, const char *name, char *path, size_t size)
{
	struct out link;

	return sys_read_link(sys_proc_path(&link, tid, name), path, size);
}

/* Make a relative path absolute.  Without /proc it stays as it is. */
static void
resolve_path(pid_t tid, char *path, size_t size)
{
	char folder[PATH_MAX];
	ssize_t len = read_link(tid, "cwd", folder, sizeof folder);
	const char *rest = path;

	while (!strncmp(rest, "./", 2))
		rest += 2;
	/* "(unreachable)..." is outside the tracer's root */
	if (len < 0 || *folder != '/' ||
	    (size_t)len + 1 + strlen(rest) >= size)
		return;
	if (len == 1)           /* the root itself */
		len = 0;
	memmove(path + len + 1, rest, strlen(rest) + 1);
	memcpy(path, folder, (size_t)len);
	path[len] = '/';
}

int
exec_path(pid_t tid, char *path, size_t size)
{
	if (peek_given_path(tid, path, size) < 0)
		return -1;
	if (!strcmp(path, own_file))
		return peek_argument(tid, 0, path, size);
	if (*path != '/')
		resolve_path(tid, path, size);
	return 0;
}

int
exec_running(pid_t tid, char *path, size_t size)
{
	return read_link(tid, "exe", path, size) < 0 ? -1 : 0;
}

/* The kernel replaces argument 0 of a script by the interpreter, the
 * interpreter's one argument if the script names one, and the script's path. */
bool
exec_interpreter(pid_t tid, char *path, size_t size)
{
	char script[PATH_MAX], arg[PATH_MAX];
	int i;

	if (peek_argument(tid, 0, path, size) < 0 || *path != '/' ||
	    peek_given_path(tid, script, sizeof script) < 0 ||
	    !strcmp(script, path) || !strcmp(script, own_file))
		return false;
	for (i = 1; i <= 2; i++)
		if (peek_argument(tid, i, arg, sizeof arg) == 0 &&
		    !strcmp(arg, script))
			return true;
	return false;
}

bool
exec_gains_privileges(const char *path)
{
	struct stat st;

	if (sys_stat(AT_FDCWD, path, 0, &st) < 0)
		return false;
	return (st.st_mode & S_ISUID) ||
	    (st.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) ||
	    syscall(SYS_getxattr, path, "security.capability", NULL, 0) > 0;
}
