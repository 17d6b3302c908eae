/* SPDX-License-Identifier: MIT
 *
 * make SMALL=1: the recorder alone.  Its files are left out of the Makefile's
 * list; where others would call them, the row is in FULL(), or a test of
 * IS_SMALL lets the compiler drop the call.  A recording without -A, -k and -w
 * has no argument rules, no names that this build does not know, and no action
 * of a single call.
 */
#pragma once

#ifdef SMALL
#define FULL(...)
enum { IS_SMALL = 1 };
#else
#define FULL(...) __VA_ARGS__
enum { IS_SMALL = 0 };
#endif
