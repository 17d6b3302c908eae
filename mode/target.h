/* SPDX-License-Identifier: MIT */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

struct output;
struct policy;

/* the file that an output's path means */
struct target {
	char path[PATH_MAX];    /* without symbolic links, unless direct */
	bool exists;
	bool direct;            /* a device, pipe or socket: write to it */
	struct stat st;         /* if it exists */
};

/* Find the file that the path means, which need not exist.  Returns -1 after a
 * message, also for a file of a type that must not be replaced. */
int target_find(const struct output *, struct target *);
/* Can the result be written there, as far as that shows before?  Looks at the
 * file, and creates and removes one beside it.  Returns -1 after a message. */
int target_try(const struct output *);
/* The format of the file, as format_recognize(); NULL if it can't be read. */
const char *target_format(const struct output *, bool written);
/* Lock the folder of the file, so that no other recorder writes between reading
 * and writing.  Returns a descriptor to close, or -1: after a message if the
 * folder can't be locked. */
int target_lock(const struct output *);
/* Write the policy to the file, if it differs.  Only a policy or an empty file
 * is replaced.  Returns -1 after a message, and 1 if the file is a FIFO that
 * nobody reads and more results follow. */
int target_write(const struct output *, const struct policy *);
/* Is the file at another path the same one? */
bool target_is(const struct output *, const char *path);
