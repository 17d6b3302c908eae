/* SPDX-License-Identifier: MIT
 *
 * Golden files: 32 bits, big-endian.
 */
#define ABIS(X) X(mips)
#define ARCH "mips"
#include "golden_arch.h"
