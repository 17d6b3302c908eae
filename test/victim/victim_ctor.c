/* SPDX-License-Identifier: MIT */
/*
 * victim_ctor [TEXT]: write TEXT and make one more call, getpgid; exit 9 if there
 * was a child to wait for, else 0.  The environment's CTOR names what to do
 * before main: in a library's constructor that is before the program's own entry
 * point, in one of the program after it.  What the constructor does itself is
 * mark2; mark is made by what it starts.
 *
 *   fork   a child that makes the call and ends
 *   both   a child that runs on through the entry point to main, as its parent
 *   vfork  a child that executes the program in CTOR_PROGRAM
 *   stop   a child that stops, executes CTOR_PROGRAM when main continues it
 *   thread a thread that makes the call
 *   spin   a thread that makes calls for ever; main waits for a signal
 *   exec   execute the program in CTOR_PROGRAM instead
 *
 * Built with glibc: libvictim_ctor.so; victim_ctor.dyn linked to it, and
 * victim_ownctor.dyn with the constructor in the program itself; the latter
 * also static, with musl.
 */
#include "victim.h"

#ifdef CONSTRUCTOR
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static void *
thread(void *arg)
{
	mark();
	return arg;
}

static void
by_fork(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		mark();
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void
by_both(void)
{
	if (fork() == 0)
		mark();
}

static void
by_vfork(void)
{
	char *argv[] = { getenv("CTOR_PROGRAM"), NULL };
	pid_t pid = vfork();

	if (pid == 0) {
		execv(*argv, argv);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
}

static void
by_stop(void)
{
	char *argv[] = { getenv("CTOR_PROGRAM"), NULL };
	pid_t pid = fork();

	if (pid == 0) {
		raise(SIGSTOP);
		execv(*argv, argv);
		_exit(1);
	}
	waitpid(pid, NULL, WUNTRACED);
}

static void
by_thread(void)
{
	pthread_t id;

	if (pthread_create(&id, NULL, thread, NULL) == 0)
		pthread_join(id, NULL);
}

static void *
make_calls(void *arg)
{
	for (;;)
		syscall(SYS_getppid);
	return arg;
}

static void
by_spin(void)
{
	pthread_t id;

	if (pthread_create(&id, NULL, make_calls, NULL) != 0)
		_exit(1);
}

static void
by_exec(void)
{
	char *argv[] = { getenv("CTOR_PROGRAM"), "3", NULL };

	unsetenv("CTOR");
	execv(*argv, argv);
}

static const struct {
	const char *name;
	void (*run)(void);
} way[] = {
	{ "fork", by_fork },
	{ "both", by_both },
	{ "vfork", by_vfork },
	{ "stop", by_stop },
	{ "thread", by_thread },
	{ "spin", by_spin },
	{ "exec", by_exec },
};

__attribute__((constructor)) static void
constructor(void)
{
	const char *ctor = getenv("CTOR");
	size_t i;

	if (!ctor)
		return;
	mark2();
	for (i = 0; i < sizeof way / sizeof *way; i++) {
		if (strcmp(ctor, way[i].name) == 0)
			way[i].run();
	}
}
#endif

#ifndef LIBRARY
#include <signal.h>
#include <sys/wait.h>

int
main(int argc, char **argv)
{
	const char *ctor = getenv("CTOR");
	char line[80] = "";
	pid_t pid;

	strncat(line, argc > 1 ? argv[1] : "main", sizeof line - 2);
	put(strcat(line, "\n"));
	if (ctor && !strcmp(ctor, "stop"))
		kill(0, SIGCONT);
	if (ctor && !strcmp(ctor, "spin"))
		pause();
	pid = wait(NULL);
	syscall(SYS_getpgid, 0);
	return pid > 0 ? 9 : 0;
}
#endif
