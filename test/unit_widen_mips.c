/* SPDX-License-Identifier: MIT
 *
 * widen.c, with ABIs of other machines.
 */
#include "unit.h"

#define ABIS(X) X(mips) X(mips64) X(mips64n32)
#include "../abi.c"
#include "../policy.h"
#include "../widen.h"
#include "unit_widen.h"

int
main(void)
{
	test_widen();
	return unit_end();
}
