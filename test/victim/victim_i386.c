/* SPDX-License-Identifier: MIT */
/*
 * victim_i386: a 32-bit program without any libc: write, some calls that are
 * many in one, fork, the distinctive call in the child, wait, exit 6.
 * Built by gcc -m32 -nostdlib -static.
 */
static long
call(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("int $0x80"
	                 : "=a"(ret)
	                 : "0"(nr), "b"(a), "c"(b), "d"(c)
	                 : "memory");
	return ret;
}

void
_start(void)
{
	long pid;

	call(4, 1, (long)"thirty-two\n", 11);
	call(136, -1, 0, 0);            /* personality */
	call(54, -1, 0x541b, 0);        /* ioctl FIONREAD */
	call(219, 0, 0, 4);             /* madvise MADV_DONTNEED */
	call(102, 7, 0, 0);             /* socketcall getpeername */
	pid = call(2, 0, 0, 0);
	if (pid == 0) {
		call(159, 0, 0, 0);
		call(1, 0, 0, 0);
	}
	call(7, pid, 0, 0);
	for (;;)
		call(252, 6, 0, 0);
}
