/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* room for a folder and a path in it, each as long as the kernel takes */
enum { EXEC_PATH_MAX = 2 * 4096 };

/* Those with a TID want a thread at its exec stop, but for exec_running().
 * -1: errno.  A path or argument that does not fit ends with "...". */

/* the value of an entry of the auxiliary vector, by its AT_* type */
int exec_auxv(pid_t, uint64_t type, uint64_t *value);

/* The path that was executed; for a script the script's.  A relative path
 * becomes absolute if /proc shows the thread's working directory.  A program
 * that executed /proc/self/exe, as busybox's shell does, is known by its
 * argument 0.  Empty if this fails. */
int exec_path(pid_t, char *path, size_t);
/* the path of a running thread's program, from /proc */
int exec_running(pid_t, char *path, size_t);
/* The interpreter of a script.  False if the program is no script. */
bool exec_interpreter(pid_t, char *path, size_t);
/* Is the file setuid, setgid or has it capabilities?  The path is looked up in
 * the tracer's root, so after a chroot this may be missed. */
bool exec_gains_privileges(const char *path);
