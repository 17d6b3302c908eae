/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

enum { ATTACH_MAX = 64 };       /* processes named by the user */

/* Called with a thread of process pid.  Returns 1 if the thread is new, 0 if it
 * is known, or -1 and errno: ESRCH if it has ended, anything else to give up,
 * after a message. */
typedef int proc_found(void *arg, pid_t tid, pid_t pid);

/* Call found() for each thread of these processes and of their descendants, in
 * passes over /proc until a whole pass finds no new one.  Returns the number of
 * processes, or -1 after a message. */
int proc_find_threads(const pid_t *pids, int n, proc_found *, void *arg);

/* Can this thread still make calls?  A leader that has exited can't, while its
 * threads can. */
bool proc_is_alive(pid_t tid);
/* Has this thread a seccomp filter?  False also without /proc. */
bool proc_has_filter(pid_t tid);
/* Is this process in our PID namespace?  False also without /proc. */
bool proc_shares_pids(pid_t tid);
