/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

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

enum { FORMAT_HEAD_MAX = 1 << 16 };     /* bytes that tell the format */

/* NULL if there is no format of this name */
const struct format *format_by_name(const char *name);
/* The name of the format of a text from its beginning on, len bytes and a NUL;
 * "exec.tsv" for that of -x; NULL if it is empty.  written: NULL, too, if
 * utrace did not write it. */
const char *format_recognize(const char *text, size_t len, bool written);
/* Write the policy to a descriptor.  Returns -1 and errno. */
int format_write(const struct format *, const struct policy *, int fd);
/* Would a policy with this default action get it, or one that is no milder? */
bool format_accepts_action(const struct format *, int action);
/* Print a warning about each thing in the policy that the format can't express,
 * or about their number; if verbose, also how many names it keeps of calls that
 * only other machines have. */
void format_warn_losses(const struct format *, const struct policy *,
    bool verbose);
