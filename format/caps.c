/* SPDX-License-Identifier: MIT
 *
 * What of a policy a format's consumer understands.  Where it does not, a call
 * is allowed too often rather than refused: a program that was recorded must
 * run.  Knows the consumers' traps, not how anything is written.
 */
#include "format/caps.h"

#include <errno.h>
#include <string.h>

#include "lib/errors.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

enum { RULES_FEW = 160 };       /* two labels a call, one a rule */

/* what runc and crun call between loading the filter, before they drop their
 * privileges, and executing the program */
const char caps_runc_calls[] =
    "brk\0capget\0capset\0chdir\0close\0close_range\0dup3\0epoll_ctl\0"
    "epoll_pwait\0execve\0faccessat2\0fchown\0fchown32\0fcntl\0fcntl64\0"
    "fstat\0fstat64\0fstatat64\0fstatfs\0fstatfs64\0futex\0getcwd\0"
    "getdents64\0getpid\0getppid\0gettid\0mmap\0mmap2\0mprotect\0munmap\0"
    "nanosleep\0newfstatat\0openat\0openat2\0prctl\0read\0readlinkat\0"
    "rt_sigaction\0rt_sigprocmask\0rt_sigreturn\0sched_yield\0seccomp\0"
    "setgid\0setgid32\0setgroups\0setgroups32\0setresgid\0setresgid32\0"
    "setresuid\0setresuid32\0setuid\0setuid32\0sigaltstack\0stat\0stat64\0"
    "statx\0tgkill\0write\0";

enum { RUNC_VALUES = 5 };

/* and with what arguments, for where the program's own have conditions */
static const struct {
	char name[9];
	uint8_t arg;
	uint16_t mask;          /* 0: equal to a value */
	uint16_t values[RUNC_VALUES];
} runc_uses[] = {
	/* GETFD, SETFD, GETFL, SETFL, DUPFD_CLOEXEC */
	{ "fcntl", 1, 0, { 1, 2, 3, 4, 1030 } },
	{ "fcntl64", 1, 0, { 1, 2, 3, 4, 1030 } },
	/* private WAIT, WAKE, WAIT_BITSET; WAKE; by the real-time clock */
	{ "futex", 1, 0, { 128, 129, 137, 1, 393 } },
	/* no PROT_EXEC */
	{ "mmap", 2, 4, { 0 } }, { "mmap2", 2, 4, { 0 } },
	{ "mprotect", 2, 4, { 0 } },
	/* PDEATHSIG, KEEPCAPS, CAPBSET_READ and _DROP, CAP_AMBIENT */
	{ "prctl", 0, 0, { 1, 8, 23, 24, 47 } },
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
	/* firejail takes -1 for a word on call 1 */
	return caps_has_abi(caps, abi) && (abi_name_id(abi, nr) ||
	    (caps & CAPS_NUMBERS && !(caps & CAPS_NO_X32 && nr >> 31)));
}

int
caps_action(unsigned caps, int action)
{
	bool errno_too = caps & CAPS_ERRNO;

	if (action == ACTION_LOG && !(caps & CAPS_LOG))
		action = EPERM;
	if (action == ACTION_KILL || action == ACTION_LOG)
		return action;
	if (errno_too && !(caps & CAPS_NAMED_ERRNO && !error_name(action)))
		return action;
	return errno_too || caps & CAPS_EPERM ? EPERM : ACTION_KILL;
}

/* how the same call is allowed by another ABI, if its name stands for both */
static int
why_on(const struct policy *p, unsigned caps, int abi, uint32_t nr, int other,
    uint32_t *other_nr)
{
	unsigned id = abi_name_id(abi, nr);
	int pos;

	*other_nr = nr;
	if (other == abi)
		return policy_reasons(p, abi, nr);
	for (pos = 0; caps & CAPS_NAME_FOR_ALL_ABIS && id && pos < abis[other].n; pos++)
		if (abis[other].names[pos] == id) {
			*other_nr = abi_nr_at(other, pos);
			return p->reasons[other][pos];
		}
	return 0;
}

static bool
runc_needs(int abi, uint32_t nr)
{
	const char *name = abi_name(abi, nr), *s = caps_runc_calls;

	if (!name)
		return false;
	while (*s && strcmp(s, name) != 0)
		s += strlen(s) + 1;
	return *s;
}

static bool
can_say(unsigned caps, const struct policy_rule *r)
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
		/* of 64 bits equal means that the low ones are equal, too */
		if (caps & CAPS_LOW_WORD && abis[r->abi].bits == 64 &&
		    t->op != OP_EQ && t->op != OP_MASKED_EQ)
			return false;
	}
	return true;
}

/* in order: read again and written, the result is the same */
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

/* what runc needs of a call; -1: anything, or no room */
static int
add_runc(const struct policy_rule **list, int n, int abi, uint32_t nr)
{
	static struct policy_rule rules[RUNC_VALUES];
	const char *name = abi_name(abi, nr);
	size_t use;
	int i;

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

/* Where a name stands for several ABIs, what holds for one of them allows the
 * call on all: each is allowed at least what it needs, and less than without
 * conditions. */
int
caps_rules(const struct policy *p, unsigned caps, int abi, uint32_t nr,
    const struct policy_rule **list)
{
	const struct policy_rule *r;
	int n = 0, i, k, why;
	uint32_t other;

	if (!(caps & CAPS_RULES) ||
	    (caps & CAPS_FEW_RULES && p->n_rules > RULES_FEW))
		return 0;
	for (i = 0; i < abi_count; i++) {
		why = why_on(p, caps, abi, nr, i, &other);
		if (why && !(why & REASON_CONDITIONAL))
			return 0;
		k = why ? policy_rules(p, i, other, &r) : 0;
		for (; k > 0; k--, r++) {
			if (!can_say(caps, r))
				return 0;
			n = add_rule(list, n, r);
		}
	}
	if (n && caps & CAPS_RUNC_CALLS && runc_needs(abi, nr))
		n = add_runc(list, n, abi, nr);
	return n < 0 ? 0 : n;
}

int
caps_override(const struct policy *p, unsigned caps,
    const struct policy_override *r)
{
	static const struct policy_rule *list[POLICY_RULES_MAX];
	int none = caps_action(caps, p->action), i, why;
	uint32_t other;

	if (!caps_has_abi(caps, r->abi) || r->action == none)
		return none;
	for (i = 0; i < abi_count; i++) {
		why = why_on(p, caps, r->abi, r->nr, i, &other);
		if (why && !caps_rules(p, caps, i, other, list))
			return i == r->abi ? none : -1;
		if (why && !(caps & CAPS_OVERRIDES_RULES))
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
