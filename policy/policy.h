/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "syscalls/abi.h"

enum {
	POLICY_UNNAMED_MAX = 256,
	POLICY_RULES_MAX = 512,
	POLICY_TESTS_MAX = 6,           /* of one rule */
	POLICY_OVERRIDES_MAX = 1024,
	POLICY_UNKNOWN_MAX = 8192,      /* bytes of all names, with their 0 */
};

/* why a policy allows a call: bits; 0 if it does not */
enum {
	REASON_SEEN = 1,        /* recorded */
	REASON_KNOWN = 2,       /* in the policy that the run started with */
	REASON_ALWAYS = 4,      /* every process needs it to return or exit */
	/* added by widening */
	REASON_SIBLING = 8,     /* another libc or kernel uses it instead */
	REASON_VDSO = 16,       /* a real call where the vDSO can't answer */
	REASON_DEATH = 32,      /* abort() and the like need it */
	REASON_RESTART = 64,    /* the kernel makes it after a stop */
	REASON_IMPORT = 128,    /* a function that a program imports makes it */
	REASON_CODE = 256,      /* an instruction of a program makes it */
	REASON_WIDENED = REASON_SIBLING | REASON_VDSO | REASON_DEATH |
	    REASON_RESTART | REASON_IMPORT | REASON_CODE,
	/* read in the programs' files */
	REASON_FILES = REASON_IMPORT | REASON_CODE,
	/* not a reason: the call is allowed only if one of its rules matches */
	REASON_CONDITIONAL = 512,
};

/* What a call gets that the policy does not allow: an errno from 1 to 4095, or
 * one of these.  The higher, the milder; the order of the errnos only makes the
 * result of a merge independent of its order. */
enum {
	ACTION_NONE = -1,       /* not chosen */
	ACTION_KILL = 0,
	ACTION_LOG = 4096,
	/* only as the default: the policy is a deny list, which allows what it
	 * does not name.  Its overrides deny; its rules say with which arguments
	 * a call that has an override is allowed all the same. */
	ACTION_ALLOW,
};

struct policy_call {
	uint32_t nr;
	uint8_t abi;                    /* index into abis[] */
	uint16_t reasons;               /* REASON_* */
	uint64_t count;
};

/* A condition on one argument.  Values are unsigned and as wide as the ABI's
 * registers; higher bits of the argument and of the value are ignored. */
enum policy_op { OP_NE, OP_LT, OP_LE, OP_EQ, OP_GE, OP_GT, OP_MASKED_EQ };

struct policy_test {
	uint8_t arg;                    /* 0 to 5 */
	uint8_t op;                     /* enum policy_op */
	uint64_t value;
	uint64_t mask;          /* OP_MASKED_EQ: (argument & mask) == value */
};

/* allows a call if all n tests hold */
struct policy_rule {
	uint32_t nr;
	uint8_t abi;
	uint8_t n;                      /* at least 1 */
	uint16_t reasons;               /* REASON_* */
	uint8_t image_mask[9];  /* a bit for each image whose calls matched */
	uint32_t count;         /* policies that have it, for SET_COUNT */
	struct policy_test test[POLICY_TESTS_MAX];
};

/* an action of its own for a call that is not allowed */
struct policy_override {
	uint32_t nr;
	uint8_t abi;
	int16_t action;
};

/* what policy_merge() makes of two policies */
enum policy_set {
	SET_UNION,
	SET_COUNT,              /* the union; count: how many allow a call */
	SET_INTERSECT,          /* what both allow */
	SET_SUBTRACT,           /* what only the first allows */
};

struct images;
struct reach;

/* A set of system calls with counts.  Its size is fixed, and large: make it
 * static. */
struct policy {
	/* by table index */
	uint64_t count[ABI_MAX][ABI_TABLE_MAX];
	uint16_t reasons[ABI_MAX][ABI_TABLE_MAX];
	/* numbers outside the tables, sorted by ABI and number */
	struct policy_call unnamed[POLICY_UNNAMED_MAX];
	int n_unnamed;
	struct policy_override overrides[POLICY_OVERRIDES_MAX];
	int n_overrides;
	/* Names from policy files that no ABI of this build has, as "name" or
	 * "arch:name": sorted, each with its 0, and an empty one at the end. */
	char unknown[POLICY_UNKNOWN_MAX];
	size_t unknown_len;             /* without that empty name */
	int action;                     /* the default: an errno or ACTION_* */
	bool action_chosen;             /* by the user, so merging keeps it */
	bool may_deny;                  /* a deny list may be read into it */
	bool may_expand;        /* the same, as the calls that it allows */
	bool keeps_default;     /* also of calls whose rejection is the default */
	bool main_scope;        /* to be installed at the entry point: lacks
				 * the calls from execve up to there */
	bool incomplete;                /* the recording lost calls */
	/* of a deny list: bits of ABIs that it denies as a whole, and how */
	uint8_t closed_abis;
	int16_t closed_action;
	enum policy_set set;
	int merged;             /* policies that SET_COUNT counted; 0: none */
	int n_rules;
	const struct images *images;    /* each call's callers; NULL: unknown */
	const struct reach *reach;      /* what the programs can call, or NULL */
	/* of the REASON_CONDITIONAL calls, sorted by ABI, number and tests; last,
	 * so that policy_copy() need not touch what is unused */
	struct policy_rule rules[POLICY_RULES_MAX];
};

/* Copy a policy, but for the rules that it does not have. */
void policy_copy(struct policy *to, const struct policy *from);

/* Allow a call whatever its arguments are, and add n to its count.  Returns -1
 * if there is no room, or if abi is negative. */
int policy_add(struct policy *, int abi, uint32_t nr, int reasons, uint64_t n);
/* The same, but the call's rules stay. */
int policy_add_count(struct policy *, int abi, uint32_t nr, int reasons,
    uint64_t n);
/* policy_add by name; -1 if the ABI has no such call. */
int policy_add_name(struct policy *, int abi, const char *name, int reasons);
/* Allow a call if all n tests hold, in whatever order; those of an argument's
 * bits become one.  If it is allowed unconditionally, it stays so.  Returns -1 if
 * there is no room, n is 0 or POLICY_TESTS_MAX is less than the tests. */
int policy_add_rule(struct policy *, int abi, uint32_t nr, int reasons,
    const struct policy_test *, int n);
/* Allow what every process needs, for the native ABI and each in use. */
void policy_add_always(struct policy *);
/* Give a call an action of its own for when it is not allowed; of two actions
 * the milder stays.  Returns -1 if there is no room. */
int policy_set_action(struct policy *, int abi, uint32_t nr, int action);
/* Remove a call's own action, if it has one. */
void policy_remove_action(struct policy *, int abi, uint32_t nr);
/* Keep a name that no ABI has.  Returns -1 if there is no room. */
int policy_add_unknown(struct policy *, const char *name);
/* The name after last, the first after NULL; NULL: there are no more. */
const char *policy_next_unknown(const struct policy *, const char *last);
bool policy_has_unknown(const struct policy *, const char *name);
/* policy_at_least() for these names */
void policy_unknown_at_least(struct policy *, unsigned n);
/* Allow each named call that a deny list allows by default.  Returns -1 if
 * there is no room. */
int policy_expand(struct policy *);
/* Remove a call and its rules, if the policy has it. */
void policy_remove(struct policy *, int abi, uint32_t nr);

/* The call's REASON_* bits; 0 if the policy does not allow it. */
int policy_reasons(const struct policy *, int abi, uint32_t nr);
/* Does the policy allow a call with these arguments? */
bool policy_allows(const struct policy *, int abi, uint32_t nr,
    const uint64_t args[6]);
/* If the policy allows a call with these arguments, note that it was seen n
 * times, and that the rule which allowed it was needed; otherwise return false.
 * */
bool policy_add_seen(struct policy *, int abi, uint32_t nr,
    const uint64_t args[6], uint64_t n);
/* The action for a call that is not allowed: its override, else ENOSYS for a
 * number without a name, else the policy's default.  ACTION_ALLOW if a deny list
 * allows the call. */
int policy_action(const struct policy *, int abi, uint32_t nr);
/* The same with another default. */
int policy_action_or(const struct policy *, int abi, uint32_t nr,
    int default_action);
/* Does the policy allow a call of this ABI for any reason other than
 * REASON_ALWAYS and widening? */
bool policy_uses(const struct policy *, int abi);

/* A call's rules, which are adjacent; returns their number. */
int policy_rules(const struct policy *, int abi, uint32_t nr,
    const struct policy_rule **);
/* The first rule that these arguments match; NULL if none does, or if the call
 * has no rules. */
struct policy_rule *policy_rule_for(const struct policy *, int abi, uint32_t nr,
    const uint64_t args[6]);
/* Does the test hold for an argument?  register_mask is that of the ABI. */
bool policy_test_holds(const struct policy_test *, uint64_t arg,
    uint64_t register_mask);
/* If both tests are of bits of one argument, and these can be as both say, let
 * the first be the test of all these bits, and return true. */
bool policy_join_tests(struct policy_test *, const struct policy_test *);
/* Remove a rule, which points into the policy. */
void policy_remove_rule(struct policy *, const struct policy_rule *);
/* Like strcmp: the order of two rules by their tests; 0: the same tests. */
int policy_compare_tests(const struct policy_rule *,
    const struct policy_rule *);
/* The same by ABI, number and tests. */
int policy_compare_rules(const struct policy_rule *,
    const struct policy_rule *);

/* Add all that the second policy allows.  A call that neither allows gets the
 * milder of its two actions; counts are added up.  The first policy's set can ask
 * for another operation; a call that SET_INTERSECT does not allow gets the
 * stricter action.  Returns -1 if there was no room for all. */
int policy_merge(struct policy *, const struct policy *);
/* After policies were merged with SET_COUNT: keep what n or more of them allow.
 * A condition counts in those that have the same one, or none. */
void policy_at_least(struct policy *, unsigned n);
/* How a call differs between two policies: '+' only the new one allows it, '-'
 * only the old one does, '~' they have different rules for it, 0 the same. */
char policy_change(const struct policy *old, const struct policy *new, int abi,
    uint32_t nr);

/* The native ABI comes first, except in BY_COUNT, which mixes the ABIs.
 * BY_NAME puts the numbers without a name last. */
enum policy_order { BY_NR, BY_NAME, BY_COUNT };
enum { POLICY_CALLS_MAX = ABI_MAX * ABI_TABLE_MAX + POLICY_UNNAMED_MAX };

/* The calls of a policy in some order; valid until a call is added or
 * removed. */
struct policy_list {
	const struct policy *policy;
	int n;
	uint16_t slot[POLICY_CALLS_MAX];
};
void policy_list_make(struct policy_list *, const struct policy *,
    enum policy_order);
/* The call at a position.  Returns false if that is not from 0 to n - 1. */
bool policy_list_call(const struct policy_list *, int i, struct policy_call *);
