/* SPDX-License-Identifier: MIT
 *
 * filter.c in this kernel: each number of the native ABI is called under a
 * filter that refuses all but a few.
 */
#include "unit.h"

#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "syscalls/abi.h"
#include "policy/policy.h"
#include "lib/uapi.h"
#include "policy/filter.h"

static struct policy policy;
static struct uapi_sock_filter prog[FILTER_MAX];

static const char *const allowed[] = {
	"exit_group", "write", "writev", "getpid",
};

/* no call refuses with this one */
enum { REFUSED = EDOM };

static void
enter(void)
{
	struct uapi_sock_fprog fprog = { 0, prog };
	int n = filter_build(&policy, 0, prog, FILTER_MAX);

	fprog.len = (unsigned short)n;
	if (n < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, UAPI_SECCOMP_MODE_FILTER, &fprog) < 0)
		die("filter");
}

static void
allow_few(void)
{
	size_t i;

	memset(&policy, 0, sizeof policy);
	policy.action = REFUSED;
	for (i = 0; i < LENGTH(allowed); i++)
		policy_add_name(&policy, 0, allowed[i], REASON_SEEN);
}

/* no _exit(), nothing marked so: there a sanitizer makes calls of its own */
static int
leave(bool failed)
{
	fflush(stdout);
	syscall(SYS_exit_group, failed);
	return 1;
}

static int
error_of(uint32_t nr, unsigned long arg)
{
	errno = 0;
	return syscall((long)(int)nr, arg, 0L, 0L, 0L, 0L, 0L) == -1 ? errno : 0;
}

/* mips's syscall is the call that it carries, and x86-64's trampolines pass by
 * any filter (Linux 6.14) and raise SIGILL */
static bool
apart(uint32_t nr)
{
	const char *name = abi_name(0, nr);

	if (!name)              /* uprobe is newer than our table */
		return nr == 336 && !strcmp(abis[0].name, "x86_64");
	return !strcmp(name, "syscall") || !strcmp(name, "uretprobe") ||
	    !strcmp(name, "uprobe");
}

static int
all_numbers(void)
{
	uint32_t nr = abis[0].base - 20, end = nr + ABI_TABLE_PRIVATE + 40;
	int bad = 0, want, got;
	const char *name;

	enter();
	for (; nr != end; nr++) {
		if (policy_reasons(&policy, 0, nr) || nr == UINT32_MAX || apart(nr))
			continue;
		name = abi_name(0, nr);
		want = name ? REFUSED : ENOSYS;
		got = error_of(nr, 0);
		if (got != want) {
			printf("%d %s: %d, not %d\n", (int)nr,
			    name ? name : "?", got, want);
			bad++;
		}
	}
	return leave(bad || getpid() <= 0);
}

/* a 32-bit register holds the low half of what is tried */
static int
close_rules(void)
{
	static const uint64_t tries[] = {
		0x3e7, 0x1000003e7, 0x3e8, 0x3e6, 0xffffffff, 0x2000003e7,
		0x1000003e8, 0x3000003e6,
	};
	uint64_t args[6] = { 0 };
	int64_t nr = abi_nr(0, "close");
	int bad = 0, want, got;
	size_t i;

	enter();
	for (i = 0; i < LENGTH(tries); i++) {
		args[0] = (unsigned long)tries[i];
		want = policy_allows(&policy, 0, (uint32_t)nr, args) ? EBADF :
		    REFUSED;
		/* no such descriptor */
		got = error_of((uint32_t)nr, (unsigned long)tries[i]);
		if (got != want) {
			printf("close %llx: %d, not %d\n",
			    (unsigned long long)tries[i], got, want);
			bad++;
		}
	}
	return leave(bad);
}

static int
x32(void)
{
	enter();
	return leave(error_of(0x40000000 + 39, 0) != REFUSED);
}

static void
test_close(void)
{
	struct policy_test t = { .mask = 0xfffffff00000000f };
	char name[16];

	for (t.op = 0; t.op <= OP_MASKED_EQ; t.op++) {
		t.value = t.op == OP_MASKED_EQ ? 0x100000007 : 0x1000003e7;
		allow_few();
		policy_add_rule(&policy, 0, (uint32_t)abi_nr(0, "close"),
		    REASON_SEEN, &t, 1);
		sprintf(name, "close_op_%d", t.op);
		check_num(name, in_child(close_rules), 0);
	}
}

int
main(void)
{
	/* a filter at no address */
	if (prctl(PR_SET_SECCOMP, UAPI_SECCOMP_MODE_FILTER, NULL) == 0 ||
	    errno != EFAULT) {
		skip("filter_kernel", "no seccomp filters in this kernel");
		return unit_end();
	}
	allow_few();
	check_num("all_numbers", in_child(all_numbers), 0);
	test_close();
	allow_few();
	if (abi_find(abis[0].audit_arch, 0x40000000) > 0)
		check_num("x32", in_child(x32), 0);
	return unit_end();
}
