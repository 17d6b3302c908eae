/* SPDX-License-Identifier: MIT
 *
 * filter.c for x86.
 */
#include "unit.h"

#define ABIS(X) X(x86_64) X(i386) X(x32)
#include "filter_check.h"
