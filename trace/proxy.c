/* SPDX-License-Identifier: MIT
 *
 * The process that whoever started us knows: the program's parent.  It sees
 * PROGRAM stop, go on and end as any parent does, does the same, and hands on
 * the signals that were sent to it alone.  Knows nothing of ptrace.
 *
 * All signals are blocked and taken one by one by sigtimedwait, so nothing
 * here runs in a handler.
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
#include "lib/sys.h"
#include "trace/child.h"

struct proxy {
	struct shared *sh;
	bool program_gone, tracer_gone;
	int status;             /* PROGRAM's, once it is gone */
	int tracer_status;
	bool ordered;           /* the snapshot of the first TERM */
	struct term_times terms;
	int tries;              /* to stop as PROGRAM did, before we give up */

	pid_t witness;          /* 0: there is none */
	int answers;            /* the pipe it answers on */
	unsigned claimed[SIGNALS];      /* what of group[] was accounted for */
};

static bool
ends_services(int sig)
{
	return sig == SIGTERM || sig == SIGHUP || sig == SIGINT ||
	    sig == SIGQUIT;
}

static void
tell_tracer(const struct proxy *f)
{
	if (!f->tracer_gone)
		kill(f->sh->tracer, SIGUSR1);
}

/* supervisors follow SIGTERM with SIGKILL, so what there is must be written
 * now; who asks three times wants us to go */
static void
order_snapshot(struct proxy *f, int sig)
{
	if (sig == SIGTERM && term_is_third(&f->terms))
		f->sh->leave = 1;
	if (!f->ordered || f->sh->leave)
		tell_tracer(f);
	f->ordered = true;
}

enum {
	PING = _NSIG - 1,       /* the last to be taken of all that wait */
	WAKE_NS = 20000000,     /* until who does not answer may be stopped */
	TRIES = 8,
};

/* The witness does nothing but belong to the process group: a signal that
 * reaches it was sent to all of the group, so PROGRAM has it too, and may have
 * taken it by sigwait or signalfd, where nobody could see it. */
static void
be_witness(struct shared *sh, int answers)
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

static void
call_witness(struct proxy *f)
{
	int fd[2];

	if (sys_pipe(fd) < 0)
		return;
	f->witness = sys_fork();
	if (f->witness == 0) {
		close(fd[0]);
		be_witness(f->sh, fd[1]);
	}
	close(fd[1]);
	f->answers = fd[0];
	if (f->witness < 0)
		f->witness = 0;
}

static bool
claim(struct proxy *f, const siginfo_t *si)
{
	struct pollfd answered = { f->answers, POLLIN, 0 };
	int sig = si->si_signo;
	char answer;

	/* it takes all that came before our ping first; a SIGSTOP for the group
	 * stopped it, too, but who goes on may be we alone */
	if (kill(f->witness, PING) < 0)
		return false;
	while (syscall(SYS_ppoll, &answered, 1, (long[2]){ 0, WAKE_NS }, NULL,
	    0) == 0)
		kill(f->witness, SIGCONT);
	if (read(f->answers, &answer, 1) != 1 ||
	    f->sh->group[sig].count == f->claimed[sig] ||
	    f->sh->group[sig].pid != si->si_pid)
		return false;
	f->claimed[sig] = f->sh->group[sig].count;
	return true;
}

/* The witness is younger than we are, so in a group it gets a signal first; of
 * kill(-1) only a moment after us. */
static bool
went_to_group(struct proxy *f, const siginfo_t *si)
{
	if (!f->witness || si->si_code != SI_USER)
		return false;
	if (!claim(f, si)) {
		sys_sleep_ms(2);
		if (!claim(f, si))
			return false;
	}
	/* PROGRAM may be in another */
	return getpgid(f->sh->program) == getpgid(0);
}

/* A signal that stops discards each SIGCONT that still waits, and the other way
 * round.  So the witness may never see one that we took just before, and PROGRAM
 * is not to get it after what overruled it. */
static bool
is_overruled(int sig)
{
	sigset_t set;

	sigpending(&set);
	if (sig == SIGCONT)
		return sigismember(&set, SIGTSTP) ||
		    sigismember(&set, SIGTTIN) || sigismember(&set, SIGTTOU);
	return (sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU) &&
	    sigismember(&set, SIGCONT);
}

/* The kernel tells a terminal's group, and so PROGRAM, but of a hangup only the
 * session's leader, which would be PROGRAM without us. */
static bool
came_from_terminal(const siginfo_t *si)
{
	return si->si_code > 0 && !(getsid(0) == getpid() &&
	    (si->si_signo == SIGHUP || si->si_signo == SIGCONT));
}

static void
hand_on(struct proxy *f, const siginfo_t *si)
{
	struct shared *sh = f->sh;
	siginfo_t queued = *si;
	int sig = si->si_signo;

	if (came_from_terminal(si) || si->si_pid == sh->program ||
	    si->si_pid == sh->tracer || went_to_group(f, si) ||
	    is_overruled(sig))
		return;
	/* with its sender, but as sigqueue(3) if no tracer puts that right */
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
take_signal(struct proxy *f, const siginfo_t *si)
{
	int sig = si->si_signo;

	if (sig == SIGCHLD && si->si_code > 0)
		return;         /* reap() sees to that */
	if (sig == SIGUSR1) {
		tell_tracer(f);
		return;
	}
	if (ends_services(sig) && si->si_pid != f->sh->program)
		order_snapshot(f, sig);
	if (!f->program_gone) {
		hand_on(f, si);
	} else if (ends_services(sig)) {
		/* a daemon's children are all that is left to end */
		f->sh->relay = sig;
		tell_tracer(f);
	}
}

/* Take what waits, in its order, so that a SIGTERM before a SIGCONT stays before
 * it.  All but the tracer's word, a SIGCHLD too, is a reason to try again. */
static void
take_waiting(struct proxy *f)
{
	siginfo_t si;

	while (sys_next_signal(&si, false)) {
		if (si.si_signo != SIGCONT || si.si_pid != f->sh->tracer)
			f->tries = TRIES;
		take_signal(f, &si);
	}
}

/* The signal that PROGRAM is stopped by; 0: it is not.  With WNOWAIT the stop
 * stays to be asked for, and is gone as soon as PROGRAM is continued or begins
 * to exit: for a while after that nothing else would tell. */
static int
stopped_by(const struct proxy *f, int flags)
{
	siginfo_t si = { 0 };

	return waitid(P_PID, (id_t)f->sh->program, &si,
	    WSTOPPED | WNOHANG | flags) == 0 && si.si_pid ? si.si_status : 0;
}

/* Our stop is sent first, which discards any SIGCONT, and PROGRAM asked for after
 * that: a later SIGCONT discards the stop, so none is missed.  But SIGSTOP can't
 * wait; there the tracer rings until we go on. */
static void
stop_self(const struct proxy *f, int sig)
{
	const struct sigaction ign = { .sa_handler = SIG_IGN };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	kill(getpid(), sig);
	if (stopped_by(f, WNOWAIT)) {
		sigprocmask(SIG_UNBLOCK, &set, NULL);   /* stopped here */
		sigprocmask(SIG_BLOCK, &set, NULL);
	} else {
		sigaction(sig, &ign, NULL);             /* discards it, too */
	}
}

/* until somebody sends SIGCONT: to us, or to PROGRAM, then the tracer does */
static void
stop_once(struct proxy *f, int sig)
{
	const struct sigaction dfl = { .sa_handler = SIG_DFL };
	struct shared *sh = f->sh;

	sh->stops++;
	sh->stopping = 1;
	if (sh->detached && !f->tracer_gone)
		kill(sh->tracer, SIGALRM);
	sigaction(sig, &dfl, NULL);
	take_waiting(f);
	if (stopped_by(f, WNOWAIT) && !sh->done)
		stop_self(f, sig);
	sh->stopping = 0;
	take_waiting(f);
}

/* Stop as long as PROGRAM does: what the tracer tells may be of an earlier stop.
 * Where it can't know, or no stop of ours holds, take the stop and go on. */
static void
stop_like(struct proxy *f)
{
	int sig;

	f->tries = TRIES;
	while ((sig = stopped_by(f, f->tries > 0 ? WNOWAIT : 0)) &&
	    f->tries-- > 0)
		stop_once(f, sig);
}

static void
tracer_ended(struct proxy *f, int status)
{
	f->tracer_gone = true;
	f->tracer_status = WIFEXITED(status) ? WEXITSTATUS(status) : 125;
	if (WIFSIGNALED(status))
		log_warn("the tracer was killed by signal %d", WTERMSIG(status));
}

/* what became of our children; others than PROGRAM and the tracer are of
 * whoever executed us */
static void
reap(struct proxy *f)
{
	int status;
	pid_t pid;

	stop_like(f);
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == f->sh->tracer) {
			tracer_ended(f, status);
		} else if (pid == f->sh->program) {
			f->program_gone = true;
			f->status = status;
		}
	}
}

int
proxy_run(struct shared *sh)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	struct proxy f = { .sh = sh };
	siginfo_t si;

	/* an inherited SIG_IGN would make the kernel reap our children */
	sigaction(SIGCHLD, &dfl, NULL);
	sys_close_except(&log_fd, 1);
	call_witness(&f);
	for (;;) {
		reap(&f);
		if (f.tracer_gone && (f.program_gone || sh->leave))
			break;
		if (sys_next_signal(&si, true))
			take_signal(&f, &si);
	}
	if (f.witness) {
		kill(f.witness, SIGKILL);
		waitpid(f.witness, NULL, 0);
	}
	if (!f.program_gone)
		return SIGTERM;
	return f.tracer_status ? f.tracer_status << 8 : f.status;
}
