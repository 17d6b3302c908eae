/* SPDX-License-Identifier: MIT */
/*
 * victim_filter errno|kill|trace [WORD]: install a seccomp filter of its own that
 * refuses the distinctive call in the given way, then make it in a child and
 * show how that went: the call's error, or minus the signal it died of.  WORD is
 * the data word of a trace event (7).
 */
#include "victim.h"
#include "seccomp_bpf.h"

#include <sys/wait.h>

static uint32_t
action(const char *name, const char *word)
{
	if (strcmp(name, "kill") == 0)
		return SC_KILL;
	if (strcmp(name, "trace") == 0)
		return SC_TRACE | (word ? (uint32_t)number(word) : 7);
	return SC_ERRNO | EDOM;
}

int
main(int argc, char **argv)
{
	struct sock_filter prog[] = {
		SC_LOAD_NR,
		SC_UNLESS(SYS_sched_get_priority_max, 1),
		SC_RETURN(action(argc > 1 ? argv[1] : "",
		    argc > 2 ? argv[2] : NULL)),
		SC_RETURN(SC_ALLOW),
	};
	int status;
	pid_t pid;

	sc_install(prog, sizeof prog / sizeof *prog);
	pid = fork();
	if (pid == 0) {
		errno = 0;
		mark();
		_exit(errno);
	}
	waitpid(pid, &status, 0);
	say("denied", WIFSIGNALED(status) ? -WTERMSIG(status)
	                                  : WEXITSTATUS(status));
	mark2();
	return 0;
}
