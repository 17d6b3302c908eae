/* SPDX-License-Identifier: MIT */
#pragma once

struct options;

/* --oci-hook: read the container's state from standard input and record the
 * container, in a process of its own, if its annotation asks for that.  Changes
 * the options.  Returns a wait status as soon as no call of the container can be
 * missed.  EBPF=0 and SMALL=1 leave it out. */
int hook_run(struct options *) __attribute__((weak));
