/* SPDX-License-Identifier: MIT
 *
 * Every system call ABI that utrace knows, whether or not this build uses it.
 * ptrace_arch.h chooses a build's ABIs by their names here.  HACKING lists
 * all places to change to add one.
 */
#pragma once

#include "lib/uapi.h"

/* X(table, the number of its entry 0): the tables are syscalls/TABLE.h.  ABIs
 * that differ only in their byte order share one. */
#define ABI_TABLES(X) \
	X(x86_64, 0) X(i386, 0) X(x32, 0x40000000) X(aarch64, 0) X(arm, 0) \
	X(riscv64, 0) X(mips_o32, 4000) X(mips_n64, 5000) X(mips_n32, 6000)

/* X(name, audit architecture, bits of a register, table, libseccomp's name).
 * An ABI is big-endian if its audit architecture lacks AUDIT_LE. */
#define ABI_ROW_x86_64(X) \
	X(x86_64, AUDIT_64BIT | AUDIT_LE | EM_X86_64_, 64, x86_64, "X86_64")
#define ABI_ROW_i386(X) \
	X(i386, AUDIT_LE | EM_386_, 32, i386, "X86")
#define ABI_ROW_x32(X) \
	X(x32, AUDIT_64BIT | AUDIT_LE | EM_X86_64_, 32, x32, "X32")
#define ABI_ROW_aarch64(X) \
	X(aarch64, AUDIT_64BIT | AUDIT_LE | EM_AARCH64_, 64, aarch64, "AARCH64")
#define ABI_ROW_arm(X) \
	X(arm, AUDIT_LE | EM_ARM_, 32, arm, "ARM")
#define ABI_ROW_riscv64(X) \
	X(riscv64, AUDIT_64BIT | AUDIT_LE | EM_RISCV_, 64, riscv64, "RISCV64")
#define ABI_ROW_mips(X) \
	X(mips, EM_MIPS_, 32, mips_o32, "MIPS")
#define ABI_ROW_mipsel(X) \
	X(mipsel, AUDIT_LE | EM_MIPS_, 32, mips_o32, "MIPSEL")
#define ABI_ROW_mips64(X) \
	X(mips64, AUDIT_64BIT | EM_MIPS_, 64, mips_n64, "MIPS64")
#define ABI_ROW_mipsel64(X) \
	X(mipsel64, AUDIT_64BIT | AUDIT_LE | EM_MIPS_, 64, mips_n64, "MIPSEL64")
#define ABI_ROW_mips64n32(X) \
	X(mips64n32, AUDIT_64BIT | AUDIT_N32 | EM_MIPS_, 32, mips_n32, \
	    "MIPS64N32")
#define ABI_ROW_mipsel64n32(X) \
	X(mipsel64n32, AUDIT_64BIT | AUDIT_N32 | AUDIT_LE | EM_MIPS_, 32, \
	    mips_n32, "MIPSEL64N32")

/* X(name) of each row above */
#define ABI_ALL(X) \
	X(x86_64) X(i386) X(x32) X(aarch64) X(arm) X(riscv64) X(mips) \
	X(mipsel) X(mips64) X(mipsel64) X(mips64n32) X(mipsel64n32)
