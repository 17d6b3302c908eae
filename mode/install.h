/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "trace/trace.h"

struct policy;
struct uapi_sock_fprog;

/* Make a policy's filter, which the functions below install.  path names the
 * policy in the message; NULL after it.  tell: print once that a filter cost
 * PROGRAM its no_new_privs.  Valid until the next call. */
struct uapi_sock_fprog *install_build(const struct policy *, const char *path,
    bool tell);
/* Can PROGRAM be executed under the policy's filter?  False after a message. */
bool install_allows_exec(const struct policy *, const char *path);
/* In the calling process, before it executes PROGRAM; a struct tap's install.
 * -1 and errno. */
int install_before_exec(const struct uapi_sock_fprog *, bool confines);
/* In a process that is stopped at pc, by making it call seccomp itself: in
 * PROGRAM at its entry point, and in what PROGRAM started before.  For a struct
 * trace's enter.  A process that can't get the filter exits with 125, after a
 * message. */
enum entered install_at_entry(pid_t program, pid_t, uint64_t pc);
