/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

enum {
	/* An id, plus a multiple of IMPORTS_IF: the condition under which the
	 * call is made.  These are the first of policy/widen_table.h. */
	IMPORTS_CODE = 0xffff,  /* for imports_function(): no function */
	IMPORTS_IF = 0x200,
	IMPORTS_ID = IMPORTS_IF - 1,
	IMPORTS_IF_UNIX = IMPORTS_IF,           /* socket: AF_UNIX */
	IMPORTS_IF_FORK = 2 * IMPORTS_IF,       /* clone: no new namespace */
};

/* Gets a call: the id of its name, perhaps plus a condition, and the number of
 * the function that makes it. */
typedef void imports_add(void *arg, unsigned call, unsigned function);

/* Pass on the calls that a function of the C library can lead to, by the name
 * under which a program imports it, which is overwritten.  Those that every
 * program makes are left out. */
void imports_find(char *name, imports_add *, void *arg);
/* The function's name without what tells its variants apart; valid until the
 * next call of abi_id_name(). */
const char *imports_function(unsigned);
/* The ids of all names, k = 0, 1, ...: first those that short recordings lack,
 * in the order in which long runs made them most often of the programs that
 * could, as measured on those of test/reach; then all once more.  0: the end. */
unsigned imports_likely(int k);
