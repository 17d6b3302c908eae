/* SPDX-License-Identifier: MIT */
#pragma once

/* Write the PID of this process to a file, which must be new, empty, or hold a
 * PID.  A FIFO needs a reader.  Returns -1 after a message. */
int pid_file_write(const char *path);
/* Remove the file if it still holds the PID of this process. */
void pid_file_remove(const char *path);
