/* SPDX-License-Identifier: MIT */
#pragma once

struct options;

/* -m: write the union of the policies, which does not depend on their order.
 * Returns a wait status to end with. */
int merge_run(const struct options *);
