/* SPDX-License-Identifier: MIT
 *
 * filter.c for the ABIs that the includer lists (three at most, the first one
 * native) through the simulator, against what policy.h caps of a policy: fixed
 * policies, then random ones.
 */
#include <sys/prctl.h>

#include "syscalls/abi.c"
#include "policy/policy.h"
#include "policy/filter.h"
#include "bpf_sim.h"

enum {
	ALLOW = 0x7fff0000, LOG = 0x7ffc0000, TRACE = 0x7ff00000,
	ERRNO = 0x00050000,
	RANDOM_POLICIES = 2500, /* in each of the four programs */
	STEPS_MAX = 12, STEPS_NAMES = 60,
};
#define KILL_PROCESS 0x80000000u

static struct policy policy;
static struct uapi_sock_filter prog[FILTER_MAX];
static int prog_n;
static bool uses[ABI_MAX];      /* by the policy of prog[] */

/* numbers that are no ABI's, or at an edge */
static const uint32_t edges[] = {
	UINT32_MAX, UINT32_MAX - 1, 99999, 0x7fffffff, 0x80000000, 0x80000001,
	0x3fffffff, 0x3ffffffe, 0xc0000000, 0xbfffffff, 0xeffff, 0xf0010,
	0xf00000, 0x400f0000, 0x400f0005, 65535, 65536,
};

static void
empty(int action)
{
	memset(&policy, 0, sizeof policy);
	policy.action = action;
}

static uint32_t
ret(int action)
{
	if (action == ACTION_KILL)
		return KILL_PROCESS;
	if (action == ACTION_ALLOW)
		return ALLOW;
	return action == ACTION_LOG ? LOG : ERRNO + (uint32_t)action;
}

/* the ABI of a call; -1: none of this build's */
static int
abi_of(const struct sim_call *c)
{
	bool x32 = (c->nr & 0xc0000000) == 0x40000000;
	int i, other = -1;

	for (i = abi_count - 1; i >= 0; i--)
		if (abis[i].audit_arch == c->arch) {
			if ((abis[i].base == 0x40000000) == x32)
				return i;
			other = i;
		}
	return other;
}

static int
refusal_of(int abi, uint32_t nr)
{
	bool denies = policy.action == ACTION_ALLOW;
	int i;

	if (denies && policy.closed_abis >> abi & 1)
		return policy.closed_action;
	for (i = 0; i < policy.n_overrides; i++)
		if (policy.overrides[i].abi == abi &&
		    policy.overrides[i].nr == nr)
			return policy.overrides[i].action;
	return denies || abi_name(abi, nr) ? policy.action : ENOSYS;
}

static uint32_t
expected(const struct sim_call *c, uint32_t miss)
{
	int abi = abi_of(c);
	bool denies = policy.action == ACTION_ALLOW;

	if (abi < 0 || (abi > 0 && !uses[abi] && !denies))
		return miss ? miss : ret(policy.action);
	/* what a deny list does not deny is a miss, too */
	if ((!miss || !denies || policy_reasons(&policy, abi, c->nr)) &&
	    policy_allows(&policy, abi, c->nr, c->args))
		return ALLOW;
	return miss ? miss : ret(refusal_of(abi, c->nr));
}

static int
build(uint32_t miss)
{
	int abi;

	for (abi = 0; abi < abi_count; abi++)
		uses[abi] = policy_uses(&policy, abi);
	return prog_n = filter_build(&policy, miss, prog, FILTER_MAX);
}

static uint64_t
random_value(void)
{
	static const uint64_t pool[] = {
		0, 1, 2, 5, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
		0x100000000, 0x100000001, 0x1ffffffff, 0x8000000000000000,
		UINT64_MAX, UINT64_MAX - 1, 0xffffffff00000000,
		0xffffffff80000000, 0x7fffffffffffffff, 0x500000005,
	};
	uint64_t r = random_64();

	return r % 8 ? pool[r / 8 % LENGTH(pool)] : random_64();
}

/* arguments that a rule of the call may look at, or any */
static void
choose_args(struct sim_call *c)
{
	const struct policy_rule *r;
	int abi = abi_of(c), n = 0, i;

	if (abi >= 0)
		n = policy_rules(&policy, abi, c->nr, &r);
	if (!n)
		return;
	for (i = 0; i < 6; i++)
		c->args[i] = random_value();
	r += random_64() % (unsigned)n;
	for (i = 0; i < r->n; i++) {
		uint64_t *arg = &c->args[r->test[i].arg];

		*arg = r->test[i].value;
		switch (random_64() % 12) {
		case 0:
			++*arg;
			break;
		case 1:
			--*arg;
			break;
		case 2:
			*arg ^= 1ull << 32;
			break;
		case 3:
			*arg ^= 1ull << random_64() % 64;
			break;
		case 4:
			*arg |= random_64() & ~r->test[i].mask;
			break;
		case 5:
			*arg += 1ull << 32;
			break;
		}
	}
}

/* the first call that gets another answer than it should, said in text */
static bool
agrees(uint32_t arch, bool big_endian, uint32_t nr, uint32_t miss, char *text)
{
	struct sim_call c = { .arch = arch, .nr = nr };
	const struct policy_rule *r;
	int abi = abi_of(&c), steps, tries = 1;
	uint32_t got, want;

	if (abi >= 0)
		tries += 8 * policy_rules(&policy, abi, nr, &r);
	if (tries > 200)
		tries = 200;
	while (tries--) {
		choose_args(&c);
		got = sim_run(prog, &c, big_endian, &steps);
		want = expected(&c, miss);
		if (got == want)
			continue;
		sprintf(text, "arch %x nr %d (%d) (%llx, %llx, %llx, %llx, "
		    "%llx, %llx): %x, not %x", arch, (int)nr, abi,
		    (unsigned long long)c.args[0],
		    (unsigned long long)c.args[1],
		    (unsigned long long)c.args[2],
		    (unsigned long long)c.args[3],
		    (unsigned long long)c.args[4],
		    (unsigned long long)c.args[5], got, want);
		return false;
	}
	return true;
}

/* every number of every ABI, and around them; of random policies every third,
 * another third each time */
static bool
all_agree(uint32_t miss, bool random, char *text)
{
	static const uint32_t foreign[] = { 0, 1, 0x40000016, 0xffffffff };
	uint32_t nr, end, step = random ? 3 : 1;
	size_t e;
	int i, j;

	for (i = 0; i < abi_count; i++) {
		const struct abi *a = &abis[i];
		bool big = a->big_endian;
		uint32_t arch = a->audit_arch;

		for (j = 0; j < abi_count; j++) {
			if (j && abis[j].base == abis[j - 1].base)
				continue;
			nr = abis[j].base - 2 + (uint32_t)random_64() % step;
			for (end = nr + ABI_TABLE_MAX + 4; nr - end > step;
			    nr += step)
				if (!agrees(arch, big, nr, miss, text))
					return false;
		}
		for (nr = ABI_NR_FIRST_PRIVATE - 2;
		    nr < ABI_NR_FIRST_PRIVATE + 20; nr++)
			if (!agrees(arch, big, nr, miss, text))
				return false;
		for (e = 0; e < LENGTH(edges); e++)
			if (!agrees(arch, big, edges[e], miss, text))
				return false;
		for (j = 0; j < policy.n_unnamed; j++)
			for (nr = policy.unnamed[j].nr - 1;
			    nr != policy.unnamed[j].nr + 2; nr++)
				if (!agrees(arch, big, nr, miss, text))
					return false;
		for (j = 0; j < policy.n_overrides; j++)
			for (nr = policy.overrides[j].nr - 1;
			    nr != policy.overrides[j].nr + 2; nr++)
				if (!agrees(arch, big, nr, miss, text))
					return false;
		for (e = 0; e < LENGTH(foreign); e++)
			if (!agrees(foreign[e], big, 1, miss, text))
				return false;
	}
	return true;
}

/* the policy's filter answers as it should */
static bool
build_and_try(uint32_t miss, bool random, char *text)
{
	const char *why;

	if (build(miss) < 0) {
		sprintf(text, "not built");
		return false;
	}
	why = sim_verify(prog, prog_n);
	if (why) {
		sprintf(text, "the kernel would refuse it: %s", why);
		return false;
	}
	return all_agree(miss, random, text);
}

static void
check_policy(const char *name)
{
	char text[400] = "";
	bool ok = build_and_try(0, false, text) &&
	    build_and_try(TRACE | 0x5eed, false, text);

	check(ok, name, "%s", text);
}

/* --- fixed policies */

static void
test_fixed(void)
{
	static const struct policy_test negative = { .arg = 2, .op = OP_EQ,
	    .value = UINT64_MAX - 99 };
	static const struct { const char *name; int action; } actions[] = {
		{ "kill", ACTION_KILL }, { "log", ACTION_LOG }, { "errno", 13 },
	};
	char name[32];
	size_t i;
	int abi, pos;

	for (i = 0; i < LENGTH(actions); i++) {
		empty(actions[i].action);
		sprintf(name, "empty_%s", actions[i].name);
		check_policy(name);
		for (abi = 0; abi < abi_count; abi++)
			policy_add_name(&policy, abi, "read", REASON_SEEN);
		policy_add_always(&policy);
		sprintf(name, "small_%s", actions[i].name);
		check_policy(name);
	}
	for (abi = 0; abi < abi_count; abi++) {
		empty(1);
		for (pos = 0; pos < abis[abi].n; pos++)
			if (abis[abi].names[pos])
				policy_add(&policy, abi, abi_nr_at(abi, pos),
				    REASON_KNOWN, 0);
		sprintf(name, "all_%s", abis[abi].name);
		check_policy(name);
	}
	empty(1);
	for (abi = 0; abi < abi_count; abi++)
		for (pos = 0; pos < ABI_TABLE_MAX; pos += 2)
			policy_add(&policy, abi, abi_nr_at(abi, pos), REASON_SEEN,
			    1);
	check_policy("every_other");
	empty(1);
	for (i = 0; i < LENGTH(edges); i++)
		policy_add(&policy, 0, edges[i], REASON_SEEN, 1);
	check_policy("edges");
	/* the largest of what a rule may have, so far jumps around them */
	empty(1);
	for (i = 0; i < 40; i++) {
		struct policy_test t[POLICY_TESTS_MAX];

		for (pos = 0; pos < POLICY_TESTS_MAX; pos++)
			t[pos] = (struct policy_test){ .arg = (uint8_t)pos,
			    .op = OP_MASKED_EQ, .mask = 0xff000000ff0,
			    .value = i << 4 };
		policy_add_rule(&policy, 0, abis[0].base + 3, REASON_SEEN, t, 6);
	}
	policy_add_rule(&policy, abi_count - 1, abis[abi_count - 1].base, REASON_SEEN,
	    &negative, 1);
	check_policy("long_rules");
}

/* one number, six operations, values and arguments at each other's edges */
static void
test_ops(void)
{
	struct policy_test t = { .mask = 0xffffffff };
	char text[400] = "", name[32];
	int abi, i;

	for (abi = 0; abi < abi_count; abi++)
		for (t.op = 0; t.op <= OP_MASKED_EQ; t.op++) {
			bool ok = true;

			for (i = 0; ok && i < 200; i++) {
				uint32_t nr = abis[abi].base + 1;

				empty(1);
				t.arg = (uint8_t)(i % 6);
				t.value = random_value();
				t.mask = random_value();
				if (i % 4)
					t.value &= t.mask;
				policy_add_rule(&policy, abi, nr, REASON_SEEN, &t,
				    1);
				build(0);
				ok = agrees(abis[abi].audit_arch,
				    abis[abi].big_endian, nr, 0, text);
			}
			sprintf(name, "op_%d_%s", t.op, abis[abi].name);
			check(ok, name, "%s", text);
		}
}

/* --- random policies */

static uint32_t
random_nr(int abi)
{
	uint64_t r = random_64();

	switch (r % 50) {
	case 0:
		return edges[random_64() % LENGTH(edges)];
	case 1:
		return (uint32_t)random_64();
	}
	return abi_nr_at(abi, (int)(r / 50 % abis[abi].n));
}

static void
add_random_rule(int abi)
{
	struct policy_test t[POLICY_TESTS_MAX];
	int n = 1 + (int)(random_64() % 3), i;
	uint32_t nr = random_nr(abi);

	if (random_64() % 30 == 0)
		n = POLICY_TESTS_MAX;
	for (i = 0; i < n; i++) {
		t[i] = (struct policy_test){
			.arg = (uint8_t)(random_64() % 6),
			.op = (uint8_t)(random_64() % (OP_MASKED_EQ + 1)),
			.value = random_value(), .mask = random_value(),
		};
		if (t[i].op == OP_MASKED_EQ && random_64() % 4)
			t[i].value &= t[i].mask;
	}
	policy_add_rule(&policy, abi, nr, REASON_KNOWN, t, n);
	/* others of the same call */
	while (random_64() % 2) {
		t[0].value = random_value();
		policy_add_rule(&policy, abi, nr, REASON_KNOWN, t, n);
	}
}

static int
random_action(void)
{
	switch (random_64() % 4) {
	case 0:
		return ACTION_KILL;
	case 1:
		return ACTION_LOG;
	}
	return 1 + (int)(random_64() % 4095);
}

static void
make_random(void)
{
	int abi, n;

	empty(random_action());
	for (abi = 0; abi < abi_count; abi++) {
		if (random_64() % 3 == 0)
			continue;
		for (n = (int)(random_64() % 8); n > 0; n--)
			add_random_rule(abi);
		for (n = 1 << random_64() % 10; n > 1; n--)
			policy_add(&policy, abi, random_nr(abi), REASON_SEEN, 1);
	}
	for (n = (int)(random_64() % 8); n > 0; n--) {
		abi = (int)(random_64() % (unsigned)abi_count);
		policy_set_action(&policy, abi, random_nr(abi), random_action());
	}
	if (random_64() % 2)
		policy_add_always(&policy);
	if (random_64() % 4)
		return;
	policy.action = ACTION_ALLOW;
	policy.closed_abis = random_64() & ((1u << abi_count) - 2);
	policy.closed_action = (int16_t)random_action();
}

static void
test_random(void)
{
	char text[400] = "";
	bool ok = true;
	int i;

	for (i = 0; ok && i < RANDOM_POLICIES; i++) {
		make_random();
		ok = build_and_try(i % 3 ? 0 : TRACE | 1, true, text);
	}
	check(ok, "random", "policy %d: %s", i, text);
}

/* --- the kernel takes them: what does not pass passes all the same here, so
 * that the process can say so */

static int
load(void)
{
	struct uapi_sock_fprog fprog = { (unsigned short)prog_n, prog };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, UAPI_SECCOMP_MODE_FILTER, &fprog) < 0;
}

static void
test_loads(void)
{
	int i, bad = 0;

	if (prctl(PR_SET_SECCOMP, UAPI_SECCOMP_MODE_FILTER, NULL) == 0 ||
	    errno != EFAULT) {
		skip("loads", "no seccomp filters in this kernel");
		return;
	}
	for (i = 0; i < 50; i++) {
		make_random();
		if (build(ALLOW) < 0 || in_child(load) != 0)
			bad++;
	}
	check_num("loads", bad, 0);
}

/* --- how long it is, and how long the way through it */

static void
test_way(void)
{
	int i, pos, n, steps, most = 0, abi = 0;

	for (i = 0; i < 500; i++) {
		empty(1);
		for (n = 0; n < STEPS_NAMES;) {
			pos = (int)(random_64() % abis[abi].n);
			if (abis[abi].names[pos] && !policy.reasons[abi][pos]) {
				policy_add(&policy, abi, abi_nr_at(abi, pos),
				    REASON_SEEN, 1);
				n++;
			}
		}
		build(0);
		for (pos = 0; pos < abis[abi].n; pos++) {
			struct sim_call c = { .arch = abis[abi].audit_arch,
			    .nr = abi_nr_at(abi, pos) };

			sim_run(prog, &c, abis[abi].big_endian, &steps);
			if (most < steps)
				most = steps;
		}
	}
	check(most <= STEPS_MAX, "way", "%d instructions", most);
}

/* as many ranges as there can be of each thing that may begin one; it is too
 * much for a filter, but not for what holds them */
static void
test_most_ranges(void)
{
	uint32_t i;
	int abi, pos;

	empty(1);
	for (abi = 0; abi < abi_count; abi++)
		for (pos = 0; pos < abis[abi].n; pos++)
			if (pos % 2)
				policy_add(&policy, abi, abi_nr_at(abi, pos),
				    REASON_SEEN, 1);
	for (i = 0; i < POLICY_UNNAMED_MAX; i++)
		policy_add(&policy, 0, 0xf1000 + 2 * i, REASON_SEEN, 1);
	for (i = 0; i < POLICY_OVERRIDES_MAX; i++)
		policy_set_action(&policy, 0, 0xf2000 + 2 * i, 2);
	check_num("most_ranges", build(0), -1);
	policy.n_overrides = 0;
	check_policy("many_ranges");
}

/* each size that does not do is an error, and nothing is written beyond it */
static void
test_room(void)
{
	static struct uapi_sock_filter room[FILTER_MAX];
	struct policy_test t = { .op = OP_EQ };
	int full, max, bad = 0;
	size_t i;

	make_random();
	while ((full = build(0)) < 300)
		make_random();
	for (max = 0; max < full; max++) {
		memset(room, 0xff, sizeof room);
		errno = 0;
		if (filter_build(&policy, 0, room, max) != -1 || errno != E2BIG)
			bad++;
		for (i = (size_t)max * sizeof *room; i < sizeof room; i++)
			if (((unsigned char *)room)[i] != 0xff)
				bad++;
	}
	check_num("room_none", bad, 0);
	check_num("room_exact", filter_build(&policy, 0, room, full), full);
	check(!memcmp(room, prog, (size_t)full * sizeof *room), "room_same",
	    "differs");
	empty(1);
	for (i = 0; i < POLICY_RULES_MAX; i++) {
		struct policy_test tests[POLICY_TESTS_MAX];
		int j;

		for (j = 0; j < POLICY_TESTS_MAX; j++) {
			t.arg = (uint8_t)j;
			t.value = i << 32 | i;
			tests[j] = t;
		}
		policy_add_rule(&policy, 0, abis[0].base, REASON_SEEN, tests,
		    POLICY_TESTS_MAX);
	}
	check_num("room_rules", build(0), -1);
}

int
main(void)
{
	test_fixed();
	test_ops();
	test_random();
	test_loads();
	test_way();
	test_room();
	test_most_ranges();
	return unit_end();
}
