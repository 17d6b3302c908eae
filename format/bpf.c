/* SPDX-License-Identifier: MIT
 *
 * Write the policy as a seccomp filter, for a program that loads it itself.
 */
#include "format/writers.h"

#include <errno.h>
#include <stddef.h>

#include "lib/log.h"
#include "lib/out.h"
#include "lib/uapi.h"
#include "policy/filter.h"
#include "policy/policy.h"

void
bpf_write(struct out *o, const struct policy *p)
{
	static struct uapi_sock_filter code[FILTER_MAX];
	int n = filter_build(p, 0, code, FILTER_MAX);

	if (n < 0) {
		log_warn("bpf: the filter would need more than %d instructions",
		    FILTER_MAX);
		o->error = E2BIG;
		return;
	}
	out_mem(o, (const char *)code, (size_t)n * sizeof *code);
}
