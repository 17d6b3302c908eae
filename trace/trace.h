/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct shared;
struct syscall_stop;
struct tap;

/* who makes a call */
struct caller {
	pid_t tid;
	int image;              /* what executed() said of its program */
};
/* nobody's, of a thread without state */
enum { IMAGE_NONE = -1, IMAGE_UNKNOWN = 255 };

/* what is to become of a call: an errno, or one of these */
enum { CALL_GOES = 0, CALL_KILLS = -1 };

/* one system call at its entry; args may be wrong beyond what the ABI has */
typedef int syscall_sink(void *arg, const struct caller *,
    const struct syscall_stop *);
/* n calls that the kernel counted: STOP_ENTRY with the bits of their arguments
 * that it was told to look at, else STOP_UNKNOWN */
typedef void syscall_count(void *arg, const struct syscall_stop *, uint64_t n);

struct trace {
	struct shared *shared;
	const struct tap *tap;
	bool exec_scope;        /* count from the execve on, and include it */
	bool trap_ignored;      /* PROGRAM inherits SIGTRAP ignored */
	bool privileged;        /* setuid programs keep what they gain */
	bool attached;          /* there is no PROGRAM; a signal ends it */
	bool verbose;
	unsigned interval;      /* seconds between snapshots, 0: none */
	syscall_sink *sink;
	syscall_count *counted;
	/* a program was executed by one of that image: an index of its own, up
	 * to 254.  NULL: all are 0 */
	int (*executed)(void *arg, pid_t, int image, const char *path);
	/* where counting would begin, in PROGRAM and in what it started before:
	 * do what is to be done, it is not traced any more.  NULL: trace on */
	void (*enter)(void *arg, pid_t, uint64_t pc);
	/* write what is recorded so far: asked for, or PROGRAM is about to be
	 * reaped */
	void (*snapshot)(void *arg);
	void *arg;

	int resume;             /* as the tap's, until PROGRAM filters calls */

	/* results */
	bool started;           /* PROGRAM was executed */
	bool incomplete;        /* something was not followed; said what */
	unsigned processes;
};

/* Trace PROGRAM, which is seized but held back, and all that it starts, until
 * nothing is left or the front wants to leave.  0, or -1: said why. */
int trace_run(struct trace *);
/* what ends it or asks for a snapshot waits for trace_run */
void requests_hold_signals(void);
/* After trace_run, without PROGRAM: let all go on for good until our child that
 * writes the result has ended, whose wait status it returns.  The kernel lets go
 * of them when we end, of blocked ones without an EINTR. */
int attach_let_go(struct trace *, pid_t writer);
/* before trace_run, without PROGRAM: a running thread of process pid.  1, 0 if it
 * is traced by us already, -1 and errno */
int attach_thread(struct trace *, pid_t tid, pid_t pid);
/* attach to PROGRAM; -1: said why.  To be called before trace_run. */
int trace_seize(struct trace *);
/* A call that may put a filter over its caller: the taps but stop see nothing of
 * what that refuses.  So from now on each call stops, or that is said. */
void trace_note_filter(struct trace *, int abi, const struct syscall_stop *);
