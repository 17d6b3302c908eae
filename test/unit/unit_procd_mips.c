/* SPDX-License-Identifier: MIT
 *
 * What procd makes of our policies: mips.
 */
#define ABIS(X) X(mips)
#include "procd_check.h"
