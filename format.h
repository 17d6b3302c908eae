/* SPDX-License-Identifier: MIT
 * Needs util.h, abi.h, policy.h. */

/* what a format's consumer can be told */
enum { SAYS_ERRNO = 1, SAYS_LOG = 2, SAYS_FOREIGN = 4, SAYS_NUMBERS = 8 };

/* one -F: a consumer and its traps */
struct format {
	const char *name;
	const char *extension;
	bool exec_scope;        /* the default of -s is exec, not main */
	unsigned says;
	void (*write)(struct out *, const struct policy *);
};

extern const struct format formats[];
extern const int n_formats;

/* NULL if there is none of this name */
const struct format *format_find(const char *name);
/* a line for each thing in the policy that the format can't say */
void format_losses(const struct format *, const struct policy *);
