/* SPDX-License-Identifier: MIT
 * Needs util.h, abi.h, policy.h. */

/* For people: count, share, call, bar and who made it, by count; what was
 * added and why; who executed whom.  Fits the terminal's width, or 80 columns;
 * colour on a terminal only, and not under NO_COLOR. */
void table_out(struct out *, const struct policy *);
