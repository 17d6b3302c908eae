/* SPDX-License-Identifier: MIT
 *
 * Messages, checked numbers, buffered and checked output.  No stdio: musl's
 * printf alone would be a third of the binary and brings floating point, which
 * a router's kernel may not even emulate.  Knows nothing of the program.
 */
#include "lib/util.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <unistd.h>

enum { USER_HZ = 100 };           /* the same on all our architectures */

int log_fd = 2;

/* Numbers differ between architectures, so they come from the C library's
 * headers; its texts are 2 KiB.  Names are kept without the E: as an argument
 * the macro EPERM would become 1. */
static const char error_names[] =
#define E(name, text) "E" #name "\0" text "\0"
#include "lib/errnos.h"
#undef E
;
static const uint16_t error_numbers[] = {
#define E(name, text) E##name,
#include "lib/errnos.h"
#undef E
};
enum { N_ERRORS = sizeof error_numbers / sizeof *error_numbers };

const char *
error_name(int error)
{
	const char *name = error_names;
	int i;

	for (i = 0; i < N_ERRORS; i++) {
		if (error_numbers[i] == error)
			return name;
		name += strlen(name) + 1;
		name += strlen(name) + 1;
	}
	return NULL;
}

const char *
error_text(int error)
{
	const char *name = error_name(error), *text;

	if (!name)
		return "unknown error";
	text = name + strlen(name) + 1;
	return *text ? text : name;
}

int
error_number(const char *wanted)
{
	const char *name = error_names;
	int i;

	for (i = 0; i < N_ERRORS; i++) {
		if (!strcmp(name, wanted))
			return error_numbers[i];
		name += strlen(name) + 1;
		name += strlen(name) + 1;
	}
	return -1;
}

int
sys_write_all(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

void
out_init(struct out *o, int fd)
{
	o->fd = fd;
	o->error = 0;
	o->len = 0;
}

int
out_flush(struct out *o)
{
	if (o->len && !o->error && sys_write_all(o->fd, o->buf, o->len) < 0)
		o->error = errno;
	o->len = 0;
	errno = o->error;
	return o->error ? -1 : 0;
}

/* up to the end of the last line: each write to /dev/kmsg is a record there */
static void
make_room(struct out *o)
{
	size_t n = o->len, rest;

	while (n > 0 && o->buf[n - 1] != '\n')
		n--;
	rest = n ? o->len - n : 0;
	o->len -= rest;
	out_flush(o);
	memmove(o->buf, o->buf + n, rest);
	o->len = rest;
}

void
out_mem(struct out *o, const char *s, size_t len)
{
	size_t n;

	while (len > 0) {
		if (o->len == sizeof o->buf)
			make_room(o);
		n = sizeof o->buf - o->len;
		if (n > len)
			n = len;
		memcpy(o->buf + o->len, s, n);
		o->len += n;
		s += n;
		len -= n;
	}
}

void
out_str(struct out *o, const char *s)
{
	out_mem(o, s, strlen(s));
}

void
out_char(struct out *o, char c)
{
	out_mem(o, &c, 1);
}

void
out_pad(struct out *o, char c, int n)
{
	while (n-- > 0)
		out_char(o, c);
}

/* v / base; the rest through *digit.  In 16-bit steps, so that a 32-bit
 * machine needs no 64-bit division from libgcc. */
static uint64_t
divide(uint64_t v, unsigned base, unsigned *digit)
{
	uint32_t hi = (uint32_t)(v >> 32), lo = (uint32_t)v;
	uint32_t q_hi, r, mid, low;

	q_hi = hi / base;
	r = hi % base;
	mid = r << 16 | lo >> 16;
	low = (mid % base) << 16 | (lo & 0xffff);
	*digit = low % base;
	return (uint64_t)q_hi << 32 | (mid / base) << 16 | low / base;
}

static void
out_unsigned(struct out *o, uint64_t v, unsigned base)
{
	char digits[20], *p = digits + sizeof digits;
	unsigned d;

	do {
		v = divide(v, base, &d);
		*--p = "0123456789abcdef"[d];
	} while (v);
	out_mem(o, p, (size_t)(digits + sizeof digits - p));
}

void
out_num(struct out *o, int64_t v)
{
	if (v < 0)
		out_char(o, '-');
	out_unsigned(o, v < 0 ? -(uint64_t)v : (uint64_t)v, 10);
}

static void
out_vfmt(struct out *o, const char *fmt, va_list ap)
{
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			out_char(o, *fmt);
			continue;
		}
		switch (*++fmt) {
		case 's':
			out_str(o, va_arg(ap, const char *));
			break;
		case 'd':
			out_num(o, va_arg(ap, int));
			break;
		case 'u':
			out_unsigned(o, va_arg(ap, unsigned), 10);
			break;
		case 'x':
			out_unsigned(o, va_arg(ap, unsigned), 16);
			break;
		case 'l':       /* %llu, %llx */
			fmt += 2;
			out_unsigned(o, va_arg(ap, unsigned long long),
			    *fmt == 'x' ? 16 : 10);
			break;
		default:
			out_char(o, *fmt);
		}
	}
}

void
out_fmt(struct out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	out_vfmt(o, fmt, ap);
	va_end(ap);
}

struct out *
log_begin(void)
{
	static struct out o;

	out_init(&o, log_fd);
	out_str(&o, "utrace: ");
	return &o;
}

void
log_end(struct out *o)
{
	out_char(o, '\n');
	if (log_fd >= 0)
		out_flush(o);
}

void
log_warn(const char *fmt, ...)
{
	size_t len = strlen(fmt);
	int saved = errno;
	struct out *o = log_begin();
	va_list ap;

	va_start(ap, fmt);
	out_vfmt(o, fmt, ap);
	va_end(ap);
	if (len && fmt[len - 1] == ':') {
		out_char(o, ' ');
		out_str(o, error_text(saved));
	}
	log_end(o);
	errno = saved;
}

int
util_parse_number(const char *s, unsigned long max, unsigned long *value)
{
	unsigned long v = 0, d;

	if (!*s)
		return -1;
	for (; *s; s++) {
		d = (unsigned long)(*s - '0');
		if (d > 9 || d > max || v > (max - d) / 10)
			return -1;
		v = v * 10 + d;
	}
	*value = v;
	return 0;
}

/* --- system calls, without what the C library adds for threads, for old
 * kernels and for 64-bit times on 32 bits: 2 KiB on mips */

pid_t
sys_fork(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

int
sys_pipe(int fd[2])
{
	return (int)syscall(SYS_pipe2, fd, O_CLOEXEC);
}

bool
sys_is_open(int fd)
{
	return syscall(SYS_fcntl, fd, F_GETFD) >= 0;
}

bool
sys_next_signal(siginfo_t *si, bool wait)
{
	static const long at_once[2];
	sigset_t all;

	memset(&all, 0xff, sizeof all);
	return syscall(SYS_rt_sigtimedwait, &all, si, wait ? NULL : at_once,
	    _NSIG / 8) >= 0;
}

void
sys_sleep_ms(long ms)
{
	const long t[2] = { ms / 1000, ms % 1000 * 1000000 };

	syscall(SYS_nanosleep, t, NULL);
}

void
sys_set_timer(const long timer[4], long old[4])
{
	syscall(SYS_setitimer, ITIMER_REAL, timer, old);
}

/* by times(): clock_gettime would bring the vDSO's parser, 1 KiB, along */
uint32_t
sys_now_ms(void)
{
	struct tms unused;

	return (uint32_t)times(&unused) * (1000 / USER_HZ);
}

/* not by ioctl(), which on 32 bits brings its tables of 64-bit times along */
int
sys_terminal_width(int fd)
{
	struct winsize w;

	if (syscall(SYS_ioctl, fd, TIOCGWINSZ, &w) < 0)
		return 0;
	return w.ws_col ? w.ws_col : 80;
}

const char *
util_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void
close_range_(unsigned first, unsigned last)
{
	uint64_t limit[2];      /* soft, hard: struct rlimit64 */

	if (first > last)
		return;
#ifdef SYS_close_range
	if (syscall(SYS_close_range, first, last, 0) == 0)
		return;
#endif
	/* before Linux 5.9: one by one, up to what can be open at all */
	if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, limit) < 0 ||
	    limit[1] > 1 << 20)
		limit[1] = 1 << 20;
	for (; first <= last && first < limit[1]; first++)
		close((int)first);
}

void
sys_close_except(const int keep[], size_t n)
{
	unsigned from = 0, next;
	size_t i;

	for (;; from = next + 1) {
		next = ~0u;             /* as -1 is */
		for (i = 0; i < n; i++)
			if ((unsigned)keep[i] >= from &&
			    (unsigned)keep[i] < next)
				next = (unsigned)keep[i];
		if (next != from)
			close_range_(from, next - (next != ~0u));
		if (next == ~0u)
			break;
	}
}
