/* SPDX-License-Identifier: MIT */
/*
 * What the victims and tools share: calls that nothing else makes, and output
 * without stdio, so that a victim's list of calls stays short and the same
 * source builds for a target without floating point.
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* two calls that neither libc nor a shell makes on its own */
static inline void
mark(void)
{
	syscall(SYS_sched_get_priority_max, 0);
}

static inline void
mark2(void)
{
	syscall(SYS_sched_get_priority_min, 0);
}

static inline void
put(const char *s)
{
	while (write(1, s, strlen(s)) < 0 && errno == EINTR)
		;
}

static inline char *
digits(char *end, long value)
{
	unsigned long u = value < 0 ? -(unsigned long)value : (unsigned long)value;

	*end = '\0';
	do *--end = (char)('0' + u % 10);
	while (u /= 10);
	if (value < 0)
		*--end = '-';
	return end;
}

/* one line "NAME VALUE", written at once so that lines never mix */
static inline void
say(const char *name, long value)
{
	char line[160], num[24];

	strcpy(line, name);
	strcat(line, " ");
	strcat(line, digits(num + sizeof num - 1, value));
	strcat(line, "\n");
	put(line);
}

static inline _Noreturn void
die(const char *why)
{
	say(why, errno);
	_exit(111);
}

static inline long
number(const char *s)
{
	return s ? strtol(s, NULL, 0) : 0;
}

/* milliseconds */
static inline long
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* sleep on through signals */
static inline void
nap(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	while (nanosleep(&ts, &ts) < 0 && errno == EINTR)
		;
}

/* how long to wait for what should come; $SLOW times as long as usual */
static inline long
at_most(long ms)
{
	const char *slow = getenv("SLOW");

	return ms * (slow ? number(slow) : 1);
}
