/* SPDX-License-Identifier: MIT
 *
 * The set of allowed system calls, which the taps fill and the formats write.
 * Counts are kept by table index, so adding a call is one array access; the few
 * numbers outside the tables are in a short sorted list.
 */
#include "policy/policy.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "lib/small.h"
#include "lib/util.h"
#include "syscalls/abi.h"

/* index of (abi, nr) in the sorted list, or of its insertion point */
static int
unnamed_index(const struct policy *p, int abi, uint32_t nr)
{
	int i;

	for (i = 0; i < p->n_unnamed; i++)
		if (p->unnamed[i].abi > abi ||
		    (p->unnamed[i].abi == abi && p->unnamed[i].nr >= nr))
			break;
	return i;
}

static int
add_unnamed(struct policy *p, int abi, uint32_t nr, int reasons, uint64_t n)
{
	int i = unnamed_index(p, abi, nr);
	struct policy_call *c = &p->unnamed[i];

	if (i == p->n_unnamed || c->abi != abi || c->nr != nr) {
		if (p->n_unnamed == POLICY_UNNAMED_MAX)
			return -1;
		memmove(c + 1, c, (size_t)(p->n_unnamed - i) * sizeof *c);
		*c = (struct policy_call){ .nr = nr, .abi = (uint8_t)abi };
		p->n_unnamed++;
	}
	c->reasons = (uint16_t)(c->reasons | reasons);
	c->count += n;
	return 0;
}

int
policy_add_count(struct policy *p, int abi, uint32_t nr, int reasons,
    uint64_t n)
{
	int i;

	if (abi < 0)
		return -1;
	i = abi_table_index(abi, nr);
	if (i < 0)
		return add_unnamed(p, abi, nr, reasons, n);
	p->reasons[abi][i] = (uint16_t)(p->reasons[abi][i] | reasons);
	p->count[abi][i] += n;
	return 0;
}

/* pointer to the reasons recorded for a call, or NULL */
static uint16_t *
stored_reasons(const struct policy *p, int abi, uint32_t nr)
{
	int i = abi_table_index(abi, nr);

	if (i >= 0)
		return (uint16_t *)&p->reasons[abi][i];
	i = unnamed_index(p, abi, nr);
	if (i == p->n_unnamed || p->unnamed[i].abi != abi ||
	    p->unnamed[i].nr != nr)
		return NULL;
	return (uint16_t *)&p->unnamed[i].reasons;
}

int
policy_reasons(const struct policy *p, int abi, uint32_t nr)
{
	const uint16_t *stored = stored_reasons(p, abi, nr);

	return stored ? *stored : 0;
}

/* drop the call's rules: it is allowed unconditionally */
static void
drop_rules(struct policy *p, int abi, uint32_t nr)
{
	const struct policy_rule *first;
	uint16_t *stored = stored_reasons(p, abi, nr);

	*stored = (uint16_t)(*stored & ~REASON_CONDITIONAL);
	while (policy_rules(p, abi, nr, &first))
		policy_remove_rule(p, first);
}

void
policy_copy(struct policy *to, const struct policy *from)
{
	memcpy(to, from, offsetof(struct policy, rules) +
	    (size_t)from->n_rules * sizeof *from->rules);
}

int
policy_add(struct policy *p, int abi, uint32_t nr, int reasons, uint64_t n)
{
	if (policy_add_count(p, abi, nr, reasons, n) < 0)
		return -1;
	if (policy_reasons(p, abi, nr) & REASON_CONDITIONAL)
		drop_rules(p, abi, nr);
	return 0;
}

int
policy_add_name(struct policy *p, int abi, const char *name, int reasons)
{
	int64_t nr = abi_nr(abi, name);

	return nr < 0 ? -1 : policy_add(p, abi, (uint32_t)nr, reasons, 0);
}

void
policy_remove(struct policy *p, int abi, uint32_t nr)
{
	int i = abi_table_index(abi, nr), k = unnamed_index(p, abi, nr);

	if (!stored_reasons(p, abi, nr))
		return;
	drop_rules(p, abi, nr);
	if (i >= 0) {
		p->reasons[abi][i] = 0;
		p->count[abi][i] = 0;
		return;
	}
	p->n_unnamed--;
	memmove(&p->unnamed[k], &p->unnamed[k + 1],
	    (size_t)(p->n_unnamed - k) * sizeof *p->unnamed);
}

int
policy_set_action(struct policy *p, int abi, uint32_t nr, int action)
{
	struct policy_override *o = p->overrides, *end = o + p->n_overrides;

	while (o < end && (o->abi < abi || (o->abi == abi && o->nr < nr)))
		o++;
	if (o == end || o->abi != abi || o->nr != nr) {
		if (p->n_overrides == POLICY_OVERRIDES_MAX)
			return -1;
		memmove(o + 1, o, (size_t)(end - o) * sizeof *o);
		*o = (struct policy_override){ .nr = nr, .abi = (uint8_t)abi };
		p->n_overrides++;
	}
	if (action > o->action)
		o->action = (int16_t)action;
	return 0;
}

void
policy_remove_action(struct policy *p, int abi, uint32_t nr)
{
	struct policy_override *o = p->overrides, *to = o;

	for (; o < p->overrides + p->n_overrides; o++)
		if (o->abi != abi || o->nr != nr)
			*to++ = *o;
	p->n_overrides = (int)(to - p->overrides);
}

int
policy_action_or(const struct policy *p, int abi, uint32_t nr,
    int default_action)
{
	const struct policy_override *o = p->overrides;

	if (default_action == ACTION_ALLOW && p->closed_abis >> abi & 1)
		return p->closed_action;
	for (; o < p->overrides + p->n_overrides; o++)
		if (o->abi == abi && o->nr == nr)
			return o->action;
	/* the call is newer than our tables: with ENOSYS, programs fall back
	 * to an older one */
	return abi_name_id(abi, nr) || default_action == ACTION_ALLOW ||
	    default_action == ACTION_NONE ? default_action : ENOSYS;
}

int
policy_action(const struct policy *p, int abi, uint32_t nr)
{
	return policy_action_or(p, abi, nr, p->action);
}

int
policy_expand(struct policy *p)
{
	int abi, i, failed = 0;
	uint32_t nr;

	for (abi = 0; p->action == ACTION_ALLOW && abi < abi_count; abi++)
		for (i = 0; i < abis[abi].n; i++) {
			nr = abi_nr_at(abi, i);
			if (abi_name_id(abi, nr) && !p->reasons[abi][i] &&
			    policy_action(p, abi, nr) == ACTION_ALLOW)
				failed |= policy_add(p, abi, nr, REASON_SEEN,
				    0);
		}
	return failed;
}

const char *
policy_next_unknown(const struct policy *p, const char *last)
{
	last = last ? last + strlen(last) + 1 : p->unknown;
	return *last ? last : NULL;
}

bool
policy_has_unknown(const struct policy *p, const char *name)
{
	return util_word_index(p->unknown, name) >= 0;
}

/* for the one policy of a run with SET_COUNT: how many have the name that begins
 * at this byte of unknown */
static unsigned unknown_counts[POLICY_UNKNOWN_MAX];

int
policy_add_unknown(struct policy *p, const char *name)
{
	char *from = p->unknown, *to = from + p->unknown_len, *middle;
	size_t len = strlen(name) + 1, behind;
	unsigned *count;
	int order;

	while (from < to) {
		middle = from + (to - from) / 2;
		while (middle > from && middle[-1])
			middle--;
		order = strcmp(middle, name);
		if (order == 0) {
			if (!IS_SMALL && p->set == SET_COUNT)
				unknown_counts[middle - p->unknown]++;
			return 0;
		}
		if (order > 0)
			to = middle;
		else
			from = middle + strlen(middle) + 1;
	}
	/* an empty name stays at the end */
	if (len >= sizeof p->unknown - p->unknown_len)
		return -1;
	behind = (size_t)(p->unknown + p->unknown_len - to);
	memmove(to + len, to, behind);
	memcpy(to, name, len);
	p->unknown_len += len;
	if (!IS_SMALL && p->set == SET_COUNT) {
		count = unknown_counts + (to - p->unknown);
		memmove(count + len, count, behind * sizeof *count);
		*count = 1;
	}
	return 0;
}

void
policy_unknown_at_least(struct policy *p, unsigned n)
{
	char *s = p->unknown, *to = s;
	size_t len;

	for (; *s; s += len) {
		len = strlen(s) + 1;
		if (unknown_counts[s - p->unknown] < n)
			continue;
		memmove(to, s, len);
		to += len;
	}
	memset(to, 0, (size_t)(s - to));
	p->unknown_len = (size_t)(to - p->unknown);
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
				policy_add_name(p, abi, always[i],
				    REASON_ALWAYS);
}
