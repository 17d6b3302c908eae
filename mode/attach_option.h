/* SPDX-License-Identifier: MIT */
#pragma once

struct attach;

/* Add the processes that an argument of -a names: PIDs between commas or blanks,
 * or a folder, which has a slash.  Returns NULL, or what is wrong. */
const char *attach_parse(struct attach *, const char *);
