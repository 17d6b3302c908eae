/* SPDX-License-Identifier: MIT
 *
 * What procd makes of our policies: aarch64.
 */
#define ABIS(X) X(aarch64) X(arm)
#include "procd_check.h"
