/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

struct out;
struct policy;

/* one -F: a consumer of policies, and what it can express */
struct format {
	const char *name;
	const char *extension;
	bool exec_scope;        /* the default of -s is exec, not main */
	unsigned caps;          /* CAPS_* */
	void (*write)(struct out *, const struct policy *);
};

extern const struct format formats[];
extern const int n_formats;

/* NULL if there is no format of this name */
const struct format *format_by_name(const char *name);
/* Would a policy with this default action get it, or one that is no milder? */
bool format_accepts_action(const struct format *, int action);
/* Print a warning about each thing in the policy that the format can't express,
 * or about their number. */
void format_warn_losses(const struct format *, const struct policy *);
