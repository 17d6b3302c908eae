/* SPDX-License-Identifier: MIT
 *
 * Install a policy's filter in PROGRAM.  A filter that has to hold from execve
 * on is installed before it.  One that begins at the entry point is installed
 * there, by making the stopped PROGRAM call seccomp itself.  This needs no
 * preloaded library, and works for static and set-user-ID programs.
 */
#include "mode/install.h"

#include <errno.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/uapi.h"
#include "mode/status.h"
#include "policy/filter.h"
#include "policy/policy.h"
#include "syscalls/abi.h"
#include "trace/entry.h"
#include "trace/regs.h"
#include "trace/tracees.h"

static struct uapi_sock_filter insns[FILTER_MAX];
static struct uapi_sock_fprog prog = { .filter = insns };
static bool tells;              /* of no_new_privs */

struct uapi_sock_fprog *
install_build(const struct policy *policy, const char *path, bool tell)
{
	int n = filter_build(policy, 0, insns, FILTER_MAX);

	if (n < 0) {
		log_warn("%s: its filter needs more than %d instructions", path,
		    FILTER_MAX);
		return NULL;
	}
	prog.len = (unsigned short)n;
	tells = tell;
	return &prog;
}

bool
install_allows_exec(const struct policy *policy, const char *path)
{
	static const uint64_t no_args[6];

	if (policy_allows(policy, 0, (uint32_t)abi_nr(0, "execve"), no_args))
		return true;
	log_warn("%s: does not allow execve, which starts PROGRAM; "
	    "-s main installs the filter after it", path);
	return false;
}

static void
tell_no_new_privs(void)
{
	if (tells)
		log_warn("without CAP_SYS_ADMIN, a filter needs no_new_privs: "
		    "set-user-ID programs that PROGRAM executes run without "
		    "their privileges");
	tells = false;
}

int
install_before_exec(const struct uapi_sock_fprog *filter, bool confines)
{
	(void)confines;
	if (prctl(PR_SET_SECCOMP, UAPI_SECCOMP_MODE_FILTER, filter) == 0)
		return 0;
	if (errno != EACCES || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	/* not later: the filter may not allow to write */
	tell_no_new_privs();
	return prctl(PR_SET_SECCOMP, UAPI_SECCOMP_MODE_FILTER, filter);
}

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

/* The calls that can install a filter.  The first one does so for all threads.
 * Linux before 3.17 has the second one only. */
static const struct {
	const char *name;
	uint64_t args[2];
} attempts[] = {
	{ "seccomp", { UAPI_SECCOMP_SET_MODE_FILTER,
	  UAPI_SECCOMP_FILTER_FLAG_TSYNC } },
	{ "prctl", { PR_SET_SECCOMP, UAPI_SECCOMP_MODE_FILTER } },
};

/* *error is 0 if the filter is installed, else -errno, or the tid of a thread
 * that can't get it */
static enum regs_result
attempt(pid_t tid, uint64_t pc, uint64_t fprog, int i, int64_t *error)
{
	const uint64_t args[4] = {
		attempts[i].args[0], attempts[i].args[1], fprog,
	};
	enum regs_result r;
	int64_t value;

	r = entry_call(tid, pc, attempts[i].name, args, error);
	if (r != REGS_OK || *error != -EACCES)
		return r;
	/* it has no CAP_SYS_ADMIN */
	r = entry_call(tid, pc, "prctl", (const uint64_t[4]){
	    PR_SET_NO_NEW_PRIVS, 1 }, &value);
	if (r != REGS_OK || value != 0)
		return r;
	tell_no_new_privs();
	return entry_call(tid, pc, attempts[i].name, args, error);
}

static bool
has_other_threads(pid_t pid)
{
	struct tracee *t = NULL;

	while ((t = tracee_next(t)))
		if (t->tid != pid && syscall(SYS_tgkill, pid, t->tid, 0) == 0)
			return true;
	return false;
}

/* the same for what this kernel has */
static enum regs_result
install(pid_t tid, uint64_t pc, int64_t *error)
{
	struct regs_context c;
	enum regs_result r;
	uint64_t fprog;

	if (regs_get_context(tid, &c) < 0 || !(fprog = copy_filter(tid, &c)))
		return regs_result_of(errno);
	r = attempt(tid, pc, fprog, 0, error);
	if (r == REGS_OK && *error == -ENOSYS && !has_other_threads(tid))
		r = attempt(tid, pc, fprog, 1, error);
	return r;
}

/* Let the process exit with the status of a failure of utrace, if it still can
 * be made to do a call; else the caller's SIGKILL ends it. */
static void
refuse(pid_t tid, uint64_t pc, enum regs_result r, int64_t error)
{
	static const int errors[] = {
		[REGS_GONE] = ESRCH, [REGS_UNSUPPORTED] = ENOEXEC,
		[REGS_FAILED] = EFAULT,
	};
	int64_t unused;

	errno = r != REGS_OK ? errors[r] : error < 0 ? (int)-error : EBUSY;
	log_warn("PID %d: the filter can't be installed, so the process "
	    "is killed:", (int)tid);
	entry_call(tid, pc, "exit_group",
	    (const uint64_t[4]){ WEXITSTATUS(STATUS_FAILED) }, &unused);
}

enum entered
install_at_entry(pid_t program, pid_t tid, uint64_t pc)
{
	static bool program_has_it;
	enum regs_result r;
	int64_t error = 0;

	/* a thread of PROGRAM gets the filter with it */
	if (tid != program && syscall(SYS_tgkill, program, tid, 0) == 0)
		return program_has_it ? ENTERED_DETACH : ENTERED_STAY;
	r = install(tid, pc, &error);
	if (r == REGS_OK && error == 0) {
		program_has_it |= tid == program;
		return ENTERED_DETACH;
	}
	if (r != REGS_GONE || !regs_is_gone(tid))
		refuse(tid, pc, r, error);
	return ENTERED_FAILED;
}
