/* SPDX-License-Identifier: MIT */
/*
 * The plan of victim_random: a tree of actions, made from a seed alone, so that
 * each program that executes the victim makes the same one.
 */
#include "random.h"

#include <stdbool.h>

enum kind {
	PLAIN, FORK, VFORK, CLONE, CLONE3, THREAD, THREAD3, SHORT_THREADS, EXEC,
	EXEC_NOTHING, SETSID, DAEMON, SIGNAL, STOP, STOPPED_BY, KILLED, PTRACED,
	FILTER, UNSHARE_PID, N_KINDS
};

/* where an action may not stand, and what its actions stand in: bits */
enum {
	IN_PROGRAM = 1,         /* a thread of PROGRAM */
	IN_THREAD = 2,          /* not the leader of its process */
	IN_SHARED = 4,          /* a process in its parent's memory */
	IN_UNSHARED = 8,        /* its children are in another PID namespace */
};

static const struct kind_info {
	char name[16];
	unsigned char weight;
	bool has_actions;       /* of the child, or of the executed program */
	unsigned char not_in;
	unsigned char adds, removes;
} kinds[N_KINDS] = {
	[PLAIN] = { "plain", 4, false, 0, 0, 0 },
	[FORK] = { "fork", 8, true, 0, 0, 15 },
	[VFORK] = { "vfork", 8, true, 0, IN_SHARED, 15 },
	[CLONE] = { "clone", 8, true, 0, IN_SHARED, 15 },
	[CLONE3] = { "clone3", 8, true, 0, IN_SHARED, 15 },
	[THREAD] = { "thread", 9, true, 0, IN_THREAD, 0 },
	[THREAD3] = { "thread3", 9, true, 0, IN_THREAD, 0 },
	[SHORT_THREADS] = { "short threads", 4, false, 0, 0, 0 },
	[EXEC] = { "exec", 9, true, 0, 0, IN_THREAD | IN_SHARED },
	[EXEC_NOTHING] = { "exec nothing", 2, false, 0, 0, 0 },
	[SETSID] = { "setsid", 2, false, 0, 0, 0 },
	[DAEMON] = { "daemon", 4, true, 0, 0, 15 },
	[SIGNAL] = { "signal", 9, false, 0, 0, 0 },
	[STOP] = { "stop", 4, false, IN_UNSHARED, 0, 0 },
	[STOPPED_BY] = { "stopped by", 4, false, IN_UNSHARED, 0, 0 },
	[KILLED] = { "killed", 4, true, 0, 0, 15 },
	[PTRACED] = { "ptraced", 5, true, 0, 0, 15 },
	[FILTER] = { "filter", 4, false, 0, 0, 0 },
	[UNSHARE_PID] = { "unshare pid", 3, true, 0, IN_UNSHARED, 15 },
};

struct action {
	unsigned char kind;
	unsigned char end;      /* the action behind it and its own */
	unsigned char depth;
	uint64_t choice;        /* random bits for whoever executes it */
};

static struct {
	struct action action[RANDOM_ACTIONS_MAX];
	int n, max;
	uint64_t choice;        /* for PROGRAM's end */
	uint64_t state;
} plan;

/* splitmix64 */
static inline uint64_t
random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* take a number below n out of the choice */
static inline unsigned
choose(uint64_t *choice, unsigned n)
{
	unsigned r = (unsigned)(*choice % n);

	*choice /= n;
	return r;
}

static inline enum kind
plan_kind(unsigned place)
{
	unsigned all = 0, kind;
	uint64_t r;

	for (kind = 0; kind < N_KINDS; kind++)
		if (!(kinds[kind].not_in & place))
			all += kinds[kind].weight;
	r = random_next(&plan.state) % all;
	for (kind = 0;; kind++) {
		if (kinds[kind].not_in & place)
			continue;
		if (r < kinds[kind].weight)
			return (enum kind)kind;
		r -= kinds[kind].weight;
	}
}

static inline void
plan_actions(unsigned depth, unsigned place)
{
	unsigned n = (unsigned)(random_next(&plan.state) % 5) + (depth == 0);
	const struct kind_info *info;
	struct action *a;

	while (n-- > 0 && plan.n < plan.max) {
		a = &plan.action[plan.n++];
		a->kind = (unsigned char)plan_kind(place);
		a->choice = random_next(&plan.state);
		a->depth = (unsigned char)depth;
		info = &kinds[a->kind];
		if (info->has_actions && depth < 5)
			plan_actions(depth + 1,
			    (place & ~(unsigned)info->removes) | info->adds);
		a->end = (unsigned char)plan.n;
	}
}

static inline void
plan_make(uint64_t seed)
{
	plan.state = seed * 0x2545f4914f6cdd1du;
	plan.choice = random_next(&plan.state);
	/* small programs find most, and large ones what needs many threads */
	plan.max = 4 + (int)(random_next(&plan.state) % (RANDOM_ACTIONS_MAX - 3));
	plan_actions(0, IN_PROGRAM);
}
