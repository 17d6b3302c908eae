/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

struct reader;

/* The list: a call a line, in order of ABI and name.  A foreign ABI's call is
 * "i386:name"; a call without a name is its number.  A call with argument rules
 * has a line for each, "socket(arg0 == 2 && (arg1 & 15) == 1)", with C's
 * operators and numbers in decimal or, after 0x, in hexadecimal; one rule that
 * holds is enough.  A tab and the reason follow if the call was not seen.
 * "!clone3", a tab and an errno, `kill' or `log' is the action of a call that is
 * not allowed, where that differs from the others'.
 * What follows '#' is a comment, and blanks around a line don't matter;
 * "# incomplete" says that the recording is.
 * The writer is list_write(). */

/* Read len bytes at r->text, with a NUL behind them.  Returns -1 after printing
 * an error. */
int list_read(struct reader *r, size_t len);
