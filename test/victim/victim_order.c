/* SPDX-License-Identifier: MIT */
/*
 * victim_order N: a child queues N real-time signals of two numbers, with
 * rising values, to its parent, while the parent makes every kind of stop:
 * calls, forks, vforks, execs in children, threads, waits that get interrupted.
 * Meanwhile another child stops and continues the parent.  All signals must
 * arrive, in order, with value and sender.
 */
#include "victim.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

static volatile sig_atomic_t got[2], wrong;
static volatile pid_t sender;
static sigset_t both;
static volatile int *enough;    /* shared with the children */
static char *self;

static void
handler(int sig, siginfo_t *si, void *context)
{
	int i = sig - SIGRTMIN;

	(void)context;
	if (si->si_code != SI_QUEUE || si->si_pid != sender ||
	    si->si_value.sival_int != got[i])
		wrong++;
	got[i]++;
}

static void
queue(pid_t to, int sig, int value)
{
	while (sigqueue(to, sig, (union sigval){ value }) < 0) {
		if (errno != EAGAIN)
			die("sigqueue");
		nap(1);
	}
}

static void
send_all(pid_t to, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		queue(to, SIGRTMIN, i);
		queue(to, SIGRTMIN + 1, i);
		if (i % 16 == 0)
			nap(1);
	}
}

static void
stop_and_go(pid_t whom)
{
	while (!*enough) {
		kill(whom, SIGSTOP);
		nap(1);
		kill(whom, SIGCONT);
		nap(3);
	}
}

static void *
thread(void *arg)
{
	syscall(SYS_getppid);
	return arg;
}

/* every kind of stop once; interrupted calls are no error here */
static void
work(void)
{
	struct timespec ts = { 0, 1000000 };
	char *argv[] = { self, NULL };
	pthread_t id;
	pid_t pid;
	void *page;

	if ((pid = fork()) == 0)
		_exit(0);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if ((pid = vfork()) == 0) {
		execv(self, argv);
		_exit(1);
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	/* two threads taking them at once would be out of order */
	sigprocmask(SIG_BLOCK, &both, NULL);
	if (pthread_create(&id, NULL, thread, NULL) == 0)
		pthread_join(id, NULL);
	sigprocmask(SIG_UNBLOCK, &both, NULL);
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(page, 4096);
	nanosleep(&ts, NULL);
}

int
main(int argc, char **argv)
{
	struct sigaction sa = { .sa_sigaction = handler,
	                        .sa_flags = SA_SIGINFO | SA_RESTART };
	pid_t parent = getpid();
	int n = argc > 1 ? (int)number(argv[1]) : 0;
	long deadline = now() + at_most(30000);

	if (n == 0)             /* executed by ourselves */
		return 0;
	self = argv[0];
	sigemptyset(&both);
	sigaddset(&both, SIGRTMIN);
	sigaddset(&both, SIGRTMIN + 1);
	sa.sa_mask = both;
	sigaction(SIGRTMIN, &sa, NULL);
	sigaction(SIGRTMIN + 1, &sa, NULL);
	sigprocmask(SIG_BLOCK, &both, NULL);
	if ((sender = fork()) == 0) {
		send_all(parent, n);
		_exit(0);
	}
	enough = mmap(NULL, sizeof *enough, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fork() == 0) {
		stop_and_go(parent);
		_exit(0);
	}
	sigprocmask(SIG_UNBLOCK, &both, NULL);
	while ((got[0] < n || got[1] < n) && now() < deadline)
		work();
	*enough = 1;
	while (wait(NULL) > 0 || errno == EINTR)
		;
	say("first", got[0]);
	say("second", got[1]);
	say("wrong", wrong);
	mark();
	return 0;
}
