/* SPDX-License-Identifier: MIT
 * Needs util.h, abi.h, policy.h, format.h, result.h, attach.h, options.h,
 * regs.h, tap.h, child.h, trace.h. */
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
	bool has_result;        /* it is worth it */
	bool last;              /* no more snapshots to come */
	int status;             /* exit status of the tracer, 0 so far */
	uint64_t calls;
	uint64_t calls_written; /* how many there were when it was written */

	struct policy written;  /* that, widened; and what stands there now */
	struct output result;
	struct trace trace;
	bool failed;            /* the last write */
};

/* PROGRAM or, without one, what already runs.  In the front: a wait status to
 * end with.  In the tracer, which exits with it: 0, the session's or FAILED. */
int session_run(struct session *);

/* read the file of a mode's POLICY, and widen it by these bits; -1: said why */
int session_read(struct policy *, const char *path, unsigned what);
