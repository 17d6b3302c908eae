/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* Why a reviewer should look at a policy that allows this call: two words, such
 * as "kernel code"; NULL if there is no special reason. */
const char *review_reason(int abi, uint32_t nr);
