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
struct tap;
struct uapi_sock_fprog;

/* a run under the tracer, of record.c or check.c */
struct session {
	/* set before session_run */
	const struct options *options;
	struct output output;
	bool exec_scope;
	/* --deny: a call that can't be judged must not be made */
	bool strict;
	/* -c: a result that is not complete is a failure */
	bool checks;
	/* calls that need not stop; NULL: every call stops */
	struct policy *known;
	syscall_sink *sink;
	syscall_count *counted; /* NULL: every call has to stop */
	int (*executed)(void *arg, pid_t, int image, const char *path);
	/* seccomp-trace: the tap with the policy's filter, which PROGRAM gets
	 * before its execve or, by enter(), at its entry point; see struct
	 * trace.  NULL: the tap that -t names. */
	const struct tap *tap;
	const struct uapi_sock_fprog *filter;
	enum entered (*enter)(void *arg, pid_t, uint64_t pc);
	bool any_tap;           /* executed may miss executions */
	/* print the summary */
	void (*summarize)(const struct session *);

	/* filled by the sink, whose arg is the session */
	struct policy policy;   /* recorded calls and known ones */
	int status;             /* wait status for the tracer, 0 so far */
	uint64_t calls;
	int kinds;              /* for the line on a terminal, as are these */
	int newest_abi;         /* the last call of a new kind */
	uint32_t newest_nr;

	bool kernel_follows;    /* those that execute in -a's folder */
	bool finds_late;        /* what enters it makes calls until it is found */
	struct policy written;  /* what output_save() made of it */
	struct trace trace;
};

/* Start and trace PROGRAM or, if there is none, attach to the processes.
 * Returns the wait status to end with: in the proxy PROGRAM's or the tracer's,
 * in the tracer 0, session.status or STATUS_FAILED. */
int session_run(struct session *);
