/* SPDX-License-Identifier: MIT */
#pragma once

struct options;

/* Run the program and report what the policy would refuse.  A wait status to
 * end with, that of exit 124 if there was something, as session_run's. */
int check_run(const struct options *);
