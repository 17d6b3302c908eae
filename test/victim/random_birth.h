/* SPDX-License-Identifier: MIT */
/*
 * The actions of victim_random that make processes and threads, and how those
 * begin and end.  No errno and no other state of the C library: see
 * make_task.h.
 */
#include "victim.h"
#include "random_plan.h"

#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "make_task.h"

#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif
#define CLONE_CLEAR_SIGHAND_ 0x100000000u
#ifndef SYS_clone3
#define SYS_clone3 (SYS_clone - __NR_clone + 435)
#endif

enum {
	STACK_SIZE = 65536,
	N_SHORT = 4,            /* short-lived threads of one action */
	PATIENCE = 4000,        /* ms, for what should not take as long */
};

struct clone_args_ {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal;
	uint64_t stack, stack_size, tls;
};

struct task {
	int action;
	unsigned place;         /* bits of random_plan.h */
	void (*run)(struct task *);
	long number;            /* a PID for its role, or which one it is */
	int execs;              /* of the creator, before */
	volatile int ended;
};

static struct random_file *file;
static uint64_t seed, mask;
static char *self;              /* the path of this program */
/* an action makes one child; a waker beside that has a copy of the memory */
static char stacks[RANDOM_ACTIONS_MAX][STACK_SIZE] __attribute__((aligned(16)));
static struct task tasks[RANDOM_ACTIONS_MAX];
static struct task short_tasks[RANDOM_ACTIONS_MAX][N_SHORT];
static int tids[RANDOM_ACTIONS_MAX][2];

static void run_actions(int first, int end, const struct task *t);

/* call a number of an action, the first time only */
static void
mark_point(int action, enum random_point point)
{
	unsigned i = (unsigned)action * RANDOM_POINTS + point;
	bool foreign = file->word != sizeof(long);

	if (!__sync_bool_compare_and_swap(&file->called[i], NOT_CALLED,
	    foreign ? CALLING_IN_32_BITS : CALLING))
		return;
	syscall(RANDOM_FIRST + (long)i);
	file->called[i] = foreign ? CALLED_IN_32_BITS : CALLED;
}

static void
nap_us(long us)
{
	struct timespec ts = { 0, us * 1000 };

	nanosleep(&ts, NULL);
}

static void
pause_at_random(uint64_t *choice)
{
	switch (choose(choice, 6)) {
	case 0:
		sched_yield();
		break;
	case 1:
		nap_us((long)choose(choice, 500));
		break;
	}
}

/* --- how tasks begin and end */

static _Noreturn void
end_task(const struct task *t)
{
	uint64_t choice = plan.action[t->action].choice >> 40;
	bool thread = t->place & IN_THREAD, program = t->place & IN_PROGRAM;
	static const int sigs[] = { SIGTERM, SIGKILL, SIGALRM };
	unsigned n = choose(&choice, 8);

	if (!thread && n < 3)
		kill(getpid(), sigs[n]);
	/* the first process of a PID namespace survives some of that */
	for (;;) {
		if ((thread && program) || n < 6)
			syscall(SYS_exit, 0);
		syscall(SYS_exit_group, (long)choose(&choice, 100));
	}
}

static void
run_body(struct task *t)
{
	mark_point(t->action, AT_CHILD);
	run_actions(t->action + 1, plan.action[t->action].end, t);
	mark_point(t->action, AT_CHILD_END);
}

static void
run_daemon(struct task *t)
{
	long arg[5] = { SIGCHLD };

	syscall(SYS_setsid);
	t->run = run_body;
	make_task(SYS_clone, arg, t);
	syscall(SYS_exit_group, 0);
}

static void
run_unshared(struct task *t)
{
	unshare(CLONE_NEWPID);
	run_body(t);
}

/* do_ptraced() has noted it already */
static void
get_traced(long request, long pid)
{
	if (ptrace((int)request, (pid_t)pid, 0, 0) < 0)
		__sync_fetch_and_sub(&file->traced, 1);
}

/* Only the creator waits for it: no other parent may become its tracer, which it
 * has after CLONE_PARENT or when the creator has ended. */
static void
run_traced(struct task *t)
{
	if (getppid() == (pid_t)t->number)
		get_traced(PTRACE_TRACEME, 0);
	else
		__sync_fetch_and_sub(&file->traced, 1);
	run_body(t);
}

static void
run_short(struct task *t)
{
	if (t->number == 0)
		mark_point(t->action, AT_CHILD);
	else if (t->number == N_SHORT - 1)
		mark_point(t->action, AT_CHILD_END);
	else
		sched_yield();
	syscall(SYS_exit, 0);
}

static _Noreturn void
child_entry(struct task *t)
{
	t->run(t);
	t->ended = 1;
	end_task(t);
}

static struct task *
new_task(int action, const struct task *creator, void (*run)(struct task *))
{
	const struct kind_info *info = &kinds[plan.action[action].kind];
	struct task *t = &tasks[action];

	t->action = action;
	t->place = (creator->place & ~(unsigned)info->removes) | info->adds;
	t->run = run;
	return t;
}

static long
fork_task(struct task *t)
{
	long arg[5] = { SIGCHLD };

	return make_task(SYS_clone, arg, t);
}

/* Reap a child.  1, 0 if none has ended, -1 if there is none.  A stop of one
 * that another thread traces is left to that thread. */
static int
reap_child(void)
{
	siginfo_t si = { .si_pid = 0 };

	if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0)
		return -1;
	if (si.si_pid == 0 || si.si_code == CLD_TRAPPED ||
	    si.si_code == CLD_STOPPED)
		return 0;
	waitpid(si.si_pid, NULL, WNOHANG | __WALL);
	return 1;
}

/* now, at the end of the creator's actions, or never */
static void
wait_at_random(long pid, uint64_t *choice)
{
	if (choose(choice, 2) && pid > 0)
		waitpid((pid_t)pid, NULL, __WALL);
}

/* --- clone with random flags */

static uint64_t
random_flags(uint64_t *choice, const uint64_t *flags)
{
	uint64_t all = 0;

	for (; *flags; flags++)
		if (choose(choice, 4) == 0)
			all |= *flags;
	return all;
}

/* flags as clone3 has them; the signal of the end is in the lowest byte */
static long
clone_task(bool clone3, uint64_t flags, bool own_stack, struct task *t)
{
	int i = t->action;
	struct clone_args_ args = {
		.flags = flags & ~(uint64_t)0xff, .exit_signal = flags & 0xff,
		.pidfd = (uintptr_t)&tids[i][0],
		.parent_tid = (uintptr_t)&tids[i][0],
		.child_tid = (uintptr_t)&tids[i][1],
	};
	long arg[5] = { (long)flags, 0, (long)&tids[i][0] };

	if (clone3 && own_stack) {
		args.stack = (uintptr_t)stacks[i];
		args.stack_size = STACK_SIZE - 64;
	} else if (own_stack) {
		arg[1] = (long)(stacks[i] + STACK_SIZE - 64);
	}
	if (clone3)
		return make_task(SYS_clone3, (long[5]){ (long)&args,
		    sizeof args }, t);
	arg[CLONE_CTID] = (long)&tids[i][1];
	return make_task(SYS_clone, arg, t);
}

/* the same with the flags that are left where some were refused */
static long
clone_or_less(bool clone3, uint64_t flags, uint64_t safe, bool own_stack,
    struct task *t)
{
	long pid = clone_task(clone3, flags, own_stack, t);

	if (pid < 0)
		pid = clone_task(false, flags & safe, own_stack, t);
	return pid;
}

static void
do_clone(int i, const struct task *creator, uint64_t choice)
{
	static const uint64_t may[] = {
		CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_SIGHAND, CLONE_PTRACE,
		CLONE_VFORK, CLONE_PARENT, CLONE_SYSVSEM, CLONE_IO,
		CLONE_UNTRACED, CLONE_PARENT_SETTID, CLONE_CHILD_SETTID,
		CLONE_CHILD_CLEARTID, 0
	}, spaces[] = {
		CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNS,
		CLONE_NEWUSER, CLONE_NEWCGROUP, 0
	};
	static const unsigned char ends[] = { SIGCHLD, SIGCHLD, 0, SIGUSR1,
	    SIGWINCH };
	bool clone3 = plan.action[i].kind == CLONE3, own_stack;
	uint64_t flags = random_flags(&choice, may);

	if (choose(&choice, 4) == 0)
		flags |= random_flags(&choice, spaces);
	if (file->traced)
		flags &= ~(uint64_t)CLONE_PTRACE;
	if (!(flags & CLONE_VM))
		flags &= ~(uint64_t)CLONE_SIGHAND;
	if (clone3 && choose(&choice, 4) == 0)
		flags |= CLONE_CLEAR_SIGHAND_;
	own_stack = choose(&choice, 2) ||
	    (flags & (CLONE_VM | CLONE_VFORK)) == CLONE_VM;
	flags |= ends[choose(&choice, sizeof ends)];
	wait_at_random(clone_or_less(clone3, flags, CLONE_VM | CLONE_VFORK |
	    0xff, own_stack, new_task(i, creator, run_body)), &choice);
}

static void
do_thread(int i, const struct task *creator, uint64_t choice)
{
	static const uint64_t may[] = {
		CLONE_FS, CLONE_FILES, CLONE_PTRACE, CLONE_VFORK, CLONE_PARENT,
		CLONE_SYSVSEM, CLONE_IO, CLONE_UNTRACED, CLONE_PARENT_SETTID,
		CLONE_CHILD_SETTID, CLONE_CHILD_CLEARTID, 0
	};
	const uint64_t thread = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;
	uint64_t flags = thread | random_flags(&choice, may);
	struct task *t = new_task(i, creator, run_body);
	int ms = 0;

	file->stops_unsure = 1;
	if (file->traced)
		flags &= ~(uint64_t)CLONE_PTRACE;
	if (clone_or_less(plan.action[i].kind == THREAD3, flags, thread, true,
	    t) < 0 || choose(&choice, 2))
		return;
	/* it may end without a word */
	for (; !t->ended && ms < 20; ms++)
		nap_us(1000);
}

static void
do_short_threads(int i, const struct task *creator, uint64_t choice)
{
	long arg[5] = { CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_FILES };
	struct task *t;
	int n;

	(void)choice;
	file->stops_unsure = 1;
	for (n = 0; n < N_SHORT; n++) {
		t = &short_tasks[i][n];
		*t = *creator;
		t->action = i;
		t->number = n;
		t->run = run_short;
		arg[1] = (long)(stacks[i] + (n + 1) * (STACK_SIZE / N_SHORT) -
		    64);
		make_task(SYS_clone, arg, t);
	}
}

static void
do_fork(int i, const struct task *creator, uint64_t choice)
{
	struct task *t = new_task(i, creator, run_body);
#ifdef SYS_fork
	long arg[5] = { 0 }, pid = make_task(SYS_fork, arg, t);
#else
	long pid = fork_task(t);
#endif

	wait_at_random(pid, &choice);
}

static void
do_vfork(int i, const struct task *creator, uint64_t choice)
{
	struct task *t = new_task(i, creator, run_body);
#ifdef SYS_vfork
	long arg[5] = { 0 }, pid = make_task(SYS_vfork, arg, t);
#else
	long arg[5] = { CLONE_VM | CLONE_VFORK | SIGCHLD };
	long pid = make_task(SYS_clone, arg, t);
#endif

	wait_at_random(pid, &choice);
}

static void
do_daemon(int i, const struct task *creator, uint64_t choice)
{
	wait_at_random(fork_task(new_task(i, creator, run_daemon)), &choice);
}

static void
do_unshare(int i, const struct task *creator, uint64_t choice)
{
	wait_at_random(fork_task(new_task(i, creator, run_unshared)), &choice);
}

static void
do_killed(int i, const struct task *creator, uint64_t choice)
{
	long pid = fork_task(new_task(i, creator, run_body));

	if (pid <= 0)
		return;
	pause_at_random(&choice);
	kill((pid_t)pid, choose(&choice, 2) ? SIGKILL : SIGTERM);
	waitpid((pid_t)pid, NULL, __WALL);
}
