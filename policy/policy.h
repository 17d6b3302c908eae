/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "syscalls/abi.h"

enum {
	POLICY_UNNAMED_MAX = 256,
	POLICY_RULES_MAX = 512,
	POLICY_TESTS_MAX = 6,   /* of one rule */
	POLICY_OVERRIDES_MAX = 512,
	POLICY_UNKNOWN_MAX = 8192,      /* bytes of all names, with their 0 */
};

/* why a call is in a policy: bits, 0 for not at all */
enum {
	REASON_SEEN = 1,           /* recorded */
	REASON_KNOWN = 2,          /* stood in the policy that we started from */
	REASON_ALWAYS = 4,         /* what all processes need to return and exit */
	REASON_SIBLING = 8,        /* added: another libc's or kernel's way */
	REASON_VDSO = 16,          /* added: real where the vDSO can't answer */
	REASON_DEATH = 32,         /* added: for abort() and the like */
	REASON_RESTART = 64,       /* added: made by the kernel after a stop */
	REASON_WIDENED = REASON_SIBLING | REASON_VDSO | REASON_DEATH | REASON_RESTART,
	REASON_CONDITIONAL = 128,          /* not a reason: allowed where a rule holds */
};

/* what a call outside the policy gets; an errno is 1..4095.  The higher the
 * milder: the order of errnos only makes merging the same in any order. */
enum { ACTION_NONE = -1 /* not said */, ACTION_KILL = 0, ACTION_LOG = 4096 };

struct policy_call {
	uint32_t nr;
	uint8_t abi;            /* index into abis[] */
	uint8_t reasons;
	uint64_t count;
};

/* a condition on an argument, unsigned and as wide as the ABI's registers:
 * what a 32-bit ABI's values or arguments hold above that is not looked at */
enum policy_op { OP_NE, OP_LT, OP_LE, OP_EQ, OP_GE, OP_GT, OP_MASKED_EQ };

struct policy_test {
	uint8_t arg;            /* 0 to 5 */
	uint8_t op;
	uint64_t value;
	uint64_t mask;          /* OP_MASKED_EQ: (argument & mask) == value */
};

/* the call is allowed where all n tests hold */
struct policy_rule {
	uint32_t nr;
	uint8_t abi;
	uint8_t n;              /* at least 1 */
	uint8_t reasons;            /* WHY_* */
	uint8_t image_mask[9];          /* a bit each of policy.by's whom it let pass */
	struct policy_test test[POLICY_TESTS_MAX];
};

/* a call that gets another action than the rest of those outside */
struct policy_override {
	uint32_t nr;
	uint8_t abi;
	int16_t action;
};

struct images;

/* a set of system calls with counts: fixed size, made to be static */
struct policy {
	uint64_t count[ABI_MAX][ABI_TABLE_MAX];
	uint8_t reasons[ABI_MAX][ABI_TABLE_MAX];
	/* numbers outside the tables, in order of (abi, number) */
	struct policy_call unnamed[POLICY_UNNAMED_MAX];
	int n_unnamed;
	/* of the calls that are REASON_CONDITIONAL, in order: one that holds is enough */
	struct policy_rule rules[POLICY_RULES_MAX];
	int n_rules;
	struct policy_override overrides[POLICY_OVERRIDES_MAX];
	int n_overrides;
	/* names, in order, that stood in a file and that no ABI of this build
	 * has, as "name" or "arch:name", each with its 0; an empty one ends */
	char unknown[POLICY_UNKNOWN_MAX];
	int action;             /* an errno or ACTION_* */
	bool action_chosen;     /* asked for, not our default */
	bool main_scope;        /* its format is for who loads it at the entry
				 * point, not before execve */
	bool incomplete;        /* the recording lost something */
	const struct images *images;        /* who made its calls; NULL: unknown */
};

/* n calls of this number, allowed whatever their arguments; -1: no room, or
 * nothing known of the ABI's index */
int policy_add(struct policy *, int abi, uint32_t nr, int why, uint64_t n);
/* the same, but conditions that it has stay */
int policy_add_count(struct policy *, int abi, uint32_t nr, int why, uint64_t n);
/* allow this number where all n tests hold, in whatever order; nothing new
 * if it is allowed without; -1: no room, or more tests than a rule has */
int policy_add_rule(struct policy *, int abi, uint32_t nr, int why,
    const struct policy_test *, int n);
/* this number, where it is not allowed, gets an action of its own, of two the
 * milder; -1: no room */
int policy_set_action(struct policy *, int abi, uint32_t nr, int action);
/* a name that no ABI has; -1: no room */
int policy_add_unknown(struct policy *, const char *name);
/* the one after last, the first after NULL; NULL: there is no more */
const char *policy_next_unknown(const struct policy *, const char *last);
/* not in the policy any more, if it was */
void policy_remove(struct policy *, int abi, uint32_t nr);
/* all that the second allows, too: what a call gets is the milder of what it
 * gets by each, counts are added; -1: no room for all */
int policy_merge(struct policy *, const struct policy *);
/* why it is in the policy: WHY_* and REASON_CONDITIONAL, 0 if it is not */
int policy_reasons(const struct policy *, int abi, uint32_t nr);
/* its rules, in a row; how many */
int policy_rules(const struct policy *, int abi, uint32_t nr,
    const struct policy_rule **);
/* 0: the same tests */
int policy_compare_tests(const struct policy_rule *,
    const struct policy_rule *);
/* the first by which it passes with these arguments; NULL: none, or it needs
 * none */
struct policy_rule *policy_rule_for(const struct policy *, int abi, uint32_t nr,
    const uint64_t args[6]);
/* would it pass with these arguments? */
bool policy_allows(const struct policy *, int abi, uint32_t nr,
    const uint64_t args[6]);
/* the action that it gets where it does not pass: of a number without a name,
 * if it has none of its own, ENOSYS */
int policy_action(const struct policy *, int abi, uint32_t nr);
/* what became of a call from the first to the second: '+' allowed now, '-' no
 * longer, '~' under other conditions, 0: the same */
char policy_change(const struct policy *, const struct policy *, int abi,
    uint32_t nr);
/* by name; 0, or -1 if the ABI has no such call */
int policy_add_name(struct policy *, int abi, const char *name, int why);
/* the calls that every process needs, for each ABI in use and the native one */
void policy_add_always(struct policy *);
/* does the policy hold a call of this ABI that something asked for? */
bool policy_uses(const struct policy *, int abi);

/* native ABI first, but BY_COUNT mixes them; BY_NAME puts numbers without a name
 * last */
enum policy_order { BY_NR, BY_NAME, BY_COUNT };
enum { POLICY_CALLS_MAX = ABI_MAX * ABI_TABLE_MAX + POLICY_UNNAMED_MAX };

/* all calls of a policy in some order; valid until a call is added or removed */
struct policy_list {
	const struct policy *policy;
	int n;
	uint16_t at[POLICY_CALLS_MAX];
};
void policy_list_make(struct policy_list *, const struct policy *,
    enum policy_order);
/* the call at a position from 0 to n - 1 */
struct policy_call policy_list_call(const struct policy_list *, int i);
