/* SPDX-License-Identifier: MIT */
#pragma once

struct out;
struct policy;

/* For people: count, share, call, bar and who made it, by count; what was
 * added and why; who executed whom.  Fits the terminal's width, or 80 columns;
 * colour on a terminal only, and not under NO_COLOR. */
void table_write(struct out *, const struct policy *);
