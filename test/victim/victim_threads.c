/* SPDX-License-Identifier: MIT */
/*
 * victim_threads N: N threads alive at once, each makes the distinctive call
 * once after all have started.
 */
#include "victim.h"

#include <pthread.h>

static pthread_barrier_t all_here;

static void *
thread(void *arg)
{
	pthread_barrier_wait(&all_here);
	mark();
	return arg;
}

int
main(int argc, char **argv)
{
	pthread_t id[1024];
	long i, n = argc > 1 ? number(argv[1]) : 1;

	if (n > 1024)
		die("at most 1024");
	pthread_barrier_init(&all_here, NULL, (unsigned)n);
	for (i = 0; i < n; i++) {
		if ((errno = pthread_create(id + i, NULL, thread, NULL)))
			die("pthread_create");
	}
	for (i = 0; i < n; i++)
		pthread_join(id[i], NULL);
	return 0;
}
