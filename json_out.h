/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct out;

/* a JSON document being written: indented by tabs, one value a line */
struct json {
	struct out *out;        /* holds the errors */
	int depth;
	bool first;             /* the innermost bracket is still empty */
	bool yaml;              /* write YAML; strings may not need quotes */
	bool dash;              /* YAML: just wrote the dash of an element */
};

/* Start a document; set yaml afterwards for YAML. */
void json_init(struct json *, struct out *);
/* bracket is '{' or '['. key is NULL for an array's element and for the
 * document itself, here and below. */
void json_open(struct json *, const char *key, char bracket);
void json_close(struct json *, char bracket);
/* Any bytes: what is not printable ASCII or valid UTF-8 is escaped. */
void json_string(struct json *, const char *key, const char *value);
void json_number(struct json *, const char *key, int64_t value);
void json_bool(struct json *, const char *key, bool value);
/* Write only what precedes a value.  The caller writes the value to j->out. */
void json_begin_value(struct json *, const char *key);
