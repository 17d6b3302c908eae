/* SPDX-License-Identifier: MIT */
/*
 * victim_nonblock: make standard output non-blocking and fill it, as servers do
 * with a pipe that they share with others.  Create the file "full" and make the
 * distinctive call.
 */
#include "victim.h"

#include <fcntl.h>

int
main(void)
{
	static char bytes[4096];
	size_t n;

	memset(bytes, '~', sizeof bytes);
	if (fcntl(1, F_SETFL, fcntl(1, F_GETFL) | O_NONBLOCK) < 0)
		die("fcntl");
	for (n = sizeof bytes; n > 0; n /= 2)
		while (write(1, bytes, n) > 0)
			;
	close(open("full", O_WRONLY | O_CREAT, 0666));
	mark();
	return 0;
}
