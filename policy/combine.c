/* SPDX-License-Identifier: MIT
 *
 * Operations on two policies: their union, and how they differ.
 */
#include "policy/policy.h"
#include "policy/sets.h"

/* Of two actions, the milder one, or the stricter one; one of them may be
 * ACTION_NONE. */
static int
choose_action(int a, int b, bool stricter)
{
	return (stricter ? (unsigned)a < (unsigned)b : a > b) ? a : b;
}

static int
merge_actions(struct policy *p, const struct policy *from, bool stricter)
{
	struct policy_override *o;
	int action, default_action, i, failed = 0;

	for (o = p->overrides; o < p->overrides + p->n_overrides; o++) {
		action = policy_action(from, o->abi, o->nr);
		o->action = (int16_t)choose_action(action, o->action, stricter);
	}
	/* a default that the user chose (-p) comes from no policy file: don't
	 * make an override milder because of it */
	default_action = p->action_chosen ? ACTION_NONE : p->action;
	for (i = 0; i < from->n_overrides; i++) {
		const struct policy_override *f = &from->overrides[i];

		action = policy_action_or(p, f->abi, f->nr, default_action);
		failed |= policy_set_action(p, f->abi, f->nr,
		    choose_action(action, f->action, stricter));
	}
	if (!p->action_chosen)
		p->action = choose_action(from->action, p->action, stricter);
	return failed;
}

static int
merge_call(struct policy *p, const struct policy *from,
    const struct policy_call *c)
{
	bool conditional = c->reasons & REASON_CONDITIONAL;
	const struct policy_rule *r;
	int n, failed = 0;

	if (!conditional && p->set == SET_UNION)
		return policy_add(p, c->abi, c->nr, c->reasons, c->count);
	for (n = policy_rules(from, c->abi, c->nr, &r); n > 0; n--, r++)
		failed |= policy_add_rule(p, c->abi, c->nr, r->reasons,
		    r->test, r->n);
	/* other policies' rules stay, so that they can be counted */
	if (p->set == SET_COUNT)
		return failed | policy_add_count(p, c->abi, c->nr,
		    c->reasons | REASON_CONDITIONAL,
		    conditional ? 1 : 1 + COUNT_ALWAYS);
	if (policy_reasons(p, c->abi, c->nr))
		policy_add_count(p, c->abi, c->nr,
		    c->reasons & ~REASON_CONDITIONAL, c->count);
	return failed;
}

static int
add_all(struct policy *p, const struct policy *from)
{
	struct policy_list list;
	struct policy_call c;
	const char *name = NULL;
	int i, failed = 0;

	policy_list_make(&list, from, BY_NR);
	for (i = 0; policy_list_call(&list, i, &c); i++) {
		failed |= merge_call(p, from, &c);
	}
	while ((name = policy_next_unknown(from, name)))
		failed |= policy_add_unknown(p, name);
	return failed;
}

int
policy_merge(struct policy *p, const struct policy *from)
{
	bool less = p->set == SET_SUBTRACT;
	int failed = p->set < SET_INTERSECT ? add_all(p, from) :
	    sets_combine(p, from, less);

	p->merged += p->set == SET_COUNT;
	p->incomplete |= from->incomplete;
	if (less)
		return failed;
	p->main_scope |= from->main_scope;
	return failed | merge_actions(p, from, p->set == SET_INTERSECT);
}

char
policy_change(const struct policy *old, const struct policy *new, int abi,
    uint32_t nr)
{
	bool was_allowed = policy_reasons(old, abi, nr) != 0;
	bool is_allowed = policy_reasons(new, abi, nr) != 0;
	const struct policy_rule *r, *s;
	int n = policy_rules(old, abi, nr, &r);

	if (was_allowed != is_allowed)
		return is_allowed ? '+' : '-';
	if (policy_rules(new, abi, nr, &s) != n)
		return '~';
	while (n-- > 0)
		if (policy_compare_rules(r++, s++) != 0)
			return '~';
	return 0;
}
