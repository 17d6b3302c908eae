/* SPDX-License-Identifier: MIT */
/*
 * victim_birth WAY [PROGRAM]: have a child made in the given way make the
 * distinctive call, itself or by running PROGRAM; a second one follows from the
 * parent, when the child has ended.
 */
#include "victim.h"

#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

struct clone_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal;
	uint64_t stack, stack_size, tls;
};

static char *program;
static char stack[65536] __attribute__((aligned(16)));

static int
child(void *arg)
{
	char *argv[] = { program, NULL };

	(void)arg;
	if (program) {
		execve(program, argv, environ);
		_exit(112);
	}
	mark();
	_exit(0);
}

static pid_t
by_fork(void)
{
	pid_t pid = fork();

	return pid ? pid : child(NULL);
}

static pid_t
by_vfork(void)
{
	pid_t pid = vfork();

	if (pid == 0)
		child(NULL);
	return pid;
}

static pid_t
by_clone(void)
{
	return clone(child, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL);
}

/* no SIGCHLD at its end: seen by waitpid only with __WALL */
static pid_t
by_silent_clone(void)
{
	return clone(child, stack + sizeof stack, 0, NULL);
}

static pid_t
by_clone3(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof args);

	return pid ? pid : child(NULL);
}

static pid_t
by_spawn(void)
{
	char *argv[] = { program, NULL };
	pid_t pid;

	if (!program)
		die("spawn needs a program");
	errno = posix_spawn(&pid, program, NULL, NULL, argv, environ);
	return errno ? -1 : pid;
}

static const struct {
	const char *name;
	pid_t (*make)(void);
} way[] = {
	{ "fork", by_fork },
	{ "vfork", by_vfork },
	{ "clone", by_clone },
	{ "silent", by_silent_clone },
	{ "clone3", by_clone3 },
	{ "spawn", by_spawn },
};

int
main(int argc, char **argv)
{
	int status = 0;
	size_t i;
	pid_t pid = -1;

	program = argc > 2 ? argv[2] : NULL;
	for (i = 0; i < sizeof way / sizeof *way; i++) {
		if (argc > 1 && strcmp(way[i].name, argv[1]) == 0)
			pid = way[i].make();
	}
	if (pid < 0 || waitpid(pid, &status, __WALL) != pid)
		die("no child");
	mark2();
	return status != 0;
}
