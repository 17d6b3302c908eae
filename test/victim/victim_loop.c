/* SPDX-License-Identifier: MIT */
/*
 * victim_loop N [THREADS]: N calls that do nothing, in each of THREADS threads
 * (1): what a stop costs, and nothing else.
 */
#include "victim.h"

#include <pthread.h>

enum { THREADS_MAX = 64 };

static void *
loop(void *arg)
{
	long n;

	for (n = *(long *)arg; n > 0; n--)
		syscall(SYS_getppid);
	return NULL;
}

int
main(int argc, char **argv)
{
	static pthread_t threads[THREADS_MAX];
	long n = argc > 1 ? number(argv[1]) : 0;
	long i, more = argc > 2 ? number(argv[2]) - 1 : 0;

	if (more > THREADS_MAX)
		more = THREADS_MAX;
	for (i = 0; i < more; i++)
		if (pthread_create(&threads[i], NULL, loop, &n))
			die("pthread_create");
	loop(&n);
	for (i = 0; i < more; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
