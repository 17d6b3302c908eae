/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/small.h"

struct trace;
struct uapi_sock_fprog;

enum { TAP_FDS_MAX = 16 };

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
	 * errno.  Then start_counting() has to be called again. */
	int (*follow_thread)(pid_t);
	/* Count each process, too, that executes a program while it is in this
	 * folder of the cgroup file system, or in a folder in it.  False: the
	 * kernel can't do that, for version 1 of the file system. */
	bool (*follow_folder)(int fd);
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
	 * is nothing to install.  confines: see tap_install_filter(). */
	int (*install)(const struct uapi_sock_fprog *, bool confines);
	/* NULL: calls are counted when tracees stop */
	const struct counter *counter;
};

/* NULL if the build leaves it out */
extern const struct tap tap_ebpf __attribute__((weak));

/* the small build has no tap that counts */
static inline const struct counter *
tap_counter(const struct tap *t)
{
	return IS_SMALL ? NULL : t->counter;
}

/* Install a filter in the calling thread; set no_new_privs only if the kernel
 * demands it.  Unless it confines PROGRAM, leave off the mitigations against
 * speculation that a filter turns on before Linux 5.16.  -1 and errno. */
int tap_install_filter(const struct uapi_sock_fprog *, bool confines);

/* what a run needs of its tap: bits */
enum {
	FOR_INIT = 1,           /* PROGRAM, PID 1, must outlive the tracer */
	FOR_STOPS = 2,          /* each call must stop before it is made */
	FOR_RUNNING = 4,        /* it attaches to running processes */
	FOR_IMAGES = 8,         /* each call belongs to a program */
	FOR_DENIAL = 16,        /* no call that is denied may be made */
	FOR_FILTERED = 32,      /* a filter was there before */
};

/* The tap of this name, or with "auto" the cheapest that works.  verbose: print
 * the tap, and why others can't work.  NULL: a message says why. */
const struct tap *tap_pick(const char *name, unsigned needs, bool verbose);

/* The data word of the seccomp tap's filter, drawn by tap_pick().  An event with
 * another one comes from PROGRAM's own filter, which can't know this one. */
extern uint16_t tap_cookie;

/* Has this process a seccomp filter, which PROGRAM will inherit? */
bool tap_is_filtered(void);

/* may this process trace set-user-ID programs, so that they keep their
 * privileges? */
bool tap_privileged(void);
