/* SPDX-License-Identifier: MIT */
/*
 * tool_inject CALL[:ARG] ERRNO WHEN UTRACE COMMAND...: run COMMAND; in each
 * process that executes UTRACE, the WHENth CALL is not made and fails with
 * ERRNO.  WHEN 0 is every one; every second one for EINTR, because the kernel
 * interrupts no call for ever.  With ARG only calls with this argument count:
 * the request of ptrace, the command of bpf and fcntl (see arguments[]).
 * PROGRAM's own calls are left alone, unless CALL begins with a +: so the calls
 * fail that utrace makes PROGRAM do.
 *
 * tool_inject list FILE 0 UTRACE COMMAND...: write UTRACE's calls to FILE, a
 * line "CALL[:ARG] COUNT" for each.
 *
 * A seccomp filter asks this process, by SECCOMP_RET_USER_NOTIF, about each
 * CALL.  Linux 5.5.  Its exit status is COMMAND's, 128+N if a signal killed it,
 * 99 if CALL was made too rarely for anything to fail, 98 if this kernel can't.
 */
#include "test/victim/victim.h"
#include "test/victim/seccomp_bpf.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

enum {
	SET_MODE_FILTER = 1,
	FLAG_NEW_LISTENER = 1 << 3,
	FLAG_WAIT_KILLABLE = 1 << 5,    /* Linux 5.19 */
	CONTINUE = 1,
	UNLIKELY_FD = 100,
};

#define SC_NOTIFY 0x7fc00000

struct notification {
	uint64_t id;
	uint32_t pid, flags;
	struct {
		int32_t nr;
		uint32_t arch;
		uint64_t pc, args[6];
	} call;
};

struct response {
	uint64_t id;
	int64_t value;
	int32_t error;
	uint32_t flags;
};

/* by syscall(): the type of the request differs between glibc and musl */
#define RECEIVE _IOWR('!', 0, struct notification)
#define SEND _IOWR('!', 1, struct response)

static const struct name {
	const char *name;
	long value;
} names[] = {
#define E(name, text) { "E" #name, E##name },
#include "lib/errnos.h"
#undef E
}, calls[] = {
#define C(name) { #name, SYS_##name },
	C(bpf) C(capget) C(chdir) C(chroot) C(clone) C(close) C(dup3)
	C(execve) C(exit) C(exit_group) C(fchmod) C(fchownat) C(fcntl)
	C(flock) C(fsync) C(ftruncate) C(futex) C(getdents64) C(getpgid)
	C(getpid) C(getppid) C(getrusage) C(getrandom) C(getsid) C(gettid) C(getuid)
	C(geteuid) C(getxattr) C(ioctl) C(kill) C(lseek) C(mkdirat)
	C(mprotect) C(munmap) C(nanosleep) C(openat) C(pipe2) C(ppoll) C(prctl)
	C(prlimit64) C(ptrace) C(read) C(readlinkat) C(readv)
	C(rt_sigaction) C(rt_sigpending) C(rt_sigprocmask) C(rt_sigqueueinfo)
	C(rt_sigreturn) C(rt_sigtimedwait) C(sched_getaffinity) C(seccomp)
	C(setitimer) C(setpgid) C(setsid) C(set_tid_address) C(statx) C(tgkill)
	C(times) C(umask) C(uname) C(unlinkat) C(wait4) C(waitid) C(write)
	C(writev)
#ifdef SYS_mmap
	C(mmap)
#else
	C(mmap2)
#endif
#ifdef SYS_close_range
	C(close_range)
#endif
#ifdef SYS_newfstatat
	C(newfstatat)
#endif
#ifdef SYS_renameat
	C(renameat)
#endif
#ifdef SYS_open                 /* older architectures only */
	C(fork) C(mkdir) C(open) C(poll) C(readlink) C(rename) C(unlink)
#endif
#ifdef SYS_arch_prctl
	C(arch_prctl)
#endif
#undef C
};

/* the argument that says what a call does; the others have none */
static const struct {
	long nr;
	int arg;
} arguments[] = {
	{ SYS_ptrace, 0 }, { SYS_bpf, 0 }, { SYS_fcntl, 1 }, { SYS_prctl, 0 },
	{ SYS_seccomp, 0 }, { SYS_ioctl, 1 },
};

static long
value_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(names[i].name, name))
			return names[i].value;
	for (i = 0; i < sizeof calls / sizeof *calls; i++)
		if (!strcmp(calls[i].name, name))
			return calls[i].value;
	return strtol(name, NULL, 0);
}

/* -1: none */
static int
argument_of(long nr)
{
	size_t i;

	for (i = 0; i < sizeof arguments / sizeof *arguments; i++)
		if (arguments[i].nr == nr)
			return arguments[i].arg;
	return -1;
}

/* what the two processes share while COMMAND's process makes the filter */
static volatile struct {
	int listener;           /* -1: not yet */
	int go;
} *shared;
static uint32_t call_nr, code_begin, code_end;
static bool is_list, in_program;
static char **command;

/* Where UTRACE's code is.  A call from elsewhere is not asked about: that would
 * hide it from filters of UTRACE's own that trace it.  A program that can be
 * anywhere leaves the whole address space. */
static void
find_code(const char *path)
{
	union { Elf64_Ehdr h; char room[4096]; } file;
	Elf64_Phdr p;
	int fd = open(path, O_RDONLY), i;

	code_begin = 0;
	code_end = UINT32_MAX;
	if (fd < 0 || read(fd, &file, sizeof file) < (ssize_t)sizeof file.h)
		die("can't read UTRACE");
	close(fd);
	if (file.room[EI_CLASS] != ELFCLASS64 || file.h.e_type != ET_EXEC)
		return;
	for (i = 0; i < file.h.e_phnum; i++) {
		memcpy(&p, file.room + file.h.e_phoff + (size_t)i * sizeof p,
		    sizeof p);
		if (p.p_type != PT_LOAD || !(p.p_flags & PF_X))
			continue;
		code_begin = (uint32_t)p.p_vaddr;
		code_end = (uint32_t)(p.p_vaddr + p.p_memsz);
	}
}

static int
become_command(void *unused)
{
	enum { IF_EQUAL = 0x15, IF_AT_LEAST = 0x35 };
	bool anywhere = in_program || code_end == UINT32_MAX;
	struct sock_filter filter[] = {
		SC_LOAD(8 + 4 - SC_LOW),        /* instruction pointer, high */
		{ IF_EQUAL, 0, (uint8_t)(anywhere ? 0 : 6), 0 },
		SC_LOAD(8 + SC_LOW),
		{ IF_AT_LEAST, 0, (uint8_t)(anywhere ? 0 : 4), code_begin },
		{ IF_AT_LEAST, (uint8_t)(anywhere ? 0 : 3), 0, code_end },
		SC_LOAD_NR,
		{ IF_EQUAL, 0, (uint8_t)(is_list ? 0 : 1), call_nr },
		SC_RETURN(SC_NOTIFY),
		SC_RETURN(SC_ALLOW),
	};
	struct sock_fprog prog = { sizeof filter / sizeof *filter, filter };
	long fd = syscall(SYS_seccomp, SET_MODE_FILTER,
	    FLAG_NEW_LISTENER | FLAG_WAIT_KILLABLE, &prog);

	(void)unused;
	if (fd < 0)
		fd = syscall(SYS_seccomp, SET_MODE_FILTER, FLAG_NEW_LISTENER,
		    &prog);
	shared->listener = fd < 0 ? -2 : (int)fd;
	if (fd < 0)
		_exit(98);
	while (!shared->go)
		;
	execvp(command[0], command);
	_exit(127);
}

static bool
executes(pid_t pid, const char *path)
{
	char link[32], exe[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof link, "/proc/%d/exe", (int)pid);
	n = readlink(link, exe, sizeof exe - 1);
	exe[n < 0 ? 0 : n] = '\0';
	return !strcmp(exe, path);
}

/* what `list` has seen */
static struct { long nr, arg; int n; } seen[256];

static void
note_call(const struct notification *n)
{
	int i, arg = argument_of(n->call.nr);
	long value = arg < 0 ? -1 : (long)n->call.args[arg];

	for (i = 0; seen[i].n && (seen[i].nr != n->call.nr ||
	    seen[i].arg != value); i++)
		if (i == sizeof seen / sizeof *seen - 2)
			return;
	seen[i].nr = n->call.nr;
	seen[i].arg = value;
	seen[i].n++;
}

static void
write_list(const char *path)
{
	FILE *f = fopen(path, "w");
	const struct name *c;
	int i;

	for (i = 0; f && seen[i].n; i++) {
		for (c = calls; c < calls + sizeof calls / sizeof *calls; c++)
			if (c->value == seen[i].nr)
				break;
		if (c < calls + sizeof calls / sizeof *calls)
			fprintf(f, "%s", c->name);
		else
			fprintf(f, "%ld", seen[i].nr);
		if (seen[i].arg != -1)
			fprintf(f, ":%#lx", seen[i].arg);
		fprintf(f, " %d\n", seen[i].n);
	}
	if (!f || fclose(f) != 0)
		die("can't write the list");
}

static pid_t
start_command(int *listener)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t pid;

	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	shared->listener = -1;
	/* it shares the descriptors until it executes, the listener too */
	pid = clone(become_command, stack + sizeof stack,
	    CLONE_FILES | SIGCHLD, NULL);
	while (shared->listener == -1)
		usleep(100);
	if (shared->listener < 0)
		exit(98);
	*listener = fcntl(shared->listener, F_DUPFD_CLOEXEC, UNLIKELY_FD);
	close(shared->listener);
	shared->go = 1;
	return pid;
}

/* what was asked for: which calls fail, and how */
struct failure {
	char utrace[PATH_MAX];
	const char *arg;        /* NULL: any */
	uint64_t value;
	int error, when, count;
};

static bool
shall_fail(struct failure *f, const struct notification *n)
{
	int arg = argument_of(n->call.nr);

	if (!in_program && !executes((pid_t)n->pid, f->utrace))
		return false;
	if (is_list) {
		note_call(n);
		return false;
	}
	/* a pointer or a descriptor may follow for the other calls */
	if (f->arg && n->call.args[arg < 0 ? 0 : arg] != f->value)
		return false;
	f->count++;
	if (f->when == 0 && f->error == EINTR)
		return f->count % 2;
	return f->when == 0 || f->count == f->when;
}

/* Answer until no process has the filter any more.  Before Linux 6.11 a zombie
 * has it, so COMMAND's process is reaped on the way.  Returns its status. */
static int
answer_all(int listener, struct failure *f, pid_t pid)
{
	union { struct notification n; char room[512]; } ask;
	int status = 0;

	for (;;) {
		struct pollfd ready = { listener, POLLIN, 0 };
		struct response answer = { .flags = CONTINUE };
		int n = poll(&ready, 1, 20);

		if (n < 0)
			die("poll");
		if (n == 0 && pid && waitpid(pid, &status, WNOHANG) == pid)
			pid = 0;
		if (ready.revents & (POLLHUP | POLLERR))
			break;
		memset(&ask, 0, sizeof ask);
		if (!(ready.revents & POLLIN) ||
		    syscall(SYS_ioctl, listener, RECEIVE, &ask) < 0)
			continue;
		answer.id = ask.n.id;
		if (shall_fail(f, &ask.n)) {
			answer.error = -f->error;
			answer.flags = 0;
		}
		syscall(SYS_ioctl, listener, SEND, &answer);
	}
	if (pid)
		waitpid(pid, &status, 0);
	return status;
}

int
main(int argc, char **argv)
{
	static struct failure f;
	char *call = argv[1], *arg;
	int status, listener;
	pid_t pid;

	if (argc < 6 || !realpath(argv[4], f.utrace))
		die("usage");
	is_list = !strcmp(call, "list");
	in_program = *call == '+';
	arg = strchr(call, ':');
	if (arg) {
		*arg++ = '\0';
		f.arg = arg;
		f.value = (uint64_t)number(arg);
	}
	call_nr = (uint32_t)value_of(call + in_program);
	f.error = (int)value_of(argv[2]);
	f.when = (int)number(argv[3]);
	command = argv + 5;
	find_code(f.utrace);
	pid = start_command(&listener);
	status = answer_all(listener, &f, pid);
	if (is_list)
		write_list(argv[2]);
	else if (f.count == 0 || f.count < f.when)
		return 99;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}
