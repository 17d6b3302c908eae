/* SPDX-License-Identifier: MIT
 *
 * Calls that are many in one: which of their arguments choose, and what the
 * values are called; and calls that a policy should not have unseen.  Never
 * pointers: what they point to can change once a filter has looked.
 */
#include "policy/args.h"

#include <sched.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/log.h"
#include "lib/out.h"
#include "lib/uapi.h"
#include "policy/policy.h"
#include "syscalls/abi.h"
#include "syscalls/ids.h"

#define COUNT(a) (sizeof (a) / sizeof *(a))

/* kinds of values; the letters of their lists below */
enum kind {
	DOMAIN = 'A', TYPE, REQUEST, COMMAND, PRCTL, LEVEL, SOCKOPT, ADVICE,
	PERSONA, CLONE, PROT, FUTEX, BPF, PTRACE, KEYCTL, SOCKETCALL, IPC,
	NAMESPACES,
};

static const struct row {
	uint16_t id;
	uint8_t arg;
	uint8_t kind;
} rows[] = {
	/* by argument where a call has two */
	{ ID_socket, 0, DOMAIN }, { ID_socket, 1, TYPE },
	{ ID_socketpair, 0, DOMAIN }, { ID_socketpair, 1, TYPE },
	{ ID_setsockopt, 1, LEVEL }, { ID_setsockopt, 2, SOCKOPT },
	{ ID_getsockopt, 1, LEVEL }, { ID_getsockopt, 2, SOCKOPT },
	{ ID_ioctl, 1, REQUEST },
	{ ID_fcntl, 1, COMMAND }, { ID_fcntl64, 1, COMMAND },
	{ ID_prctl, 0, PRCTL },
	{ ID_madvise, 2, ADVICE },
	{ ID_personality, 0, PERSONA },
	{ ID_clone, 0, CLONE },
	{ ID_unshare, 0, NAMESPACES }, { ID_setns, 1, NAMESPACES },
	{ ID_mmap, 2, PROT }, { ID_mmap2, 2, PROT },
	{ ID_mprotect, 2, PROT }, { ID_pkey_mprotect, 2, PROT },
	{ ID_futex, 1, FUTEX }, { ID_futex_time64, 1, FUTEX },
	{ ID_bpf, 0, BPF },
	{ ID_ptrace, 0, PTRACE },
	{ ID_keyctl, 0, KEYCTL },
	{ ID_socketcall, 0, SOCKETCALL },
	{ ID_ipc, 0, IPC },
};

/* All of them are ints to the kernel, or of no use with more bits.  C leaves
 * the high half of a register undefined, and libcs extend as they like: only
 * the low one may be looked at. */
static uint32_t
mask_of(int kind)
{
	switch (kind) {
	case TYPE:
		return 0xf;     /* without SOCK_CLOEXEC, SOCK_NONBLOCK */
	case FUTEX:
		return 0x7f;    /* without PRIVATE and CLOCK_REALTIME */
	case CLONE:             /* not CLONE_NEWTIME: the exit signal there */
		return CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
		    CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
	case PROT:
		return PROT_EXEC | PROT_WRITE;
	}
	return UINT32_MAX;
}

/* the first row of a name's, the one from there on for an argument (-1: any) */
static const struct row *
row_of(unsigned id, int arg)
{
	const struct row *r;

	for (r = rows; r < rows + COUNT(rows); r++)
		if (r->id == id && (arg < 0 || r->arg == arg))
			return r;
	return NULL;
}

/* the first of a call; NULL: it has none */
static const struct row *
rows_of(int abi, uint32_t nr)
{
	unsigned id = abi_name_id(abi, nr);

	/* where there is mmap2, mmap may have its arguments in memory */
	if (!id || (id == ID_mmap && abi_id_nr(abi, ID_mmap2) >= 0))
		return NULL;
	return row_of(id, -1);
}

/* the next one of the same call; NULL: there is no more */
static const struct row *
next_row(const struct row *r)
{
	return r + 1 < rows + COUNT(rows) && r[1].id == r->id ? r + 1 : NULL;
}

/* false: any value will do */
static bool
make_test(struct policy_test *t, const struct row *r, uint32_t v)
{
	uint32_t mask = mask_of(r->kind);

	if (r->kind == PROT) {
		/* once something was both, no condition makes sense */
		if ((v & mask) == mask)
			return false;
		if (!(v & PROT_EXEC))
			mask = PROT_EXEC;
	}
	*t = (struct policy_test){ .arg = r->arg, .op = OP_MASKED_EQ,
	    .value = v & mask, .mask = mask };
	/* on 64 bits 32-bit ABIs get the same, since there many formats have
	 * one list of rules for all ABIs */
	if (mask == UINT32_MAX && abis[0].bits == 32) {
		t->op = OP_EQ;
		t->mask = 0;
	}
	return true;
}

int
args_tests(int abi, uint32_t nr, const uint64_t args[6],
    struct policy_test *test)
{
	const struct row *r;
	int n = 0;

	for (r = rows_of(abi, nr); r; r = next_row(r))
		n += make_test(&test[n], r, (uint32_t)args[r->arg]);
	return n;
}

int
args_any(struct policy *p, int abi, uint32_t nr, uint64_t count)
{
	log_warn("%s: more arguments than can be told apart: allowed with any",
	    abi_name(abi, nr));
	return policy_add(p, abi, nr, REASON_SEEN, count);
}

int
args_add(struct policy *p, int abi, uint32_t nr, const uint64_t args[6],
    uint64_t count)
{
	struct policy_test test[ARGS_TESTS_MAX];
	int n = args_tests(abi, nr, args, test);
	const struct policy_rule *r;

	if (policy_allows(p, abi, nr, args))
		return policy_add_count(p, abi, nr, REASON_SEEN, count);
	if (n) {
		if (policy_rules(p, abi, nr, &r) < ARGS_VALUES_MAX &&
		    policy_add_rule(p, abi, nr, REASON_SEEN, test, n) == 0) {
			policy_add_count(p, abi, nr, REASON_SEEN, count);
			return 1;
		}
		return args_any(p, abi, nr, count);
	}
	return policy_add(p, abi, nr, REASON_SEEN, count);
}

/* the bits that a condition looks at; false: not only such as these */
static bool
add_bits(const struct policy_test *t, uint64_t width, uint32_t mask[3])
{
	uint64_t bits = t->op == OP_MASKED_EQ ? t->mask & width : width;

	if (t->arg > 2 || bits > UINT32_MAX)
		return false;
	mask[t->arg] |= (uint32_t)bits;
	return true;
}

int
args_masks(const struct policy *p, bool all, int abi, uint32_t nr,
    uint32_t mask[3])
{
	uint64_t width = abis[abi].bits == 64 ? UINT64_MAX : UINT32_MAX;
	const struct row *row = all ? rows_of(abi, nr) : NULL;
	int why = policy_reasons(p, abi, nr), n = 0, looks = row != NULL, i;
	const struct policy_rule *r;

	if (why & REASON_CONDITIONAL)
		looks = n = policy_rules(p, abi, nr, &r);
	else if (why)
		return 0;
	if (n && (unsigned)abi_table_index(abi, nr) >= ABI_TABLE_PRIVATE)
		return -1;
	memset(mask, 0, 3 * sizeof *mask);
	for (; row; row = next_row(row))
		mask[row->arg] |= mask_of(row->kind);
	for (; n > 0; n--, r++)
		for (i = 0; i < r->n; i++)
			if (!add_bits(&r->test[i], width, mask))
				return -1;
	return looks;
}

/* The names that matter most.  Each list: a kind, where it is true (mips, not
 * mips, both), a prefix and the names of 0 and so on, or from a hexadecimal
 * number on. */
static const char names[] =
    "A AF_ UNSPEC UNIX INET aINET6 10NETLINK PACKET 1fBLUETOOTH 26ALG 28VSOCK\0"
    "B-SOCK_ 1STREAM DGRAM RAW RDM SEQPACKET\0"
    "BmSOCK_ 1DGRAM STREAM RAW RDM SEQPACKET\0"
    "C-TC 5401GETS SETS SETSW SETSF\0"
    "C-TIOC 540fGPGRP SPGRP 5413GWINSZ SWINSZ 80045430GPTN 40045431SPTLCK\0"
    "C-FIO 541bNREAD 5421NBIO 5450NCLEX CLEX\0"
    "CmTC 540dGETS SETS SETSW SETSF\0"
    "CmTIOC 80047476SPGRP 40047477GPGRP 40087468GWINSZ 80087467SWINSZ "
    "40045430GPTN 80045431SPTLCK\0"
    "CmFIO 467fNREAD 667eNBIO 6601CLEX NCLEX\0"
    "C SIOC 8912GIFCONF GIFFLAGS 8915GIFADDR 8927GIFHWADDR 8933GIFINDEX\0"
    "D F_ DUPFD GETFD SETFD GETFL SETFL 400SETLEASE 406DUPFD_CLOEXEC SETPIPE_SZ "
    "GETPIPE_SZ ADD_SEALS GET_SEALS\0"
    "D-F_ 5GETLK SETLK SETLKW SETOWN GETOWN cGETLK64 SETLK64 SETLKW64\0"
    "DmF_ 6SETLK SETLKW eGETLK 17GETOWN SETOWN 21GETLK64 SETLK64 SETLKW64\0"
    "E PR_ 1SET_PDEATHSIG GET_PDEATHSIG GET_DUMPABLE SET_DUMPABLE 8SET_KEEPCAPS "
    "fSET_NAME GET_NAME 15GET_SECCOMP SET_SECCOMP CAPBSET_READ CAPBSET_DROP "
    "24SET_CHILD_SUBREAPER 26SET_NO_NEW_PRIVS 2fCAP_AMBIENT 53564d41SET_VMA\0"
    "F SOL_ IP 6TCP 11UDP 29IPV6 107PACKET 10eNETLINK\0"
    "F-SOL_ 1SOCKET\0"
    "FmSOL_ ffffSOCKET\0"
    "G-SO_ 2REUSEADDR TYPE ERROR 6BROADCAST SNDBUF RCVBUF KEEPALIVE dLINGER "
    "fREUSEPORT PASSCRED PEERCRED 14RCVTIMEO SNDTIMEO 19BINDTODEVICE\0"
    "GmSO_ 4REUSEADDR 8KEEPALIVE 11PASSCRED PEERCRED 19BINDTODEVICE "
    "20BROADCAST 80LINGER 200REUSEPORT 1001SNDBUF RCVBUF 1005SNDTIMEO RCVTIMEO "
    "ERROR TYPE\0"
    "H MADV_ NORMAL RANDOM SEQUENTIAL WILLNEED DONTNEED 8FREE eHUGEPAGE "
    "NOHUGEPAGE\0"
    "J CLONE_ 7NEWTIME 9FS FILES 11NEWNS 19NEWCGROUP NEWUTS NEWIPC NEWUSER "
    "NEWPID NEWNET\0"
    "K PROT_ READ WRITE EXEC\0"
    "L FUTEX_ WAIT WAKE 3REQUEUE CMP_REQUEUE WAKE_OP LOCK_PI UNLOCK_PI "
    "9WAIT_BITSET WAKE_BITSET\0"
    "M BPF_ MAP_CREATE 5PROG_LOAD\0"
    "N PTRACE_ TRACEME 7CONT 10ATTACH 18SYSCALL 4206SEIZE\0";

/* what socketcall hides from 1 on, and ipc from 1, 11 and 21 on */
enum { N_SOCKETCALLS = 20 };
static const uint16_t hidden[] = {
	ID_socket, ID_bind, ID_connect, ID_listen, ID_accept, ID_getsockname,
	ID_getpeername, ID_socketpair, ID_send, ID_recv, ID_sendto, ID_recvfrom,
	ID_shutdown, ID_setsockopt, ID_getsockopt, ID_sendmsg, ID_recvmsg,
	ID_accept4, ID_recvmmsg, ID_sendmmsg,
	ID_semop, ID_semget, ID_semctl, ID_semtimedop,
	ID_msgsnd, ID_msgrcv, ID_msgget, ID_msgctl,
	ID_shmat, ID_shmdt, ID_shmget, ID_shmctl,
};

/* false: it is not in this list */
static bool
write_from(struct out *o, const char *before, const char *list, uint32_t v)
{
	size_t prefix = strcspn(list, " "), len;
	const char *s = list + prefix;
	uint32_t at = 0;

	for (; *s; s += len, at++) {
		if (*++s < 'A' || *s > 'Z')
			for (at = 0; *s < 'A' || *s > 'Z'; s++)
				at = at * 16 + (uint32_t)(*s - (*s < 'a' ? '0' :
				    'a' - 10));
		len = strcspn(s, " ");
		if (at != v)
			continue;
		out_str(o, before);
		out_mem(o, list, prefix);
		out_mem(o, s, len);
		return true;
	}
	return false;
}

static bool
is_mips(int abi)
{
	return (abis[abi].audit_arch & 0xffff) == EM_MIPS_;
}

static bool
write_name(struct out *o, const char *before, int abi, int kind, uint32_t v)
{
	const char *s = names;

	for (; *s; s += strlen(s) + 1)
		if (*s == kind && s[1] != (is_mips(abi) ? '-' : 'm') &&
		    write_from(o, before, s + 2, v))
			return true;
	return false;
}

/* bits by name, the rest as a number */
static bool
write_bits(struct out *o, const char *before, int abi, int kind, uint32_t v)
{
	uint32_t rest = v;
	unsigned bit;

	for (bit = 0; bit < 32; bit++)
		if (v >> bit & 1 && write_name(o, rest == v ? before : "|", abi,
		    kind, bit))
			rest &= ~(1u << bit);
	if (rest && rest != v)
		out_fmt(o, "|0x%x", rest);
	return rest != v;
}

static bool
write_hidden(struct out *o, const char *before, int kind, uint32_t v)
{
	uint32_t i = v - 1, n = N_SOCKETCALLS;
	const uint16_t *ids = hidden;

	if (kind == IPC) {
		ids += n;
		n = i % 10 < 4 ? COUNT(hidden) - n : 0;
		i = i / 10 * 4 + i % 10;
	}
	if (i >= n)
		return false;
	out_fmt(o, "%s%s", before, abi_id_name(ids[i]));
	return true;
}

static bool
write_value(struct out *o, const char *before, const struct policy_rule *rule,
    const struct policy_test *t)
{
	const struct row *r = row_of(abi_name_id(rule->abi, rule->nr), t->arg);
	uint32_t v = (uint32_t)t->value;
	int kind = r ? r->kind : 0;

	if (!r || (t->op != OP_EQ && t->op != OP_MASKED_EQ))
		return false;
	if (kind != CLONE && kind != PROT && kind != NAMESPACES)
		v &= mask_of(kind);
	else if (v || t->op == OP_EQ)
		return write_bits(o, before, rule->abi, kind == PROT ? PROT :
		    CLONE, v);
	else {
		out_fmt(o, "%sno %s", before, kind == PROT ? "PROT_EXEC" :
		    "namespaces");
		return true;
	}
	/* the other levels have too many */
	if (kind == SOCKOPT && (t == rule->test ||
	    t[-1].value != (is_mips(rule->abi) ? 0xffff : 1)))
		return false;
	if (kind == SOCKETCALL || kind == IPC)
		return write_hidden(o, before, kind, v);
	return write_name(o, before, rule->abi, kind, v);
}

bool
args_write_names(struct out *o, const char *before, const struct policy_rule *r,
    const char *after)
{
	bool any = false;
	int i;

	for (i = 0; i < r->n; i++)
		any |= write_value(o, any ? " " : before, r, &r->test[i]);
	if (any)
		out_str(o, after);
	return any;
}
