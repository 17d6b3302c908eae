/* SPDX-License-Identifier: MIT */
/*
 * victim_bulky MB: fill MB megabytes, stop, and end with 3 as soon as continued,
 * which the kernel takes a while for.
 */
#include "victim.h"

#include <signal.h>
#include <sys/mman.h>

int
main(int argc, char **argv)
{
	size_t size = (size_t)(argc > 1 ? number(argv[1]) : 64) << 20;
	char *p;

	p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		die("mmap");
	memset(p, 1, size);
	raise(SIGSTOP);
	_exit(3);
}
