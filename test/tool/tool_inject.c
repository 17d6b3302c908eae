/* SPDX-License-Identifier: MIT */
/*
 * tool_inject CALL[:ARG0] ERRNO WHEN UTRACE COMMAND...: run COMMAND; in each
 * process that executes UTRACE, the WHENth CALL (0: every one) is not made and
 * fails with ERRNO.  With ARG0 only calls with this first argument count: the
 * request of ptrace, the command of bpf.  PROGRAM's own calls are left alone,
 * so this shows what utrace does when the kernel refuses it something.
 *
 * A seccomp filter asks this process, by SECCOMP_RET_USER_NOTIF, about each
 * CALL.  Linux 5.5.  Its exit status is COMMAND's, 128+N if a signal killed it,
 * 99 if CALL was made too rarely for anything to fail, 98 if this kernel can't.
 */
#include "test/victim/victim.h"
#include "test/victim/seccomp_bpf.h"

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

static const struct {
	const char *name;
	long value;
} names[] = {
#define E(name, text) { "E" #name, E##name },
#include "lib/errnos.h"
#undef E
#define C(name) { #name, SYS_##name },
	C(ptrace) C(waitid) C(wait4) C(rt_sigprocmask) C(rt_sigaction) C(prctl)
	C(seccomp) C(bpf) C(kill) C(tgkill) C(clone) C(pipe2) C(dup3) C(fcntl)
	C(openat) C(read) C(write) C(writev) C(close) C(fsync)
	C(unlinkat) C(execve) C(setpgid) C(setsid) C(flock) C(ppoll)
#undef C
};

static long
value_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(names[i].name, name))
			return names[i].value;
	return strtol(name, NULL, 0);
}

/* what the two processes share while COMMAND's process makes the filter */
static volatile struct {
	int listener;           /* -1: not yet */
	int go;
} *shared;
static uint32_t call_nr;
static char **command;

static int
become_command(void *unused)
{
	struct sock_filter filter[] = {
		SC_LOAD_NR,
		SC_UNLESS(call_nr, 1),
		SC_RETURN(SC_NOTIFY),
		SC_RETURN(SC_ALLOW),
	};
	struct sock_fprog prog = { 4, filter };
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

int
main(int argc, char **argv)
{
	static char stack[65536] __attribute__((aligned(16)));
	union { struct notification n; char room[512]; } ask;
	char utrace[PATH_MAX], *arg0;
	bool ended = false;
	int error, when, status = 0, listener, count = 0;
	uint64_t request = 0;
	pid_t pid;

	if (argc < 6 || !realpath(argv[4], utrace))
		die("usage");
	arg0 = strchr(argv[1], ':');
	if (arg0) {
		*arg0++ = '\0';
		request = (uint64_t)number(arg0);
	}
	call_nr = (uint32_t)value_of(argv[1]);
	error = (int)value_of(argv[2]);
	when = (int)number(argv[3]);
	command = argv + 5;
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	shared->listener = -1;
	/* it shares the descriptors until it executes, the listener too */
	pid = clone(become_command, stack + sizeof stack,
	    CLONE_FILES | SIGCHLD, NULL);
	while (shared->listener == -1)
		usleep(100);
	if (shared->listener < 0)
		return 98;
	listener = fcntl(shared->listener, F_DUPFD_CLOEXEC, UNLIKELY_FD);
	close(shared->listener);
	shared->go = 1;
	for (;;) {
		struct pollfd ready = { listener, POLLIN, 0 };
		struct response answer = { .flags = CONTINUE };

		if (poll(&ready, 1, 20) < 0)
			die("poll");
		if (!ended && waitpid(pid, &status, WNOHANG) == pid)
			ended = true;
		if (ready.revents & (POLLHUP | POLLERR))
			break;
		memset(&ask, 0, sizeof ask);
		if (!(ready.revents & POLLIN) ||
		    syscall(SYS_ioctl, listener, RECEIVE, &ask) < 0)
			continue;
		answer.id = ask.n.id;
		if (executes((pid_t)ask.n.pid, utrace) &&
		    (!arg0 || ask.n.call.args[0] == request) &&
		    (++count == when || !when)) {
			answer.error = -error;
			answer.flags = 0;
		}
		syscall(SYS_ioctl, listener, SEND, &answer);
	}
	if (!ended)
		waitpid(pid, &status, 0);
	if (count == 0 || count < when)
		return 99;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}
