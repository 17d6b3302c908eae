/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

struct policy;

enum {
	WIDEN_EQUIVALENTS_MAX = 32,
	WIDEN_NO_ERRNO = 0x8000,        /* beside the bits of REASON_WIDENED */
};

/* The bits of REASON_WIDENED for a word such as "siblings" or "all"; 0 for any
 * other word. */
unsigned widen_parse_word(const char *);
/* The word for the widening that added a call; NULL if none did. */
const char *widen_reason(unsigned reasons);
/* Add a call for a reason of one bit, under one of the conditions of
 * syscalls/imports.h or, for 0, always.  A call that is allowed
 * unconditionally, or has rules that are not from widening, stays as it is.
 * Returns -1 if there was no room. */
int widen_add(struct policy *, int abi, unsigned id, int reason,
    int condition);
/* The calls that do the same as this one, on other machines or with wider
 * numbers, as imports_find() gives them.  Returns how many. */
int widen_equivalents(unsigned id, uint16_t calls[WIDEN_EQUIVALENTS_MAX]);
/* Add what these widenings give, to the native ABI and each in use.  Calls that
 * the policy allows keep their reasons and rules, and may get more rules.
 * Widening again adds nothing.  Where a process can be made, but not by clone3,
 * that fails with ENOSYS or, with WIDEN_NO_ERRNO, is allowed.  Returns 1 if this
 * allowed it now, -1 if there was no room for all. */
int widen(struct policy *, unsigned widenings);
