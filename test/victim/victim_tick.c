/* SPDX-License-Identifier: MIT */
/*
 * victim_tick plain|ignore|handle: write a line every 30 ms, and leave Ctrl-Z to
 * the system, ignore it, or handle it as an editor does: put things right, stop
 * by the default action, go on when continued.  Ends by SIGINT.
 */
#include "victim.h"

#include <signal.h>

static void
on_tstp(int sig)
{
	sigset_t set;

	put("<tidy>\n");
	signal(sig, SIG_DFL);
	raise(sig);
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);   /* stops here */
	signal(sig, on_tstp);
	put("<again>\n");
}

int
main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "plain";

	signal(SIGINT, SIG_DFL);
	if (strcmp(mode, "ignore") == 0)
		signal(SIGTSTP, SIG_IGN);
	if (strcmp(mode, "handle") == 0)
		signal(SIGTSTP, on_tstp);
	for (;;) {
		put("<tick>\n");
		nap(30);
	}
}
