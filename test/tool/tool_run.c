/* SPDX-License-Identifier: MIT */
/*
 * tool_run SECONDS COMMAND...: run COMMAND, then see to it that nothing is
 * left of it.  As subreaper it becomes the parent of every orphan below it,
 * in whatever session, so it needs no /proc and no process group to find
 * them: waitpid(pid) fails with ECHILD for all pids but its own children's.
 *
 * Exit status: COMMAND's, 128+N if signal N killed it, 124 if it ran longer
 * than SECONDS, 130 if tool_run itself was told to end or its parent has died,
 * 99 if COMMAND succeeded but left processes running.
 */
#include "test/victim/victim.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

enum {
	GRACE_MS = 8000,        /* a tracer may still be writing its result */
	PID_LIMIT = 1 << 22,    /* the kernel's PID_MAX_LIMIT */
};

static pid_t command;
static int command_status = -1;
static volatile sig_atomic_t interrupted;

static void
on_signal(int sig)
{
	interrupted = sig;
}

/* reap what has ended; false once there are no children left */
static bool
reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		if (pid == command)
			command_status = status;
	}
	return pid == 0;
}

static int
kill_children(void)
{
	siginfo_t si;
	pid_t pid;
	int n = 0;

	for (pid = 2; pid < PID_LIMIT; pid++) {
		if (waitid(P_PID, (id_t)pid, &si,
		    WEXITED | WNOHANG | WNOWAIT | __WALL) < 0)
			continue;
		kill(pid, SIGKILL);
		n++;
	}
	return n;
}

/* SIGKILL the children, then those who became ours by that, and so on */
static int
kill_all(void)
{
	int n = 0;

	while (reap()) {
		n += kill_children();
		nap(10);
	}
	return n;
}

int
main(int argc, char **argv)
{
	long deadline;
	int left;

	if (argc < 3)
		die("usage: tool_run SECONDS COMMAND...");
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	signal(SIGHUP, on_signal);
	deadline = now() + 1000L * number(argv[1]);
	command = fork();
	if (command == 0) {
		setpgid(0, 0);
		signal(SIGPIPE, SIG_DFL);
		/* a shell's background commands ignore it; SIGINT is handled
		 * here, so exec resets that one */
		signal(SIGQUIT, SIG_DFL);
		execvp(argv[2], argv + 2);
		die("tool_run: cannot execute");
	}
	while (reap() && command_status == -1 && !interrupted &&
	    now() < deadline)
		nap(5);
	if (command_status == -1) {
		kill_all();
		put(interrupted ? "interrupted\n" : "timed out\n");
		return interrupted ? 130 : 124;
	}
	deadline = now() + GRACE_MS;
	while (reap() && now() < deadline)
		nap(5);
	left = kill_all();
	if (WIFSIGNALED(command_status))
		return 128 + WTERMSIG(command_status);
	if (left > 0) {
		say("processes left behind:", left);
		return WEXITSTATUS(command_status) ? WEXITSTATUS(command_status) : 99;
	}
	return WEXITSTATUS(command_status);
}
