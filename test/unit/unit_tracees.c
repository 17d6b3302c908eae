/* SPDX-License-Identifier: MIT
 *
 * The table of tracees, against an array of all tids there can be.
 */
#include "unit.h"

#include "trace/tracees.c"

enum {
	TIDS = 1 << 22,         /* the kernel's PID_MAX_LIMIT */
	FEW = 40,               /* chains that the colliding tids share */
};

static struct tracee *present[TIDS];    /* NULL, or where it was added */
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

/* The table holds the tracees that it should and no others; each is where it was
 * added, is found there, and has its state. */
static bool
is_sound(void)
{
	const struct tracee *t;
	struct tracee *next = NULL;
	int n = 0;

	for (t = slots; t <= slots + MAX_TRACEES; t++) {
		if (!t->tid)
			continue;
		n++;
		next = tracee_next(next);
		if (present[t->tid] != t || tracee_find(t->tid) != t || next != t ||
		    !tracee_has_slot(t) || !is_filled(t, t->tid))
			return false;
	}
	return n == n_present && n == tracee_count && !tracee_next(next);
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
	present[tid] = t;
	n_present++;
	return true;
}

static bool
drop(pid_t tid)
{
	struct tracee *t = tracee_find(tid);

	if (!t || !is_filled(t, tid))
		return false;
	tracee_release(t);
	present[tid] = NULL;
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
	size_t i = random_64() % MAX_TRACEES + 1;

	if (n_present == 0 || random_64() % 2)
		return (pid_t)(random_64() % (TIDS - 1)) + 1;
	while (!slots[i].tid)
		i = i % MAX_TRACEES + 1;
	return slots[i].tid;
}

/* as a machine gives them */
static pid_t
tid_in_a_row(void)
{
	return (pid_t)(random_64() % 1500) + 30000;
}

/* in few chains, the first and the last ones */
static pid_t
tid_colliding(void)
{
	pid_t home = (pid_t)(random_64() % FEW) - FEW / 2;

	return (pid_t)(random_64() % 30 + 1) * N_CHAINS + home;
}

static pid_t
tid_one_chain(void)
{
	return (pid_t)(random_64() % (TIDS / N_CHAINS - 1)) * N_CHAINS +
	    N_CHAINS - 1;
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
	check_num(name, tracee_count, 0);
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
	check(!tracee_find(77777) && tracee_count == MAX_TRACEES,
	    "full_stays", "%d", tracee_count);
	check(drop(300) && add(77777) && is_sound(), "full_reuses", "no");
	check(!tracee_find(300), "full_forgets", "it is there");
	drop_all();
}

/* the first, the middle and the last of a chain, and one in a chain alone */
static void
test_chain(void)
{
	add(5);
	add(6);
	add(5 + N_CHAINS);
	add(5 + 2 * N_CHAINS);
	add(5 + 3 * N_CHAINS);
	check(drop(5 + 2 * N_CHAINS) && is_sound(), "drop_in_chain",
	    "unsound");
	check(drop(5 + 3 * N_CHAINS) && is_sound(), "drop_first_of_chain",
	    "unsound");
	check(drop(5) && is_sound(), "drop_last_of_chain", "unsound");
	check(drop(5 + N_CHAINS) && is_sound(), "drop_alone", "unsound");
	drop_all();
}

static void
test_states(void)
{
	struct tracee *t;

	add(1);
	add(2);
	tracee_find(1)->state = STOPPED;
	tracee_find(2)->state = HELD | LOADING;
	t = tracee_in_state(HELD | UNTRACED);
	if (!t)
		die("tracee_in_state");
	check_num("in_state", t->tid, 2);
	check(!tracee_in_state(UNTRACED), "in_no_state", "found");
	tracee_clear(t, LOADING);
	tracee_set(t, UNTRACED_MEM);
	check_num("set_and_clear", t->state, HELD | UNTRACED_MEM);
	tracee_release(t);
	check(!tracee_in_state(HELD | UNTRACED), "released", "found");
	tracee_release(tracee_find(1));
	present[1] = present[2] = NULL;
	n_present = 0;
}

/* a pointer to a tracee stays valid until that tracee is released */
static void
test_pointers_stay(void)
{
	struct tracee *last;

	add(5);
	add(5 + N_CHAINS);
	add(5 + 2 * N_CHAINS);
	last = tracee_find(5 + 2 * N_CHAINS);
	drop(5);
	drop(5 + N_CHAINS);
	check_num("pointer_stays", last->tid, 5 + 2 * N_CHAINS);
	check(is_filled(last, 5 + 2 * N_CHAINS), "state_stays", "%#x",
	    last->state);
	check(tracee_find(5 + 2 * N_CHAINS) == last, "found_there", "moved");
	drop_all();
}

int
main(void)
{
	test_pointers_stay();
	test_chain();
	test_states();
	test_random("anywhere", tid_anywhere);
	test_random("in_a_row", tid_in_a_row);
	test_random("colliding", tid_colliding);
	test_random("one_chain", tid_one_chain);
	test_full();
	return unit_end();
}
