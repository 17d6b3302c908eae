/* SPDX-License-Identifier: MIT
 *
 * One procd policy for all machines, merged on arm.
 */
#define ABIS(X) X(arm)
#define ARCH "arm"
#include "machines_check.h"
