/* SPDX-License-Identifier: MIT */
#pragma once

/* what -p caps: an errno by number or name, "kill" (also 0) or "log" (as the
 * ACTION_* of policy.h); -1: none of them */
int action_parse(const char *);
