/* SPDX-License-Identifier: MIT */
/*
 * Just enough of linux/filter.h and linux/seccomp.h, which musl-gcc does not
 * see, to write a small filter by hand.
 */
#include <sys/prctl.h>

struct sock_filter {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

struct sock_fprog {
	unsigned short len;
	struct sock_filter *filter;
};

enum {
	SC_KILL = 0,
	SC_ERRNO = 0x50000,
	SC_TRACE = 0x7ff00000,
	SC_ALLOW = 0x7fff0000,
};

/* the low word of a 64-bit argument */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SC_LOW 4
#else
#define SC_LOW 0
#endif

#define SC_LOAD(offset) { 0x20, 0, 0, offset }
#define SC_LOAD_NR SC_LOAD(0)
#define SC_LOAD_ARG(n) SC_LOAD(16 + 8 * (n) + SC_LOW)
/* skip the next `skip` instructions unless what was loaded is `value` */
#define SC_UNLESS(value, skip) { 0x15, 0, skip, value }
/* unless one of the bits is set */
#define SC_UNLESS_ANY(bits, skip) { 0x45, 0, skip, bits }
#define SC_RETURN(action) { 0x06, 0, 0, action }

static inline void
sc_install(struct sock_filter *prog, size_t n)
{
	struct sock_fprog fprog = { (unsigned short)n, prog };

	/* refused to root of a namespace without CAP_SYS_ADMIN there */
	if (prctl(PR_SET_SECCOMP, 2, &fprog) == 0)
		return;
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, 2, &fprog) < 0)
		die("seccomp");
}
