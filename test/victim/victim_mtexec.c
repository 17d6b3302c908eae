/* SPDX-License-Identifier: MIT */
/*
 * victim_mtexec ROUNDS|FILE [THREADS [fail|leaderless]]: while THREADS threads
 * make calls, one that is not the leader executes this program again, ROUNDS
 * times or until FILE exists; then it makes the distinctive call and exits with
 * 7.  With "fail" the exec fails late: there is no room for the new program,
 * which the kernel finds out when the old one is gone, so it kills the process.
 * With "leaderless" the leader ends, and it does so when the file "go" exists.
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
	while (leaderless && access("go", F_OK) != 0)
		nap(10);
	if (fail && setrlimit(RLIMIT_AS, &nothing) < 0)
		die("setrlimit");
	execv(arg, argv);
	die("execv");
}

int
main(int argc, char **argv)
{
	const char *left = argc > 1 ? argv[1] : "1";
	bool until = *left < '0' || *left > '9';
	long i, rounds = number(left);
	pthread_t id;
	char num[24];

	if (until ? access(left, F_OK) == 0 : rounds == 0) {
		mark();
		return 7;
	}
	threads = argc > 2 ? argv[2] : "4";
	fail = argc > 3;
	leaderless = fail && strcmp(argv[3], "leaderless") == 0;
	strcpy(rounds_left,
	    until ? left : digits(num + sizeof num - 1, rounds - 1));
	for (i = 0; i < number(threads); i++)
		pthread_create(&id, NULL, i % 2 ? blocked : busy, NULL);
	pthread_create(&id, NULL, executes, argv[0]);
	if (leaderless)
		pthread_exit(NULL);
	pthread_join(id, NULL);
	return 1;
}
