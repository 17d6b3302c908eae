/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

struct out;

/* The descriptor that gets the messages: 2, or -1 if utrace was started without
 * a standard error. */
extern int log_fd;
/* Messages go to /dev/log, too; without a standard error they always do. */
extern bool log_to_syslog;

/* Print the line "utrace: ..."; fmt as for out_fmt().  A ':' at the end of fmt
 * appends the text of errno.  A line that fits into struct out's buffer is
 * written at once.  errno is kept. */
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same in parts: what is put into the buffer between the two calls becomes
 * the line. */
struct out *log_begin(void);
void log_end(struct out *);

/* In place of log_end(): a line of a terminal, cut at its width, that the next
 * log_begin() erases. */
void log_show_line(struct out *);
/* Erase that line, if there is one. */
void log_erase_line(void);
