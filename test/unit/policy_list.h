/* SPDX-License-Identifier: MIT
 *
 * All calls of a policy as an array, for tests that compare.
 */
static inline int
policy_list(const struct policy *p, enum policy_order order,
    struct policy_call *calls)
{
	static struct policy_list sorted;
	int i;

	policy_list_make(&sorted, p, order);
	for (i = 0; i < sorted.n; i++)
		policy_list_call(&sorted, i, &calls[i]);
	return sorted.n;
}
