/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

struct counter;
struct policy;
struct uapi_sock_fprog;

/* A filter for the seccomp tap that stops a tracee only for calls which the
 * policy does not allow, and for those that the tracer must see.  NULL: the
 * policy is too large for a filter, so every call has to stop.  Valid until the
 * next call. */
const struct uapi_sock_fprog *preselect_filter(struct policy *known);
/* Can a tap that counts in the kernel see every argument that the policy's
 * rules test? */
bool preselect_sees_rules(const struct policy *);
/* Tell a tap that counts in the kernel which arguments to count apart (args:
 * also those that -A records), and not to count the calls of known, if any. */
void preselect_counts(const struct counter *, const struct policy *,
    const struct policy *known, bool args);
