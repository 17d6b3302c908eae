/* SPDX-License-Identifier: MIT */
#pragma once

struct out;
struct policy;
struct policy_call;
struct policy_rule;

/* "openat", "i386:open", "99999" */
void call_name_write(struct out *, const struct policy_call *);
/* why it is there though it was not seen; NULL: it was */
const char *call_name_reason(const struct policy_call *);
/* a name a line, by ABI and name; "i386:name" for a foreign ABI; a number
 * where there is no name; for a call with conditions a line each, of which one
 * is enough, "socket(arg0 == 2 && (arg1 & 15) == 1)", with C's operators and
 * numbers in decimal or from 0x on; after a tab the reason, where it was not
 * seen */
void list_write(struct out *, const struct policy *);
void systemd_write(struct out *, const struct policy *);
void minijail_write(struct out *, const struct policy *);
void firejail_write(struct out *, const struct policy *);
void kafel_write(struct out *, const struct policy *);
/* sock_filter after sock_filter, in this machine's byte order; if it would be
 * longer than the kernel takes, a line caps so and out's error is E2BIG */
void bpf_write(struct out *, const struct policy *);
/* a call and what has to hold of its arguments, "ioctl(arg1==21505)" */
void call_name_write_rule(struct out *, const struct policy_rule *);
