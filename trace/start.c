/* SPDX-License-Identifier: MIT
 *
 * The start of PROGRAM, from its exec to where its calls count, and every later
 * exec.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "lib/log.h"
#include "lib/small.h"
#include "lib/util.h"
#include "syscalls/abi.h"
#include "trace/child.h"
#include "trace/entry.h"
#include "trace/exec.h"
#include "trace/loop.h"
#include "trace/proc.h"
#include "trace/regs.h"
#include "trace/tap.h"
#include "trace/trace.h"
#include "trace/tracees.h"

/* From here on the filter decides what becomes of the tracee, whatever happens
 * to the tracer.  With the last one that lacked it, the tap takes over. */
static void
guard(struct loop *loop, struct tracee *t)
{
	struct trace *tr = loop->trace;
	struct tracee *other = NULL;

	tracee_set(t, GUARDED);
	if (ptrace(PTRACE_SETOPTIONS, t->tid, NULL,
	    (void *)trace_options(tr)) < 0)
		trace_kill(loop, "can't let it outlive the tracer", t);
	while ((other = tracee_next(other)))
		if (!(other->state & GUARDED))
			return;
	tr->guarded = true;
	loop->resume = tr->tap->resume;
}

void
start_enter(struct loop *loop, struct tracee *t)
{
	struct trace *tr = loop->trace;
	struct regs_context context;
	enum entered result;

	if (regs_get_context(t->tid, &context) < 0) {
		trace_kill(loop, "can't read its registers", t);
		return;
	}
	result = tr->enter(tr->arg, t->tid, context.pc);
	if (!IS_SMALL && result == ENTERED_DETACH && tr->watches) {
		guard(loop, t);
	} else if (result == ENTERED_DETACH) {
		tracee_set(t, DETACHING);
	} else if (result == ENTERED_FAILED) {
		tr->failed = loop->ends = true;
		trace_kill_silently(loop, t);
	}
}

/* PROGRAM is loaded: its calls count from here on */
static void
start_counting(struct loop *loop, struct tracee *t)
{
	const struct trace *tr = loop->trace;
	long options = PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE;

	tracee_clear(t, LOADING);
	if (!tap_counter(tr->tap))
		return;
	tap_counter(tr->tap)->start_counting();
	if (tr->shared->program == 1)
		options |= PTRACE_O_TRACEEXIT;
	/* If it stays a tracee, only its end matters, and a new leader. */
	ptrace(PTRACE_SETOPTIONS, t->tid, NULL, (void *)options);
}

/* calls count from this exec or from the new image's entry point on */
static void
enter_scope(struct loop *loop, struct tracee *t)
{
	struct trace *tr = loop->trace;
	struct syscall_stop s = {
		.audit_arch = abis[0].audit_arch,
		.nr = (uint32_t)abi_nr(0, "execve"),
	};
	/* another process is on its way to its entry point */
	bool busy = loop->entry.armed;

	tr->scope_entered = true;
	tr->processes++;
	if (!busy)
		loop->entry.trap_ignored = tr->trap_ignored;
	if (!tr->exec_scope && !busy && entry_arm(&loop->entry, t->tid) == 0) {
		tracee_set(t, LOADING);
		return;
	}
	if (tr->enter) {
		tracee_set(t, ENTERS);
		return;
	}
	start_counting(loop, t);
	if (!tr->exec_scope && !busy)
		log_warn("PROGRAM's entry point can't be found, so its "
		    "loader's calls are recorded too:");
	/* the call was made already, so a verdict would come too late */
	tr->sink(tr->arg, &(struct caller){ t->tid, t->image }, &s);
}

/* Is the path, or its last component, the image that -s names?  Or does this
 * exec start the container's program? */
static bool
is_in_scope(const struct trace *tr, const struct tracee *t, const char *path)
{
	if (tr->container)
		return t->tid == tr->container || tr->scope_entered;
	return !strcmp(path, tr->scope_image) ||
	    !strcmp(util_base_name(path), tr->scope_image);
}

/* Returns true if counting begins with this exec. */
static bool
note_image(struct loop *loop, struct tracee *t, bool outside)
{
	struct trace *tr = loop->trace;
	char path[EXEC_PATH_MAX];

	path[0] = '\0';
	if ((tr->verbose || tr->executed || (OUTSIDE && tr->scope_image) ||
	    !tr->privileged) && exec_path(t->tid, path, sizeof path) < 0 &&
	    !IS_SMALL && (tr->executed || tr->scope_image))
		trace_mark_incomplete(loop, "can't tell its program", t->tid);
	if (tr->verbose)
		log_warn("%d: exec %s", (int)t->tid, path);
	if (OUTSIDE && outside && tr->scope_image &&
	    !is_in_scope(tr, t, path))
		tracee_set(t, OUTSIDE);
	else if (!IS_SMALL && tr->executed)
		t->image = (uint8_t)tr->executed(tr->arg, t->tid, t->image,
		    path);
	if (!tr->privileged && exec_gains_privileges(path)) {
		log_warn("PID %d: set-user-ID program ran without its "
		    "privileges", (int)t->tid);
		tr->privileged = true;  /* one message is enough */
	}
	return outside && !(t->state & OUTSIDE);
}

/* A thread that is not the leader gets the leader's tid by an exec.  Neither
 * its own end nor the old leader's is reported, so its slot is freed here. */
void
start_release_former(pid_t tid)
{
	struct tracee *former;
	unsigned long was = 0;

	if (ptrace(PTRACE_GETEVENTMSG, tid, NULL, &was) == 0 &&
	    (pid_t)was != tid && (former = tracee_find((pid_t)was)))
		tracee_release(former);
}

/* The container's program starts, under the filter that the runtime has
 * installed.  Let the kernel count, if that sees all calls. */
static void
enter_container(struct loop *loop, pid_t pid)
{
	struct trace *tr = loop->trace;
	const struct counter *counter = tap_counter(tr->tap);
	bool filtered = counter && proc_has_filter(pid);

	if (filtered && tr->any_tap) {
		tr->tap = tap_pick("stop", FOR_RUNNING, tr->verbose);
		loop->resume = tr->tap->resume;
		return;
	}
	if (filtered)
		filters_expect_in_process(loop);
	if (counter)
		counter->follow_thread(pid);
}

void
start_on_exec(struct loop *loop, struct tracee *t)
{
	struct trace *tr = loop->trace;
	struct entry *entry = &loop->entry;
	bool loading = t->state & LOADING, outside = t->state & OUTSIDE;

	if (!tr->started && t->tid == tr->shared->program) {
		tr->started = outside = true;
		if (tr->filtered)
			filters_expect(loop, "utrace was started under a "
			    "seccomp filter");
	}
	if (loading)
		start_counting(loop, t);
	t->state = IN_CALL | (t->state & GUARDED);
	outside = note_image(loop, t, outside);
	if (entry->armed && t->tid == entry->tid)
		entry->armed = false;   /* its memory is gone */
	if (!IS_SMALL && outside && tr->container)
		enter_container(loop, t->tid);
	if (outside)
		enter_scope(loop, t);
	if (!IS_SMALL && outside && tr->container)
		attach_more(loop);
	else if (loading && tr->enter)
		tracee_set(t, ENTERS);  /* it won't reach its entry point */
}

/* but one, which has stopped */
static void
interrupt_all(const struct tracee *stopped)
{
	struct tracee *t = NULL;

	while ((t = tracee_next(t)))
		if (t != stopped)
			ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL);
}

void
start_on_entry_point(struct loop *loop)
{
	struct tracee *t = tracee_find(loop->entry.tid);

	if (t) {
		start_counting(loop, t);
		if (loop->trace->enter)
			start_enter(loop, t);
	}
	children_resume_held(loop);
	if (loop->trace->enter && !loop->trace->guarded)
		interrupt_all(t);
}

/* Remove the breakpoint before the tracer exits.  PROGRAM may be running, so
 * wait for its next stop. */
void
start_remove_breakpoint(struct loop *loop)
{
	struct entry *entry = &loop->entry;
	int status;

	if (!entry->armed || loop->trace->enter)
		return;
	ptrace(PTRACE_INTERRUPT, entry->tid, NULL, NULL);
	if (waitpid(entry->tid, &status, __WALL) == entry->tid &&
	    WIFSTOPPED(status))
		entry_disarm(entry, entry->tid);
}
