/* SPDX-License-Identifier: MIT */
/*
 * victim_wait: what a parent learns of children that stop, go on and die, by
 * wait status, by waitid and by SIGCHLD; the same text with and without a
 * tracer.
 */
#include "victim.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static volatile sig_atomic_t sigchld[8];

static void
on_sigchld(int sig, siginfo_t *si, void *context)
{
	(void)sig;
	(void)context;
	if (si->si_code > 0 && si->si_code < 8)
		sigchld[si->si_code]++;
}

/* until the SIGCHLD that goes with a report has been handled */
static void
settle(int code, int count)
{
	long deadline = now() + at_most(5000);

	while (sigchld[code] < count && now() < deadline)
		nap(1);
	nap(20);
	say("  SIGCHLD of that code", sigchld[code]);
}

static void
by_waitpid(pid_t pid, int options)
{
	int status = -1;
	pid_t got;

	while ((got = waitpid(pid, &status, options)) < 0 && errno == EINTR)
		;
	say("waitpid is the child", got == pid);
	say("  status", status);
}

static void
by_waitid(pid_t pid, int options)
{
	siginfo_t si = { 0 };

	while (waitid(P_PID, (id_t)pid, &si, options) < 0 && errno == EINTR)
		;
	say("waitid is the child", si.si_pid == pid);
	say("  code", si.si_code);
	say("  status", si.si_status);
}

/* stopped from outside while it waits in a call, told by both ways */
static void
blocked_child(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		for (;;)
			pause();
	}
	nap(30);
	kill(pid, SIGSTOP);
	by_waitid(pid, WSTOPPED | WNOWAIT);
	by_waitpid(pid, WUNTRACED);
	settle(CLD_STOPPED, 1);
	say("nothing more to tell", waitpid(pid, NULL, WNOHANG | WUNTRACED));
	kill(pid, SIGCONT);
	by_waitpid(pid, WCONTINUED);
	settle(CLD_CONTINUED, 1);
	kill(pid, SIGTTOU);
	by_waitid(pid, WSTOPPED);
	settle(CLD_STOPPED, 2);
	kill(pid, SIGCONT);
	by_waitid(pid, WCONTINUED);
	settle(CLD_CONTINUED, 2);       /* or the next becomes one with it */
	kill(pid, SIGTERM);
	by_waitid(pid, WEXITED);
	settle(CLD_KILLED, 1);
}

static void *
thread(void *arg)
{
	for (;;)
		pause();
	return arg;
}

/* stops itself, with threads; its whole group stops and goes on */
static void
threaded_child(void)
{
	pthread_t id;
	pid_t pid = fork();

	if (pid == 0) {
		pthread_create(&id, NULL, thread, NULL);
		pthread_create(&id, NULL, thread, NULL);
		raise(SIGSTOP);
		nap(200);       /* a zombie does not report that it went on */
		_exit(4);
	}
	by_waitpid(pid, WUNTRACED);
	kill(pid, SIGCONT);
	by_waitid(pid, WCONTINUED);
	by_waitpid(pid, 0);
}

/* SIGKILL ends a stopped process */
static void
stopped_child(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		raise(SIGSTOP);
		_exit(0);
	}
	by_waitpid(pid, WUNTRACED);
	kill(pid, SIGKILL);
	by_waitpid(pid, 0);
}

/* a stop signal that is blocked, then discarded by SIGCONT */
static void
blocking_child(void)
{
	sigset_t set;
	pid_t pid = fork();

	if (pid == 0) {
		sigemptyset(&set);
		sigaddset(&set, SIGTSTP);
		sigprocmask(SIG_BLOCK, &set, NULL);
		kill(getpid(), SIGTSTP);
		kill(getpid(), SIGCONT);
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		_exit(5);
	}
	by_waitpid(pid, WUNTRACED);
}

int
main(void)
{
	struct sigaction sa = { .sa_sigaction = on_sigchld,
	                        .sa_flags = SA_SIGINFO };

	sigaction(SIGCHLD, &sa, NULL);
	blocked_child();
	threaded_child();
	stopped_child();
	blocking_child();
	say("last wait", waitpid(-1, NULL, 0));
	say("  errno", errno);
	return 0;
}
