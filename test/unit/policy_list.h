/* SPDX-License-Identifier: MIT
 *
 * All calls of a policy as an array, for tests that compare.
 */
static inline int
policy_list(const struct policy *p, enum policy_order order,
    struct policy_call *calls)
{
	static struct policy_list list;
	int i;

	policy_list_make(&list, p, order);
	for (i = 0; i < list.n; i++)
		calls[i] = policy_list_call(&list, i);
	return list.n;
}
