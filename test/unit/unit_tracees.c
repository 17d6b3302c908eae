/* SPDX-License-Identifier: MIT
 *
 * The table of tracees, against an array of all tids there can be.
 */
#include "unit.h"

#include "trace/tracees.c"

enum {
	TIDS = 1 << 22,         /* the kernel's PID_MAX_LIMIT */
	FEW = 40,               /* slots that the colliding tids share */
};

static bool present[TIDS];
static int n_present;

/* each value belongs to one tid */
static void
fill(struct tracee *t)
{
	t->state = (uint16_t)((unsigned)t->tid ^ 0x5a5a);
	t->saved = (uint64_t)t->tid << 32 | 7;
}

static bool
is_filled(const struct tracee *t, pid_t tid)
{
	return t->tid == tid && t->state == (uint16_t)((unsigned)tid ^ 0x5a5a) &&
	    t->saved == ((uint64_t)tid << 32 | 7);
}

/* the table holds just those that it should, each within reach and unspoilt */
static bool
is_sound(void)
{
	const struct tracee *t;
	struct tracee *next = NULL;
	int n = 0;

	for (t = table; t < table + HASH_SIZE; t++) {
		if (!t->tid)
			continue;
		n++;
		next = tracee_next(next);
		if (!present[t->tid] || tracee_find(t->tid) != t || next != t ||
		    !tracee_has_slot(t) || !is_filled(t, t->tid))
			return false;
	}
	return n == n_present && n == n_tracees && !tracee_next(next);
}

static bool
add(pid_t tid)
{
	struct tracee *t = tracee_add(tid);

	if (!t)
		return n_present == MAX_TRACEES;
	if (n_present == MAX_TRACEES || t->state || t->saved)
		return false;
	fill(t);
	present[tid] = true;
	n_present++;
	return true;
}

static bool
drop(pid_t tid)
{
	struct tracee *t = tracee_find(tid);

	if (!t || !is_filled(t, tid))
		return false;
	tracee_drop(t);
	present[tid] = false;
	n_present--;
	return !tracee_find(tid);
}

/* find, and change to the opposite */
static bool
toggle(pid_t tid)
{
	if (present[tid])
		return drop(tid);
	return !tracee_find(tid) && add(tid);
}

static void
drop_all(void)
{
	pid_t tid;

	for (tid = 1; tid < TIDS; tid++)
		if (present[tid])
			drop(tid);
}

/* a new one, or one that is there */
static pid_t
tid_anywhere(void)
{
	size_t i = random_64() % HASH_SIZE;

	if (n_present == 0 || random_64() % 2)
		return (pid_t)(random_64() % (TIDS - 1)) + 1;
	while (!table[i].tid)
		i = (i + 1) % HASH_SIZE;
	return table[i].tid;
}

/* as a machine gives them */
static pid_t
tid_in_a_row(void)
{
	return (pid_t)(random_64() % 1500) + 30000;
}

/* in few slots, some of them at the table's end */
static pid_t
tid_colliding(void)
{
	pid_t home = (pid_t)(random_64() % FEW) - FEW / 2;

	return (pid_t)(random_64() % 30 + 1) * HASH_SIZE + home;
}

static pid_t
tid_same_slot(void)
{
	return (pid_t)(random_64() % (TIDS / HASH_SIZE - 1)) * HASH_SIZE +
	    HASH_SIZE - 1;
}

static void
test_random(const char *name, pid_t (*any_tid)(void))
{
	int i;

	for (i = 0; i < 100000; i++)
		if (!toggle(any_tid()) || (i % 100 == 0 && !is_sound()))
			break;
	check(i == 100000, name, "wrong after %d steps, with %d", i, n_present);
	drop_all();
	check_num(name, n_tracees, 0);
	check(is_sound(), name, "not empty");
}

static void
test_full(void)
{
	int i, n = 0;

	for (i = 1; i <= MAX_TRACEES; i++)
		n += tracee_find(i * 3) == NULL && add(i * 3);
	check_num("full", n, MAX_TRACEES);
	check(is_sound(), "full_is_sound", "no");
	check(!tracee_add(77777), "full_adds_none", "it does");
	check(!tracee_has_slot(&(struct tracee){ .tid = 77777 }),
	    "full_has_no_slot", "it has");
	check(!tracee_find(77777) && n_tracees == MAX_TRACEES,
	    "full_stays", "%d", n_tracees);
	check(drop(300) && add(77777) && is_sound(), "full_reuses", "no");
	check(!tracee_find(300), "full_forgets", "it is there");
	drop_all();
}

/* runs of slots, also around the end of the table */
static void
test_neighbours(void)
{
	add(5 + HASH_SIZE);
	add(5);
	add(6);
	add(5 + 2 * HASH_SIZE);
	check(drop(5 + HASH_SIZE) && is_sound(), "drop_first_of_run",
	    "unsound");
	check(drop(6) && is_sound(), "drop_inside_run", "unsound");
	check(drop(5 + 2 * HASH_SIZE) && is_sound(), "drop_last_of_run",
	    "unsound");
	check(drop(5) && is_sound(), "drop_alone", "unsound");
	add(HASH_SIZE - 1);
	add(2 * HASH_SIZE - 1);
	add(HASH_SIZE);
	check(drop(HASH_SIZE - 1) && is_sound(), "drop_at_the_end", "unsound");
	drop_all();
}

int
main(void)
{
	test_neighbours();
	test_random("anywhere", tid_anywhere);
	test_random("in_a_row", tid_in_a_row);
	test_random("colliding", tid_colliding);
	test_random("same_slot", tid_same_slot);
	test_full();
	return unit_end();
}
