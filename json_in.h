/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	JSON_DEPTH_MAX = 16,
	JSON_STRING_MAX = 256,  /* bytes of a string that is looked at */
};

enum json_token {
	JSON_ERROR, JSON_END,
	JSON_OBJECT, JSON_OBJECT_END, JSON_ARRAY, JSON_ARRAY_END,
	JSON_KEY, JSON_STRING, JSON_NUMBER, JSON_BOOL, JSON_NULL,
};

/* a pull parser over a text in memory; allocates nothing */
struct json_in {
	const char *at, *end, *line_start, *token_start;
	unsigned line;          /* from 1 */
	unsigned depth;
	uint32_t objects;       /* bit n: depth n is in an object, not an array */
	bool value_due;         /* after a key, at an array's or the text's start */
	bool comma_due;         /* a value stands here: comma or end */
	const char *error;      /* JSON_ERROR: what is wrong */

	char string[JSON_STRING_MAX];   /* JSON_KEY, JSON_STRING: decoded */
	bool too_long;          /* the string did not fit, or held a NUL */
	int64_t number;         /* JSON_NUMBER; JSON_BOOL: 0 or 1 */
};

void json_in_init(struct json_in *, const char *text, size_t len);
/* the next token; after JSON_ERROR or JSON_END always the same */
enum json_token json_next(struct json_in *);
/* pass over the value that begins with this token */
enum json_token json_skip(struct json_in *, enum json_token first);
/* pass over what is left of the innermost object or array that is open */
enum json_token json_leave(struct json_in *);
/* where the last token began, in bytes from 1 */
unsigned json_column(const struct json_in *);
