/* SPDX-License-Identifier: MIT */
/*
 * victim_crowd N [MS]: N children alive at once; when the last has started they
 * are let go after MS milliseconds, and each makes the distinctive call once.
 */
#include "victim.h"

#include <sys/wait.h>

int
main(int argc, char **argv)
{
	long i, n = argc > 1 ? number(argv[1]) : 1;
	int gate[2], status, failed = 0;
	char c;

	if (pipe(gate) < 0)
		die("pipe");
	for (i = 0; i < n; i++) {
		switch (fork()) {
		case -1:
			die("fork");
		case 0:
			close(gate[1]);
			while (read(gate[0], &c, 1) < 0 && errno == EINTR)
				;
			mark();
			_exit(0);
		}
	}
	put("all here\n");
	nap(argc > 2 ? number(argv[2]) : 0);
	close(gate[1]);
	while (wait(&status) > 0)
		failed += status != 0;
	return failed != 0;
}
