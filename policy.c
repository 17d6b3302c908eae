/* SPDX-License-Identifier: MIT
 *
 * The set of system calls: what the taps fill and the writers print.  Counts
 * by table place, so that adding is one array access; the few numbers that
 * have no place stand in a short sorted list.
 */
#include "abi.h"
#include "policy.h"

#include <errno.h>
#include <string.h>

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
	c->why = (uint8_t)(c->why | why);
	c->count += n;
	return 0;
}

int
policy_count(struct policy *p, int abi, uint32_t nr, int why, uint64_t n)
{
	int pos;

	if (abi < 0)
		return -1;
	pos = abi_pos(abi, nr);
	if (pos < 0)
		return add_unnamed(p, abi, nr, why, n);
	p->why[abi][pos] = (uint8_t)(p->why[abi][pos] | why);
	p->count[abi][pos] += n;
	return 0;
}

/* where its bits of why stand; NULL: nowhere */
static uint8_t *
why_of(const struct policy *p, int abi, uint32_t nr)
{
	int pos = abi_pos(abi, nr), i;

	if (pos >= 0)
		return (uint8_t *)&p->why[abi][pos];
	i = unnamed_place(p, abi, nr);
	if (i == p->n_unnamed || p->unnamed[i].abi != abi ||
	    p->unnamed[i].nr != nr)
		return NULL;
	return (uint8_t *)&p->unnamed[i].why;
}

int
policy_why(const struct policy *p, int abi, uint32_t nr)
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

	*why = (uint8_t)(*why & ~ONLY_IF);
	p->n_rules -= n;
	memmove(to, to + n, (size_t)(p->rules + p->n_rules - to) * sizeof *to);
}

int
policy_add(struct policy *p, int abi, uint32_t nr, int why, uint64_t n)
{
	if (policy_count(p, abi, nr, why, n) < 0)
		return -1;
	if (policy_why(p, abi, nr) & ONLY_IF)
		drop_rules(p, abi, nr);
	return 0;
}

void
policy_remove(struct policy *p, int abi, uint32_t nr)
{
	int pos = abi_pos(abi, nr), i = unnamed_place(p, abi, nr);

	if (!why_of(p, abi, nr))
		return;
	drop_rules(p, abi, nr);
	if (pos >= 0) {
		p->why[abi][pos] = 0;
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
	int had = abi < 0 ? 0 : policy_why(p, abi, nr), order = -1, i, j;

	if (had && !(had & ONLY_IF))
		return policy_count(p, abi, nr, why, 0);
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
	    policy_count(p, abi, nr, why | ONLY_IF, 0) < 0)
		return -1;
	if (order != 0) {
		memmove(r + 1, r,
		    (size_t)(p->rules + p->n_rules - r) * sizeof *r);
		*r = rule;
		p->n_rules++;
	}
	r->why = (uint8_t)(r->why | why);
	return 0;
}

int
policy_refuse(struct policy *p, int abi, uint32_t nr, int action)
{
	struct policy_refusal *r = p->refusals, *end = r + p->n_refusals;

	while (r < end && (r->abi < abi || (r->abi == abi && r->nr < nr)))
		r++;
	if (r == end || r->abi != abi || r->nr != nr) {
		if (p->n_refusals == POLICY_REFUSALS_MAX)
			return -1;
		memmove(r + 1, r, (size_t)(end - r) * sizeof *r);
		*r = (struct policy_refusal){ .nr = nr, .abi = (uint8_t)abi };
		p->n_refusals++;
	}
	if (action > r->action)
		r->action = (int16_t)action;
	return 0;
}

/* what it gets where it does not pass, or by default */
static int
action_or(const struct policy *p, int abi, uint32_t nr, int by_default)
{
	const struct policy_refusal *r = p->refusals;

	for (; r < p->refusals + p->n_refusals; r++)
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
policy_unknown(const struct policy *p, const char *last)
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

	if (!(policy_why(p, abi, nr) & ONLY_IF))
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
	int why = policy_why(p, abi, nr);

	return why & ONLY_IF ? policy_rule_for(p, abi, nr, args) != NULL :
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
		if (p->why[abi][i] & ~(WHY_ALWAYS | WHY_WIDENED))
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

	for (abi = 0; abi < n_abis; abi++)
		if (abi == 0 || policy_uses(p, abi))
			for (i = 0; i < sizeof always / sizeof *always; i++)
				policy_add_name(p, abi, always[i], WHY_ALWAYS);
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

int
policy_list(const struct policy *p, enum policy_order order,
    struct policy_call *calls)
{
	struct policy_call c;
	int n = 0, abi, pos, i, j;

	for (abi = 0; abi < n_abis; abi++)
		for (pos = 0; pos < abis[abi].n; pos++)
			if (p->why[abi][pos])
				calls[n++] = (struct policy_call){
					.nr = abi_nr_at(abi, pos),
					.abi = (uint8_t)abi,
					.why = p->why[abi][pos],
					.count = p->count[abi][pos],
				};
	for (i = 0; i < p->n_unnamed; i++)
		calls[n++] = p->unnamed[i];
	/* a few hundred at most, nearly in order: insertion sort */
	for (i = 1; i < n; i++) {
		c = calls[i];
		for (j = i; j > 0 && before(&c, &calls[j - 1], order); j--)
			calls[j] = calls[j - 1];
		calls[j] = c;
	}
	return n;
}

/* each call that either refuses in a way of its own gets the milder of both */
static int
merge_refusals(struct policy *p, const struct policy *from)
{
	struct policy_refusal *r;
	int action, by_default, i, failed = 0;

	for (r = p->refusals; r < p->refusals + p->n_refusals; r++) {
		action = policy_action(from, r->abi, r->nr);
		if (action > r->action)
			r->action = (int16_t)action;
	}
	/* what -p chose is not what a file said */
	by_default = p->action_chosen ? ACTION_NONE : p->action;
	for (i = 0; i < from->n_refusals; i++) {
		const struct policy_refusal *f = &from->refusals[i];

		action = action_or(p, f->abi, f->nr, by_default);
		failed |= policy_refuse(p, f->abi, f->nr,
		    action > f->action ? action : f->action);
	}
	if (!p->action_chosen && from->action > p->action)
		p->action = from->action;
	return failed;
}

int
policy_merge(struct policy *p, const struct policy *from)
{
	static struct policy_call calls[POLICY_CALLS_MAX];
	const struct policy_call *c = calls;
	const struct policy_rule *r;
	const char *name = NULL;
	int n, k, failed = merge_refusals(p, from);

	for (n = policy_list(from, BY_NR, calls); n > 0; n--, c++) {
		if (!(c->why & ONLY_IF)) {
			failed |= policy_add(p, c->abi, c->nr, c->why,
			    c->count);
			continue;
		}
		for (k = policy_rules(from, c->abi, c->nr, &r); k > 0; k--, r++)
			failed |= policy_add_rule(p, c->abi, c->nr, r->why,
			    r->test, r->n);
		if (policy_why(p, c->abi, c->nr))
			policy_count(p, c->abi, c->nr, c->why & ~ONLY_IF,
			    c->count);
	}
	while ((name = policy_unknown(from, name)))
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
	int had = policy_why(old, abi, nr), has = policy_why(new, abi, nr);
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
