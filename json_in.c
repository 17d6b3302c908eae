/* SPDX-License-Identifier: MIT
 *
 * A JSON tokenizer: pulls one token at a time out of a text, checks the
 * grammar, and knows line and column.  Numbers are integers here, as in every
 * policy.  Knows nothing of policies.
 */
#include "json_in.h"

#include <string.h>

void
json_in_init(struct json_in *j, const char *text, size_t len)
{
	memset(j, 0, sizeof *j);
	j->at = j->line_start = j->token_start = text;
	j->end = text + len;
	j->line = 1;
	j->value_due = true;
}

unsigned
json_column(const struct json_in *j)
{
	return (unsigned)(j->token_start - j->line_start) + 1;
}

static enum json_token
fail(struct json_in *j, const char *what)
{
	j->error = what;
	j->token_start = j->at;
	return JSON_ERROR;
}

static void
skip_space(struct json_in *j)
{
	for (; j->at < j->end; j->at++) {
		if (*j->at == '\n') {
			j->line++;
			j->line_start = j->at + 1;
		} else if (*j->at != ' ' && *j->at != '\t' && *j->at != '\r') {
			return;
		}
	}
}

static void
put(struct json_in *j, size_t *len, unsigned c)
{
	if (c == 0 || *len == sizeof j->string - 1)
		j->too_long = true;
	else
		j->string[(*len)++] = (char)c;
}

static void
put_utf8(struct json_in *j, size_t *len, uint32_t c)
{
	if (c < 0x80) {
		put(j, len, c);
	} else if (c < 0x800) {
		put(j, len, 0xc0 | c >> 6);
		put(j, len, 0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		put(j, len, 0xe0 | c >> 12);
		put(j, len, 0x80 | (c >> 6 & 0x3f));
		put(j, len, 0x80 | (c & 0x3f));
	} else {
		put(j, len, 0xf0 | c >> 18);
		put(j, len, 0x80 | (c >> 12 & 0x3f));
		put(j, len, 0x80 | (c >> 6 & 0x3f));
		put(j, len, 0x80 | (c & 0x3f));
	}
}

/* four hexadecimal digits; -1 if there are none */
static int32_t
hex4(struct json_in *j)
{
	int32_t v = 0, d, i;

	for (i = 0; i < 4; i++, j->at++) {
		if (j->at == j->end)
			return -1;
		if (*j->at >= '0' && *j->at <= '9')
			d = *j->at - '0';
		else if ((*j->at | 0x20) >= 'a' && (*j->at | 0x20) <= 'f')
			d = (*j->at | 0x20) - 'a' + 10;
		else
			return -1;
		v = v << 4 | d;
	}
	return v;
}

/* at is behind \u; a pair of surrogates is one character */
static bool
unicode_escape(struct json_in *j, size_t *len)
{
	int32_t c = hex4(j), low;

	if (c < 0 || (c >= 0xdc00 && c <= 0xdfff))
		return false;
	if (c >= 0xd800 && c <= 0xdbff) {
		if (j->end - j->at < 2 || j->at[0] != '\\' || j->at[1] != 'u')
			return false;
		j->at += 2;
		low = hex4(j);
		if (low < 0xdc00 || low > 0xdfff)
			return false;
		c = 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff));
	}
	put_utf8(j, len, (uint32_t)c);
	return true;
}

/* at is behind the opening quote */
static bool
string(struct json_in *j)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	size_t len = 0;
	const char *p;
	char c;

	j->too_long = false;
	while (j->at < j->end && *j->at != '"') {
		c = *j->at++;
		if ((unsigned char)c < 0x20) {
			j->at--;
			j->error = "control character in a string";
			return false;
		}
		if (c != '\\') {
			put(j, &len, (unsigned char)c);
			continue;
		}
		if (j->at == j->end)
			break;
		c = *j->at++;
		if (c == 'u') {
			if (unicode_escape(j, &len))
				continue;
		} else if (c && (p = strchr(from, c))) {
			put(j, &len, (unsigned char)to[p - from]);
			continue;
		}
		j->error = "bad escape in a string";
		return false;
	}
	if (j->at == j->end) {
		j->error = "string without an end";
		return false;
	}
	j->at++;
	j->string[len] = '\0';
	return true;
}

static enum json_token
number(struct json_in *j)
{
	bool negative = *j->at == '-';
	uint64_t v = 0;
	unsigned d;
	const char *first;

	j->at += negative;
	first = j->at;
	for (; j->at < j->end && *j->at >= '0' && *j->at <= '9'; j->at++) {
		d = (unsigned)(*j->at - '0');
		if (v > UINT64_MAX / 10 || v * 10 > UINT64_MAX - d)
			return fail(j, "number too large");
		v = v * 10 + d;
	}
	if (j->at == first || (*first == '0' && j->at - first > 1))
		return fail(j, "bad number");
	if (j->at < j->end && strchr(".eE", *j->at) && *j->at)
		return fail(j, "not an integer");
	if (v > (uint64_t)INT64_MAX + negative)
		return fail(j, "number too large");
	j->number = (int64_t)(negative ? -v : v);
	return JSON_NUMBER;
}

static enum json_token
word(struct json_in *j)
{
	static const struct { const char *text; enum json_token token; int v; }
	words[] = {
		{ "true", JSON_BOOL, 1 }, { "false", JSON_BOOL, 0 },
		{ "null", JSON_NULL, 0 },
	};
	size_t i, len;

	for (i = 0; i < sizeof words / sizeof *words; i++) {
		len = strlen(words[i].text);
		if ((size_t)(j->end - j->at) >= len &&
		    !memcmp(j->at, words[i].text, len)) {
			j->at += len;
			j->number = words[i].v;
			return words[i].token;
		}
	}
	return fail(j, "unexpected character");
}

static enum json_token
open(struct json_in *j, bool object)
{
	if (j->depth == JSON_DEPTH_MAX)
		return fail(j, "nested too deep");
	j->at++;
	j->depth++;
	j->objects = (j->objects & ~(1u << j->depth)) |
	    (uint32_t)object << j->depth;
	j->comma_due = false;
	j->value_due = false;
	return object ? JSON_OBJECT : JSON_ARRAY;
}

static enum json_token
close(struct json_in *j, bool object)
{
	j->at++;
	j->depth--;
	j->comma_due = true;
	j->value_due = false;
	return object ? JSON_OBJECT_END : JSON_ARRAY_END;
}

static enum json_token
key(struct json_in *j)
{
	if (*j->at != '"')
		return fail(j, "expected a key");
	j->at++;
	if (!string(j))
		return fail(j, j->error);
	skip_space(j);
	if (j->at == j->end || *j->at != ':')
		return fail(j, "expected a colon");
	j->at++;
	j->value_due = true;
	return JSON_KEY;
}

static enum json_token
value(struct json_in *j)
{
	j->value_due = false;
	j->comma_due = true;
	if (*j->at == '{' || *j->at == '[')
		return open(j, *j->at == '{');
	if (*j->at == '"') {
		j->at++;
		return string(j) ? JSON_STRING : fail(j, j->error);
	}
	if (*j->at == '-' || (*j->at >= '0' && *j->at <= '9'))
		return number(j);
	return word(j);
}

enum json_token
json_next(struct json_in *j)
{
	bool object = j->objects >> j->depth & 1, comma = false;

	if (j->error)
		return JSON_ERROR;
	skip_space(j);
	j->token_start = j->at;
	if (j->at == j->end) {
		if (j->depth == 0 && j->comma_due)
			return JSON_END;
		return fail(j, "unexpected end");
	}
	if (j->depth == 0 && j->comma_due)
		return fail(j, "text after the end");
	if (j->value_due)
		return value(j);
	if (j->comma_due && *j->at == ',') {
		comma = true;
		j->comma_due = false;
		j->at++;
		skip_space(j);
		j->token_start = j->at;
		if (j->at == j->end)
			return fail(j, "unexpected end");
	}
	if (!comma && *j->at == (object ? '}' : ']'))
		return close(j, object);
	if (j->comma_due)
		return fail(j, "expected a comma or an end");
	return object ? key(j) : value(j);
}

enum json_token
json_leave(struct json_in *j)
{
	unsigned depth = j->depth;
	enum json_token t;

	do
		t = json_next(j);
	while (t != JSON_ERROR && j->depth >= depth);
	return t;
}

enum json_token
json_skip(struct json_in *j, enum json_token t)
{
	return t == JSON_OBJECT || t == JSON_ARRAY ? json_leave(j) : t;
}
