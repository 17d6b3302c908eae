/* SPDX-License-Identifier: MIT
 *
 * Policies as sets of calls with their arguments: what two of them allow, what
 * one allows and another does not, what many allow.  The conditions of a result
 * are exact; if there is no room for them, that is an error.
 */
#include "policy/sets.h"

#include <string.h>

#include "policy/policy.h"
#include "syscalls/abi.h"

enum { UNRELATED, IMPLIED, EXCLUDED, NO_ROOM = -1 };

/* the bits of an argument that have one value if the test holds */
static uint64_t
bits_of(const struct policy_test *t, uint64_t full)
{
	return t->op == OP_EQ ? full : t->op == OP_MASKED_EQ ? t->mask & full :
	    0;
}

/* Does t always hold if s does, or never?  Both are of one argument. */
static int
relation(const struct policy_test *s, const struct policy_test *t,
    uint64_t full)
{
	uint64_t a = bits_of(s, full), b = bits_of(t, full);
	uint64_t differing = (s->value ^ t->value) & full;

	if (a == full)
		return policy_test_holds(t, s->value, full) ? IMPLIED :
		    EXCLUDED;
	if (a & b & differing)
		return EXCLUDED;
	return (b ? b & ~a : differing || s->op != t->op) ? UNRELATED : IMPLIED;
}

/* Add a test to a rule: its calls have to pass that, too.  Returns EXCLUDED if
 * none does. */
static int
add_test(struct policy_rule *r, struct policy_test t)
{
	uint64_t full = abi_register_mask(r->abi);
	struct policy_test *s = r->test;
	int how;

	while (s < r->test + r->n) {
		if (s->arg != t.arg) {
			s++;
			continue;
		}
		if ((how = relation(s, &t, full)))
			return how;
		if ((how = relation(&t, s, full)) == EXCLUDED)
			return how;
		if (s->op == OP_MASKED_EQ && t.op == OP_MASKED_EQ) {
			t.mask |= s->mask;
			t.value |= s->value;
			how = IMPLIED;
		}
		if (how)
			*s = r->test[--r->n];
		else
			s++;
	}
	if (r->n == POLICY_TESTS_MAX)
		return NO_ROOM;
	r->test[r->n++] = t;
	return 0;
}

/* Allow what passes a rule, which may have no tests, and n tests more. */
static int
add_narrowed(struct policy *p, const struct policy_rule *rule,
    const struct policy_test *test, int n)
{
	struct policy_rule r = *rule;
	int how;

	for (; n > 0; n--) {
		how = add_test(&r, *test++);
		if (how < 0 || how == EXCLUDED)
			return how;
	}
	return r.n ? policy_add_rule(p, r.abi, r.nr, r.reasons, r.test, r.n) :
	    policy_add(p, r.abi, r.nr, r.reasons, 0);
}

/* Allow what passes a rule and fails a test. */
static int
add_difference(struct policy *p, const struct policy_rule *rule,
    const struct policy_test *test)
{
	uint64_t full = abi_register_mask(rule->abi), bit;
	struct policy_test t = *test;
	int failed = 0;

	if (bits_of(test, full) == full)
		t.op = OP_EQ;
	if (t.op != OP_MASKED_EQ) {
		t.op = (uint8_t)(t.op < OP_EQ ? t.op + OP_EQ : t.op - OP_EQ);
		return add_narrowed(p, rule, &t, 1);
	}
	/* bits differ from a value if one of them does */
	for (bit = 1; bit & full; bit <<= 1) {
		t.mask = test->mask & bit;
		t.value = ~test->value & bit;
		if (t.mask)
			failed |= add_narrowed(p, rule, &t, 1);
	}
	return failed;
}

/* The rules of a call, or one without tests if it is allowed always.  Returns
 * their number. */
static int
rules_of(const struct policy *p, int abi, uint32_t nr,
    struct policy_rule *rules)
{
	const struct policy_rule *first;
	int n = policy_rules(p, abi, nr, &first);

	memcpy(rules, first, (size_t)n * sizeof *rules);
	memset(rules + n, 0, sizeof *rules);
	rules[n].nr = nr;
	rules[n].abi = (uint8_t)abi;
	rules[n].reasons = (uint16_t)policy_reasons(p, abi, nr);
	return n + (rules[n].reasons && !n);
}

/* Remove the rules of a call from the policy, after a copy of them. */
static int
take_rules(struct policy *p, int abi, uint32_t nr, struct policy_rule *rules)
{
	int n = rules_of(p, abi, nr, rules);

	policy_remove(p, abi, nr);
	return n;
}

int
sets_subtract(struct policy *p, int abi, uint32_t nr,
    const struct policy_test *test, int n)
{
	static struct policy_rule own[POLICY_RULES_MAX + 1];
	int n_own = take_rules(p, abi, nr, own), i, failed = 0;

	while (n_own-- > 0)
		for (i = 0; i < n; i++)
			failed |= add_difference(p, &own[n_own], &test[i]);
	return failed;
}

static int
combine_unknown(struct policy *p, const struct policy *from, bool less)
{
	static char old[POLICY_UNKNOWN_MAX];
	const char *name = old;
	int failed = 0;

	memcpy(old, p->unknown, sizeof old);
	memset(p->unknown, 0, sizeof p->unknown);
	p->unknown_len = 0;
	for (; *name; name += strlen(name) + 1)
		if (policy_has_unknown(from, name) != less)
			failed |= policy_add_unknown(p, name);
	return failed;
}

/* Replace what the policy allows of a call by what the other policy allows, too,
 * or does not. */
static int
combine_call(struct policy *p, const struct policy *from,
    const struct policy_call *c, bool less)
{
	static struct policy_rule own[POLICY_RULES_MAX + 1];
	static struct policy_rule other[POLICY_RULES_MAX + 1];
	int n_other = rules_of(from, c->abi, c->nr, other), k, i, failed = 0;
	int n = less ? 0 : take_rules(p, c->abi, c->nr, own);

	for (k = 0; k < n_other; k++) {
		if (less)
			failed |= sets_subtract(p, c->abi, c->nr,
			    other[k].test, other[k].n);
		for (i = 0; i < n; i++)
			failed |= add_narrowed(p, &own[i], other[k].test,
			    other[k].n);
	}
	return failed;
}

int
sets_combine(struct policy *p, const struct policy *from, bool less)
{
	struct policy_list list;
	struct policy_call c;
	int i, failed = combine_unknown(p, from, less);

	/* from the last on, as a call without a name moves those behind it */
	policy_list_make(&list, p, BY_NR);
	for (i = list.n; policy_list_call(&list, --i, &c); ) {
		/* equal conditions may overlap, but stay as they are */
		if (less || policy_change(p, from, c.abi, c.nr))
			failed |= combine_call(p, from, &c, less);
	}
	return failed < 0 ? -1 : 0;
}

void
policy_at_least(struct policy *p, unsigned n)
{
	struct policy_list list;
	struct policy_call c;
	const struct policy_rule *r;
	unsigned always;
	int i, k;

	policy_unknown_at_least(p, n);
	policy_list_make(&list, p, BY_NR);
	for (i = list.n; policy_list_call(&list, --i, &c); ) {
		always = (unsigned)(c.count / COUNT_ALWAYS);
		policy_add_count(p, c.abi, c.nr, 0, -(always * COUNT_ALWAYS));
		for (k = policy_rules(p, c.abi, c.nr, &r); k-- > 0; )
			if (always + r[k].count < n)
				policy_remove_rule(p, &r[k]);
		if (always >= n)
			policy_add(p, c.abi, c.nr, 0, 0);
		else if (!policy_rules(p, c.abi, c.nr, &r))
			policy_remove(p, c.abi, c.nr);
	}
}
