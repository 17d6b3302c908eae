/* SPDX-License-Identifier: MIT
 *
 * Write the policy as a seccomp filter, for a program that loads it itself; and
 * read one, by following it for each call.
 */
#include "format/writers.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "format/reader.h"
#include "format/readers.h"
#include "format/scan.h"
#include "format/ways.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/uapi.h"
#include "policy/filter.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

void
bpf_write(struct out *o, const struct policy *p)
{
	int n = filter_build(p, 0, ways.code, FILTER_MAX);

	if (n < 0) {
		log_warn("bpf: the filter would need more than %d instructions",
		    FILTER_MAX);
		o->error = E2BIG;
		return;
	}
	out_mem(o, (const char *)ways.code,
	    (size_t)n * sizeof *ways.code);
}

/* Add a test to the rule being read, unless it always holds. */
static void
say_test(struct reader *r, int arg, int op, uint64_t value, uint64_t mask)
{
	if (mask)
		reader_add_test(r, &(struct policy_test){ (uint8_t)arg,
		    (uint8_t)op, value, op == OP_MASKED_EQ ? mask : 0 });
}

/* Allow the call in this case.  Each test is exact. */
static int
allow_case(struct reader *r, int abi, uint32_t nr, const struct way *w)
{
	const uint64_t high = ways.all & ~(uint64_t)UINT32_MAX;
	const struct known *k = &w->data[DATA_ARGS];
	uint64_t mask, value;
	int i, j;

	r->n_tests = 0;
	for (i = 0; k < w->data + DATA_N; k++, i++) {
		mask = k->mask;
		value = k->value;
		if (k->min == k->max) {
			mask = ways.all;
			value = k->min;
		} else if (!(k->min & UINT32_MAX) &&
		    k->max == (k->min | UINT32_MAX)) {
			mask |= high;
			value |= k->min;
		} else {
			say_test(r, i, OP_GE, k->min, k->min);
			say_test(r, i, OP_LE, k->max, k->max ^ ways.all);
		}
		for (j = 0; j < w->n_others; j++)
			if (w->others[j].pair == DATA_ARGS + (unsigned)i)
				say_test(r, i, OP_NE, w->others[j].value, 1);
		say_test(r, i, mask == ways.all ? OP_EQ : OP_MASKED_EQ, value,
		    mask);
	}
	return r->n_tests ? policy_add_rule(r->policy, abi, nr, r->reasons,
	    r->test, r->n_tests) :
	    policy_add(r->policy, abi, nr, r->reasons, 0);
}

/* Read a call: what is allowed first, then the actions of calls that get another
 * one.  Returns 1 if it was added, 0 if it is like others, -1 after an error. */
static int
read_call(struct reader *r, int abi, uint32_t nr, int unnamed, bool actions)
{
	/* what a call gets that is not allowed, for the second time */
	static int16_t miss[ABI_MAX][ABI_TABLE_MAX];
	struct policy *p = r->policy;
	bool named = abi_name_id(abi, nr) != 0, deny = p->action == ACTION_ALLOW;
	bool closed = deny && p->closed_abis >> abi & 1;
	int index = abi_table_index(abi, nr), i, failed = 0;
	struct out *o;

	if (actions && index >= 0)
		ways.miss = miss[abi][index];
	else
		ways_find(abi, nr);
	if (index >= 0)
		miss[abi][index] = (int16_t)ways.miss;
	if (ways.miss < 0 || (closed && (ways.n_cases > 1 ||
	    ways.miss != p->closed_action))) {
		o = log_begin();
		out_fmt(o, "%s: ", r->path);
		abi_write_call(o, abi, nr);
		out_fmt(o, ": %s", scan_cant);
		log_end(o);
		return -1;
	}
	/* libseccomp's filters kill what is neither x86-64's nor x32's: no
	 * kernel has a call whose number has bit 31 */
	if (closed || ((deny || actions) && !named && nr >> 31))
		return 0;
	if (!named && ways.miss == unnamed && (actions || ways.n_cases == 1 ||
	    unnamed == ACTION_ALLOW))
		return 0;
	if (actions) {
		if (ways.miss == ACTION_ALLOW || ways.miss == p->action ||
		    (abi && !deny && !policy_uses(p, abi)))
			return 0;
		failed = policy_set_action(p, abi, nr, ways.miss);
	} else {
		/* the most frequent action is the default */
		if (ways.miss != ACTION_ALLOW && named && !abi) {
			if (!ways.votes)
				p->action = ways.miss;
			ways.votes += ways.miss == p->action ? 1 : -1;
		}
		if (ways.n_cases == 1 || (deny && ways.miss == ACTION_ALLOW))
			return 0;
		for (i = 1; i < ways.n_cases; i++)
			if (!ways_in_case(&ways.cases[i]))
				failed |= allow_case(r, abi, nr, &ways.cases[i]);
	}
	*(abi ? &r->foreign : &r->native) = true;
	return failed ? reader_error(r, r->text, reader_no_room) : 1;
}

/* A filter tells calls apart by the numbers that it compares, so those outside
 * the table that it names are all that can be special, and those behind them. */
static int
read_calls(struct reader *r, int abi, bool actions)
{
	const struct abi *a = &abis[abi];
	struct policy *p = r->policy;
	int n = a->n + 2 * (int)ways.n, i, result, unnamed;
	uint32_t nr;

	ways_find(abi, a->base + 0xfffff);
	unnamed = ways.miss;
	if (!abi && !actions) {
		p->action = unnamed;
		/* but a filter of ours fails these with ENOSYS */
		ways.votes = unnamed == ENOSYS ? 0 : ABI_TABLE_MAX;
	} else if (p->action == ACTION_ALLOW && unnamed != ACTION_ALLOW) {
		if (actions)
			return 0;
		if (p->closed_abis && p->closed_action != unnamed)
			return reader_error(r, r->text, scan_cant);
		p->closed_abis |= (uint8_t)(1u << abi);
		p->closed_action = (int16_t)unnamed;
	}
	for (i = 0; i < n; i++) {
		nr = i < a->n ? abi_nr_at(abi, i) :
		    ways.code[(i - a->n) / 2].k + (uint32_t)(i - a->n) % 2;
		if (i >= a->n && abi_table_index(abi, nr) >= 0)
			continue;
		do
			result = abi_find(a->audit_arch, nr) == abi ?
			    read_call(r, abi, nr, unnamed, actions) : 0;
		while (result > 0 && !abi_name_id(abi, ++nr));
		if (result < 0)
			return -1;
	}
	return 0;
}

bool
bpf_is(const char *text, size_t len)
{
	/* load the audit architecture: how each filter begins */
	static const struct uapi_sock_filter load = { 0x20, 0, 0, 4 };

	return len >= sizeof load && !memcmp(text, &load, sizeof load);
}

int
bpf_read(struct reader *r, size_t len)
{
	int i;

	if (len % sizeof *ways.code)
		return reader_error(r, r->text + len, "unexpected end of file");
	if (len > sizeof ways.code)
		return reader_error(r, r->text, reader_no_room);
	memcpy(ways.code, r->text, len);
	ways.n = (uint32_t)(len / sizeof *ways.code);
	ways.steps = STEPS_MAX;
	for (i = 0; i < 2 * abi_count; i++)
		if (read_calls(r, i % abi_count, i >= abi_count) < 0)
			return -1;
	return 0;
}
