/* SPDX-License-Identifier: MIT
 *
 * The golden files of a machine that is not an x86-64 one; the includer defines
 * ABIS, ARCH, the beginning of the files' names, and SECOND as 1 if there is
 * another ABI.
 */
#include "golden.h"

/* musl's names of calls are others here */
static void
make_named(void)
{
	static const char *const calls[] = {
		"clock_gettime", "clock_nanosleep", "gettimeofday",
		"timerfd_settime", "write",
	};
	size_t i;

	for (i = 0; i < LENGTH(calls); i++)
		policy_add_name(&policy, 0, calls[i], REASON_SEEN);
	policy_add_name(&policy, 0, "arm_fadvise64_64", REASON_SEEN);
	policy_add_name(&policy, 0, "cacheflush", REASON_SEEN);
	seen(0, 99999, 1);
	policy_add_always(&policy);
}

#ifdef SECOND
/* another ABI of the machine */
static void
make_second(void)
{
	make_rules();
	policy_add_name(&policy, SECOND, "open", REASON_SEEN);
	only_if(SECOND, "socket", IF(0, EQ, 16), ALONE);
	policy_add_always(&policy);
}
#endif

int
main(void)
{
	static const struct golden policies[] = {
		{ ARCH "-named", make_named }, { ARCH "-rules", make_rules },
#ifdef SECOND
		{ ARCH "-second", make_second },
#endif
	};

	test_policies(policies, LENGTH(policies));
	return unit_end();
}
