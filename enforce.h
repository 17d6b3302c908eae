/* SPDX-License-Identifier: MIT
 * Needs util.h, abi.h, policy.h, format.h, result.h, attach.h, options.h. */

/* Become the program under the policy.  Returns only if that can't be, with a
 * wait status to end with, and in the helper that puts a policy in place at the
 * program's entry point. */
int enforce(const struct options *);
