/* SPDX-License-Identifier: MIT
 *
 * What procd makes of our policies: 64 bits, big-endian.
 */
#define ABIS(X) X(mips64) X(mips) X(mips64n32)
#include "procd_check.h"
