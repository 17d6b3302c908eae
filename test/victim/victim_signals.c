/* SPDX-License-Identifier: MIT */
/*
 * victim_signals [IDLE_MS [handle]]: write a line "got SIGNAL CODE VALUE" for
 * each signal that arrives, in order; end when none has come for IDLE_MS after
 * the first, and no file "hold" is there.  VALUE is that of a queued signal, of others the sender's pid.  All
 * are blocked and fetched by sigwaitinfo, so that no default action and no
 * handler is involved, or, on demand, left to a handler.
 * The first line is its pid.
 */
#include "victim.h"

#include <signal.h>

/* a timespec of 32-bit systems is not that of their first system call */
#ifndef SYS_rt_sigtimedwait_time64
#define SYS_rt_sigtimedwait_time64 SYS_rt_sigtimedwait
#endif

static volatile long last;      /* arrival; 0: none yet */

static bool
held(void)
{
	return access("hold", F_OK) == 0;
}

static void
report(int sig, siginfo_t *si, void *context)
{
	char line[80], num[24], *end = num + sizeof num - 1;

	(void)context;
	strcpy(line, "got ");
	strcat(line, digits(end, sig));
	strcat(line, " ");
	strcat(line, digits(end, si->si_code));
	strcat(line, " ");
	strcat(line, digits(end,
	    si->si_code == SI_QUEUE ? si->si_value.sival_int : si->si_pid));
	strcat(line, "\n");
	put(line);
	last = now();
}

static void
by_handler(long idle)
{
	struct sigaction sa = { .sa_sigaction = report,
	                        .sa_flags = SA_SIGINFO | SA_RESTART };
	long start = now();
	int sig;

	sigfillset(&sa.sa_mask);
	for (sig = 1; sig < _NSIG; sig++)
		sigaction(sig, &sa, NULL);
	say("pid", getpid());
	while (now() - start < at_most(20000) &&
	    (last == 0 || now() - last < idle)) {
		nap(10);
		if (last && held())
			last = now();
	}
}

/* not through libc, which hides the signals it uses itself */
static void
by_waiting(long idle)
{
	unsigned char all[_NSIG / 8];
	struct timespec ts = { 20, 0 };
	siginfo_t si;

	memset(all, 0xff, sizeof all);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, all, NULL, sizeof all);
	say("pid", getpid());
	for (;;) {
		if (syscall(SYS_rt_sigtimedwait_time64, all, &si, &ts,
		    sizeof all) > 0)
			report(si.si_signo, &si, NULL);
		else if (errno != EINTR && !held())
			return;
		ts.tv_sec = idle / 1000;
		ts.tv_nsec = idle % 1000 * 1000000;
	}
}

int
main(int argc, char **argv)
{
	long idle = at_most(argc > 1 ? number(argv[1]) : 500);

	if (argc > 2)
		by_handler(idle);
	else
		by_waiting(idle);
	return 0;
}
