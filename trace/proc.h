/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

enum { ATTACH_MAX = 64 };       /* processes named by the user */

/* what -a names */
struct attach {
	pid_t pids[ATTACH_MAX];
	int n_pids;
	bool alone;             /* without their descendants; n_pids is 1 */
	/* A folder of the cgroup file system: its processes and those of the
	 * folders in it.  NULL: none. */
	const char *folder;
};

/* Called with a thread of process pid.  Returns 1 if the thread is new, 0 if it
 * is known, or -1 and errno: ESRCH if it has ended, anything else to give up,
 * after a message. */
typedef int proc_found(void *arg, pid_t tid, pid_t pid);

/* Call found() for each thread of the named processes, of their descendants and
 * of the folder's processes, in passes until a whole pass finds no new one.  A
 * named process must exist; a folder that does not has no processes.  Returns
 * the number of processes, or -1 after a message. */
int proc_find_threads(const struct attach *, proc_found *, void *arg);

/* Can this thread still make calls?  A leader that has exited can't, while its
 * threads can. */
bool proc_is_alive(pid_t tid);
/* Was this thread's process forked, and has it executed nothing since? */
bool proc_is_fork(pid_t tid);
/* Has this thread a seccomp filter?  False also without /proc. */
bool proc_has_filter(pid_t tid);
/* Why ptrace() of the thread was EPERM, as far as /proc tells. */
const char *proc_why_forbidden(pid_t tid);
/* Is this process in our PID namespace?  False also without /proc. */
bool proc_shares_pids(pid_t tid);
