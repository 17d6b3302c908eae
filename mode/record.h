/* SPDX-License-Identifier: MIT */
#pragma once

struct options;
struct out;
struct session;

/* Run PROGRAM, or attach to processes, and record their calls.  Returns as
 * session_run() does. */
int record_run(const struct options *);
/* Write "7 calls by 1 process, 3 kinds"; kinds: how many. */
void record_write_counts(struct out *, const struct session *, int kinds);
