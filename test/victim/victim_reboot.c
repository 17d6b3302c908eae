/* SPDX-License-Identifier: MIT */
/*
 * victim_reboot: the distinctive call, then reboot(2), without the magic numbers
 * that would have it do anything; then it waits for a signal to die of.
 */
#include "victim.h"

int
main(void)
{
	mark();
	syscall(SYS_reboot, 0, 0, 0, 0);
	pause();
	return 0;
}
