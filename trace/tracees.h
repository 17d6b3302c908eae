/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/small.h"

enum { MAX_TRACEES = 1024 };    /* tracees whose state is kept */

/* the state of a tracee: bits */
enum {
	IN_CALL = 1,            /* its next syscall stop is an exit stop */
	EXIT_IS_NEXT = 2,       /* it has not stopped since its entry stop */
	LOADING = 4,            /* PROGRAM up to its entry point, not counted */
	HELD = 8,               /* stopped until its parent's fork event */
	STOPPED = 16,           /* in a group-stop */
	UNTRACED_REG = 32,      /* CLONE_UNTRACED was cleared in argument 0 */
	UNTRACED_MEM = 64,      /* or in the struct that it points to */
	REJECTED = 128,         /* its call is not made, but returns an error */
	DETACHING = 256,        /* detach from it at the end of this stop */
	COUNTED = 512,          /* the sink saw its call at the entry stop */
	KILLED = 1024,          /* we killed it: never resume it */
	ENTERS = 2048,          /* see start_enter(): when its exec returns */
	IN_CLONE3 = 4096,       /* and no fork event has told its child yet */
	ENTRY_STOPS = 8192,     /* it was resumed so that its next call stops */
	/* neither it nor an ancestor executed trace.scope_image; SMALL=1 has
	 * no such image */
	OUTSIDE = IS_SMALL ? 0 : 16384,
	/* it has the filter that trace.enter installs */
	GUARDED = IS_SMALL ? 0 : 32768,

	UNTRACED = UNTRACED_REG | UNTRACED_MEM,
	WANTS_EXIT_STOP = UNTRACED | REJECTED | IN_CLONE3,
};

struct tracee {
	pid_t tid;              /* 0: the slot is free */
	uint16_t state;
	uint8_t image;
	/* UNTRACED_REG: argument 0; UNTRACED_MEM: the address of the flags;
	 * REJECTED: the errno */
	uint64_t saved;
};

extern int tracee_count;        /* slots in use */

/* A pointer to a tracee stays valid until that tracee is released.  NULL: the
 * tid has no slot. */
struct tracee *tracee_find(pid_t tid);
/* take a slot for a tid that has none; NULL: all are in use */
struct tracee *tracee_add(pid_t tid);
/* free the slot; no other one moves */
void tracee_release(struct tracee *);

/* The tracee in the next slot, of NULL the first; NULL: there is none.  A
 * tracee may be released before its successor is asked for. */
struct tracee *tracee_next(const struct tracee *);
/* the PID of a thread's process, 0 if the leader is no tracee */
pid_t tracee_process(pid_t tid);
/* any tracee in one of these states, or NULL */
struct tracee *tracee_in_state(unsigned states);

/* False for a tracee that found no slot: it is traced with a struct tracee that
 * lasts for one stop only. */
bool tracee_has_slot(const struct tracee *);

static inline void
tracee_set(struct tracee *t, unsigned states)
{
	t->state = (uint16_t)(t->state | states);
}

static inline void
tracee_clear(struct tracee *t, unsigned states)
{
	t->state = (uint16_t)(t->state & ~states);
}
