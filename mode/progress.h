/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct session;
struct syscall_stop;
struct tap;

/* May the line be shown?  Then set trace.progress, which shows it. */
void progress_init(struct session *, const struct tap *);
/* before a call is recorded; the native ABI is 0, an unknown one negative */
void progress_on_call(struct session *, int abi, const struct syscall_stop *);
