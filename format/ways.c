/* SPDX-License-Identifier: MIT
 *
 * Find when a seccomp filter allows a call.  Where it compares an argument, both
 * ways are followed with what is then known of the argument, so each way that
 * allows the call is a case in which it is allowed.  What did not matter for that
 * is left out of the case by trying.  What can't be told is said to be so.
 */
#include "format/ways.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "policy/policy.h"
#include "syscalls/abi.h"

/* what a filter can do; K is the operand */
enum {
	LOAD = 0x20, AND = 0x54, JUMP = 0x05, RETURN = 0x06,
	IF_EQUAL = 0x15, IF_GREATER = 0x25, IF_GREATER_EQUAL = 0x35,
	IF_BITS = 0x45,
};

struct ways ways;

/* Copy a way, but for the others that it does not have. */
static void
copy_way(struct way *to, const struct way *from)
{
	memcpy(to, from, offsetof(struct way, others) +
	    (size_t)from->n_others * sizeof *from->others);
}

/* The bits that are known, and their values. */
static uint64_t
known_bits(const struct known *k, uint64_t *value)
{
	uint64_t open = k->min ^ k->max;
	int i;

	for (i = 1; i < 64; i *= 2)
		open |= open >> i;
	*value = (k->min & ~open) | (k->value & open);
	return k->mask | ~open;
}

/* Has no number of the range these bits? */
static bool
is_empty(const struct known *k)
{
	uint64_t n = k->min, wrong, bit;

	while (n <= k->max && (wrong = (n ^ k->value) & k->mask)) {
		for (bit = 1ull << 63; !(wrong & bit); bit >>= 1)
			;
		/* the next one with another value of the highest wrong bit */
		n |= bit - 1;
		if (n++ == UINT64_MAX)
			return true;
	}
	return n > k->max;
}

/* Is a pair known to differ? */
static bool
differs(const struct way *w, const struct other *o)
{
	const struct known *k = &w->data[o->pair];
	uint64_t value, bits = known_bits(k, &value), end = o->value | ~o->mask;
	int i;

	if ((value ^ o->value) & bits & o->mask ||
	    /* the mask has the high bits only: it means a range */
	    (!(~o->mask & (~o->mask + 1)) && (o->value > k->max || end < k->min)))
		return true;
	for (i = 0; i < w->n_others; i++)
		if (w->others[i].pair == o->pair &&
		    !(w->others[i].mask & ~o->mask) &&
		    !((w->others[i].value ^ o->value) & w->others[i].mask))
			return true;
	return false;
}

/* Later go on where the jump leads, with what is then known of the accumulator's
 * pair, unless nothing can be like that. */
static void
push(const struct known *k, unsigned jump, const struct other *o)
{
	struct way *to = &ways.pending[ways.n_pending];
	uint64_t value, bits = known_bits(k, &value);
	int i;

	if (ways.n_pending == PENDING_MAX || ways.way.n_others == OTHERS_MAX) {
		ways.steps = 0;
		return;
	}
	copy_way(to, &ways.way);
	to->data[ways.way.at / 8] = *k;
	to->pc += jump;
	if (o)
		to->others[to->n_others++] = *o;
	if (is_empty(k))
		return;
	for (i = 0; i < to->n_others; i++)
		if (to->others[i].pair == ways.way.at / 8 &&
		    !(to->others[i].mask & ~bits) &&
		    !((to->others[i].value ^ value) & to->others[i].mask))
			return;
	ways.n_pending++;
}

/* Are the bits of a pair this value?  high: it is a whole high word; range: this
 * or the low one below a known high word. */
static void
compare_equal(const struct other *o, bool range, bool high, unsigned jt,
    unsigned jf)
{
	struct known k = ways.way.data[o->pair], under = k;
	uint64_t last = o->value | ~o->mask, value;

	if (o->value & ~o->mask || differs(&ways.way, o)) {
		push(&k, jf, NULL);
		return;
	}
	if (!(o->mask & ~known_bits(&k, &value))) {
		/* they are; but bits do not say that the range is this one */
	} else if (high) {
		k.max = o->value - 1;
		if (k.min < o->value)
			push(&k, jf, NULL);
		k = under;
		k.min = last + 1;
		if (k.max > last)
			push(&k, jf, NULL);
	} else if (o->mask & (o->mask - 1)) {
		push(&k, jf, o);
	} else {
		/* one bit, so it is the other value */
		k.mask |= o->mask;
		k.value |= o->value ^ o->mask;
		push(&k, jf, NULL);
	}
	if (range) {
		if (under.min < o->value)
			under.min = o->value;
		if (under.max > last)
			under.max = last;
	} else {
		under.mask |= o->mask;
		under.value |= o->value;
	}
	push(&under, jt, NULL);
}

/* Go on at jt where bits of a pair are more than a value, at jf where they are
 * less.  The highest bit that differs decides, so each may be that.  Returns
 * whether they may be equal, and what is known then. */
static bool
push_different(const struct other *o, unsigned jt, unsigned jf,
    struct known *equal)
{
	struct known k = ways.way.data[o->pair], other;
	uint64_t value, unknown = o->mask & ~known_bits(&k, &value), bit, is;

	for (bit = 1ull << 63; bit; bit >>= 1) {
		is = o->value & bit;
		if (unknown & bit) {
			other = k;
			other.mask |= bit;
			other.value |= is ^ bit;
			push(&other, is ? jf : jt, NULL);
			k.mask |= bit;
			k.value |= is;
		} else if ((value & o->mask & bit) != is) {
			push(&k, is ? jf : jt, NULL);
			return false;
		}
	}
	*equal = k;
	return true;
}

/* Compare the accumulator.  A high word, and a low one below a known high word,
 * divide the pair's range; others are known by bits. */
static void
compare(const struct uapi_sock_filter *insn)
{
	struct known k = ways.way.data[ways.way.at / 8], under = k;
	unsigned shift = (ways.way.at % 8 == 0) == abis[0].big_endian ? 32 : 0;
	struct other o = { (uint64_t)ways.way.mask << shift,
		(uint64_t)insn->k << shift, ways.way.at / 8 };
	unsigned jt = insn->jt, jf = insn->jf;
	bool range = ways.way.mask == UINT32_MAX &&
	    (shift || !((k.min ^ k.max) >> 32)), equal = insn->code == IF_EQUAL;
	uint64_t last;

	if (insn->code == IF_BITS) {
		o.mask &= o.value;
		o.value = 0;
		jt = insn->jf;
		jf = insn->jt;
		range = false;
		equal = true;
	}
	if (range && !shift) {
		o.mask = UINT64_MAX;
		o.value |= k.min & ~(uint64_t)UINT32_MAX;
	}
	last = o.value | ~o.mask;
	if (equal) {
		compare_equal(&o, range, range && shift, jt, jf);
		return;
	}
	if (!range) {
		if (push_different(&o, jt, jf, &k))
			push(&k, insn->code == IF_GREATER ? jf : jt, NULL);
		return;
	}
	if (insn->code == IF_GREATER && !(o.value = last + 1)) {
		push(&k, jf, NULL);
		return;
	}
	if (k.max >= o.value)
		under.max = o.value - 1;
	if (k.min < o.value) {
		push(&under, jf, NULL);
		k.min = o.value;
	}
	push(&k, jt, NULL);
}

/* Does all that the case b has belong to a? */
static bool
covers(const struct way *a, const struct way *b)
{
	const struct known *k = a->data, *l = b->data;
	uint64_t value, bits;
	int i;

	for (; k < a->data + DATA_N; k++, l++) {
		if (k->min > l->min || k->max < l->max)
			return false;
		if (!k->mask)
			continue;
		bits = known_bits(l, &value);
		if (k->mask & ~bits || (value ^ k->value) & k->mask)
			return false;
	}
	for (i = 0; i < a->n_others; i++)
		if (!differs(b, &a->others[i]))
			return false;
	return true;
}

/* the policy's action for a filter's */
static int
action_of(uint32_t verdict)
{
	uint32_t data = verdict & 0xffff;

	switch (verdict - data) {
	case UAPI_SECCOMP_RET_ALLOW:
		return data ? UNREADABLE : ACTION_ALLOW;
	case UAPI_SECCOMP_RET_LOG:
		return ACTION_LOG;
	case UAPI_SECCOMP_RET_TRACE:    /* the kernel's, without a supervisor */
	case 0x7fc00000:                /* USER_NOTIF */
		return ENOSYS;
	case UAPI_SECCOMP_RET_ERRNO:
		return data - 1 < ACTION_LOG - 1 ? (int)data : UNREADABLE;
	}
	return ACTION_KILL;
}

bool
ways_in_case(const struct way *w)
{
	int i;

	for (i = 1; i < ways.n_cases; i++)
		if (&ways.cases[i] != w && covers(&ways.cases[i], w))
			return true;
	return false;
}

/* Follow the last pending way up to its end, but none of a known case.  Returns
 * the action, UNREADABLE, or NO_MORE if none is left above the first n. */
static int
next_action(int n)
{
	const struct uapi_sock_filter *insn;
	bool next = true;

	for (;;) {
		while (next) {
			if (ways.n_pending == n)
				return NO_MORE;
			copy_way(&ways.way, &ways.pending[--ways.n_pending]);
			next = ways_in_case(&ways.way);
		}
		if (ways.way.pc >= ways.n || --ways.steps < 0)
			return UNREADABLE;
		insn = &ways.code[ways.way.pc++];
		if (insn->code == LOAD && insn->k < 64 && insn->k / 8 != 1) {
			ways.way.at = insn->k & ~3u;
			ways.way.mask = UINT32_MAX;
		} else if (insn->code == AND) {
			ways.way.mask &= insn->k;
		} else if (insn->code == JUMP) {
			ways.way.pc += insn->k;
		} else if (insn->code == RETURN) {
			return action_of(insn->k);
		} else if ((insn->code & 0xf) == JUMP && insn->code <= IF_BITS) {
			compare(insn);
			next = true;
		} else {
			return UNREADABLE;
		}
	}
}

/* Let the case be like this, if the call is then still allowed. */
static void
try_wider(struct way *w, const struct way *wider)
{
	int n = ways.n_pending, action;

	copy_way(&ways.way, wider);
	push(ways.way.data, 0, NULL);
	do
		action = next_action(n);
	while (action == ACTION_ALLOW);
	ways.n_pending = n;
	if (action == NO_MORE)
		copy_way(w, wider);
}

/* Add the case that a way has led to, without what did not matter. */
static void
add_case(void)
{
	struct way *w = &ways.cases[ways.n_cases];
	static struct way wider;
	const struct known *other;
	struct known *k;
	uint64_t m;
	int i, j;

	copy_way(w, &ways.way);
	w->pc = w->at = 0;
	for (i = w->n_others - 1; i >= 0; i--) {
		copy_way(&wider, w);
		wider.others[i] = wider.others[--wider.n_others];
		try_wider(w, &wider);
	}
	for (i = DATA_ARGS; i < DATA_N; i++) {
		k = &wider.data[i];
		for (m = w->data[i].mask; m; m &= m - 1) {
			copy_way(&wider, w);
			k->mask &= ~(m & -m);
			k->value &= k->mask;
			try_wider(w, &wider);
		}
		/* so that neighbours become one */
		for (j = 0; j < ways.n_cases; j++) {
			other = &ways.cases[j].data[i];
			copy_way(&wider, w);
			if (k->min > other->min) {
				k->min = other->min;
				try_wider(w, &wider);
				copy_way(&wider, w);
			}
			if (k->max < other->max) {
				k->max = other->max;
				try_wider(w, &wider);
			}
		}
	}
	if (ways.n_cases == CASES_MAX - 1)
		ways.steps = 0;
	else
		ways.n_cases++;
}

/* the first of the others that has not all bits of its pair; n_others: none */
static int
partial_other(const struct way *w)
{
	int i;

	for (i = 0; i < w->n_others && !~w->others[i].mask; i++)
		;
	return i;
}

/* No test of a policy says that several bits differ from a value.  So let a case
 * in which they do be several, by the bit that does.  Returns whether the case is
 * replaced, by the last one of all. */
static bool
split_case(struct way *w)
{
	struct other o;
	struct known equal;
	int i = partial_other(w);
	bool known;

	if (i == w->n_others)
		return false;
	known = ways_in_case(w);
	o = w->others[i];
	copy_way(&ways.way, w);
	ways.way.others[i] = ways.way.others[--ways.way.n_others];
	ways.way.at = (uint32_t)o.pair * 8;
	copy_way(w, &ways.cases[--ways.n_cases]);
	if (!known)
		push_different(&o, 0, 0, &equal);
	while (ways.n_pending > 0) {
		copy_way(&ways.way, &ways.pending[--ways.n_pending]);
		if (!ways_in_case(&ways.way))
			add_case();
	}
	return true;
}

void
ways_find(int abi, uint32_t nr)
{
	uint64_t arch = abis[abi].audit_arch;
	struct known *k = ways.way.data;
	int action, i;

	ways.all = abi_register_mask(abi);
	memset(&ways.way, 0, sizeof ways.way);
	k->min = k->max = abis[0].big_endian ? (uint64_t)nr << 32 | arch :
	    arch << 32 | nr;
	for (k++; k < ways.way.data + DATA_N; k++)
		k->max = ways.all;
	copy_way(&ways.cases[0], &ways.way);
	ways.n_cases = 1;
	ways.n_pending = 0;
	ways.miss = ACTION_ALLOW;
	push(ways.way.data, 0, NULL);
	while ((action = next_action(0)) != NO_MORE && ways.miss != UNREADABLE)
		if (action == ACTION_ALLOW)
			add_case();
		else
			ways.miss = ways.miss == ACTION_ALLOW || ways.miss == action ?
			    action : UNREADABLE;
	for (i = 1; i < ways.n_cases; i++)
		i -= split_case(&ways.cases[i]);
	if (ways.steps <= 0)
		ways.miss = UNREADABLE;
}
