/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct format;
struct policy;

/* where the result goes, what is added to it, and what has been written */
struct output {
	/* from the command line */
	const struct format *format;
	bool format_chosen;     /* by -F: keep it, whatever is at path */
	const char *extension;  /* of the default path; NULL: the format's */
	const char *folder;     /* -x: for each program's policy; NULL: none */
	int fd;                 /* an inherited descriptor, or -1 */
	unsigned widenings;     /* bits of REASON_WIDENED */
	bool merge;             /* keep what the policy at path allows */
	bool observed_only;     /* add neither widenings nor what is always
				 * allowed */
	char path[4096];        /* "" with fd or without -f */

	/* how the file at path may be replaced */
	bool default_path;      /* only a regular file of this user's */
	bool regular_only;      /* only a regular file */
	bool in_folder;         /* path's folder is the current one by now */

	/* the policy whose rejections of single calls stay; NULL: none */
	const char *base;

	/* of a run under the tracer */
	bool wanted;            /* write to path or fd, not only to folder */
	bool exec_scope;
	bool keep_known;        /* each program's policy allows what is known */
	bool for_init;          /* PROGRAM is process 1 */
	bool final;             /* the run is over: no snapshot follows */
	bool failed;            /* the last output_save() */
	uint64_t calls_written; /* how many calls it had; 0: write again */
};

/* Set the path to "/tmp/NAME.PID.EXT", or "/tmp/PID.EXT" if program is NULL. */
void output_default_path(struct output *, const char *program, pid_t pid);
/* Set the path to "FOLDER/NAME.EXT".  Returns -1 and errno. */
int output_path_in(struct output *, const char *folder, const char *name);
/* The format of the file at path; NULL if there is none that is known. */
const struct format *output_old_format(const struct output *, bool written);
/* Without -F, take the format of the file at path.  Returns whether it has
 * one. */
bool output_take_format(struct output *);
/* Add the policy in the file at path if the result is to be merged with it.
 * Devices and pipes hold none.  With SMALL=1, which can't read it, a file that
 * is not empty is an error.  Returns -1 after a message. */
int output_merge_old(const struct output *, struct policy *);
/* Add the calls that are always allowed, and the widenings, for one program of
 * the recording or, for IMAGE_NOBODY, for all. */
void output_add_unseen(const struct output *, struct policy *, int image);
/* Can the result be written, as far as that shows before the run?  Returns -1
 * after a message. */
int output_try(const struct output *);
/* Write the policy: all of it or nothing, and atomically to a file.  Returns -1
 * after a message, and 1 if it was not written because nobody reads the FIFO,
 * and it is not the final result. */
int output_write(const struct output *, const struct policy *);
/* The same, after output_merge_old(), while the file is locked.  Without -F, in
 * the format that the old policy has by now. */
int output_merge(struct output *, struct policy *);
/* Show on standard error the policy that could not be written; where that fails
 * too, write it to /tmp and print the path. */
void output_rescue(const struct output *, const struct policy *);
/* Write what a run has recorded so far, calls in number, to every place that is
 * wanted.  Sets written to the policy that path or fd got, and failed. */
void output_save(struct output *, const struct policy *recorded,
    struct policy *written, uint64_t calls);
