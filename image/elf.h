/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	ELF_NAME_MAX = 128,     /* bytes of a name, with its NUL */
	ELF_READS_MAX = 30000,  /* of one file */
};

/* An ELF file of this machine's byte order, which may be damaged, hostile, or
 * change while it is read.  Nothing is mapped, the number of reads is bounded,
 * and what is outside the file reads as zeros. */
struct elf {
	int fd;
	bool wide;              /* 64-bit */
	int abi;                /* of its calls: index into abis[] */
	unsigned long size;
	unsigned long headers, n_headers;       /* program headers */
	unsigned long dynamic;                  /* the dynamic section */
	unsigned long symbols, n_symbols;
	unsigned long strings;
	int reads_left;         /* 0: the limit stopped the reading, or a
				 * damaged file */
	uint32_t words[ELF_NAME_MAX / 4];       /* what was read last */
};

/* Open a regular file and read its headers.  Returns -1 if it can't
 * be read, or is no ELF file of an ABI of this build. */
int elf_open(struct elf *, const char *path);
void elf_close(struct elf *);
/* The name of an imported symbol from index *i on, which is advanced behind it;
 * NULL: there are no more.  Valid until the next call, and may be changed. */
char *elf_next_import(struct elf *, unsigned long *i);
/* The same for the libraries that it names. */
const char *elf_next_library(struct elf *, unsigned long *i);
/* The size of the executable segment from program header *i on, which is advanced
 * behind it, and its offset and address; 0: there are no more. */
unsigned long elf_next_code(struct elf *, unsigned long *i,
    unsigned long *offset, unsigned long *address);
/* The path of its loader; "" if it has none.  Valid until the next call. */
const char *elf_loader(struct elf *);
