/* SPDX-License-Identifier: MIT */
/*
 * victim_mark [STATUS]: make the one distinctive call.  The least a test can
 * exec, spawn or start from elsewhere.
 * Built static, static-pie (.pie) and with glibc (.dyn).
 */
#include "victim.h"

int
main(int argc, char **argv)
{
	mark();
	return argc > 1 ? (int)number(argv[1]) : 0;
}
