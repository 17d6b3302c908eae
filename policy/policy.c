/* SPDX-License-Identifier: MIT
 *
 * The set of system calls: what the taps fill and the writers print.  Counts
 * by table place, so that adding is one array access; the few numbers that
 * have no place stand in a short sorted list.
 */
#include "policy/policy.h"

#include <errno.h>
#include <string.h>

#include "syscalls/abi.h"

/* place of (abi, nr) in the sorted list, or where it would go */
static int
unnamed_place(const struct policy *p, int abi, uint32_t nr)
{
	int i;

	for (i = 0; i < p->n_unnamed; i++)
		if (p->unnamed[i].abi > abi ||
		    (p->unnamed[i].abi == abi && p->unnamed[i].nr >= nr))
			break;
	return i;
}

static int
add_unnamed(struct policy *p, int abi, uint32_t nr, int why, uint64_t n)
{
	int i = unnamed_place(p, abi, nr);
	struct policy_call *c = &p->unnamed[i];

	if (i == p->n_unnamed || c->abi != abi || c->nr != nr) {
		if (p->n_unnamed == POLICY_UNNAMED_MAX)
			return -1;
		memmove(c + 1, c, (size_t)(p->n_unnamed - i) * sizeof *c);
		*c = (struct policy_call){ .nr = nr, .abi = (uint8_t)abi };
		p->n_unnamed++;
	}
	c->reasons = (uint8_t)(c->reasons | why);
	c->count += n;
	return 0;
}

int
policy_add_count(struct policy *p, int abi, uint32_t nr, int why, uint64_t n)
{
	int pos;

	if (abi < 0)
		return -1;
	pos = abi_table_index(abi, nr);
	if (pos < 0)
		return add_unnamed(p, abi, nr, why, n);
	p->reasons[abi][pos] = (uint8_t)(p->reasons[abi][pos] | why);
	p->count[abi][pos] += n;
	return 0;
}

/* where its bits of why stand; NULL: nowhere */
static uint8_t *
why_of(const struct policy *p, int abi, uint32_t nr)
{
	int pos = abi_table_index(abi, nr), i;

	if (pos >= 0)
		return (uint8_t *)&p->reasons[abi][pos];
	i = unnamed_place(p, abi, nr);
	if (i == p->n_unnamed || p->unnamed[i].abi != abi ||
	    p->unnamed[i].nr != nr)
		return NULL;
	return (uint8_t *)&p->unnamed[i].reasons;
}

int
policy_reasons(const struct policy *p, int abi, uint32_t nr)
{
	const uint8_t *why = why_of(p, abi, nr);

	return why ? *why : 0;
}

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

/* it is allowed without conditions from now on */
static void
drop_rules(struct policy *p, int abi, uint32_t nr)
{
	const struct policy_rule *first;
	int n = policy_rules(p, abi, nr, &first);
	struct policy_rule *to = p->rules + (first - p->rules);
	uint8_t *why = why_of(p, abi, nr);

	*why = (uint8_t)(*why & ~REASON_CONDITIONAL);
	p->n_rules -= n;
	memmove(to, to + n, (size_t)(p->rules + p->n_rules - to) * sizeof *to);
}

int
policy_add(struct policy *p, int abi, uint32_t nr, int why, uint64_t n)
{
	if (policy_add_count(p, abi, nr, why, n) < 0)
		return -1;
	if (policy_reasons(p, abi, nr) & REASON_CONDITIONAL)
		drop_rules(p, abi, nr);
	return 0;
}

void
policy_remove(struct policy *p, int abi, uint32_t nr)
{
	int pos = abi_table_index(abi, nr), i = unnamed_place(p, abi, nr);

	if (!why_of(p, abi, nr))
		return;
	drop_rules(p, abi, nr);
	if (pos >= 0) {
		p->reasons[abi][pos] = 0;
		p->count[abi][pos] = 0;
		return;
	}
	p->n_unnamed--;
	memmove(&p->unnamed[i], &p->unnamed[i + 1],
	    (size_t)(p->n_unnamed - i) * sizeof *p->unnamed);
}

static int
compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int
compare_test(const struct policy_test *s, const struct policy_test *t)
{
	int r;

	if (!(r = compare(s->arg, t->arg)) &&
	    !(r = compare(s->value, t->value)) && !(r = compare(s->op, t->op)))
		r = compare(s->mask, t->mask);
	return r;
}

int
policy_compare_tests(const struct policy_rule *a, const struct policy_rule *b)
{
	int r = compare(a->n, b->n), i;

	for (i = 0; !r && i < a->n; i++)
		r = compare_test(&a->test[i], &b->test[i]);
	return r;
}

static int
compare_rules(const struct policy_rule *a, const struct policy_rule *b)
{
	int r;

	if (!(r = compare(a->abi, b->abi)) && !(r = compare(a->nr, b->nr)))
		r = policy_compare_tests(a, b);
	return r;
}

int
policy_add_rule(struct policy *p, int abi, uint32_t nr, int why,
    const struct policy_test *test, int n)
{
	struct policy_rule rule = { .nr = nr, .abi = (uint8_t)abi,
	    .n = (uint8_t)n }, *r = p->rules;
	int had = abi < 0 ? 0 : policy_reasons(p, abi, nr), order = -1, i, j;

	if (had && !(had & REASON_CONDITIONAL))
		return policy_add_count(p, abi, nr, why, 0);
	if (n < 1 || n > POLICY_TESTS_MAX)
		return -1;
	for (i = 0; i < n; i++, test++) {
		for (j = i; j > 0 && compare_test(&rule.test[j - 1], test) > 0;
		    j--)
			rule.test[j] = rule.test[j - 1];
		rule.test[j] = *test;
	}
	while (r < p->rules + p->n_rules &&
	    (order = compare_rules(r, &rule)) < 0)
		r++;
	if ((order != 0 && p->n_rules == POLICY_RULES_MAX) ||
	    policy_add_count(p, abi, nr, why | REASON_CONDITIONAL, 0) < 0)
		return -1;
	if (order != 0) {
		memmove(r + 1, r,
		    (size_t)(p->rules + p->n_rules - r) * sizeof *r);
		*r = rule;
		p->n_rules++;
	}
	r->reasons = (uint8_t)(r->reasons | why);
	return 0;
}

int
policy_set_action(struct policy *p, int abi, uint32_t nr, int action)
{
	struct policy_override *r = p->overrides, *end = r + p->n_overrides;

	while (r < end && (r->abi < abi || (r->abi == abi && r->nr < nr)))
		r++;
	if (r == end || r->abi != abi || r->nr != nr) {
		if (p->n_overrides == POLICY_OVERRIDES_MAX)
			return -1;
		memmove(r + 1, r, (size_t)(end - r) * sizeof *r);
		*r = (struct policy_override){ .nr = nr, .abi = (uint8_t)abi };
		p->n_overrides++;
	}
	if (action > r->action)
		r->action = (int16_t)action;
	return 0;
}

/* what it gets where it does not pass, or by default */
static int
action_or(const struct policy *p, int abi, uint32_t nr, int by_default)
{
	const struct policy_override *r = p->overrides;

	for (; r < p->overrides + p->n_overrides; r++)
		if (r->abi == abi && r->nr == nr)
			return r->action;
	/* newer than our tables: the program shall try the older way */
	return abi_name_id(abi, nr) ? by_default : ENOSYS;
}

int
policy_action(const struct policy *p, int abi, uint32_t nr)
{
	return action_or(p, abi, nr, p->action);
}

const char *
policy_next_unknown(const struct policy *p, const char *last)
{
	last = last ? last + strlen(last) + 1 : p->unknown;
	return *last ? last : NULL;
}

int
policy_add_unknown(struct policy *p, const char *name)
{
	char *to = p->unknown, *end;
	size_t len = strlen(name) + 1;
	int order;

	for (; *to; to += strlen(to) + 1) {
		order = strcmp(to, name);
		if (order == 0)
			return 0;
		if (order > 0)
			break;
	}
	for (end = to; *end; end += strlen(end) + 1)
		;
	if (len >= (size_t)(p->unknown + sizeof p->unknown - end))
		return -1;
	memmove(to + len, to, (size_t)(end - to));
	memcpy(to, name, len);
	return 0;
}

/* width: the bits that a register has, all else is not looked at */
static bool
holds(const struct policy_test *t, uint64_t v, uint64_t width)
{
	uint64_t value = t->value & width;

	v &= width;
	switch (t->op) {
	case OP_NE:
		return v != value;
	case OP_LT:
		return v < value;
	case OP_LE:
		return v <= value;
	case OP_EQ:
		return v == value;
	case OP_GE:
		return v >= value;
	case OP_GT:
		return v > value;
	}
	return (v & t->mask) == value;
}

struct policy_rule *
policy_rule_for(const struct policy *p, int abi, uint32_t nr,
    const uint64_t args[6])
{
	uint64_t width = abis[abi].bits == 64 ? UINT64_MAX : UINT32_MAX;
	const struct policy_rule *r;
	int n, i;

	if (!(policy_reasons(p, abi, nr) & REASON_CONDITIONAL))
		return NULL;
	for (n = policy_rules(p, abi, nr, &r); n > 0; n--, r++) {
		for (i = 0; i < r->n; i++)
			if (!holds(&r->test[i], args[r->test[i].arg], width))
				break;
		if (i == r->n)
			return (struct policy_rule *)r;
	}
	return NULL;
}

bool
policy_allows(const struct policy *p, int abi, uint32_t nr,
    const uint64_t args[6])
{
	int why = policy_reasons(p, abi, nr);

	return why & REASON_CONDITIONAL ? policy_rule_for(p, abi, nr, args) != NULL :
	    why != 0;
}

int
policy_add_name(struct policy *p, int abi, const char *name, int why)
{
	int64_t nr = abi_nr(abi, name);

	return nr < 0 ? -1 : policy_add(p, abi, (uint32_t)nr, why, 0);
}

bool
policy_uses(const struct policy *p, int abi)
{
	int i;

	for (i = 0; i < abis[abi].n; i++)
		if (p->reasons[abi][i] & ~(REASON_ALWAYS | REASON_WIDENED))
			return true;
	for (i = 0; i < p->n_unnamed; i++)
		if (p->unnamed[i].abi == abi)
			return true;
	return false;
}

void
policy_add_always(struct policy *p)
{
	static const char *const always[] = {
		"rt_sigaction", "rt_sigreturn", "sigreturn", "exit",
		"exit_group",
	};
	size_t i;
	int abi;

	for (abi = 0; abi < abi_count; abi++)
		if (abi == 0 || policy_uses(p, abi))
			for (i = 0; i < sizeof always / sizeof *always; i++)
				policy_add_name(p, abi, always[i], REASON_ALWAYS);
}

static bool
before(const struct policy_call *a, const struct policy_call *b,
    enum policy_order order)
{
	unsigned id_a = abi_name_id(a->abi, a->nr);
	unsigned id_b = abi_name_id(b->abi, b->nr);

	if (order == BY_COUNT && a->count != b->count)
		return a->count > b->count;
	if (a->abi != b->abi)
		return a->abi < b->abi;
	/* unsigned, so that "no name", 0, comes after every name */
	if (order != BY_NR && id_a != id_b)
		return id_a - 1 < id_b - 1;
	return a->nr < b->nr;
}

/* table entries come first, then the calls without a name */
static struct policy_call
call_at(const struct policy *p, int at)
{
	int abi = at / ABI_TABLE_MAX, i = at % ABI_TABLE_MAX;

	if (at >= ABI_MAX * ABI_TABLE_MAX)
		return p->unnamed[at - ABI_MAX * ABI_TABLE_MAX];
	return (struct policy_call){
		.nr = abi_nr_at(abi, i), .abi = (uint8_t)abi,
		.reasons = p->reasons[abi][i], .count = p->count[abi][i],
	};
}

struct policy_call
policy_list_call(const struct policy_list *list, int i)
{
	return call_at(list->policy, list->at[i]);
}

/* insertion sort: a few hundred at most, and nearly in order */
static void
list_insert(struct policy_list *list, int at, enum policy_order order)
{
	struct policy_call c = call_at(list->policy, at), other;
	int i;

	for (i = list->n++; i > 0; i--) {
		other = policy_list_call(list, i - 1);
		if (!before(&c, &other, order))
			break;
		list->at[i] = list->at[i - 1];
	}
	list->at[i] = (uint16_t)at;
}

void
policy_list_make(struct policy_list *list, const struct policy *p,
    enum policy_order order)
{
	int abi, i;

	list->policy = p;
	list->n = 0;
	for (abi = 0; abi < abi_count; abi++)
		for (i = 0; i < abis[abi].n; i++)
			if (p->reasons[abi][i])
				list_insert(list, abi * ABI_TABLE_MAX + i,
				    order);
	for (i = 0; i < p->n_unnamed; i++)
		list_insert(list, ABI_MAX * ABI_TABLE_MAX + i, order);
}

/* each call that either refuses in a way of its own gets the milder of both */
static int
merge_refusals(struct policy *p, const struct policy *from)
{
	struct policy_override *r;
	int action, by_default, i, failed = 0;

	for (r = p->overrides; r < p->overrides + p->n_overrides; r++) {
		action = policy_action(from, r->abi, r->nr);
		if (action > r->action)
			r->action = (int16_t)action;
	}
	/* what -p chose is not what a file said */
	by_default = p->action_chosen ? ACTION_NONE : p->action;
	for (i = 0; i < from->n_overrides; i++) {
		const struct policy_override *f = &from->overrides[i];

		action = action_or(p, f->abi, f->nr, by_default);
		failed |= policy_set_action(p, f->abi, f->nr,
		    action > f->action ? action : f->action);
	}
	if (!p->action_chosen && from->action > p->action)
		p->action = from->action;
	return failed;
}

int
policy_merge(struct policy *p, const struct policy *from)
{
	struct policy_list list;
	struct policy_call c;
	const struct policy_rule *r;
	const char *name = NULL;
	int i, n, failed = merge_refusals(p, from);

	policy_list_make(&list, from, BY_NR);
	for (i = 0; i < list.n; i++) {
		c = policy_list_call(&list, i);
		if (!(c.reasons & REASON_CONDITIONAL)) {
			failed |= policy_add(p, c.abi, c.nr, c.reasons,
			    c.count);
			continue;
		}
		for (n = policy_rules(from, c.abi, c.nr, &r); n > 0; n--, r++)
			failed |= policy_add_rule(p, c.abi, c.nr, r->reasons,
			    r->test, r->n);
		if (policy_reasons(p, c.abi, c.nr))
			policy_add_count(p, c.abi, c.nr,
			    c.reasons & ~REASON_CONDITIONAL, c.count);
	}
	while ((name = policy_next_unknown(from, name)))
		failed |= policy_add_unknown(p, name);
	p->incomplete |= from->incomplete;
	p->main_scope |= from->main_scope;
	return failed;
}

char
policy_change(const struct policy *old, const struct policy *new, int abi,
    uint32_t nr)
{
	const struct policy_rule *r, *s;
	int had = policy_reasons(old, abi, nr), has = policy_reasons(new, abi, nr);
	int n = policy_rules(old, abi, nr, &r);

	if (!had != !has)
		return has ? '+' : '-';
	if (policy_rules(new, abi, nr, &s) != n)
		return '~';
	while (n-- > 0)
		if (compare_rules(r++, s++) != 0)
			return '~';
	return 0;
}
