/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct shared;
struct syscall_stop;
struct tap;
struct tracee;

/* the thread that makes a call */
struct caller {
	pid_t tid;
	int image;              /* what executed() returned for its program */
};
enum {
	IMAGE_NONE = -1,        /* no program of this recording executed it */
	IMAGE_UNKNOWN = 255,    /* of a thread whose state is not kept */
};

/* what becomes of a call: an errno that it returns without being made, or */
enum { CALL_PROCEEDS = 0, CALL_IS_FATAL = -1 };

/* one system call at its entry; arguments beyond those of its ABI are
 * undefined */
typedef int syscall_sink(void *arg, const struct caller *,
    const struct syscall_stop *);
/* n calls that the kernel counted.  STOP_ENTRY: args hold the bits that a rule
 * selected, see struct counter; STOP_UNKNOWN: args are undefined. */
typedef void syscall_count(void *arg, const struct syscall_stop *, uint64_t n);

/* what becomes of a process that stopped where its calls would count from */
enum entered {
	ENTERED_DETACH,         /* it goes on and, unless trace.watches, is no
				 * tracee any more */
	ENTERED_STAY,           /* it stays a tracee until its next stop */
	ENTERED_FAILED,         /* it must not go on; a message says why */
};

struct trace {
	struct shared *shared;
	const struct tap *tap;
	bool exec_scope;        /* count from the execve on, and include it */
	/* Count only processes that execute this image, a path or base name,
	 * from its entry point on, and their descendants.  NULL: PROGRAM. */
	const char *scope_image;
	/* Count only from the exec on that this attached process will make,
	 * and what it starts.  It then has its final filter.  0: count all.
	 * Needs a scope_image, whose name does not matter then. */
	pid_t container;
	bool any_tap;           /* tap may become stop, if it has a filter */
	bool trap_ignored;      /* PROGRAM inherits an ignored SIGTRAP */
	bool privileged;        /* set-user-ID programs keep their privileges */
	bool filtered;          /* PROGRAM inherits a seccomp filter, or one of
				 * the attached processes has one */
	bool attached;          /* there is no PROGRAM; a signal ends the run */
	/* a process whose call can't be read or rejected must not go on, and
	 * none must outlive the tracer */
	bool strict;
	bool verbose;
	unsigned interval;      /* seconds between snapshots, 0: none */
	bool ends;              /* with process 1: the next snapshot is the last */
	syscall_sink *sink;
	syscall_count *counted;
	/* The process executed path; image: the program that did so.  Returns
	 * an index for the new program, up to 254.  NULL: all are 0. */
	int (*executed)(void *arg, pid_t, int image, const char *path);
	/* PROGRAM, or a child or thread that it made before, stopped where its
	 * calls would count from.  If this fails, or the loop ends before,
	 * the kernel kills all tracees as soon as this process exits.  NULL:
	 * calls are counted. */
	enum entered (*enter)(void *arg, pid_t, uint64_t pc);
	/* PROGRAM's filter decides what becomes of its calls, and the tracer
	 * only watches: what enter() is done with stays a tracee, and the end of
	 * the tracer changes nothing.  Calls that the filter kills a process for
	 * are handed to the sink, too. */
	bool watches;
	/* Attach to those processes that the run is about and that are new.
	 * Returns how many there are, or -1 after a message.  It is called now
	 * and then, and until it returns 0 the run does not end.  NULL: there
	 * will be no more. */
	int (*find_more)(void *arg);
	bool waits;             /* for the first process */
	bool searching;         /* the loop runs, and calls find_more() */
	/* write what is recorded so far: on request, and before PROGRAM is
	 * reaped */
	void (*snapshot)(void *arg);
	/* say how far the recording is: every PROGRESS_MS.  NULL: not needed */
	void (*progress)(void *arg);
	void *arg;

	/* results */
	bool started;           /* PROGRAM was executed, or a process found */
	bool guarded;           /* every tracee has its filter; the caller sets
				 * it if there is no enter() */
	bool scope_entered;     /* and so was scope_image, if there is one */
	int program_status;     /* PROGRAM's wait status; 0 while it runs */
	bool incomplete;        /* calls may be missing; a message says why */
	bool failed;            /* a process was killed; a message says why */
	unsigned processes;
};

/* Trace PROGRAM, which attach_program() seized, and its descendants until none
 * is left or the proxy or a signal asks to end.  -1: PROGRAM was never
 * executed. */
int trace_run(struct trace *);
/* Is this a call that may install a filter?  Then see to it that the calls which
 * the filter rejects are seen, or say that they are not.  The thread is stopped
 * at the call; NULL: it made the call some time ago. */
void filters_on_call(struct trace *, struct tracee *, int abi,
    const struct syscall_stop *);

/* hold back the signals that end trace_run() or ask for a snapshot until it
 * runs */
void requests_hold_signals(void);

/* before trace_run: seize PROGRAM, which waits for child_release(); -1: a
 * message says why */
int attach_program(struct trace *);
/* Before trace_run, without PROGRAM: seize a running thread of process pid.  1,
 * 0 if it is a tracee already, -1 and errno. */
int attach_thread(struct trace *, pid_t tid, pid_t pid);
/* After trace_run, without PROGRAM: resume all tracees for good until our child
 * that writes the result has ended; return its wait status.  The kernel
 * detaches from the tracees when this process exits; that interrupts no
 * blocking call. */
int attach_let_go(struct trace *, pid_t writer);
