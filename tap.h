/* SPDX-License-Identifier: MIT */
#include <stdbool.h>

/* how system calls are observed */
struct tap {
	const char *name;
	long options;           /* PTRACE_O_* beside those that all taps need */
	int resume;             /* the ptrace request that lets a tracee go on */
	bool kills;             /* the tracees die with the tracer */
	/* can it work here? NULL, or why not */
	const char *(*probe)(void);
	/* in the program-to-be, before exec; -1 and errno */
	int (*install)(void);
};

/* the named one, or with "auto" the cheapest that works, with a line for each
 * that does not if verbose; NULL: said why.  Nothing that takes the program
 * along when the tracer dies for an init, pid 1. */
const struct tap *tap_pick(const char *name, bool init, bool verbose);

/* data word of our filter's events; another one is the program's own filter */
enum { TAP_COOKIE = 0x7574 };

/* may this process ptrace programs that change privileges? */
bool tap_privileged(void);
