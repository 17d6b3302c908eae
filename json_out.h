/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct out;
struct policy;

/* a JSON document being written: tab-indented, one value a line */
struct json {
	struct out *out;
	int depth;
	bool first;             /* nothing stands yet at this depth */
	bool yaml;              /* the same, but for the punctuation */
	bool dash;              /* behind an element's */
};

void json_init(struct json *, struct out *);
/* bracket is '{' or '['; a null key: an element or the document itself */
void json_open(struct json *, const char *key, char bracket);
void json_close(struct json *, char bracket);
/* any bytes: what is not printable or not UTF-8's is escaped */
void json_string(struct json *, const char *key, const char *value);
void json_number(struct json *, const char *key, int64_t value);
void json_bool(struct json *, const char *key, bool value);

/* the JSON formats; errors are the buffer's */
void whitelist_write(struct out *, const struct policy *);
void oci_write_procd(struct out *, const struct policy *);
void oci_write(struct out *, const struct policy *);
void oci_write_docker(struct out *, const struct policy *);
void spo_write(struct out *, const struct policy *);
