/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ABI_MAX = 3,                    /* ABIs of one build, at most */
	ABI_NR_FIRST_PRIVATE = 0xf0000, /* arm's private calls, and */
	ABI_TABLE_PRIVATE = 560,        /* the table index of the first */
	ABI_TABLE_MAX = 576,            /* entries of a table, at most */
	ABI_ID_MAX = 512,               /* above the id of every name */
	ABI_NAME_MAX = 64,              /* bytes of a system call's name */
};

/* a system call ABI: how its calls are numbered and how a filter tells it */
struct abi {
	const char *name;       /* "i386", also the prefix of a foreign call */
	const char *scmp;       /* "SCMP_ARCH_X86", for libseccomp and OCI */
	uint32_t audit_arch;    /* AUDIT_ARCH_* */
	uint32_t base;          /* number of table index 0 */
	uint8_t bits;           /* of a register */
	bool big_endian;
	uint16_t n;             /* entries of the table */
	const uint16_t *names;  /* by table index: a name's id; 0: a gap */
	const char *value_names;        /* of arguments, for policy/args.c */
};

/* the build's ABIs, the native one first */
extern const struct abi abis[];
extern const int abi_count;

struct out;

/* Index into abis[] of a call with this audit architecture; -1: unknown. */
int abi_find(uint32_t audit_arch, uint32_t nr);
/* Index into abis[] of a name of len bytes; -1: unknown. */
int abi_by_name(const char *, size_t len);
/* Table index of a number, which may be a gap; -1: outside the table. */
int abi_table_index(int abi, uint32_t nr);
/* The bits of an ABI's registers; the kernel ignores higher ones. */
uint64_t abi_register_mask(int abi);
/* The number at a table index. */
uint32_t abi_nr_at(int abi, int index);

/* Ids are the same on every ABI of a build, and sort as the names do. */

/* The id of a number's name; 0 if it has none. */
unsigned abi_name_id(int abi, uint32_t nr);
/* The id of a name; 0 if no ABI has such a call. */
unsigned abi_id(const char *name);
/* The name that is probably meant by one that no call has, such as "raed", "READ"
 * or "SYS_read", behind the name of an ABI and a colon if there is one; in a
 * buffer that the next call overwrites.  NULL if it is like none. */
const char *abi_near_name(const char *name);
/* The id after this one, in order of name: begin with 0; 0 ends. */
unsigned abi_next_id(unsigned id);
/* The name of an id, in a buffer that the next call of this function or of
 * abi_name overwrites. */
const char *abi_id_name(unsigned id);
/* The number that an id has on an ABI; -1 if the ABI lacks the call. */
int64_t abi_id_nr(int abi, unsigned id);

/* The name of a number, in abi_id_name's buffer; NULL if it has none. */
const char *abi_name(int abi, uint32_t nr);
/* Write a call as messages and lists name it: "open", "i386:open", "-1". */
void abi_write_call(struct out *, int abi, uint32_t nr);
/* The pairs of names that differ on 32-bit ABIs: the kernel's and the one in
 * musl's sys/syscall.h.  An empty name ends them. */
extern const char abi_musl_names[];
/* The name in musl's sys/syscall.h; NULL if it is the kernel's. */
const char *abi_musl_name(int abi, unsigned id);
/* The number of the kernel's or musl's name; -1 if the ABI lacks the call. */
int64_t abi_nr(int abi, const char *name);
