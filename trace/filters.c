/* SPDX-License-Identifier: MIT
 *
 * Seccomp filters that are not utrace's.  What such a filter rejects, it rejects
 * before the taps seccomp and ebpf see it, because the kernel takes the strictest
 * result of all filters; an entry stop comes earlier.  So either each call stops
 * at its entry, or the loss is reported.
 */
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/small.h"
#include "lib/sys.h"
#include "lib/uapi.h"
#include "trace/loop.h"
#include "trace/regs.h"
#include "trace/tap.h"
#include "trace/trace.h"
#include "trace/tracees.h"

enum { SYNC_MS = 50 };          /* for threads that are not on a CPU */

void
filters_expect(struct loop *loop, const char *what)
{
	struct trace *tr = loop->trace;

	if (loop->resume == PTRACE_SYSCALL)
		return;
	if (!tap_counter(tr->tap) && regs_has_syscall_info) {
		loop->resume = PTRACE_SYSCALL;
		return;
	}
	if (!loop->filter_reported)
		log_warn("%s; tap %s does not see the calls that it rejects, "
		    "so the result is incomplete (-t stop sees them)", what,
		    tr->tap->name);
	loop->filter_reported = tr->incomplete = true;
}

void
filters_expect_in_process(struct loop *loop)
{
	filters_expect(loop, "a process has a seccomp filter");
}

/* Must this thread stop so that its later calls do?  group 0: unknown. */
static bool
lacks_entry_stops(const struct tracee *t, pid_t group)
{
	return !(t->state & (ENTRY_STOPS | STOPPED | HELD | KILLED)) &&
	    (!group || syscall(SYS_tgkill, group, t->tid, 0) == 0);
}

/* Interrupt the threads that the tracee's filter is about to be installed in.
 * Each then stops before it returns to user mode, and is resumed so that its
 * calls stop at their entry.  Only a thread that runs in user mode right now
 * might make a call first, so wait a moment for all of them. */
static void
interrupt_siblings(struct loop *loop, struct tracee *t)
{
	uint32_t start = sys_now_ms();
	pid_t group = tracee_process(t->tid);
	struct tracee *other = NULL;
	int status, left;

	/* a filter's listener can let calls happen that don't stop */
	if (loop->overfull && trace_is_confined(loop->trace)) {
		log_warn("thread %d: installed a seccomp filter in all its "
		    "threads, which are too many to interrupt, so its process "
		    "is killed", (int)t->tid);
		loop->trace->incomplete = loop->trace->failed = true;
		trace_kill_silently(loop, t);
		return;
	}
	if (IS_SMALL || loop->overfull) {
		log_warn("PROGRAM installed a seccomp filter in all its "
		    "threads; calls that it rejects may be missing");
		loop->trace->incomplete = true;
	}
	if (IS_SMALL)
		return;
	tracee_set(t, ENTRY_STOPS);
	while ((other = tracee_next(other)))
		if (lacks_entry_stops(other, group))
			ptrace(PTRACE_INTERRUPT, other->tid, NULL, NULL);
	do {
		left = 0;
		while ((other = tracee_next(other))) {
			if (!lacks_entry_stops(other, group))
				continue;
			left++;
			if (wait_for_tid(loop, other->tid, WNOHANG,
			    &status) == other->tid)
				trace_dispatch(loop, other->tid, status);
		}
	} while (left && sys_now_ms() - start < SYNC_MS);
}

void
filters_on_call(struct trace *tr, struct tracee *t, int abi,
    const struct syscall_stop *s)
{
	struct loop *loop = trace_loop(tr);
	bool by_seccomp = s->nr == loop->calls[abi].seccomp;

	if (tr->tap->resume == PTRACE_SYSCALL ||
	    !(by_seccomp || (s->nr == loop->calls[abi].prctl &&
	    (uint32_t)s->args[0] == PR_SET_SECCOMP)))
		return;         /* the kernel reads argument 0 as an int */
	filters_expect(loop, "PROGRAM installed a seccomp filter");
	if (t && by_seccomp && loop->resume == PTRACE_SYSCALL &&
	    (s->args[1] & UAPI_SECCOMP_FILTER_FLAG_TSYNC))
		interrupt_siblings(loop, t);
}
