/* SPDX-License-Identifier: MIT
 * Needs util.h, abi.h, policy.h, format.h, result.h, attach.h,
 * options.h. */
#pragma once

struct options;

/* -m: the union of all, in whatever order; a wait status to end with */
int merge_run(const struct options *);
/* -d: what NEW allows and OLD does not, and the reverse; ends as diff(1) does:
 * 0 the same, 1 not, 2 trouble */
int compare_run(const struct options *);
