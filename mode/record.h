/* SPDX-License-Identifier: MIT */
#pragma once

struct options;

/* Run the program and record it.  In the front: a wait status to end with.  In
 * the tracer, which exits with it: status 0 or 125. */
int record_run(const struct options *);
