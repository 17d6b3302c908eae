/* SPDX-License-Identifier: MIT */
#pragma once

struct options;

/* -c: run PROGRAM and report the calls that the policy does not allow.  Returns
 * as session_run() does, STATUS_MISSES if it reported any. */
int check_run(const struct options *);
