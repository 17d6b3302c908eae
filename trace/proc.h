/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

enum { ATTACH_MAX = 64 };       /* processes named by the user */

/* A thread of process pid: 1 if it is new, 0 if it is known, -1 and errno: ESRCH
 * if it has ended, else to give up (said why). */
typedef int proc_found(void *arg, pid_t tid, pid_t pid);

/* Hand each thread of these processes and of all that descends from them to
 * found(), again and again until a whole look at /proc brings no new one.
 * How many processes there were, or -1: said why. */
int proc_find_threads(const pid_t *pids, int n, proc_found *, void *arg);

/* Is this a thread that still makes calls, by /proc?  One that does not any more
 * may be a leader whose threads do. */
bool proc_is_alive(pid_t tid);
