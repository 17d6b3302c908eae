/* SPDX-License-Identifier: MIT
 *
 * Random policies for a big-endian machine of 32 bits, without foreign ABIs.
 */
#define ABIS(X) X(mips)
#include "unit_policy_random.c"
