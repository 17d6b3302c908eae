/* SPDX-License-Identifier: MIT */
/*
 * bench_empty stop|seccomp COMMAND...: a tracer that only waits and resumes.  It
 * follows children and stops each call as the tap of that name does, but reads
 * nothing and records nothing: what the kernel itself makes a tracer pay.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* musl-gcc has no linux/seccomp.h and linux/filter.h */
struct instruction {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

static int
install_filter(void)
{
	struct instruction trace_all = { 6, 0, 0, 0x7ff00000 };
	struct {
		unsigned short len;
		struct instruction *filter;
	} prog = { 1, &trace_all };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, 2, &prog) < 0 ? -1 : 0;
}

/* the signal to deliver at the end of this stop */
static int
signal_of(int status)
{
	int sig = WSTOPSIG(status);

	return status >> 16 || sig == (SIGTRAP | 0x80) ? 0 : sig;
}

static int
follow(pid_t program, int request)
{
	int status, result = 125;
	pid_t tid;

	while ((tid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (tid > 0 && WIFSTOPPED(status))
			ptrace(request, tid, NULL,
			    (void *)(intptr_t)signal_of(status));
		else if (tid == program)
			result = WIFEXITED(status) ? WEXITSTATUS(status) : 125;
	}
	return result;
}

int
main(int argc, char **argv)
{
	int filtered = argc > 2 && !strcmp(argv[1], "seccomp"), go[2];
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |
	    PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
	    PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;
	pid_t program;
	char byte;

	if (argc < 3 || pipe(go) < 0)
		return 125;
	program = fork();
	if (program == 0) {
		close(go[1]);
		if (read(go[0], &byte, 1) != 1 ||
		    (filtered && install_filter() < 0))
			_exit(125);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (program < 0 ||
	    ptrace(PTRACE_SEIZE, program, NULL, (void *)options) < 0 ||
	    write(go[1], "", 1) != 1)
		return 125;
	close(go[0]);
	close(go[1]);
	if (!filtered)
		ptrace(PTRACE_INTERRUPT, program, NULL, NULL);
	return follow(program, filtered ? PTRACE_CONT : PTRACE_SYSCALL);
}
