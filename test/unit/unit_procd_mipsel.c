/* SPDX-License-Identifier: MIT
 *
 * What procd makes of our policies: mipsel.
 */
#define ABIS(X) X(mipsel)
#include "procd_check.h"
