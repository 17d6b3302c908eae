/* SPDX-License-Identifier: MIT */
/*
 * victim_stopself MS: stop itself, to be continued by its own child MS
 * milliseconds later; exit 5.
 */
#include "victim.h"

#include <signal.h>
#include <sys/wait.h>

int
main(int argc, char **argv)
{
	pid_t parent = getpid(), child;
	long ms = argc > 1 ? number(argv[1]) : 20;
	int i;

	child = fork();
	if (child == 0) {
		nap(ms);
		/* more than once: the first may come before the stop */
		for (i = 0; i < 100 && getppid() == parent; i++) {
			kill(parent, SIGCONT);
			nap(20);
		}
		_exit(0);
	}
	raise(SIGSTOP);
	kill(child, SIGKILL);
	wait(NULL);
	return 5;
}
