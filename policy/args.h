/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct out;
struct policy;
struct policy_rule;
struct policy_test;

enum {
	ARGS_TESTS_MAX = 2,     /* of a rule made here */
	ARGS_VALUES_MAX = 32,   /* rules of a call; more say nothing */
};

/* what tells a call that is many in one from its others: the tests of a rule
 * that allows it with these arguments; how many, 0: they don't matter */
int args_tests(int abi, uint32_t nr, const uint64_t args[6],
    struct policy_test *tests);
/* count calls more, allowed under that condition; 1: a new one, 0: it was
 * allowed, or is without, -1: no room.  A line where there are too many. */
int args_add(struct policy *, int abi, uint32_t nr, const uint64_t args[6],
    uint64_t count);
/* the same, where they can't be told apart; 0, -1: no room */
int args_any(struct policy *, int abi, uint32_t nr, uint64_t count);
/* the bits of arguments 0 to 2 that tell whether a call passes by the policy's
 * conditions and, if all are wanted, by which it would; more than 0, 0: its
 * arguments don't matter, -1: these are not enough, or it has no place in a
 * table */
int args_masks(const struct policy *, bool all, int abi, uint32_t nr,
    uint32_t mask[3]);
/* the names of a rule's values, "AF_INET SOCK_STREAM", with what comes before
 * and after; false, and nothing, if it has none */
bool args_write_names(struct out *, const char *before, const struct policy_rule *,
    const char *after);
