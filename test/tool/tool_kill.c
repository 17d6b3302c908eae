/* SPDX-License-Identifier: MIT */
/*
 * tool_kill [-s SENDER] PID SIGNAL [VALUE...]: by number only, also the three
 * real-time signals that libc keeps to itself; queued, once for each VALUE, if
 * there is any, and then as if SENDER had sent it.
 */
#include "test/victim/victim.h"

#include <signal.h>

int
main(int argc, char **argv)
{
	siginfo_t si = { 0 };
	pid_t pid, sender = getpid();
	int sig, i;

	if (argc > 2 && strcmp(argv[1], "-s") == 0) {
		sender = (pid_t)number(argv[2]);
		argv += 2;
		argc -= 2;
	}
	if (argc < 3)
		die("usage: tool_kill [-s SENDER] PID SIGNAL [VALUE...]");
	pid = (pid_t)number(argv[1]);
	sig = (int)number(argv[2]);
	if (argc == 3 && syscall(SYS_kill, pid, sig) < 0)
		die("kill");
	for (i = 3; i < argc; i++) {
		si.si_signo = sig;
		si.si_code = SI_QUEUE;
		si.si_pid = sender;
		si.si_uid = getuid();
		si.si_value.sival_int = (int)number(argv[i]);
		if (syscall(SYS_rt_sigqueueinfo, pid, sig, &si) < 0)
			die("sigqueue");
	}
	return 0;
}
