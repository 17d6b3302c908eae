/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* The groups of system calls that systemd and firejail have, of the versions that
 * groups_table.h names.  Each call is in one class, and a group is a set of
 * classes: a bit each. */

/* The classes of systemd's group with this name, without its @, or of firejail's,
 * with it; 0: unknown. */
uint64_t groups_classes(const char *name);
/* The class of the call with this id; 0 for id 0, which is none. */
uint64_t groups_class(unsigned id);
