/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

struct out;
struct policy;
struct policy_call;

/* how a consumer's language names calls and actions */
struct calls_text {
	unsigned caps;
	const char *separator;  /* between calls that are allowed */
	/* a call that is allowed */
	void (*write_call)(struct out *, const struct policy *,
	    const struct policy_call *);
	/* a call that gets an action of its own; NULL: leave these out */
	void (*write_override)(struct out *, const struct policy_call *,
	    int action);
	/* a call that has argument rules, too, has its override among them */
	bool override_in_rules;
};

/* Write the calls of one ABI or, for -1, the names of those of all ABIs, each
 * once, and then the overrides.  first precedes the first call. */
void calls_text_write(struct out *, const struct calls_text *,
    const struct policy *, int abi, const char *first);
/* If the recording is incomplete write a line of comment about it. */
void calls_text_write_incomplete(struct out *, const struct policy *,
    const char *comment);
