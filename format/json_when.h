/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* When a rule of Docker's JSON holds: what its includes and excludes name. */

/* Are the rules that capabilities decide about kept as they are? */
bool json_when_keeps_caps(void);
/* Does --caps name the capability?  Case and the CAP_ don't matter. */
bool json_when_given(const char *cap);
/* Is this Docker's name of the machine's architecture? */
bool json_when_our_arch(const char *name);
/* Parse "4.8" or "5.10.0-13-amd64": the major version, 16 bits, and the minor
 * one.  0: that is no version. */
unsigned json_when_kernel(const char *);
