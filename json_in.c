/* SPDX-License-Identifier: MIT
 *
 * Read JSON, or YAML with the same tokens: one token at a time, checking the
 * grammar.  Numbers are integers, as in every policy.  Knows no policy.
 */
#include "json_in.h"

#include <string.h>

#include "lib/util.h"

static const char unexpected[] = "unexpected character";

void
json_in_init(struct json_in *j, const char *text, size_t len)
{
	memset(j, 0, sizeof *j);
	j->at = j->token = j->line = text;
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
	for (;; j->at++) {
		if (*j->at == '\n')
			j->line = j->at + 1;
		else if (j->yaml && *j->at == '#')
			j->at += strcspn(j->at, "\n") - 1;
		else if (*j->at != ' ' && *j->at != '\t' && *j->at != '\r')
			break;
	}
}

/* the end of YAML's word without quotes, which can contain blanks */
static const char *
word_end(const struct json_in *j)
{
	const char *s = j->at, *end = s;

	for (; *s && *s != '\n'; s++) {
		if ((*s == ':' && (unsigned char)s[1] <= ' ') ||
		    (*s == '#' && s > end) ||
		    (j->depth && !j->column[j->depth] && strchr(",[]{}", *s)))
			break;
		if ((unsigned char)*s > ' ')
			end = s + 1;
	}
	return end;
}

/* Parse four hexadecimal digits.  -1 if they are missing. */
static int
parse_hex4(struct json_in *j)
{
	unsigned v = 0, d;
	int i;

	for (i = 0; i < 4 && (d = util_digit(*j->at)) < 16; i++, j->at++)
		v = v << 4 | d;
	return i == 4 ? (int)v : -1;
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

/* Starts at the opening quote, or at a word of YAML. */
static enum json_token
string_token(struct json_in *j, enum json_token token)
{
	bool word = j->yaml && *j->at != '"' && *j->at != '\'';
	const char *end = word ? word_end(j) : NULL;
	char quote = *j->at;
	size_t len = 0;
	int c, n;

	j->too_long = false;
	if (word && strchr("&*!|>%@`<", quote))
		return syntax_error(j, unexpected);
	for (j->at += !word; (c = (unsigned char)*j->at) != quote || word; ) {
		if (j->at == end)
			break;
		if (c < 0x20)
			return syntax_error(j, "control character in a string");
		n = c < 0x80 ? 1 : util_utf8_len((const void *)j->at);
		if (n == 0)
			return syntax_error(j, "invalid UTF-8");
		j->at += n;
		if (c == '\\' && quote == '"' && (c = parse_escape(j)) < 0)
			return syntax_error(j, "invalid escape in a string");
		if (len < sizeof j->string - 1)
			j->string[len++] = (char)(c && c < 0x80 ? c : 0xff);
		else
			j->too_long = true;
	}
	j->at += !word;
	j->string[len] = '\0';
	return token;
}

static enum json_token
number_token(struct json_in *j)
{
	const char *first;

	j->negative = *j->at == '-';
	first = j->at += j->negative;
	if (util_parse_digits(&j->at, 10, &j->number) < 0)
		return syntax_error(j, "number too large");
	if (j->at == first || (*first == '0' && j->at - first > 1))
		return syntax_error(j, "invalid number");
	if (*j->at == '.' || (*j->at | 0x20) == 'e')
		return syntax_error(j, "not an integer");
	return JSON_NUMBER;
}

static enum json_token
word_token(struct json_in *j)
{
	static const char words[] = "false\0true\0null\0";
	int i = util_prefix_index(words, j->at);

	if (i < 0)
		return syntax_error(j, unexpected);
	j->at += strlen(util_word(words, i));
	j->number = (unsigned)i;
	return i < 2 ? JSON_BOOL : JSON_NULL;
}

static enum json_token
open_token(struct json_in *j, bool object, uint32_t column)
{
	if (j->depth == JSON_DEPTH_MAX)
		return syntax_error(j, "nested too deeply");
	j->at += !column;
	j->depth++;
	j->column[j->depth] = column;
	j->objects = (j->objects & ~(1u << j->depth)) |
	    (uint32_t)object << j->depth;
	j->comma_due = false;
	return object ? JSON_OBJECT : JSON_ARRAY;
}

static enum json_token
key_token(struct json_in *j)
{
	if (*j->at != '"' && !j->yaml)
		return syntax_error(j, "expected a key");
	if (string_token(j, JSON_KEY) == JSON_ERROR)
		return JSON_ERROR;
	if (!j->yaml)
		skip_space(j);
	if (*j->at != ':')
		return syntax_error(j, strcmp(j->string, "---") ?
		    "expected a colon" : "a second document");
	j->at++;
	j->value_due = true;
	return JSON_KEY;
}

/* Is YAML's next word one? */
static bool
is_number(const struct json_in *j)
{
	const char *s = j->at + (*j->at == '-'), *digits = s;

	s += strspn(s, "0123456789");
	return s > digits && s == word_end(j);
}

static enum json_token
value_token(struct json_in *j)
{
	j->value_due = false;
	j->comma_due = true;
	if (*j->at == '{' || *j->at == '[')
		return open_token(j, *j->at == '{', 0);
	if (*j->at == '"' || (j->yaml && !is_number(j)))
		return string_token(j, JSON_STRING);
	if (*j->at == '-' || (*j->at >= '0' && *j->at <= '9'))
		return number_token(j);
	return word_token(j);
}

static enum json_token
close_token(struct json_in *j, bool object)
{
	j->depth--;
	j->comma_due = true;
	return object ? JSON_OBJECT_END : JSON_ARRAY_END;
}

/* from 1; 0 at the end */
static uint32_t
column(const struct json_in *j)
{
	return j->at == j->end ? 0 : (uint32_t)(j->at - j->line) + 1;
}

/* Is a list's element next? */
static bool
is_item(const struct json_in *j)
{
	return *j->at == '-' && (unsigned char)j->at[1] <= ' ';
}

/* What YAML has outside brackets: the column tells where a list or object begins
 * and ends.  The elements of a list may be as far left as its key. */
static enum json_token
block_token(struct json_in *j, bool object)
{
	uint32_t own = j->column[j->depth];
	struct json_in key;

	if (!j->value_due) {
		if (column(j) < own ||
		    (column(j) == own && !object && !is_item(j)))
			return close_token(j, object);
		if (column(j) > own)
			return syntax_error(j, unexpected);
		if (object)
			return key_token(j);
		j->at++;
		skip_space(j);
		j->token = j->at;
	}
	j->value_due = false;
	if (column(j) < own || (column(j) == own && (!object || !is_item(j))))
		return JSON_NULL;
	key = *j;
	if (is_item(j) || (*j->at != '[' && *j->at != '{' &&
	    key_token(&key) == JSON_KEY))
		return open_token(j, !is_item(j), column(j));
	return value_token(j);
}

enum json_token
json_next(struct json_in *j)
{
	bool object = j->objects >> j->depth & 1, comma;

	if (j->error)
		return JSON_ERROR;
	skip_space(j);
	j->token = j->at;
	if (j->yaml && (j->depth ? j->column[j->depth] : j->value_due))
		return block_token(j, object);
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
		return close_token(j, object);
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

bool
json_find_key(struct json_in *j, const char *key)
{
	if (json_next(j) == JSON_OBJECT)
		while (json_next(j) == JSON_KEY) {
			if (!strcmp(j->string, key))
				return true;
			json_skip(j);
		}
	return false;
}
