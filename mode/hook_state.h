/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#define HOOK_ANNOTATION "io.containers.trace-syscall"

/* what a hook needs to know of its container */
struct hook_state {
	pid_t pid;
	char *annotation;       /* HOOK_ANNOTATION's value, in text; or NULL */
	/* what it says: absolute paths, base or NULL, and a name */
	char *file;
	const char *base, *format;
};

/* Parse the state, JSON of len bytes with a NUL behind them, and terminate the
 * annotation in it.  Returns -1 if it is no state with a process, or if the
 * value has an escape. */
int hook_parse_state(struct hook_state *, char *text, size_t len);
/* Split the annotation, of:/FILE;if:/FILE;format:NAME, in any order.  Returns
 * -1 if a part is none of these, or the first is missing. */
int hook_parse_annotation(struct hook_state *);
