/* SPDX-License-Identifier: MIT
 *
 * Read an ELF file as the kernel and the loader do, by its program headers and
 * its dynamic section: the section headers may be stripped.  The file is not
 * mapped, because to read a file that another process truncates is then a
 * SIGBUS.
 */
#include "image/elf.h"

#include <elf.h>
#include <string.h>
#include <unistd.h>

#include "lib/sys.h"
#include "lib/uapi.h"
#include "syscalls/abi.h"

/* Read what is at an offset into the words.  The kernel compares the offset with
 * the size, which may have changed.  Nothing is read after an offset outside the
 * file. */
static char *
read_at(struct elf *e, unsigned long offset)
{
	memset(e->words, 0, sizeof e->words);
	/* without the last byte: it ends a name */
	if (e->reads_left > 0 &&
	    pread(e->fd, e->words, ELF_NAME_MAX - 1, (off_t)offset) > 0)
		e->reads_left--;
	else
		e->reads_left = 0;
	return (char *)e->words;
}

/* A machine of 32 bits has no ABI with 64. */
static bool
is_wide(const struct elf *e)
{
	return sizeof(long) == 8 && e->wide;
}

/* a word of what was read: its place with 64 and with 32 bits */
static unsigned long
word(const struct elf *e, int at64, int at32)
{
	unsigned long v;

	if (!is_wide(e))
		return e->words[at32 / 4];
	memcpy(&v, e->words + at64 / 4, sizeof v);
	return v;
}

/* a number of two bytes */
static unsigned
half(const struct elf *e, int at64, int at32)
{
	uint16_t v;

	memcpy(&v, (const char *)e->words + (is_wide(e) ? at64 : at32), sizeof v);
	return v;
}

static void
read_header(struct elf *e, unsigned long i)
{
	read_at(e, e->headers + i * (is_wide(e) ? sizeof(Elf64_Phdr) :
	    sizeof(Elf32_Phdr)));
}

/* The offset in the file of what the first program header of a type describes
 * or, for PT_LOAD, of an address; 0 if there is none. */
static unsigned long
find_segment(struct elf *e, unsigned type, unsigned long address)
{
	unsigned long i, into;

	for (i = 0; i < e->n_headers && e->reads_left > 0; i++) {
		read_header(e, i);
		into = type == PT_LOAD ? address - word(e, 16, 8) : 0;
		if (*e->words == type && into < word(e, 32, 16))
			return word(e, 8, 4) + into;
	}
	return 0;
}

/* The value of the i-th entry of the dynamic section that has this tag; 0:
 * there are not that many. */
static unsigned long
find_dynamic(struct elf *e, unsigned long tag, unsigned long i)
{
	unsigned long at = e->dynamic, t;

	do {
		read_at(e, at);
		at += is_wide(e) ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);
		t = e->dynamic ? word(e, 0, 0) : DT_NULL;
		if (t == tag && i-- == 0)
			return word(e, 8, 4);
	} while (t != DT_NULL);
	return 0;
}

/* the offset in the file of the address in an entry; 0 if there is none */
static unsigned long
find_table(struct elf *e, unsigned long tag)
{
	return find_segment(e, PT_LOAD, find_dynamic(e, tag, 0));
}

static unsigned long
symbol_size(const struct elf *e)
{
	return is_wide(e) ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
}

/* No entry tells how many symbols there are.  Of the hash tables, the old kind
 * has a chain for each symbol, and the new one begins behind the imported
 * symbols, unless it is empty: then GNU ld says 1, and puts the strings behind
 * the symbols, as it does where there is neither table. */
static void
find_symbols(struct elf *e)
{
	unsigned long hash = find_table(e, DT_HASH);

	if (!hash)
		hash = find_table(e, DT_GNU_HASH);
	if (hash) {
		read_at(e, hash);
		e->n_symbols = e->words[1];
	}
	e->strings = find_table(e, DT_STRTAB);
	e->symbols = find_table(e, DT_SYMTAB);
	if (e->n_symbols <= 1 && e->strings > e->symbols)
		e->n_symbols = (e->strings - e->symbols) / symbol_size(e);
}

int
elf_open(struct elf *e, const char *path)
{
	uint32_t arch;
	off_t size;

	memset(e, 0, sizeof *e);
	e->reads_left = ELF_READS_MAX;
	e->fd = sys_open_regular(path, &size);
	if (e->fd < 0)
		return -1;
	e->size = (unsigned long)size;
	/* a file of /proc has no size, and to read it can wait */
	if (size && !memcmp(read_at(e, 0), ELFMAG, SELFMAG)) {
		e->wide = ((const char *)e->words)[EI_CLASS] == ELFCLASS64;
		arch = half(e, 18, 18) | (abis[0].audit_arch & AUDIT_LE) |
		    (e->wide ? AUDIT_64BIT : 0);
		e->abi = abi_find(arch, 0);
		e->headers = word(e, 32, 28);
		e->n_headers = half(e, 56, 44);
		e->dynamic = find_segment(e, PT_DYNAMIC, 0);
		find_symbols(e);
		if (e->abi >= 0)
			return 0;
	}
	elf_close(e);
	return -1;
}

void
elf_close(struct elf *e)
{
	close(e->fd);
}

char *
elf_next_import(struct elf *e, unsigned long *i)
{
	char *name;

	while (*i < e->n_symbols && e->reads_left > 0) {
		read_at(e, e->symbols + (*i)++ * symbol_size(e));
		if (half(e, 6, 14) != SHN_UNDEF)
			continue;
		name = read_at(e, e->strings + *e->words);
		if (*name)
			return name;
	}
	return NULL;
}

const char *
elf_next_library(struct elf *e, unsigned long *i)
{
	unsigned long at = find_dynamic(e, DT_NEEDED, (*i)++);

	return at ? read_at(e, e->strings + at) : NULL;
}

unsigned long
elf_next_code(struct elf *e, unsigned long *i, unsigned long *offset,
    unsigned long *address)
{
	while (*i < e->n_headers && e->reads_left > 0) {
		read_header(e, (*i)++);
		if (*e->words != PT_LOAD ||
		    !(e->words[is_wide(e) ? 1 : 6] & PF_X))
			continue;
		*offset = word(e, 8, 4);
		*address = word(e, 16, 8);
		return word(e, 32, 16);
	}
	return 0;
}

const char *
elf_loader(struct elf *e)
{
	unsigned long at = find_segment(e, PT_INTERP, 0);

	return at ? read_at(e, at) : "";
}
