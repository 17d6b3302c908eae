/* SPDX-License-Identifier: MIT
 *
 * Read an ELF file as the kernel and the loader do, by its program headers and
 * its dynamic section: the section headers may be stripped.  The file is not
 * mapped, because to read a file that another process truncates is then a
 * SIGBUS.
 */
#include "image/elf.h"

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/sys.h"
#include "lib/uapi.h"
#include "syscalls/abi.h"

enum { MIPS_ABI2 = 0x20 };      /* e_flags: n32 */

/* n bytes at an offset, at most ELF_NAME_MAX, valid until the next call; NULL if
 * the file lacks them */
static const unsigned char *
read_bytes(struct elf *e, unsigned long offset, size_t n)
{
	if (n > e->size || offset > e->size - n || e->reads_left == 0)
		return NULL;
	e->reads_left--;
	/* a file that became shorter ends here */
	return pread(e->fd, e->bytes, n, (off_t)offset) == (ssize_t)n ?
	    e->bytes : NULL;
}

/* a number of n bytes of the file's byte order */
static unsigned long
number_from(const struct elf *e, const unsigned char *p, size_t n)
{
	unsigned long v = 0;
	size_t i;

	for (i = 0; i < n; i++)
		v = v << 8 | p[e->big ? i : n - 1 - i];
	return v;
}

/* a word of a struct of the file: its place with 64 and with 32 bits */
static unsigned long
word(const struct elf *e, const unsigned char *p, int at64, int at32)
{
	return number_from(e, p + (e->wide ? at64 : at32), e->wide ? 8 : 4);
}

/* a number of two bytes */
static unsigned long
half(const struct elf *e, const unsigned char *p, int at64, int at32)
{
	return number_from(e, p + (e->wide ? at64 : at32), 2);
}

/* The offset in the file of what the first program header of a type describes
 * or, for PT_LOAD, of an address; 0 if there is none. */
static unsigned long
find_segment(struct elf *e, unsigned long type, unsigned long address)
{
	size_t header_size = e->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	unsigned long at = e->headers, n = e->n_headers, skip;
	const unsigned char *p;

	for (; n > 0 && (p = read_bytes(e, at, header_size)); n--) {
		at += header_size;
		if (number_from(e, p, 4) != type)
			continue;
		skip = type == PT_LOAD ? address - word(e, p, 16, 8) : 0;
		if (skip < word(e, p, 32, 16))
			return word(e, p, 8, 4) + skip;
	}
	return 0;
}

/* The ABI that a file's machine makes calls of; -1: unknown, as is x32. */
static int
find_abi(const struct elf *e, const unsigned char *header)
{
	uint32_t machine = (uint32_t)number_from(e, header + 18, 2);
	uint32_t arch = machine | (e->big ? 0 : AUDIT_LE);

	if (e->wide)
		arch |= AUDIT_64BIT;
	else if (machine == EM_MIPS_ &&
	    (number_from(e, header + 36, 4) & MIPS_ABI2))
		arch |= AUDIT_64BIT | AUDIT_N32;
	return abi_find(arch, 0);
}

static int
read_header(struct elf *e)
{
	const unsigned char *p = read_bytes(e, 0, sizeof(Elf64_Ehdr));

	if (!p || memcmp(p, ELFMAG, SELFMAG) != 0)
		return -1;
	e->wide = p[EI_CLASS] == ELFCLASS64;
	e->big = p[EI_DATA] == ELFDATA2MSB;
	e->abi = find_abi(e, p);
	e->headers = word(e, p, 32, 28);
	e->n_headers = half(e, p, 56, 44);
	e->dynamic = find_segment(e, PT_DYNAMIC, 0);
	return e->abi;
}

/* The value of the i-th entry of the dynamic section that has this tag; 0:
 * there are not that many. */
static unsigned long
find_dynamic(struct elf *e, unsigned long tag, unsigned long i)
{
	size_t size = e->wide ? 16 : 8;
	unsigned long at = e->dynamic, t;
	const unsigned char *p;

	for (; at && (p = read_bytes(e, at, size)); at += size) {
		t = word(e, p, 0, 0);
		if (t == DT_NULL)
			break;
		if (t == tag && i-- == 0)
			return word(e, p, 8, 4);
	}
	return 0;
}

/* the offset in the file of the address in an entry; 0 if there is none */
static unsigned long
find_table(struct elf *e, unsigned long tag)
{
	return find_segment(e, PT_LOAD, find_dynamic(e, tag, 0));
}

static size_t
symbol_size(const struct elf *e)
{
	return e->wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
}

/* No entry tells how many symbols there are.  Of the hash tables, the old kind
 * has a chain for each symbol, and the new one begins behind the imported
 * symbols, unless it is empty: then GNU ld says 1, and puts the strings behind
 * the symbols, as it does where there is neither table. */
static void
find_symbols(struct elf *e)
{
	unsigned long hash = find_table(e, DT_HASH);
	const unsigned char *p;

	if (!hash)
		hash = find_table(e, DT_GNU_HASH);
	p = read_bytes(e, hash + 4, 4);
	if (hash && p)
		e->n_symbols = number_from(e, p, 4);
	e->strings = find_table(e, DT_STRTAB);
	e->strings_size = find_dynamic(e, DT_STRSZ, 0);
	e->symbols = find_table(e, DT_SYMTAB);
	if (e->n_symbols <= 1 && e->strings > e->symbols)
		e->n_symbols = (e->strings - e->symbols) / symbol_size(e);
}

int
elf_open(struct elf *e, const char *path)
{
	struct stat st;

	memset(e, 0, sizeof *e);
	e->reads_left = ELF_READS_MAX;
	/* to open a device can do something, and to open a pipe can wait */
	if (sys_stat(AT_FDCWD, path, 0, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	e->fd = sys_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (e->fd < 0)
		return -1;
	e->size = (unsigned long)st.st_size;
	e->dev = st.st_dev;
	e->ino = st.st_ino;
	if (read_header(e) >= 0) {
		find_symbols(e);
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

/* a string at an offset that has at most limit bytes with its NUL, or NULL */
static const char *
string_at(struct elf *e, unsigned long offset, unsigned long limit)
{
	const unsigned char *p;

	if (offset >= e->size)
		return NULL;
	if (limit > e->size - offset)
		limit = e->size - offset;
	if (limit > ELF_NAME_MAX)
		limit = ELF_NAME_MAX;
	p = read_bytes(e, offset, limit);
	return p && memchr(p, '\0', limit) ? (const char *)p : NULL;
}

/* a string of the dynamic string table */
static const char *
dynamic_string(struct elf *e, unsigned long at)
{
	return at < e->strings_size ? string_at(e, e->strings + at,
	    e->strings_size - at) : NULL;
}

const char *
elf_next_import(struct elf *e, unsigned long *i)
{
	size_t size = symbol_size(e);
	const unsigned char *p;
	const char *name;

	while (*i < e->n_symbols &&
	    (p = read_bytes(e, e->symbols + *i * size, size))) {
		++*i;
		if (half(e, p, 6, 14) != SHN_UNDEF)
			continue;
		name = dynamic_string(e, number_from(e, p, 4));
		if (name && *name)
			return name;
	}
	return NULL;
}

const char *
elf_next_library(struct elf *e, unsigned long *i)
{
	unsigned long at = find_dynamic(e, DT_NEEDED, (*i)++);

	return at ? dynamic_string(e, at) : NULL;
}

const char *
elf_loader(struct elf *e)
{
	unsigned long at = find_segment(e, PT_INTERP, 0);
	const char *path = at ? string_at(e, at, ELF_NAME_MAX) : NULL;

	return path ? path : "";
}
