/* SPDX-License-Identifier: MIT
 *
 * CLONE_UNTRACED.  A child made with this flag would escape the tracer, and
 * under the seccomp tap its every call would fail.  So the flag is cleared at
 * the entry stop, in the register or, for clone3, in the struct in memory, and
 * restored at the exit stop.
 *
 * The kernel reads the struct after that stop, and other threads may have set
 * the flag again by then.  A child that no fork event told gives that away: the
 * parent's event comes before its exit stop.
 */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>

#include "lib/log.h"
#include "lib/uapi.h"
#include "syscalls/abi.h"
#include "trace/loop.h"
#include "trace/proc.h"
#include "trace/regs.h"
#include "trace/tap.h"
#include "trace/trace.h"
#include "trace/tracees.h"

static const char failure[] = "can't clear CLONE_UNTRACED";

static void
clear_in_register(struct loop *loop, struct tracee *t, uint64_t flags)
{
	if (!(flags & UAPI_CLONE_UNTRACED))
		return;
	if (regs_set_arg0(t->tid, flags & ~(uint64_t)UAPI_CLONE_UNTRACED) < 0)
		trace_on_failure(loop, failure, t);
	tracee_set(t, UNTRACED_REG);
	t->saved = flags;
}

/* addr: of the low word of the 64-bit flags */
static void
clear_in_memory(struct loop *loop, struct tracee *t, uint64_t addr)
{
	uint64_t flags;

	/* memory that can't be read fails the call as well */
	if (regs_peek(t->tid, addr, 4, &flags) < 0 ||
	    !(flags & UAPI_CLONE_UNTRACED))
		return;
	flags &= ~(uint64_t)UAPI_CLONE_UNTRACED;
	if (regs_poke(t->tid, addr, 4, flags) < 0)
		trace_on_failure(loop, failure, t);
	tracee_set(t, UNTRACED_MEM);
	t->saved = addr;
}

void
untraced_clear(struct loop *loop, struct tracee *t, int abi,
    const struct syscall_stop *s)
{
	if (s->nr == loop->calls[abi].clone) {
		clear_in_register(loop, t, s->args[0]);
	} else if (s->nr == loop->calls[abi].clone3) {
		tracee_set(t, IN_CLONE3);
		clear_in_memory(loop, t,
		    s->args[0] + (abis[abi].big_endian ? 4 : 0));
	}
}

void
untraced_check_child(struct loop *loop, struct tracee *t)
{
	struct trace *tr = loop->trace;
	bool confined = trace_is_confined(tr);
	int64_t child;

	if (!(t->state & IN_CLONE3) ||
	    regs_return_value(t->tid, &child) < 0 || child <= 0)
		return;
	if (!loop->child_escaped)
		log_warn("thread %d: set CLONE_UNTRACED after utrace had "
		    "cleared it; calls of its child %d are missing",
		    (int)t->tid, (int)child);
	loop->child_escaped = tr->incomplete = true;
	/* Under the tap seccomp every call of the child fails, exit_group, too.
	 * Its PID is one of the parent's PID namespace. */
	if (trace_forbids_escape(tr) && proc_shares_pids(t->tid))
		kill((pid_t)child, SIGKILL);
	if (!confined)
		return;
	tr->failed = true;
	trace_kill_silently(loop, t);
}

void
untraced_restore(const struct tracee *parent, pid_t tid)
{
	uint64_t flags;

	if ((parent->state & UNTRACED_REG) && regs_arg0_survives(tid))
		regs_set_arg0(tid, parent->saved);
	if ((parent->state & UNTRACED_MEM) &&
	    regs_peek(tid, parent->saved, 4, &flags) == 0)
		regs_poke(tid, parent->saved, 4, flags | UAPI_CLONE_UNTRACED);
}
