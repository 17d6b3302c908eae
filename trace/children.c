/* SPDX-License-Identifier: MIT
 *
 * A new child, whose first stop and whose parent's fork event may be seen in
 * either order.  The child may have a copy of the breakpoint, or of flags that
 * were changed for the call that made it.  Both are restored while parent and
 * child are stopped; until then the child is held.
 */
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "lib/log.h"
#include "lib/sys.h"
#include "trace/entry.h"
#include "trace/loop.h"
#include "trace/tap.h"
#include "trace/trace.h"
#include "trace/tracees.h"

static void
resume_child(struct loop *loop, struct tracee *t)
{
	tracee_clear(t, HELD);
	if (trace_enters(loop->trace, t))
		start_enter(loop, t);
	trace_resume(loop, t, 0);
}

void
children_resume_held(struct loop *loop)
{
	struct tracee *t;

	while ((t = tracee_in_state(HELD))) {
		entry_clean(&loop->entry, t->tid);
		resume_child(loop, t);
	}
}

bool
children_are_held(struct loop *loop)
{
	if (!tracee_in_state(HELD))
		return false;
	if (sys_now_ms() - loop->held_since < PATIENCE_MS)
		return true;
	children_resume_held(loop);
	return false;
}

/* what a child has of its parent from the start */
static void
inherit(struct tracee *child, const struct tracee *parent)
{
	child->image = parent->image;
	tracee_set(child, parent->state & (OUTSIDE | GUARDED));
}

static void
restore_child(struct loop *loop, const struct tracee *parent, pid_t tid)
{
	bool changed = loop->entry.armed || (parent->state & UNTRACED);
	struct tracee *child = tracee_find(tid);
	int status;

	if (!child) {
		/* with a slot, its first stop is that of a known child */
		child = tracee_add(tid);
		if (child)
			inherit(child, parent);
		if (!changed || !child || waitpid(tid, &status, __WALL) != tid)
			return;
		if (!WIFSTOPPED(status)) {
			tracee_release(child);
			return;
		}
		tracee_set(child, HELD);
	}
	if (!(child->state & HELD))
		return;
	inherit(child, parent);
	if (loop->entry.armed)
		entry_forked(&loop->entry, parent->tid, tid);
	untraced_restore(parent, tid);
	resume_child(loop, child);
}

void
children_on_fork(struct loop *loop, struct tracee *t, int event)
{
	struct trace *tr = loop->trace;
	unsigned long child = 0;

	tracee_clear(t, IN_CLONE3);
	if (event != PTRACE_EVENT_CLONE && !tap_counter(tr->tap) &&
	    !(t->state & OUTSIDE))
		tr->processes++;
	if (ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &child) < 0) {
		trace_mark_incomplete(loop, "can't tell its child", t->tid);
		/* else that child would be held for good */
		loop->child_unknown = true;
		children_resume_held(loop);
		return;
	}
	if (tr->verbose)
		log_warn("%d: starts %d", (int)t->tid, (int)child);
	restore_child(loop, t, (pid_t)child);
}

bool
children_on_start(struct loop *loop, struct tracee *t, bool fresh)
{
	const struct trace *tr = loop->trace;

	if (fresh && !loop->child_unknown && (loop->entry.armed || tr->executed ||
	    (OUTSIDE && tr->scope_image) || tracee_in_state(UNTRACED))) {
		tracee_set(t, HELD);
		loop->held_since = sys_now_ms();
		requests_rearm_timer();
		return false;
	}
	if (trace_enters(tr, t) && tr->started && !(t->state & LOADING))
		start_enter(loop, t);
	trace_on_continued(loop, t);
	return true;
}
