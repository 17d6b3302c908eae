/* SPDX-License-Identifier: MIT */
#pragma once

struct policy;

/* Parse a list such as "siblings,death", or "all", into bits of REASON_WIDENED.
 * Returns -1 if it contains any other word. */
int widen_parse_list(const char *list, unsigned *widenings);
/* The word for the widening that added a call; NULL if none did. */
const char *widen_reason(unsigned reasons);
/* Add what these widenings give, to the native ABI and each in use.  Calls that
 * the policy allows keep their reasons and rules, and may get more rules.
 * Widening again adds nothing.  Returns -1 if there was no room for all. */
int widen(struct policy *, unsigned widenings);
