/* SPDX-License-Identifier: MIT
 *
 * args.c for mips: values of its own, 32 bits, big-endian.
 */
#include "unit.h"

#define ABIS(X) X(mips) X(mipsel)
#include "args_check.h"

static void
test_names(int abi)
{
	static const struct { uint32_t request; const char *name; } ttys[] = {
		{ 0x540d, "TCGETS" }, { 0x540e, "TCSETS" },
		{ 0x5410, "TCSETSF" }, { 0x80047476, "TIOCSPGRP" },
		{ 0x40047477, "TIOCGPGRP" }, { 0x40087468, "TIOCGWINSZ" },
		{ 0x80087467, "TIOCSWINSZ" }, { 0x40045430, "TIOCGPTN" },
		{ 0x80045431, "TIOCSPTLCK" }, { 0x467f, "FIONREAD" },
		{ 0x667e, "FIONBIO" }, { 0x6601, "FIOCLEX" },
		{ 0x6602, "FIONCLEX" }, { 0x8912, "SIOCGIFCONF" },
		/* other machines' */
		{ 0x5401, "" }, { 0x5413, "" }, { 0x541b, "" },
		{ 0x80045430, "" },
	};
	size_t i;

	for (i = 0; i < LENGTH(ttys); i++)
		check_str("names", names_of(abi, "ioctl", 0, ttys[i].request,
		    0), ttys[i].name);
	check_str("names", names_of(abi, "socket", 2, 2, 0),
	    "AF_INET SOCK_STREAM");
	check_str("names", names_of(abi, "socket", 16, 3, 0),
	    "AF_NETLINK SOCK_RAW");
	check_str("names", names_of(abi, "socket", 10, 1, 0),
	    "AF_INET6 SOCK_DGRAM");
	check_str("names", names_of(abi, "setsockopt", 3, 0xffff, 4),
	    "SOL_SOCKET SO_REUSEADDR");
	check_str("names", names_of(abi, "setsockopt", 3, 0xffff, 0x1001),
	    "SOL_SOCKET SO_SNDBUF");
	check_str("names", names_of(abi, "setsockopt", 3, 0xffff, 0x200),
	    "SOL_SOCKET SO_REUSEPORT");
	check_str("names", names_of(abi, "getsockopt", 3, 0xffff, 0x1007),
	    "SOL_SOCKET SO_ERROR");
	check_str("names", names_of(abi, "getsockopt", 3, 0xffff, 0x1008),
	    "SOL_SOCKET SO_TYPE");
	check_str("names", names_of(abi, "getsockopt", 3, 1, 4), "");
	check_str("names", names_of(abi, "fcntl", 0, 14, 0), "F_GETLK");
	check_str("names", names_of(abi, "fcntl", 0, 6, 0), "F_SETLK");
	check_str("names", names_of(abi, "fcntl", 0, 23, 0), "F_GETOWN");
	check_str("names", names_of(abi, "fcntl", 0, 5, 0), "");
	check_str("names", names_of(abi, "fcntl", 0, 3, 0), "F_GETFL");
}

int
main(void)
{
	int abi;

	test_all();
	for (abi = 0; abi < abi_count; abi++)
		test_names(abi);
	check_str("names_fcntl64", names_of(0, "fcntl64", 0, 34, 0),
	    "F_SETLK64");
	/* 32 bits are all there are */
	check_str("rule", rule_of(0, "ioctl", 0, 0x80087467, 0),
	    "ioctl(arg1 == 0x80087467) [TIOCSWINSZ]\n");
	return unit_end();
}
