/* SPDX-License-Identifier: MIT
 *
 * Policy -> seccomp filter.  The numbers of an audit architecture form ranges
 * that get the same verdict.  The filter is a search tree over the ranges, so
 * every call takes about the same few steps.  This file calls no kernel and
 * depends on no machine: it serves whatever ABIs abi.c was built with.
 */
#include "policy/filter.h"

#include <errno.h>
#include <string.h>

#include "lib/uapi.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

/* linux/bpf_common.h: the classic BPF that filters use; K is the operand */
enum {
	LD = 0x20,              /* A = the word at K of struct seccomp_data */
	AND = 0x54,             /* A &= K */
	JA = 0x05,              /* jumps are relative and only go forward */
	JEQ = 0x15, JGT = 0x25, JGE = 0x35,     /* compare A, K, unsigned */
	RET = 0x06,
};

/* offsets in struct seccomp_data; an argument is 64 bits in native byte
 * order */
enum { AT_NR = 0, AT_ARCH = 4, AT_ARGS = 16 };

/* Labels, in jt and jf until their targets are known.  No rule is so long that
 * a jump within it could be mistaken for one. */
enum { NEXT = 0, TO_HOLDS = 254, TO_FAILS = 255, JUMP_MAX = 255 };

/* no SECCOMP_RET_* value: the arguments decide */
enum { BY_RULES = UAPI_SECCOMP_RET_ALLOW + 1 };

struct filter {
	const struct policy *policy;
	uint32_t miss;
	struct uapi_sock_filter *out;
	int n, max;             /* n counts on when the filter is full */
};

enum {
	RANGES_MAX =
	    2 * (ABI_TABLE_MAX + POLICY_UNNAMED_MAX + POLICY_OVERRIDES_MAX + 4),
	DEPTH_MAX = 12,
};
_Static_assert((int)RANGES_MAX <= 1 << (int)DEPTH_MAX, "DEPTH_MAX is small");

/* consecutive numbers, up to the first one of the next range */
static struct range {
	uint32_t first, verdict;
} ranges[RANGES_MAX];

/* an instruction without its operand */
#define JUMP(code, jt, jf) \
	((uint32_t)(code) | (uint32_t)(jt) << 16 | (uint32_t)(jf) << 24)

static void
set_insn(struct uapi_sock_filter *i, uint32_t op, uint32_t k)
{
	i->code = (uint16_t)op;
	i->jt = (uint8_t)(op >> 16);
	i->jf = (uint8_t)(op >> 24);
	i->k = k;
}

static void
emit(struct filter *f, uint32_t op, uint32_t k)
{
	if (f->n < f->max)
		set_insn(f->out + f->n, op, k);
	f->n++;
}

/* Write the test at index test: if it holds, it skips all instructions after
 * it.  A conditional jump has 8 bits; for a longer way insert an unconditional
 * one behind the test. */
static void
skip_if(struct filter *f, int test, int code, uint32_t k)
{
	struct uapi_sock_filter *i;
	int distance = f->n - test - 1, jf = NEXT;
	bool is_far = distance > JUMP_MAX;

	if (is_far)
		emit(f, 0, 0);
	if (f->n > f->max)
		return;
	i = f->out + test;
	if (is_far) {
		memmove(i + 2, i + 1, (size_t)distance * sizeof *i);
		set_insn(i + 1, JA, (uint32_t)distance);
		distance = NEXT;
		jf = 1;
	}
	set_insn(i, JUMP(code, distance, jf), k);
}

/* let the jumps to a label, from index start on, lead to the next
 * instruction */
static void
resolve(struct filter *f, int start, int label)
{
	struct uapi_sock_filter *i;

	if (f->n > f->max)
		return;
	for (i = f->out + start; i < f->out + f->n; i++) {
		uint8_t distance = (uint8_t)(f->out + f->n - i - 1);

		if (i->jt == label)
			i->jt = distance;
		if (i->jf == label)
			i->jf = distance;
	}
}

/* the SECCOMP_RET_* value for a call that is not allowed */
static uint32_t
action_verdict(const struct filter *f, int action)
{
	if (f->miss)
		return f->miss;
	if (action == ACTION_ALLOW)
		return UAPI_SECCOMP_RET_ALLOW;
	if (action == ACTION_LOG)
		return UAPI_SECCOMP_RET_LOG;
	if (action == ACTION_KILL)
		return UAPI_SECCOMP_RET_KILL_PROCESS;
	return UAPI_SECCOMP_RET_ERRNO | (uint32_t)action;
}

/* A = half of an argument, masked */
static void
emit_load(struct filter *f, uint32_t offset, uint32_t mask)
{
	emit(f, LD, offset);
	if (mask != UINT32_MAX)
		emit(f, AND, mask);
}

/* Go on to the next instruction if the test holds, else to TO_FAILS.  Of a
 * 32-bit ABI compare only the low halves, because the kernel ignores the high
 * ones. */
static void
emit_test(struct filter *f, const struct abi *a, const struct policy_test *t)
{
	static const struct { uint8_t code, jt, jf; } ops[] = {
		[OP_NE] = { JEQ, TO_FAILS, TO_HOLDS },
		[OP_LT] = { JGE, TO_FAILS, TO_HOLDS },
		[OP_LE] = { JGT, TO_FAILS, TO_HOLDS },
		[OP_EQ] = { JEQ, TO_HOLDS, TO_FAILS },
		[OP_GE] = { JGE, TO_HOLDS, TO_FAILS },
		[OP_GT] = { JGT, TO_HOLDS, TO_FAILS },
		[OP_MASKED_EQ] = { JEQ, TO_HOLDS, TO_FAILS },
	};
	int code = ops[t->op].code, jt = ops[t->op].jt, jf = ops[t->op].jf;
	uint64_t mask = t->op == OP_MASKED_EQ ? t->mask : UINT64_MAX;
	uint32_t high = (uint32_t)(t->value >> 32);
	uint32_t high_mask = (uint32_t)(mask >> 32);
	uint32_t offset = AT_ARGS + 8u * t->arg;
	int start = f->n;

	if (a->bits == 64 && (high | high_mask)) {
		emit_load(f, offset + (a->big_endian ? 0 : 4), high_mask);
		if (code != JEQ)
			emit(f, JUMP(JGT, jt, NEXT), high);
		emit(f, JUMP(JEQ, NEXT, jf), high);
	}
	emit_load(f, offset + (a->big_endian ? 4 : 0), (uint32_t)mask);
	emit(f, JUMP(code, jt, jf), (uint32_t)t->value);
	resolve(f, start, TO_HOLDS);
}

static void
emit_rules(struct filter *f, int abi, uint32_t nr)
{
	const struct policy_rule *r;
	int n = policy_rules(f->policy, abi, nr, &r), start, i;

	for (; n > 0; n--, r++) {
		start = f->n;
		for (i = 0; i < r->n; i++)
			emit_test(f, &abis[abi], &r->test[i]);
		emit(f, RET, UAPI_SECCOMP_RET_ALLOW);
		resolve(f, start, TO_FAILS);
	}
	emit(f, RET, action_verdict(f, policy_action(f->policy, abi, nr)));
}

static void
emit_leaf(struct filter *f, uint32_t arch, const struct range *r)
{
	if (r->verdict == BY_RULES)
		emit_rules(f, abi_find(arch, r->first), r->first);
	else
		emit(f, RET, r->verdict);
}

/* Split the ranges in halves: a test, the half with the lower numbers, and then
 * the other half.  A stack holds the other halves that are still to be
 * written. */
static void
emit_tree(struct filter *f, uint32_t arch, const struct range *r, int n)
{
	struct { const struct range *r; int n, test; } pending[DEPTH_MAX], *top;

	for (top = pending;;) {
		for (; n > 1; n /= 2, top++) {
			top->r = r + n / 2;
			top->n = n - n / 2;
			top->test = f->n;
			emit(f, 0, 0);
		}
		emit_leaf(f, arch, r);
		if (top == pending)
			return;
		top--;
		r = top->r;
		n = top->n;
		skip_if(f, top->test, JGE, r->first);
	}
}

static bool
in_use(const struct policy *p, int abi)
{
	return abi == 0 || p->action == ACTION_ALLOW || policy_uses(p, abi);
}

static uint32_t
call_verdict(const struct filter *f, int abi, uint32_t nr)
{
	const struct policy *p = f->policy;
	int reasons = policy_reasons(p, abi, nr);

	if (!in_use(p, abi))
		return action_verdict(f, p->action);
	if (!reasons)
		return action_verdict(f, policy_action(p, abi, nr));
	return reasons & REASON_CONDITIONAL ? BY_RULES : UAPI_SECCOMP_RET_ALLOW;
}

/* Make other, or the number after it, the next if it is nearer.  Distances
 * count from nr on and wrap around, so 0 is the farthest. */
static void
take_nearer(uint32_t nr, uint32_t *next, uint32_t other)
{
	int i;

	for (i = 0; i < 2; i++, other++)
		if (other - nr - 1 < *next - nr - 1)
			*next = other;
}

/* the next number that may get another verdict than nr; 0: there is none */
static uint32_t
next_number(const struct policy *p, int abi, uint32_t nr)
{
	uint32_t next = 0;
	int i;

	if (abi_table_index(abi, nr) >= 0)
		return nr + 1;
	for (i = 0; i < abi_count; i++)
		take_nearer(nr, &next, abis[i].base);
	take_nearer(nr, &next, ABI_NR_FIRST_PRIVATE);
	take_nearer(nr, &next, 0x80000000);     /* the end of x32 */
	for (i = 0; i < p->n_unnamed; i++)
		take_nearer(nr, &next, p->unnamed[i].nr);
	for (i = 0; i < p->n_overrides; i++)
		take_nearer(nr, &next, p->overrides[i].nr);
	return next;
}

/* fill ranges[] for an audit architecture, for x86_64's with x32; how many */
static int
find_ranges(const struct filter *f, uint32_t arch)
{
	uint32_t nr = 0, verdict;
	int n = 0, abi;

	do {
		abi = abi_find(arch, nr);
		verdict = call_verdict(f, abi, nr);
		if (!n || verdict == BY_RULES ||
		    verdict != ranges[n - 1].verdict)
			ranges[n++] = (struct range){ nr, verdict };
		nr = next_number(f->policy, abi, nr);
	} while (nr);
	return n;
}

int
filter_build(const struct policy *p, uint32_t miss,
    struct uapi_sock_filter *out, int max)
{
	struct filter f = { p, miss, out, 0, max };
	uint32_t arch;
	int i, jump;

	emit(&f, LD, AT_ARCH);
	for (i = 0; i < abi_count; i++) {
		arch = abis[i].audit_arch;
		/* x32 is part of x86_64's tree */
		if (abi_find(arch, 0) != i || !in_use(p, i))
			continue;
		emit(&f, JUMP(JEQ, 1, NEXT), arch);
		jump = f.n;
		emit(&f, JA, 0);
		emit(&f, LD, AT_NR);
		emit_tree(&f, arch, ranges, find_ranges(&f, arch));
		if (f.n <= max)
			out[jump].k = (uint32_t)(f.n - jump - 1);
	}
	emit(&f, RET, action_verdict(&f, p->action));
	if (f.n <= max)
		return f.n;
	errno = E2BIG;
	return -1;
}
