/* SPDX-License-Identifier: MIT */
/*
 * victim_reach [ANYTHING]: with an argument, use functions of the C library that
 * it else only imports.  What a program can call, beside what one run calls.
 */
#include "victim.h"

#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	mark();
	if (argc == 1)
		return 0;
	rename(argv[1], "renamed");
	unlink("renamed");
	usleep(1);
	getpwnam("nobody");
	sched_yield();
	if (fork() == 0)
		_exit(0);
	return 0;
}
