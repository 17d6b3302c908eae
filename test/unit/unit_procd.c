/* SPDX-License-Identifier: MIT
 *
 * What procd makes of our policies: x86-64.
 */
#define ABIS(X) X(x86_64) X(i386) X(x32)
#include "procd_check.h"
