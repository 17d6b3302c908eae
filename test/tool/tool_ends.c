/* SPDX-License-Identifier: MIT */
/*
 * tool_ends COMMAND...: run COMMAND and say how it ended, which $? can't:
 * "exit N", "signal N" or "core signal N", on descriptor 9 if that is open, else on 1.
 */
#include "test/victim/victim.h"

#include <fcntl.h>
#include <sys/wait.h>

int
main(int argc, char **argv)
{
	int status;
	pid_t pid;

	if (argc < 2)
		die("usage: tool_ends COMMAND...");
	pid = fork();
	if (pid == 0) {
		close(9);
		execvp(argv[1], argv + 1);
		die("tool_ends: cannot execute");
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	dup2(9, 1);
	if (WIFEXITED(status))
		say("exit", WEXITSTATUS(status));
	else if (WCOREDUMP(status))
		say("core signal", WTERMSIG(status));
	else
		say("signal", WTERMSIG(status));
	return 0;
}
