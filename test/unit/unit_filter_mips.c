/* SPDX-License-Identifier: MIT
 *
 * filter.c for mips's 32 bits.
 */
#include "unit.h"

#define ABIS(X) X(mips) X(mipsel) X(mips64)
#include "filter_check.h"
