/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { MAX_TRACEES = 1024 };    /* threads traced with state */

/* state of a tracee: bits */
enum {
	INSIDE = 1,             /* in a call: next syscall stop is its exit */
	SURE = 2,               /* no other stop since its entry */
	LOADING = 4,            /* PROGRAM up to its entry point: not counted */
	HELD = 8,               /* stopped until its parent's fork event */
	STOPPED = 16,           /* in a group-stop */
	UNTRACED_REG = 32,      /* CLONE_UNTRACED was taken out of argument 0 */
	UNTRACED_MEM = 64,      /* or out of the struct that it points to */
	REFUSED = 128,          /* its call is not made, but returns an error */
	LEFT = 256,             /* let go for good at the end of this stop */
	COUNTED = 512,          /* its call, before our filter sees it */

	UNTRACED = UNTRACED_REG | UNTRACED_MEM,
	WANTS_EXIT = UNTRACED | REFUSED,        /* something to do there */
};

struct tracee {
	pid_t tid;              /* 0: free slot */
	uint16_t state;
	uint8_t image;
	uint64_t saved;         /* UNTRACED_*: argument 0; REFUSED: an errno */
};

extern int n_tracees;

/* all three: NULL if there is none, or no slot for it */
struct tracee *tracee_find(pid_t tid);
struct tracee *tracee_add(pid_t tid);
/* the one behind t, or behind NULL the first, in no order */
struct tracee *tracee_next(struct tracee *t);

/* frees its slot; others may move to where it was */
void tracee_drop(const struct tracee *t);

/* whether it is in the table: who found no slot stays traced, without state
 * that lasts */
bool tracee_has_slot(const struct tracee *t);
