/* SPDX-License-Identifier: MIT
 *
 * Read JSON: one token at a time, checking the grammar.  Numbers are integers,
 * as in every policy.  Knows no policy.
 */
#include "json_in.h"

#include <string.h>

#include "lib/util.h"

void
json_in_init(struct json_in *j, const char *text, size_t len)
{
	memset(j, 0, sizeof *j);
	j->at = j->token = text;
	j->end = text + len;
	j->value_due = true;
}

static enum json_token
syntax_error(struct json_in *j, const char *what)
{
	/* a NUL at the end is not part of the text */
	j->error = j->at == j->end ? "unexpected end of file" : what;
	j->token = j->at;
	return JSON_ERROR;
}

static void
skip_space(struct json_in *j)
{
	while (*j->at == ' ' || *j->at == '\t' || *j->at == '\r' ||
	    *j->at == '\n')
		j->at++;
}

/* Parse four hexadecimal digits.  -1 if they are missing. */
static int
parse_hex4(struct json_in *j)
{
	int v = 0, d, i;

	for (i = 0; i < 4; i++, j->at++) {
		d = *j->at - '0';
		if (d < 0 || d > 9) {
			d = (*j->at | 0x20) - 'a' + 10;
			if (d < 10 || d > 15)
				return -1;
		}
		v = v << 4 | d;
	}
	return v;
}

/* Parse what follows a backslash.  -1 if that is no escape. */
static int
parse_escape(struct json_in *j)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *p = strchr(from, *j->at);

	if (!*j->at)
		return -1;
	if (p) {
		j->at++;
		return to[p - from];
	}
	if (*j->at != 'u')
		return -1;
	j->at++;
	return parse_hex4(j);
}

/* Starts at the opening quote. */
static enum json_token
string_token(struct json_in *j, enum json_token token)
{
	size_t len = 0;
	int c, n;

	j->too_long = false;
	for (j->at++; (c = (unsigned char)*j->at) != '"'; ) {
		if (c < 0x20)
			return syntax_error(j, "control character in a string");
		n = c < 0x80 ? 1 : util_utf8_len((const void *)j->at);
		if (n == 0)
			return syntax_error(j, "invalid UTF-8");
		j->at += n;
		if (c == '\\' && (c = parse_escape(j)) < 0)
			return syntax_error(j, "invalid escape in a string");
		if (len < sizeof j->string - 1)
			j->string[len++] = (char)(c && c < 0x80 ? c : 0xff);
		else
			j->too_long = true;
	}
	j->at++;
	j->string[len] = '\0';
	return token;
}

static enum json_token
number_token(struct json_in *j)
{
	const char *first;
	unsigned d;

	j->number = 0;
	j->negative = *j->at == '-';
	first = j->at += j->negative;
	for (; (d = (unsigned)(*j->at - '0')) <= 9; j->at++) {
		if (j->number > UINT64_MAX / 10 ||
		    j->number * 10 > UINT64_MAX - d)
			return syntax_error(j, "number too large");
		j->number = j->number * 10 + d;
	}
	if (j->at == first || (*first == '0' && j->at - first > 1))
		return syntax_error(j, "invalid number");
	if (*j->at == '.' || (*j->at | 0x20) == 'e')
		return syntax_error(j, "not an integer");
	return JSON_NUMBER;
}

static enum json_token
word_token(struct json_in *j)
{
	static const char words[3][6] = { "false", "true", "null" };
	size_t i, len;

	for (i = 0; i < 3; i++) {
		len = strlen(words[i]);
		if (!strncmp(j->at, words[i], len)) {
			j->at += len;
			j->number = i;
			return i < 2 ? JSON_BOOL : JSON_NULL;
		}
	}
	return syntax_error(j, "unexpected character");
}

static enum json_token
open_token(struct json_in *j, bool object)
{
	if (j->depth == JSON_DEPTH_MAX)
		return syntax_error(j, "nested too deeply");
	j->at++;
	j->depth++;
	j->objects = (j->objects & ~(1u << j->depth)) |
	    (uint32_t)object << j->depth;
	j->comma_due = false;
	return object ? JSON_OBJECT : JSON_ARRAY;
}

static enum json_token
key_token(struct json_in *j)
{
	if (*j->at != '"')
		return syntax_error(j, "expected a key");
	if (string_token(j, JSON_KEY) == JSON_ERROR)
		return JSON_ERROR;
	skip_space(j);
	if (*j->at != ':')
		return syntax_error(j, "expected a colon");
	j->at++;
	j->value_due = true;
	return JSON_KEY;
}

static enum json_token
value_token(struct json_in *j)
{
	j->value_due = false;
	j->comma_due = true;
	if (*j->at == '{' || *j->at == '[')
		return open_token(j, *j->at == '{');
	if (*j->at == '"')
		return string_token(j, JSON_STRING);
	if (*j->at == '-' || (*j->at >= '0' && *j->at <= '9'))
		return number_token(j);
	return word_token(j);
}

enum json_token
json_next(struct json_in *j)
{
	bool object = j->objects >> j->depth & 1, comma;

	if (j->error)
		return JSON_ERROR;
	skip_space(j);
	j->token = j->at;
	if (j->value_due)
		return value_token(j);
	if (j->depth == 0)
		return j->at == j->end ? JSON_END :
		    syntax_error(j, "text after the end");
	comma = j->comma_due && *j->at == ',';
	if (comma) {
		j->at++;
		skip_space(j);
		j->token = j->at;
	} else if (*j->at == (object ? '}' : ']')) {
		j->at++;
		j->depth--;
		j->comma_due = true;
		return object ? JSON_OBJECT_END : JSON_ARRAY_END;
	} else if (j->comma_due) {
		return syntax_error(j, "expected a comma or bracket");
	}
	return object ? key_token(j) : value_token(j);
}

enum json_token
json_skip(struct json_in *j)
{
	unsigned depth = j->depth;
	enum json_token t;

	do
		t = json_next(j);
	while (t != JSON_ERROR && j->depth > depth);
	return t;
}
