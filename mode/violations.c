/* SPDX-License-Identifier: MIT
 *
 * seccomp-trace: PROGRAM runs under the policy's own filter, as with -e, and the
 * tracer only watches.  So the end of the tracer changes nothing for PROGRAM.
 *
 * How a violation is seen depends on what the filter does.  It kills: the exit
 * stop shows the call.  A number without a name gets ENOSYS: RET_TRACE means the
 * same where there is no tracer.  No call that is allowed stops for these two.
 * Another errno, or log: nothing but an entry stop of each call comes before
 * the filter.
 */
#include "mode/violations.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>

#include "lib/uapi.h"
#include "mode/install.h"
#include "mode/options.h"
#include "mode/session.h"
#include "policy/policy.h"
#include "trace/child.h"
#include "trace/tap.h"
#include "trace/trace.h"

static const uint32_t no_such_call = UAPI_SECCOMP_RET_ERRNO | ENOSYS;

static bool
gets_errno_or_log(const struct policy *p)
{
	const struct policy_override *o = p->overrides;
	bool found = p->action != ACTION_KILL;

	for (; o < p->overrides + p->n_overrides; o++)
		found |= o->action != ACTION_KILL;
	return found;
}

/* let the tracer reject the numbers that have no name */
static void
trace_unnamed(const struct uapi_sock_fprog *prog)
{
	struct uapi_sock_filter *i = prog->filter;

	for (; i < prog->filter + prog->len; i++)
		if (i->code == UAPI_BPF_RET_K && i->k == no_such_call)
			i->k = UAPI_SECCOMP_RET_TRACE | tap_cookie;
}

static enum entered
guard_program(void *arg, pid_t tid, uint64_t pc)
{
	const struct session *s = arg;

	return install_at_entry(s->trace.shared->program, tid, pc);
}

int
violations_prepare(struct session *s, const struct policy *policy)
{
	static struct tap tap = {
		.name = "seccomp-trace", .resume = PTRACE_SYSCALL,
		.options = PTRACE_O_TRACEEXIT,
	};
	const struct options *o = s->options;
	struct uapi_sock_fprog *prog;

	/* it also draws the cookie */
	if (!tap_pick(o->tap, FOR_STOPS | FOR_IMAGES, false))
		return -1;
	prog = install_build(policy, o->policy, true);
	if (!prog ||
	    (s->exec_scope && !install_allows_exec(policy, o->policy)))
		return -1;
	if (strcmp(o->tap, "stop") != 0 && !gets_errno_or_log(policy)) {
		tap.options |= PTRACE_O_TRACESECCOMP;
		tap.resume = PTRACE_CONT;
		trace_unnamed(prog);
	}
	tap.install = s->exec_scope ? install_before_exec : NULL;
	s->tap = &tap;
	s->filter = prog;
	s->enter = s->exec_scope ? NULL : guard_program;
	return 0;
}

int
violations_verdict(const struct session *s, int action)
{
	return s->tap->resume == PTRACE_SYSCALL || action == ACTION_KILL ||
	    action == ACTION_LOG ? CALL_PROCEEDS : action;
}
