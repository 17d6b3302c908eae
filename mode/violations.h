/* SPDX-License-Identifier: MIT */
#pragma once

struct policy;
struct session;

/* seccomp-trace: let the session run PROGRAM under the policy's filter, and see
 * each call that it rejects.  -1 after a message. */
int violations_prepare(struct session *, const struct policy *);
/* What the session's sink has to return for a call with this action. */
int violations_verdict(const struct session *, int action);
