/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "mode/output.h"
#include "policy/policy.h"
#include "trace/trace.h"

struct options;
struct policy;

/* a run of PROGRAM under the tracer: what recording and checking share */
struct session {
	/* set before session_run */
	const struct options *options;
	struct output output;
	bool exec_scope;
	/* its calls need not stop where the tap can do that; NULL: all do */
	struct policy *known;
	syscall_sink *sink;
	syscall_count *counted; /* NULL: each call has to be seen */
	int (*executed)(void *arg, pid_t, int image, const char *path);
	/* what to say at the end, if anybody wants to know */
	void (*summarize)(const struct session *);

	/* by the sink, which gets the session */
	struct policy policy;   /* what it saw, and stood there before */
	int status;             /* wait status for the tracer, 0 so far */
	uint64_t calls;

	struct policy written;  /* what output_save() made of it */
	struct trace trace;
};

/* PROGRAM or, without one, what already runs.  In the front: a wait status to
 * end with.  In the tracer, which exits with it: 0, the session's or FAILED. */
int session_run(struct session *);
