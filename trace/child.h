/* SPDX-License-Identifier: MIT */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct tap;

enum { SIGNALS = 129 };         /* more than any architecture's signals */

/* what the processes of one run share in memory */
struct shared {
	pid_t proxy;            /* PROGRAM's parent, who passes signals on; 0
				 * with -D, where PROGRAM keeps its own */
	pid_t program;
	pid_t tracer;
	/* front to tracer, with SIGUSR1 */
	volatile sig_atomic_t leave;    /* write the result and go */
	volatile sig_atomic_t relay;    /* PROGRAM is gone: to who remains */
	/* the front is stopping itself: wake it if PROGRAM goes on */
	volatile sig_atomic_t stopping;
	volatile sig_atomic_t stops;    /* how often that was */
	/* tracer to front: PROGRAM is no tracee (any more) */
	volatile sig_atomic_t detached;
	volatile sig_atomic_t done;     /* all that was traced is gone */
	/* the last signal of each number that the front handed on: who sent it
	 * and how (si_code) */
	struct {
		pid_t pid;
		uid_t uid;
		int code;
	} sent[SIGNALS];
	/* what reached the witness, so was sent to the group */
	struct {
		pid_t pid;
		unsigned count;
	} group[SIGNALS];
};

/* zeroed; NULL: said why */
struct shared *child_shared_new(void);

/* when the last SIGTERMs came */
struct term_times {
	uint32_t ms[3];
	int n;
};
/* note one; is it the third within 5 s? */
bool term_is_third(struct term_times *);

struct uapi_sock_fprog;

struct launch {
	char **argv;
	const struct tap *tap;
	/* what the tap installs; NULL: every call stops */
	const struct uapi_sock_fprog *filter;
	bool keep_pid;          /* -D: the calling process becomes PROGRAM */
	int close_fd;           /* not for PROGRAM; -1: none */
	sigset_t mask;          /* PROGRAM's own */
	int from_child, to_child;       /* the tracer's ends of the pipes */
};

/* become a program; returns the exit status if it can't be, said why */
int execute(char **argv);

enum role { ROLE_FAILED, ROLE_PROXY, ROLE_TRACER };

/* Start PROGRAM held back and its tracer.  Returns twice: in the front (not
 * with -D) and in the tracer.  All signals are blocked in both.  ROLE_FAILED:
 * said why. */
enum role launch(struct launch *, struct shared *);
/* in the tracer: let the program-to-be install the tap and execute, or give up;
 * after it the pipes are closed */
void child_release(struct launch *, bool go);
