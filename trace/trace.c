/* SPDX-License-Identifier: MIT
 *
 * The event loop: follow PROGRAM and all it creates, hand each system call's
 * entry to the sink.  Knows no names, policies or output.
 */
#include "trace/trace.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/sys.h"
#include "lib/uapi.h"
#include "syscalls/abi.h"
#include "trace/child.h"
#include "trace/entry.h"
#include "trace/exec.h"
#include "trace/regs.h"
#include "trace/tap.h"
#include "trace/tracees.h"

enum {
	POLL_MS = 10,           /* how soon a signal is seen at the latest */
	NEWBORN_MS = 100,       /* more than it takes until its first stop */
	PATIENCE_MS = 2000,     /* with what the kernel may never be done with */
	/* how often to look for a stop before sleeping: 0.1 to 0.2 ms */
	LOOKS = 400,
	HOPE = 8,               /* how often to look in vain, at first */
	RETRY = 64,             /* then look only before each 64th sleep */
	ROUND = 1024,           /* stops that are timed together */
	IDLE_MS = 1000,         /* too long for the stops to be what matters */
	AWHILE = 64,            /* rounds of looking before one of sleeping */
	SOON = 8,               /* and the other way round */
	TURN = 16,              /* stops a tracee, until each gets its turn */
};

/* what happened to a tracee; the terms of ptrace(2) */
enum event {
	EV_GONE,                /* exited, or killed */
	EV_SYSCALL,             /* entry or exit stop */
	EV_SECCOMP,             /* a filter's RET_TRACE */
	EV_EXEC,
	EV_FORK,                /* or vfork or clone */
	EV_EXIT,                /* about to exit, if asked for */
	EV_BIRTH,               /* a new one's first stop, or SIGCONT */
	EV_GROUP_STOP,
	EV_SIGNAL,              /* signal-delivery stop */
};

static int n_cpus;              /* that we may run on */

static struct entry entry;

/* numbers that mean something to us, by ABI */
static struct {
	uint32_t clone, clone3, reboot, prctl, seccomp;
} calls[ABI_MAX];

static int n_untraced;          /* tracees in state UNTRACED_* */
static int n_held;              /* and in HELD */

static volatile sig_atomic_t woken;     /* a signal wants the loop to look */
static volatile sig_atomic_t terms;     /* SIGTERMs to the tracer itself */
static volatile sig_atomic_t ending;    /* a signal that ends services */
static volatile sig_atomic_t want_snapshot;

/* A signal that comes just before the loop blocks in waitpid would be seen only
 * after the next stop: ring again until the loop has looked. */
static void
poll_in(uint32_t ms)
{
	sys_set_timer((long[]){ 0, POLL_MS * 1000, (long)(ms / 1000),
	    (long)(ms % 1000 * 1000) }, NULL);
}

static void
poll_soon(void)
{
	poll_in(POLL_MS);
}

static void
on_wakeup(int sig)
{
	if (sig == SIGTERM)
		terms++;
	if (sig != SIGALRM && sig != SIGUSR1)
		ending = 1;
	if (sig != SIGALRM)
		want_snapshot = 1;
	woken = 1;
	poll_soon();
}

static void
set(struct tracee *t, unsigned bits)
{
	t->state = (uint16_t)(t->state | bits);
}

static void
clear(struct tracee *t, unsigned bits)
{
	t->state = (uint16_t)(t->state & ~bits);
}

/* nothing else looks at the bits of a wait status */
static enum event
classify(int status)
{
	if (WIFEXITED(status) || WIFSIGNALED(status))
		return EV_GONE;
	switch (status >> 16) {
	case PTRACE_EVENT_STOP:
		return WSTOPSIG(status) == SIGTRAP ? EV_BIRTH : EV_GROUP_STOP;
	case PTRACE_EVENT_SECCOMP:
		return EV_SECCOMP;
	case PTRACE_EVENT_EXEC:
		return EV_EXEC;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		return EV_FORK;
	case PTRACE_EVENT_EXIT:
		return EV_EXIT;
	}
	return WSTOPSIG(status) == (SIGTRAP | 0x80) ? EV_SYSCALL : EV_SIGNAL;
}

static void
lose(struct trace *tr, const char *what, pid_t tid)
{
	log_warn("%s, thread %d:", what, (int)tid);
	tr->incomplete = true;
}

/* ESRCH is normal after any stop: SIGKILL won, the exit will be reported */
static void
request(struct trace *tr, int req, pid_t tid, int sig)
{
	if (ptrace(req, tid, NULL, (void *)(intptr_t)sig) < 0 && errno != ESRCH)
		lose(tr, "can't let it go on", tid);
}

static bool
in_program(const struct trace *tr, pid_t tid)
{
	return tid == tr->shared->program ||
	    syscall(SYS_tgkill, tr->shared->program, tid, 0) == 0;
}

/* Where the kernel counts nobody needs to be held once that began; but with -D
 * PROGRAM's own threads are, so that we learn of its end first. */
static bool
may_leave(const struct trace *tr, const struct tracee *t)
{
	return tr->tap->counter && tr->started && !(t->state & LOADING) &&
	    (tr->shared->proxy || !in_program(tr, t->tid));
}

static void
leave(struct trace *tr, struct tracee *t, int sig)
{
	/* first, as it may stop at once, and the front then has to tell */
	if (t->tid == tr->shared->program)
		tr->shared->detached = 1;
	request(tr, PTRACE_DETACH, t->tid, sig);
	if (tracee_has_slot(t))
		tracee_drop(t);
}

static void
resume(struct trace *tr, struct tracee *t, int sig)
{
	int req = tr->resume;

	if ((t->state & LEFT) || may_leave(tr, t)) {
		leave(tr, t, sig);
		return;
	}
	if (t->state & WANTS_EXIT)
		req = PTRACE_SYSCALL;
	request(tr, req, t->tid, sig);
}

/* With CLONE_UNTRACED a child would get away; under the seccomp tap its every
 * call would fail.  The flag is taken out of the register or, for clone3, the
 * struct in memory, and put back at the exit stop. */
static void
clear_untraced(struct trace *tr, struct tracee *t, int abi,
    const struct syscall_stop *s)
{
	uint64_t flags;
	/* the low word of the 64-bit flags */
	uint64_t low = s->args[0] + (abis[abi].big_endian ? 4 : 0);

	if (s->nr == calls[abi].clone) {
		if (!(s->args[0] & UAPI_CLONE_UNTRACED))
			return;
		flags = s->args[0] & ~(uint64_t)UAPI_CLONE_UNTRACED;
		if (regs_set_arg0(t->tid, flags) < 0)
			lose(tr, "can't clear CLONE_UNTRACED", t->tid);
		set(t, UNTRACED_REG);
		t->saved = s->args[0];
		n_untraced++;
	} else if (s->nr == calls[abi].clone3) {
		/* unreadable memory fails the call as well */
		if (regs_peek(t->tid, low, 4, &flags) < 0 ||
		    !(flags & UAPI_CLONE_UNTRACED))
			return;
		flags &= ~(uint64_t)UAPI_CLONE_UNTRACED;
		if (regs_poke(t->tid, low, 4, flags) < 0)
			lose(tr, "can't clear CLONE_UNTRACED", t->tid);
		set(t, UNTRACED_MEM);
		t->saved = low;
		n_untraced++;
	}
}

/* put it back as parent had it, in parent itself or in its child's copy */
static void
restore_untraced(const struct tracee *parent, pid_t tid)
{
	uint64_t flags;

	if ((parent->state & UNTRACED_REG) && regs_arg0_survives(tid))
		regs_set_arg0(tid, parent->saved);
	if ((parent->state & UNTRACED_MEM) &&
	    regs_peek(tid, parent->saved, 4, &flags) == 0)
		regs_poke(tid, parent->saved, 4, flags | UAPI_CLONE_UNTRACED);
}

static void
end_untraced(struct tracee *t)
{
	if (t->state & UNTRACED)
		n_untraced--;
	clear(t, UNTRACED);
}

/* The call is not made.  Where the number's register is also the result's,
 * mips, that is set at the exit. */
static void
refuse(struct trace *tr, struct tracee *t, int error)
{
	end_untraced(t);
	if (regs_skip_call(t->tid, error) < 0) {
		if (errno != ESRCH)
			lose(tr, "can't refuse its call", t->tid);
		return;
	}
	set(t, REFUSED);
	t->saved = (uint64_t)error;
}

/* let the sink see the call, and do as it caps */
static void
judge(struct trace *tr, struct tracee *t, const struct syscall_stop *s)
{
	int verdict = tr->sink(tr->arg,
	    &(struct caller){ t->tid, t->image }, s);

	if (verdict == CALL_GOES)
		return;
	if (verdict == CALL_KILLS) {
		kill(t->tid, SIGKILL);
		return;
	}
	refuse(tr, t, verdict);
}

static void
snapshot(struct trace *tr)
{
	if (tr->tap->counter)
		tr->tap->counter->collect(tr);
	tr->snapshot(tr->arg);
}

void
trace_note_filter(struct trace *tr, int abi, const struct syscall_stop *s)
{
	static bool said;

	if (tr->resume == PTRACE_SYSCALL || !(s->nr == calls[abi].seccomp ||
	    (s->nr == calls[abi].prctl && s->args[0] == PR_SET_SECCOMP)))
		return;
	if (!tr->tap->counter && regs_has_syscall_info)
		tr->resume = PTRACE_SYSCALL;
	else if (!said)
		log_warn("a seccomp filter of the program's own: what that refuses "
		    "is recorded by -t stop only");
	said = true;
}

static void
call_entry(struct trace *tr, struct tracee *t, const struct syscall_stop *s)
{
	int abi = abi_find(s->audit_arch, s->nr);

	if (!tr->started)
		return;         /* our own calls before execve */
	if (abi >= 0 && !(t->state & REFUSED))
		clear_untraced(tr, t, abi, s);
	if (!(t->state & LOADING))
		judge(tr, t, s);
	if (abi >= 0)
		trace_note_filter(tr, abi, s);
	/* the last chance */
	if (abi >= 0 && s->nr == calls[abi].reboot)
		snapshot(tr);
}

static void
call_exit(struct tracee *t)
{
	if (t->state & REFUSED)
		regs_set_error(t->tid, (int)t->saved);
	restore_untraced(t, t->tid);
	end_untraced(t);
	clear(t, INSIDE | SURE | REFUSED | COUNTED);
}

static void
on_syscall(struct trace *tr, struct tracee *t)
{
	struct syscall_stop s = { .kind = STOP_EXIT };

	/* straight after an entry only the exit can follow: no need to ask */
	if (!(t->state & SURE) && regs_syscall(t->tid, &s) < 0) {
		if (errno != ESRCH)
			lose(tr, "can't read its registers", t->tid);
		return;
	}
	if (s.kind == STOP_UNKNOWN)
		s.kind = t->state & INSIDE ? STOP_EXIT : STOP_ENTRY;
	if (s.kind == STOP_EXIT) {
		call_exit(t);
		return;
	}
	set(t, INSIDE | SURE);
	/* else it was counted at its filter's stop */
	if (tr->resume == PTRACE_SYSCALL) {
		set(t, COUNTED);
		call_entry(tr, t, &s);
	}
}

static void
on_seccomp(struct trace *tr, struct tracee *t)
{
	struct syscall_stop s;
	unsigned long cookie = 0;

	/* with its number taken away already */
	if (t->state & REFUSED)
		return;
	set(t, INSIDE);
	clear(t, SURE);
	if (regs_syscall(t->tid, &s) < 0) {
		if (errno != ESRCH)
			lose(tr, "can't read its registers", t->tid);
		return;
	}
	if (s.kind == STOP_SECCOMP)
		cookie = s.cookie;
	else
		ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &cookie);
	/* of the program's own filter: without a tracer of its own, ENOSYS; a
	 * negative number is taken for a skipped call, whatever it returns */
	if ((cookie != TAP_COOKIE || (int32_t)s.nr < 0) && tr->started)
		refuse(tr, t, ENOSYS);
	if (!(t->state & COUNTED))
		call_entry(tr, t, &s);
}

/* here counting would begin; what is entered is left to itself */
static void
enter(struct trace *tr, struct tracee *t)
{
	struct regs_context c;

	if (regs_get_context(t->tid, &c) == 0)
		tr->enter(tr->arg, t->tid, c.pc);
	set(t, LEFT);
}

static void
release(struct trace *tr, struct tracee *t)
{
	clear(t, HELD);
	n_held--;
	if (tr->enter)
		enter(tr, t);
	resume(tr, t, 0);
}

/* let those go that may wait for a fork event which will not come */
static void
release_held(struct trace *tr)
{
	struct tracee *t = NULL;

	while (n_held && (t = tracee_next(t))) {
		if (!(t->state & HELD))
			continue;
		entry_clean(&entry, t->tid);
		release(tr, t);
		t = NULL;               /* slots may have moved */
	}
}

/* PROGRAM is loaded: it counts from here on */
static void
begin(struct trace *tr, struct tracee *t)
{
	long options = PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE;

	clear(t, LOADING);
	if (!tr->tap->counter)
		return;
	tr->tap->counter->start_counting();
	if (tr->shared->program == 1)
		options |= PTRACE_O_TRACEEXIT;
	/* should it stay: a new leader and its end are all that matters */
	ptrace(PTRACE_SETOPTIONS, t->tid, NULL, (void *)options);
}

/* PROGRAM itself: from here on, or from its entry point on, calls count */
static void
first_exec(struct trace *tr, struct tracee *t)
{
	struct syscall_stop s = {
		.audit_arch = abis[0].audit_arch,
		.nr = (uint32_t)abi_nr(0, "execve"),
	};

	tr->started = true;
	tr->processes = 1;
	entry.trap_ignored = tr->trap_ignored;
	if (!tr->exec_scope && entry_arm(&entry, t->tid) == 0) {
		set(t, LOADING);
		return;
	}
	if (tr->enter) {
		enter(tr, t);
		return;
	}
	begin(tr, t);
	if (!tr->exec_scope)
		log_warn("its entry point can't be found, so its loader's calls "
		    "are recorded too:");
	/* it is made: too late to refuse it */
	tr->sink(tr->arg, &(struct caller){ t->tid, t->image }, &s);
}

static void
image_executed(struct trace *tr, struct tracee *t)
{
	char path[1024] = "";

	if (tr->verbose || tr->executed)
		exec_path(t->tid, path, sizeof path);
	if (tr->verbose)
		log_warn("%d: exec %s", (int)t->tid, path);
	if (tr->executed)
		t->image = (uint8_t)tr->executed(tr->arg, t->tid, t->image,
		    path);
}

/* returns the thread's state, which may have moved */
static struct tracee *
on_exec(struct trace *tr, struct tracee *t)
{
	struct tracee *old;
	unsigned long former = 0;
	pid_t tid;

	/* executed by a thread that is not the leader, it gets the leader's
	 * tid; neither its own exit nor the old leader's is reported */
	if (ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &former) == 0 &&
	    (pid_t)former != t->tid && (old = tracee_find((pid_t)former))) {
		tid = t->tid;
		tracee_drop(old);
		t = tracee_find(tid);
		if (!t)         /* it had no slot: there is one now */
			t = tracee_add(tid);
	}
	end_untraced(t);
	if (t->state & LOADING)
		begin(tr, t);
	t->state = INSIDE;
	image_executed(tr, t);
	if (!tr->privileged && exec_gains_privileges(t->tid)) {
		log_warn("%d: a program that would gain privileges ran without",
		    (int)t->tid);
		tr->privileged = true;  /* one line is enough */
	}
	if (entry.armed && t->tid == entry.tid)
		entry.armed = false;    /* its memory is gone */
	if (!tr->started && t->tid == tr->shared->program)
		first_exec(tr, t);
	return t;
}

/* A child may have a copy of the breakpoint, or of flags that were changed for
 * the call that made it: those are put right while both are stopped.  Which of
 * the two stops is seen first is chance. */
static void
mend_child(struct trace *tr, const struct tracee *parent, pid_t tid)
{
	bool mend = entry.armed || (parent->state & UNTRACED);
	struct tracee *child = tracee_find(tid);
	int status;

	if (!child) {
		/* no stranger any more when it stops */
		child = tracee_add(tid);
		if (child)
			child->image = parent->image;
		if (!mend || !child || waitpid(tid, &status, __WALL) != tid)
			return;
		if (!WIFSTOPPED(status)) {
			tracee_drop(child);
			return;
		}
		child->state = HELD;
		n_held++;
	}
	if (!(child->state & HELD))
		return;
	child->image = parent->image;
	if (entry.armed)
		entry_forked(&entry, parent->tid, tid);
	restore_untraced(parent, tid);
	release(tr, child);
}

static void
on_fork(struct trace *tr, const struct tracee *t, int event)
{
	unsigned long child = 0;

	if (event != PTRACE_EVENT_CLONE && !tr->tap->counter)
		tr->processes++;
	if (ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &child) < 0)
		return;
	if (tr->verbose)
		log_warn("%d: starts %d", (int)t->tid, (int)child);
	mend_child(tr, t, (pid_t)child);
}

static bool
program_stopped(const struct trace *tr)
{
	struct tracee *t = NULL;

	/* its leader may have ended */
	while ((t = tracee_next(t)))
		if ((t->state & STOPPED) && in_program(tr, t->tid))
			return true;
	return false;
}

/* PROGRAM goes on or is gone: the front, which stopped as it did, must too */
static void
wake_front(const struct trace *tr)
{
	if (!tr->shared->proxy)
		return;
	kill(tr->shared->proxy, SIGCONT);
	if (tr->shared->stopping)
		poll_soon();    /* it may stop only now */
}

static void
goes_on(const struct trace *tr, struct tracee *t)
{
	if ((t->state & STOPPED) && in_program(tr, t->tid))
		wake_front(tr);
	clear(t, STOPPED);
}

/* false: the tracee is to stay stopped */
static bool
on_birth(struct trace *tr, struct tracee *t, bool fresh,
    const struct tracee *spare)
{
	if (fresh && (entry.armed || n_untraced || tr->executed) &&
	    t != spare) {
		set(t, HELD);
		n_held++;
		return false;
	}
	if (tr->enter && tr->started && !(t->state & (LOADING | STOPPED)))
		enter(tr, t);
	goes_on(tr, t);
	return true;
}

/* what the front handed on is to look as if it had come from its sender */
static void
restore_sender(const struct shared *sh, pid_t tid, int sig)
{
	siginfo_t si;

	if (!sh->proxy || ptrace(PTRACE_GETSIGINFO, tid, NULL, &si) < 0 ||
	    si.si_code != SI_USER || si.si_pid != sh->proxy)
		return;
	si.si_pid = sh->sent[sig].pid;
	si.si_uid = sh->sent[sig].uid;
	si.si_code = sh->sent[sig].code;
	ptrace(PTRACE_SETSIGINFO, tid, NULL, &si);
}

static void
on_signal(struct trace *tr, struct tracee *t, int sig)
{
	if (sig == SIGTRAP && entry_hit(&entry, t->tid)) {
		struct tracee *leader = tracee_find(entry.tid);

		if (leader) {
			begin(tr, leader);
			if (tr->enter)
				enter(tr, leader);
		}
		release_held(tr);
		sig = 0;
	} else {
		restore_sender(tr->shared, t->tid, sig);
	}
	goes_on(tr, t);         /* it did before we were its tracer again */
	if (tr->verbose && sig)
		log_warn("%d: signal %d", (int)t->tid, sig);
	resume(tr, t, sig);
}

static void
on_gone(struct trace *tr, struct tracee *t, int status)
{
	const struct shared *sh = tr->shared;
	bool is_program = t->tid == sh->program;

	if (is_program && (t->state & LOADING)) {
		log_warn("the program ended before its entry point; "
		    "-s exec records what its loader did");
		entry.armed = false;
		release_held(tr);
	}
	/* or it stood for PROGRAM; see rejoin() */
	if (is_program ? (t->state & STOPPED) || sh->stopping :
	    sh->stopping && !tracee_find(sh->program))
		wake_front(tr);
	if (tr->verbose && WIFSIGNALED(status))
		log_warn("%d: killed by signal %d", (int)t->tid, WTERMSIG(status));
	else if (tr->verbose)
		log_warn("%d: exits with %d", (int)t->tid, WEXITSTATUS(status));
	if (tracee_has_slot(t)) {
		end_untraced(t);
		n_held -= (t->state & HELD) != 0;
		tracee_drop(t);
	}
	/* it may have been killed in the call that makes a child; a breakpoint
	 * in memory that a held one shares is not to be lost for that */
	if (!entry.armed)
		release_held(tr);
}

static bool overfull;           /* there are tracees without a slot */

/* the state of a thread that stopped; spare is its state for this one stop if
 * there is no slot left */
static struct tracee *
tracee_get(struct trace *tr, pid_t tid, struct tracee *spare, bool *fresh)
{
	struct tracee *t = tracee_find(tid);

	*fresh = !t;
	if (!t)
		t = tracee_add(tid);
	if (t)
		return t;
	if (!overfull)
		log_warn("more than %d threads at once: the rest is %s",
		    MAX_TRACEES, regs_has_syscall_info ||
		    tr->resume == PTRACE_CONT ?
		    "recorded without state" : "not recorded");
	overfull = true;
	*spare = (struct tracee){ .tid = tid, .image = IMAGE_UNKNOWN };
	if (!regs_has_syscall_info && tr->resume == PTRACE_SYSCALL) {
		spare->state = INSIDE;  /* which is not known: count nothing */
		tr->incomplete = true;
	}
	return spare;
}

static void
dispatch(struct trace *tr, pid_t tid, int status)
{
	enum event ev = classify(status);
	struct tracee spare, *t = tracee_find(tid);
	bool fresh;

	/* what is no tracee, or was freed at the exec of another thread */
	if (ev == EV_GONE && !t) {
		spare = (struct tracee){ .tid = tid };
		on_gone(tr, &spare, status);
		return;
	}
	t = tracee_get(tr, tid, &spare, &fresh);
	if (ev != EV_SYSCALL)
		clear(t, SURE);
	switch (ev) {
	case EV_GONE:
		on_gone(tr, t, status);
		return;
	case EV_SYSCALL:
		on_syscall(tr, t);
		break;
	case EV_SECCOMP:
		on_seccomp(tr, t);
		break;
	case EV_EXEC:
		t = on_exec(tr, t);
		break;
	case EV_FORK:
		on_fork(tr, t, status >> 16);
		if (t != &spare)        /* its slot may have moved */
			t = tracee_find(tid);
		break;
	case EV_EXIT:
		/* when an init is gone the kernel kills its namespace and us */
		if (in_program(tr, tid) && tr->started)
			snapshot(tr);
		break;
	case EV_BIRTH:
		if (!on_birth(tr, t, fresh, &spare))
			return;
		break;
	case EV_GROUP_STOP:
		set(t, STOPPED);
		request(tr, PTRACE_LISTEN, tid, 0);
		return;
	case EV_SIGNAL:
		on_signal(tr, t, WSTOPSIG(status));
		return;
	}
	resume(tr, t, 0);
}

/* Look for a stop or exit of tid, or of any if that is -1, or with flags 0 wait
 * for one; as waitpid.  With -D PROGRAM's parent learns of its exit when we reap
 * it, so the result is written before. */
static pid_t
look(struct trace *tr, pid_t tid, int flags, int *status)
{
	siginfo_t si = { 0 };

	if (tr->shared->proxy || tr->attached)
		return waitpid(tid, status, __WALL | flags);
	if (waitid(tid < 0 ? P_ALL : P_PID, (id_t)tid, &si,
	    WEXITED | WSTOPPED | WNOWAIT | __WALL | flags) < 0)
		return -1;
	if (!si.si_pid)
		return 0;
	if (si.si_pid == tr->shared->program && tr->started &&
	    si.si_code != CLD_STOPPED && si.si_code != CLD_TRAPPED)
		snapshot(tr);
	/* What was seen may be gone: a leader that was stopped and is now
	 * killed by another thread's exec can only be reaped after that thread,
	 * so never block for just this one. */
	tid = waitpid(si.si_pid, status, __WALL | WNOHANG);
	return tid > 0 ? tid : 0;
}

/* Waking a CPU that sleeps takes longer than all else of a stop, ten times as
 * long in a virtual machine.  So while stops come one after the other, and
 * there is a CPU that no tracee needs, look for the next one for a while before
 * going to sleep.  But where others keep the CPUs busy, the tracee may wait for
 * one while we hold ours: only the time that it takes can tell.  So both ways
 * are timed, and sleeping is given up for what is clearly faster. */
static bool
looking_pays(void)
{
	static unsigned stops, rounds;
	static bool looking = true;
	static uint32_t since, took[2];
	uint32_t now, ms;
	bool better;

	if (stops++ % ROUND)
		return looking;
	now = sys_now_ms();
	ms = now - since;
	since = now;
	if (stops == 1 || ms >= IDLE_MS)
		return looking;
	took[looking] = ms;
	better = took[1] * 6 <= took[0] * 5;
	if (++rounds == (looking ? AWHILE : SOON))
		better = !looking;      /* it may have changed */
	if (better != looking)
		rounds = 0;
	looking = better;
	return looking;
}

/* as waitpid; 0 if there is none yet */
static pid_t
look_for_a_while(struct trace *tr, int *status)
{
	static unsigned hope, sleeps;
	int looks = n_tracees < n_cpus && looking_pays() &&
	    (hope || sleeps++ % RETRY == 0) ? LOOKS : 0;
	pid_t tid;

	for (; looks > 0; looks--) {
		tid = look(tr, -1, WNOHANG, status);
		if (tid == 0)
			continue;
		hope = HOPE;
		return tid;
	}
	if (hope)
		hope--;
	return 0;
}

/* With no tracee left a wait would be for children that we had before our exec.
 * But one that was just born may still show up. */
static pid_t
look_for_newborn(struct trace *tr, int *status)
{
	int looks = tr->tap->counter ? 1 : NEWBORN_MS / POLL_MS;
	pid_t tid;

	while ((tid = look(tr, -1, WNOHANG, status)) == 0 && --looks > 0)
		sys_sleep_ms(POLL_MS);
	if (tid)
		return tid;
	errno = ECHILD;
	return -1;
}

/* 1: a stop or exit; 0: there is nothing left to wait for; -1: interrupted, or
 * an error that was said */
static int
next_stop(struct trace *tr, pid_t *tid, int *status)
{
	*tid = look_for_a_while(tr, status);
	if (*tid == 0)
		*tid = tr->attached && !n_tracees && !overfull ?
		    look_for_newborn(tr, status) : look(tr, -1, 0, status);
	if (*tid > 0)
		return 1;
	if (*tid == 0 || errno == EINTR)
		return -1;
	if (errno != ECHILD) {
		log_warn("waitpid:");
		tr->incomplete = true;
	}
	return 0;
}

/* The kernel tells of the youngest tracee first: a few that are never idle would
 * keep the others, and a signal to them, waiting for as long.  So after some
 * stops each gets its turn. */
static void
take_turns(struct trace *tr)
{
	static int stops;
	struct tracee *t = NULL;
	int status;
	pid_t tid;

	if (n_tracees < 2 || ++stops < TURN * n_tracees)
		return;
	stops = 0;
	while ((t = tracee_next(t)))
		if ((tid = look(tr, t->tid, WNOHANG, &status)) > 0)
			dispatch(tr, tid, status);
}

/* To its leader only, so that each process gets it once; but for any thread,
 * as some wait for it while the leader blocks it, or has ended. */
static void
signal_process(pid_t tid, int sig)
{
	if (syscall(SYS_tgkill, tid, tid, 0) == 0)
		kill(tid, sig);
}

/* signals that the front wants the remaining processes to get */
static void
relay_signal(const struct tap *tap, int sig)
{
	struct tracee *t = NULL;
	pid_t tid = 0;

	while ((t = tracee_next(t)))
		signal_process(t->tid, sig);
	while (tap->counter && (tid = tap->counter->next_thread(tid)))
		signal_process(tid, sig);
}

/* Who was let go stopped, and the front with it.  To learn when it goes on, be
 * its tracer again, of another thread if its leader has ended; should it have
 * gone on already, a stop tells that too. */
static void
rejoin(struct trace *tr)
{
	pid_t tid = tr->shared->program, last = 0;
	struct tracee *t;

	if (tracee_find(tid) || program_stopped(tr))
		return;
	while (ptrace(PTRACE_SEIZE, tid, NULL, NULL) < 0) {
		do last = tr->tap->counter->next_thread(last);
		while (last && !in_program(tr, last));
		if (!last)
			return;
		tid = last;
	}
	t = tracee_add(tid);
	if (t)
		set(t, STOPPED);
	ptrace(PTRACE_INTERRUPT, tid, NULL, NULL);
}

/* what signals asked for; true: leave */
static bool
attend(struct trace *tr)
{
	struct shared *sh = tr->shared;
	static struct term_times term_times;
	static bool due_set;
	static uint32_t due;
	static int stops;
	uint32_t now = sys_now_ms(), period = tr->interval * 1000;
	bool stopping;
	int status;

	woken = 0;
	/* after that, or its news would be lost; and before sh->stops, which the
	 * front counts up before it sets this */
	stopping = sh->proxy && sh->stopping;
	if (!due_set)
		due = now + period;
	due_set = true;
	if (sh->relay) {
		relay_signal(tr->tap, sh->relay);
		sh->relay = 0;
	}
	/* the front was killed: PROGRAM is nobody's service any more */
	if (sh->proxy && getppid() != sh->proxy)
		sh->leave = 1;
	for (; terms > 0; terms--)
		if (term_is_third(&term_times))
			sh->leave = 1;
	if (tr->attached && ending)
		sh->leave = 1;
	if (want_snapshot || (period && (int32_t)(now - due) >= 0)) {
		want_snapshot = 0;
		due = now + period;
		if (tr->started && !sh->leave)
			snapshot(tr);
	}
	if (tr->tap->counter && sh->stops != stops) {
		stops = sh->stops;
		rejoin(tr);
	}
	/* the front may have been told of PROGRAM's stop before we looked */
	if (stopping && !program_stopped(tr) &&
	    look(tr, sh->program, WNOHANG, &status) == sh->program)
		dispatch(tr, sh->program, status);
	if (stopping && !program_stopped(tr)) {
		kill(sh->proxy, SIGCONT);
		poll_soon();
	} else {
		poll_in(period ? due - now : 0);
	}
	return sh->leave;
}

/* that ends the ringing, so look again for what came meanwhile */
static bool
attend_all(struct trace *tr)
{
	while (woken)
		if (attend(tr))
			return true;
	return false;
}

/* Before we go nothing may be left in PROGRAM that needs us.  It may be in any
 * state, so wait for its next stop. */
static void
clean_up(void)
{
	int status;

	if (!entry.armed)
		return;
	ptrace(PTRACE_INTERRUPT, entry.tid, NULL, NULL);
	if (waitpid(entry.tid, &status, __WALL) == entry.tid &&
	    WIFSTOPPED(status))
		entry_disarm(&entry, entry.tid);
}

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

static const int wakers[] = {
	SIGUSR1, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGALRM,
};

static void
wakers_set(sigset_t *set)
{
	size_t i;

	sigemptyset(set);
	for (i = 0; i < sizeof wakers / sizeof *wakers; i++)
		sigaddset(set, wakers[i]);
}

void
requests_hold_signals(void)
{
	sigset_t signals;

	wakers_set(&signals);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	/* but not our own clock's */
	sigemptyset(&signals);
	sigaddset(&signals, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &signals, NULL);
}

/* a process that only looks on may be told by nohup(1) to stay */
static bool
is_to_stay(const struct trace *tr, int sig)
{
	struct sigaction sa;

	return tr->attached && sig == SIGHUP &&
	    sigaction(sig, NULL, &sa) == 0 && sa.sa_handler == SIG_IGN;
}

static void
listen_to_signals(const struct trace *tr)
{
	struct sigaction sa = { .sa_handler = on_wakeup };
	sigset_t awaited;
	size_t i;

	for (i = 0; i < sizeof wakers / sizeof *wakers; i++)
		if (!is_to_stay(tr, wakers[i]))
			sigaction(wakers[i], &sa, NULL);
	wakers_set(&awaited);
	sigprocmask(SIG_UNBLOCK, &awaited, NULL);
}

static void
init(struct trace *tr)
{
	int abi;

	tr->resume = tr->tap->resume;
	n_cpus = count_cpus();
	for (abi = 0; abi < abi_count; abi++) {
		calls[abi].clone = (uint32_t)abi_nr(abi, "clone");
		calls[abi].clone3 = (uint32_t)abi_nr(abi, "clone3");
		calls[abi].reboot = (uint32_t)abi_nr(abi, "reboot");
		calls[abi].prctl = (uint32_t)abi_nr(abi, "prctl");
		calls[abi].seccomp = (uint32_t)abi_nr(abi, "seccomp");
	}
	woken = 1;
	listen_to_signals(tr);
	if (tr->shared->proxy)
		prctl(PR_SET_PDEATHSIG, SIGHUP, 0, 0, 0);
}

static int
seize(const struct trace *tr, pid_t tid, long more)
{
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |
	    PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
	    tr->tap->options | more;

	return ptrace(PTRACE_SEIZE, tid, NULL, (void *)options) < 0 ? -1 : 0;
}

int
trace_seize(struct trace *tr)
{
	pid_t program = tr->shared->program;

	if (seize(tr, program, program == 1 ? PTRACE_O_TRACEEXIT : 0) == 0 &&
	    tracee_add(program))
		return 0;
	log_warn("can't trace the program:");
	return -1;
}

/* what was taken of the kernel before trace_run */
static struct { pid_t tid; int status; } taken[2 * MAX_TRACEES];
static int n_taken;
static int rings;               /* while one thread is being seized */

/* Nothing goes on by that, so no tracee stops more than once.  Who asks us to end
 * need not wait for an exec that hangs. */
static void
take_stops(int sig)
{
	const int max = sizeof taken / sizeof *taken;
	int error = errno, status;
	sigset_t held;
	pid_t tid;

	(void)sig;
	while (n_taken < max &&
	    (tid = waitpid(-1, &status, __WALL | WNOHANG)) > 0) {
		taken[n_taken].tid = tid;
		taken[n_taken++].status = status;
	}
	if (++rings > PATIENCE_MS / POLL_MS) {
		wakers_set(&held);
		sigprocmask(SIG_UNBLOCK, &held, NULL);
	}
	errno = error;
}

/* To seize a thread is to wait for an exec of its process, and that waits for the
 * process's other threads to be gone: until their end is taken, if they are
 * ours. */
static int
seize_patiently(struct trace *tr, pid_t tid)
{
	int r;

	rings = 0;
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = take_stops },
	    NULL);
	poll_soon();
	r = seize(tr, tid, 0);
	poll_in(0);
	return r;
}

/* only its tracer can, so: is it ours? */
static bool
interrupt(pid_t tid)
{
	return ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) == 0;
}

int
attach_thread(struct trace *tr, pid_t tid, pid_t pid)
{
	struct tracee *t = tracee_find(tid);
	char path[1024];
	int error;

	if (t && interrupt(tid))
		return 0;
	/* it was a leader, whose place another thread's exec took untold */
	if (t)
		tracee_drop(t);
	if (seize_patiently(tr, tid) < 0) {
		error = errno;
		/* the child of a thread that we have was born ours, and its
		 * stops are still to come */
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
			tracee_drop(t);
	}
	t = tracee_add(tid);
	if (t && tr->executed && exec_running(tid, path, sizeof path) == 0)
		/* by nobody we know; a thread is no execution of its own */
		t->image = (uint8_t)tr->executed(tr->arg, tid,
		    tid == pid ? IMAGE_NONE : IMAGE_UNKNOWN, path);
	tr->started = true;
	/* its calls stop it from its next resume on */
	interrupt(tid);
	return 1;
}

int
trace_run(struct trace *tr)
{
	struct shared *sh = tr->shared;
	int status, r = -1, i;
	pid_t tid;

	init(tr);
	for (i = 0; i < n_taken; i++)
		dispatch(tr, taken[i].tid, taken[i].status);
	do {
		if (attend_all(tr)) {
			clean_up();
			break;
		}
		r = next_stop(tr, &tid, &status);
		if (r > 0) {
			dispatch(tr, tid, status);
			take_turns(tr);
		} else if (r == 0 && tr->tap->counter &&
		    !tr->tap->counter->wait_for_end()) {
			r = -1;
		}
	} while (r != 0);
	poll_in(0);
	if (tr->tap->counter)
		tr->tap->counter->collect(tr);
	/* the front may be about to stop, as PROGRAM did before it went on */
	sh->done = 1;
	while (r == 0 && sh->proxy == getppid() && sh->stopping) {
		kill(sh->proxy, SIGCONT);
		sys_sleep_ms(POLL_MS);
	}
	return tr->started ? 0 : -1;
}

/* No DETACH: who is stopped on its way into a call would get EINTR of it. */
static void
let_run(struct trace *tr, pid_t tid, int status)
{
	struct tracee *t = tracee_find(tid);
	enum event ev = classify(status);

	/* what was changed for a call is put back at any stop */
	if (t)
		call_exit(t);
	if (ev == EV_GONE)
		return;
	ptrace(PTRACE_SETOPTIONS, tid, NULL, NULL);
	request(tr, ev == EV_GROUP_STOP ? PTRACE_LISTEN : PTRACE_CONT, tid,
	    ev == EV_SIGNAL ? WSTOPSIG(status) : 0);
}

int
attach_let_go(struct trace *tr, pid_t writer)
{
	uint32_t start = sys_now_ms();
	bool written = false;
	struct tracee *t = NULL;
	int status, result = 0;
	pid_t tid;

	release_held(tr);
	/* others may be blocked, and get another EINTR if they were stopped */
	while ((t = tracee_next(t)))
		if (t->state & UNTRACED)
			ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL);
	poll_soon();
	while (!written || (n_untraced && sys_now_ms() - start < PATIENCE_MS)) {
		tid = waitpid(-1, &status, __WALL);
		if (tid > 0 && tid != writer) {
			let_run(tr, tid, status);
		} else if (tid > 0) {
			result = status;
			written = true;
		} else if (errno != EINTR) {
			break;
		}
	}
	return result;
}
