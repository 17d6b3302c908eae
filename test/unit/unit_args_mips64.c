/* SPDX-License-Identifier: MIT
 *
 * args.c where mips's 64 bits are native.
 */
#include "unit.h"

#define ABIS(X) X(mips64) X(mips64n32) X(mips)
#include "args_check.h"

int
main(void)
{
	test_all();
	check_str("names", names_of(1, "socket", 2, 2, 0),
	    "AF_INET SOCK_STREAM");
	check_str("rule", rule_of(0, "ioctl", 0, 0xffffffff80087467, 0),
	    "ioctl((arg1 & 0xffffffff) == 0x80087467) [TIOCSWINSZ]\n");
	return unit_end();
}
