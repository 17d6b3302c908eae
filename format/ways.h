/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/uapi.h"
#include "policy/filter.h"

/* struct seccomp_data as pairs of words: the call, an address, arguments */
enum { DATA_ARGS = 2, DATA_N = 8 };

enum {
	/* for one call */
	PENDING_MAX = 128, CASES_MAX = 128, OTHERS_MAX = 64,
	/* instructions for all of them */
	STEPS_MAX = 1 << 22
};

/* no action: which one can't be told; there is no other way */
enum { UNREADABLE = -1, NO_MORE = -2 };

/* what is known of a pair, as a number of 64 bits */
struct known {
	uint64_t min, max;
	uint64_t mask, value;   /* bits */
};

/* the bits of a pair that the mask has are not this value */
struct other {
	uint64_t mask, value;
	uint64_t pair;          /* as wide, so that two can be compared as bytes */
};

/* a way through the filter */
struct way {
	struct known data[DATA_N];
	uint32_t pc;
	uint32_t at, mask;      /* the accumulator: this word, these bits */
	int n_others;
	struct other others[OTHERS_MAX];        /* last: see copy_way() */
};

struct ways {
	struct uapi_sock_filter code[FILTER_MAX];
	uint32_t n;             /* instructions */
	int steps;              /* instructions left to follow */
	struct way way;         /* being followed */
	struct way pending[PENDING_MAX];
	int n_pending;
	/* of a call: when it is allowed, from 1 on, as 0 is always; and what it
	 * gets otherwise */
	struct way cases[CASES_MAX];
	int n_cases;
	int miss;
	uint64_t all;           /* the bits of an argument */
	int votes;              /* for the default action */
};
extern struct ways ways;

/* Find when the filter in ways.code allows a call, in at most ways.steps. */
void ways_find(int abi, uint32_t nr);
/* Does a case have all that this way, or other case, has? */
bool ways_in_case(const struct way *);
