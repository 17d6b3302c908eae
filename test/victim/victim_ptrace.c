/* SPDX-License-Identifier: MIT */
/*
 * victim_ptrace: try to trace a child, as strace and gdb do.  Under a tracer
 * that fails, but neither side may wait for ever.
 */
#include "victim.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

int
main(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		say("traceme", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
		mark();
		_exit(0);
	}
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, pid, NULL, NULL);
	pid = fork();
	if (pid == 0) {
		for (;;)
			pause();
	}
	say("attach", ptrace(PTRACE_ATTACH, pid, NULL, NULL));
	kill(pid, SIGKILL);
	waitpid(pid, &status, __WALL);
	mark2();
	return 0;
}
