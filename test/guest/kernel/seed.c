/* SPDX-License-Identifier: MIT */
/*
 * seed: tell the kernel that it has random bytes enough.  An emulated board
 * without a fine clock does not collect them, and getrandom() waits for ever.
 */
#include <fcntl.h>
#include <linux/random.h>
#include <sys/ioctl.h>

int
main(void)
{
	static struct {
		struct rand_pool_info info;
		char bytes[32];
	} seed = { { 8 * sizeof seed.bytes, sizeof seed.bytes }, "not random" };

	return ioctl(open("/dev/urandom", O_WRONLY), RNDADDENTROPY, &seed) < 0;
}
