/* SPDX-License-Identifier: MIT */
/*
 * victim_untraced clone|clone3: make a child that asks not to be traced.  It
 * and its own child make the distinctive calls; neither may notice that the
 * flag was taken away: both sides look at what they passed in.
 */
#include "victim.h"

#include <signal.h>
#include <sys/wait.h>

#define UNTRACED 0x00800000L    /* CLONE_UNTRACED */

struct clone_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal;
	uint64_t stack, stack_size, tls;
};

/* what the first argument is after the call, where a register tells */
static long flags_after;

#ifdef __x86_64__
static long
raw_clone(long flags)
{
	long ret, di = flags;

	__asm__ volatile("xor %%r8d, %%r8d\n\tsyscall"
	                 : "=a"(ret), "+D"(di)
	                 : "0"(SYS_clone), "S"(0L), "d"(0L)
	                 : "rcx", "r8", "r10", "r11", "memory");
	flags_after = di;
	return ret;
}
#else
static long
raw_clone(long flags)
{
	long ret = syscall(SYS_clone, flags, 0, 0, 0, 0);

	flags_after = flags;
	return ret;
}
#endif

static long
raw_clone3(long flags)
{
	static struct clone_args args;
	long ret;

	args.flags = (uint64_t)(flags & ~0xffL);
	args.exit_signal = (uint64_t)(flags & 0xff);
	ret = syscall(SYS_clone3, &args, sizeof args);
	flags_after = (long)args.flags | (long)args.exit_signal;
	return ret;
}

/* the child's child is made in the usual way, and is traced for that reason */
static _Noreturn void
child(bool unchanged)
{
	int status;

	mark();
	if (fork() == 0) {
		mark2();
		_exit(0);
	}
	wait(&status);
	_exit(unchanged ? 0 : 3);
}

int
main(int argc, char **argv)
{
	long flags = UNTRACED | SIGCHLD, pid;
	int status = 0;

	if (argc > 1 && strcmp(argv[1], "clone3") == 0)
		pid = raw_clone3(flags);
	else
		pid = raw_clone(flags);
	if (pid == 0)
		child(flags_after == flags);
	if (pid < 0 || waitpid((pid_t)pid, &status, __WALL) != pid)
		die("no child");
	say("parent sees its flags unchanged", flags_after == flags);
	say("child sees them unchanged", status == 0);
	return 0;
}
