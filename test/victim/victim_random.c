/* SPDX-License-Identifier: MIT */
/*
 * victim_random FILE SEED [MASK]: do a random tree of forks, threads, execs,
 * signals, stops and so on, the same for the same SEED, timing aside.  Bit N of
 * MASK leaves out action N and all below it.  Each action calls numbers that
 * nothing else calls, each of them once, and notes that in FILE, for
 * tool_random.
 * victim_random plan SEED [MASK]: print the actions instead.
 *
 * No errno and no other state of the C library: see make_task.h.
 */
#include "victim.h"
#include "random_plan.h"
#include "seccomp_bpf.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
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
static _Noreturn void end_program(const struct task *t);

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

static void
run_traced(struct task *t)
{
	ptrace(PTRACE_TRACEME, 0, 0, 0);
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

/* --- exec, signals and stops */

/* what is sent when this program has no handlers yet has to wait */
static void
block_signals(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	syscall(SYS_rt_sigprocmask, how, &set, NULL, (long)_NSIG / 8);
}

static void
do_exec(int i, const struct task *creator, uint64_t choice)
{
	static const char suffixes[][5] = { "", "", ".dyn", ".32" };
	char path[512], num[5][24], *argv[9] = { path, "+" }, *envp[] = { NULL };
	long value[] = {
		(long)seed, (long)(mask >> 30), (long)(mask & 0x3fffffff), i,
		(long)new_task(i, creator, run_body)->place
	};
	int n;

	for (n = 0; n < 5; n++)
		argv[2 + n] = digits(num[n] + sizeof num[n] - 1, value[n]);
	strcpy(path, self);
	strcat(path, suffixes[choose(&choice, 4)]);
	block_signals(SIG_BLOCK);
	execve(path, argv, envp);
	execve(self, argv, envp);
	block_signals(SIG_UNBLOCK);
}

static void
do_exec_nothing(int i, const struct task *creator, uint64_t choice)
{
	char *none[] = { NULL };

	(void)i, (void)creator, (void)choice;
	execve("/nonexistent/program", none, none);
}

static void
do_setsid(int i, const struct task *creator, uint64_t choice)
{
	(void)i, (void)creator, (void)choice;
	syscall(SYS_setsid);
}

static void
on_usr(int sig)
{
	mark_point((int)file->sent[sig == SIGUSR2], AT_CHILD);
}

static bool
program_waits(void)
{
	return plan.choice % 4 != 0;
}

static void
do_signal(int i, const struct task *creator, uint64_t choice)
{
	static const unsigned char sigs[] = { SIGUSR1, SIGUSR2, SIGUSR1,
	    SIGUSR2, SIGWINCH, SIGCONT, SIGCHLD, SIGURG };
	int sig = sigs[choose(&choice, sizeof sigs)];

	(void)creator;
	if (sig == SIGUSR1 || sig == SIGUSR2)
		file->sent[sig == SIGUSR2] = (uint32_t)i;
	switch (choose(&choice, 5)) {
	case 0:
		kill(getpid(), sig);
		break;
	case 1:
		syscall(SYS_tkill, syscall(SYS_gettid), (long)sig);
		break;
	case 2:
		kill(0, sig);
		break;
	case 3:
		kill(file->program, sig);
		break;
	case 4:         /* orphans have tool_run as parent when PROGRAM ended */
		if (program_waits())
			kill(getppid(), sig);
		break;
	}
}

/* how many of its programs were executed in this process */
static int
count_execs(int32_t pid)
{
	int i, n = 0;

	for (i = 0; i < RANDOM_ACTIONS_MAX; i++)
		n += file->executed[i] == pid;
	return n;
}

/* Continue the creator until its stop is over, or until it has another program
 * or has ended. */
static void
run_waker(struct task *t)
{
	pid_t target = (pid_t)t->number;
	long deadline = now() + at_most(PATIENCE);
	int execs = count_execs(target);

	while (!file->resumed[t->action] && getppid() == target &&
	    count_execs(target) == execs) {
		if (now() > deadline) {
			file->problem = CANT_CONTINUE;
			break;
		}
		kill(target, SIGCONT);
		nap_us(300);
	}
	kill(target, SIGCONT);
	syscall(SYS_exit_group, 0);
}

/* stop the creator at some time, and continue it */
static void
run_stopper(struct task *t)
{
	uint64_t choice = plan.action[t->action].choice;

	pause_at_random(&choice);
	kill((pid_t)t->number, SIGSTOP);
	pause_at_random(&choice);
	kill((pid_t)t->number, SIGCONT);
	syscall(SYS_exit_group, 0);
}

static void
do_stop(int i, const struct task *creator, uint64_t choice)
{
	static const unsigned char sigs[] = { SIGSTOP, SIGTSTP, SIGTTIN };
	struct task *t = new_task(i, creator, run_waker);
	int sig = sigs[choose(&choice, sizeof sigs)];

	t->number = getpid();
	if (fork_task(t) < 0)
		return;
	if (choose(&choice, 2))
		kill(getpid(), sig);
	else
		syscall(SYS_tkill, syscall(SYS_gettid), (long)sig);
	file->resumed[i] = 1;
}

static void
do_stopped_by(int i, const struct task *creator, uint64_t choice)
{
	struct task *t = new_task(i, creator, run_stopper);

	(void)choice;
	t->number = getpid();
	fork_task(t);
}

/* --- ptrace and filters */

/* let a child with a tracer of its own go on, and detach after some stops */
static void
trace_child(pid_t pid, uint64_t choice)
{
	bool step = choose(&choice, 2);
	int status, sig, left = (int)choose(&choice, 20);

	while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
		sig = WSTOPSIG(status);
		if (status >> 16 || sig == SIGTRAP)
			sig = 0;
		if (left-- <= 0)
			ptrace(PTRACE_DETACH, pid, 0, (long)sig);
		else
			ptrace(step ? PTRACE_SYSCALL : PTRACE_CONT, pid, 0,
			    (long)sig);
	}
}

static void
do_ptraced(int i, const struct task *creator, uint64_t choice)
{
	unsigned way = choose(&choice, 3);
	long pid = fork_task(new_task(i, creator,
	    way == 0 ? run_traced : run_body));

	if (pid <= 0)
		return;
	pause_at_random(&choice);
	if (way == 1)
		ptrace(0x4206, (pid_t)pid, 0, 0);       /* PTRACE_SEIZE */
	else if (way == 2)
		ptrace(PTRACE_ATTACH, (pid_t)pid, 0, 0);
	trace_child((pid_t)pid, choice);
}

/* do what a filter does with RANDOM_FIRST and the numbers above if their lowest
 * three bits are one of two values */
static void
do_filter(int i, const struct task *creator, uint64_t choice)
{
	/* the data is never that of a tracer that is above us */
	const uint32_t act[] = { SC_ALLOW, SC_ERRNO | EXDEV,
	    SC_TRACE | (choose(&choice, 256) + 1) };
	const uint32_t masks[] = { 0, RANDOM_ERRNO_MASK, RANDOM_TRACE_MASK };
	unsigned n = choose(&choice, 3);
	bool sync = choose(&choice, 4) == 0;
	struct sock_filter prog[] = {
		SC_LOAD_NR,
		{ 0x35, 0, 4, RANDOM_FIRST },           /* unless >= */
		{ 0x54, 0, 0, 7 },                      /* and */
		{ 0x15, 1, 0, n == 1 ? 1 : 3 },         /* if equal */
		SC_UNLESS(n == 1 ? 6 : 5, 1),
		SC_RETURN(act[n]),
		SC_RETURN(SC_ALLOW),
	};
	struct sock_fprog fprog = { sizeof prog / sizeof *prog, prog };

	(void)i, (void)creator;
	__sync_fetch_and_or(&file->rejected, masks[n]);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (sync) {
		file->synced = 1;
		syscall(SYS_seccomp, 1, 1, &fprog);     /* TSYNC */
	} else {
		prctl(PR_SET_SECCOMP, 2, &fprog);
	}
}

/* --- the tree */

static void
do_nothing(int i, const struct task *creator, uint64_t choice)
{
	(void)i, (void)creator, (void)choice;
}

static void (*const execute[N_KINDS])(int, const struct task *, uint64_t) = {
	[PLAIN] = do_nothing, [FORK] = do_fork, [VFORK] = do_vfork,
	[CLONE] = do_clone, [CLONE3] = do_clone, [THREAD] = do_thread,
	[THREAD3] = do_thread, [SHORT_THREADS] = do_short_threads,
	[EXEC] = do_exec, [EXEC_NOTHING] = do_exec_nothing,
	[SETSID] = do_setsid, [DAEMON] = do_daemon, [SIGNAL] = do_signal,
	[STOP] = do_stop, [STOPPED_BY] = do_stopped_by, [KILLED] = do_killed,
	[PTRACED] = do_ptraced, [FILTER] = do_filter,
	[UNSHARE_PID] = do_unshare,
};

static void
run_actions(int first, int end, const struct task *t)
{
	uint64_t choice;
	int i;

	for (i = first; i < end; i = plan.action[i].end) {
		if (mask >> i & 1)
			continue;
		choice = plan.action[i].choice;
		pause_at_random(&choice);
		mark_point(i, AT_BEFORE);
		execute[plan.action[i].kind](i, t, choice);
		mark_point(i, AT_AFTER);
	}
	while (choose(&choice, 2) && waitpid(-1, NULL, __WALL | WNOHANG) > 0)
		;
}

static const unsigned char fatal[] = { SIGTERM, SIGKILL, SIGALRM };

/* PROGRAM's end as a shell sees it: 0 to 89, or killed by a signal */
static uint32_t
wanted_status(void)
{
	unsigned n = (unsigned)(plan.choice / 4 % 8);

	return n < sizeof fatal ? 128u + fatal[n] :
	    (uint32_t)(plan.choice / 32 % 90);
}

static _Noreturn void
end_program(const struct task *t)
{
	long deadline = now() + at_most(PATIENCE);
	uint32_t status = file->want_status;

	(void)t;
	while (program_waits() && waitpid(-1, NULL, __WALL | WNOHANG) != -1) {
		if (now() > deadline) {
			file->problem = CANT_WAIT;
			break;
		}
		nap_us(500);
	}
	if (status >= 128)
		kill(getpid(), (int)status - 128);
	for (;;)
		syscall(SYS_exit_group, (long)status);
}

static void
install_handlers(void)
{
	struct sigaction act = { .sa_handler = on_usr, .sa_flags = SA_RESTART };

	sigaction(SIGUSR1, &act, NULL);
	sigaction(SIGUSR2, &act, NULL);
	block_signals(SIG_UNBLOCK);
}

static void
map_file(int fd)
{
	file = mmap(NULL, sizeof *file, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
	    0);
	if (file == MAP_FAILED)
		die("mmap");
}

/* victim_random + SEED MASK MASK ACTION PLACE */
static _Noreturn void
go_on(char **argv)
{
	struct task t = { .action = (int)number(argv[5]) };

	mask = (uint64_t)number(argv[3]) << 30 | (uint64_t)number(argv[4]);
	t.place = (unsigned)number(argv[6]);
	map_file(RANDOM_FD);
	file->executed[t.action] = getpid();
	install_handlers();
	run_body(&t);
	if (t.place & IN_PROGRAM)
		end_program(&t);
	end_task(&t);
}

static _Noreturn void
begin(const char *path)
{
	struct task t = { .place = IN_PROGRAM };
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || ftruncate(fd, sizeof *file) < 0 || dup2(fd, RANDOM_FD) < 0)
		die(path);
	close(fd);
	map_file(RANDOM_FD);
	file->n_actions = (uint32_t)plan.n;
	file->want_status = wanted_status();
	file->word = sizeof(long);
	file->program = getpid();
	/* orphans come to PROGRAM, which waits for them */
	if (program_waits())
		prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	install_handlers();
	run_actions(0, plan.n, &t);
	end_program(&t);
}

static _Noreturn void
print_plan(void)
{
	char name[80];
	int i;

	for (i = 0; i < plan.n; i++) {
		memset(name, ' ', sizeof name);
		strcpy(name + 2 * plan.action[i].depth,
		    kinds[plan.action[i].kind].name);
		if (!(mask >> i & 1))
			say(name, i);
		else
			i = plan.action[i].end - 1;
	}
	say(program_waits() ? "waits, then ends with" : "ends with",
	    (long)wanted_status());
	_exit(0);
}

int
main(int argc, char **argv)
{
	bool executed = argc > 6 && strcmp(argv[1], "+") == 0;

	if (argc < 3)
		die("usage: victim_random FILE|plan SEED [MASK]");
	self = argv[0];
	seed = (uint64_t)number(argv[2]);
	plan_make(seed);
	if (executed)
		go_on(argv);
	mask = argc > 3 ? strtoull(argv[3], NULL, 0) : 0;
	if (strcmp(argv[1], "plan") == 0)
		print_plan();
	begin(argv[1]);
}
