/* SPDX-License-Identifier: MIT */
#pragma once

struct options;

/* Run PROGRAM, or attach to processes, and record their calls.  Returns as
 * session_run() does. */
int record_run(const struct options *);
