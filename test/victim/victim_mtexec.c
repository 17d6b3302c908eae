/* SPDX-License-Identifier: MIT */
/*
 * victim_mtexec ROUNDS [THREADS [fail|leaderless]]: while THREADS threads make
 * calls, one that is not the leader executes this program again, ROUNDS times;
 * then the distinctive call, and exit 7.  Or there is no room for the new
 * program, which the kernel finds out when the old one is gone, and kills it; or
 * so three seconds after the leader has ended.
 */
#include "victim.h"

#include <pthread.h>
#include <sys/resource.h>

static char rounds_left[24];
static char *threads;
static bool fail, leaderless;
static volatile int called;

static void *
busy(void *arg)
{
	for (;; called = 1)
		mark2();
	return arg;
}

static void *
blocked(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void *
executes(void *arg)
{
	static const struct rlimit nothing;
	char *argv[] = { arg, rounds_left, threads, NULL };

	/* on one CPU nobody might get there; no call that would be listed */
	while (!called)
		;
	if (leaderless)
		nap(3000);
	if (fail && setrlimit(RLIMIT_AS, &nothing) < 0)
		die("setrlimit");
	execv(arg, argv);
	die("execv");
}

int
main(int argc, char **argv)
{
	long i, rounds = argc > 1 ? number(argv[1]) : 1;
	pthread_t id;
	char num[24];

	if (rounds == 0) {
		mark();
		return 7;
	}
	threads = argc > 2 ? argv[2] : "4";
	fail = argc > 3;
	leaderless = fail && strcmp(argv[3], "leaderless") == 0;
	strcpy(rounds_left, digits(num + sizeof num - 1, rounds - 1));
	for (i = 0; i < number(threads); i++)
		pthread_create(&id, NULL, i % 2 ? blocked : busy, NULL);
	pthread_create(&id, NULL, executes, argv[0]);
	if (leaderless)
		pthread_exit(NULL);
	pthread_join(id, NULL);
	return 1;
}
