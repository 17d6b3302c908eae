/* SPDX-License-Identifier: MIT */
/*
 * victim_filter errno|high|kill|trace [WORD]: install a seccomp filter of its own that
 * refuses the distinctive call in the given way, then make it in a child and
 * show how that went: the call's error, or minus the signal it died of.  WORD is
 * the data word of a trace event (7).  "high" installs it by a prctl whose
 * arguments have bits set that the kernel does not read; the call then gets an
 * error.
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

/* prctl's argument 0 is an int, whatever the register has above it */
static void
install_high(struct sock_filter *prog, unsigned short n)
{
	const unsigned long high = (unsigned long)((uint64_t)1 << 32);
	struct sock_fprog fprog = { n, prog };

	syscall(SYS_prctl, high | PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_prctl, high | PR_SET_SECCOMP, 2, &fprog) < 0)
		die("seccomp");
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

	if (argc > 1 && strcmp(argv[1], "high") == 0)
		install_high(prog, sizeof prog / sizeof *prog);
	else
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
