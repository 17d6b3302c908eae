/* SPDX-License-Identifier: MIT
 *
 * Attach: to PROGRAM, or to threads that run already, and let those go again.
 */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/errors.h"
#include "lib/log.h"
#include "lib/sys.h"
#include "trace/entry.h"
#include "trace/exec.h"
#include "trace/loop.h"
#include "trace/proc.h"
#include "trace/tap.h"
#include "trace/trace.h"
#include "trace/tracees.h"

static int
seize(const struct trace *tr, pid_t tid, long more)
{
	long options = trace_options(tr) | more;

	return ptrace(PTRACE_SEIZE, tid, NULL, (void *)options) < 0 ? -1 : 0;
}

/* PROGRAM waits for child_release(): try what its entry point will need. */
static int
try_requests(pid_t program)
{
	int status, r, error;

	if (ptrace(PTRACE_INTERRUPT, program, NULL, NULL) < 0 ||
	    waitpid(program, &status, __WALL) != program)
		return -1;
	r = WIFSTOPPED(status) ? entry_try_requests(program) : 0;
	error = errno;
	if (ptrace(r < 0 ? PTRACE_DETACH : PTRACE_CONT, program, NULL,
	    NULL) < 0)
		return -1;
	errno = error;
	return r;
}

int
attach_program(struct trace *tr)
{
	pid_t program = tr->shared->program;
	long more = trace_is_confined(tr) ? PTRACE_O_EXITKILL : 0;

	if (seize(tr, program, more) < 0 || !tracee_add(program)) {
		log_warn("can't trace PROGRAM: %s", errno == EPERM ?
		    proc_why_forbidden(program) : error_text(errno));
		return -1;
	}
	if (tr->enter && try_requests(program) < 0) {
		log_warn("can't install a filter at PROGRAM's entry point:");
		return -1;
	}
	return 0;
}

static struct loop *seizing;    /* for the signal handler */

/* Take the wait statuses of all tracees.  This resumes no tracee, so each stops
 * at most once.  A request to end is served even while an exec blocks. */
static void
take_stops(int sig)
{
	struct loop *loop = seizing;
	const int max = sizeof loop->taken / sizeof *loop->taken;
	int error = errno, status;
	pid_t tid;

	(void)sig;
	while (loop->n_taken < max &&
	    (tid = waitpid(-1, &status, __WALL | WNOHANG)) > 0) {
		loop->taken[loop->n_taken].tid = tid;
		loop->taken[loop->n_taken++].status = status;
	}
	if (++loop->alarms > PATIENCE_MS / TIMER_MS)
		requests_let_signals_come();
	errno = error;
}

/* PTRACE_SEIZE waits for an exec of the thread's process, and the exec waits
 * for the process's other threads to end.  Those that are tracees end only when
 * their wait status is taken, so a timer takes it. */
static int
seize_during_exec(struct loop *loop, pid_t tid)
{
	struct sigaction old;
	int r;

	seizing = loop;
	loop->alarms = 0;
	if (sigaction(SIGALRM, &(struct sigaction){ .sa_handler = take_stops },
	    &old) < 0)
		return -1;
	requests_rearm_timer();
	r = seize(loop->trace, tid, 0);
	requests_set_timer(0);
	sigaction(SIGALRM, &old, NULL);
	return r;
}

/* only a tracee of this process can be interrupted, so it also tells that */
static bool
interrupt(pid_t tid)
{
	return ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) == 0;
}

/* Let the thread's calls stop it from its next resume on.  If another thread
 * executes, which is no tracee yet, it takes the leader's tid: seize it, too. */
static void
begin_to_trace(struct trace *tr, pid_t tid)
{
	int tries = 3;

	while (!interrupt(tid) && proc_is_alive(tid)) {
		if (tries-- > 0) {
			seize_during_exec(trace_loop(tr), tid);
			continue;
		}
		log_warn("thread %d: can't interrupt it, so its next calls are "
		    "missing:", (int)tid);
		tr->incomplete = true;
		break;
	}
}

int
attach_thread(struct trace *tr, pid_t tid, pid_t pid)
{
	struct tracee *t = tracee_find(tid);
	char path[EXEC_PATH_MAX];
	int error;

	/* the loop cares for those that it knows: interrupt no call again */
	if (t && (tr->searching || interrupt(tid)))
		return 0;
	/* a leader whose place another thread's exec took, unreported */
	if (t)
		tracee_release(t);
	if (seize_during_exec(trace_loop(tr), tid) < 0) {
		error = errno;
		/* the child of a tracee is born a tracee, and its stops are
		 * still to come */
		if (error == EPERM && interrupt(tid))
			return 0;
		errno = error;
		return -1;
	}
	/* it executed meanwhile, which made it the leader */
	if (syscall(SYS_tgkill, pid, tid, 0) < 0 && errno == ESRCH) {
		tid = pid;
		t = tracee_find(tid);
		if (t)
			tracee_release(t);
	}
	t = tracee_add(tid);
	/* a container's runtime has not executed the container's program yet */
	if (t && tr->container && (!tr->scope_entered || proc_is_fork(tid)))
		tracee_set(t, OUTSIDE);
	begin_to_trace(tr, tid);
	if (t && !(t->state & OUTSIDE) && tr->executed &&
	    exec_running(tid, path, sizeof path) == 0)
		/* only a leader's program counts as executed, by an unknown
		 * one */
		t->image = (uint8_t)tr->executed(tr->arg, tid,
		    tid == pid ? IMAGE_NONE : IMAGE_UNKNOWN, path);
	tr->started = true;
	return 1;
}

void
attach_dispatch_taken(struct loop *loop)
{
	int i;

	for (i = 0; i < loop->n_taken; i++)
		trace_dispatch(loop, loop->taken[i].tid, loop->taken[i].status);
	loop->n_taken = 0;
}

bool
attach_more(struct loop *loop)
{
	struct trace *tr = loop->trace;
	int n;

	if (!tr->find_more)
		return false;
	tr->searching = true;
	n = tr->find_more(tr->arg);
	attach_dispatch_taken(loop);
	if (n < 0) {
		tr->incomplete = true;
		tr->find_more = NULL;
	}
	requests_rearm_timer(); /* seizing disarms it */
	if (tr->filtered)
		filters_expect_in_process(loop);
	if (!tr->started && tr->waits) {
		sys_sleep_ms(TIMER_MS);
		if (tap_counter(tr->tap))
			tap_counter(tr->tap)->collect(tr);
	}
	return n > 0 || (n == 0 && !tr->started && tr->waits);
}

/* Resume without options, not DETACH: a tracee that is stopped on its way into
 * a blocking call would get EINTR from it. */
static void
let_go(struct loop *loop, pid_t tid, int status)
{
	struct tracee spare = { .tid = tid }, *t = tracee_find(tid);
	enum event ev = trace_classify(status);

	/* what was changed for a call can be put back at any stop */
	if (t)
		calls_end(loop, t);
	else
		t = &spare;
	if (ev == EV_ENDED)
		return;
	ptrace(PTRACE_SETOPTIONS, tid, NULL, NULL);
	trace_request(loop, ev == EV_GROUP_STOP ? PTRACE_LISTEN : PTRACE_CONT,
	    t, ev == EV_SIGNAL ? WSTOPSIG(status) : 0);
}

int
attach_let_go(struct trace *tr, pid_t writer)
{
	struct loop *loop = trace_loop(tr);
	uint32_t start = sys_now_ms();
	bool written = false;
	struct tracee *t = NULL;
	int status, result = 0;
	pid_t tid;

	children_resume_held(loop);
	/* no others: an INTERRUPT, too, makes some blocking calls fail with
	 * EINTR */
	while ((t = tracee_next(t)))
		if (t->state & UNTRACED)
			interrupt(t->tid);
	requests_rearm_timer();
	while (!written || (tracee_in_state(UNTRACED) &&
	    sys_now_ms() - start < PATIENCE_MS)) {
		tid = waitpid(-1, &status, __WALL);
		if (tid > 0 && tid != writer) {
			let_go(loop, tid, status);
		} else if (tid > 0) {
			result = status;
			written = true;
		} else if (errno != EINTR) {
			break;
		}
	}
	return result;
}
