/* SPDX-License-Identifier: MIT
 *
 * What a format can express of a policy.  What it can't express makes the
 * policy allow more, never less: the program that was recorded must run.  Knows
 * the consumers' traps, not how anything is written.
 */
#include "format/caps.h"

#include <errno.h>
#include <string.h>

#include "lib/errors.h"
#include "lib/small.h"
#include "lib/util.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

/* of a policy, for CAPS_FEW_RULES: a call takes two labels, a rule one */
enum { FEW_RULES_MAX = 160 };

/* runc and crun load the filter before they drop their privileges; what crun
 * creates for Podman then waits in select() until it is started */
const char caps_runc_calls[] =
    "_newselect\0brk\0capget\0capset\0chdir\0close\0close_range\0dup3\0"
    "epoll_ctl\0epoll_pwait\0execve\0faccessat2\0fchown\0fchown32\0fcntl\0"
    "fcntl64\0fstat\0fstat64\0fstatat64\0fstatfs\0fstatfs64\0futex\0getcwd\0"
    "getdents64\0getpid\0getppid\0gettid\0mmap\0mmap2\0mprotect\0munmap\0"
    "nanosleep\0newfstatat\0openat\0openat2\0prctl\0pselect6\0"
    "pselect6_time64\0read\0readlinkat\0rt_sigaction\0rt_sigprocmask\0"
    "rt_sigreturn\0sched_yield\0seccomp\0select\0setgid\0setgid32\0"
    "setgroups\0setgroups32\0setresgid\0setresgid32\0setresuid\0setresuid32\0"
    "setuid\0setuid32\0sigaltstack\0stat\0stat64\0statx\0tgkill\0write\0";

enum { RUNC_VALUES = 5 };

/* Their arguments, to be added to the program's own argument rules.  A call that
 * has no row here is allowed with any arguments. */
static const struct {
	char name[9];
	uint8_t arg;
	uint16_t mask;          /* 0: the argument is one of the values */
	uint16_t values[RUNC_VALUES];
} runc_uses[] = {
	/* GETFD, SETFD, GETFL, SETFL, DUPFD_CLOEXEC */
	{ "fcntl", 1, 0, { 1, 2, 3, 4, 1030 } },
	{ "fcntl64", 1, 0, { 1, 2, 3, 4, 1030 } },
	/* WAIT, WAKE, WAIT_BITSET, private; WAKE; WAIT_BITSET, realtime */
	{ "futex", 1, 0, { 128, 129, 137, 1, 393 } },
	/* no PROT_EXEC */
	{ "mmap", 2, 4, { 0 } }, { "mmap2", 2, 4, { 0 } },
	{ "mprotect", 2, 4, { 0 } },
	/* PDEATHSIG, KEEPCAPS, CAPBSET_READ and _DROP, CAP_AMBIENT */
	{ "prctl", 0, 0, { 1, 8, 23, 24, 47 } },
	/* SIGURG, by which Go's runtime interrupts a thread */
	{ "tgkill", 2, 0, { 23, 23, 23, 23, 23 } },
};

bool
caps_has_abi(unsigned caps, int abi)
{
	return !abi || (caps & CAPS_FOREIGN_ABIS && !(caps & CAPS_NO_X32 &&
	    abis[abi].audit_arch == abis[0].audit_arch));
}

bool
caps_has_call(unsigned caps, int abi, uint32_t nr)
{
	/* firejail takes -1 for a statement about call 1 */
	return caps_has_abi(caps, abi) && (abi_name_id(abi, nr) ||
	    (caps & CAPS_NUMBERS && !(caps & CAPS_NO_X32 && nr >> 31)));
}

int
caps_action(unsigned caps, int action)
{
	bool any_errno = caps & CAPS_ERRNO;

	if (action == ACTION_LOG && !(caps & CAPS_LOG))
		action = EPERM;
	if (action == ACTION_KILL || action == ACTION_LOG)
		return action;
	if (any_errno && !(caps & CAPS_NAMED_ERRNO && !error_name(action)))
		return action;
	return any_errno || caps & CAPS_EPERM ? EPERM : ACTION_KILL;
}

/* The policy_reasons() of the call that has this call's name on another ABI, if
 * a name means the calls of all ABIs; and its number there. */
static int
reasons_on(const struct policy *p, unsigned caps, int abi, uint32_t nr,
    int other, uint32_t *other_nr)
{
	int64_t n = other == abi ? (int64_t)nr : caps & CAPS_NAME_FOR_ALL_ABIS ?
	    abi_id_nr(other, abi_name_id(abi, nr)) : -1;

	*other_nr = (uint32_t)n;
	return n < 0 ? 0 : policy_reasons(p, other, *other_nr);
}

bool
caps_lacks_call(const struct policy *p, const char *name)
{
	int64_t nr;
	int i;

	for (i = 0; i < abi_count; i++) {
		nr = abi_nr(i, name);
		if (nr >= 0 && policy_reasons(p, i, (uint32_t)nr))
			return false;
	}
	return abi_nr(0, name) >= 0;
}

bool
caps_runc_needs(const struct policy *p, int abi, uint32_t nr)
{
	const char *name = abi_name(abi, nr);

	return name && util_word_index(caps_runc_calls, name) >= 0 &&
	    caps_lacks_call(p, name);
}

static bool
can_express(unsigned caps, const struct policy_rule *r)
{
	const struct policy_test *t = r->test;
	int i;

	if (caps & CAPS_LITTLE_ENDIAN && abis[r->abi].big_endian)
		return false;
	for (i = 0; i < r->n; i++, t++) {
		if (caps & CAPS_ONE_TEST_AN_ARG && i && t->arg == t[-1].arg)
			return false;
		if (caps & CAPS_SIGNED_VALUES && (t->value | t->mask) >> 63)
			return false;
		/* 64 bits that are equal have equal low words */
		if (caps & CAPS_LOW_WORD && abis[r->abi].bits == 64 &&
		    t->op != OP_EQ && t->op != OP_MASKED_EQ)
			return false;
	}
	return true;
}

/* Insert a rule in order, so that a policy that is read and written again stays
 * the same.  Returns how many there are then. */
static int
add_rule(const struct policy_rule **list, int n, const struct policy_rule *r)
{
	int i = n, k, order = 1;

	while (i > 0 && (order = policy_compare_tests(list[i - 1], r)) > 0)
		i--;
	if (order == 0)
		return n;
	for (k = n; k > i; k--)
		list[k] = list[k - 1];
	list[i] = r;
	return n + 1;
}

/* Add what runc needs of a call, if it needs the call.  Returns how many rules
 * there are then; -1 if runc needs it with any arguments, or there is no
 * room. */
static int
add_runc_rules(const struct policy_rule **list, int n, const char *name)
{
	static struct policy_rule rules[RUNC_VALUES];
	size_t use;
	int i;

	if (!name || util_word_index(caps_runc_calls, name) < 0)
		return n;
	for (use = 0; use < sizeof runc_uses / sizeof *runc_uses; use++)
		if (!strcmp(runc_uses[use].name, name))
			break;
	if (use == sizeof runc_uses / sizeof *runc_uses ||
	    n + RUNC_VALUES > POLICY_RULES_MAX)
		return -1;
	for (i = 0; i < RUNC_VALUES; i++) {
		rules[i].n = 1;
		rules[i].test[0] = (struct policy_test){
			.arg = runc_uses[use].arg,
			.op = runc_uses[use].mask ? OP_MASKED_EQ : OP_EQ,
			.value = runc_uses[use].values[i],
			.mask = runc_uses[use].mask,
		};
		n = add_rule(list, n, &rules[i]);
	}
	return n;
}

/* If a name means the calls of several ABIs, it gets the rules of all of them:
 * each ABI's call is allowed at least what it needs, and still not
 * unconditionally. */
int
caps_rules(const struct policy *p, unsigned caps, int abi, uint32_t nr,
    const struct policy_rule **list)
{
	const struct policy_rule *r;
	int n = 0, i, k, reasons;
	uint32_t other;

	if (IS_SMALL || !(caps & CAPS_RULES) ||
	    (caps & CAPS_FEW_RULES && p->n_rules > FEW_RULES_MAX))
		return 0;
	for (i = 0; i < abi_count; i++) {
		reasons = reasons_on(p, caps, abi, nr, i, &other);
		if (reasons && !(reasons & REASON_CONDITIONAL))
			return 0;
		k = reasons ? policy_rules(p, i, other, &r) : 0;
		for (; k > 0; k--, r++) {
			if (!can_express(caps, r))
				return 0;
			n = add_rule(list, n, r);
		}
	}
	if (n && caps & CAPS_RUNC_CALLS)
		n = add_runc_rules(list, n, abi_name(abi, nr));
	return n < 0 ? 0 : n;
}

int
caps_override(const struct policy *p, unsigned caps,
    const struct policy_override *r)
{
	static const struct policy_rule *list[POLICY_RULES_MAX];
	int none = caps_action(caps, p->action), i, reasons;
	uint32_t other;

	if (IS_SMALL || !caps_has_abi(caps, r->abi) || r->action == none)
		return none;
	if (caps & CAPS_RUNC_CALLS && caps_runc_needs(p, r->abi, r->nr))
		return -1;
	for (i = 0; i < abi_count; i++) {
		reasons = reasons_on(p, caps, r->abi, r->nr, i, &other);
		if (reasons && !caps_rules(p, caps, i, other, list))
			return i == r->abi ? none : -1;
		if (reasons && !(caps & CAPS_OVERRIDES_RULES))
			return -1;
	}
	if (!(caps & CAPS_OVERRIDES) || !caps_has_call(caps, r->abi, r->nr))
		return -1;
	if (r->action == ACTION_LOG)
		caps &= caps & CAPS_NAMED_ERRNO ? 0 : CAPS_LOG;
	else if (r->action != ACTION_KILL && caps & CAPS_NAMED_ERRNO &&
	    !error_name(r->action))
		caps = 0;
	return caps ? r->action : -1;
}
