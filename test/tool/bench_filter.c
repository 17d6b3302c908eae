/* SPDX-License-Identifier: MIT
 *
 * bench_filter: the instructions on a call's way through a filter for a policy
 * of 60 names, and how many there are: ours, what libseccomp makes of the same
 * (if built with -DLIBSECCOMP), and the list that procd walks, in order of
 * name.  Prints, asserts nothing.
 */
#include "test/unit/unit.h"

#include <stdint.h>

#include "syscalls/abi.h"
#include "policy/policy.h"
#include "lib/uapi.h"
#include "policy/filter.h"
#include "test/unit/bpf_sim.h"
#include "test/unit/policy_list.h"

#ifdef LIBSECCOMP
#include <seccomp.h>
#endif

/* what a small network service calls */
static const char *const names[] = {
	"accept4", "access", "bind", "brk", "chdir", "clone", "close",
	"connect", "dup2", "epoll_create1", "epoll_ctl", "epoll_wait",
	"execve", "exit", "exit_group", "fcntl", "fstat", "ftruncate", "futex",
	"getdents64", "getpid", "getrandom", "getsockname", "getsockopt",
	"getuid", "ioctl", "kill", "listen", "lseek", "madvise", "mkdir",
	"mmap", "mprotect", "munmap", "newfstatat", "openat", "pipe2", "poll",
	"prctl", "pread64", "prlimit64", "read", "readlink", "recvfrom",
	"recvmsg", "rename", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
	"sendmsg", "sendto", "set_robust_list", "set_tid_address",
	"setsockopt", "socket", "uname", "unlink", "wait4", "write", "writev",
};

static struct policy policy;
static struct uapi_sock_filter code[FILTER_MAX];
static int n;

/* of the calls that the policy allows, or of the others with a name */
static void
ways(bool allowed, int *most, double *mean)
{
	int pos, steps, calls = 0;
	long all = 0;

	*most = 0;
	for (pos = 0; pos < abis[0].n; pos++) {
		struct sim_call c = { .arch = abis[0].audit_arch,
		    .nr = abi_nr_at(0, pos) };

		if (!abis[0].names[pos] || !policy.reasons[0][pos] == allowed)
			continue;
		sim_run(code, &c, abis[0].big_endian, &steps);
		if (*most < steps)
			*most = steps;
		all += steps;
		calls++;
	}
	*mean = calls ? (double)all / calls : 0;
}

static void
row(const char *name)
{
	double mean, mean_other;
	int most, most_other;

	ways(true, &most, &mean);
	ways(false, &most_other, &mean_other);
	printf("%-30s %5d %8.1f %8d %8.1f %9d\n", name, most, mean, most_other,
	    mean_other, n);
}

static void
add(uint16_t op, uint8_t jt, uint8_t jf, uint32_t k)
{
	code[n++] = (struct uapi_sock_filter){ op, jt, jf, k };
}

/* the arch, then name for name, each with a jump to one return behind them */
static void
procd(void)
{
	struct policy_call calls[LENGTH(names)];
	int count = policy_list(&policy, BY_NAME, calls), i;

	n = 0;
	add(0x20, 0, 0, 4);
	add(0x15, 1, 0, abis[0].audit_arch);
	add(0x06, 0, 0, 0);
	add(0x20, 0, 0, 0);
	for (i = 0; i < count; i++)
		add(0x15, (uint8_t)(count - i - 1), i == count - 1, calls[i].nr);
	add(0x06, 0, 0, 0x7fff0000);
	add(0x06, 0, 0, 0);
}

#ifdef LIBSECCOMP
static void
libseccomp(uint32_t optimize)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(1));
	int fd = scratch(), pos;
	off_t size;

	seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, optimize);
	for (pos = 0; pos < abis[0].n; pos++)
		if (policy.reasons[0][pos])
			seccomp_rule_add(ctx, SCMP_ACT_ALLOW,
			    (int)abi_nr_at(0, pos), 0);
	if (seccomp_export_bpf(ctx, fd) < 0)
		die("libseccomp");
	size = lseek(fd, 0, SEEK_END);
	n = (int)(size / (off_t)sizeof *code);
	if (pread(fd, code, (size_t)size, 0) != size)
		die("libseccomp");
	seccomp_release(ctx);
	close(fd);
}
#endif

int
main(void)
{
	int count = 0;
	size_t i;

	policy.action = 1;
	for (i = 0; i < LENGTH(names); i++)
		count += policy_add_name(&policy, 0, names[i], REASON_SEEN) == 0;
	printf("instructions on a call's way, a policy of %d names of %s\n\n",
	    count, abis[0].name);
	printf("%-30s %14s %17s %9s\n", "", "allowed calls", "refused calls",
	    "in all");
	printf("%-30s %5s %8s %8s %8s\n", "filter", "most", "mean", "most",
	    "mean");
	n = filter_build(&policy, 0, code, FILTER_MAX);
	row("utrace");
#ifdef LIBSECCOMP
	libseccomp(1);
	row("libseccomp");
	libseccomp(2);
	row("libseccomp, its binary tree");
#endif
	procd();
	row("procd");
	return 0;
}
