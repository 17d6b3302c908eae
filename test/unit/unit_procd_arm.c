/* SPDX-License-Identifier: MIT
 *
 * What procd makes of our policies: arm.
 */
#define ABIS(X) X(arm)
#include "procd_check.h"
