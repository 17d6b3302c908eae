/* SPDX-License-Identifier: MIT
 * Needs util.h, abi.h, policy.h, format.h. */
#include <sys/types.h>

/* where the result goes */
struct result {
	const struct format *format;
	const char *extension;  /* of the default path; NULL: the format's */
	int fd;                 /* an inherited descriptor, or -1 */
	bool ours;              /* the path is our default, not the user's */
	bool plain;             /* nor is this: no link, device or pipe */
	char path[4096];
};

/* "/tmp/NAME.PID.EXT", without a program "/tmp/PID.EXT" */
void result_default_path(struct result *, const char *program, pid_t pid);
/* "FOLDER/NAME.EXT"; -1 and errno */
int result_path(struct result *, const char *folder, const char *name);
/* all of the policy or nothing, atomically where it is a file; -1: said why */
int result_write(const struct result *, const struct policy *);
/* it could not be written: at least show it */
void result_rescue(const struct result *, const struct policy *);
