/* SPDX-License-Identifier: MIT */
#pragma once

struct options;

/* Become the program under the policy.  Returns only if that can't be, with a
 * wait status to end with, and in the helper that puts a policy in place at the
 * program's entry point. */
int enforce_run(const struct options *);
