/* SPDX-License-Identifier: MIT
 *
 * policy.c: the set of calls, on three ABIs that differ in what they have.
 */
#include "unit.h"

#define ABIS(X) X(x86_64) X(i386) X(arm)
#include "syscalls/abi.c"
#include "policy/policy.h"
#include "policy_list.h"

enum { X86_64, I386, ARM };

static struct policy policy, other;
static struct policy_call calls[POLICY_CALLS_MAX];
static struct policy_call calls2[POLICY_CALLS_MAX];

/* the list as text, with reasons and counts: "openat/1x3 i386:open/1x0"; the
 * number of a call without a name */
static const char *
list(enum policy_order order)
{
	static char text[4096];
	int n = policy_list(&policy, order, calls), i;
	const struct policy_call *c;
	const char *name;
	char *p = text;

	*p = '\0';
	for (i = 0, c = calls; i < n; i++, c++) {
		name = abi_name(c->abi, c->nr);
		if (i)
			*p++ = ' ';
		if (c->abi)
			p += sprintf(p, "%s:", abis[c->abi].name);
		p += name ? sprintf(p, "%s", name) :
		    sprintf(p, "%" PRId32, (int32_t)c->nr);
		p += sprintf(p, "/%dx%" PRIu64, c->reasons, c->count);
	}
	return text;
}

static int
add(int abi, uint32_t nr, uint64_t n)
{
	return policy_add(&policy, abi, nr, REASON_SEEN, n);
}

static void
empty(void)
{
	memset(&policy, 0, sizeof policy);
}

static void
test_add(void)
{
	empty();
	check_str("empty", list(BY_NR), "");
	check_num("add", add(X86_64, 257, 2), 0);
	add(X86_64, 257, 3);
	policy_add(&policy, X86_64, 257, REASON_KNOWN, 0);
	check_str("add_counts_and_reasons", list(BY_NR), "openat/3x5");
	check_num("add_no_abi", add(-1, 1, 1), -1);
	check_num("add_name",
	    policy_add_name(&policy, I386, "open", REASON_KNOWN), 0);
	check_num("add_name_unknown",
	    policy_add_name(&policy, X86_64, "nonsense", REASON_KNOWN), -1);
	check_num("add_name_of_another_abi",
	    policy_add_name(&policy, X86_64, "breakpoint", REASON_KNOWN), -1);
	check_str("add_names", list(BY_NR), "openat/3x5 i386:open/2x0");
	add(X86_64, 0, UINT32_MAX);
	add(X86_64, 0, UINT32_MAX);
	check_str("add_64_bits", list(BY_NR),
	    "read/1x8589934590 openat/3x5 i386:open/2x0");
}

/* -1 is the greatest number; a gap of the table is a number too */
static void
test_unnamed(void)
{
	empty();
	add(X86_64, UINT32_MAX, 1);
	add(ARM, 0xf0002, 1);
	add(X86_64, 99999, 1);
	add(X86_64, 400, 7);    /* a gap */
	add(X86_64, 99999, 2);
	add(ARM, 99998, 1);
	add(I386, 99998, 1);    /* another's */
	add(I386, 222, 1);      /* a gap */
	add(X86_64, 0x80000000, 1);
	add(ARM, 0xf0007, 1);
	add(ARM, 0xf0000, 1);
	add(ARM, 1000, 1);
	add(X86_64, 0, 1);
	check_str("unnamed_by_nr", list(BY_NR), "read/1x1 400/1x7 99999/1x3 "
	    "-2147483648/1x1 -1/1x1 i386:222/1x1 i386:99998/1x1 arm:1000/1x1 "
	    "arm:99998/1x1 arm:983040/1x1 arm:cacheflush/1x1 arm:983047/1x1");
	check_str("unnamed_by_name", list(BY_NAME), "read/1x1 400/1x7 "
	    "99999/1x3 -2147483648/1x1 -1/1x1 i386:222/1x1 i386:99998/1x1 "
	    "arm:cacheflush/1x1 arm:1000/1x1 arm:99998/1x1 arm:983040/1x1 "
	    "arm:983047/1x1");
	check_str("unnamed_by_count", list(BY_COUNT), "400/1x7 99999/1x3 "
	    "read/1x1 -2147483648/1x1 -1/1x1 i386:222/1x1 i386:99998/1x1 "
	    "arm:cacheflush/1x1 arm:1000/1x1 arm:99998/1x1 arm:983040/1x1 "
	    "arm:983047/1x1");
}

/* the i-th of many calls that differ: with a name, in gaps, far outside */
static uint32_t
number(unsigned i)
{
	return i % 2 ? i : i % 4 ? UINT32_MAX - i * 7 : 100000 + i * 1001;
}

static bool
same_calls(int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (calls[i].nr != calls2[i].nr ||
		    calls[i].abi != calls2[i].abi ||
		    calls[i].reasons != calls2[i].reasons ||
		    calls[i].count != calls2[i].count)
			return false;
	return true;
}

/* 300 calls in another order, each as often */
static void
test_order_of_adding(void)
{
	static const unsigned steps[] = { 1, 7, 101, 299 };
	unsigned i, j, k;
	int n, n2;

	empty();
	for (i = 0; i < 300; i++)
		add((int)(i % 3), number(i), i);
	n = policy_list(&policy, BY_NR, calls);
	check_num("order_has_all", n, 300);
	other = policy;
	for (j = 0; j < LENGTH(steps); j++) {
		empty();
		for (i = 0, k = 5; i < 300; i++, k = (k + steps[j]) % 300)
			add((int)(k % 3), number(k), k);
		n2 = policy_list(&policy, BY_NR, calls2);
		if (n2 != n || !same_calls(n) ||
		    policy.n_unnamed != other.n_unnamed)
			break;
	}
	check(j == LENGTH(steps), "order_does_not_matter", "in steps of %u",
	    steps[j % LENGTH(steps)]);
}

static void
test_overflow(void)
{
	uint32_t i;
	int failed = 0;

	empty();
	for (i = 0; i < POLICY_UNNAMED_MAX; i++)
		failed += add((int)(i % 3), 200000 - i, 1) < 0;
	check_num("unnamed_room_for_all", failed, 0);
	check_num("unnamed_overflow", add(X86_64, 300000, 1), -1);
	check_num("unnamed_overflow_before_all", add(X86_64, 100000, 1), -1);
	check_num("unnamed_overflow_other_abi", add(ARM, 300000, 1), -1);
	check_num("unnamed_full_has_known", add(X86_64, 200000 - 3, 1), 0);
	check_num("unnamed_full_has_last", add(ARM, 200000 - 2, 1), 0);
	check_num("unnamed_full_has_names", add(X86_64, 0, 1), 0);
	check_num("unnamed_full_has_gaps", add(I386, 222, 1), 0);
	check_num("unnamed_full_lists_all",
	    policy_list(&policy, BY_NR, calls), POLICY_UNNAMED_MAX + 2);
	check_num("unnamed_full_n", policy.n_unnamed, POLICY_UNNAMED_MAX);
}

static void
test_always(void)
{
	empty();
	policy_add_always(&policy);
	check_str("always_native", list(BY_NAME), "exit/4x0 exit_group/4x0 "
	    "rt_sigaction/4x0 rt_sigreturn/4x0");
	check(!policy_uses(&policy, X86_64), "always_is_no_use", "used");
	add(X86_64, 60, 1);
	add(I386, 5, 1);
	policy_add_always(&policy);
	policy_add_always(&policy);
	check_str("always_foreign", list(BY_NAME), "exit/5x1 exit_group/4x0 "
	    "rt_sigaction/4x0 rt_sigreturn/4x0 i386:exit/4x0 "
	    "i386:exit_group/4x0 i386:open/1x1 i386:rt_sigaction/4x0 "
	    "i386:rt_sigreturn/4x0 i386:sigreturn/4x0");
	add(ARM, 99999, 1);
	policy_add_always(&policy);
	check(strstr(list(BY_NR), " arm:exit/4x0 arm:sigreturn/4x0 "
	    "arm:rt_sigreturn/4x0 arm:rt_sigaction/4x0 arm:exit_group/4x0 "
	    "arm:99999/1x1"), "always_arm", "%s", list(BY_NR));
}

static void
test_uses(void)
{
	empty();
	check(!policy_uses(&policy, X86_64), "uses_none", "used");
	policy_add(&policy, I386, 1, REASON_ALWAYS, 0);
	check(!policy_uses(&policy, I386), "uses_not_by_always", "used");
	policy_add(&policy, I386, 1, REASON_KNOWN, 0);
	check(policy_uses(&policy, I386), "uses_by_known", "not used");
	add(ARM, UINT32_MAX, 1);
	check(policy_uses(&policy, ARM), "uses_by_number", "not used");
	check(!policy_uses(&policy, X86_64), "uses_is_per_abi", "used");
	add(X86_64, 400, 1);
	check(policy_uses(&policy, X86_64), "uses_by_gap", "not used");
}

static void
copy_name(char *to, const struct policy_call *c)
{
	const char *name = abi_name(c->abi, c->nr);

	strcpy(to, name ? name : "~");  /* comes after every name */
}

/* by name as strcmp has it, not by the names' ids */
static int
compare(const struct policy_call *a, const struct policy_call *b,
    enum policy_order order)
{
	char name_a[ABI_NAME_MAX], name_b[ABI_NAME_MAX];

	copy_name(name_a, a);
	copy_name(name_b, b);
	if (order == BY_COUNT && a->count != b->count)
		return a->count > b->count ? -1 : 1;
	if (a->abi != b->abi)
		return a->abi < b->abi ? -1 : 1;
	if (order != BY_NR && strcmp(name_a, name_b) != 0)
		return strcmp(name_a, name_b);
	return a->nr < b->nr ? -1 : a->nr > b->nr;
}

/* everything that there is room for */
static void
test_orders(void)
{
	static const char *const titles[] = { "by_nr", "by_name", "by_count" };
	uint32_t i;
	int abi, order, n, k;

	empty();
	for (abi = 0; abi < abi_count; abi++)
		for (i = 0; i < abis[abi].n; i++)
			add(abi, abi_nr_at(abi, (int)i), random_64() % 50);
	while (add((int)(random_64() % 3), (uint32_t)random_64(), 3) == 0)
		;
	for (order = BY_NR; order <= BY_COUNT; order++) {
		n = policy_list(&policy, (enum policy_order)order, calls);
		for (k = 1; k < n; k++)
			if (compare(&calls[k - 1], &calls[k],
			    (enum policy_order)order) >= 0)
				break;
		check(k == n && n == abis[0].n + abis[1].n + abis[2].n +
		    POLICY_UNNAMED_MAX && n <= POLICY_CALLS_MAX, titles[order],
		    "%d of %d", k, n);
	}
}

static struct policy_test
eq(int arg, uint64_t value)
{
	return (struct policy_test){ .arg = (uint8_t)arg, .op = OP_EQ,
	    .value = value };
}

static int
add_eq(struct policy *p, uint32_t nr, int arg, uint64_t value)
{
	struct policy_test t = eq(arg, value);

	return policy_add_rule(p, X86_64, nr, REASON_SEEN, &t, 1);
}

static bool
allows(uint32_t nr, uint64_t arg0, uint64_t arg1)
{
	const uint64_t args[6] = { arg0, arg1 };

	return policy_allows(&policy, X86_64, nr, args);
}

static void
test_rules(void)
{
	const struct policy_test both[] = { eq(0, 5), eq(1, 6) };
	const struct policy_rule *r;

	empty();
	check(!allows(41, 1, 0), "rule_none", "allowed");
	add_eq(&policy, 41, 0, 300);
	add_eq(&policy, 41, 0, 2);
	add_eq(&policy, 41, 0, 300);
	add_eq(&policy, 99999, 1, 7);
	policy_add_rule(&policy, X86_64, 16, REASON_KNOWN, both, 2);
	check_num("rule_n", policy.n_rules, 4);
	check_num("rule_of_call", policy_rules(&policy, X86_64, 41, &r), 2);
	check_num("rule_first", (long)r[0].test[0].value, 2);
	check_num("rule_second", (long)r[1].test[0].value, 300);
	check_num("rule_of_none", policy_rules(&policy, X86_64, 42, &r), 0);
	check_num("rule_why", policy_reasons(&policy, X86_64, 16),
	    REASON_KNOWN | REASON_CONDITIONAL);
	check(allows(41, 2, 9) && allows(41, 300, 9), "rule_any", "refused");
	check(!allows(41, 3, 2), "rule_value", "allowed");
	check(allows(16, 5, 6), "rule_all", "refused");
	check(!allows(16, 5, 5) && !allows(16, 6, 6), "rule_half", "allowed");
	check(allows(99999, 0, 7) && !allows(99999, 7, 0), "rule_number",
	    "wrong");
	check_str("rule_list", list(BY_NR),
	    "ioctl/514x0 socket/513x0 99999/513x0");
}

/* an int's sign is no part of a 32-bit register, nor is what int $0x80 from
 * 64-bit code leaves above it */
static void
test_rules_width(void)
{
	const struct policy_test t = eq(0, UINT64_MAX);
	const uint64_t low[6] = { UINT32_MAX }, all[6] = { UINT64_MAX };

	empty();
	policy_add_rule(&policy, I386, 7, REASON_SEEN, &t, 1);
	policy_add_rule(&policy, X86_64, 7, REASON_SEEN, &t, 1);
	check(policy_allows(&policy, I386, 7, low) &&
	    policy_allows(&policy, I386, 7, all), "rule_32", "refused");
	check(!policy_allows(&policy, X86_64, 7, low) &&
	    policy_allows(&policy, X86_64, 7, all), "rule_64", "wrong");
}

static void
test_rules_dropped(void)
{
	const struct policy_rule *r;

	empty();
	add_eq(&policy, 40, 0, 1);
	add_eq(&policy, 41, 0, 1);
	add_eq(&policy, 41, 0, 2);
	add_eq(&policy, 42, 0, 3);
	policy_add(&policy, X86_64, 41, REASON_KNOWN, 0);
	check_num("unconditional_why", policy_reasons(&policy, X86_64, 41),
	    REASON_SEEN | REASON_KNOWN);
	check_num("unconditional_n", policy.n_rules, 2);
	check(allows(41, 9, 9), "unconditional", "refused");
	check_num("unconditional_stays", add_eq(&policy, 41, 0, 9), 0);
	check_num("unconditional_no_rule", policy_rules(&policy, X86_64, 41,
	    &r), 0);
	check(allows(40, 1, 0) && !allows(40, 3, 0), "before_stays", "wrong");
	check(allows(42, 3, 0) && !allows(42, 1, 0), "after_stays", "wrong");
}

static void
test_tests(void)
{
	static const struct {
		uint64_t value, mask;
		uint8_t op;
		bool below, at, above;
	} rows[] = {
		{ 8, 0, OP_NE, true, false, true },
		{ 8, 0, OP_LT, true, false, false },
		{ 8, 0, OP_LE, true, true, false },
		{ 8, 0, OP_EQ, false, true, false },
		{ 8, 0, OP_GE, false, true, true },
		{ 8, 0, OP_GT, false, false, true },
		{ 8, 8, OP_MASKED_EQ, false, true, true },
		{ 0, 8, OP_MASKED_EQ, true, false, false },
	};
	struct policy_test t = { .arg = 1 };
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		empty();
		t.op = rows[i].op;
		t.value = rows[i].value;
		t.mask = rows[i].mask;
		policy_add_rule(&policy, X86_64, 1, REASON_SEEN, &t, 1);
		check(allows(1, 8, 7) == rows[i].below &&
		    allows(1, 7, 8) == rows[i].at &&
		    allows(1, 0, 9) == rows[i].above, "test_op", "row %zu", i);
	}
}

static void
test_rule_overflow(void)
{
	const struct policy_test many[POLICY_TESTS_MAX + 1] = { { .op = OP_EQ } };
	uint64_t i;
	int failed = 0;

	empty();
	check_num("rule_no_test", policy_add_rule(&policy, X86_64, 1, REASON_SEEN,
	    many, 0), -1);
	check_num("rule_too_many_tests", policy_add_rule(&policy, X86_64, 1,
	    REASON_SEEN, many, POLICY_TESTS_MAX + 1), -1);
	check_num("rule_most_tests", policy_add_rule(&policy, X86_64, 1,
	    REASON_SEEN, many, POLICY_TESTS_MAX), 0);
	for (i = 1; i < POLICY_RULES_MAX; i++)
		failed += add_eq(&policy, (uint32_t)(i % 7), 0, 999 - i) < 0;
	check_num("rules_room_for_all", failed, 0);
	check_num("rules_full", add_eq(&policy, 3, 5, 5), -1);
	check_num("rules_full_new", add_eq(&policy, 300, 0, 5), -1);
	check_num("rules_full_nothing_new", policy_reasons(&policy, X86_64, 300), 0);
	check_num("rules_full_known", add_eq(&policy, 1, 0, 998), 0);
}

static void
test_refusals(void)
{
	uint32_t i;
	int failed = 0;

	empty();
	policy.action = 1;
	policy_set_action(&policy, X86_64, 435, 38);
	policy_set_action(&policy, X86_64, 434, 5);
	policy_set_action(&policy, X86_64, 434, ACTION_KILL);
	check_num("refusal", policy_action(&policy, X86_64, 435), 38);
	check_num("refusal_milder", policy_action(&policy, X86_64, 434), 5);
	check_num("refusal_none", policy_action(&policy, X86_64, 433), 1);
	check_num("refusal_abi", policy_action(&policy, I386, 435), 1);
	check_num("refusal_unnamed", policy_action(&policy, X86_64, 99999),
	    ENOSYS);
	check_num("refusal_gap", policy_action(&policy, X86_64, 400), ENOSYS);
	policy_set_action(&policy, X86_64, 400, 7);
	check_num("refusal_unnamed_own", policy_action(&policy, X86_64, 400),
	    7);
	for (i = 0; i < POLICY_OVERRIDES_MAX - 3; i++)
		failed += policy_set_action(&policy, I386, i, 2) < 0;
	check_num("refusals_room_for_all", failed, 0);
	check_num("refusals_full", policy_set_action(&policy, X86_64, 1, 2), -1);
	check_num("refusals_full_known", policy_set_action(&policy, I386, 1, 3), 0);
}

/* random policies: the union is the same from either side, byte for byte */
static void
random_policy(struct policy *p)
{
	uint32_t i, nr;

	memset(p, 0, sizeof *p);
	p->action = (int)(random_64() % 5);
	for (i = 0; i < 60; i++) {
		nr = (uint32_t)(random_64() % 40);
		if (nr > 36)
			nr += 70000;
		if (random_64() % 3)
			add_eq(p, nr, (int)(random_64() % 2), random_64() % 3);
		else
			policy_add(p, (int)(random_64() % 3), nr, REASON_SEEN, i);
		/* for another reason than its rules */
		if (random_64() % 5 == 0 && policy_reasons(p, X86_64, nr))
			policy_add_count(p, X86_64, nr, REASON_KNOWN, 0);
		policy_set_action(p, X86_64, (uint32_t)(random_64() % 5),
		    (int)(random_64() % 50));
		policy_add_unknown(p, (char[]){ (char)('a' + i % 2),
		    (char)('a' + random_64() % 9), '\0' });
	}
}

/* what it gets by both, and by whichever is asked first */
static bool
milder(const struct policy *ab, const struct policy *a, const struct policy *b)
{
	uint32_t nr;
	int x, y;

	for (nr = 0; nr < 6; nr++) {
		x = policy_action(a, X86_64, nr);
		y = policy_action(b, X86_64, nr);
		if (policy_action(ab, X86_64, nr) != (x > y ? x : y))
			return false;
	}
	return true;
}

/* what is behind the end of its rules is not part of the value */
static bool
same_bytes(struct policy *p, struct policy *q)
{
	const unsigned char *a = (void *)p, *b = (void *)q;

	memset(p->rules + p->n_rules, 0, sizeof p->rules -
	    (size_t)p->n_rules * sizeof *p->rules);
	memset(q->rules + q->n_rules, 0, sizeof q->rules -
	    (size_t)q->n_rules * sizeof *q->rules);
	return !memcmp(a, b, sizeof *p);
}

static void
test_merge(void)
{
	static struct policy a, b, c, ab, ba;
	int round, same = 0, right = 0, action = 0, three = 0;
	uint64_t args[6] = { 0 };
	uint32_t nr;

	for (round = 0; round < 200; round++) {
		random_policy(&a);
		random_policy(&b);
		ab = a;
		ba = b;
		if (policy_merge(&ab, &b) < 0 || policy_merge(&ba, &a) < 0)
			break;
		same += same_bytes(&ab, &ba);
		action += milder(&ab, &a, &b);
		for (nr = 0; nr < 70040; nr = nr == 36 ? 70037 : nr + 1)
			for (args[0] = 0; args[0] < 3; args[0]++)
				for (args[1] = 0; args[1] < 3; args[1]++)
					right += policy_allows(&ab, 0, nr, args)
					    == (policy_allows(&a, 0, nr, args) ||
					    policy_allows(&b, 0, nr, args));
		random_policy(&c);
		policy_merge(&ab, &c);
		policy_merge(&c, &b);
		policy_merge(&c, &a);
		three += same_bytes(&ab, &c);
	}
	check_num("merge_any_order", same, 200);
	check_num("merge_is_union", right, 200 * 40 * 9);
	check_num("merge_milder_action", action, 200);
	check_num("merge_of_three", three, 200);
}

/* -p's choice is no file's, and stays */
static void
test_merge_chosen(void)
{
	empty();
	memset(&other, 0, sizeof other);
	policy.action = 38;
	policy.action_chosen = true;
	policy_set_action(&policy, X86_64, 2, 38);
	other.action = 4;
	policy_set_action(&other, X86_64, 1, 2);
	policy_merge(&policy, &other);
	check_num("merge_chosen", policy.action, 38);
	check_num("merge_chosen_refusal", policy_action(&policy, X86_64, 1), 2);
	check_num("merge_chosen_own", policy_action(&policy, X86_64, 2), 38);
	empty();
	policy.action = ACTION_NONE;
	policy_merge(&policy, &other);
	check_num("merge_none", policy.action, 4);
	other.action = ACTION_NONE;
	policy_merge(&policy, &other);
	check_num("merge_of_none", policy.action, 4);
}

static const char *
unknown(void)
{
	static char text[64];
	const char *name = NULL;

	text[0] = '\0';
	while ((name = policy_next_unknown(&policy, name)))
		sprintf(text + strlen(text), " %s", name);
	return text;
}

static void
test_unknown(void)
{
	const char *s, *next;
	char name[8];
	int i, bytes = 0, failed = 0;

	empty();
	check_str("unknown_none", unknown(), "");
	policy_add_unknown(&policy, "bc");
	policy_add_unknown(&policy, "c");
	policy_add_unknown(&policy, "b");
	policy_add_unknown(&policy, "bcd");
	policy_add_unknown(&policy, "bc");
	policy_add_unknown(&policy, "a");
	check_str("unknown", unknown(), " a b bc bcd c");
	empty();
	for (i = 0; bytes + 6 < POLICY_UNKNOWN_MAX; i++, bytes += 6) {
		sprintf(name, "%05d", i * 7 % 10000);
		failed += policy_add_unknown(&policy, name) < 0;
	}
	check_num("unknown_room_for_all", failed, 0);
	for (s = NULL; (next = policy_next_unknown(&policy, s)); s = next, i--)
		failed += (s && strcmp(s, next) >= 0) ||
		    policy_add_unknown(&policy, next) < 0;
	check(!failed && i == 0, "unknown_sorted", "%d wrong, %d missing",
	    failed, i);
	check_num("unknown_full", policy_add_unknown(&policy, "00000x"), -1);
	check_num("unknown_full_known", policy_add_unknown(&policy, "00007"), 0);
	check_num("unknown_full_2_bytes", policy_add_unknown(&policy, "0"), -1);
	check_num("unknown_full_end", policy.unknown[POLICY_UNKNOWN_MAX - 1], 0);
}

static void
test_change(void)
{
	empty();
	memset(&other, 0, sizeof other);
	add(X86_64, 1, 1);
	policy_add(&other, X86_64, 1, REASON_KNOWN, 7);
	check_num("change_same", policy_change(&policy, &other, X86_64, 1), 0);
	check_num("change_neither", policy_change(&policy, &other, X86_64, 2), 0);
	add(I386, 1, 1);
	check_num("change_less", policy_change(&policy, &other, I386, 1), '-');
	check_num("change_more", policy_change(&other, &policy, I386, 1), '+');
	add_eq(&policy, 41, 0, 5);
	add_eq(&other, 41, 0, 5);
	check_num("change_same_rule", policy_change(&policy, &other, X86_64, 41),
	    0);
	add_eq(&other, 41, 0, 6);
	check_num("change_more_rules", policy_change(&policy, &other, X86_64,
	    41), '~');
	add_eq(&policy, 41, 0, 7);
	check_num("change_other_rule", policy_change(&policy, &other, X86_64,
	    41), '~');
	add(X86_64, 41, 1);
	check_num("change_any", policy_change(&policy, &other, X86_64, 41), '~');
}

int
main(void)
{
	test_add();
	test_unnamed();
	test_order_of_adding();
	test_overflow();
	test_always();
	test_uses();
	test_orders();
	test_rules();
	test_rules_width();
	test_rules_dropped();
	test_tests();
	test_rule_overflow();
	test_refusals();
	test_merge();
	test_merge_chosen();
	test_unknown();
	test_change();
	return unit_end();
}
