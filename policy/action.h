/* SPDX-License-Identifier: MIT */
#pragma once

/* The action that -p names: an errno by number or name, "kill" (also 0) or
 * "log".  Returns an errno or an ACTION_* of policy.h; -1 if it is none. */
int action_parse(const char *);
