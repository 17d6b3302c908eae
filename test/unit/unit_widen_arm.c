/* SPDX-License-Identifier: MIT
 *
 * widen.c, with ABIs of other machines.
 */
#include "unit.h"

#define ABIS(X) X(arm) X(aarch64) X(riscv64)
#include "syscalls/abi.c"
#include "policy/policy.h"
#include "policy/widen.h"
#include "unit_widen.h"

int
main(void)
{
	test_widen(2);
	return unit_end();
}
