/* SPDX-License-Identifier: MIT
 *
 * Small versions of memcpy, strstr and their relatives.  musl's are fast: 1.7 KiB
 * of unrolled loops on mips.  utrace copies and searches nothing large.
 */
#include <stddef.h>

void *memcpy(void *restrict, const void *restrict, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
void *memchr(const void *, int, size_t);
size_t strlen(const char *);
size_t strspn(const char *, const char *);
size_t strcspn(const char *, const char *);
char *stpcpy(char *restrict, const char *restrict);
char *strcpy(char *restrict, const char *restrict);
char *strstr(const char *, const char *);
char *strchrnul(const char *, int);
char *strchr(const char *, int);
char *strrchr(const char *, int);

/* keeps the compiler from turning each loop into a call of the function itself
 * */
#ifdef __clang__
#define PLAIN __attribute__((no_builtin("memcpy", "memmove", "memset", \
	"strlen")))
#else
#define PLAIN __attribute__((optimize("no-tree-loop-distribute-patterns")))
#endif

PLAIN void *
memcpy(void *restrict to, const void *restrict from, size_t n)
{
	const char *s = from;
	char *d = to;

	while (n--)
		*d++ = *s++;
	return to;
}

PLAIN void *
memmove(void *to, const void *from, size_t n)
{
	const char *s = from;
	char *d = to;

	if (d <= s)
		return memcpy(to, from, n);
	while (n--)
		d[n] = s[n];
	return to;
}

PLAIN void *
memset(void *to, int c, size_t n)
{
	char *d = to;

	while (n--)
		*d++ = (char)c;
	return to;
}

PLAIN void *
memchr(const void *from, int c, size_t n)
{
	const unsigned char *s = from;

	for (; n; n--, s++)
		if (*s == (unsigned char)c)
			return (void *)s;
	return NULL;
}

PLAIN size_t
strlen(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return (size_t)(end - s);
}

PLAIN char *
stpcpy(char *restrict to, const char *restrict from)
{
	while ((*to = *from++))
		to++;
	return to;
}

PLAIN char *
strcpy(char *restrict to, const char *restrict from)
{
	size_t n = 0;

	do
		to[n] = from[n];
	while (from[n++]);
	return to;
}

size_t
strcspn(const char *s, const char *reject)
{
	const char *end, *r;

	for (end = s; *end; end++)
		for (r = reject; *r; r++)
			if (*r == *end)
				return (size_t)(end - s);
	return (size_t)(end - s);
}

size_t
strspn(const char *s, const char *accept)
{
	const char *end, *a;

	for (end = s; *end; end++) {
		for (a = accept; *a && *a != *end; a++)
			;
		if (!*a)
			break;
	}
	return (size_t)(end - s);
}

char *
strstr(const char *s, const char *sought)
{
	size_t n;

	for (;; s++) {
		for (n = 0; sought[n] && s[n] == sought[n]; n++)
			;
		if (!sought[n])
			return (char *)s;
		if (!*s)
			return NULL;
	}
}

char *
strchrnul(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return (char *)s;
}

char *
strchr(const char *s, int c)
{
	s = strchrnul(s, c);
	return *s == (char)c ? (char *)s : NULL;
}

char *
strrchr(const char *s, int c)
{
	const char *last = NULL;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return (char *)last;
}
