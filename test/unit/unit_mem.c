/* SPDX-License-Identifier: MIT
 *
 * mem.c, by other names, against the C library's.
 */
#include "unit.h"

#define memcpy our_memcpy
#define memmove our_memmove
#define memset our_memset
#define memchr our_memchr
#define strlen our_strlen
#define strspn our_strspn
#define strcspn our_strcspn
#define stpcpy our_stpcpy
#define strcpy our_strcpy
#define strstr our_strstr
#define strchrnul our_strchrnul
#define strchr our_strchr
#define strrchr our_strrchr
#include "lib/mem.c"
#undef memcpy
#undef memmove
#undef memset
#undef memchr
#undef strlen
#undef strspn
#undef strcspn
#undef stpcpy
#undef strcpy
#undef strstr
#undef strchrnul
#undef strchr
#undef strrchr

enum { SIZE = 48 };

static unsigned char got[SIZE], want[SIZE];

static void
fill(void)
{
	int i;

	for (i = 0; i < SIZE; i++)
		got[i] = want[i] = (unsigned char)(i + 200);
}

static bool
same(const void *returned, size_t to)
{
	return returned == got + to && !memcmp(got, want, SIZE);
}

/* all places and lengths, also where both overlap */
static bool
moves(size_t to, size_t from, size_t n)
{
	fill();
	memmove(want + to, want + from, n);
	if (!same(our_memmove(got + to, got + from, n), to))
		return false;
	if (to < from + n && from < to + n)
		return true;
	fill();
	memcpy(want + to, want + from, n);
	return same(our_memcpy(got + to, got + from, n), to);
}

static bool
finds(const char *s, const char *sought)
{
	return our_strstr(s, sought) == strstr(s, sought);
}

static bool
finds_char(const char *s, int c)
{
	return our_strchr(s, c) == strchr(s, (unsigned char)c) &&
	    our_strchrnul(s, c) == strchrnul(s, (unsigned char)c) &&
	    our_strrchr(s, c) == strrchr(s, (unsigned char)c);
}

int
main(void)
{
	size_t to, from, n;
	bool ok = true;

	for (to = 0; to < SIZE && ok; to++)
		for (from = 0; from < SIZE && ok; from++)
			for (n = 0; n <= SIZE - (to > from ? to : from); n++)
				ok = ok && moves(to, from, n);
	check(ok, "memmove_memcpy", "wrong below %zu %zu", to, from);
	for (to = 0; to < SIZE && ok; to++)
		for (n = 0; n <= SIZE - to; n++) {
			fill();
			memset(want + to, (int)n - 300, n);
			ok = ok && same(our_memset(got + to, (int)n - 300, n),
			    to);
		}
	check(ok, "memset", "wrong below %zu", to);
	/* got is 200, 201, ..., 247 */
	fill();
	got[40] = '\0';
	check(our_memchr(got, 256 + 210, SIZE) == got + 10 &&
	    our_memchr(got, 210, 11) == got + 10 && !our_memchr(got, 210, 10) &&
	    !our_memchr(got, 200, 0), "memchr", "wrong");
	check(our_strlen((char *)got) == 40 && our_strlen("") == 0, "strlen",
	    "wrong");
	check(our_stpcpy((char *)got, "ab") == (char *)got + 2 &&
	    our_strcpy((char *)got + 2, "c") == (char *)got + 2 &&
	    our_stpcpy((char *)got + 8, "") == (char *)got + 8 &&
	    !memcmp(got, "abc\0\xcc\xcd\xce\xcf\0\xd1", 10), "strcpy_stpcpy",
	    "wrong");
	check(our_strcspn("a,b;", ";,") == 1 && our_strcspn(";", ";,") == 0 &&
	    our_strcspn("ab", ",") == 2 && our_strcspn("ab", "") == 2 &&
	    our_strcspn("", ",") == 0, "strcspn", "wrong");
	check(our_strspn(" \t,", "\t ") == 2 && our_strspn(",", " ") == 0 &&
	    our_strspn("  ", " ") == 2 && our_strspn("a", "") == 0 &&
	    our_strspn("", " ") == 0, "strspn", "wrong");
	check(finds("aaab", "ab") && finds("aaab", "aaab") &&
	    finds("ab", "abc") && finds("ab", "b") && finds("ab", "c") &&
	    finds("ab", "") && finds("", "") && finds("", "a"), "strstr",
	    "wrong");
	check(finds_char("ab\xe9", 'b') && finds_char("ab\xe9", 0xe9) &&
	    finds_char("abab", 'a') && finds_char("ab", 'c') &&
	    finds_char("ab", '\0') &&
	    finds_char("", 'a') && finds_char("ab", 256 + 'b'), "strchr",
	    "wrong");
	return unit_end();
}
