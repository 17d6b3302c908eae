/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

struct policy;
struct uapi_sock_filter;

enum { FILTER_MAX = 4096 };     /* instructions that the kernel accepts */

/* Write a seccomp filter that allows what the policy allows, for the native ABI
 * and those in use.  Returns its number of instructions, or -1 with E2BIG if it
 * needs more than max. miss: the SECCOMP_RET_* value for every other call.  0:
 * the value for each call's policy_action(), and for calls of ABIs that are not
 * in use that for the policy's default.  Kernels before 4.14 know neither
 * RET_KILL_PROCESS nor RET_LOG, the values for ACTION_KILL and ACTION_LOG, and
 * kill the thread. */
int filter_build(const struct policy *, uint32_t miss,
    struct uapi_sock_filter *, int max);
