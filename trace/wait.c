/* SPDX-License-Identifier: MIT
 *
 * Which stop is next: spin or sleep until there is one, keep the result ahead
 * of PROGRAM's end, and let no tracee starve.
 */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/small.h"
#include "lib/sys.h"
#include "trace/loop.h"
#include "trace/tap.h"
#include "trace/trace.h"
#include "trace/tracees.h"

enum {
	NEWBORN_MS = 100,       /* more than a new tracee's first stop takes */
	SPINS = 400,            /* polls before a sleep: 0.1 to 0.2 ms */
	SPIN_CREDIT = 8,        /* spins in vain in a row before it gives up */
	RETRY = 64,             /* then it spins before each 64th sleep only */
	STOPS_PER_CHECK = 16,   /* of whether the CPUs are contended */
	PREEMPTIONS = 3,        /* within WINDOW_US: they are */
	WINDOW_US = 32000,
	/* then the tracer sleeps for so long, the longer the more often */
	PAUSE_MIN_US = 64000,
	PAUSE_MAX_US = 1024000,
	FAILED_WAITS_MAX = 100, /* in a row */
	STOPS_EACH = 16,        /* per tracee, until each tracee is polled */
};

static int
count_cpus(void)
{
	uint8_t cpus[1024 / 8] = { 0 };
	size_t i;
	int n = 0;

	syscall(SYS_sched_getaffinity, 0, sizeof cpus, cpus);
	for (i = 0; i < 8 * sizeof cpus; i++)
		n += cpus[i / 8] >> i % 8 & 1;
	return n;
}

void
wait_init(struct loop *loop)
{
	loop->n_cpus = IS_SMALL ? 1 : count_cpus();
	loop->spin.pause_us = PAUSE_MIN_US;
}

pid_t
wait_for_tid(struct loop *loop, pid_t tid, int flags, int *status)
{
	const struct trace *tr = loop->trace;
	siginfo_t si = { 0 };

	/* With -D PROGRAM's parent learns of its exit when the tracer reaps it,
	 * so the result is written before.  Else the proxy is the parent, or
	 * there is no PROGRAM. */
	if (tr->shared->proxy || tr->attached)
		return waitpid(tid, status, __WALL | flags);
	if (waitid(tid < 0 ? P_ALL : P_PID, (id_t)tid, &si,
	    WEXITED | WSTOPPED | WNOWAIT | __WALL | flags) < 0)
		return -1;
	if (!si.si_pid)
		return 0;
	if (si.si_pid == tr->shared->program && tr->started &&
	    si.si_code != CLD_STOPPED && si.si_code != CLD_TRAPPED)
		trace_snapshot(loop);
	/* The stop that waitid saw may be gone: a stopped leader that another
	 * thread's exec has killed since can only be reaped after that thread.
	 * So never block for this tid alone. */
	tid = waitpid(si.si_pid, status, __WALL | WNOHANG);
	if (tid < 0 && errno == ECHILD &&
	    ++loop->failed_waits < FAILED_WAITS_MAX)
		return 0;
	return tid;
}

/* Would the tracer, if it spun, hold a CPU that others want?
 *
 * To wake a sleeping CPU takes longer than everything else of a stop, ten times
 * as long in a virtual machine.  So while stops follow one another, and no
 * tracee needs the tracer's CPU, poll for the next stop before sleeping.  But
 * where other processes keep the CPUs busy, the tracer would hold a CPU for
 * which its tracee waits.  Then the kernel preempts the tracer in favour of
 * others, which it does not do to a tracer that sleeps between stops.  That
 * happens on an idle machine, too, but rarely.  The times are CPU times of the
 * tracer, so that trying in vain costs a fixed part of the work. */
static bool
cpus_are_contended(struct spin *s)
{
	uint32_t cpu_us, preemptions, period;

	if (s->stops++ % STOPS_PER_CHECK)
		return s->contended;
	sys_usage(&cpu_us, &preemptions);
	period = cpu_us - s->since_us;
	if (s->contended) {
		if (period < s->pause_us)
			return true;
		s->contended = false;
		s->pause_us *= 2;
		if (s->pause_us > PAUSE_MAX_US)
			s->pause_us = PAUSE_MAX_US;
	} else if (preemptions - s->preemptions >= PREEMPTIONS) {
		s->contended = true;
	} else if (period < WINDOW_US) {
		return false;
	} else {
		s->pause_us = PAUSE_MIN_US;
	}
	s->since_us = cpu_us;
	s->preemptions = preemptions;
	return s->contended;
}

/* like waitpid with WNOHANG: 0 if no tracee stopped while it spun */
static pid_t
spin_for_stop(struct loop *loop, int *status)
{
	struct spin *s = &loop->spin;
	int spins = tracee_count < loop->n_cpus && !cpus_are_contended(s) &&
	    (s->credit || s->sleeps++ % RETRY == 0) ? SPINS : 0;
	pid_t tid;

	for (; spins > 0; spins--) {
		tid = wait_for_tid(loop, -1, WNOHANG, status);
		if (tid == 0)
			continue;
		s->credit = SPIN_CREDIT;
		return tid;
	}
	if (s->credit)
		s->credit--;
	return 0;
}

/* With no tracee left, waitpid would wait for the children that this process
 * had before its exec.  But a tracee that was just born may still show up. */
static pid_t
wait_for_newborn(struct loop *loop, int *status)
{
	int polls = tap_counter(loop->trace->tap) ? 1 : NEWBORN_MS / TIMER_MS;
	pid_t tid;

	while ((tid = wait_for_tid(loop, -1, WNOHANG, status)) == 0 &&
	    --polls > 0)
		sys_sleep_ms(TIMER_MS);
	if (tid)
		return tid;
	errno = ECHILD;
	return -1;
}

/* Is there a thread that this process traces, whatever waitpid says? */
static bool
any_tracee_left(void)
{
	struct tracee *t = NULL;

	while ((t = tracee_next(t)))
		if (ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL) == 0)
			return true;
	return false;
}

int
wait_next(struct loop *loop, pid_t *tid, int *status)
{
	struct trace *tr = loop->trace;
	int error;

	/* the small build is for routers, most of which have one CPU */
	*tid = IS_SMALL ? 0 : spin_for_stop(loop, status);
	if (*tid == 0)
		*tid = tr->attached && !tracee_count && !loop->overfull ?
		    wait_for_newborn(loop, status) :
		    wait_for_tid(loop, -1, 0, status);
	if (*tid > 0) {
		loop->failed_waits = 0;
		return 1;
	}
	if (*tid == 0 || errno == EINTR)
		return -1;
	error = errno;
	if (error == ECHILD && !any_tracee_left())
		return 0;
	/* one failure is no reason to leave PROGRAM */
	if (++loop->failed_waits < FAILED_WAITS_MAX)
		return -1;
	errno = error;
	log_warn("can't wait for tracees, so the recording ends:");
	tr->incomplete = tr->failed = loop->ends = true;
	return 0;
}

/* wait4 reports the youngest tracee first, so a few that are never idle could
 * starve the rest, and signals to them. */
void
wait_poll_each(struct loop *loop)
{
	struct tracee *t = NULL;
	int status;
	pid_t tid;

	if (tracee_count < 2 ||
	    ++loop->stops_unpolled < STOPS_EACH * tracee_count)
		return;
	loop->stops_unpolled = 0;
	while ((t = tracee_next(t)))
		if ((tid = wait_for_tid(loop, t->tid, WNOHANG, &status)) > 0)
			trace_dispatch(loop, tid, status);
}
