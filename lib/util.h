/* SPDX-License-Identifier: MIT */
#pragma once

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* where messages go: 2, or -1 if utrace was started without a stderr */
extern int log_fd;

/* one line "utrace: ...", in one write if it is no longer than struct out's
 * buffer; %s %d %u %x %llu %llx, a trailing ':' adds error_text(errno); errno
 * is kept */
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* the same in parts: what is put between the two makes the line */
struct out *log_begin(void);
void log_end(struct out *);

/* as strerror(), or only the name, "EDOM" */
const char *error_text(int error);
/* "EPERM"; NULL: none known */
const char *error_name(int error);
/* the errno of a name, "EPERM"; -1: none */
int error_number(const char *wanted);

/* buffered output to a descriptor; the first error sticks */
struct out {
	int fd;
	int error;      /* errno of the first failed write, 0 if none */
	size_t len;
	char buf[960];  /* /dev/kmsg takes no more than 976 bytes at once */
};

void out_init(struct out *, int fd);
void out_mem(struct out *, const char *, size_t);
void out_str(struct out *, const char *);
void out_char(struct out *, char);
/* n times the same character */
void out_pad(struct out *, char, int n);
void out_num(struct out *, int64_t);
/* the conversions of log_warn() */
void out_fmt(struct out *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* write what is buffered; -1 and errno if this or any earlier write failed */
int out_flush(struct out *);

/* write all of it, also to a pipe; -1 and errno */
int sys_write_all(int fd, const void *, size_t);

/* a decimal number of at most max, nothing before or after it; -1 if not */
int util_parse_number(const char *, unsigned long max, unsigned long *);

/* a child, without what fork() does for threads; its end sends SIGCHLD */
pid_t sys_fork(void);
int sys_pipe(int fd[2]);
bool sys_is_open(int fd);
/* waits for any signal, blocked ones above all; false: interrupted, or there is
 * none and it was not to wait */
bool sys_next_signal(siginfo_t *, bool wait);
void sys_sleep_ms(long ms);
/* ITIMER_REAL: interval and what is left, each in seconds and microseconds */
void sys_set_timer(const long timer[4], long old[4]);

/* a monotonic clock in milliseconds, in steps of 10; it wraps, so only
 * differences mean something */
uint32_t sys_now_ms(void);

/* columns of a terminal, 0 if the descriptor is none */
int sys_terminal_width(int fd);

/* the last component of a path */
const char *util_base_name(const char *path);

/* close every descriptor from 0 up but those (-1: none) */
void sys_close_except(const int keep[], size_t n);
