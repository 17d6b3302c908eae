/* SPDX-License-Identifier: MIT */
/*
 * victim_service FILE: a daemon that appends what it does to FILE: "ready PID
 * PARENT"; at SIGUSR1 the distinctive call and "mark RESULT"; at SIGUSR2 the
 * same in a child, and "child STATUS" when that has ended; at SIGHUP 1000 other
 * calls and "hup".  It ends with 7 at SIGTERM.
 */
#include "victim.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

static void
note(const char *file, const char *what, long value, long more)
{
	char line[160], num[24];
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0644);

	strcpy(line, what);
	strcat(line, digits(num + sizeof num - 1, value));
	if (more >= 0) {
		strcat(line, " ");
		strcat(line, digits(num + sizeof num - 1, more));
	}
	strcat(line, "\n");
	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		_exit(111);
	close(fd);
}

static long
try_mark(void)
{
	long r = syscall(SYS_sched_get_priority_max, 0);

	return r < 0 ? -errno : r;
}

int
main(int argc, char **argv)
{
	static const int signals[] = { SIGUSR1, SIGUSR2, SIGHUP, SIGTERM };
	int i, sig, status;
	sigset_t set;
	pid_t child;

	if (argc < 2)
		return 2;
	sigemptyset(&set);
	for (i = 0; i < 4; i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	note(argv[1], "ready ", getpid(), getppid());
	for (;;) {
		if (sigwait(&set, &sig) != 0)
			return 3;
		if (sig == SIGTERM)
			return 7;
		if (sig == SIGUSR1)
			note(argv[1], "mark ", try_mark(), -1);
		for (i = 0; sig == SIGHUP && i < 1000; i++)
			syscall(SYS_getppid);
		if (sig == SIGHUP)
			note(argv[1], "hup ", 0, -1);
		if (sig != SIGUSR2)
			continue;
		child = fork();
		if (child == 0) {
			try_mark();
			_exit(0);
		}
		waitpid(child, &status, 0);
		note(argv[1], "child ", status, -1);
	}
}
