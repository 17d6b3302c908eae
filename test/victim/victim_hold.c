/* SPDX-License-Identifier: MIT */
/*
 * victim_hold FILE: stop as its tracer the next process of this process group,
 * which is utrace's group probe; create FILE, and end with 7 at SIGTERM.
 */
#include "victim.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>

static void
on_term(int sig)
{
	(void)sig;
	_exit(7);
}

int
main(int argc, char **argv)
{
	pid_t self = getpid(), pid = self + 1;

	if (argc < 2)
		return 2;
	while (getpgid(pid) != getpgid(0))
		if (++pid > self + 1000)
			die("no other process of the group");
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
		die("ptrace");
	signal(SIGTERM, on_term);
	mark();
	close(open(argv[1], O_CREAT | O_WRONLY, 0666));
	for (;;)
		pause();
}
