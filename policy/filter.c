/* SPDX-License-Identifier: MIT
 *
 * Policy -> seccomp filter.  The numbers of an audit arch fall into ranges that
 * get the same answer; a search tree over these makes the way of any call short
 * and about equally long.  Touches no kernel and knows no machine: the filter
 * is for whatever ABIs abi.c was built with, and in this machine's words.
 */
#include "policy/filter.h"

#include <errno.h>
#include <string.h>

#include "lib/uapi.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

/* linux/bpf_common.h: all of classic BPF that this needs; K is the operand */
enum {
	LD = 0x20,              /* A = the word at K of struct seccomp_data */
	AND = 0x54,             /* A &= K */
	JA = 0x05,              /* jumps are relative and go forward only */
	JEQ = 0x15, JGT = 0x25, JGE = 0x35,     /* A with K, unsigned */
	RET = 0x06,
};

/* struct seccomp_data: each argument is 64 bits in this machine's order */
enum { AT_NR = 0, AT_ARCH = 4, AT_ARGS = 16 };

/* in jt and jf until the place is known; a rule is never as long */
enum { NEXT = 0, TO_PASS = 254, TO_FAIL = 255, JUMP_MAX = 255 };

/* not a RET value: what the arguments decide */
enum { BY_RULES = UAPI_SECCOMP_RET_ALLOW + 1 };

struct filter {
	const struct policy *policy;
	uint32_t miss;
	struct uapi_sock_filter *out;
	int n, max;             /* n goes on counting beyond max */
};

enum {
	RANGES_MAX =
	    2 * (ABI_TABLE_MAX + POLICY_UNNAMED_MAX + POLICY_OVERRIDES_MAX + 4),
	DEPTH_MAX = 12,
};
_Static_assert((int)RANGES_MAX <= 1 << (int)DEPTH_MAX, "DEPTH_MAX");

/* from here to where the next one begins */
static struct range {
	uint32_t from, ret;
} ranges[RANGES_MAX];

/* of an instruction all but its operand */
#define JUMP(code, jt, jf) \
	((uint32_t)(code) | (uint32_t)(jt) << 16 | (uint32_t)(jf) << 24)

static void
set(struct uapi_sock_filter *i, uint32_t op, uint32_t k)
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
		set(f->out + f->n, op, k);
	f->n++;
}

/* the test at `at` skips all that came after it where it holds; a skip too far
 * for 8 bits is one beside another that is not */
static void
skip_if(struct filter *f, int at, int code, uint32_t k)
{
	struct uapi_sock_filter *i;
	int far = f->n - at - 1, jf = NEXT;
	bool near = far <= JUMP_MAX;

	if (!near)
		emit(f, 0, 0);
	if (f->n > f->max)
		return;
	i = f->out + at;
	if (!near) {
		memmove(i + 2, i + 1, (size_t)far * sizeof *i);
		set(i + 1, JA, (uint32_t)far);
		far = NEXT;
		jf = 1;
	}
	set(i, JUMP(code, far, jf), k);
}

/* jumps from `at` on that go there lead to what comes next */
static void
resolve(struct filter *f, int at, int there)
{
	struct uapi_sock_filter *i;

	if (f->n > f->max)
		return;
	for (i = f->out + at; i < f->out + f->n; i++) {
		uint8_t far = (uint8_t)(f->out + f->n - i - 1);

		if (i->jt == there)
			i->jt = far;
		if (i->jf == there)
			i->jf = far;
	}
}

/* what is not allowed gets this where it is to get an action */
static uint32_t
refusal(const struct filter *f, int action)
{
	if (f->miss)
		return f->miss;
	if (action == ACTION_LOG)
		return UAPI_SECCOMP_RET_LOG;
	if (action == ACTION_KILL)
		return UAPI_SECCOMP_RET_KILL_PROCESS;
	return UAPI_SECCOMP_RET_ERRNO | (uint32_t)action;
}

/* A = half of an argument, masked */
static void
load(struct filter *f, uint32_t at, uint32_t mask)
{
	emit(f, LD, at);
	if (mask != UINT32_MAX)
		emit(f, AND, mask);
}

/* Goes on where it holds.  A 32-bit ABI's arguments and values are compared by
 * their low halves alone: what the high ones hold, the kernel ignores too. */
static void
emit_test(struct filter *f, const struct abi *a, const struct policy_test *t)
{
	static const struct { uint8_t code, yes, no; } ops[] = {
		[OP_NE] = { JEQ, TO_FAIL, TO_PASS },
		[OP_LT] = { JGE, TO_FAIL, TO_PASS },
		[OP_LE] = { JGT, TO_FAIL, TO_PASS },
		[OP_EQ] = { JEQ, TO_PASS, TO_FAIL },
		[OP_GE] = { JGE, TO_PASS, TO_FAIL },
		[OP_GT] = { JGT, TO_PASS, TO_FAIL },
		[OP_MASKED_EQ] = { JEQ, TO_PASS, TO_FAIL },
	};
	int code = ops[t->op].code, yes = ops[t->op].yes, no = ops[t->op].no;
	uint64_t mask = t->op == OP_MASKED_EQ ? t->mask : UINT64_MAX;
	uint32_t high = (uint32_t)(t->value >> 32);
	uint32_t high_mask = (uint32_t)(mask >> 32);
	uint32_t at = AT_ARGS + 8u * t->arg;
	int start = f->n;

	if (a->bits == 64 && (high | high_mask)) {
		load(f, at + (a->big_endian ? 0 : 4), high_mask);
		if (code != JEQ)
			emit(f, JUMP(JGT, yes, NEXT), high);
		emit(f, JUMP(JEQ, NEXT, no), high);
	}
	load(f, at + (a->big_endian ? 4 : 0), (uint32_t)mask);
	emit(f, JUMP(code, yes, no), (uint32_t)t->value);
	resolve(f, start, TO_PASS);
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
		resolve(f, start, TO_FAIL);
	}
	emit(f, RET, refusal(f, policy_action(f->policy, abi, nr)));
}

static void
emit_leaf(struct filter *f, uint32_t arch, const struct range *r)
{
	if (r->ret == BY_RULES)
		emit_rules(f, abi_find(arch, r->from), r->from);
	else
		emit(f, RET, r->ret);
}

/* halves, the one with the higher numbers behind the other; the second ones
 * that are still to come wait on a stack */
static void
emit_tree(struct filter *f, uint32_t arch, const struct range *r, int n)
{
	struct { const struct range *r; int n, test; } rest[DEPTH_MAX], *top;

	for (top = rest;;) {
		for (; n > 1; n /= 2, top++) {
			top->r = r + n / 2;
			top->n = n - n / 2;
			top->test = f->n;
			emit(f, 0, 0);
		}
		emit_leaf(f, arch, r);
		if (top == rest)
			return;
		top--;
		r = top->r;
		n = top->n;
		skip_if(f, top->test, JGE, r->from);
	}
}

static bool
in_use(const struct policy *p, int abi)
{
	return abi == 0 || policy_uses(p, abi);
}

static uint32_t
answer(const struct filter *f, int abi, uint32_t nr)
{
	const struct policy *p = f->policy;
	int why = policy_reasons(p, abi, nr);

	if (!in_use(p, abi))
		return refusal(f, p->action);
	if (!why)
		return refusal(f, policy_action(p, abi, nr));
	return why & REASON_CONDITIONAL ? BY_RULES : UAPI_SECCOMP_RET_ALLOW;
}

/* this one and the one behind it may be the next: counted from nr on and round
 * again, so that 0 is the farthest */
static void
nearer(uint32_t nr, uint32_t *next, uint32_t other)
{
	int i;

	for (i = 0; i < 2; i++, other++)
		if (other - nr - 1 < *next - nr - 1)
			*next = other;
}

/* the next number that may get another answer, 0 if none does */
static uint32_t
next_number(const struct policy *p, int abi, uint32_t nr)
{
	uint32_t next = 0;
	int i;

	if (abi_table_index(abi, nr) >= 0)
		return nr + 1;
	for (i = 0; i < abi_count; i++)
		nearer(nr, &next, abis[i].base);
	nearer(nr, &next, ABI_NR_FIRST_PRIVATE);
	nearer(nr, &next, 0x80000000);  /* where x32 ends */
	for (i = 0; i < p->n_unnamed; i++)
		nearer(nr, &next, p->unnamed[i].nr);
	for (i = 0; i < p->n_overrides; i++)
		nearer(nr, &next, p->overrides[i].nr);
	return next;
}

/* the ranges of an audit arch, x86_64's with x32's; how many */
static int
find_ranges(const struct filter *f, uint32_t arch)
{
	uint32_t nr = 0, ret;
	int n = 0, abi;

	do {
		abi = abi_find(arch, nr);
		ret = answer(f, abi, nr);
		if (!n || ret == BY_RULES || ret != ranges[n - 1].ret)
			ranges[n++] = (struct range){ nr, ret };
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
	int i, at;

	emit(&f, LD, AT_ARCH);
	for (i = 0; i < abi_count; i++) {
		arch = abis[i].audit_arch;
		/* x32 goes with x86_64 */
		if (abi_find(arch, 0) != i || !in_use(p, i))
			continue;
		emit(&f, JUMP(JEQ, 1, NEXT), arch);
		at = f.n;
		emit(&f, JA, 0);
		emit(&f, LD, AT_NR);
		emit_tree(&f, arch, ranges, find_ranges(&f, arch));
		if (f.n <= max)
			out[at].k = (uint32_t)(f.n - at - 1);
	}
	emit(&f, RET, refusal(&f, p->action));
	if (f.n <= max)
		return f.n;
	errno = E2BIG;
	return -1;
}
