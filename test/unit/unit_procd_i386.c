/* SPDX-License-Identifier: MIT
 *
 * What procd makes of our policies: i386.
 */
#define ABIS(X) X(i386)
#include "procd_check.h"
