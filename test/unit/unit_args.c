/* SPDX-License-Identifier: MIT
 *
 * args.c for x86's ABIs.
 */
#include "unit.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>

#define ABIS(X) X(x86_64) X(i386) X(x32)
#include "args_check.h"

enum { X86_64, I386, X32 };

/* by the numbers of this machine's headers, which are generic ones */
static void
test_names(int abi)
{
	check_str("names", names_of(abi, "socket", AF_INET6, SOCK_DGRAM |
	    SOCK_CLOEXEC, 0), "AF_INET6 SOCK_DGRAM");
	check_str("names", names_of(abi, "socket", AF_NETLINK, SOCK_RAW, 0),
	    "AF_NETLINK SOCK_RAW");
	check_str("names", names_of(abi, "socket", AF_PACKET, SOCK_STREAM, 0),
	    "AF_PACKET SOCK_STREAM");
	check_str("names", names_of(abi, "socket", AF_VSOCK, 11, 0),
	    "AF_VSOCK");
	check_str("names", names_of(abi, "socket", 77, SOCK_SEQPACKET, 0),
	    "SOCK_SEQPACKET");
	check_str("names", names_of(abi, "setsockopt", 3, SOL_SOCKET,
	    SO_REUSEADDR), "SOL_SOCKET SO_REUSEADDR");
	check_str("names", names_of(abi, "setsockopt", 3, SOL_SOCKET,
	    SO_BINDTODEVICE), "SOL_SOCKET SO_BINDTODEVICE");
	check_str("names", names_of(abi, "getsockopt", 3, SOL_SOCKET,
	    SO_PEERCRED), "SOL_SOCKET SO_PEERCRED");
	check_str("names", names_of(abi, "setsockopt", 3, IPPROTO_TCP,
	    TCP_NODELAY), "SOL_TCP");
	check_str("names", names_of(abi, "ioctl", 0, TIOCGWINSZ, 0),
	    "TIOCGWINSZ");
	check_str("names", names_of(abi, "ioctl", 0, TIOCSPGRP, 0),
	    "TIOCSPGRP");
	check_str("names", names_of(abi, "ioctl", 0, TIOCGPTN, 0), "TIOCGPTN");
	check_str("names", names_of(abi, "ioctl", 0, TIOCSPTLCK, 0),
	    "TIOCSPTLCK");
	check_str("names", names_of(abi, "ioctl", 0, FIONBIO, 0), "FIONBIO");
	check_str("names", names_of(abi, "ioctl", 0, FIOCLEX, 0), "FIOCLEX");
	check_str("names", names_of(abi, "ioctl", 0, SIOCGIFINDEX, 0),
	    "SIOCGIFINDEX");
	check_str("names", names_of(abi, "ioctl", 0, 0x12345678, 0), "");
	check_str("names", names_of(abi, "fcntl", 0, F_GETLK, 0), "F_GETLK");
	check_str("names", names_of(abi, "fcntl", 0, F_SETLKW, 0), "F_SETLKW");
	check_str("names", names_of(abi, "fcntl", 0, F_DUPFD_CLOEXEC, 0),
	    "F_DUPFD_CLOEXEC");
	check_str("names", names_of(abi, "fcntl", 0, F_GET_SEALS, 0),
	    "F_GET_SEALS");
	check_str("names", names_of(abi, "prctl", PR_SET_NAME, 0, 0),
	    "PR_SET_NAME");
	check_str("names", names_of(abi, "prctl", PR_SET_NO_NEW_PRIVS, 0, 0),
	    "PR_SET_NO_NEW_PRIVS");
	check_str("names", names_of(abi, "prctl", PR_CAPBSET_DROP, 0, 0),
	    "PR_CAPBSET_DROP");
	check_str("names", names_of(abi, "prctl", PR_CAP_AMBIENT, 0, 0),
	    "PR_CAP_AMBIENT");
	check_str("names", names_of(abi, "prctl", PR_SET_CHILD_SUBREAPER, 0,
	    0), "PR_SET_CHILD_SUBREAPER");
	check_str("names", names_of(abi, "madvise", 0, 0, MADV_DONTNEED),
	    "MADV_DONTNEED");
	check_str("names", names_of(abi, "madvise", 0, 0, MADV_NOHUGEPAGE),
	    "MADV_NOHUGEPAGE");
	check_str("names", names_of(abi, "clone", SIGCHLD, 0, 0),
	    "no namespaces");
	check_str("names", names_of(abi, "clone", CLONE_NEWUSER | CLONE_NEWNS |
	    SIGCHLD, 0, 0), "CLONE_NEWNS|CLONE_NEWUSER");
	check_str("names", names_of(abi, "unshare", CLONE_FILES | CLONE_NEWNET |
	    1, 0, 0), "CLONE_FILES|CLONE_NEWNET|0x1");
	check_str("names", names_of(abi, "unshare", 1, 0, 0), "");
	check_str("names", names_of(abi, "setns", 0, CLONE_NEWCGROUP, 0),
	    "CLONE_NEWCGROUP");
	check_str("names", names_of(abi, "mprotect", 0, 0, PROT_READ),
	    "no PROT_EXEC");
	check_str("names", names_of(abi, "mprotect", 0, 0, PROT_EXEC),
	    "PROT_EXEC");
	check_str("names", names_of(abi, "ptrace", PTRACE_SEIZE, 0, 0),
	    "PTRACE_SEIZE");
	check_str("names", names_of(abi, "futex", 0, 137, 0),
	    "FUTEX_WAIT_BITSET");
	check_str("names", names_of(abi, "bpf", 5, 0, 0), "BPF_PROG_LOAD");
}

static const char *
label_of(const char *name, int arg, int op, uint64_t mask, uint64_t value)
{
	struct policy_rule r = { .n = 1, .nr = (uint32_t)abi_nr(0, name),
	    .test = { { .arg = (uint8_t)arg, .op = (uint8_t)op, .value = value,
	    .mask = mask } } };
	static int fd = -1;
	struct out o;

	if (fd < 0)
		fd = scratch();
	out_init(&o, fd);
	args_write_names(&o, "", &r, "");
	out_flush(&o);
	return scratch_text(fd);
}

/* a name must be true of all values that pass the test, whoever wrote it */
static void
test_labels(void)
{
	static const struct {
		const char *name;
		int arg, op;
		uint64_t mask, value;
		const char *label;
	} rows[] = {
		{ "mmap", 2, OP_MASKED_EQ, 4, 0, "no PROT_EXEC" },
		{ "mmap", 2, OP_MASKED_EQ, 2, 0, "no PROT_WRITE" },
		{ "mmap", 2, OP_MASKED_EQ, 6, 0, "no PROT_WRITE|PROT_EXEC" },
		{ "mmap", 2, OP_MASKED_EQ, 1, 0, "" },
		{ "mmap", 2, OP_MASKED_EQ, 6, 2, "PROT_WRITE" },
		{ "mprotect", 2, OP_EQ, 0, 5, "PROT_READ|PROT_EXEC" },
		{ "mmap", 2, OP_LE, 0, 4, "" },
		{ "clone", 0, OP_MASKED_EQ, 0x7e020000, 0, "no namespaces" },
		{ "clone", 0, OP_MASKED_EQ, 0xffffffff, 0, "no namespaces" },
		{ "clone", 0, OP_MASKED_EQ, 0x10000000, 0, "no CLONE_NEWUSER" },
		{ "clone", 0, OP_MASKED_EQ, 0x100, 0, "" },
		{ "unshare", 0, OP_MASKED_EQ, 0x40020000, 0,
		  "no CLONE_NEWNS|CLONE_NEWNET" },
		{ "fcntl", 1, OP_EQ, 0, 2, "F_SETFD" },
		{ "fcntl", 1, OP_MASKED_EQ, 0xffffffff, 3, "F_GETFL" },
		{ "fcntl", 1, OP_MASKED_EQ, 3, 3, "" },
		{ "fcntl", 1, OP_LE, 0, 4, "F_DUPFD to F_SETFL" },
		{ "fcntl", 1, OP_LE, 0, 3, "F_DUPFD to F_GETFL" },
		{ "fcntl", 1, OP_LE, 0, 0x100000003, "" },
		{ "fcntl", 1, OP_LE, 0, 0x99, "" },
		{ "fcntl", 1, OP_LE, 0, 0, "" },
		{ "fcntl", 1, OP_LT, 0, 4, "" },
		{ "fcntl", 1, OP_GE, 0, 4, "" },
		{ "fcntl", 1, OP_NE, 0, 4, "" },
		{ "fcntl", 1, OP_MASKED_EQ, 0xfffffffc, 0,
		  "F_DUPFD to F_GETFL" },
		{ "fcntl", 1, OP_MASKED_EQ, 0xfffffffa, 0, "" },
		{ "fcntl", 1, OP_MASKED_EQ, 0xfffffffc, 4, "" },
		{ "fcntl", 1, OP_MASKED_EQ, 4, 0, "" },
		{ "madvise", 2, OP_LE, 0, 4, "MADV_NORMAL to MADV_DONTNEED" },
		{ "madvise", 2, OP_MASKED_EQ, 0xfffffff8, 0, "" },
		{ "unshare", 0, OP_LE, 0, 4, "" },
		{ "futex", 1, OP_LE, 0, 1, "" },
		{ "tgkill", 2, OP_EQ, 0, 6, "" },
		{ "fcntl", 1, OP_EQ, 0, 10, "F_SETSIG" },
		{ "fcntl", 1, OP_EQ, 0, 15, "F_SETOWN_EX" },
		{ "fcntl", 1, OP_EQ, 0, 37, "F_OFD_SETLK" },
		{ "fcntl", 1, OP_EQ, 0, 0x401, "F_GETLEASE" },
		{ "socket", 1, OP_MASKED_EQ, 1, 1, "" },
		{ "socket", 1, OP_MASKED_EQ, 15, 1, "SOCK_STREAM" },
		{ "futex", 1, OP_MASKED_EQ, 1, 1, "" },
		{ "futex", 1, OP_MASKED_EQ, 127, 1, "FUTEX_WAKE" },
	};
	struct policy_rule r = {
		.n = 2, .nr = (uint32_t)abi_nr(0, "setsockopt"),
		.test = { { .op = OP_EQ, .value = 1 },
			{ .arg = 2, .op = OP_EQ, .value = SO_REUSEADDR } },
	};
	struct out o;
	size_t i;

	out_init(&o, -1);
	check(!args_write_names(&o, "", &r, ""), "label_without_level", "%s",
	    o.buf);
	for (i = 0; i < LENGTH(rows); i++)
		check_str("label", label_of(rows[i].name, rows[i].arg,
		    rows[i].op, rows[i].mask, rows[i].value), rows[i].label);
}

/* where ABIs share a list of rules they look the same */
static void
test_rules(void)
{
	check_str("rule", rule_of(X86_64, "ioctl", 0, 0xffffffff80045430, 0),
	    "ioctl((arg1 & 0xffffffff) == 0x80045430) [TIOCGPTN]\n");
	check_str("rule_32", rule_of(I386, "ioctl", 0, 0x80045430, 0),
	    "i386:ioctl((arg1 & 0xffffffff) == 0x80045430) [TIOCGPTN]\n");
	check_str("rule_socket", rule_of(X86_64, "socket", 2, 0x80001, 6),
	    "socket((arg0 & 0xffffffff) == 2 && (arg1 & 15) == 1) "
	    "[AF_INET SOCK_STREAM]\n");
	check_str("rule_mmap", rule_of(X86_64, "mmap", 0, 0, 3),
	    "mmap((arg2 & 4) == 0) [no PROT_EXEC]\n");
	check_str("rule_clone", rule_of(X86_64, "clone", 0x1200011, 0, 0),
	    "clone((arg0 & 0x7e020000) == 0) [no namespaces]\n");
	check_str("names_socketcall", names_of(I386, "socketcall", 18, 0, 0),
	    "accept4");
	check_str("names_socketcall", names_of(I386, "socketcall", 1, 0, 0),
	    "socket");
	check_str("names_socketcall", names_of(I386, "socketcall", 20, 0, 0),
	    "sendmmsg");
	check_str("names_socketcall", names_of(I386, "socketcall", 21, 0, 0),
	    "");
	check_str("names_socketcall", names_of(I386, "socketcall", 0, 0, 0),
	    "");
	check_str("names_ipc", names_of(I386, "ipc", 1, 0, 0), "semop");
	check_str("names_ipc", names_of(I386, "ipc", 5, 0, 0), "");
	check_str("names_ipc", names_of(I386, "ipc", 14, 0, 0), "msgctl");
	check_str("names_ipc", names_of(I386, "ipc", 21, 0, 0), "shmat");
	check_str("names_ipc", names_of(I386, "ipc", 24, 0, 0), "shmctl");
	check_str("names_ipc", names_of(I386, "ipc", 25, 0, 0), "");
	check_str("names_ipc", names_of(I386, "ipc", 31, 0, 0), "");
}

int
main(void)
{
	int abi;

	test_all();
	for (abi = 0; abi < abi_count; abi++)
		test_names(abi);
	test_labels();
	test_rules();
	return unit_end();
}
