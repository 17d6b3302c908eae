/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct policy;
struct policy_test;

/* Internal to policy_merge(), policy_at_least() and the reader of deny lists. */

/* what a policy that allows a call with any arguments adds to its count, beside
 * the 1 that each policy adds */
#define COUNT_ALWAYS (1ull << 32)

/* Keep of a call what fails one of n tests; nothing if n is 0.  Returns -1 if
 * there was no room for the conditions. */
int sets_subtract(struct policy *, int abi, uint32_t nr,
    const struct policy_test *, int n);
/* Keep the calls and names that both policies have, with the conditions of both
 * or, if less is set, what the second does not allow.  Returns -1 if there was no
 * room for all conditions. */
int sets_combine(struct policy *, const struct policy *, bool less);
