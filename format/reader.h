/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

/* Internal to the readers of policies. */

enum {
	READER_TESTS_MAX = 64,          /* of a rule in a file */
	READER_WRONG_SHOWN = 10,        /* names */
	READER_UNKNOWN_MAX = 1024,      /* rules that reject unknown calls */
};

/* why a rule was ignored */
enum reader_ignored {
	IGNORED_NOT, IGNORED_CAPS, IGNORED_MACHINE, IGNORED_KERNEL,
	IGNORED_NAME, IGNORED_TESTS, IGNORED_REJECT, IGNORED_N
};

/* a policy being read */
struct reader {
	struct policy *policy;
	const char *path, *text;
	int reasons;            /* REASON_* of the calls read */
	/* the argument tests of the rule being read */
	struct policy_test test[READER_TESTS_MAX];
	int n_tests;
	bool alternatives;      /* one of the tests is enough */
	const char *yaml;       /* where it begins; NULL: it is JSON */
	bool last_counts;       /* of what is said of a call */
	bool first_counts;      /* for the consumer the first rule of a call counts */
	bool reject_counts;     /* for it a rule that rejects any arguments does */
	/* calls rejected so far, up to a rule that allows one under conditions;
	 * in a deny list where the first rule counts, those that have one */
	uint8_t rejected[ABI_MAX][ABI_TABLE_MAX / 8 + 1];
	bool reject_ignored;    /* by the rule being read */
	unsigned abis;          /* what names stand for, as reader_abi_bit() */
	unsigned ignored[IGNORED_N];    /* rules */
	bool native, foreign;   /* is it for ABI 0, for others? */
	int included;           /* files */
	int wrong_names;        /* at most READER_WRONG_SHOWN are reported */
	int unknown_names;      /* that rules reject */
};

extern const char reader_no_room[];

/* Print "PATH:LINE:COLUMN: what" for the byte at `at`.  Returns -1. */
int reader_error(const struct reader *, const char *at, const char *what);
/* The same with a word of the file behind `what`, quoted, escaped, bounded. */
int reader_error_word(const struct reader *, const char *at, const char *what,
    const char *word);
/* Report a name that is nearly that of a call. */
void reader_wrong_name(struct reader *, const char *name, const char *near);
/* A rule rejects a call of a name that no ABI of the file has.  -1 if there are
 * too many. */
int reader_reject_unknown(struct reader *, const char *name);
/* beside the bits of ABIs: for an architecture that is none of this build's */
enum { READER_FOREIGN = 1 << ABI_MAX };
/* The bit of the ABI with this name, 1 << its index, or READER_FOREIGN.  0: no
 * architecture has this name. */
int reader_abi_bit(const char *scmp);
/* The OP_* of one of libseccomp's operators without SCMP_CMP_; -1: none. */
int reader_operator(const char *);
/* Give the action to all calls of the ABIs that are not open to the consumer of
 * the file, if it is a deny list.  The native ABI is open. */
void reader_close_abis(struct reader *, unsigned open, int action);
/* The bits of the ABIs with the native audit architecture, for a consumer that
 * compares only that. */
unsigned reader_native_arch(void);
/* Print that the file is for other architectures only.  Returns -1. */
int reader_not_native(const struct reader *);
/* Is this a name that a call can have, or a number? */
bool reader_is_name(const char *name);
/* A call's number on an ABI, given its name or number; -1 if the ABI has no
 * call of this name. */
int64_t reader_call_nr(int abi, const char *name);
/* Add a test to the rule being read.  -1 if there is no room. */
int reader_add_test(struct reader *, const struct policy_test *);
/* Allow a call under the rule's tests. nr is -1 for a name that no ABI has: the
 * name is kept, but its rules are ignored. -1 if there is no room. */
int reader_allow(struct reader *, int abi, int64_t nr, const char *name);
/* Give the call of this name an action, ACTION_ALLOW too, on the reader's ABIs,
 * under the rule's tests.  A name that none of them has is kept if it is
 * allowed.  -1 if there is no room. */
int reader_add(struct reader *, const char *name, int action);
/* The same for one call. */
int reader_add_nr(struct reader *, int abi, uint32_t nr, int action);
/* A call that is not allowed gets an action of its own. -1 if there is no
 * room. */
int reader_override(struct reader *, int abi, uint32_t nr, int action);
