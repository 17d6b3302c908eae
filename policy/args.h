/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct out;
struct policy;
struct policy_rule;
struct policy_test;

enum {
	ARGS_TESTS_MAX = 2,     /* tests of a rule that args_tests makes */
	ARGS_VALUES_MAX = 32,   /* rules of a call; with more, any value */
};

/* Make the tests of a rule that allows a multiplexing call with the arguments
 * that select what it does.  Returns their number, at most ARGS_TESTS_MAX; 0 if
 * the call's arguments don't matter. */
int args_tests(int abi, uint32_t nr, const uint64_t args[6],
    struct policy_test *tests);
/* Add count calls with these arguments, and a rule for them if the policy does
 * not allow them yet.  If there are too many rules, warn and allow the call
 * with any arguments.  Returns 1 if a rule was added, 0 if not, -1 if there is
 * no room. */
int args_add(struct policy *, int abi, uint32_t nr, const uint64_t args[6],
    uint64_t count);
/* Add count calls whose arguments were too many to keep: warn and allow the
 * call with any.  Returns 0, or -1 if there is no room. */
int args_add_any(struct policy *, int abi, uint32_t nr, uint64_t count);
/* Set the bits of arguments 0 to 2 that decide whether the policy's rules allow
 * a call and, if all is set, those for which args_add would make rules.
 * Returns more than 0; 0 if the call's arguments don't matter; -1 if other bits
 * decide, too, or if the call is outside the part of the tables that a tap
 * counts by. */
int args_masks(const struct policy *, bool all, int abi, uint32_t nr,
    uint32_t mask[3]);
/* Write the names of a rule's values, "AF_INET SOCK_STREAM", between two texts.
 * Returns false and writes nothing if they have no names. */
bool args_write_names(struct out *, const char *before,
    const struct policy_rule *, const char *after);
/* The value that a name such as PROT_EXEC has on the native ABI.  false: none
 * that utrace knows. */
bool args_value(const char *name, uint64_t *value);
