/* SPDX-License-Identifier: MIT
 *
 * filter.c for mips's other ABIs.
 */
#include "unit.h"

#define ABIS(X) X(mips64n32) X(mipsel64) X(mipsel64n32)
#include "filter_check.h"
