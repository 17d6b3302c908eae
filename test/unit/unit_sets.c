/* SPDX-License-Identifier: MIT
 *
 * The algebra of policies: random ones are intersected, subtracted and counted,
 * and the filters of the results, in the simulator, must answer as sets do.
 */
#include "unit.h"

#define ABIS(X) X(x86_64) X(i386) X(x32)
#include "syscalls/abi.c"
#include "lib/uapi.h"
#include "policy/filter.h"
#include "policy/policy.h"
#include "bpf_sim.h"

enum { POLICIES = 5, ROUNDS = 900, CALLS = 40, ALLOW = 0x7fff0000 };

static struct policy policies[POLICIES], result, other;

/* few values and calls, so that random policies have much in common */
static const uint64_t values[] = {
	0, 1, 2, 3, 4, 6, 7, 0x80000000, 0xffffffff, 0x100000002,
	0xffffffff00000000, UINT64_MAX, UINT64_MAX - 1,
};
static const uint32_t numbers[] = { 0, 2, 3, 59, 100, 99999, UINT32_MAX };

static uint64_t
any_of(const uint64_t *list, size_t n)
{
	return list[random_64() % n];
}

static uint32_t
random_nr(int abi)
{
	return abis[abi].base + numbers[random_64() % LENGTH(numbers)];
}

static int
random_action(void)
{
	static const int actions[] = { ACTION_NONE, 0, 1, 13, 38, ACTION_LOG };

	return actions[random_64() % LENGTH(actions)];
}

/* conditions that no other implies, or any */
static void
add_rule(struct policy *p, int abi, bool disjoint)
{
	struct policy_test t[3];
	int n = disjoint ? 1 : 1 + (int)(random_64() % LENGTH(t)), i;

	for (i = 0; i < n; i++) {
		t[i] = (struct policy_test){ .op = OP_EQ,
		    .value = any_of(values, disjoint ? 7 : LENGTH(values)) };
		if (disjoint)
			continue;
		t[i].arg = (uint8_t)(random_64() % 2);
		t[i].op = (uint8_t)(random_64() % (OP_MASKED_EQ + 1));
		t[i].mask = any_of(values, LENGTH(values));
		/* no reader lets others pass */
		if (t[i].op == OP_MASKED_EQ)
			t[i].value &= t[i].mask;
	}
	policy_add_rule(p, abi, random_nr(abi), REASON_SEEN, t, n);
}

static void
make_random(struct policy *p, bool disjoint)
{
	int abi, n, action = random_action();

	memset(p, 0, sizeof *p);
	p->action = action < 0 ? 1 : action;
	for (abi = 0; abi < abi_count; abi++) {
		policy_add_name(p, abi, "exit", REASON_SEEN);
		for (n = (int)(random_64() % 12); n > 0; n--)
			add_rule(p, abi, disjoint);
		for (n = (int)(random_64() % 4); n > 0; n--)
			policy_add(p, abi, random_nr(abi), REASON_SEEN, 0);
		for (n = (int)(random_64() % 3); n > 0; n--)
			if ((action = random_action()) >= 0)
				policy_set_action(p, abi, random_nr(abi),
				    action);
	}
	if (random_64() % 2)
		policy_add_unknown(p, "aaa");
	if (random_64() % 2)
		policy_add_unknown(p, "bbb");
	if (random_64() % 2)
		policy_add_unknown(p, "ccc");
}

/* with arguments at the edges of the values */
static struct sim_call
random_call(int *abi)
{
	struct sim_call c;
	int i;

	*abi = (int)(random_64() % (unsigned)abi_count);
	c.arch = abis[*abi].audit_arch;
	c.nr = random_nr(*abi);
	for (i = 0; i < 6; i++)
		c.args[i] = any_of(values, LENGTH(values)) +
		    (random_64() % 4 ? 0 : random_64() % 3 - 1);
	return c;
}

/* what the policy's filter returns */
static uint32_t
verdict(const struct policy *p, const struct sim_call *c)
{
	static struct uapi_sock_filter prog[4 * FILTER_MAX];
	static const struct policy *of;
	int steps;

	/* NULL: they have changed */
	if (p != of && p && filter_build(p, 0, prog, LENGTH(prog)) < 0)
		die("filter_build");
	of = p;
	return p ? sim_run(prog, c, false, &steps) : 0;
}

/* the policies' answers about the same calls, then the result's */
static struct sim_call calls[CALLS];
static int abi_of[CALLS];
static uint32_t answers[POLICIES + 1][CALLS];

static void
ask(const struct policy *p, int row)
{
	int i;

	verdict(NULL, NULL);
	for (i = 0; i < CALLS; i++)
		answers[row][i] = verdict(p, &calls[i]);
}

static void
begin_round(bool disjoint)
{
	int i;

	for (i = 0; i < CALLS; i++)
		calls[i] = random_call(&abi_of[i]);
	for (i = 0; i < POLICIES; i++) {
		make_random(&policies[i], disjoint);
		ask(&policies[i], i);
	}
}

static int
combine(struct policy *p, const struct policy *from, enum policy_set set)
{
	int r;

	p->set = set;
	r = policy_merge(p, from);
	p->set = SET_UNION;
	return r;
}

static bool
allowed(int row, int i)
{
	return answers[row][i] == ALLOW;
}

/* the higher, the milder: KILL_PROCESS, an errno, LOG, ALLOW */
static uint32_t
mildness(uint32_t v)
{
	return v ^ 0x80000000;
}

static bool
same_policy(const struct policy *a, const struct policy *b)
{
	int abi, i, n = a->n_rules;

	if (n != b->n_rules || a->n_unnamed != b->n_unnamed ||
	    a->action != b->action || a->unknown_len != b->unknown_len ||
	    memcmp(a->unknown, b->unknown, a->unknown_len) != 0)
		return false;
	for (abi = 0; abi < abi_count; abi++)
		for (i = 0; i < ABI_TABLE_MAX; i++)
			if (a->reasons[abi][i] != b->reasons[abi][i])
				return false;
	while (n-- > 0)
		if (policy_compare_rules(&a->rules[n], &b->rules[n]) != 0)
			return false;
	return true;
}

static bool
has(const struct policy *p, const char *name)
{
	return policy_has_unknown(p, name);
}

/* what the second policy leaves of the first one; less: of what it lacks */
static void
test_pairs(bool less)
{
	int round, i, wrong = 0, wrong_action = 0, wrong_name = 0, full = 0;
	static const char *const unknown[] = { "aaa", "bbb", "ccc" };
	struct policy *a = &policies[0], *b = &policies[1];
	uint32_t action, theirs;

	for (round = 0; round < ROUNDS; round++) {
		begin_round(false);
		result = *a;
		if (combine(&result, b, less ? SET_SUBTRACT : SET_INTERSECT) <
		    0) {
			full++;
			continue;
		}
		/* the filter of what no ABI has anything of is simpler */
		for (i = 0; less && i < abi_count; i++)
			policy_add_name(&result, i, "exit", REASON_SEEN);
		ask(&result, POLICIES);
		for (i = 0; i < CALLS; i++) {
			action = answers[0][i];
			theirs = answers[1][i];
			if (!less && mildness(theirs) <= mildness(action))
				action = theirs;
			wrong += allowed(POLICIES, i) !=
			    (allowed(0, i) && allowed(1, i) != less);
			wrong_action += !allowed(0, i) &&
			    (less || !allowed(1, i)) &&
			    answers[POLICIES][i] != action;
		}
		for (i = 0; i < 3; i++)
			wrong_name += has(&result, unknown[i]) !=
			    (has(a, unknown[i]) && has(b, unknown[i]) != less);
	}
	check_num(less ? "subtract" : "intersect", wrong, 0);
	check_num(less ? "subtract_actions" : "intersect_actions",
	    wrong_action, 0);
	check_num(less ? "subtract_names" : "intersect_names", wrong_name, 0);
	check(full < ROUNDS / (less ? 3 : 20),
	    less ? "subtract_room" : "intersect_room", "%d", full);
}

/* calls about which two rows differ */
static int
differences(int a, int b)
{
	int i, n = 0;

	for (i = 0; i < CALLS; i++)
		n += allowed(a, i) != allowed(b, i);
	return n;
}

/* of conditions, their effect; of disjoint ones, the rules themselves */
static void
test_laws(bool disjoint)
{
	static struct policy left, right;
	struct policy *a = &policies[0], *b = &policies[1], *c = &policies[2];
	int round, commutes = 0, associates = 0, idempotent = 0, empty = 0;
	int splits = 0, same = 0, settled = 0;

	for (round = 0; round < ROUNDS / 3; round++) {
		begin_round(disjoint);
		left = *a;
		right = *b;
		if (combine(&left, b, SET_INTERSECT) < 0 ||
		    combine(&right, a, SET_INTERSECT) < 0)
			continue;
		ask(&left, 3);
		ask(&right, 4);
		commutes += differences(3, 4);
		same += disjoint && !same_policy(&left, &right);
		if (combine(&left, c, SET_INTERSECT) < 0)
			continue;
		other = *b;
		right = *a;
		if (combine(&other, c, SET_INTERSECT) < 0 ||
		    combine(&right, &other, SET_INTERSECT) < 0)
			continue;
		ask(&left, 3);
		ask(&right, 4);
		associates += differences(3, 4);
		same += disjoint && !same_policy(&left, &right);
		left = *a;
		if (combine(&left, a, SET_INTERSECT) < 0)
			continue;
		ask(&left, 3);
		idempotent += differences(0, 3);
		right = left;
		if (combine(&right, &left, SET_INTERSECT) == 0)
			settled += !same_policy(&left, &right);
		left = *a;
		if (combine(&left, a, SET_SUBTRACT) < 0)
			continue;
		ask(&left, 3);
		for (int i = 0; i < CALLS; i++)
			empty += allowed(3, i);
		/* what both allow, and what only the first does, is all of
		 * the first */
		left = right = *a;
		if (combine(&left, b, SET_INTERSECT) < 0 ||
		    combine(&right, b, SET_SUBTRACT) < 0 ||
		    combine(&left, &right, SET_UNION) < 0)
			continue;
		ask(&left, 3);
		splits += differences(0, 3);
	}
	check_num(disjoint ? "commutes_disjoint" : "commutes", commutes, 0);
	check_num(disjoint ? "associates_disjoint" : "associates", associates,
	    0);
	check_num(disjoint ? "idempotent_disjoint" : "idempotent", idempotent,
	    0);
	check_num(disjoint ? "settled_disjoint" : "settled", settled, 0);
	check_num(disjoint ? "empty_disjoint" : "empty", empty, 0);
	check_num(disjoint ? "splits_disjoint" : "splits", splits, 0);
	check_num(disjoint ? "same_disjoint" : "same", same, 0);
}

/* never more than N of them allow; where conditions are equal or disjoint, all
 * of that */
static void
test_at_least(bool disjoint)
{
	int round, n, i, k, many, wide = 0, narrow = 0, order = 0, union_ = 0;
	char name[32];

	for (round = 0; round < ROUNDS / 3; round++) {
		begin_round(disjoint);
		n = 1 + (int)(random_64() % POLICIES);
		memset(&result, 0, sizeof result);
		memset(&other, 0, sizeof other);
		result.action = other.action = ACTION_NONE;
		for (i = 0; i < POLICIES; i++) {
			combine(&result, &policies[i], SET_COUNT);
			combine(&other, &policies[POLICIES - 1 - i], SET_COUNT);
		}
		policy_at_least(&result, (unsigned)n);
		policy_at_least(&other, (unsigned)n);
		order += !same_policy(&result, &other);
		for (i = 0; i < abi_count; i++)
			policy_add_name(&result, i, "exit", REASON_SEEN);
		ask(&result, POLICIES);
		for (i = 0; i < CALLS; i++) {
			for (k = many = 0; k < POLICIES; k++)
				many += allowed(k, i);
			wide += allowed(POLICIES, i) && many < n;
			narrow += (disjoint || n == 1) &&
			    !allowed(POLICIES, i) && many >= n;
		}
		if (n > 1)
			continue;
		memset(&other, 0, sizeof other);
		other.action = ACTION_NONE;
		for (i = 0; i < POLICIES; i++)
			combine(&other, &policies[i], SET_UNION);
		union_ += !same_policy(&result, &other);
	}
	sprintf(name, "at_least_%s", disjoint ? "disjoint" : "any");
	check(!wide && !narrow && !order && !union_, name,
	    "%d too many, %d missing, %d by order, %d not the union", wide,
	    narrow, order, union_);
}

/* the count of each call is that of the policies */
static void
test_count(void)
{
	int i;

	memset(policies, 0, sizeof policies);
	memset(&result, 0, sizeof result);
	for (i = 0; i < 3; i++) {
		policy_add(&policies[i], 0, 1, REASON_SEEN, 0);
		if (i)
			policy_add(&policies[i], 0, 99999, REASON_SEEN, 0);
		combine(&result, &policies[i], SET_COUNT);
	}
	policy_at_least(&result, 2);
	check_num("count_all", (long)result.count[0][1], 3);
	check_num("count_unnamed", (long)result.unnamed[0].count, 2);
	check_num("count_policies", result.merged, 3);
}

int
main(void)
{
	test_pairs(false);
	test_pairs(true);
	test_laws(false);
	test_laws(true);
	test_at_least(false);
	test_at_least(true);
	test_count();
	return unit_end();
}
