/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

struct out;
struct policy;
struct policy_call;
struct policy_rule;
struct policy_test;

/* Write the name of a call: "openat", "i386:open", "99999". */
void call_name_write(struct out *, const struct policy_call *);
/* Write why the programs' files say that the call can be made, ": rename in
 * nginx"; nothing if that is not the reason that call_name_reason() gives. */
void call_name_write_origin(struct out *, const struct policy *,
    const struct policy_call *);
/* Why a call is in a policy although it was not seen, in a word; NULL if it was
 * seen. */
const char *call_name_reason(const struct policy_call *);
/* Write an argument rule with its call and the names of its values:
 * "socket(arg0 == 2) [AF_INET]". */
void call_name_write_rule(struct out *, const struct policy_rule *);
/* Write a rule's tests: "arg0 == 2 && (arg1 & 15) == 1".  If
 * write_masked is not NULL it writes the tests of masked arguments, for a
 * grammar that is not C's. */
void call_name_write_tests(struct out *, const struct policy_rule *,
    void (*write_masked)(struct out *, const struct policy_rule *,
    const struct policy_test *));
/* C's operators by enum policy_op, but for OP_MASKED_EQ */
extern const char call_name_ops[][3];
/* Write one test: "arg0 == 2". */
void call_name_write_test(struct out *, const struct policy_rule *, int arg,
    const char *op, uint64_t value);
/* The name after last, the first after NULL, that no call of any machine has;
 * NULL: there are no more. */
const char *call_name_next_strange(const struct policy *, const char *last);
/* Write these names, "aaa, bbb", as many as fit into a message. */
void call_name_write_strange(struct out *, const struct policy *);
