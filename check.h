/* SPDX-License-Identifier: MIT
 * Needs util.h, abi.h, policy.h, format.h, result.h, attach.h, options.h. */

/* Run the program and report what the policy would refuse.  A wait status to
 * end with, that of exit 124 if there was something, as session_run's. */
int check(const struct options *);
