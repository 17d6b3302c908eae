/* SPDX-License-Identifier: MIT
 *
 * -e: become PROGRAM under a policy.  No process is left behind: the tracer, if
 * the filter begins at PROGRAM's entry point, ends as soon as that is installed.
 */
#include "mode/enforce.h"

#include <stdint.h>
#include <sys/ptrace.h>

#include "lib/log.h"
#include "lib/sys.h"
#include "mode/input.h"
#include "mode/install.h"
#include "mode/options.h"
#include "mode/status.h"
#include "policy/policy.h"
#include "trace/child.h"
#include "trace/tap.h"
#include "trace/trace.h"

static enum entered
install_filter(void *arg, pid_t tid, uint64_t pc)
{
	const struct trace *tr = arg;

	return install_at_entry(tr->shared->program, tid, pc);
}

static int
let_proceed(void *arg, const struct caller *caller,
    const struct syscall_stop *stop)
{
	(void)arg, (void)caller, (void)stop;
	return CALL_PROCEEDS;
}

static void
write_nothing(void *arg)
{
	(void)arg;
}

static int
enforce_at_entry(const struct options *o, struct launch *l, struct shared *sh)
{
	struct trace tr = {
		.shared = sh, .tap = l->tap, .privileged = true,
		.verbose = o->verbose, .enter = install_filter,
		.sink = let_proceed, .snapshot = write_nothing, .arg = &tr,
	};
	bool seized = attach_program(&tr) == 0;

	child_release(l, seized);
	sys_close_except(&log_fd, 1);
	if (seized)
		trace_run(&tr);
	return seized && !tr.failed ? 0 : STATUS_FAILED;
}

static int
from_entry(const struct options *o)
{
	/* stops at calls: none may start a child with CLONE_UNTRACED */
	static const struct tap entry_only = {
		.name = "entry", .resume = PTRACE_SYSCALL,
	};
	struct launch l = {
		.argv = o->argv, .keep_pid = true, .close_fd = -1,
		.tap = &entry_only,
	};
	struct shared *sh = child_shared_new();

	return sh && child_launch(&l, sh) == ROLE_TRACER ?
	    enforce_at_entry(o, &l, sh) : STATUS_FAILED;
}

int
enforce_run(const struct options *o)
{
	static struct policy policy;
	const struct uapi_sock_fprog *filter;

	policy.action = o->action;
	policy.action_chosen = o->action_chosen;
	policy.may_deny = true;
	if (input_read(&policy, o->policy, o->widenings) < 0)
		return STATUS_FAILED;
	filter = install_build(&policy, o->policy, false);
	if (!filter)
		return STATUS_FAILED;
	if (o->scope_chosen ? !o->exec_scope : policy.main_scope)
		return from_entry(o);
	if (!install_allows_exec(&policy, o->policy))
		return STATUS_FAILED;
	if (install_before_exec(filter, true) < 0) {
		log_warn("seccomp:");
		return STATUS_FAILED;
	}
	return child_execute(o->argv, false) << 8;
}
