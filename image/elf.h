/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ELF_NAME_MAX = 128,     /* bytes of a name, with its NUL */
	ELF_READS_MAX = 30000,  /* of one file */
};

/* An ELF file, which may be damaged, hostile, or change while it is read: each
 * offset is compared with the size, nothing is mapped, and the number of reads
 * is bounded.  On a machine of 32 bits, the addresses of a 64-bit file lose
 * their upper half, which their differences don't have. */
struct elf {
	int fd;
	bool wide, big;         /* 64-bit; big-endian */
	int abi;                /* of its calls: index into abis[] */
	unsigned long size;
	uint64_t dev, ino;
	unsigned long headers, n_headers;       /* program headers */
	unsigned long dynamic;                  /* the dynamic section */
	unsigned long symbols, n_symbols;
	unsigned long strings, strings_size;
	int reads_left;         /* 0: the limit stopped the reading */
	unsigned char bytes[ELF_NAME_MAX];
};

/* Open a regular file and read its headers.  Returns -1 if it can't
 * be read, or is no ELF file of a machine that this build knows. */
int elf_open(struct elf *, const char *path);
void elf_close(struct elf *);
/* The name of an imported symbol from index *i on, which is advanced behind it;
 * NULL: there are no more.  Valid until the next call. */
const char *elf_next_import(struct elf *, unsigned long *i);
/* The same for the libraries that it names. */
const char *elf_next_library(struct elf *, unsigned long *i);
/* The path of its loader; "" if it has none.  Valid until the next call. */
const char *elf_loader(struct elf *);
