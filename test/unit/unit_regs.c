/* SPDX-License-Identifier: MIT
 *
 * trace/regs.c and trace/entry.c: calls injected into a tracee, and what they
 * return when it is dead or can't make them.
 */
#include "unit.h"

#include <elf.h>
#include <signal.h>
#include <sys/ptrace.h>

#include "trace/entry.h"
#include "trace/exec.h"
#include "trace/regs.h"

/* a child that is stopped at its exec of this program */
static pid_t
start(void)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execl("/proc/self/exe", "unit_regs", "child", (char *)NULL);
		_exit(1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		die("no tracee");
	ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)PTRACE_O_TRACESYSGOOD);
	return pid;
}

/* Where the tracee stands: at its entry point, whose bit 0 tells 16-bit code, or
 * in the loader of a dynamic program. */
static uint64_t
address_of(pid_t pid)
{
	struct regs_context context;
	uint64_t entry;

	if (exec_auxv(pid, AT_ENTRY, &entry) < 0 ||
	    regs_get_context(pid, &context) < 0)
		die("no entry point");
	return context.pc >> 1 == entry >> 1 ? entry : context.pc;
}

static void
test_calls(pid_t pid, uint64_t entry)
{
	static const uint64_t args[4];
	struct regs_context before, after;
	int64_t value = 12345;

	regs_get_context(pid, &before);
	check_num("call", entry_call(pid, entry, "getpid", args, &value),
	    REGS_OK);
	check_num("call_value", value, pid);
	check_num("call_error", entry_call(pid, entry, "close",
	    (const uint64_t[4]){ 12345 }, &value), REGS_OK);
	check_num("call_error_value", value, -EBADF);
	check_num("call_unknown", entry_call(pid, entry, "no_such_call", args,
	    &value), REGS_OK);
	check_num("call_unknown_value", value, -ENOSYS);
	regs_get_context(pid, &after);
	check(before.pc == after.pc && before.sp == after.sp,
	    "call_restores_registers", "changed");
	value = 12345;
	check_num("call_at_no_memory", entry_call(pid, 64, "getpid", args,
	    &value), REGS_FAILED);
	check_num("call_failed_sets_no_value", value, 12345);
}

static void
test_gone(pid_t pid, uint64_t entry)
{
	static const uint64_t args[4];
	struct regs_context context;
	int64_t value = 12345;
	siginfo_t si;

	kill(pid, SIGKILL);
	waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT);
	check_num("gone_call", entry_call(pid, entry, "getpid", args, &value),
	    REGS_GONE);
	check_num("gone_regs_call", regs_call(pid, entry, 0, args, &value),
	    REGS_GONE);
	check_num("gone_sets_no_value", value, 12345);
	check(regs_get_context(pid, &context) < 0 &&
	    regs_result_of(errno) == REGS_GONE, "gone_context", "errno %d",
	    errno);
	waitpid(pid, NULL, 0);
}

/* the tracee is killed in the injected call */
static void
test_killed(pid_t pid, uint64_t entry)
{
	int64_t value = 12345;

	check_num("killed_in_call", entry_call(pid, entry, "kill",
	    (const uint64_t[4]){ (uint64_t)pid, SIGKILL }, &value), REGS_GONE);
	check_num("killed_in_call_sets_no_value", value, 12345);
	waitpid(pid, NULL, 0);
}

static void
test_results(void)
{
	check_num("result_gone", regs_result_of(ESRCH), REGS_GONE);
	check_num("result_no_request", regs_result_of(EIO), REGS_UNSUPPORTED);
	check_num("result_unknown_abi", regs_result_of(ENOEXEC),
	    REGS_UNSUPPORTED);
	check_num("result_other", regs_result_of(EPERM), REGS_FAILED);
}

int
main(int argc, char **argv)
{
	uint64_t at;
	pid_t pid;

	(void)argv;
	if (argc > 1)
		return 0;
	test_results();
	pid = start();
	at = address_of(pid);
	test_calls(pid, at);
	test_gone(pid, at);
	pid = start();
	test_killed(pid, address_of(pid));
	return unit_end();
}
