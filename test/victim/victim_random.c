/* SPDX-License-Identifier: MIT */
/*
 * victim_random FILE SEED [MASK]: do a random tree of forks, threads, execs,
 * signals, stops and so on, the same for the same SEED, timing aside.  Bit N of
 * MASK leaves out action N and all below it.  Each action calls numbers that
 * nothing else calls, each of them once, and notes that in FILE, for
 * tool_random.
 * victim_random plan SEED [MASK]: print the actions instead.
 */
#include "random_birth.h"
#include "seccomp_bpf.h"

#include <fcntl.h>
#include <sys/mman.h>

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
	file->execs_unsure |= file->stops_unsure;
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

	if (sig == SIGCONT)
		file->stops_unsure = 1;
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
	case 4:         /* an orphan may have the runner as its parent */
		if ((creator->place & IN_PROGRAM) ||
		    getppid() == file->program)
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

	while (!file->resumed[t->action] && getppid() == target &&
	    count_execs(target) == t->execs) {
		if (now() > deadline) {
			file->problem = CANT_CONTINUE;
			break;
		}
		nap_us(300);
		file->continued[t->action] = 1;
		kill(target, SIGCONT);
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

/* a child that continues its creator, so no signal of the program may kill it:
 * CLONE_CLEAR_SIGHAND leaves no handlers */
static long
fork_waker(struct task *t)
{
	long pid;

	t->number = getpid();
	block_signals(SIG_BLOCK);
	pid = fork_task(t);
	block_signals(SIG_UNBLOCK);
	return pid;
}

static void
do_stop(int i, const struct task *creator, uint64_t choice)
{
	static const unsigned char sigs[] = { SIGSTOP, SIGSTOP, SIGTSTP,
	    SIGTTIN };
	struct task *t = new_task(i, creator, run_waker);
	int sig = sigs[choose(&choice, sizeof sigs)];

	t->execs = count_execs(getpid());
	if (fork_waker(t) < 0)
		return;
	if (choose(&choice, 2))
		kill(getpid(), sig);
	else
		syscall(SYS_tkill, syscall(SYS_gettid), (long)sig);
	/* unless another thread takes the signal, another process continues us,
	 * a tracer of our own passes no stop on or we are immune; an earlier
	 * waker may still be at it */
	if (sig == SIGSTOP && !file->continued[i] && !file->stops_unsure &&
	    !file->traced &&
	    syscall(SYS_getppid) != 0 && getpid() != 1)
		file->problem = NOT_STOPPED;
	file->stops_unsure = 1;
	file->resumed[i] = 1;
}

static void
do_stopped_by(int i, const struct task *creator, uint64_t choice)
{
	struct task *t = new_task(i, creator, run_stopper);

	(void)choice;
	file->stops_unsure = 1;
	fork_waker(t);
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
	unsigned way = choose(&choice, 2);
	struct task *t = new_task(i, creator, way == 0 ? run_traced : run_body);
	long pid;

	t->number = getpid();
	/* A child that it makes with CLONE_PTRACE would have the same tracer,
	 * which does not wait for it: none may do so from now on. */
	__sync_fetch_and_add(&file->traced, 1);
	pid = fork_task(t);
	if (pid <= 0)
		return;
	pause_at_random(&choice);
	/* PTRACE_SEIZE; the SIGSTOP of PTRACE_ATTACH would stay, and stop the
	 * child for good, if an exec ended this thread before it came */
	if (way == 1)
		get_traced(0x4206, pid);
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
	bool sync = choose(&choice, 4) == 0, failed;
	struct sock_filter prog[] = {
		SC_LOAD_NR,
		{ 0x35, 0, 4, RANDOM_FIRST },           /* unless >= */
		{ 0x54, 0, 0, 7 },                      /* and */
		{ 0x15, 1, 0, n == 1 ? 1 : 3 },         /* if equal */
		SC_UNLESS(n == 1 ? 6 : 5, 1),
		SC_RETURN(act[n]),
		SC_UNLESS(SYS_sched_get_priority_min, 1),
		SC_RETURN(act[n]),
		SC_RETURN(SC_ALLOW),
	};
	struct sock_fprog fprog = { sizeof prog / sizeof *prog, prog };

	(void)i, (void)creator;
	__sync_fetch_and_or(&file->rejected, masks[n]);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	failed = sync ? syscall(SYS_seccomp, 1, 1, &fprog) != 0 /* TSYNC */ :
	    prctl(PR_SET_SECCOMP, 2, &fprog) != 0;
	/* RET_TRACE without a tracer that asked for it rejects as well */
	if (n != 0 && !failed && syscall(SYS_sched_get_priority_min, 0) == 0)
		file->problem = NOT_REJECTED;
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
	uint64_t choice = 0;
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
	while (choose(&choice, 2) && reap_child() > 0)
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

/* The kernel sends a SIGSTOP again whose thread an exec kills before its tracer
 * lets it stop, even if SIGCONT was sent since.  The stops of another thread's
 * tracees stay that thread's to be waited for. */
static void
continue_stopped_child(void)
{
	siginfo_t si = { .si_pid = 0 };

	if (waitid(P_ALL, 0, &si, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
	    si.si_pid && si.si_code == CLD_STOPPED)
		kill(si.si_pid, SIGCONT);
}

static _Noreturn void
end_program(const struct task *t)
{
	long deadline = now() + at_most(PATIENCE);
	uint32_t status = file->want_status;

	(void)t;
	while (program_waits() && reap_child() >= 0) {
		if (now() > deadline) {
			file->problem = CANT_WAIT;
			break;
		}
		if (file->execs_unsure)
			continue_stopped_child();
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
