/* SPDX-License-Identifier: MIT
 *
 * The proxy: the process that utrace's own parent sees.  It is PROGRAM's
 * parent. It stops, continues and ends as PROGRAM does, and forwards to PROGRAM
 * the signals that were sent to the proxy alone.  Knows nothing of ptrace.
 *
 * All signals are blocked and taken one by one with sigtimedwait, so nothing
 * here runs in a signal handler.
 */
#include "trace/proxy.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/signals.h"
#include "lib/sys.h"
#include "trace/child.h"

struct proxy {
	struct shared *sh;
	bool program_gone, tracer_gone;
	int status;             /* PROGRAM's wait status, once it is gone */
	int tracer_status;      /* exit status */
	bool snapshot_requested;
	struct term_times terms;
	int tries;              /* attempts left to stop as PROGRAM did */

	pid_t group_probe;      /* 0: there is none */
	int answers;            /* the pipe on which it answers */
	unsigned matched[SIGNALS];      /* how many of group[] we got, too */
};

static struct proxy proxy;

static bool
is_termination(int sig)
{
	return sig == SIGTERM || sig == SIGHUP || sig == SIGINT ||
	    sig == SIGQUIT;
}

static void
notify_tracer(const struct proxy *p)
{
	if (!p->tracer_gone)
		kill(p->sh->tracer, SIGUSR1);
}

/* Supervisors follow SIGTERM with SIGKILL, so ask for the result to be written
 * at the first one.  The third within 5 s stops the tracing. */
static void
request_snapshot(struct proxy *p, int sig)
{
	if (sig == SIGTERM && term_is_third(&p->terms))
		p->sh->leave = 1;
	if (!p->snapshot_requested || p->sh->leave)
		notify_tracer(p);
	p->snapshot_requested = true;
}

enum {
	PING = _NSIG - 1,       /* of all pending signals the last one taken */
	ANSWER_NS = 20000000,   /* a probe that takes longer may be stopped */
	ANSWER_TRIES = 100,     /* then another process's tracer stopped it */
	TRIES = 8,
};

/* The probe does nothing but belong to the process group.  A signal that
 * reaches it was sent to the whole group, so PROGRAM has it, too.  PROGRAM
 * itself doesn't show that: sigwait and signalfd take a signal without a stop.
 * */
static void
run_group_probe(struct shared *sh, int answers)
{
	siginfo_t si;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	sys_close_except(&answers, 1);
	while (getppid() == sh->proxy) {
		if (!sys_next_signal(&si, true))
			continue;
		if (si.si_signo == PING && si.si_pid == sh->proxy) {
			sys_write_all(answers, "", 1);
		} else if (si.si_code == SI_USER && si.si_pid != sh->proxy) {
			sh->group[si.si_signo].pid = si.si_pid;
			sh->group[si.si_signo].count++;
		}
	}
	_exit(0);
}

void
proxy_start_group_probe(struct shared *sh)
{
	struct proxy *p = &proxy;
	int fd[2];

	if (sys_pipe(fd) < 0)
		return;
	p->group_probe = sys_fork();
	if (p->group_probe == 0) {
		close(fd[0]);
		run_group_probe(sh, fd[1]);
	}
	close(fd[1]);
	p->answers = fd[0];
	if (p->group_probe < 0)
		p->group_probe = 0;
}

/* Wait for the answer to a ping.  A SIGSTOP for the group stopped the probe,
 * too, and perhaps only the proxy was continued.  But SIGCONT continues no
 * process that its tracer stopped: then do without the probe. */
static bool
probe_answers(struct proxy *p)
{
	struct pollfd answered = { p->answers, POLLIN, 0 };
	char answer;
	int i;

	for (i = 0; i < ANSWER_TRIES; i++) {
		if (syscall(SYS_ppoll, &answered, 1,
		    (long[2]){ 0, ANSWER_NS }, NULL, 0) != 0)
			return read(p->answers, &answer, 1) == 1;
		kill(p->group_probe, SIGCONT);
	}
	log_warn("another process traces PID %d of utrace; PROGRAM may get "
	    "signals for its process group twice", (int)p->group_probe);
	kill(p->group_probe, SIGKILL);
	p->group_probe = 0;
	return false;
}

/* Did the probe get this signal from the same sender? */
static bool
probe_has_it(struct proxy *p, const siginfo_t *si)
{
	int sig = si->si_signo;

	/* It takes all earlier signals before the ping. */
	if (!p->group_probe || kill(p->group_probe, PING) < 0 ||
	    !probe_answers(p) || p->sh->group[sig].count == p->matched[sig] ||
	    p->sh->group[sig].pid != si->si_pid)
		return false;
	p->matched[sig] = p->sh->group[sig].count;
	return true;
}

/* The kernel signals a group's youngest process first, and that is the probe;
 * but kill(-1) reaches it a moment after the proxy. */
static bool
was_sent_to_group(struct proxy *p, const siginfo_t *si)
{
	if (!p->group_probe || si->si_code != SI_USER)
		return false;
	if (!probe_has_it(p, si)) {
		sys_sleep_ms(2);
		if (!probe_has_it(p, si))
			return false;
	}
	/* PROGRAM may have left the group */
	return getpgid(p->sh->program) == getpgid(0);
}

/* A stop signal discards a pending SIGCONT, and SIGCONT discards pending stop
 * signals.  So the probe may never see a signal that the proxy took just
 * before, and PROGRAM must not get it after the one that discards it. */
static bool
is_discarded(int sig)
{
	sigset_t set;

	sigpending(&set);
	if (sig == SIGCONT)
		return sigismember(&set, SIGTSTP) ||
		    sigismember(&set, SIGTTIN) || sigismember(&set, SIGTTOU);
	return (sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU) &&
	    sigismember(&set, SIGCONT);
}

/* The terminal signals its foreground group, so PROGRAM has the signal, too.
 * But a hangup goes to the session's leader alone, which would be PROGRAM if
 * utrace weren't there. */
static bool
came_from_terminal(const siginfo_t *si)
{
	return si->si_code > 0 && !(getsid(0) == getpid() &&
	    (si->si_signo == SIGHUP || si->si_signo == SIGCONT));
}

static void
forward(struct proxy *p, const siginfo_t *si)
{
	struct shared *sh = p->sh;
	siginfo_t queued = *si;
	int sig = si->si_signo;

	if (came_from_terminal(si) || si->si_pid == sh->program ||
	    si->si_pid == sh->tracer || was_sent_to_group(p, si) ||
	    is_discarded(sig))
		return;
	/* Keep the sender.  Where no tracer restores the code, the signal is
	 * one of sigqueue(3). */
	if (si->si_code == SI_QUEUE || sh->detached) {
		queued.si_code = SI_QUEUE;
		syscall(SYS_rt_sigqueueinfo, sh->program, sig, &queued);
		return;
	}
	sh->sent[sig].pid = si->si_pid;
	sh->sent[sig].uid = si->si_uid;
	sh->sent[sig].code = si->si_code;
	kill(sh->program, sig);
}

static void
take_signal(struct proxy *p, const siginfo_t *si)
{
	int sig = si->si_signo;

	if (sig == SIGCHLD && si->si_code > 0)
		return;         /* reap() handles it */
	if (sig == SIGUSR1) {
		notify_tracer(p);
		return;
	}
	if (is_termination(sig) && si->si_pid != p->sh->program)
		request_snapshot(p, sig);
	if (!p->program_gone) {
		forward(p, si);
	} else if (is_termination(sig)) {
		/* only a daemon's children are left to receive it */
		p->sh->relay = sig;
		notify_tracer(p);
	}
}

/* Take all pending signals in their order, so that a SIGTERM stays before the
 * SIGCONT that follows it.  Each but the tracer's SIGCONT, a SIGCHLD too, is a
 * reason to try to stop again. */
static void
take_pending(struct proxy *p)
{
	siginfo_t si;

	while (sys_next_signal(&si, false)) {
		if (si.si_signo != SIGCONT || si.si_pid != p->sh->tracer)
			p->tries = TRIES;
		take_signal(p, &si);
	}
}

/* The signal that stopped PROGRAM; 0 if it is not stopped.  With WNOWAIT the
 * stop can be asked for again until PROGRAM is continued or begins to exit,
 * which nothing else shows at once. */
static int
stop_signal(const struct proxy *p, int flags)
{
	siginfo_t si = { 0 };

	return waitid(P_PID, (id_t)p->sh->program, &si,
	    WSTOPPED | WNOHANG | flags) == 0 && si.si_pid ? si.si_status : 0;
}

/* Send the stop to ourselves first, which discards any SIGCONT, and look at
 * PROGRAM after that: a later SIGCONT discards the stop, so none is missed.
 * But SIGSTOP can't be blocked: there the tracer sends SIGCONT until we
 * continue. */
static void
stop_self(const struct proxy *p, int sig)
{
	const struct sigaction ign = { .sa_handler = SIG_IGN };

	kill(getpid(), sig);
	if (stop_signal(p, WNOWAIT)) {
		sys_mask_signal(SIG_UNBLOCK, sig);      /* stopped here */
		sys_mask_signal(SIG_BLOCK, sig);
	} else {
		sigaction(sig, &ign, NULL);             /* discard it */
	}
}

/* Stop until a SIGCONT is sent to us.  If it is sent to PROGRAM alone, the
 * tracer sends us one. */
static void
stop_once(struct proxy *p, int sig)
{
	const struct sigaction dfl = { .sa_handler = SIG_DFL };
	struct shared *sh = p->sh;

	sh->stops++;
	sh->stopping = 1;
	if (sh->detached && !p->tracer_gone)
		kill(sh->tracer, SIGALRM);
	sigaction(sig, &dfl, NULL);
	take_pending(p);
	if (stop_signal(p, WNOWAIT) && !sh->done)
		stop_self(p, sig);
	sh->stopping = 0;
	take_pending(p);
}

/* Stop for as long as PROGRAM does.  Try again if we are continued and it is
 * not: the tracer's SIGCONT may be for an earlier stop.  If no stop lasts, take
 * the stop from the kernel and continue. */
static void
stop_with_program(struct proxy *p)
{
	int sig;

	p->tries = TRIES;
	while ((sig = stop_signal(p, p->tries > 0 ? WNOWAIT : 0)) &&
	    p->tries-- > 0)
		stop_once(p, sig);
}

static void
on_tracer_exit(struct proxy *p, int status)
{
	p->tracer_gone = true;
	p->tracer_status = WIFEXITED(status) ? WEXITSTATUS(status) : 125;
	if (WIFSIGNALED(status))
		log_warn("the tracer was killed by %s",
		    signal_name(WTERMSIG(status)));
}

/* Reap the children that have ended: PROGRAM, the tracer, and those that this
 * process had before it executed utrace.  -1 and errno. */
static int
reap(struct proxy *p)
{
	int status;
	pid_t pid;

	stop_with_program(p);
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0 ||
	    (pid < 0 && errno == EINTR)) {
		if (pid < 0)
			continue;
		if (pid == p->sh->tracer) {
			on_tracer_exit(p, status);
		} else if (pid == p->sh->program) {
			p->program_gone = true;
			p->status = status;
		} else if (pid == p->group_probe) {
			p->group_probe = 0;     /* another process killed it */
		}
	}
	return pid < 0 && (errno != ECHILD || !p->tracer_gone ||
	    !p->program_gone) ? -1 : 0;
}

/* If another process traces the probe, only that one can reap it for now. */
static void
end_group_probe(const struct proxy *p)
{
	unsigned i;

	if (!p->group_probe)
		return;
	kill(p->group_probe, SIGKILL);
	for (i = 0; i < ANSWER_TRIES &&
	    waitpid(p->group_probe, NULL, WNOHANG) == 0; i++)
		sys_sleep_ms(i / 10);
}

int
proxy_run(struct shared *sh)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	struct proxy *p = &proxy;
	int keep[2] = { log_fd, p->answers };
	siginfo_t si;

	p->sh = sh;
	/* an inherited SIG_IGN would make the kernel reap our children */
	sigaction(SIGCHLD, &dfl, NULL);
	sys_close_except(keep, p->group_probe ? 2 : 1);
	for (;;) {
		if (reap(p) < 0) {
			log_warn("can't wait for PROGRAM, so it is killed:");
			kill(sh->program, SIGKILL);
			return 125 << 8;
		}
		if (p->tracer_gone && (p->program_gone || sh->leave))
			break;
		if (sys_next_signal(&si, true))
			take_signal(p, &si);
	}
	end_group_probe(p);
	if (!p->program_gone)
		return SIGTERM;
	return p->tracer_status ? p->tracer_status << 8 : p->status;
}
