/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ABI_MAX = 3,            /* ABIs that one build knows at most */
	ABI_NR_FIRST_PRIVATE = 0xf0000, /* arm's own calls */
	ABI_TABLE_PRIVATE = 560,  /* their place in a table */
	ABI_TABLE_MAX = 576,      /* places in a table, whatever the ABI */
	ABI_NAME_MAX = 64,      /* bytes of a system call's name */
};

/* a system call ABI: how numbers are named, and how filters tell it */
struct abi {
	const char *name;       /* "i386", prefix of foreign calls in lists */
	const char *scmp;       /* libseccomp's and OCI's name of the arch */
	uint32_t audit_arch;    /* AUDIT_ARCH_* */
	uint32_t base;          /* number of table place 0 */
	uint8_t bits;
	bool big_endian;
	uint16_t n;             /* places in the table */
	const uint16_t *names;  /* by place: a name's id, 0: a gap */
};

/* the build's ABIs, the native one first */
extern const struct abi abis[];
extern const int abi_count;

/* index into abis[] of a call made with this audit arch; -1: none of ours */
int abi_find(uint32_t audit_arch, uint32_t nr);
/* by name, len bytes; -1: none of ours */
int abi_by_name(const char *, size_t len);
/* place of a number in the ABI's table, also for gaps; -1: outside */
int abi_table_index(int abi, uint32_t nr);
uint32_t abi_nr_at(int abi, int pos);
/* id of a number's name, 0 if it has none; ids sort as names do */
unsigned abi_name_id(int abi, uint32_t nr);
/* in a buffer that the next call of this or abi_name uses again */
const char *abi_id_name(unsigned id);
/* the number of a name's id on an ABI; -1 if the ABI lacks it */
int64_t abi_id_nr(int abi, unsigned id);
/* 0 if no ABI has a call of this name */
unsigned abi_id(const char *name);
/* all ids in order of name: begin with 0, ends with 0 */
unsigned abi_next_id(unsigned id);
enum { ABI_ID_MAX = 512 };
/* NULL if the number has no name */
const char *abi_name(int abi, uint32_t nr);
/* what musl's sys/syscall.h calls it, where that is not the kernel's name;
 * NULL: the same */
const char *abi_musl_name(int abi, unsigned id);
/* the number of a name on an ABI, or of musl's name; -1 if the ABI lacks it */
int64_t abi_nr(int abi, const char *name);
