/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

struct out;
struct policy;

/* one -F: a consumer and its traps */
struct format {
	const char *name;
	const char *extension;
	bool exec_scope;        /* the default of -s is exec, not main */
	unsigned caps;          /* bits of say.h */
	void (*write)(struct out *, const struct policy *);
};

extern const struct format formats[];
extern const int n_formats;

/* NULL if there is none of this name */
const struct format *format_by_name(const char *name);
/* would this action be written, or one that is no milder? */
bool format_accepts_action(const struct format *, int action);
/* a line for each thing in the policy that the format can't say */
void format_warn_losses(const struct format *, const struct policy *);
