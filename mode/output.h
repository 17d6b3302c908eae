/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct format;
struct policy;

/* where the result goes */
struct output {
	const struct format *format;
	const char *extension;  /* of the default path; NULL: the format's */
	int fd;                 /* an inherited descriptor, or -1 */
	bool ours;              /* the path is our default, not the user's */
	bool plain;             /* nor is this: no link, device or pipe */
	char path[4096];
};

/* "/tmp/NAME.PID.EXT", without a program "/tmp/PID.EXT" */
void output_default_path(struct output *, const char *program, pid_t pid);
/* "FOLDER/NAME.EXT"; -1 and errno */
int output_path_in(struct output *, const char *folder, const char *name);
/* all of the policy or nothing, atomically where it is a file; -1: said why */
int output_write(const struct output *, const struct policy *);
/* it could not be written: at least show it */
void output_rescue(const struct output *, const struct policy *);
