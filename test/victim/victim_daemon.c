/* SPDX-License-Identifier: MIT */
/*
 * victim_daemon FILE [MS]: become a daemon in the usual way (fork, setsid,
 * fork, no standard descriptors); after MS milliseconds make the distinctive
 * call and create FILE.
 */
#include "victim.h"

#include <fcntl.h>

int
main(int argc, char **argv)
{
	if (argc < 2)
		die("usage: victim_daemon FILE [MS]");
	if (fork())
		_exit(0);
	setsid();
	if (fork())
		_exit(0);
	close(0);
	close(1);
	close(2);
	nap(argc > 2 ? number(argv[2]) : 200);
	mark();
	return open(argv[1], O_WRONLY | O_CREAT, 0666) < 0;
}
