/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

struct policy;
struct uapi_sock_filter;

enum { FILTER_MAX = 4096 };     /* instructions that the kernel takes */

/* A seccomp filter that lets through what the policy allows, for the native
 * ABI and those that the policy uses; how many instructions, -1 with errno
 * E2BIG if there would be more than max.
 * miss: what all else gets, a SECCOMP_RET_* value; 0: policy_action() as such
 * a value, for an ABI that the policy does not use the policy's action.
 * Kernels before 4.14 know neither of these values for ACTION_KILL and
 * ACTION_LOG and kill the thread for both. */
int filter_build(const struct policy *, uint32_t miss,
    struct uapi_sock_filter *, int max);
