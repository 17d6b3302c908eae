/* SPDX-License-Identifier: MIT
 *
 * Random policies for a big-endian machine with a foreign ABI of 32 bits.
 */
#define ABIS(X) X(mips64) X(mips)
#include "unit_policy_random.c"
