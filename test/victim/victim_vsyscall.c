/* SPDX-License-Identifier: MIT */
/*
 * victim_vsyscall: ask the vsyscall page of x86-64 for the time.  Such a call
 * stops at filters, but has neither an entry stop nor an exit stop.  Then make
 * the distinctive calls, and show what each returned: "time 1" is a time.
 */
#include "victim.h"

static long
vsyscall_time(void)
{
	long (*vsyscall)(long *) = (long (*)(long *))0xffffffffff600400;

	return vsyscall(NULL);
}

int
main(void)
{
	long now = vsyscall_time();

	say("time", now > 0 ? 1 : now);
	now = vsyscall_time();
	say("again", now > 0 ? 1 : now);
	say("max", syscall(SYS_sched_get_priority_max, 0) < 0 ? -errno : 0);
	say("min", syscall(SYS_sched_get_priority_min, 0) < 0 ? -errno : 0);
	return 0;
}
