/* SPDX-License-Identifier: MIT
 *
 * Operations on two policies: their union, and how they differ.
 */
#include "policy/policy.h"

/* each call that has an override in either policy gets the milder action */
static int
merge_actions(struct policy *p, const struct policy *from)
{
	struct policy_override *o;
	int action, default_action, i, failed = 0;

	for (o = p->overrides; o < p->overrides + p->n_overrides; o++) {
		action = policy_action(from, o->abi, o->nr);
		if (action > o->action)
			o->action = (int16_t)action;
	}
	/* a default that the user chose (-p) comes from no policy file: don't
	 * make an override milder because of it */
	default_action = p->action_chosen ? ACTION_NONE : p->action;
	for (i = 0; i < from->n_overrides; i++) {
		const struct policy_override *f = &from->overrides[i];

		action = policy_action_or(p, f->abi, f->nr, default_action);
		failed |= policy_set_action(p, f->abi, f->nr,
		    action > f->action ? action : f->action);
	}
	if (!p->action_chosen && from->action > p->action)
		p->action = from->action;
	return failed;
}

static int
merge_call(struct policy *p, const struct policy *from,
    const struct policy_call *c)
{
	const struct policy_rule *r;
	int n, failed = 0;

	if (!(c->reasons & REASON_CONDITIONAL))
		return policy_add(p, c->abi, c->nr, c->reasons, c->count);
	for (n = policy_rules(from, c->abi, c->nr, &r); n > 0; n--, r++)
		failed |= policy_add_rule(p, c->abi, c->nr, r->reasons,
		    r->test, r->n);
	if (policy_reasons(p, c->abi, c->nr))
		policy_add_count(p, c->abi, c->nr,
		    c->reasons & ~REASON_CONDITIONAL, c->count);
	return failed;
}

int
policy_merge(struct policy *p, const struct policy *from)
{
	struct policy_list list;
	struct policy_call c;
	const char *name = NULL;
	int i, failed = merge_actions(p, from);

	policy_list_make(&list, from, BY_NR);
	for (i = 0; i < list.n; i++) {
		c = policy_list_call(&list, i);
		failed |= merge_call(p, from, &c);
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
