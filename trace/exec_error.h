/* SPDX-License-Identifier: MIT */
#pragma once

struct out;

/* Write why this file could not be executed: the interpreter or loader that is
 * at fault, if it is not the file itself, then the text of the errno, and what
 * caused it, if that can be told.  The file may be missing. */
void exec_explain(struct out *, const char *path, int error);
