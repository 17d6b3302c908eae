/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct reader;

/* What reads each text format, for policy_file.c's table: len bytes at r->text,
 * with a NUL behind them.  Each is beside its writer.  Returns -1 after printing
 * an error. */

int lxc_read(struct reader *r, size_t len);
/* a unit or a drop-in */
int systemd_read(struct reader *r, size_t len);
int minijail_read(struct reader *r, size_t len);
/* a profile */
int firejail_read(struct reader *r, size_t len);
/* logs of the kernel's audit records */
int audit_read(struct reader *r, size_t len);
/* Does a text have such a record, or another kind of record of audit? */
bool audit_is(const char *text);
bool audit_is_other(const char *text);
int strace_read(struct reader *r, size_t len);
/* Does a text have a line of strace's? */
bool strace_is(const char *text);
int kafel_read(struct reader *r, size_t len);
int spo_read(struct reader *r, size_t len);
int bpf_read(struct reader *r, size_t len);
/* Does a text of len bytes begin as a filter does? */
bool bpf_is(const char *text, size_t len);
