/* SPDX-License-Identifier: MIT
 * Needs tap.h, child.h. */
#include <stdbool.h>

enum { MAX_TRACEES = 1024 };    /* threads traced with state */

/* one system call at its entry; args may be wrong beyond what the ABI has */
typedef void syscall_sink(void *arg, uint32_t audit_arch, uint32_t nr,
    const uint64_t args[6]);

struct trace {
	struct shared *shared;
	const struct tap *tap;
	bool exec_scope;        /* count from the execve on, and include it */
	bool trap_ignored;      /* PROGRAM inherits SIGTRAP ignored */
	bool privileged;        /* setuid programs keep what they gain */
	bool verbose;
	unsigned interval;      /* seconds between snapshots, 0: none */
	syscall_sink *sink;
	/* write what is recorded so far: asked for, or PROGRAM is about to be
	 * reaped */
	void (*snapshot)(void *arg);
	void *arg;

	/* results */
	bool started;           /* PROGRAM was executed */
	bool incomplete;        /* something was not followed; said what */
	unsigned processes;
};

/* Trace PROGRAM, which is seized but held back, and all that it starts, until
 * nothing is left or the front wants to leave.  0, or -1: said why. */
int trace_run(struct trace *);
/* attach to PROGRAM; -1: said why.  To be called before trace_run. */
int trace_seize(struct trace *);
