/* SPDX-License-Identifier: MIT
 * Needs util.h, abi.h, policy.h. */

/* one -F: a consumer and its traps */
struct format {
	const char *name;
	const char *extension;
	bool exec_scope;        /* the default of -s is exec, not main */
	unsigned says;          /* bits of say.h */
	void (*write)(struct out *, const struct policy *);
};

extern const struct format formats[];
extern const int n_formats;

/* NULL if there is none of this name */
const struct format *format_find(const char *name);
/* would this action be written, or one that is no milder? */
bool format_takes(const struct format *, int action);
/* a line for each thing in the policy that the format can't say */
void format_losses(const struct format *, const struct policy *);
