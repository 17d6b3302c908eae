/* SPDX-License-Identifier: MIT */
#pragma once

struct json;
struct policy;

/* Write the name of a call as an array's element, given the name's id.  For a
 * consumer with musl's names (CAPS_MUSL_NAMES) write musl's name, too. */
void json_names_write(struct json *, unsigned caps, unsigned id);
/* Write the names that this build does not know, from *next up to the last that
 * sorts before `before` (NULL: up to the end), and advance *next.  Names of
 * foreign ABIs are skipped. */
void json_names_write_unknown(struct json *, const struct policy *,
    const char **next, const char *before);
