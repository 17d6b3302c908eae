/* SPDX-License-Identifier: MIT */
#pragma once

struct format;
struct policy;

/* Read the POLICY of an option into the policy and widen it by these bits of
 * REASON_WIDENED.  Prints a warning that names the calls which this build does
 * not know.  Returns -1 after a message. */
int input_read(struct policy *, const char *path, unsigned widenings);
/* Add the policy in a file that need not exist.  The action that the user chose
 * stays.  Returns -1 after a message. */
int input_merge(struct policy *, const char *path);
/* Set the bits of REASON_WIDENED for the words of -w.  Returns -1 after a
 * message. */
int input_parse_widenings(const char *list, unsigned *widenings);
/* Widen the policy by these bits of REASON_WIDENED, for one program of its
 * recording or, for IMAGE_NOBODY, for all.  Prints a warning if there is no room
 * for every argument rule.  format: of the result, NULL if it is enforced; where
 * it can't say that clone3 fails with ENOSYS, clone3 is allowed, with a line. */
void input_widen(struct policy *, unsigned widenings, int image,
    const struct format *format);
