/* SPDX-License-Identifier: MIT
 *
 * One procd policy for all machines, merged on x86-64.
 */
#define ABIS(X) X(x86_64) X(i386) X(x32)
#define ARCH "x86_64"
#include "machines_check.h"
