/* SPDX-License-Identifier: MIT */
/*
 * victim_args [CALL]: calls that are many in one, each in a harmless way; then
 * CALL in another one.  Shows what each returns, errors as -errno, else 0.
 * victim_args same: the same ioctl 600 times, but for what makes no difference;
 * on mips also by the call that carries others.
 * victim_args flood: 600 ioctl requests, then prctl in another way.
 */
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "victim.h"

static int fd;

static long
make_socket(int domain, int type)
{
	long r = syscall(SYS_socket, domain, type, 0);

	if (r >= 0)
		fd = (int)r;
	return r;
}

static long
map(int protection)
{
#ifdef SYS_mmap2
	long r = syscall(SYS_mmap2, 0, 4096, protection,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#else
	long r = syscall(SYS_mmap, 0, 4096, protection,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#endif

	return r == -1 ? -1 : 0;
}

static long
make_child(unsigned long flags)
{
	long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid((pid_t)pid, NULL, 0);
	return pid;
}

static long
call(const char *name, bool other)
{
	int n = 0;

	if (!strcmp(name, "socket"))
		return other ? make_socket(AF_INET, SOCK_DGRAM) :
		    make_socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC);
	if (!strcmp(name, "ioctl"))
		return ioctl(fd, other ? FIONBIO : FIONREAD, &n);
	if (!strcmp(name, "prctl"))
		return other ? prctl(PR_SET_NAME, "forged") :
		    prctl(PR_GET_DUMPABLE);
	if (!strcmp(name, "mmap"))
		return map(other ? PROT_READ | PROT_EXEC :
		    PROT_READ | PROT_WRITE);
	return make_child(other ? CLONE_NEWUTS : 0);
}

int
main(int argc, char **argv)
{
	static const char *const names[] = {
		"socket", "ioctl", "prctl", "mmap", "clone",
	};
	const char *forged = argc > 1 ? argv[1] : "";
	size_t i, n = sizeof names / sizeof *names;

	for (i = 0; i < n; i++)
		say(names[i], call(names[i], false) < 0 ? -errno : 0);
	if (!strcmp(forged, "same"))
		for (i = 0; i < 600; i++)
#ifdef SYS_syscall
			syscall(SYS_syscall, SYS_ioctl, -1, FIONREAD, i);
#else
			syscall(SYS_ioctl, -1 - (int)i, FIONREAD, i);
#endif
	if (!strcmp(forged, "flood")) {
		for (i = 0; i < 600; i++)
			syscall(SYS_ioctl, -1, 0x1000 + i, 0);
		forged = "prctl";
	}
	for (i = 0; i < n; i++)
		if (!strcmp(forged, names[i]))
			say(forged, call(forged, true) < 0 ? -errno : 0);
	return 0;
}
