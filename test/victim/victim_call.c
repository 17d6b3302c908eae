/* SPDX-License-Identifier: MIT */
/*
 * victim_call NUMBER[,ARGUMENT]...: make these calls, all other arguments zero,
 * and show what they return.  For numbers that no libc has a name for.
 */
#include "victim.h"

int
main(int argc, char **argv)
{
	int i;
	long ret, first;
	char *comma;

	for (i = 1; i < argc; i++) {
		comma = strchr(argv[i], ',');
		first = comma ? number(comma + 1) : 0;
		errno = 0;
		ret = syscall(number(argv[i]), first, 0, 0, 0, 0, 0);
		say(argv[i], ret < 0 ? -errno : ret);
	}
	return 0;
}
