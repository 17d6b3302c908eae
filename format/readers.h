/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct reader;

/* What reads each text format: len bytes at r->text, with a NUL behind them.
 * Each is beside its writer.  Returns -1 after printing an error. */
typedef int reader_fn(struct reader *r, size_t len);

/* The reader of the format that a text of len bytes, and a NUL, has. */
reader_fn *recognize_reader(const char *text, size_t len);

int lxc_read(struct reader *r, size_t len);
/* a unit or a drop-in */
int systemd_read(struct reader *r, size_t len);
int minijail_read(struct reader *r, size_t len);
/* a profile */
int firejail_read(struct reader *r, size_t len);
/* logs of the kernel's audit records */
int audit_read(struct reader *r, size_t len);
/* Does a line have such a record of what seccomp did, outside comments? */
bool audit_is(const char *line);
/* Is it another line of a log? */
bool audit_is_other(const char *line);
int strace_read(struct reader *r, size_t len);
/* Is a line one of strace's? */
bool strace_is(const char *line);
int kafel_read(struct reader *r, size_t len);
int spo_read(struct reader *r, size_t len);
int bpf_read(struct reader *r, size_t len);
/* Does a text of len bytes begin as a filter does? */
bool bpf_is(const char *text, size_t len);
