/* SPDX-License-Identifier: MIT
 *
 * The tracees, a hash table with linear probing.  No allocation: a fork bomb
 * fills the table, not the router's memory.
 */
#include "trace/tracees.h"

#include <stddef.h>

enum { HASH_SIZE = 2 * MAX_TRACEES };   /* a power of two, never full */

static struct tracee table[HASH_SIZE];
int n_tracees;

static unsigned
hash(pid_t tid)
{
	return (unsigned)tid % HASH_SIZE;
}

struct tracee *
tracee_find(pid_t tid)
{
	unsigned i;

	for (i = hash(tid); table[i].tid; i = (i + 1) % HASH_SIZE)
		if (table[i].tid == tid)
			return &table[i];
	return NULL;
}

struct tracee *
tracee_add(pid_t tid)
{
	unsigned i;

	if (n_tracees == MAX_TRACEES)
		return NULL;
	for (i = hash(tid); table[i].tid; i = (i + 1) % HASH_SIZE)
		;
	n_tracees++;
	table[i] = (struct tracee){ .tid = tid };
	return &table[i];
}

/* and close the gap in the run of slots that collided */
void
tracee_drop(const struct tracee *t)
{
	unsigned gap = (unsigned)(t - table), i = gap, home;

	n_tracees--;
	for (;;) {
		i = (i + 1) % HASH_SIZE;
		if (!table[i].tid)
			break;
		home = hash(table[i].tid);
		if ((i - home) % HASH_SIZE >= (i - gap) % HASH_SIZE) {
			table[gap] = table[i];
			gap = i;
		}
	}
	table[gap].tid = 0;
}

struct tracee *
tracee_next(struct tracee *t)
{
	for (t = t ? t + 1 : table; t < table + HASH_SIZE; t++)
		if (t->tid)
			return t;
	return NULL;
}

bool
tracee_has_slot(const struct tracee *t)
{
	return t >= table && t < table + HASH_SIZE;
}
