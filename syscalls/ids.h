/* SPDX-License-Identifier: MIT
 *
 * ID_openat and so on: the id of each system call's name, for rules about calls
 * whatever their number on an ABI is.  For syscalls/ and policy/ only: adding a
 * name changes the ids behind it, so nothing may store one.
 */
#pragma once

/* in order of name, so that ids compare as the names do */
enum {
	ID_NONE,                /* a number without a name */
#define NAME(name) ID_##name,
#include "syscalls/names.h"
#undef NAME
	ID_END
};
