/* SPDX-License-Identifier: MIT */
/*
 * victim_int80: i386 and x32 calls from 64-bit code.  20 is getpid on i386 and
 * writev on x86-64, 159 is the distinctive call on i386 and adjtimex there;
 * the x32 number is that of getpgrp.
 * Built static, x86-64 only.
 */
#include "victim.h"

static long
int80(long nr)
{
	long ret;

	__asm__ volatile("int $0x80"
	                 : "=a"(ret)
	                 : "0"(nr), "b"(0L), "c"(0L), "d"(0L)
	                 : "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
}

int
main(void)
{
	say("i386 getpid is our pid", int80(20) == getpid());
	say("i386 unknown", int80(9999));
	int80(159);
	syscall(0x40000000 | SYS_getpgrp);
	mark2();
	return 0;
}
