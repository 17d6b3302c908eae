/* SPDX-License-Identifier: MIT */
/*
 * What victim_random and tool_random share: the numbers that the victim calls,
 * and the file in which it keeps which of them it called.  Builds of 32 and 64
 * bits write the same file.
 */
#include <stdint.h>

enum {
	RANDOM_ACTIONS_MAX = 60,        /* a recording holds 256 numbers */
	RANDOM_POINTS = 4,              /* numbers of each action */
	RANDOM_NUMBERS = RANDOM_ACTIONS_MAX * RANDOM_POINTS,
	RANDOM_FIRST = 9008,            /* a multiple of 8: see below */
	RANDOM_FD = 100,                /* the file, in every process */
};

/* what an action calls its numbers at: number RANDOM_FIRST + action *
 * RANDOM_POINTS + point */
enum random_point { AT_BEFORE, AT_AFTER, AT_CHILD, AT_CHILD_END };

/* what became of a number */
enum random_state {
	NOT_CALLED,
	CALLING,                /* the thread may have been killed before */
	CALLED,
	CALLED_IN_32_BITS,      /* by a 32-bit program that a 64-bit one ran */
	CALLING_IN_32_BITS,
};

/* The filters that a program installs for itself reject a number by its lowest
 * three bits: bit N of a mask stands for the value N. */
enum {
	RANDOM_ERRNO_MASK = 1 << 1 | 1 << 6,
	RANDOM_TRACE_MASK = 1 << 3 | 1 << 5,
};

enum random_problem {
	NO_PROBLEM, CANT_WAIT, CANT_CONTINUE, NOT_STOPPED, NOT_REJECTED
};

struct random_file {
	uint32_t n_actions;
	uint32_t want_status;   /* as a shell sees PROGRAM's end */
	uint32_t word;          /* bytes of a long in PROGRAM */
	uint32_t rejected;      /* a bit for each value that a filter rejects */
	uint32_t traced;        /* tasks with a tracer of the program's own */
	/* a thread may take a stop signal, or an action sends SIGCONT */
	uint32_t stops_unsure;
	uint32_t execs_unsure;  /* an exec may meet such a stop signal */
	uint32_t problem;
	int32_t program;
	uint32_t sent[2];       /* the last action that sent SIGUSR1, SIGUSR2 */
	/* the process that executed a program for an action */
	int32_t executed[RANDOM_ACTIONS_MAX];
	uint32_t continued[RANDOM_ACTIONS_MAX]; /* its waker continues it */
	uint32_t resumed[RANDOM_ACTIONS_MAX];   /* its stop is over */
	uint32_t called[RANDOM_NUMBERS];        /* an enum random_state */
};
