/* SPDX-License-Identifier: MIT
 *
 * What signals and the proxy ask of the event loop: a snapshot, the end,
 * signals to pass on, and to stop and continue along with PROGRAM.
 */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/sys.h"
#include "trace/child.h"
#include "trace/loop.h"
#include "trace/tap.h"
#include "trace/trace.h"
#include "trace/tracees.h"

/* what the signal handler leaves to the loop */
static struct {
	volatile sig_atomic_t pending;  /* serve the requests */
	volatile sig_atomic_t terms;    /* SIGTERMs to the tracer: the loop
					 * must not write it, too */
	volatile sig_atomic_t end;      /* a signal that ends services */
	volatile sig_atomic_t snapshot;
} requests;

static const int request_signals[] = {
	SIGUSR1, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGALRM,
};

void
requests_set_timer(uint32_t ms)
{
	sys_set_timer((long[]){ 0, TIMER_MS * 1000, (long)(ms / 1000),
	    (long)(ms % 1000 * 1000) }, NULL);
}

void
requests_rearm_timer(void)
{
	requests_set_timer(TIMER_MS);
}

static void
on_request_signal(int sig)
{
	if (sig == SIGTERM)
		requests.terms++;
	if (sig != SIGALRM && sig != SIGUSR1)
		requests.end = 1;
	if (sig != SIGALRM)
		requests.snapshot = 1;
	requests.pending = 1;
	requests_rearm_timer();
}

static void
change_mask(int how)
{
	size_t i;

	for (i = 0; i < sizeof request_signals / sizeof *request_signals; i++)
		sys_mask_signal(how, request_signals[i]);
}

void
requests_hold_signals(void)
{
	change_mask(SIG_BLOCK);
	/* but not the timer's */
	sys_mask_signal(SIG_UNBLOCK, SIGALRM);
}

void
requests_let_signals_come(void)
{
	change_mask(SIG_UNBLOCK);
}

/* nohup(1) may want a tracer without PROGRAM to stay */
static bool
is_ignored_hangup(const struct trace *tr, int sig)
{
	struct sigaction sa;

	return tr->attached && sig == SIGHUP &&
	    sigaction(sig, NULL, &sa) == 0 && sa.sa_handler == SIG_IGN;
}

int
requests_init(struct loop *loop)
{
	struct sigaction sa = { .sa_handler = on_request_signal };
	const struct trace *tr = loop->trace;
	size_t i;

	requests.pending = 1;
	loop->snapshot_due = sys_now_ms() + tr->interval * 1000;
	for (i = 0; i < sizeof request_signals / sizeof *request_signals; i++)
		if (!is_ignored_hangup(tr, request_signals[i]) &&
		    sigaction(request_signals[i], &sa, NULL) < 0)
			return -1;
	requests_let_signals_come();
	if (tr->shared->proxy)
		prctl(PR_SET_PDEATHSIG, SIGHUP, 0, 0, 0);
	return 0;
}

/* Signal the process, not the thread: the leader may block the signal or have
 * exited.  Skip other threads so that each process gets it once. */
static void
signal_process(pid_t tid, int sig)
{
	if (syscall(SYS_tgkill, tid, tid, 0) == 0)
		kill(tid, sig);
}

/* PROGRAM has ended: pass a signal of the proxy on to what it left running */
static void
relay_signal(const struct counter *counter, int sig)
{
	struct tracee *t = NULL;
	pid_t tid = 0;

	while ((t = tracee_next(t)))
		signal_process(t->tid, sig);
	while (counter && (tid = counter->next_thread(tid)))
		signal_process(tid, sig);
}

static bool
program_is_stopped(const struct loop *loop)
{
	struct tracee *t = NULL;

	/* any thread counts, because the leader may have ended */
	while ((t = tracee_next(t)))
		if ((t->state & STOPPED) && trace_in_program(loop, t->tid))
			return true;
	return false;
}

/* PROGRAM stopped after the tracer had detached from it, and the proxy stopped
 * too.  Seize PROGRAM again, or another thread if its leader has ended, so that
 * a stop tells when it continues; the INTERRUPT's stop tells that it already
 * has. */
static void
seize_again(const struct loop *loop)
{
	const struct counter *counter = tap_counter(loop->trace->tap);
	pid_t tid = loop->trace->shared->program, last = 0;
	struct tracee *t;

	if (tracee_find(tid) || program_is_stopped(loop))
		return;
	while (ptrace(PTRACE_SEIZE, tid, NULL, NULL) < 0) {
		do last = counter->next_thread(last);
		while (last && !trace_in_program(loop, last));
		if (!last)
			return;
		tid = last;
	}
	t = tracee_add(tid);
	if (t)
		tracee_set(t, STOPPED);
	ptrace(PTRACE_INTERRUPT, tid, NULL, NULL);
}

static void
note_end_requests(struct loop *loop)
{
	const struct trace *tr = loop->trace;
	struct shared *sh = tr->shared;

	/* the proxy was killed: nobody waits for PROGRAM any more */
	if (sh->proxy && getppid() != sh->proxy)
		sh->leave = 1;
	for (; loop->terms_seen != requests.terms; loop->terms_seen++)
		if (term_is_third(&loop->term_times))
			sh->leave = 1;
	if (tr->attached && requests.end)
		sh->leave = 1;
}

/* Continue the proxy if it stopped, or is about to stop, without PROGRAM being
 * stopped.  True: ask again soon. */
static bool
continue_proxy(struct loop *loop)
{
	const struct shared *sh = loop->trace->shared;
	int status;

	/* the proxy may see PROGRAM's stop before the tracer does */
	if (!program_is_stopped(loop) && wait_for_tid(loop, sh->program,
	    WNOHANG, &status) == sh->program)
		trace_dispatch(loop, sh->program, status);
	if (program_is_stopped(loop))
		return false;
	kill(sh->proxy, SIGCONT);
	return true;
}

/* A tap that counts in the kernel has to be asked. */
static void
report_progress(struct loop *loop, uint32_t now)
{
	struct trace *tr = loop->trace;

	if (!tr->progress || now - loop->progress_shown < PROGRESS_MS)
		return;
	loop->progress_shown = now;
	if (tap_counter(tr->tap))
		tap_counter(tr->tap)->collect(tr);
	tr->progress(tr->arg);
}

static bool
serve_requests(struct loop *loop)
{
	const struct trace *tr = loop->trace;
	struct shared *sh = tr->shared;
	uint32_t now = sys_now_ms(), period = tr->interval * 1000;
	bool proxy_stops;

	requests.pending = 0;
	/* Read it after that, or a change could be missed; and before
	 * sh->stops, which the proxy increments before it sets sh->stopping. */
	proxy_stops = sh->proxy && sh->stopping;
	if (sh->relay) {
		relay_signal(tap_counter(tr->tap), sh->relay);
		sh->relay = 0;
	}
	note_end_requests(loop);
	if (requests.snapshot ||
	    (period && (int32_t)(now - loop->snapshot_due) >= 0)) {
		requests.snapshot = 0;
		loop->snapshot_due = now + period;
		if (tr->started && !sh->leave)
			trace_snapshot(loop);
	}
	if (tap_counter(tr->tap) && sh->stops != loop->proxy_stops) {
		loop->proxy_stops = sh->stops;
		seize_again(loop);
	}
	if (!IS_SMALL) {
		attach_more(loop);
		report_progress(loop, now);
	}
	if (children_are_held(loop) || (proxy_stops && continue_proxy(loop)))
		requests_rearm_timer();
	else if (!IS_SMALL && tr->find_more)
		requests_set_timer(SEARCH_MS);
	else if (!IS_SMALL && tr->progress)
		requests_set_timer(PROGRESS_MS + TIMER_MS);
	else
		requests_set_timer(period ? loop->snapshot_due - now : 0);
	return sh->leave;
}

/* Serving disarms the timer, so check again: a signal may have arrived in
 * between. */
bool
requests_serve_all(struct loop *loop)
{
	while (requests.pending)
		if (serve_requests(loop))
			return true;
	return false;
}

void
requests_wake_proxy(const struct loop *loop)
{
	const struct shared *sh = loop->trace->shared;

	if (!sh->proxy)
		return;
	kill(sh->proxy, SIGCONT);
	if (sh->stopping)
		requests_rearm_timer(); /* it may stop only now */
}

void
requests_end(struct loop *loop, bool none_left)
{
	struct shared *sh = loop->trace->shared;
	uint32_t start = sys_now_ms();

	sh->done = 1;
	/* The proxy may be about to stop, as PROGRAM did before it continued.
	 * But a proxy that its own tracer stopped must not hold up the
	 * result. */
	while (none_left && sh->proxy == getppid() && sh->stopping &&
	    sys_now_ms() - start < PATIENCE_MS) {
		kill(sh->proxy, SIGCONT);
		sys_sleep_ms(TIMER_MS);
	}
}
