/* SPDX-License-Identifier: MIT */
/*
 * victim_call NUMBER...: make these calls, each with six zero arguments, and
 * show what they return.  For numbers that no libc has a name for.
 */
#include "victim.h"

int
main(int argc, char **argv)
{
	int i;
	long ret;

	for (i = 1; i < argc; i++) {
		errno = 0;
		ret = syscall(number(argv[i]), 0, 0, 0, 0, 0, 0);
		say(argv[i], ret < 0 ? -errno : ret);
	}
	return 0;
}
