/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* All but exec_running() want a thread at its exec stop.  -1: errno. */

/* the value of an entry of the auxiliary vector, by its AT_* type */
int exec_auxv(pid_t, uint64_t type, uint64_t *value);

/* The path that was executed; for a script the script's.  A program that
 * executed /proc/self/exe, as busybox's shell does, is known by its argument 0.
 * */
int exec_path(pid_t, char *path, size_t);
/* the path of a running thread's program, from /proc */
int exec_running(pid_t, char *path, size_t);
/* The interpreter of a script, whose path is from exec_path().  False if the
 * program is no script. */
bool exec_interpreter(pid_t, const char *script, char *path, size_t);
/* Is the program's file setuid, setgid or has it capabilities?  The file is
 * found by its path, so after a chroot this may be missed. */
bool exec_gains_privileges(pid_t);
