/* SPDX-License-Identifier: MIT
 *
 * The set of system calls: what the taps fill and the writers print.  Counts
 * by table place, so that adding is one array access; the few numbers that
 * have no place stand in a short sorted list.
 */
#include "abi.h"
#include "policy.h"

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
policy_add(struct policy *p, int abi, uint32_t nr, int why, uint64_t n)
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
		if (p->why[abi][i] & ~WHY_ALWAYS)
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
