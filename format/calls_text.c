/* SPDX-License-Identifier: MIT
 *
 * What the consumers' own languages have in common: an item for each call that
 * is allowed, and one for each call that gets an action of its own.  Each
 * format writes the items.
 */
#include "format/calls_text.h"

#include <stdint.h>

#include "format/caps.h"
#include "lib/out.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

void
calls_text_write_incomplete(struct out *o, const struct policy *p,
    const char *comment)
{
	if (p->incomplete)
		out_fmt(o, "%s incomplete\n", comment);
}

/* Is this a foreign ABI's call whose name was written for an earlier one? */
static bool
earlier_abi_has_name(const struct policy *p, const struct policy_call *c)
{
	const char *name = abi_name(c->abi, c->nr);
	int64_t nr;
	int i;

	for (i = 0; name && i < c->abi; i++) {
		nr = abi_nr(i, name);
		if (nr >= 0 && policy_reasons(p, i, (uint32_t)nr))
			return true;
	}
	return false;
}

/* Has an override of the same name and action been written before? */
static bool
is_repeated(const struct policy *p, const struct policy_override *r)
{
	const struct policy_override *o = p->overrides;
	unsigned id = abi_name_id(r->abi, r->nr);

	while (o < r && (abi_name_id(o->abi, o->nr) != id ||
	    o->action != r->action))
		o++;
	return id && o < r;
}

static void
write_overrides(struct out *o, const struct calls_text *text,
    const struct policy *p, int abi)
{
	const struct policy_override *r = p->overrides;
	struct policy_call call = { .nr = 0 };
	int action;

	for (; r < p->overrides + p->n_overrides; r++) {
		action = caps_override(p, text->caps, r);
		if (action < 0 ||
		    action == caps_action(text->caps, p->action) ||
		    (abi < 0 ? is_repeated(p, r) : r->abi != abi) ||
		    (text->override_in_rules &&
		    policy_reasons(p, r->abi, r->nr)))
			continue;
		call.abi = r->abi;
		call.nr = r->nr;
		text->write_override(o, &call, action);
	}
}

void
calls_text_write(struct out *o, const struct calls_text *text,
    const struct policy *p, int abi, const char *first)
{
	struct policy_list list;
	struct policy_call c;
	int i;

	policy_list_make(&list, p, BY_NAME);
	for (i = 0; policy_list_call(&list, i, &c); i++) {
		if (!caps_has_call(text->caps, c.abi, c.nr) ||
		    (abi < 0 ? earlier_abi_has_name(p, &c) : c.abi != abi))
			continue;
		out_str(o, first);
		first = text->separator;
		text->write_call(o, p, &c);
	}
	if (text->write_override)
		write_overrides(o, text, p, abi);
}
