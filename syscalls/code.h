/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { CODE_PADDING = 8 };      /* bytes behind the code that must be readable */

/* Pass on the numbers of the system calls that machine code of the native ABI
 * makes, as far as they are constants: what the instructions before the call, or
 * before a call of the function that makes it, put into a register.  A number may
 * be passed on several times.  address: where the code runs.  Returns -1 if not
 * all calls were followed, because there are too many. */
int code_scan(const unsigned char *code, size_t size, unsigned long address,
    void (*add)(void *arg, uint32_t nr), void *arg);
