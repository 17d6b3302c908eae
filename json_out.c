/* SPDX-License-Identifier: MIT
 *
 * Write JSON: brackets, keys and values, indented; or the same document as
 * YAML. Knows no policy.
 */
#include "json_out.h"

#include <string.h>

#include "lib/out.h"
#include "lib/util.h"

void
json_init(struct json *j, struct out *o)
{
	j->out = o;
	j->depth = 0;
	j->first = true;
	j->yaml = j->dash = false;
}

static void
quote(struct out *o, const char *string)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *s = (const unsigned char *)string;
	int n;

	out_char(o, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\') {
			out_char(o, '\\');
			out_char(o, (char)*s);
		} else if (*s >= 0x20 && *s < 0x7f) {
			out_char(o, (char)*s);
		} else if ((n = util_utf8_len(s)) > 0) {
			out_mem(o, (const char *)s, (size_t)n);
			s += n - 1;
		} else {        /* escape a stray byte as Latin-1 */
			out_str(o, "\\u00");
			out_char(o, hex[*s >> 4]);
			out_char(o, hex[*s & 15]);
		}
	}
	out_char(o, '"');
}

/* Write what precedes any value: comma, newline, indentation, key.  In YAML the
 * first value of an array's element follows the dash on the same line. */
static void
start_value(struct json *j, const char *key, bool bracket)
{
	struct out *o = j->out;

	if (!j->first && !j->yaml)
		out_char(o, ',');
	if (j->yaml && j->first && j->dash) {
		out_char(o, ' ');
	} else if (j->depth > 0 && (!j->yaml || j->depth > 1 || !j->first)) {
		out_char(o, '\n');
		if (j->yaml)
			out_pad(o, ' ', 2 * j->depth - 2);
		else
			out_pad(o, '\t', j->depth);
	}
	j->first = j->dash = false;
	if (!key) {
		j->dash = j->yaml && j->depth && bracket;
		if (j->yaml && j->depth)
			out_str(o, bracket ? "-" : "- ");
		return;
	}
	if (j->yaml)
		out_str(o, key);
	else
		quote(o, key);
	out_str(o, bracket && j->yaml ? ":" : ": ");
}

void
json_begin_value(struct json *j, const char *key)
{
	start_value(j, key, false);
}

void
json_open(struct json *j, const char *key, char bracket)
{
	start_value(j, key, true);
	if (!j->yaml)
		out_char(j->out, bracket);
	j->depth++;
	j->first = true;
}

void
json_close(struct json *j, char bracket)
{
	j->depth--;
	if (j->yaml) {
		if (j->first)
			out_str(j->out, bracket == ']' ? " []" : " {}");
	} else {
		if (!j->first) {
			out_char(j->out, '\n');
			out_pad(j->out, '\t', j->depth);
		}
		out_char(j->out, bracket);
	}
	j->first = j->dash = false;
	if (j->depth == 0)
		out_char(j->out, '\n');
}

void
json_string(struct json *j, const char *key, const char *value)
{
	json_begin_value(j, key);
	if (j->yaml)            /* our strings need no quotes in YAML */
		out_str(j->out, value);
	else
		quote(j->out, value);
}

void
json_number(struct json *j, const char *key, int64_t value)
{
	json_begin_value(j, key);
	out_num(j->out, value);
}

void
json_bool(struct json *j, const char *key, bool value)
{
	json_begin_value(j, key);
	out_str(j->out, value ? "true" : "false");
}
