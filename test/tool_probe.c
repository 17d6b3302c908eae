/* SPDX-License-Identifier: MIT */
/*
 * tool_probe seccomp|pty|clone3: exit 0 if this kernel has it.  The tests ask
 * here, not utrace, so that a broken utrace can't turn failures into skips.
 */
#include "victim.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "seccomp") == 0)   /* EINVAL where it is not built in */
		return !(prctl(PR_SET_SECCOMP, 2, NULL) < 0 && errno == EFAULT);
	if (strcmp(what, "pty") == 0)
		return posix_openpt(O_RDWR | O_NOCTTY) < 0;
	if (strcmp(what, "clone3") == 0)
		return !(syscall(435, NULL, 0) < 0 && errno != ENOSYS);
	die("usage: tool_probe seccomp|pty|clone3");
}
