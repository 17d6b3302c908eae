/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	JSON_DEPTH_MAX = 16,
	JSON_STRING_MAX = 80,   /* bytes kept of a string, with the NUL */
};

enum json_token {
	JSON_ERROR, JSON_END,
	JSON_OBJECT, JSON_OBJECT_END, JSON_ARRAY, JSON_ARRAY_END,
	JSON_KEY, JSON_STRING, JSON_NUMBER, JSON_BOOL, JSON_NULL,
};

/* A pull parser over a text in memory; allocates nothing.  It reads JSON, or
 * YAML as people write it: blocks by indentation, words without quotes, comments,
 * and JSON.  Texts of several lines, anchors, aliases and tags are errors. */
struct json_in {
	const char *at, *end;
	const char *token;      /* start of the last one, or of the error */
	const char *error;      /* of JSON_ERROR */
	unsigned depth;
	uint32_t objects;       /* bit n: depth n is an object, not an array */
	bool value_due;         /* a value must follow, as after a key */
	bool comma_due;         /* a comma or closing bracket must follow */
	bool yaml;              /* set it after json_in_init() */
	const char *line;       /* its start */
	/* by depth: the column of a block of YAML, from 1; 0: it has brackets */
	uint32_t column[JSON_DEPTH_MAX + 1];

	/* Of JSON_KEY and JSON_STRING, decoded.  0xff stands for characters
	 * that no name has: NUL, and all beyond ASCII. */
	char string[JSON_STRING_MAX];
	bool too_long;          /* the string did not fit */
	bool negative;          /* JSON_NUMBER: it is -number */
	uint64_t number;        /* JSON_NUMBER; JSON_BOOL: 0 or 1 */
};

/* Start with a text of len bytes, with a NUL behind them. */
void json_in_init(struct json_in *, const char *text, size_t len);
/* The next token; JSON_ERROR and JSON_END repeat. */
enum json_token json_next(struct json_in *);
/* Skip the next value.  Returns its last token, or JSON_ERROR. */
enum json_token json_skip(struct json_in *);
/* Go to the value of a key of the next object.  Returns false if the next value
 * is no object, or one without the key. */
bool json_find_key(struct json_in *, const char *key);
