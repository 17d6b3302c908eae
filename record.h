/* SPDX-License-Identifier: MIT
 * Needs util.h, abi.h, policy.h, format.h, result.h, attach.h, options.h. */

/* Run the program and record it.  In the front: a wait status to end with.  In
 * the tracer, which exits with it: status 0 or 125. */
int record(const struct options *);
