/* SPDX-License-Identifier: MIT
 *
 * Buffered output to a descriptor, without stdio: musl's printf alone would be
 * a third of the binary, and brings floating point, which a router's kernel may
 * not even emulate.
 */
#include "lib/out.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/small.h"
#include "lib/sys.h"

void
out_init(struct out *o, int fd)
{
	o->fd = fd;
	o->error = 0;
	o->compares = false;
	o->len = 0;
}

/* Does the file have the buffered bytes next?  -1 and errno. */
static int
compare_file(const struct out *o)
{
	char s[sizeof o->buf];
	size_t len = 0;
	ssize_t n;

	while (len < o->len && (n = read(o->fd, s + len, o->len - len)) > 0)
		len += (size_t)n;
	errno = EEXIST;
	return len == o->len && !memcmp(s, o->buf, len) ? 0 : -1;
}

int
out_flush(struct out *o)
{
	if (o->len && !o->error && (!IS_SMALL && o->compares ?
	    compare_file(o) : sys_write_all(o->fd, o->buf, o->len)) < 0)
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

/* Bytes from 0x80 on are escaped even where they are valid UTF-8: a terminal
 * may take them for Latin-1, in which 0x80 to 0x9f are control characters. */
void
out_safe(struct out *o, const char *s, size_t max)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char c;
	size_t n;

	for (; (c = (unsigned char)*s); s++, max -= n) {
		char text[] = { '\\', 'x', hex[c >> 4], hex[c & 15] };

		n = sizeof text;
		if (c == '\\') {
			text[1] = '\\';
			n = 2;
		} else if (c >= ' ' && c < 0x7f) {
			text[0] = *s;
			n = 1;
		}
		if (n > max) {
			out_str(o, "...");
			break;
		}
		out_mem(o, text, n);
	}
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

void
out_vfmt(struct out *o, const char *fmt, va_list ap)
{
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			out_char(o, *fmt);
			continue;
		}
		switch (*++fmt) {
		case 's':
			out_safe(o, va_arg(ap, const char *), OUT_TEXT_MAX);
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
