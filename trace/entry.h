/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "trace/regs.h"

/* PROGRAM's way from its exec to its entry point */
struct entry {
	bool armed;             /* the breakpoint is in place */
	pid_t tid;              /* the thread that will reach it */
	struct breakpoint breakpoint;
	/* PROGRAM started with SIGTRAP blocked, or ignored */
	bool trap_blocked, trap_ignored;
};

/* All want a stopped thread. */

/* At the exec stop, with trap_ignored set: put a breakpoint at the entry point.
 * -1 and errno; EIO: its memory can't be read or written. */
int entry_arm(struct entry *, pid_t);
/* At a SIGTRAP stop: was it the breakpoint?  ENTRY_HIT: it is removed, and the
 * thread is as if it had never stopped.  ENTRY_FAILED: that can't be told or
 * done, see errno. */
enum entry_hit { ENTRY_NOT_HIT, ENTRY_HIT, ENTRY_FAILED };
enum entry_hit entry_hit(struct entry *, pid_t);
/* The parent forked and both are stopped: remove the breakpoint from the
 * child's copy of the memory. */
void entry_forked(const struct entry *, pid_t parent, pid_t child);
/* Remove the breakpoint for good: the thread will not reach it.  -1 and
 * errno. */
int entry_disarm(struct entry *, pid_t);
/* Can this kernel do what entry_call() needs of it?  -1 and errno. */
int entry_try_requests(pid_t);
/* Remove a copy of the breakpoint, if there is one, from a thread's memory. */
void entry_clean(const struct entry *, pid_t);

/* Make the thread do a system call by the call's name in its ABI, with all
 * signals blocked.  *value is what the call returned, errors as -errno; -ENOSYS
 * also if the ABI has no such call. */
enum regs_result entry_call(pid_t, uint64_t pc, const char *name,
    const uint64_t args[4], int64_t *value);
