/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct policy;
struct reader;

enum { POLICY_FILE_MAX = 1 << 20 };     /* bytes */

/* The capabilities of the program, for the rules of Docker's profiles that ask
 * for them: "all", or a list "CAP_CHOWN,CAP_KILL"; NULL: none.  "keep": these
 * rules are not read but kept, for the profile that is written. */
extern const char *policy_file_caps;
/* the kept rules of the last file, as it has them, each with a comma before it */
extern const char *policy_file_kept;

/* Merge the policy in a file into the policy.  The file is a container's
 * config.json, a whitelist, a procd, OCI or Docker profile, a policy for LXC,
 * systemd, minijail, firejail or nsjail, a list, or a log of audit records or of
 * strace; its content tells which.  Of a profile for several machines only what
 * is for this one counts. reasons: the
 * REASON_* of its calls; with REASON_SEEN, calls in a list have the reason that
 * the list gives. optional: the file may be missing.  Prints a warning about
 * rules that are ignored.  Names that this build does not know are kept.
 * Returns -1 after printing an error; the policy is unchanged then, unless it
 * had no room. */
int policy_file_read(struct policy *, const char *path, int reasons,
    bool optional);
/* Read the file of this name, which a policy being read includes at `at`, by
 * the function.  A relative name is one in the folder of the policy.  Returns -1
 * after printing an error. */
int policy_file_include(struct reader *, const char *at, const char *name,
    int (*read_as)(struct reader *, size_t));
/* Keep a rule of len bytes.  Returns -1 if there is no room. */
int policy_file_keep(const char *rule, size_t len);
/* Print a warning about the names in the policy that this build does not know,
 * if there are any. */
void policy_file_warn_unknown(const struct policy *, const char *path);
