/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

struct reader;

/* Read a container's config.json, a whitelist, a procd, OCI or Docker profile,
 * or a mixture: len bytes at r->text, with a NUL behind them.  Returns -1 after
 * printing an error. */
int json_policy_read(struct reader *r, size_t len);
