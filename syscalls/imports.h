/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

enum {
	IMPORTS_CALLS_MAX = 24,
	/* An id, plus a multiple of IMPORTS_IF: the condition under which the
	 * call is made.  These are the first of policy/widen_table.h. */
	IMPORTS_IF = 0x200,
	IMPORTS_ID = IMPORTS_IF - 1,
	IMPORTS_IF_UNIX = IMPORTS_IF,           /* socket: AF_UNIX */
	IMPORTS_IF_FORK = 2 * IMPORTS_IF,       /* clone: no new namespace */
};

/* The calls that a function of the C library can lead to, by the name under
 * which a program imports it: ids of names, some plus a condition, and a 0
 * behind the last.  Those that every program makes are left out.  Returns a
 * number for imports_function(); 0 if there are none. */
uint16_t imports_find(const char *symbol, uint16_t calls[IMPORTS_CALLS_MAX]);
/* The function's name without what tells its variants apart; valid until the
 * next call of abi_id_name(). */
const char *imports_function(uint16_t);
/* The ids of all names, k = 0, 1, ...: first those that short recordings lack,
 * in the order in which long runs made them most often of the programs that
 * could, as measured on test/reach/recorded; then all once more.  0: the end. */
unsigned imports_likely(int k);
