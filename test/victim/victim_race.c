/* SPDX-License-Identifier: MIT */
/*
 * victim_race N: make N children by clone3 while a thread keeps setting
 * CLONE_UNTRACED in the struct that the kernel reads.  Each child makes mark2,
 * and mark if no tracer has it.  Prints how many had none, and how many marks
 * were not refused.
 */
#include "victim.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#ifndef SYS_clone3
#define SYS_clone3 435
#endif

enum { UNTRACED = 0x00800000, IS_FREE = 1, WAS_ALLOWED = 2 };

/* struct clone_args */
static volatile struct {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack,
	    stack_size, tls;
} args;
static volatile int ended;

static void *
set_flag(void *arg)
{
	while (!ended)
		args.flags |= UNTRACED;
	return arg;
}

static bool
has_no_tracer(void)
{
	static const char wanted[] = "\nTracerPid:\t0\n";
	static char text[4096];
	int fd = open("/proc/self/status", O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);

	return n > 0 && strstr(text, wanted);
}

int
main(int argc, char **argv)
{
	int n = argc > 1 ? (int)number(argv[1]) : 1, status, i;
	int n_free = 0, n_allowed = 0;
	pthread_t thread;
	long pid;

	pthread_create(&thread, NULL, set_flag, NULL);
	for (i = 0; i < n; i++) {
		memset((void *)&args, 0, sizeof args);
		args.exit_signal = SIGCHLD;
		args.flags = UNTRACED;
		pid = syscall(SYS_clone3, &args, sizeof args);
		if (pid == 0) {
			mark2();
			_exit((has_no_tracer() ? IS_FREE : 0) |
			    (syscall(SYS_sched_get_priority_max, 0) >= 0 ?
			    WAS_ALLOWED : 0));
		}
		if (pid < 0 || waitpid((pid_t)pid, &status, 0) < 0)
			continue;
		n_free += WIFEXITED(status) && (WEXITSTATUS(status) & IS_FREE);
		n_allowed += WIFEXITED(status) &&
		    (WEXITSTATUS(status) & WAS_ALLOWED);
	}
	ended = 1;
	pthread_join(thread, NULL);
	say("free", n_free);
	say("allowed", n_allowed);
	return 0;
}
