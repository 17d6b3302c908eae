/* SPDX-License-Identifier: MIT
 *
 * What the files of the event loop share: trace.c, start.c, calls.c, filters.c,
 * children.c, untraced.c, wait.c, requests.c and attach.c.  For others there is
 * trace.h.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "syscalls/abi.h"
#include "trace/child.h"
#include "trace/entry.h"
#include "trace/tracees.h"

struct syscall_stop;
struct trace;

enum {
	TIMER_MS = 10,          /* how late a request is seen at the latest */
	SEARCH_MS = 100,        /* between searches for processes */
	PROGRESS_MS = 250,
	PATIENCE_MS = 2000,     /* for what the kernel may never finish */
};

/* to spin until the next stop, or to sleep? */
struct spin {
	bool contended;         /* other processes need the CPUs: sleep */
	unsigned stops;         /* seen so far */
	uint32_t since_us;      /* CPU time when this window or pause began */
	uint32_t preemptions;   /* until then */
	uint32_t pause_us;      /* how long the last pause was */
	unsigned credit;        /* spins in vain that are left */
	unsigned sleeps;        /* since none was left */
};

/* the state of the event loop; what is large comes last */
struct loop {
	struct trace *trace;    /* the caller's options, and the results */
	/* the ptrace request that resumes a tracee: the tap's, until PROGRAM
	 * installs a filter */
	int resume;
	bool ends;              /* the tracer's end kills what it must */
	uint32_t held_since;    /* ms: when the last child was held */
	bool child_unknown;     /* a fork event did not tell its child */
	bool child_escaped;     /* a child was made with CLONE_UNTRACED */
	bool overfull;          /* a tracee found no slot */
	bool filter_reported;   /* calls that a filter rejects are missing */

	/* wait.c */
	int n_cpus;             /* CPUs that the tracer may run on */
	int stops_unpolled;     /* stops since each tracee was polled */
	int failed_waits;       /* since the last stop */
	struct spin spin;

	/* requests.c */
	int proxy_stops;        /* how many of the proxy's stops were served */
	uint32_t snapshot_due;  /* ms */
	uint32_t progress_shown;        /* ms */
	struct term_times term_times;
	int terms_seen;         /* SIGTERMs to the tracer */

	struct entry entry;
	/* the numbers of calls that the loop itself acts upon */
	struct {
		uint32_t clone, clone3, reboot, prctl, seccomp;
	} calls[ABI_MAX];

	/* attach.c: wait statuses that were taken while threads were seized */
	int alarms;             /* timer signals while a thread is seized */
	int n_taken;
	struct {
		pid_t tid;
		int status;
	} taken[2 * MAX_TRACEES];
};

/* what happened to a tracee, in the terms of ptrace(2) */
enum event {
	EV_ENDED,               /* exited, or was killed */
	EV_SYSCALL,             /* entry stop or exit stop */
	EV_SECCOMP,             /* a filter returned RET_TRACE */
	EV_EXEC,
	EV_FORK,                /* or vfork or clone */
	EV_EXIT,                /* about to exit */
	EV_START,               /* a tracee's first stop, SIGCONT, INTERRUPT */
	EV_GROUP_STOP,
	EV_SIGNAL,              /* signal-delivery stop */
};

/* --- trace.c */

/* the only state there is: a process runs one loop */
struct loop *trace_loop(struct trace *);
/* the only function that knows the bits of a wait status */
enum event trace_classify(int status);
/* the PTRACE_O_* of this run's tracees, beside EXITKILL for the confined */
long trace_options(const struct trace *);
/* Does trace.enter still have to act on this tracee? */
bool trace_enters(const struct trace *, const struct tracee *);
/* act upon a wait status of this tid */
void trace_dispatch(struct loop *, pid_t tid, int status);
/* at the end of a stop: resume the tracee, or detach from it; sig: to be
 * delivered, or 0 */
void trace_resume(struct loop *, struct tracee *, int sig);
/* resume it by this ptrace request, whatever its state */
void trace_request(struct loop *, int request, struct tracee *, int sig);
/* the tracee is not in a group-stop any more; if it is PROGRAM's, tell the
 * proxy */
void trace_on_continued(const struct loop *, struct tracee *);
/* is this a thread of PROGRAM? */
bool trace_in_program(const struct loop *, pid_t tid);
/* write what is recorded so far */
void trace_snapshot(struct loop *);
/* A request to a tracee failed: print that with errno's text.  But not if errno
 * is ESRCH: after any stop a SIGKILL may end the tracee, and that is
 * reported. */
void trace_mark_incomplete(struct loop *, const char *failure, pid_t tid);
/* A request failed without which the tracee must not go on: kill its process,
 * and print why with errno's text. */
void trace_kill(struct loop *, const char *failure, struct tracee *);
/* Must no process of PROGRAM go on once utrace can't see to its calls? */
bool trace_is_confined(const struct trace *);
/* Must no child escape?  It may make forbidden calls if PROGRAM is confined;
 * under the tap seccomp each call of it fails, even exit_group. */
bool trace_forbids_escape(const struct trace *);
/* A request failed without which a call may go unseen: trace_kill() if no child
 * may escape, else trace_mark_incomplete(). */
void trace_on_failure(struct loop *, const char *failure, struct tracee *);
/* trace_kill() without a message */
void trace_kill_silently(struct loop *, struct tracee *);

/* --- attach.c */

/* Attach to processes that are new.  False if there is none, new or known. */
bool attach_more(struct loop *);
/* act upon the wait statuses that were taken while threads were seized */
void attach_dispatch_taken(struct loop *);

/* --- start.c */

/* Free the slot of the thread whose exec stop this is: an exec gives it the
 * leader's tid, and neither its own end nor the old leader's is reported. */
void start_release_former(pid_t tid);
void start_on_exec(struct loop *, struct tracee *);
/* the thread of loop.entry has reached the entry point */
void start_on_entry_point(struct loop *);
/* The tracee's calls would count from here on, but the caller of trace_run
 * wants to act instead of the tap: call trace.enter and do as it says. */
void start_enter(struct loop *, struct tracee *);
/* Before the tracer exits: PROGRAM may be running, so this waits for its next
 * stop. */
void start_remove_breakpoint(struct loop *);

/* --- calls.c: a tracee stopped at a system call */

void calls_on_syscall(struct loop *, struct tracee *);
void calls_on_seccomp(struct loop *, struct tracee *);
/* the tracee is about to exit: did its filter kill it? */
void calls_on_exit(struct loop *, const struct tracee *);
/* the tracee's call has returned: put back what was changed for it */
void calls_end(struct loop *, struct tracee *);

/* --- children.c */

void children_on_fork(struct loop *, struct tracee *parent, int event);
/* at an EV_START; fresh: it was unknown and got a slot.  False: it stays
 * stopped until its parent's fork event. */
bool children_on_start(struct loop *, struct tracee *, bool fresh);
/* resume all held children: their fork event may never arrive */
void children_resume_held(struct loop *);
/* Is a child held?  Its parent may have been killed before its fork event, so
 * it is resumed after PATIENCE_MS. */
bool children_are_held(struct loop *);

/* --- untraced.c */

/* at the entry of a clone or clone3: clear CLONE_UNTRACED */
void untraced_clear(struct loop *, struct tracee *, int abi,
    const struct syscall_stop *);
/* at the exit of a clone3: did it make a child that is not traced? */
void untraced_check_child(struct loop *, struct tracee *);
/* put the flag back as parent had it, in parent itself or in its child's
 * copy */
void untraced_restore(const struct tracee *parent, pid_t tid);

/* --- filters.c */

/* There is a filter, as what says.  Make every call stop from now on at its
 * entry, or else mark the result incomplete and say so. */
void filters_expect(struct loop *, const char *what);
/* a process that it attached to has one */
void filters_expect_in_process(struct loop *);

/* --- wait.c */

void wait_init(struct loop *);
/* The next wait status of any tracee.  1, 0 if no tracee is left, -1 if a
 * signal interrupted the wait or it is to be repeated. */
int wait_next(struct loop *, pid_t *tid, int *status);
/* like waitpid with __WALL, but with -D a snapshot is written before PROGRAM is
 * reaped; may return 0 without WNOHANG, too */
pid_t wait_for_tid(struct loop *, pid_t tid, int flags, int *status);
/* dispatch a stop of each tracee once in a while, so that none starves */
void wait_poll_each(struct loop *);

/* --- requests.c: what signals and the proxy ask of the loop */

/* -1 and errno if a signal can't be handled */
int requests_init(struct loop *);
/* true: stop tracing and write the result */
bool requests_serve_all(struct loop *);
/* let the signals come that requests_hold_signals held back */
void requests_let_signals_come(void);
/* PROGRAM continues or has ended: the proxy must continue, too */
void requests_wake_proxy(const struct loop *);
/* the loop has ended, because no tracee is left or by request */
void requests_end(struct loop *, bool none_left);
/* A signal that arrives just before the loop blocks in waitpid would be served
 * only after the next stop, so a timer repeats it until the loop has served it:
 * first in TIMER_MS, or in ms; 0 disarms the timer. */
void requests_rearm_timer(void);
void requests_set_timer(uint32_t ms);
