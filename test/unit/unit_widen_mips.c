/* SPDX-License-Identifier: MIT
 *
 * widen.c, with ABIs of other machines.
 */
#include "unit.h"

#define ABIS(X) X(mips) X(mips64) X(mips64n32)
#include "syscalls/abi.c"
#include "policy/policy.h"
#include "policy/widen.h"
#include "unit_widen.h"

int
main(void)
{
	test_widen(0);
	return unit_end();
}
