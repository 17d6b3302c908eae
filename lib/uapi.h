/* SPDX-License-Identifier: MIT
 *
 * Kernel constants and structs that musl's headers lack.  Debian's musl-gcc
 * sees no linux/ headers, and linux/ptrace.h clashes with sys/ptrace.h.
 * Values: the uapi headers of Linux 6.12; they are ABI and never change.
 */
#pragma once

#include <stdint.h>

/* linux/audit.h: the machine's ELF number and two bits */
enum {
	AUDIT_LE = 0x40000000,
	EM_386_ = 3, EM_MIPS_ = 8, EM_ARM_ = 40, EM_X86_64_ = 62,
	EM_AARCH64_ = 183, EM_RISCV_ = 243,
};
#define AUDIT_64BIT 0x80000000u
#define AUDIT_N32 0x20000000u

/* linux/ptrace.h, Linux 5.3 */
#define UAPI_GET_SYSCALL_INFO 0x420e
#define UAPI_SET_SYSCALL_INFO 0x4212    /* Linux 6.16 */
enum {
	SYSCALL_INFO_NONE, SYSCALL_INFO_ENTRY, SYSCALL_INFO_EXIT,
	SYSCALL_INFO_SECCOMP,
};

struct uapi_syscall_info {
	uint8_t op;
	uint8_t pad[3];
	uint32_t arch;
	uint64_t ip, sp;
	uint64_t nr, args[6];   /* entry and seccomp; exit: rval, is_error */
	uint32_t ret_data;      /* seccomp */
};

/* linux/seccomp.h and linux/filter.h */
enum {
	UAPI_SECCOMP_SET_MODE_FILTER = 1,
	UAPI_SECCOMP_FILTER_FLAG_TSYNC = 1,             /* Linux 3.17 */
	UAPI_SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4,        /* Linux 4.17 */
	UAPI_SECCOMP_MODE_FILTER = 2,
	UAPI_SECCOMP_RET_ERRNO = 0x00050000,
	UAPI_SECCOMP_RET_TRACE = 0x7ff00000,
	UAPI_SECCOMP_RET_LOG = 0x7ffc0000,              /* Linux 4.14 */
	UAPI_SECCOMP_RET_ALLOW = 0x7fff0000,
	UAPI_BPF_RET_K = 0x06,
};

#define UAPI_SECCOMP_RET_KILL_PROCESS 0x80000000u       /* Linux 4.14 */

struct uapi_sock_filter {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

struct uapi_sock_fprog {
	unsigned short len;
	struct uapi_sock_filter *filter;
};

/* linux/sched.h */
enum { UAPI_CLONE_UNTRACED = 0x00800000 };

/* linux/elf.h: note types of PTRACE_GETREGSET */
enum { UAPI_NT_PRSTATUS = 1, UAPI_NT_ARM_SYSTEM_CALL = 0x404 };
