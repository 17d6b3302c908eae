/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

struct out;
struct policy;

/* What each format writes, for format.c's table: all have the same signature.
 * The buffer holds the errors. */

void whitelist_write(struct out *, const struct policy *);
void oci_write_procd(struct out *, const struct policy *);
void oci_write(struct out *, const struct policy *);
void oci_write_docker(struct out *, const struct policy *);
void lxc_write(struct out *, const struct policy *);
void spo_write(struct out *, const struct policy *);
void systemd_write(struct out *, const struct policy *);
void minijail_write(struct out *, const struct policy *);
void firejail_write(struct out *, const struct policy *);
void kafel_write(struct out *, const struct policy *);
/* The instructions as struct sock_filter, in this machine's byte order.  If
 * there were more than the kernel takes, print a warning and set the buffer's
 * error to E2BIG. */
void bpf_write(struct out *, const struct policy *);
/* See list.h for the grammar. */
void list_write(struct out *, const struct policy *);
/* For people; fits the terminal's width, or 80 columns.  In colour only on a
 * terminal, and not if NO_COLOR is set. */
void table_write(struct out *, const struct policy *);
/* Not a format of a policy: which program executed which, and how often, as
 * exec.tsv lists it. */
void exec_tsv_write(struct out *, const struct policy *);
/* Does exec_tsv_write() write a line about the programs of this line? */
bool exec_tsv_has(const struct policy *, const char *line);
