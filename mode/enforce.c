/* SPDX-License-Identifier: MIT
 *
 * -e: become PROGRAM under a policy.  A filter that has to hold from execve on
 * is installed before it.  One that begins at the entry point is installed
 * there, by making the stopped PROGRAM call seccomp itself.  This needs no
 * preloaded library, works for static and set-user-ID programs, and leaves no
 * process behind.
 */
#include "mode/enforce.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/sys.h"
#include "lib/uapi.h"
#include "mode/input.h"
#include "mode/options.h"
#include "mode/status.h"
#include "policy/filter.h"
#include "policy/policy.h"
#include "syscalls/abi.h"
#include "trace/child.h"
#include "trace/entry.h"
#include "trace/regs.h"
#include "trace/tap.h"
#include "trace/trace.h"

static struct uapi_sock_filter insns[FILTER_MAX];
static struct uapi_sock_fprog prog = { .filter = insns };

/* copy the filter below its stack; the address of its struct sock_fprog there,
 * 0 and errno */
static uint64_t
copy_filter(pid_t tid, const struct regs_context *c)
{
	enum { RED_ZONE = 512 };
	uint64_t at, fprog;

	at = (c->sp - RED_ZONE - sizeof *insns * prog.len) & ~(uint64_t)15;
	fprog = at - 16;
	if (regs_poke_bytes(tid, at, insns, sizeof *insns * prog.len) < 0 ||
	    regs_poke(tid, fprog, c->word, 0) < 0 ||
	    regs_poke_bytes(tid, fprog, &prog.len, sizeof prog.len) < 0 ||
	    regs_poke(tid, fprog + (unsigned)c->word, c->word, at) < 0)
		return 0;
	return fprog;
}

/* The calls that can install a filter, the best first: for all threads, and
 * without the mitigations that a filter turned on before Linux 5.16. */
static const struct {
	const char *name;
	uint64_t args[2];
} attempts[] = {
	{ "seccomp", { UAPI_SECCOMP_SET_MODE_FILTER,
	  UAPI_SECCOMP_FILTER_FLAG_TSYNC |
	  UAPI_SECCOMP_FILTER_FLAG_SPEC_ALLOW } },
	{ "seccomp", { UAPI_SECCOMP_SET_MODE_FILTER,
	  UAPI_SECCOMP_FILTER_FLAG_TSYNC } },
	{ "prctl", { PR_SET_SECCOMP, UAPI_SECCOMP_MODE_FILTER } },
};
enum { N_ATTEMPTS = sizeof attempts / sizeof *attempts };

/* *error is 0 if the filter is installed, else -errno of the last attempt */
static enum regs_result
install(pid_t tid, uint64_t pc, uint64_t fprog, int64_t *error)
{
	enum regs_result r = REGS_FAILED;
	bool privileged = true;
	int64_t value;
	int i;

	for (i = 0; i < N_ATTEMPTS; i++) {
		r = entry_call(tid, pc, attempts[i].name, (const uint64_t[4]){
		    attempts[i].args[0], attempts[i].args[1], fprog }, error);
		if (r != REGS_OK)
			continue;
		if (*error == 0)
			break;
		if (*error == -EACCES && privileged) {
			privileged = false;
			if (entry_call(tid, pc, "prctl", (const uint64_t[4]){
			    PR_SET_NO_NEW_PRIVS, 1 }, &value) == REGS_OK &&
			    value == 0)
				i--;
		}
	}
	return r;
}

/* At PROGRAM's entry point, and at the first stop of a child that it made
 * before. */
static void
install_filter(void *arg, pid_t tid, uint64_t pc)
{
	const struct trace *tr = arg;
	struct regs_context c;
	uint64_t fprog;
	int64_t error = -EFAULT;
	enum regs_result r = REGS_OK;

	/* a thread of PROGRAM gets the filter with it */
	if (tid != tr->shared->program &&
	    syscall(SYS_tgkill, tr->shared->program, tid, 0) == 0)
		return;
	if (regs_get_context(tid, &c) == 0 && (fprog = copy_filter(tid, &c)))
		r = install(tid, pc, fprog, &error);
	if (r != REGS_OK || error == 0)
		return;
	kill(tid, SIGKILL);
	errno = error < 0 ? (int)-error : EBUSY;
	log_warn("PID %d: the filter can't be installed, so the process "
	    "is killed:", (int)tid);
}

static int
install_at_entry(const struct options *o, struct launch *l, struct shared *sh)
{
	struct trace tr = {
		.shared = sh, .tap = l->tap, .privileged = true,
		.verbose = o->verbose, .enter = install_filter, .arg = &tr,
	};
	bool seized = attach_program(&tr) == 0;

	child_release(l, seized);
	sys_close_except(&log_fd, 1);
	if (seized)
		trace_run(&tr);
	return seized ? 0 : STATUS_FAILED;
}

static int
from_entry(const struct options *o)
{
	static const struct tap entry_only = {
		.name = "entry", .resume = PTRACE_CONT,
	};
	struct launch l = {
		.argv = o->argv, .keep_pid = true, .close_fd = -1,
		.tap = &entry_only,
	};
	struct shared *sh = child_shared_new();

	return sh && child_launch(&l, sh) == ROLE_TRACER ?
	    install_at_entry(o, &l, sh) : STATUS_FAILED;
}

int
enforce_run(const struct options *o)
{
	static struct policy policy;
	static const uint64_t no_args[6];
	int n;

	policy.action = o->action;
	policy.action_chosen = o->action_chosen;
	if (input_read(&policy, o->policy, o->widenings) < 0)
		return STATUS_FAILED;
	n = filter_build(&policy, 0, insns, FILTER_MAX);
	if (n < 0) {
		log_warn("%s: its filter needs more than %d instructions",
		    o->policy, FILTER_MAX);
		return STATUS_FAILED;
	}
	prog.len = (unsigned short)n;
	if (o->scope_chosen ? !o->exec_scope : policy.main_scope)
		return from_entry(o);
	if (!policy_allows(&policy, 0, (uint32_t)abi_nr(0, "execve"),
	    no_args)) {
		log_warn("%s: does not allow execve, which starts PROGRAM; "
		    "-s main installs the filter after it", o->policy);
		return STATUS_FAILED;
	}
	if (tap_install_filter(&prog) < 0) {
		log_warn("seccomp:");
		return STATUS_FAILED;
	}
	return child_execute(o->argv) << 8;
}
