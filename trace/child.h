/* SPDX-License-Identifier: MIT */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct tap;

enum { SIGNALS = 129 };         /* more than any architecture's signals */

/* the memory that the processes of one run share */
struct shared {
	pid_t proxy;            /* 0 with -D, where PROGRAM keeps its parent */
	pid_t program;
	pid_t tracer;
	/* From the proxy to the tracer.  SIGUSR1 announces these two. */
	volatile sig_atomic_t leave;    /* write the result and exit */
	volatile sig_atomic_t relay;    /* send this signal to the processes
					 * that PROGRAM left behind */
	/* the proxy stops itself: send SIGCONT if PROGRAM continues */
	volatile sig_atomic_t stopping;
	volatile sig_atomic_t stops;    /* counts that */
	/* from the tracer to the proxy */
	volatile sig_atomic_t detached; /* PROGRAM is not a tracee (any more) */
	volatile sig_atomic_t done;     /* every tracee has ended */
	/* for each signal number the last one that the proxy forwarded: its
	 * sender, and its si_code */
	struct {
		pid_t pid;
		uid_t uid;
		int code;
	} sent[SIGNALS];
	/* for each signal number what the group probe got: the last sender, and
	 * how many signals */
	struct {
		pid_t pid;
		unsigned count;
	} group[SIGNALS];
};

/* Zeroed.  NULL after a message. */
struct shared *child_shared_new(void);

/* when the last three SIGTERMs came */
struct term_times {
	uint32_t ms[3];
	int n;
};
/* Note a SIGTERM.  Is it the third within 5 s? */
bool term_is_third(struct term_times *);

struct uapi_sock_fprog;

struct launch {
	char **argv;
	const struct tap *tap;
	/* for the tap to install; NULL: every call stops */
	const struct uapi_sock_fprog *filter;
	bool confines;          /* the tracer rejects calls */
	bool keep_pid;          /* -D: the calling process becomes PROGRAM */
	int close_fd;           /* a descriptor to close in PROGRAM; -1: none */
	/* results of child_launch() */
	sigset_t mask;          /* PROGRAM's signal mask */
	int from_child, to_child;       /* the tracer's ends of the pipes */
};

/* Execute a program by PATH.  If that fails, print why and return the exit
 * status for it.  Finding out more than the errno takes calls which a policy's
 * filter that is installed may answer by a kill: explains allows them. */
int child_execute(char **argv, bool explains);

enum role { ROLE_FAILED, ROLE_PROXY, ROLE_TRACER };

/* Start PROGRAM, which waits before its exec, and its tracer.  Returns in two
 * processes: in the proxy, which -D has not, and in the tracer; all signals are
 * blocked in both.  ROLE_FAILED after a message. */
enum role child_launch(struct launch *, struct shared *);
/* In the tracer: let PROGRAM install the tap and execute, or make it exit with
 * 125.  Closes the pipes. */
void child_release(struct launch *, bool go);
