/* SPDX-License-Identifier: MIT
 *
 * START=1: errno is an ordinary variable, because there is no thread-local
 * memory.  The Makefile includes this file into each of ours.
 */
#pragma once

#include <errno.h>

extern int start_errno;
#undef errno
#define errno start_errno
