/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { TAP_FDS_MAX = 16 };
struct trace;

struct uapi_sock_fprog;

/* The operations of a tap that counts calls in the kernel.  Tracees then
 * need not stop, so the tracer detaches from them once they count. */
struct counter {
	const int *fds;
	size_t n_fds;           /* descriptors that the tracer keeps open */
	/* hand the calls counted since the last time to trace.counted */
	void (*collect)(struct trace *);
	/* Before install: count the calls at this index of an ABI's table apart
	 * for each value of these bits of arguments 0 to 2; mask NULL: don't
	 * count them. */
	void (*set_rule)(int abi, int index, const uint32_t mask[3]);
	/* PROGRAM counts from here on, or every thread to attach to is found */
	void (*start_counting)(void);
	/* Count a running thread, too.  1, 0 if it is counted already, -1 and
	 * errno. */
	int (*follow_thread)(pid_t);
	/* The lowest tid above this one of a thread that is counted, or of a
	 * leader that was counted and may have ended.  0: there is none, or the
	 * tids of this PID namespace can't be told. */
	pid_t (*next_thread)(pid_t tid);
	/* Wait for some time or until the last thread has ended.  True: no
	 * thread that is counted is left. */
	bool (*wait_for_end)(void);
};

/* a way to observe system calls */
struct tap {
	const char *name;
	long options;           /* PTRACE_O_* beside those that all taps need */
	int resume;             /* the ptrace request that resumes a tracee */
	/* can it work here?  NULL, or why not */
	const char *(*probe)(unsigned needs);
	/* In the process that will be PROGRAM, before exec: install the filter,
	 * or with NULL one that stops every call.  -1 and errno.  NULL: there
	 * is nothing to install. */
	int (*install)(const struct uapi_sock_fprog *);
	/* NULL: calls are counted when tracees stop */
	const struct counter *counter;
};

/* there unless it is left out of the build */
extern const struct tap tap_ebpf __attribute__((weak));

/* put a filter over the calling thread, with no_new_privs only if it can't be
 * without; -1 and errno */
int tap_filter(const struct uapi_sock_fprog *);

/* what a tap is wanted for: bits */
enum {
	FOR_INIT = 1,           /* an init must not die with its tracer */
	FOR_STOPS = 2,          /* each call is to be seen before it is made */
	FOR_RUNNING = 4,        /* what runs already takes no filter from us */
	FOR_IMAGES = 8,         /* which program calls is worth its price */
};

/* the named one, or with "auto" the cheapest that works, with a line for each
 * that does not if verbose; NULL: said why */
const struct tap *tap_pick(const char *name, unsigned needs, bool verbose);

/* data word of our filter's events; another one is the program's own filter */
enum { TAP_COOKIE = 0x7574 };

/* may this process ptrace programs that change privileges? */
bool tap_privileged(void);
