/* SPDX-License-Identifier: MIT */
/*
 * victim_blocked N: N threads in epoll_wait(2), which is not restarted.  For
 * each line of stdin once they are there, the number of EINTRs that one of them
 * got at most.
 */
#include "victim.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/epoll.h>

static atomic_long most, ready;

static void *
thread(void *arg)
{
	struct epoll_event ev;
	long times = 0, seen;
	int fd = epoll_create1(0);

	ready++;
	for (;;) {
		if (epoll_wait(fd, &ev, 1, -1) >= 0 || errno != EINTR)
			die("epoll_wait");
		times++;
		seen = most;
		while (seen < times &&
		    !atomic_compare_exchange_weak(&most, &seen, times))
			;
	}
	return arg;
}

int
main(int argc, char **argv)
{
	long i, n = argc > 1 ? number(argv[1]) : 1;
	char line[16];
	pthread_t id;

	for (i = 0; i < n; i++)
		if ((errno = pthread_create(&id, NULL, thread, NULL)))
			die("pthread_create");
	while (ready < n)
		nap(10);
	nap(100);
	while (fgets(line, sizeof line, stdin)) {
		printf("%ld\n", most);
		fflush(stdout);
	}
	return 0;
}
