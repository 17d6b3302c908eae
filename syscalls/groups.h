/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* systemd's groups of system calls, of the version that groups_table.h names:
 * a group is a string of classes, and a call is in one class. */

/* The classes of the group with this name, without its @; NULL: unknown. */
const char *groups_classes(const char *name);
/* Is the call with this id in one of the classes? */
bool groups_have(const char *classes, unsigned id);
