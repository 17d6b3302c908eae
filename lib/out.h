/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The length of an escaped string in a message, and in the name of a file,
 * which has at most 255 bytes with what utrace appends.  A message with two
 * strings fits into struct out's buffer. */
enum { OUT_TEXT_MAX = 256, OUT_NAME_MAX = 200 };

/* buffered output to a descriptor; the first error sticks */
struct out {
	int fd;
	int error;      /* errno of the first failed write, 0 if none */
	bool compares;  /* don't write, but compare with what is in the file */
	size_t len;
	char buf[960];  /* /dev/kmsg takes at most 976 bytes at once */
};

void out_init(struct out *, int fd);
void out_mem(struct out *, const char *, size_t);
void out_str(struct out *, const char *);
void out_char(struct out *, char);
/* n times the same character; nothing if n is negative */
void out_pad(struct out *, char, int n);
void out_num(struct out *, int64_t);
/* Write a string that a tracee or a user can choose: whatever is not printable
 * ASCII as \xHH, a backslash as two.  Of the result, at most max bytes are
 * written, and "..." if that is not all. */
void out_safe(struct out *, const char *, size_t max);
/* printf's %s %d %u %x %llu %llx and %%, without flags or widths.  A %s is
 * written by out_safe() with OUT_TEXT_MAX. */
void out_fmt(struct out *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void out_vfmt(struct out *, const char *fmt, va_list);
/* Write what is buffered.  -1 and errno if this or an earlier write failed, or
 * if the file has other bytes. */
int out_flush(struct out *);
