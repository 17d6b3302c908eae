/* SPDX-License-Identifier: MIT
 *
 * policy.c: the set of calls, on three ABIs that differ in what they have.
 */
#include "unit.h"

#define ABIS(X) X(x86_64) X(i386) X(arm)
#include "../abi.c"
#include "../policy.h"

enum { X86_64, I386, ARM };

static struct policy policy, other;
static struct policy_call calls[POLICY_CALLS_MAX];
static struct policy_call calls2[POLICY_CALLS_MAX];

/* the list as text: "openat/1x3 i386:open/1x0", WHY_* and count; a number where
 * there is no name */
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
		p += sprintf(p, "/%dx%" PRIu64, c->why, c->count);
	}
	return text;
}

static int
add(int abi, uint32_t nr, uint64_t n)
{
	return policy_add(&policy, abi, nr, WHY_SEEN, n);
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
	policy_add(&policy, X86_64, 257, WHY_KNOWN, 0);
	check_str("add_counts_and_reasons", list(BY_NR), "openat/3x5");
	check_num("add_no_abi", add(-1, 1, 1), -1);
	check_num("add_name",
	    policy_add_name(&policy, I386, "open", WHY_KNOWN), 0);
	check_num("add_name_unknown",
	    policy_add_name(&policy, X86_64, "nonsense", WHY_KNOWN), -1);
	check_num("add_name_of_another_abi",
	    policy_add_name(&policy, X86_64, "breakpoint", WHY_KNOWN), -1);
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
		    calls[i].why != calls2[i].why ||
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
	policy_add(&policy, I386, 1, WHY_ALWAYS, 0);
	check(!policy_uses(&policy, I386), "uses_not_by_always", "used");
	policy_add(&policy, I386, 1, WHY_KNOWN, 0);
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
	for (abi = 0; abi < n_abis; abi++)
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
	return unit_end();
}
