/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

struct policy;

enum { POLICY_FILE_MAX = 1 << 20 };     /* bytes */

/* Merge what a file allows into the policy: whitelist, procd, OCI, Docker or
 * list, told apart by content, read as this machine's.  In a list REASON_SEEN
 * leaves a call the reason that stands there.  One line caps how many rules are
 * for other machines, kernels or capabilities; names that this build lacks are
 * kept.  optional: the file need not be there.  -1: said why, and the policy is
 * as it was unless there was no room in it. */
int policy_file_read(struct policy *, const char *path, int why, bool optional);
/* a line about the names in it that mean nothing here, if there are any */
void policy_file_warn_unknown(const struct policy *, const char *path);
