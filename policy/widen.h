/* SPDX-License-Identifier: MIT */
#pragma once

struct policy;

/* "siblings,death" or "all" as bits of REASON_WIDENED; -1: another word */
int widen_parse_list(const char *list, unsigned *what);
/* the word for a call's reason; NULL: widening did not add it */
const char *widen_reason(unsigned why);
/* add to each ABI in use what the bits say; what is in the policy keeps its
 * reason, and its condition but for more cases; again adds nothing; -1: no room
 * for all */
int widen(struct policy *, unsigned what);
