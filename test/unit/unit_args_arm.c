/* SPDX-License-Identifier: MIT
 *
 * args.c for arm's ABIs, and riscv64 beside them.
 */
#include "unit.h"

#define ABIS(X) X(aarch64) X(arm) X(riscv64)
#include "args_check.h"

int
main(void)
{
	int abi;

	test_all();
	for (abi = 0; abi < abi_count; abi++) {
		check_str("names", names_of(abi, "socket", 2, 1, 0),
		    "AF_INET SOCK_STREAM");
		check_str("names", names_of(abi, "ioctl", 0, 0x5413, 0),
		    "TIOCGWINSZ");
	}
	check_str("names_fcntl64", names_of(1, "fcntl64", 0, 13, 0),
	    "F_SETLK64");
	return unit_end();
}
