/* SPDX-License-Identifier: MIT */
#pragma once

struct options;

/* -d: print what the policy NEW allows and OLD does not, and the reverse.
 * Returns a wait status to end with, as diff(1) does: exit status 0 if they are
 * equal, 1 if not, 2 after an error. */
int compare_run(const struct options *);
