/* SPDX-License-Identifier: MIT
 *
 * When the tracer spins and when it sleeps, on a clock and a scheduler of our
 * own.
 */
#include "unit.h"

#include "lib/sys.h"

#include <sys/wait.h>

static void fake_usage(uint32_t *cpu, uint32_t *preemptions);
static pid_t fake_waitpid(pid_t, int *status, int flags);
static uint32_t own_us, own_preemptions;
static int n_polls;

#define sys_usage fake_usage
#define waitpid fake_waitpid
#include "trace/wait.c"
#undef waitpid
#undef sys_usage

/* no tracee has stopped */
static pid_t
fake_waitpid(pid_t pid, int *status, int flags)
{
	(void)pid;
	*status = 0;
	n_polls += flags & WNOHANG;
	return 0;
}

static void
fake_usage(uint32_t *cpu, uint32_t *preemptions)
{
	*cpu = own_us;
	*preemptions = own_preemptions;
}

enum { STOP_US = 5 };           /* CPU time of a stop */

/* Stops for so long, with a preemption after every so many microseconds of
 * spinning, 0: none.  Returns how much of that time it spun. */
static uint32_t
run_stops(struct spin *s, uint32_t us, uint32_t preempted_each)
{
	uint32_t end = own_us + us, spun = 0, counted = 0;

	while (own_us != end) {
		own_us += STOP_US;
		if (cpus_are_contended(s))
			continue;
		spun += STOP_US;
		if (preempted_each && spun - counted >= preempted_each) {
			counted = spun;
			own_preemptions++;
		}
	}
	return spun;
}

static void
at_most(const char *name, uint32_t us, uint32_t limit)
{
	check(us <= limit, name, "%u us, more than %u", us, limit);
}

/* what a kernel that interrupts 250 or 100 times a second makes of a full CPU,
 * and what one CPU for tracer and tracee is like */
static void
test_contended(const char *name, uint32_t preempted_each)
{
	struct loop loop = { .spin = { .stops = 0 } };
	uint32_t us = 10000000;

	wait_init(&loop);
	loop.spin.since_us = own_us;
	loop.spin.preemptions = own_preemptions;
	/* it notices soon, and tries again seldom */
	at_most(name, run_stops(&loop.spin, 50000, preempted_each), 32000);
	at_most(name, run_stops(&loop.spin, us, preempted_each), us / 20);
	/* the others have ended: it spins again */
	run_stops(&loop.spin, 1100000, 0);
	check_num(name, run_stops(&loop.spin, us, 0), us);
	/* and has forgotten how long they were there */
	run_stops(&loop.spin, 50000, preempted_each);
	at_most(name, 200000 - run_stops(&loop.spin, 200000, 0), 100000);
}

/* the kernel's own threads preempt now and then on an idle machine, too */
static void
test_idle(void)
{
	struct loop loop = { .spin = { .stops = 0 } };
	uint32_t us = 10000000;

	wait_init(&loop);
	loop.spin.since_us = own_us;
	loop.spin.preemptions = own_preemptions;
	check_num("idle", run_stops(&loop.spin, us, 0), us);
	check_num("nearly_idle", run_stops(&loop.spin, us, 20000), us);
}

/* how often it polls before it sleeps */
static void
test_spin(void)
{
	static const struct {
		const char *name;
		int tracees, cpus, polls;
		bool contended;
	} spins[] = {
		{ "a CPU is free", 1, 2, SPINS, false },
		{ "no CPU is free", 2, 2, 0, false },
		{ "one CPU", 1, 1, 0, false },
		{ "the CPUs are contended", 1, 2, 0, true },
	};
	struct shared shared = { .proxy = 1 };
	struct trace trace = { .shared = &shared };
	int status;
	size_t i;

	for (i = 0; i < sizeof spins / sizeof *spins; i++) {
		struct loop loop = {
			.trace = &trace, .n_cpus = spins[i].cpus, .spin = {
				.stops = 1, .contended = spins[i].contended,
			},
		};

		tracee_count = spins[i].tracees;
		n_polls = 0;
		check_num(spins[i].name, spin_for_stop(&loop, &status), 0);
		check_num(spins[i].name, n_polls, spins[i].polls);
	}
	tracee_count = 0;
}

static void
test_usage(void)
{
	uint32_t before, after, unused;
	int i;

	sys_usage(&before, &unused);
	for (i = 0; i < 1000; i++)
		sys_now_ms();
	sys_usage(&after, &unused);
	check(after != before, "usage_advances", "it does not");
	at_most("usage", after - before, 5000000);
}

int
main(void)
{
	own_us = UINT32_MAX - 5000000;  /* wraps on the way */
	own_us -= own_us % STOP_US;
	test_contended("each_4_ms", 4000);
	test_contended("each_10_ms", 10000);
	test_contended("each_stop", STOP_US);
	test_idle();
	test_spin();
	test_usage();
	return unit_end();
}
