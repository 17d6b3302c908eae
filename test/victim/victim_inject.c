/* SPDX-License-Identifier: MIT */
/*
 * victim_inject [wait]: whatever needs care by a tracer, as quickly as it can
 * be done: a signal, a child that executes, and one that is made with
 * CLONE_UNTRACED, which creates the folder "new".  With "wait" it says that
 * it is ready, and begins when it can read two bytes.  A file "orphan" says that its parent ended before it.
 *
 * Its exit status is 7, or 8 if it did not get its signal.
 */
#include "victim.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

static char **arguments;
static volatile sig_atomic_t signals;

static void
on_signal(int sig)
{
	(void)sig;
	signals++;
}

static int
execute(void *unused)
{
	char *argv[] = { arguments[0], "child", NULL }, *env[] = { NULL };

	(void)unused;
	execve(arguments[0], argv, env);
	_exit(112);
}

static int
create(void *unused)
{
	(void)unused;
	mark2();
	syscall(SYS_mkdirat, AT_FDCWD, "new", 0755);
	_exit(0);
}

static void
run(int (*child)(void *), int flags)
{
	static char stack[16384] __attribute__((aligned(16)));
	int status = 0;
	pid_t pid = clone(child, stack + sizeof stack, flags | SIGCHLD, NULL);

	while (pid > 0 && waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
		;
}

int
main(int argc, char **argv)
{
	pid_t parent = getppid();
	char byte;

	arguments = argv;
	if (argc > 1 && !strcmp(argv[1], "child")) {
		syscall(SYS_sched_getscheduler, 0);
		_exit(0);
	}
	if (argc > 1) {
		put("ready\n");
		while (read(0, &byte, 1) < 0 && errno == EINTR)
			;
		/* the tracer that attaches may have missed that one */
		read(0, &byte, 1);
	}
	mark();
	signal(SIGUSR1, on_signal);
	kill(getpid(), SIGUSR1);
	run(execute, 0);
	run(create, CLONE_UNTRACED);
	/* the proxy, if it fails, is gone by now */
	nap(3);
	if (getppid() != parent && argc == 1)
		close(open("orphan", O_WRONLY | O_CREAT, 0644));
	return signals == 1 ? 7 : 8;
}
