/* SPDX-License-Identifier: MIT */
#pragma once

struct output;
struct policy;

/* Make the folder of -x unless it exists.  Returns -1 after a message. */
int per_exe_make_folder(const char *path);
/* Can exec.tsv be written into the folder?  Returns -1 after a message. */
int per_exe_try(const struct output *);
/* Write into the folder of -x a policy for each program that a recording saw,
 * and exec.tsv.  The second policy is room for one program's.  Returns -1 after
 * a message if a file was not written. */
int per_exe_write(const struct output *, const struct policy *recorded,
    struct policy *scratch);
