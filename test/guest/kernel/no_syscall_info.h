/* SPDX-License-Identifier: MIT
 *
 * Included ahead of the kernel's ptrace.c for the variant "old": the request
 * gets a number that nobody uses, so the real one falls into "default", EIO, as
 * before Linux 5.3.
 */
#include <uapi/linux/ptrace.h>
#undef PTRACE_GET_SYSCALL_INFO
#define PTRACE_GET_SYSCALL_INFO 0x4fff
