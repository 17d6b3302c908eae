/* SPDX-License-Identifier: MIT
 *
 * Strings: numbers in them, words in lists, paths, the environment.
 */
#include "lib/util.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int
util_parse_number(const char *s, unsigned long max, unsigned long *value)
{
	unsigned long v = 0, d;

	if (!*s)
		return -1;
	for (; *s; s++) {
		d = (unsigned long)(*s - '0');
		if (d > 9 || d > max || v > (max - d) / 10)
			return -1;
		v = v * 10 + d;
	}
	*value = v;
	return 0;
}

unsigned
util_digit(char c)
{
	unsigned d = (unsigned char)c - '0';
	unsigned letter = ((unsigned char)c | 0x20) - 'a';

	return d <= 9 ? d : letter < 26 ? letter + 10 : 36;
}

int
util_parse_digits(const char **s, unsigned base, uint64_t *value)
{
	uint64_t low, high;
	unsigned d;

	for (*value = 0; (d = util_digit(**s)) < base; ++*s) {
		/* no division, which 32-bit machines need libgcc for */
		low = (uint32_t)*value * (uint64_t)base + d;
		high = (*value >> 32) * base + (low >> 32);
		if (high > UINT32_MAX)
			return -1;
		*value = high << 32 | (uint32_t)low;
	}
	return 0;
}

const char *
util_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int
util_append(char *path, size_t size, const char *s)
{
	size_t len = strlen(path), n = strlen(s);

	if (len + n >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path + len, s, n + 1);
	return 0;
}

int
util_append_number(char *path, size_t size, unsigned v)
{
	char digits[11], *p = digits + sizeof digits;

	*--p = '\0';
	do
		*--p = (char)('0' + v % 10);
	while (v /= 10);
	return util_append(path, size, p);
}

const char *
util_word(const char *words, int index)
{
	while (index-- > 0)
		words += strlen(words) + 1;
	return words;
}

int
util_word_index(const char *words, const char *wanted)
{
	int i;

	for (i = 0; *words; i++, words += strlen(words) + 1)
		if (!strcmp(words, wanted))
			return i;
	return -1;
}

int
util_prefix_index(const char *words, const char *text)
{
	size_t len;
	int i;

	for (i = 0; (len = strlen(words)); i++, words += len + 1)
		if (!strncmp(words, text, len))
			return i;
	return -1;
}

bool
util_is_near(const char *typed, const char *word, size_t edits)
{
	size_t n = strlen(typed), m = strlen(word);

	/* without what they begin and end with */
	for (; *typed && *word && (*typed | 0x20) == (*word | 0x20);
	    n--, m--) {
		typed++;
		word++;
	}
	for (; n && m && (typed[n - 1] | 0x20) == (word[m - 1] | 0x20); n--)
		m--;
	if (n == 2 && m == 2 && typed[0] == word[1] && typed[1] == word[0])
		n = m = 1;
	/* another digit makes another version of a call */
	return n <= edits && m <= edits && (unsigned)*typed - '0' > 9;
}

void
util_set_bit(uint8_t *bits, int i)
{
	bits[i / 8] = (uint8_t)(bits[i / 8] | 1u << i % 8);
}

void
util_clear_bit(uint8_t *bits, int i)
{
	bits[i / 8] = (uint8_t)(bits[i / 8] & ~(1u << i % 8));
}

bool
util_has_bit(const uint8_t *bits, int i)
{
	return bits[i / 8] >> i % 8 & 1;
}

int
util_utf8_len(const unsigned char *s)
{
	int n = *s >= 0xf0 ? 4 : *s >= 0xe0 ? 3 : 2, i;

	if (*s < 0xc2 || *s > 0xf4)
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* an overlong form, a surrogate, beyond U+10FFFF */
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

const char *
util_descriptor_number(const char *arg)
{
	static const struct { const char *name, *number; } names[] = {
		{ "-", "1" }, { "/dev/stdout", "1" }, { "/dev/stderr", "2" },
	};
	static const char folders[] = "+\0/dev/fd/\0/proc/self/fd/\0";
	int i = util_prefix_index(folders, arg);
	size_t k;

	for (k = 0; k < sizeof names / sizeof *names; k++)
		if (!strcmp(names[k].name, arg))
			return names[k].number;
	return i < 0 ? NULL : arg + strlen(util_word(folders, i));
}

const char *
util_take_env(const char *name)
{
	size_t len = strlen(name);
	const char *value = NULL;
	char **from, **to;

	for (from = to = environ; from && *from; from++) {
		if (!strncmp(*from, name, len) && (*from)[len] == '=')
			value = *from + len + 1;
		else
			*to++ = *from;
	}
	if (to)
		*to = NULL;
	return value;
}
