/* SPDX-License-Identifier: MIT */
/*
 * victim_int80: i386 and x32 calls from 64-bit code.  20 is getpid on i386 and
 * writev on x86-64, 159 is the distinctive call on i386 and adjtimex there;
 * the x32 numbers are those of getpgrp and ioctl.  Three calls have arguments
 * that tell where they are taken from.
 * Built static, x86-64 only.
 */
#include "victim.h"

static long
int80(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("int $0x80"
	                 : "=a"(ret)
	                 : "0"(nr), "b"(a), "c"(b), "d"(c), "D"(77L), "S"(78L)
	                 : "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
}

int
main(void)
{
	say("i386 getpid is our pid", int80(20, 0, 0, 0) == getpid());
	say("i386 unknown", int80(9999, 0, 0, 0));
	int80(159, 0, 0, 0);
	int80(136, -1, 0, 0);           /* personality */
	int80(54, -1, 0x541b, 0);       /* ioctl FIONREAD */
	int80(219, 0, 0, 4);            /* madvise MADV_DONTNEED */
	syscall(0x40000000 | 514, -1, 0x5421);  /* ioctl FIONBIO */
	syscall(0x40000000 | SYS_getpgrp);
	mark2();
	return 0;
}
