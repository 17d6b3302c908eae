/* SPDX-License-Identifier: MIT */
/*
 * tool_probe seccomp|ebpf|pids|sys_admin|sys_ptrace|info|pty|clone3|musl: exit 0
 * if this kernel and this process have it.
 * The tests ask this program, not utrace, so that a broken utrace can't turn
 * failures into skips.
 */
#include "test/victim/victim.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

/* can this process run a program, "return 0", on the tracepoint? */
static int
has_ebpf(void)
{
	static const unsigned char prog[] = {
		0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0,
	};
	struct { uint32_t type, n; uint64_t insns, license, log[3]; } load = {
		17, 2, (uintptr_t)prog, (uintptr_t)"MIT", { 0 },
	};
	struct { uint64_t name; uint32_t fd, pad; } open = {
		(uintptr_t)"sys_enter", 0, 0,
	};
	long fd = syscall(SYS_bpf, 5, &load, sizeof load);

	if (fd < 0)
		return 0;
	open.fd = (uint32_t)fd;
	return syscall(SYS_bpf, 17, &open, sizeof open) >= 0;
}

/* are PIDs those of the initial namespace?  The kernel gave that one's file a
 * fixed number; without /proc, yes */
static int
has_initial_pids(void)
{
	char name[64] = "";

	if (readlink("/proc/self/ns/pid", name, sizeof name - 1) < 0)
		return 1;
	return strcmp(name, "pid:[4026531836]") == 0;
}

/* root lacks some in a container */
static int
has_capability(int cap)
{
	uint32_t header[2] = { 0x20080522, 0 }, set[6] = { 0 };

	return syscall(SYS_capget, header, set) == 0 && set[0] >> cap & 1;
}

/* PTRACE_GET_SYSCALL_INFO, of Linux 5.3 */
static int
has_info(void)
{
	char info[128];
	pid_t pid = fork();
	long r;

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	r = ptrace(0x420e, pid, (void *)sizeof info, info);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return r > 0;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "seccomp") == 0)   /* EINVAL where it is not built in */
		return !(prctl(PR_SET_SECCOMP, 2, NULL) < 0 && errno == EFAULT);
	if (strcmp(what, "ebpf") == 0)
		return !has_ebpf();
	if (strcmp(what, "pids") == 0)
		return !has_initial_pids();
	if (strcmp(what, "sys_admin") == 0)
		return !has_capability(21);
	if (strcmp(what, "sys_ptrace") == 0)
		return !has_capability(19);
	if (strcmp(what, "info") == 0)
		return !has_info();
	if (strcmp(what, "pty") == 0)
		return posix_openpt(O_RDWR | O_NOCTTY) < 0;
	if (strcmp(what, "clone3") == 0)
		return !(syscall(SYS_clone3, NULL, 0) < 0 && errno != ENOSYS);
	if (strcmp(what, "musl") == 0) {
#ifdef __GLIBC__
		return 1;
#else
		return 0;
#endif
	}
	die("usage: tool_probe WHAT");
}
