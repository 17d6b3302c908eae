/* SPDX-License-Identifier: MIT
 *
 * filter.c for arm, and riscv64 beside it.
 */
#include "unit.h"

#define ABIS(X) X(aarch64) X(arm) X(riscv64)
#include "filter_check.h"
