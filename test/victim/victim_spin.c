/* SPDX-License-Identifier: MIT */
/*
 * victim_spin N [FILE]: N threads that make the distinctive call for ever, while
 * the first one waits for a signal; or until FILE exists, and the first one is
 * gone.
 */
#include "victim.h"

#include <pthread.h>

static const char *file;

static void *
spin(void *arg)
{
	do {
		mark();
		usleep(10000);
	} while (!file || access(file, F_OK) != 0);
	return arg;
}

int
main(int argc, char **argv)
{
	pthread_t id;
	int n;

	if (argc > 2)
		file = argv[2];
	for (n = argc > 1 ? (int)number(argv[1]) : 1; n > 0; n--)
		if (pthread_create(&id, NULL, spin, NULL) != 0)
			die("pthread_create");
	if (argc > 2)
		pthread_exit(NULL);
	for (;;)
		pause();
}
