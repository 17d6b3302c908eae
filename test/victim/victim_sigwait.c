/* SPDX-License-Identifier: MIT */
/*
 * victim_sigwait blocked|gone FILE: end at once, but for a child.  That creates
 * FILE when a thread of it waits for SIGTERM, which the first thread blocks, or
 * that one is gone; then it makes the distinctive call.
 */
#include "victim.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

static sigset_t term;

static void *
waits(void *arg)
{
	int sig;

	if (open(arg, O_WRONLY | O_CREAT, 0666) < 0)
		die(arg);
	sigwait(&term, &sig);
	mark();
	_exit(0);
}

int
main(int argc, char **argv)
{
	pthread_t id;

	if (argc < 3)
		die("usage: victim_sigwait blocked|gone FILE");
	if (fork())
		_exit(0);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	if (pthread_create(&id, NULL, waits, argv[2]) != 0)
		die("pthread_create");
	if (strcmp(argv[1], "gone") == 0)
		pthread_exit(NULL);
	pthread_join(id, NULL);
	return 1;
}
