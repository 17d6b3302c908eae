/* SPDX-License-Identifier: MIT
 *
 * The argument rules of a policy: their order, and which calls they match.
 */
#include "policy/policy.h"

#include <string.h>

#include "lib/small.h"
#include "syscalls/abi.h"

int
policy_rules(const struct policy *p, int abi, uint32_t nr,
    const struct policy_rule **first)
{
	const struct policy_rule *r = p->rules, *end = r + p->n_rules;
	int n = 0;

	while (r < end && (r->abi != abi || r->nr != nr))
		r++;
	*first = r;
	for (; r < end && r->abi == abi && r->nr == nr; r++)
		n++;
	return n;
}

static int
compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int
compare_test(const struct policy_test *s, const struct policy_test *t)
{
	int order;

	if (!(order = compare_numbers(s->arg, t->arg)) &&
	    !(order = compare_numbers(s->value, t->value)) &&
	    !(order = compare_numbers(s->op, t->op)))
		order = compare_numbers(s->mask, t->mask);
	return order;
}

int
policy_compare_tests(const struct policy_rule *a, const struct policy_rule *b)
{
	int order = compare_numbers(a->n, b->n), i;

	for (i = 0; !order && i < a->n; i++)
		order = compare_test(&a->test[i], &b->test[i]);
	return order;
}

int
policy_compare_rules(const struct policy_rule *a, const struct policy_rule *b)
{
	int order;

	if (!(order = compare_numbers(a->abi, b->abi)) &&
	    !(order = compare_numbers(a->nr, b->nr)))
		order = policy_compare_tests(a, b);
	return order;
}

bool
policy_join_tests(struct policy_test *t, const struct policy_test *other)
{
	uint64_t value = t->value | other->value;

	if (other->op != OP_MASKED_EQ || t->op != OP_MASKED_EQ ||
	    other->arg != t->arg || (value & t->mask) != t->value ||
	    (value & other->mask) != other->value)
		return false;
	t->value = value;
	t->mask |= other->mask;
	return true;
}

/* Sort the tests, and join those of an argument's bits: rules that differ only
 * in this are the same rule. */
static int
add_tests(struct policy_rule *rule, const struct policy_test *test, int n)
{
	struct policy_test t, *s;
	int i;

	while (n-- > 0) {
		t = *test++;
		for (i = 0, s = rule->test; i < rule->n; i++)
			if (!policy_join_tests(&t, &rule->test[i]))
				*s++ = rule->test[i];
		rule->n = (uint8_t)(s - rule->test);
		if (rule->n == POLICY_TESTS_MAX)
			return -1;
		for (; s > rule->test && compare_test(s - 1, &t) > 0; s--)
			*s = s[-1];
		*s = t;
		rule->n++;
	}
	return 0;
}

/* The rule in the policy, *order is 0 then, or the place where it belongs. */
static struct policy_rule *
find_rule(struct policy *p, const struct policy_rule *rule, int *order)
{
	struct policy_rule *low = p->rules, *high = low + p->n_rules, *middle;

	for (*order = -1; low < high; ) {
		middle = low + (high - low) / 2;
		*order = policy_compare_rules(middle, rule);
		if (*order == 0)
			return middle;
		if (*order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int
policy_add_rule(struct policy *p, int abi, uint32_t nr, int reasons,
    const struct policy_test *test, int n)
{
	struct policy_rule rule = { .nr = nr, .abi = (uint8_t)abi }, *r;
	int present = abi < 0 ? 0 : policy_reasons(p, abi, nr), order;

	if (present && !(present & REASON_CONDITIONAL))
		return policy_add_count(p, abi, nr, reasons, 0);
	if (n < 1 || add_tests(&rule, test, n) < 0)
		return -1;
	r = find_rule(p, &rule, &order);
	if ((order != 0 && p->n_rules == POLICY_RULES_MAX) ||
	    policy_add_count(p, abi, nr, reasons | REASON_CONDITIONAL, 0) < 0)
		return -1;
	if (order != 0) {
		memmove(r + 1, r,
		    (size_t)(p->rules + p->n_rules - r) * sizeof *r);
		*r = rule;
		p->n_rules++;
	}
	r->reasons = (uint16_t)(r->reasons | reasons);
	r->count += p->set == SET_COUNT;
	return 0;
}

void
policy_remove_rule(struct policy *p, const struct policy_rule *r)
{
	struct policy_rule *to = p->rules + (r - p->rules);

	p->n_rules--;
	memmove(to, to + 1, (size_t)(p->rules + p->n_rules - to) * sizeof *to);
}

bool
policy_test_holds(const struct policy_test *t, uint64_t arg, uint64_t register_mask)
{
	uint64_t value = t->value & register_mask;

	arg &= register_mask;
	switch (t->op) {
	case OP_NE:
		return arg != value;
	case OP_LT:
		return arg < value;
	case OP_LE:
		return arg <= value;
	case OP_EQ:
		return arg == value;
	case OP_GE:
		return arg >= value;
	case OP_GT:
		return arg > value;
	}
	return (arg & t->mask) == value;
}

struct policy_rule *
policy_rule_for(const struct policy *p, int abi, uint32_t nr,
    const uint64_t args[6])
{
	uint64_t register_mask = abi_register_mask(abi);
	const struct policy_rule *r;
	int n, i;

	if (IS_SMALL || !(policy_reasons(p, abi, nr) & REASON_CONDITIONAL))
		return NULL;
	for (n = policy_rules(p, abi, nr, &r); n > 0; n--, r++) {
		for (i = 0; i < r->n; i++)
			if (!policy_test_holds(&r->test[i], args[r->test[i].arg],
			    register_mask))
				break;
		if (i == r->n)
			return (struct policy_rule *)r;
	}
	return NULL;
}

bool
policy_add_seen(struct policy *p, int abi, uint32_t nr,
    const uint64_t args[6], uint64_t n)
{
	struct policy_rule *rule = policy_rule_for(p, abi, nr, args);

	if (!policy_allows(p, abi, nr, args))
		return false;
	if (rule)
		rule->reasons |= REASON_SEEN;
	policy_add_count(p, abi, nr, REASON_SEEN, n);
	return true;
}

bool
policy_allows(const struct policy *p, int abi, uint32_t nr,
    const uint64_t args[6])
{
	int reasons = policy_reasons(p, abi, nr);

	if (reasons & REASON_CONDITIONAL)
		return policy_rule_for(p, abi, nr, args) != NULL;
	return reasons != 0 || policy_action(p, abi, nr) == ACTION_ALLOW;
}
