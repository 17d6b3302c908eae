/* SPDX-License-Identifier: MIT */
/*
 * victim_spin N: N threads that make the distinctive call for ever, while the
 * first one waits for a signal.
 */
#include "victim.h"

#include <pthread.h>

static void *
spin(void *arg)
{
	for (;;) {
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

	for (n = argc > 1 ? (int)number(argv[1]) : 1; n > 0; n--)
		if (pthread_create(&id, NULL, spin, NULL) != 0)
			die("pthread_create");
	for (;;)
		pause();
}
