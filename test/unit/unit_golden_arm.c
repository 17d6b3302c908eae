/* SPDX-License-Identifier: MIT
 *
 * Golden files: 32 bits, little-endian.
 */
#define ABIS(X) X(arm)
#define ARCH "arm"
#include "golden_arch.h"
