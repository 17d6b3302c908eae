/* SPDX-License-Identifier: MIT
 *
 * Golden files: 64 bits, big-endian.
 */
#define ABIS(X) X(mips64) X(mips) X(mips64n32)
#define ARCH "mips64"
#define SECOND 1
#include "golden_arch.h"
