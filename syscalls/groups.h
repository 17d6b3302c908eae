/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* systemd's groups of system calls, of the version that groups_table.h names.
 * Each call is in one class, and a group is a set of classes: a bit each. */

/* The classes of the group with this name, without its @; 0: unknown. */
uint64_t groups_classes(const char *name);
/* The class of the call with this id; 0 for id 0, which is none. */
uint64_t groups_class(unsigned id);
