/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { TAP_FDS_MAX = 16 };
struct trace;

struct uapi_sock_fprog;

/* how system calls are observed */
struct tap {
	const char *name;
	long options;           /* PTRACE_O_* beside those that all taps need */
	int resume;             /* the ptrace request to let a tracee go on */
	/* can it work here? NULL, or why not */
	const char *(*probe)(unsigned needs);
	/* in the program-to-be, before exec, with a filter or NULL for one
	 * that lets nothing pass; -1 and errno.  NULL: nothing to do */
	int (*install)(const struct uapi_sock_fprog *);

	/* of a tap that counts in the kernel, where tracees are let go once
	 * they count; NULL: it counts at stops */
	const int *fds;
	size_t n_fds;           /* descriptors that the tracer keeps */
	void (*collect)(struct trace *);        /* what is new, to counted() */
	/* before install: the calls of this place of an ABI's table are to be
	 * counted by these bits of arguments 0 to 2; NULL: not at all */
	void (*know)(int abi, int pos, const uint32_t mask[3]);
	/* PROGRAM counts from here on, or all to attach to is found */
	void (*start)(void);
	/* count a running thread, too; 0 if it is already, -1 and errno */
	int (*follow)(pid_t);
	/* the lowest tid above this one of a thread that is counted, or of a
	 * leader that was, which may have ended; 0: none, or can't be told */
	pid_t (*next)(pid_t tid);
	/* wait; true: nothing that was followed is left; false: look around */
	bool (*ended)(void);
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
