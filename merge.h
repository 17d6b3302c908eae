/* SPDX-License-Identifier: MIT
 * Needs util.h, abi.h, policy.h, format.h, result.h, attach.h,
 * options.h. */

/* -m: the union of all, in whatever order; a wait status to end with */
int merge(const struct options *);
/* -d: what NEW allows and OLD does not, and the reverse; ends as diff(1) does:
 * 0 the same, 1 not, 2 trouble */
int compare(const struct options *);
