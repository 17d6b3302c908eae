/* SPDX-License-Identifier: MIT
 *
 * The tracees: an array whose slots never move, and a hash table of chains that
 * finds a tid's slot.  No allocation: a fork bomb fills the array, not the
 * router's memory.
 */
#include "trace/tracees.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { N_CHAINS = 1024 };       /* a power of two */

/* slot 0 is never used: as a link it ends a chain */
static struct tracee slots[1 + MAX_TRACEES];
static uint16_t chains[N_CHAINS];       /* the first slot of each */
/* the slot behind this one in its chain, or among the free slots */
static uint16_t links[1 + MAX_TRACEES];
static uint16_t first_free;
static uint16_t last_used;      /* no slot above was ever in use */
int tracee_count;

static uint16_t *
chain_of(pid_t tid)
{
	return &chains[(unsigned)tid % N_CHAINS];
}

struct tracee *
tracee_find(pid_t tid)
{
	unsigned i;

	for (i = *chain_of(tid); i; i = links[i])
		if (slots[i].tid == tid)
			return &slots[i];
	return NULL;
}

struct tracee *
tracee_add(pid_t tid)
{
	uint16_t i = first_free, *chain = chain_of(tid);

	if (i)
		first_free = links[i];
	else if (last_used < MAX_TRACEES)
		i = ++last_used;
	else
		return NULL;
	links[i] = *chain;
	*chain = i;
	tracee_count++;
	slots[i] = (struct tracee){ .tid = tid };
	return &slots[i];
}

void
tracee_release(struct tracee *t)
{
	uint16_t i = (uint16_t)(t - slots), *link = chain_of(t->tid);

	while (*link != i)
		link = &links[*link];
	*link = links[i];
	links[i] = first_free;
	first_free = i;
	tracee_count--;
	t->tid = 0;
}

struct tracee *
tracee_next(const struct tracee *t)
{
	size_t i = t ? (size_t)(t - slots) : 0;

	while (++i <= last_used)
		if (slots[i].tid)
			return &slots[i];
	return NULL;
}

pid_t
tracee_process(pid_t tid)
{
	struct tracee *leader = NULL;

	while ((leader = tracee_next(leader)))
		if (syscall(SYS_tgkill, leader->tid, tid, 0) == 0)
			return leader->tid;
	return 0;
}

struct tracee *
tracee_in_state(unsigned states)
{
	struct tracee *t = NULL;

	while ((t = tracee_next(t)))
		if (t->state & states)
			break;
	return t;
}

bool
tracee_has_slot(const struct tracee *t)
{
	return t >= slots && t <= slots + MAX_TRACEES;
}
