/* SPDX-License-Identifier: MIT
 *
 * What the kernel selects before the tracer sees it: calls that a known policy
 * allows need no stop, and a counter has to be told which arguments matter.
 */
#include "mode/preselect.h"

#include <stddef.h>
#include <stdint.h>

#include "lib/uapi.h"
#include "policy/args.h"
#include "policy/filter.h"
#include "policy/policy.h"
#include "syscalls/abi.h"
#include "trace/tap.h"

/* The tracer must see these even if they are known.  prctl and seccomp install
 * filters, see filters_on_call(); the result is written before a reboot; clone
 * with CLONE_UNTRACED would start a process that escapes; the flags of
 * clone3 are in memory. */
static const char *const always_stop[] = {
	"prctl", "seccomp", "reboot", "clone", "clone3",
};
enum { N_ALWAYS_STOP = sizeof always_stop / sizeof *always_stop };

const struct uapi_sock_fprog *
preselect_filter(struct policy *known)
{
	static struct uapi_sock_filter code[FILTER_MAX];
	static struct uapi_sock_fprog prog = { .filter = code };
	uint16_t *reasons[N_ALWAYS_STOP * ABI_MAX];
	uint16_t saved[N_ALWAYS_STOP * ABI_MAX];
	int abi, i, len, n = 0;
	int64_t nr;

	for (abi = 0; abi < abi_count; abi++) {
		for (i = 0; i < N_ALWAYS_STOP; i++) {
			nr = abi_nr(abi, always_stop[i]);
			if (nr < 0)
				continue;
			reasons[n] = &known->reasons[abi]
			    [abi_table_index(abi, (uint32_t)nr)];
			saved[n] = *reasons[n];
			*reasons[n++] = 0;
		}
	}
	len = filter_build(known, UAPI_SECCOMP_RET_TRACE | tap_cookie, code,
	    FILTER_MAX);
	while (n-- > 0)
		*reasons[n] = saved[n];
	prog.len = (unsigned short)len;
	return len < 0 ? NULL : &prog;
}

bool
preselect_sees_rules(const struct policy *p)
{
	const struct policy_rule *r;
	uint32_t mask[3];

	for (r = p->rules; r < p->rules + p->n_rules; r++)
		if (args_masks(p, false, r->abi, r->nr, mask) < 0)
			return false;
	return true;
}

void
preselect_counts(const struct counter *counter, const struct policy *p,
    const struct policy *known, bool args)
{
	static const uint32_t first[3] = { UINT32_MAX };
	uint32_t mask[3], nr;
	int64_t prctl, seccomp;
	int abi, i;

	for (abi = 0; abi < abi_count; abi++) {
		prctl = abi_nr(abi, "prctl");
		seccomp = abi_nr(abi, "seccomp");
		for (i = 0; i < abis[abi].n; i++) {
			nr = abi_nr_at(abi, i);
			if (args_masks(p, args, abi, nr, mask) > 0)
				counter->set_rule(abi, i, mask);
			else if (nr == prctl || nr == seccomp)
				counter->set_rule(abi, i, first);
			else if (known && known->reasons[abi][i])
				counter->set_rule(abi, i, NULL);
		}
	}
}
