/* SPDX-License-Identifier: MIT
 *
 * A tracee stopped at a system call: tell entry from exit, hand the entry to
 * the sink, and do as the sink says.
 */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/wait.h>

#include "lib/log.h"
#include "syscalls/abi.h"
#include "trace/loop.h"
#include "trace/regs.h"
#include "trace/tap.h"
#include "trace/trace.h"
#include "trace/tracees.h"

/* Skip the call and return the error.  Where one register holds the number and
 * the result, as on mips, the error is set at the exit stop. */
static void
reject_call(struct loop *loop, struct tracee *t, int error)
{
	tracee_clear(t, UNTRACED);
	if (regs_skip_call(t->tid, error) < 0) {
		trace_kill(loop, "can't reject its call", t);
		return;
	}
	tracee_set(t, REJECTED);
	t->saved = (uint64_t)error;
}

static void
ask_sink(struct loop *loop, struct tracee *t, const struct syscall_stop *s)
{
	int verdict = loop->trace->sink(loop->trace->arg,
	    &(struct caller){ t->tid, t->image }, s);

	if (verdict == CALL_IS_FATAL)
		trace_kill_silently(loop, t);
	else if (verdict != CALL_PROCEEDS)
		reject_call(loop, t, verdict);
}

/* Does the machine go down?  What init asks for at its start is only that the
 * kernel shall or shall not act on Ctrl-Alt-Del. */
static bool
reboot_ends(uint32_t command)
{
	return command != RB_DISABLE_CAD &&
	    command != (uint32_t)RB_ENABLE_CAD;
}

static void
on_entry(struct loop *loop, struct tracee *t, const struct syscall_stop *s)
{
	int abi = abi_find(s->audit_arch, s->nr);

	/* before its execve the child makes utrace's own calls */
	if (!loop->trace->started)
		return;
	if (abi >= 0 && !(t->state & REJECTED))
		untraced_clear(loop, t, abi, s);
	if (!(t->state & (LOADING | OUTSIDE)))
		ask_sink(loop, t, s);
	if (abi >= 0)
		filters_on_call(loop->trace, t, abi, s);
	/* this may be the last chance to write the result */
	if (abi >= 0 && s->nr == loop->calls[abi].reboot) {
		loop->trace->ends = loop->trace->shared->program == 1 &&
		    reboot_ends((uint32_t)s->args[2]);
		trace_snapshot(loop);
		/* the kernel may refuse */
		loop->trace->ends = false;
	}
}

void
calls_end(struct loop *loop, struct tracee *t)
{
	if ((t->state & REJECTED) && regs_set_error(t->tid, (int)t->saved) < 0)
		trace_kill(loop, "can't make its call fail", t);
	untraced_restore(t, t->tid);
	tracee_clear(t, IN_CALL | EXIT_IS_NEXT | WANTS_EXIT_STOP | COUNTED);
}

/* Nothing else shows the call that a filter killed the process for.  If stops at
 * entries do, it was handed to the sink before. */
void
calls_on_exit(struct loop *loop, const struct tracee *t)
{
	const struct trace *tr = loop->trace;
	unsigned long status = 0;
	struct syscall_stop s;

	if (loop->resume == PTRACE_SYSCALL || !tr->started ||
	    (t->state & LOADING) ||
	    ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &status) < 0 ||
	    WTERMSIG((int)status) != SIGSYS || regs_last_call(t->tid, &s) < 0)
		return;
	tr->sink(tr->arg, &(struct caller){ t->tid, t->image }, &s);
}

/* false: they can't be read */
static bool
read_registers(struct loop *loop, struct tracee *t, struct syscall_stop *s)
{
	if (regs_syscall(t->tid, s) == 0)
		return true;
	trace_on_failure(loop, "can't read its registers", t);
	return false;
}

/* A thread that was to stop when PROGRAM got its filter: any other stop cancels
 * what PTRACE_INTERRUPT asked for. */
static bool
missed_interrupt(const struct loop *loop, const struct tracee *t)
{
	return !IS_SMALL && trace_enters(loop->trace, t) &&
	    loop->trace->started && !loop->entry.armed &&
	    !(t->state & LOADING);
}

void
calls_on_syscall(struct loop *loop, struct tracee *t)
{
	struct syscall_stop s = { .kind = STOP_EXIT };

	/* the registers need not be read if only an exit stop can follow */
	if (!(t->state & EXIT_IS_NEXT) && !read_registers(loop, t, &s))
		return;
	if (s.kind == STOP_UNKNOWN)
		s.kind = t->state & IN_CALL ? STOP_EXIT : STOP_ENTRY;
	if (s.kind == STOP_EXIT) {
		untraced_check_child(loop, t);
		calls_end(loop, t);
		if ((t->state & ENTERS) || missed_interrupt(loop, t)) {
			tracee_clear(t, ENTERS);
			start_enter(loop, t);
		}
		return;
	}
	/* the call may wait for long */
	if (missed_interrupt(loop, t))
		ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL);
	tracee_clear(t, REJECTED | COUNTED);    /* by a vsyscall */
	tracee_set(t, IN_CALL | EXIT_IS_NEXT);
	/* otherwise it was counted at its seccomp stop */
	if (loop->resume == PTRACE_SYSCALL) {
		tracee_set(t, COUNTED);
		on_entry(loop, t, &s);
	}
}

void
calls_on_seccomp(struct loop *loop, struct tracee *t)
{
	struct syscall_stop s;
	unsigned long cookie = 0;
	bool entered = t->state & EXIT_IS_NEXT;

	/* A call through x86-64's vsyscall page has neither an entry stop nor
	 * an exit stop, so what it leaves in the state must not pass for the
	 * next call's. */
	tracee_clear(t, EXIT_IS_NEXT | (entered ? 0 : REJECTED | COUNTED));
	/* the call's number was replaced at its entry stop */
	if (t->state & REJECTED)
		return;
	if (entered || !(t->state & ENTRY_STOPS))
		tracee_set(t, IN_CALL);
	if (!read_registers(loop, t, &s))
		return;
	if (s.kind == STOP_SECCOMP)
		cookie = s.cookie;
	else
		ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &cookie);
	/* The event of PROGRAM's own filter, which has no tracer of its own:
	 * ENOSYS, as the kernel would.  A negative number means a skipped call
	 * to the kernel, whatever it returns, so reject it here. */
	if ((cookie != tap_cookie || (int32_t)s.nr < 0) && loop->trace->started)
		reject_call(loop, t, ENOSYS);
	if (!(t->state & COUNTED))
		on_entry(loop, t, &s);
}
