/* SPDX-License-Identifier: MIT
 *
 * What the unit tests share: each check is a line "ok NAME" or "not ok NAME:
 * why", what can't be tried here "skip NAME: why", the last line "N passed, N
 * failed".  The tests may use stdio and malloc, the program may not.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LENGTH(array) (sizeof (array) / sizeof *(array))

static int unit_passed, unit_failed;

/* why: as for printf, said only if it is not ok, in one line */
static inline __attribute__((format(printf, 3, 4))) bool
check(bool ok, const char *name, const char *why, ...)
{
	char text[4096], *p = text;
	va_list ap;

	va_start(ap, why);
	vsnprintf(text, sizeof text, why, ap);
	va_end(ap);
	while ((p = strchr(p, '\n')))
		*p = '|';
	if (ok)
		printf("ok %s\n", name);
	else
		printf("not ok %s: %s\n", name, text);
	fflush(stdout);         /* also if the next one crashes */
	*(ok ? &unit_passed : &unit_failed) += 1;
	return ok;
}

static inline bool
check_num(const char *name, int64_t got, int64_t want)
{
	return check(got == want, name, "%" PRId64 ", not %" PRId64, got, want);
}

static inline bool
check_str(const char *name, const char *got, const char *want)
{
	return check(!strcmp(got, want), name, "\"%s\", not \"%s\"", got, want);
}

static inline void
skip(const char *name, const char *why)
{
	printf("skip %s: %s\n", name, why);
}

/* what main returns */
static inline int
unit_end(void)
{
	printf("%d passed, %d failed\n", unit_passed, unit_failed);
	return unit_failed != 0;
}

static inline _Noreturn void
die(const char *what)
{
	fprintf(stderr, "unit test: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* numbers that differ, and are the same in each run */
static inline uint64_t
random_64(void)
{
	static uint64_t x = 88172645463325252;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

/* a file without a name, to write to and then read as a string */
static inline int
scratch(void)
{
	FILE *f = tmpfile();

	if (!f)
		die("tmpfile");
	return fileno(f);
}

/* all that is in it, 0-terminated; valid until the next call; empties it */
static inline const char *
scratch_text(int fd)
{
	static char text[1 << 17];
	ssize_t n = pread(fd, text, sizeof text - 1, 0);

	if (n < 0 || ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		die("scratch file");
	text[n] = '\0';
	return text;
}

/* in a process of its own, which may spoil what it likes and whose checks are
 * not counted: what f returned, or -1 if it crashed */
static inline int
in_child(int (*f)(void))
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		unit_failed = 0;
		_exit(f());
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork");
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
