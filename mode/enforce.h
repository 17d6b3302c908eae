/* SPDX-License-Identifier: MIT */
#pragma once

struct options;

/* -e: become PROGRAM under the policy.  Returns only if that failed, or in the
 * process that installs the filter at PROGRAM's entry point: a wait status to
 * end with. */
int enforce_run(const struct options *);
