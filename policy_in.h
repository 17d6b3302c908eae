/* SPDX-License-Identifier: MIT
 * Needs abi.h, policy.h. */

enum { POLICY_FILE_MAX = 1 << 20 };     /* bytes */

/* Add to the policy what a file allows: whitelist, procd, OCI, Docker or list,
 * told apart by content.  Its action becomes the policy's unless one was
 * chosen.
 * Names that no ABI of this build has, and conditions on arguments, are passed
 * over with a line.  0; -1 and errno ENOENT: no such file; -1: said why, and
 * the policy may hold a part. */
int policy_in_file(struct policy *, const char *path, int why);
