/* SPDX-License-Identifier: MIT
 *
 * Random policies for aarch64, whose foreign ABI has other names.
 */
#define ABIS(X) X(aarch64) X(arm)
#include "unit_policy_random.c"
