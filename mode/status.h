/* SPDX-License-Identifier: MIT */
#pragma once

/* The exit statuses of utrace itself, as wait statuses; any other is PROGRAM's
 * own.  A mode returns the wait status that utrace ends with, so that a signal
 * which killed PROGRAM can be passed on, too. */
enum {
	STATUS_DIFFERENT = 1 << 8,      /* -d: the policies differ */
	STATUS_TROUBLE = 2 << 8,        /* -d: they could not be compared */
	STATUS_MISSES = 124 << 8,       /* -c: PROGRAM made calls that the
					 * policy does not allow */
	STATUS_FAILED = 125 << 8,       /* utrace failed; a message says why */
	/* 126 and 127, see execute(): PROGRAM is not executable, not found */
};
