/* SPDX-License-Identifier: MIT */
/*
 * victim_killed ROUNDS: children are killed by SIGKILL while they make calls,
 * wait in one, fork, execute, or run threads.  Each must be reported as killed,
 * and the survivors' distinctive call comes last.
 * Nor may the children that are never idle keep their parent from its turn.
 */
#include "victim.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static char *self;

static void
calls(void)
{
	for (;;)
		syscall(SYS_getppid);
}

static void
waits(void)
{
	for (;;)
		pause();
}

static void
forks(void)
{
	for (;;) {
		if (fork() == 0)
			_exit(0);
		wait(NULL);
	}
}

static void
executes(void)
{
	char *argv[] = { self, "again", NULL };

	execv(self, argv);
	die("execv");
}

static void *
thread(void *arg)
{
	calls();
	return arg;
}

static void
threads(void)
{
	pthread_t id;
	int i;

	for (i = 0; i < 3; i++)
		pthread_create(&id, NULL, thread, NULL);
	waits();
}

static void (*const act[])(void) = { calls, waits, forks, executes, threads };

int
main(int argc, char **argv)
{
	long i, start, n = argc > 1 ? number(argv[1]) : 1;
	int status;
	pid_t pid;

	self = argv[0];
	if (argc > 1 && strcmp(argv[1], "again") == 0)
		executes();
	for (i = 0; i < n; i++) {
		start = now();
		pid = fork();
		if (pid == 0)
			act[i % 5]();
		nap(i / 5 % 4);
		kill(pid, SIGKILL);
		if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status) ||
		    WTERMSIG(status) != SIGKILL)
			die("not reported as killed");
		if (now() - start > 15000)
			die("no turn for 15 s");
	}
	mark();
	return 0;
}
