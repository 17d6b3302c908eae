/* SPDX-License-Identifier: MIT
 *
 * One procd policy for all machines, merged on mips.
 */
#define ABIS(X) X(mips)
#define ARCH "mips"
#include "machines_check.h"
