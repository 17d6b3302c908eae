/* SPDX-License-Identifier: MIT */
/*
 * victim_spin N [TIMES]: N threads that make the distinctive call for ever, while
 * the first one waits for a signal; or TIMES, and the first one is gone.
 */
#include "victim.h"

#include <pthread.h>

static long times;

static void *
spin(void *arg)
{
	long n;

	for (n = 0; !times || n < times; n++) {
		mark();
		usleep(10000);
	}
	return arg;
}

int
main(int argc, char **argv)
{
	pthread_t id;
	int n;

	if (argc > 2)
		times = number(argv[2]);
	for (n = argc > 1 ? (int)number(argv[1]) : 1; n > 0; n--)
		if (pthread_create(&id, NULL, spin, NULL) != 0)
			die("pthread_create");
	if (argc > 2)
		pthread_exit(NULL);
	for (;;)
		pause();
}
