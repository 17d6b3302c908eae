/* SPDX-License-Identifier: MIT
 *
 * Golden files: 64 bits, little-endian.
 */
#define ABIS(X) X(aarch64) X(arm)
#define ARCH "aarch64"
#define SECOND 1
#include "golden_arch.h"
