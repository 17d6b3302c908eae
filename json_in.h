/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	JSON_DEPTH_MAX = 16,
	JSON_STRING_MAX = 80,   /* bytes of a string that is looked at */
};

enum json_token {
	JSON_ERROR, JSON_END,
	JSON_OBJECT, JSON_OBJECT_END, JSON_ARRAY, JSON_ARRAY_END,
	JSON_KEY, JSON_STRING, JSON_NUMBER, JSON_BOOL, JSON_NULL,
};

/* a pull parser over a text in memory; allocates nothing */
struct json_in {
	const char *at, *end;
	const char *token;      /* where the last one began, or the error is */
	const char *error;      /* JSON_ERROR: what is wrong */
	unsigned depth;
	uint32_t objects;       /* bit n: depth n is an object, not an array */
	bool value_due;         /* after a key; where an array or text begins */
	bool comma_due;         /* a value stands here: comma or end */

	/* JSON_KEY, JSON_STRING: decoded, 0xff for what no name has: NUL and
	 * characters given by number beyond ASCII */
	char string[JSON_STRING_MAX];
	bool too_long;          /* the string did not fit */
	bool negative;          /* JSON_NUMBER: minus so much */
	uint64_t number;        /* JSON_NUMBER; JSON_BOOL: 0 or 1 */
};

/* of a text with a 0 behind it */
void json_in_init(struct json_in *, const char *text, size_t len);
/* the next token; after JSON_ERROR or JSON_END always the same */
enum json_token json_next(struct json_in *);
/* pass over the value that comes next; JSON_ERROR, or its last token */
enum json_token json_skip(struct json_in *);
/* bytes of the UTF-8 sequence beyond ASCII at s, 0 if there is none */
int json_utf8_len(const unsigned char *s);
