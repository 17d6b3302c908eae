/* SPDX-License-Identifier: MIT
 * Needs util.h, abi.h, policy.h. */

/* a name a line, by ABI and name; "i386:name" for a foreign ABI; a number
 * where there is no name; after a tab the reason, where it was not seen */
void text_list(struct out *, const struct policy *);
/* for people: count, share, call, bar, by count; fits the terminal's width */
void text_table(struct out *, const struct policy *);
