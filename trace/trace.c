/* SPDX-License-Identifier: MIT
 *
 * The event loop: follow PROGRAM and its descendants by ptrace.  This file says
 * what each stop means, start.c does so for execs, calls.c for system calls.
 * Knows neither policies nor output.
 */
#include "trace/trace.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/signals.h"
#include "lib/small.h"
#include "syscalls/abi.h"
#include "trace/child.h"
#include "trace/entry.h"
#include "trace/exec.h"
#include "trace/loop.h"
#include "trace/regs.h"
#include "trace/tap.h"
#include "trace/tracees.h"

struct loop *
trace_loop(struct trace *tr)
{
	static struct loop loop;

	loop.trace = tr;
	return &loop;
}

enum event
trace_classify(int status)
{
	if (WIFEXITED(status) || WIFSIGNALED(status))
		return EV_ENDED;
	switch (status >> 16) {
	case PTRACE_EVENT_STOP:
		return WSTOPSIG(status) == SIGTRAP ? EV_START : EV_GROUP_STOP;
	case PTRACE_EVENT_SECCOMP:
		return EV_SECCOMP;
	case PTRACE_EVENT_EXEC:
		return EV_EXEC;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		return EV_FORK;
	case PTRACE_EVENT_EXIT:
		return EV_EXIT;
	}
	return WSTOPSIG(status) == (SIGTRAP | 0x80) ? EV_SYSCALL : EV_SIGNAL;
}

void
trace_mark_incomplete(struct loop *loop, const char *failure, pid_t tid)
{
	if (errno == ESRCH && regs_is_gone(tid))
		return;
	log_warn("thread %d: %s:", (int)tid, failure);
	loop->trace->incomplete = true;
}

void
trace_kill(struct loop *loop, const char *failure, struct tracee *t)
{
	int error = errno;

	if (error == ESRCH && regs_is_gone(t->tid))
		return;
	errno = error;
	log_warn("thread %d: %s, so its process is killed:", (int)t->tid,
	    failure);
	loop->trace->incomplete = loop->trace->failed = true;
	trace_kill_silently(loop, t);
}

long
trace_options(const struct trace *tr)
{
	return PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |
	    PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
	    (tr->shared->program == 1 ? PTRACE_O_TRACEEXIT : 0) |
	    tr->tap->options;
}

bool
trace_enters(const struct trace *tr, const struct tracee *t)
{
	return tr->enter && !tr->guarded && !(t->state & GUARDED);
}

bool
trace_is_confined(const struct trace *tr)
{
	return tr->strict || (tr->enter && !tr->guarded);
}

bool
trace_forbids_escape(const struct trace *tr)
{
	return trace_is_confined(tr) ||
	    (tr->tap->options & PTRACE_O_EXITKILL);
}

void
trace_on_failure(struct loop *loop, const char *failure, struct tracee *t)
{
	if (trace_forbids_escape(loop->trace))
		trace_kill(loop, failure, t);
	else
		trace_mark_incomplete(loop, failure, t->tid);
}

void
trace_kill_silently(struct loop *loop, struct tracee *t)
{
	tracee_set(t, KILLED);
	kill(t->tid, SIGKILL);
	/* the kernel discards a SIGKILL to process 1, but not EXITKILL's */
	if (loop->trace->shared->program == 1 &&
	    trace_in_program(loop, t->tid))
		loop->ends = true;
}

void
trace_request(struct loop *loop, int request, struct tracee *t, int sig)
{
	if (!(t->state & KILLED) &&
	    ptrace(request, t->tid, NULL, (void *)(intptr_t)sig) < 0)
		trace_kill(loop, "can't resume it", t);
}

bool
trace_in_program(const struct loop *loop, pid_t tid)
{
	pid_t program = loop->trace->shared->program;

	return tid == program || syscall(SYS_tgkill, program, tid, 0) == 0;
}

void
trace_snapshot(struct loop *loop)
{
	struct trace *tr = loop->trace;

	if (tap_counter(tr->tap))
		tap_counter(tr->tap)->collect(tr);
	tr->snapshot(tr->arg);
}

/* A tap that counts in the kernel needs no tracee to stop once it counts.  But
 * with -D PROGRAM's own threads stay tracees, so that the tracer learns of
 * PROGRAM's end before its parent does. */
static bool
may_detach(const struct loop *loop, const struct tracee *t)
{
	const struct trace *tr = loop->trace;

	return tap_counter(tr->tap) && tr->started &&
	    !(t->state & (LOADING | OUTSIDE)) &&
	    (tr->shared->proxy || !trace_in_program(loop, t->tid));
}

static void
stop_tracing(struct loop *loop, struct tracee *t, int sig)
{
	struct shared *sh = loop->trace->shared;

	/* set it first: PROGRAM may stop at once, which the proxy then has to
	 * report */
	if (t->tid == sh->program)
		sh->detached = 1;
	trace_request(loop, PTRACE_DETACH, t, sig);
	if (tracee_has_slot(t) && !(t->state & KILLED))
		tracee_release(t);
}

void
trace_resume(struct loop *loop, struct tracee *t, int sig)
{
	/* nobody counts what a container's runtime does */
	int request = t->state & WANTS_EXIT_STOP ? PTRACE_SYSCALL :
	    (t->state & OUTSIDE) && loop->trace->container ? PTRACE_CONT :
	    loop->resume;

	if ((t->state & DETACHING) || may_detach(loop, t)) {
		stop_tracing(loop, t, sig);
		return;
	}
	trace_request(loop, request, t, sig);
	tracee_clear(t, ENTRY_STOPS);
	if (request == PTRACE_SYSCALL)
		tracee_set(t, ENTRY_STOPS);
}

void
trace_on_continued(const struct loop *loop, struct tracee *t)
{
	if ((t->state & STOPPED) && trace_in_program(loop, t->tid))
		requests_wake_proxy(loop);
	tracee_clear(t, STOPPED);
}

/* make a signal that the proxy passed on look as if its sender had sent it */
static void
restore_sender(const struct shared *sh, pid_t tid, int sig)
{
	siginfo_t si;

	if (!sh->proxy || ptrace(PTRACE_GETSIGINFO, tid, NULL, &si) < 0 ||
	    si.si_code != SI_USER || si.si_pid != sh->proxy)
		return;
	si.si_pid = sh->sent[sig].pid;
	si.si_uid = sh->sent[sig].uid;
	si.si_code = sh->sent[sig].code;
	ptrace(PTRACE_SETSIGINFO, tid, NULL, &si);
}

static void
on_signal(struct loop *loop, struct tracee *t, int sig)
{
	const struct trace *tr = loop->trace;
	enum entry_hit hit = sig == SIGTRAP ?
	    entry_hit(&loop->entry, t->tid) : ENTRY_NOT_HIT;

	if (hit == ENTRY_HIT) {
		start_on_entry_point(loop);
		sig = 0;
	} else if (hit == ENTRY_FAILED) {
		trace_kill(loop, "can't remove the breakpoint at its entry "
		    "point", t);
	} else {
		restore_sender(tr->shared, t->tid, sig);
	}
	/* it may have continued while it was no tracee */
	trace_on_continued(loop, t);
	if (tr->verbose && sig)
		log_warn("%d: %s", (int)t->tid, signal_name(sig));
	trace_resume(loop, t, sig);
}

static void
on_exit_event(struct loop *loop, struct tracee *t)
{
	struct trace *tr = loop->trace;

	if (!IS_SMALL && tr->watches)
		calls_on_exit(loop, t);
	/* the kernel kills an init's namespace, the tracer too */
	if (tr->shared->program == 1 && trace_in_program(loop, t->tid) &&
	    tr->started) {
		tr->ends |= t->tid == 1;
		trace_snapshot(loop);
	}
	/* SIGKILL does not end this stop */
	if ((t->state & KILLED) &&
	    ptrace(PTRACE_CONT, t->tid, NULL, NULL) < 0)
		ptrace(PTRACE_DETACH, t->tid, NULL, NULL);
}

static void
on_ended(struct loop *loop, struct tracee *t, int status)
{
	const struct trace *tr = loop->trace;
	const struct shared *sh = tr->shared;
	bool is_program = t->tid == sh->program;

	if (is_program)
		loop->trace->program_status = status;
	if ((t->state & (LOADING | KILLED)) == LOADING)
		log_warn("%s ended before its entry point%s",
		    tr->scope_image ? tr->scope_image : "PROGRAM", tr->enter ?
		    "" : tr->scope_image ? "; its calls are not recorded" :
		    "; record with -s exec to see its loader's calls");
	if (t->state & LOADING) {
		loop->entry.armed = false;
		children_resume_held(loop);
	}
	/* or it is the thread that was seized again in PROGRAM's place */
	if (is_program ? (t->state & STOPPED) || sh->stopping :
	    sh->stopping && !tracee_find(sh->program))
		requests_wake_proxy(loop);
	if (tr->verbose && WIFSIGNALED(status))
		log_warn("%d: killed by %s", (int)t->tid,
		    signal_name(WTERMSIG(status)));
	else if (tr->verbose)
		log_warn("%d: exits with %d", (int)t->tid, WEXITSTATUS(status));
	if (tracee_has_slot(t))
		tracee_release(t);
	/* It may have been killed in the call that makes a child, whose fork
	 * event then never arrives.  But a child that shares its parent's
	 * memory must not take the breakpoint out of it. */
	if (!loop->entry.armed)
		children_resume_held(loop);
}

/* Say so once; spare is the tracee's state for this stop. */
static void
on_overflow(struct loop *loop, struct tracee *spare, pid_t tid)
{
	struct trace *tr = loop->trace;
	bool entry_is_known = regs_has_syscall_info ||
	    loop->resume == PTRACE_CONT;
	/* where it has a filter, its calls stop there, too */
	bool unseen = !entry_is_known && trace_is_confined(tr) &&
	    !(tr->tap->options & PTRACE_O_TRACESECCOMP);

	if (!loop->overfull)
		log_warn("more than %d threads at once: %s", MAX_TRACEES,
		    unseen ? "the others are killed" : !entry_is_known ?
		    "calls of the others are not recorded" : IS_SMALL ?
		    "calls of the others are recorded" :
		    "calls of the others are recorded without their program");
	loop->overfull = true;
	*spare = (struct tracee){ .tid = tid, .image = IMAGE_UNKNOWN };
	if (unseen) {
		tr->incomplete = tr->failed = true;
		trace_kill_silently(loop, spare);
	} else if (!entry_is_known) {
		spare->state = IN_CALL; /* take each stop for an exit */
		tr->incomplete = true;
	}
}

void
trace_dispatch(struct loop *loop, pid_t tid, int status)
{
	enum event ev = trace_classify(status);
	struct tracee spare = { .tid = tid }, *t;
	bool fresh = false;

	if (ev == EV_EXEC)
		start_release_former(tid);
	t = tracee_find(tid);
	/* the end of a child that is no tracee, or has no slot, takes none */
	if (!t && ev != EV_ENDED) {
		t = tracee_add(tid);
		fresh = t != NULL;
		if (!t)
			on_overflow(loop, &spare, tid);
	}
	if (!t)
		t = &spare;
	if (ev != EV_SYSCALL && ev != EV_SECCOMP)
		tracee_clear(t, EXIT_IS_NEXT);
	switch (ev) {
	case EV_ENDED:
		on_ended(loop, t, status);
		return;
	case EV_SYSCALL:
		calls_on_syscall(loop, t);
		break;
	case EV_SECCOMP:
		calls_on_seccomp(loop, t);
		break;
	case EV_EXEC:
		start_on_exec(loop, t);
		break;
	case EV_FORK:
		children_on_fork(loop, t, status >> 16);
		break;
	case EV_EXIT:
		on_exit_event(loop, t);
		break;
	case EV_START:
		if (!children_on_start(loop, t, fresh))
			return;
		break;
	case EV_GROUP_STOP:
		tracee_set(t, STOPPED);
		trace_request(loop, PTRACE_LISTEN, t, 0);
		return;
	case EV_SIGNAL:
		on_signal(loop, t, WSTOPSIG(status));
		return;
	}
	trace_resume(loop, t, 0);
}

static int
init(struct loop *loop)
{
	int abi;

	/* before the filter is there no child may be made with CLONE_UNTRACED */
	loop->resume = loop->trace->watches && !loop->trace->guarded ?
	    PTRACE_SYSCALL : loop->trace->tap->resume;
	for (abi = 0; abi < abi_count; abi++) {
		loop->calls[abi].clone = (uint32_t)abi_nr(abi, "clone");
		loop->calls[abi].clone3 = (uint32_t)abi_nr(abi, "clone3");
		loop->calls[abi].reboot = (uint32_t)abi_nr(abi, "reboot");
		loop->calls[abi].prctl = (uint32_t)abi_nr(abi, "prctl");
		loop->calls[abi].seccomp = (uint32_t)abi_nr(abi, "seccomp");
	}
	if (loop->trace->attached && loop->trace->filtered)
		filters_expect_in_process(loop);
	wait_init(loop);
	if (requests_init(loop) == 0)
		return 0;
	log_warn("can't handle signals, so nothing is recorded:");
	loop->trace->incomplete = loop->trace->failed = true;
	return -1;
}

/* The tracer was asked to end.  That PROGRAM or a child of it asked can't be
 * told from the user's request. */
static void
on_left(struct loop *loop)
{
	struct trace *tr = loop->trace;

	if (tr->attached || !tr->started || trace_is_confined(tr))
		return;
	log_warn("the recording ends before PROGRAM and what it started, so "
	    "the result is incomplete");
	tr->incomplete = true;
}

int
trace_run(struct trace *tr)
{
	const struct counter *counter = tap_counter(tr->tap);
	struct loop *loop = trace_loop(tr);
	int status, r = -1;
	pid_t tid;

	loop->ends = init(loop) < 0;
	attach_dispatch_taken(loop);
	while (r != 0 && !loop->ends) {
		if (requests_serve_all(loop)) {
			start_remove_breakpoint(loop);
			on_left(loop);
			break;
		}
		r = wait_next(loop, &tid, &status);
		if (r > 0) {
			trace_dispatch(loop, tid, status);
			wait_poll_each(loop);
		} else if (r == 0 && counter && !loop->ends &&
		    !counter->wait_for_end()) {
			r = -1;
		}
		if (!IS_SMALL && r == 0 && !loop->ends && attach_more(loop))
			r = -1;
	}
	requests_set_timer(0);
	if (r == 0 && tr->failed)
		start_remove_breakpoint(loop);
	if (counter)
		counter->collect(tr);
	requests_end(loop, r == 0);
	if (trace_is_confined(tr) && tracee_count && !tr->failed) {
		log_warn("the tracer ends, so PROGRAM is killed");
		tr->failed = true;
	}
	return tr->started ? 0 : -1;
}
