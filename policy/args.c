/* SPDX-License-Identifier: MIT
 *
 * Multiplexing calls, such as ioctl: which arguments select what they do, and
 * the names of the values.  Pointers never do: what they point to can change
 * after a filter has looked.
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

/* kinds of values; also the letters of their lists of names, below and in
 * syscalls/values.h */
enum kind {
	DOMAIN = 'A', TYPE, REQUEST, COMMAND, PRCTL, LEVEL, SOCKOPT, ADVICE,
	PERSONA, CLONE, PROT, FUTEX, BPF, PTRACE, KEYCTL, SOCKETCALL, IPC,
	NAMESPACES,
};

/* an argument that selects what a call does */
static const struct selector {
	uint16_t id;                    /* of the call's name */
	uint8_t arg;
	uint8_t kind;
} selectors[] = {
	/* sorted by argument where a call has two */
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

/* The bits that select.  To the kernel these arguments are ints, or their high
 * bits have no use.  C leaves the high half of a register undefined for an int,
 * and libcs extend it in different ways, so only the low half counts. */
static uint32_t
selecting_bits(int kind)
{
	switch (kind) {
	case TYPE:
		return 0xf;     /* without SOCK_CLOEXEC, SOCK_NONBLOCK */
	case FUTEX:
		return 0x7f;    /* without PRIVATE and CLOCK_REALTIME */
	case CLONE:             /* CLONE_NEWTIME's bit is in the exit signal */
		return CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
		    CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
	case PROT:
		return PROT_EXEC | PROT_WRITE;
	}
	return UINT32_MAX;
}

/* the first selector of a name, or the one for an argument that is not -1 */
static const struct selector *
selector_of_id(unsigned id, int arg)
{
	const struct selector *s;

	for (s = selectors; s < selectors + COUNT(selectors); s++)
		if (s->id == id && (arg < 0 || s->arg == arg))
			return s;
	return NULL;
}

/* the first selector of a call; NULL: its arguments don't matter */
static const struct selector *
first_selector(int abi, uint32_t nr)
{
	unsigned id = abi_name_id(abi, nr);

	/* on an ABI that has mmap2, mmap may pass its arguments in memory */
	if (!id || (id == ID_mmap && abi_id_nr(abi, ID_mmap2) >= 0))
		return NULL;
	return selector_of_id(id, -1);
}

/* the next selector of the same call, or NULL */
static const struct selector *
next_selector(const struct selector *s)
{
	if (s + 1 < selectors + COUNT(selectors) && s[1].id == s->id)
		return s + 1;
	return NULL;
}

/* make the test that allows this value; false: any value is to be allowed */
static bool
make_test(struct policy_test *t, const struct selector *s, uint32_t value)
{
	uint32_t mask = selecting_bits(s->kind);

	if (s->kind == PROT) {
		/* memory that was writable and executable at once can do
		 * anything, so a condition would be worth nothing */
		if ((value & mask) == mask)
			return false;
		if (!(value & PROT_EXEC))
			mask = PROT_EXEC;
	}
	*t = (struct policy_test){ .arg = s->arg, .op = OP_MASKED_EQ,
	    .value = value & mask, .mask = mask };
	/* If the native ABI has 64 bits, the 32-bit ones keep the mask: many
	 * formats have one list of rules for all ABIs. */
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
	const struct selector *s;
	int n = 0;

	for (s = first_selector(abi, nr); s; s = next_selector(s))
		n += make_test(&test[n], s, (uint32_t)args[s->arg]);
	return n;
}

int
args_add_any(struct policy *p, int abi, uint32_t nr, uint64_t count)
{
	struct out *o = log_begin();

	abi_write_call(o, abi, nr);
	out_str(o, ": too many different arguments; allowing any");
	log_end(o);
	return policy_add(p, abi, nr, REASON_SEEN, count);
}

int
args_add(struct policy *p, int abi, uint32_t nr, const uint64_t args[6],
    uint64_t count)
{
	struct policy_test test[ARGS_TESTS_MAX];
	int n = args_tests(abi, nr, args, test);
	const struct policy_rule *r;

	if (policy_add_seen(p, abi, nr, args, count))
		return 0;
	if (n) {
		if (policy_rules(p, abi, nr, &r) < ARGS_VALUES_MAX &&
		    policy_add_rule(p, abi, nr, REASON_SEEN, test, n) == 0) {
			policy_add_count(p, abi, nr, REASON_SEEN, count);
			return 1;
		}
		return args_add_any(p, abi, nr, count);
	}
	return policy_add(p, abi, nr, REASON_SEEN, count);
}

/* add the bits that a test depends on; false: it depends on others, too */
static bool
add_bits(const struct policy_test *t, uint64_t register_mask, uint32_t mask[3])
{
	uint64_t bits = register_mask;

	if (t->op == OP_MASKED_EQ)
		bits &= t->mask;
	if (t->arg > 2 || bits > UINT32_MAX)
		return false;
	mask[t->arg] |= (uint32_t)bits;
	return true;
}

int
args_masks(const struct policy *p, bool all, int abi, uint32_t nr,
    uint32_t mask[3])
{
	uint64_t register_mask = abi_register_mask(abi);
	const struct selector *s = all ? first_selector(abi, nr) : NULL;
	int reasons = policy_reasons(p, abi, nr);
	int n = 0, matter = s != NULL, i;
	const struct policy_rule *r;

	if (reasons & REASON_CONDITIONAL)
		matter = n = policy_rules(p, abi, nr, &r);
	else if (reasons)
		return 0;
	if (n && (unsigned)abi_table_index(abi, nr) >= ABI_TABLE_PRIVATE)
		return -1;
	memset(mask, 0, 3 * sizeof *mask);
	for (; s; s = next_selector(s))
		mask[s->arg] |= selecting_bits(s->kind);
	for (; n > 0; n--, r++)
		for (i = 0; i < r->n; i++)
			if (!add_bits(&r->test[i], register_mask, mask))
				return -1;
	return matter;
}

/* The names of the most important values that all machines share; abis[] has
 * the others.  A list starts with the letter of its kind.  Then come the prefix
 * of its names and the names, of 0, 1 and so on; a hexadecimal number before a
 * name is that name's value. */
static const char names[] =
    "A AF_ UNSPEC UNIX INET aINET6 10NETLINK PACKET 1fBLUETOOTH 26ALG 28VSOCK\0"
    "C SIOC 8910GIFNAME 8912GIFCONF GIFFLAGS SIFFLAGS GIFADDR 8927GIFHWADDR "
    "8933GIFINDEX 8946ETHTOOL\0"
    "D F_ DUPFD GETFD SETFD GETFL SETFL aSETSIG GETSIG fSETOWN_EX GETOWN_EX "
    "24OFD_GETLK OFD_SETLK OFD_SETLKW 400SETLEASE GETLEASE NOTIFY "
    "406DUPFD_CLOEXEC SETPIPE_SZ GETPIPE_SZ ADD_SEALS GET_SEALS\0"
    "E PR_ 1SET_PDEATHSIG GET_PDEATHSIG GET_DUMPABLE SET_DUMPABLE "
    "8SET_KEEPCAPS fSET_NAME GET_NAME 15GET_SECCOMP SET_SECCOMP CAPBSET_READ "
    "CAPBSET_DROP 24SET_CHILD_SUBREAPER "
    "26SET_NO_NEW_PRIVS GET_NO_NEW_PRIVS 2fCAP_AMBIENT 41555856GET_AUXV 53564d41SET_VMA\0"
    "F SOL_ IP 6TCP 11UDP 29IPV6 107PACKET 10eNETLINK\0"
    "H MADV_ NORMAL RANDOM SEQUENTIAL WILLNEED DONTNEED 8FREE REMOVE "
    "cMERGEABLE eHUGEPAGE NOHUGEPAGE DONTDUMP 66GUARD_INSTALL GUARD_REMOVE\0"
    "J CLONE_ 7NEWTIME VM FS FILES 10THREAD NEWNS 19NEWCGROUP NEWUTS NEWIPC "
    "NEWUSER NEWPID NEWNET\0"
    "K PROT_ READ WRITE EXEC\0"
    "L FUTEX_ WAIT WAKE 3REQUEUE CMP_REQUEUE WAKE_OP LOCK_PI UNLOCK_PI "
    "9WAIT_BITSET WAKE_BITSET\0"
    "M BPF_ MAP_CREATE 5PROG_LOAD\0"
    "N PTRACE_ TRACEME 7CONT 10ATTACH 18SYSCALL 4206SEIZE\0"
    /* read, not written */
    "Z PROT_ NONE\0"
    "Z PF_ 1UNIX 10NETLINK\0"
    "Z GRND_ 1NONBLOCK RANDOM\0"
    "Z SIG 6ABRT 9KILL dPIPE fTERM\0"
    "Z MREMAP_ 1MAYMOVE\0"
    "Z MS_ 2NOSUID 4NODEV 8NOEXEC 400NOATIME 1000BIND\0";

/* the calls that socketcall carries out, from 1 on, and ipc, from 1, 11 and 21
 * on */
enum { N_SOCKETCALLS = 20 };
static const uint16_t multiplexed[] = {
	ID_socket, ID_bind, ID_connect, ID_listen, ID_accept, ID_getsockname,
	ID_getpeername, ID_socketpair, ID_send, ID_recv, ID_sendto, ID_recvfrom,
	ID_shutdown, ID_setsockopt, ID_getsockopt, ID_sendmsg, ID_recvmsg,
	ID_accept4, ID_recvmmsg, ID_sendmmsg,
	ID_semop, ID_semget, ID_semctl, ID_semtimedop,
	ID_msgsnd, ID_msgrcv, ID_msgget, ID_msgctl,
	ID_shmat, ID_shmdt, ID_shmget, ID_shmctl,
};

/* Find a value's name in a list or, if name is not NULL, a name's value. NULL:
 * the list lacks it. */
static const char *
find_in_list(const char *list, const char *name, uint32_t *value, size_t *len)
{
	const char *s = list + strcspn(list, " ");
	uint32_t v = 0;

	for (; *s; s += *len, v++) {
		if (*++s < 'A' || *s > 'Z')
			for (v = 0; *s < 'A' || *s > 'Z'; s++)
				v = v * 16 + (uint32_t)(*s - (*s < 'a' ? '0' :
				    'a' - 10));
		*len = strcspn(s, " ");
		if (name ? !strncmp(s, name, *len) && !name[*len] :
		    v == *value) {
			*value = v;
			return s;
		}
	}
	return NULL;
}

/* write the name of a value, from one list; false: the list lacks it */
static bool
write_from_list(struct out *o, const char *before, const char *list,
    uint32_t value)
{
	size_t len;
	const char *name = find_in_list(list, NULL, &value, &len);

	if (!name)
		return false;
	out_str(o, before);
	out_mem(o, list, strcspn(list, " "));
	out_mem(o, name, len);
	return true;
}

static bool
write_from_lists(struct out *o, const char *before, const char *list, int kind,
    uint32_t value)
{
	for (; *list; list += strlen(list) + 1)
		if (*list == kind && write_from_list(o, before, list + 2, value))
			return true;
	return false;
}

bool
args_value(const char *name, uint64_t *value)
{
	const char *list = names, *more = abis[0].value_names;
	size_t prefix, len;
	uint32_t v;

	for (;; list += strlen(list) + 1) {
		if (!*list) {
			list = more;
			more = "";
		}
		if (!*list)
			return false;
		prefix = strcspn(list + 2, " ");
		if (strncmp(list + 2, name, prefix) != 0 ||
		    !find_in_list(list + 2, name + prefix, &v, &len))
			continue;
		*value = *list == CLONE || *list == PROT ? 1u << v : v;
		return true;
	}
}

static bool
write_value_name(struct out *o, const char *before, int abi, int kind,
    uint32_t value)
{
	return write_from_lists(o, before, names, kind, value) ||
	    write_from_lists(o, before, abis[abi].value_names, kind, value);
}

/* write the bits that have names, and the others as a number */
static bool
write_bits(struct out *o, const char *before, int abi, int kind,
    uint32_t value)
{
	uint32_t unnamed = value;
	unsigned bit;

	for (bit = 0; bit < 32; bit++)
		if (value >> bit & 1 && write_value_name(o, unnamed == value ?
		    before : "|", abi, kind, bit))
			unnamed &= ~(1u << bit);
	if (unnamed && unnamed != value)
		out_fmt(o, "|0x%x", unnamed);
	return unnamed != value;
}

/* write which bits must be 0 */
static bool
write_zero_bits(struct out *o, const char *before, int abi, int kind,
    uint32_t mask)
{
	uint32_t namespaces = selecting_bits(CLONE);

	if (!(mask & (kind == PROT ? PROT_WRITE | PROT_EXEC : namespaces)))
		return false;
	out_str(o, before);
	out_str(o, "no ");
	if (kind != PROT && (mask & namespaces) == namespaces)
		out_str(o, "namespaces");
	else
		write_bits(o, "", abi, kind == PROT ? PROT : CLONE, mask);
	return true;
}

/* The highest value that passes a test that all values from 0 up to it pass; 0
 * for any other test. */
static uint32_t
last_from_zero(const struct policy_test *t)
{
	uint64_t last = 0;

	if (t->op == OP_LE)
		last = t->value;
	else if (t->op == OP_MASKED_EQ && !t->value)
		last = (uint32_t)~t->mask;
	if (last > UINT32_MAX || (t->op == OP_MASKED_EQ && last & (last + 1)))
		return 0;
	return (uint32_t)last;
}

/* write the names of the first and the last value, if both have one */
static bool
write_range(struct out *o, const char *before, int abi, int kind,
    uint32_t last)
{
	size_t len = o->len;

	if (last && write_value_name(o, before, abi, kind, 0) &&
	    write_value_name(o, " to ", abi, kind, last))
		return true;
	o->len = len;
	return false;
}

/* write the name of the call that socketcall or ipc carries out */
static bool
write_multiplexed(struct out *o, const char *before, int kind, uint32_t value)
{
	uint32_t i = value - 1, n = N_SOCKETCALLS;
	const uint16_t *ids = multiplexed;

	if (kind == IPC) {
		ids += n;
		n = i % 10 < 4 ? COUNT(multiplexed) - n : 0;
		i = i / 10 * 4 + i % 10;
	}
	if (i >= n)
		return false;
	out_str(o, before);
	out_str(o, abi_id_name(ids[i]));
	return true;
}

/* the level of setsockopt() */
static bool
is_sol_socket(int abi, const struct policy_test *t)
{
	return t->arg == 1 && (t->op == OP_EQ || (t->op == OP_MASKED_EQ &&
	    (uint32_t)t->mask == UINT32_MAX)) &&
	    t->value == ((abis[abi].audit_arch & 0xffff) == EM_MIPS_ ?
	    0xffff : 1);
}

static bool
write_test_name(struct out *o, const char *before,
    const struct policy_rule *rule, const struct policy_test *t)
{
	const struct selector *s =
	    selector_of_id(abi_name_id(rule->abi, rule->nr), t->arg);
	uint32_t value = (uint32_t)t->value, mask;
	int kind = s ? s->kind : 0;

	if (!s)
		return false;
	if (selecting_bits(kind) == UINT32_MAX && kind != NAMESPACES &&
	    write_range(o, before, rule->abi, kind, last_from_zero(t)))
		return true;
	if (t->op != OP_EQ && t->op != OP_MASKED_EQ)
		return false;
	mask = t->op == OP_EQ ? UINT32_MAX : (uint32_t)t->mask;
	if (kind == CLONE || kind == PROT || kind == NAMESPACES) {
		if (value || t->op == OP_EQ)
			return write_bits(o, before, rule->abi,
			    kind == PROT ? PROT : CLONE, value);
		return write_zero_bits(o, before, rule->abi, kind, mask);
	}
	/* a name stands for one value of all bits that select */
	if (~mask & selecting_bits(kind))
		return false;
	value &= selecting_bits(kind);
	/* only SOL_SOCKET's options: the other levels have too many */
	if (kind == SOCKOPT && (t == rule->test ||
	    !is_sol_socket(rule->abi, &t[-1])))
		return false;
	if (kind == SOCKETCALL || kind == IPC)
		return write_multiplexed(o, before, kind, value);
	return write_value_name(o, before, rule->abi, kind, value);
}

bool
args_write_names(struct out *o, const char *before, const struct policy_rule *r,
    const char *after)
{
	bool any = false;
	int i;

	for (i = 0; i < r->n; i++)
		any |= write_test_name(o, any ? " " : before, r, &r->test[i]);
	if (any)
		out_str(o, after);
	return any;
}
