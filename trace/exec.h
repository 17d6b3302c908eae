/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "trace/regs.h"

/* the first program's way from execve to its own entry point */
struct entry {
	bool armed;             /* the breakpoint stands */
	pid_t tid;              /* the thread that will get there */
	struct trap trap;
	bool trap_blocked;      /* SIGTRAP, by who started us */
	bool trap_ignored;
};

/* at the exec stop, with trap_ignored set: a breakpoint at the entry point.
 * -1: the memory can't be read or written (EIO), or it is a program of another
 * word size. */
int entry_arm(struct entry *, pid_t);
/* at a SIGTRAP stop: true if it was the breakpoint; then all is as before it */
bool entry_hit(struct entry *, pid_t);
/* parent forked, both are stopped: take a copy out of the child's memory */
void entry_forked(const struct entry *, pid_t parent, pid_t child);
/* have a stopped thread make a call, its name in the table of its ABI, while no
 * signal gets in between: what it returned, or -errno; INT64_MIN: it died */
int64_t entry_call(pid_t, uint64_t pc, const char *name,
    const uint64_t args[4]);
/* a stopped thread will not get there: no breakpoint any more */
void entry_disarm(struct entry *, pid_t);
/* take a copy of the breakpoint, if there is one, out of a stopped thread */
void entry_clean(const struct entry *, pid_t);

/* at an exec stop: the path it was executed by, a script's own; what executed
 * itself, as a busybox's shell does, is called by its argument 0; -1 and
 * errno */
int exec_path(pid_t, char *path, size_t);
/* of a thread that runs, from /proc; -1 and errno */
int exec_running(pid_t, char *path, size_t);
/* at an exec stop, with what exec_path said: false if it is no script */
bool exec_interpreter(pid_t, const char *script, char *path, size_t);
/* at an exec stop: is the image's file setuid, setgid or with capabilities?
 * found by its path, so it may be missed after a chroot */
bool exec_gains_privileges(pid_t);
