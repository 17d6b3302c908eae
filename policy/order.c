/* SPDX-License-Identifier: MIT
 *
 * The calls of a policy as a sorted list.
 */
#include "policy/policy.h"
#include "syscalls/abi.h"

static bool
comes_before(const struct policy_call *a, const struct policy_call *b,
    enum policy_order order)
{
	unsigned id_a = abi_name_id(a->abi, a->nr);
	unsigned id_b = abi_name_id(b->abi, b->nr);

	if (order == BY_COUNT && a->count != b->count)
		return a->count > b->count;
	if (a->abi != b->abi)
		return a->abi < b->abi;
	/* unsigned, so that 0, "no name", comes after every name */
	if (order != BY_NR && id_a != id_b)
		return id_a - 1 < id_b - 1;
	return a->nr < b->nr;
}

/* slots: those of each ABI's table, then those of the unnamed calls */
static void
get_call(const struct policy *p, unsigned slot, struct policy_call *c)
{
	int abi = (int)(slot / ABI_TABLE_MAX), i = (int)(slot % ABI_TABLE_MAX);

	if (slot >= ABI_MAX * ABI_TABLE_MAX)
		*c = p->unnamed[slot - ABI_MAX * ABI_TABLE_MAX];
	else
		*c = (struct policy_call){
			.nr = abi_nr_at(abi, i), .abi = (uint8_t)abi,
			.reasons = p->reasons[abi][i],
			.count = p->count[abi][i],
		};
}

bool
policy_list_call(const struct policy_list *list, int i, struct policy_call *c)
{
	if (i < 0 || i >= list->n)
		return false;
	get_call(list->policy, list->slot[i], c);
	return true;
}

/* insertion sort: at most a few hundred calls, and nearly in order */
static void
list_insert(struct policy_list *list, unsigned slot, enum policy_order order)
{
	struct policy_call c, other;
	int i;

	get_call(list->policy, slot, &c);
	for (i = list->n; policy_list_call(list, i - 1, &other); i--) {
		if (!comes_before(&c, &other, order))
			break;
		list->slot[i] = list->slot[i - 1];
	}
	list->slot[i] = (uint16_t)slot;
	list->n++;
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
				list_insert(list, (unsigned)
				    (abi * ABI_TABLE_MAX + i), order);
	for (i = 0; i < p->n_unnamed; i++)
		list_insert(list, (unsigned)(ABI_MAX * ABI_TABLE_MAX + i), order);
}
