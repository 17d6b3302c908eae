/* SPDX-License-Identifier: MIT */
/*
 * is VARIANT: whether the kernel is what kernel.sh calls so, without which the
 * tests that follow would prove something else.  On mips also that there is no
 * emulation of floating point.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* a process at the entry of a system call */
static pid_t
tracee(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		getppid();
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
	waitpid(pid, NULL, 0);
	return pid;
}

static int
get_syscall_info(void)
{
	char info[128];
	pid_t pid = tracee();
	long r = ptrace(0x420e, pid, (void *)sizeof info, info);
	int gone = r < 0 && errno == EIO;

	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return !gone;
}

static int
vm_readv(void)
{
	char from = 1, to = 0;
	struct iovec f = { &from, 1 }, t = { &to, 1 };

	return process_vm_readv(getpid(), &t, 1, &f, 1, 0) == 1;
}

static int
seccomp_filter(void)
{
	return prctl(PR_SET_SECCOMP, 2, NULL) < 0 && errno == EFAULT;
}

static int
proc(void)
{
	return access("/proc/self", F_OK) == 0;
}

static int
sys(void)
{
	return access("/sys/kernel", F_OK) == 0;
}

/* what the ebpf tap needs most of a kernel; needs root */
static int
raw_tracepoint(void)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr load = {
		.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
		.insn_cnt = 2,
		.insns = (uintptr_t)insns,
		.license = (uintptr_t)"GPL",
	};
	union bpf_attr attach = { .raw_tracepoint.name = (uintptr_t)"sys_enter" };
	long prog = syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load), link;

	if (prog < 0)
		return 0;
	attach.raw_tracepoint.prog_fd = (uint32_t)prog;
	link = syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &attach, sizeof attach);
	if (link >= 0)
		close((int)link);
	close((int)prog);
	return link >= 0;
}

static int
floating_point(void)
{
	int status = 0;
#ifdef __mips__
	pid_t pid = fork();

	if (pid == 0) {
		__asm__ volatile (".set push\n.set hardfloat\n"
		    "add.d $f0, $f2, $f4\n.set pop");
		_exit(0);
	}
	waitpid(pid, &status, 0);
#endif
	return status == 0;
}

enum { FULL = 1, OLD = 2, BARE = 4, BPF = 8, DEBIAN = 16 };

static const struct {
	const char *name;
	int mask;
} variants[] = {
	{ "full", FULL }, { "old", OLD }, { "bare", BARE }, { "bpf", BPF },
	{ "debian", DEBIAN },
};

static const struct {
	const char *what;
	int (*has)(void);
	int where;      /* the variants that have it */
} features[] = {
	{ "PTRACE_GET_SYSCALL_INFO", get_syscall_info, ~OLD },
	{ "process_vm_readv", vm_readv, ~BARE },
	{ "seccomp filters", seccomp_filter, ~BARE },
	{ "/proc", proc, ~BARE },
	{ "/sys", sys, ~BARE },
	{ "raw tracepoints", raw_tracepoint, BPF | DEBIAN },
	{ "floating point", floating_point,
#ifdef __mips__
	    DEBIAN },
#else
	    ~0 },
#endif
};

int
main(int argc, char **argv)
{
	size_t i;
	int variant = 0, wrong = 0;

	for (i = 0; i < sizeof variants / sizeof *variants; i++) {
		if (argc > 1 && strcmp(argv[1], variants[i].name) == 0)
			variant = variants[i].mask;
	}
	for (i = 0; variant && i < sizeof features / sizeof *features; i++) {
		int want = (features[i].where & variant) != 0;

		if (features[i].has() == want)
			continue;
		printf("the %s kernel %s %s\n", argv[1],
		    want ? "lacks" : "has", features[i].what);
		wrong = 1;
	}
	return wrong || !variant;
}
