/* SPDX-License-Identifier: MIT
 *
 * elf.c: files of both sizes that are right, damaged, cut, or no files at all.
 */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#define ABIS(X) X(x86_64) X(i386)
#include "syscalls/abi.c"

static int n_reads;

static ssize_t
counting_pread(int fd, void *to, size_t n, off_t at)
{
	n_reads++;
	return pread(fd, to, n, at);
}

#define pread counting_pread
#include "image/elf.c"
#undef pread

static const char test_path[] = "unit_elf.tmp";
static unsigned char file[4096];
static size_t file_len;
static bool wide;

static void
put(size_t at, uint64_t v, size_t n)
{
	const uint32_t one = 1;
	const bool little = *(const char *)&one;
	size_t i;

	/* in this machine's byte order */
	for (i = 0; i < n; i++)
		file[at + (little ? i : n - 1 - i)] =
		    (unsigned char)(v >> 8 * i);
	if (file_len < at + n)
		file_len = at + n;
}

/* a word, or a field at one place of two */
static void
put_field(size_t base, size_t at64, size_t at32, uint64_t v, size_t n)
{
	put(base + (wide ? at64 : at32), v, n ? n : wide ? 8 : 4);
}

static void
put_program_header(int i, uint32_t type, uint64_t offset, uint64_t address,
    uint64_t size)
{
	size_t at = 64 + (size_t)i * (wide ? 56 : 32);

	put(at, type, 4);
	put_field(at, 8, 4, offset, 0);
	put_field(at, 16, 8, address, 0);
	put_field(at, 32, 16, size, 0);
}

static size_t dynamic_end;

static void
put_dynamic(uint64_t tag, uint64_t v)
{
	size_t bytes = wide ? 8 : 4;

	put(dynamic_end, tag, bytes);
	put(dynamic_end + bytes, v, bytes);
	dynamic_end += 2 * bytes;
}

enum {
	BASE = 0x10000, DYNAMIC = 0x200, SYMBOLS = 0x300, STRINGS = 0x400,
	HASH = 0x500, LOADER = 0x600, END = 0x640,
};

/* which table tells the number of symbols */
enum counted { BY_HASH, BY_GNU_HASH, BY_EMPTY_HASH, BY_STRINGS };

/* A program that imports rename and open, exports "own", and names libz.so. */
static void
make_file(uint16_t machine, enum counted counted)
{
	static const char strings[] = "\0rename\0own\0open\0libz.so";
	static const uint8_t name[] = { 0, 1, 8, 12 };
	size_t size = wide ? 24 : 16;
	int i;

	memset(file, 0, sizeof file);
	file_len = 0;
	file[EI_MAG0] = ELFMAG0;
	file[EI_MAG1] = ELFMAG1;
	file[EI_MAG2] = ELFMAG2;
	file[EI_MAG3] = ELFMAG3;
	file[EI_CLASS] = wide ? ELFCLASS64 : ELFCLASS32;
	put(18, machine, 2);
	put_field(0, 32, 28, 64, 0);
	put_field(0, 56, 44, 3, 2);
	put_program_header(0, PT_LOAD, 0, BASE, END);
	put_program_header(1, PT_DYNAMIC, DYNAMIC, BASE + DYNAMIC, 0x100);
	put_program_header(2, PT_INTERP, LOADER, BASE + LOADER, 16);
	dynamic_end = DYNAMIC;
	put_dynamic(DT_NEEDED, 17);
	put_dynamic(DT_STRTAB, BASE + STRINGS);
	put_dynamic(DT_SYMTAB, BASE + SYMBOLS);
	put_dynamic(DT_STRSZ, sizeof strings);
	put_dynamic(counted == BY_HASH ? DT_HASH : counted == BY_STRINGS ?
	    DT_DEBUG : DT_GNU_HASH, BASE + HASH);
	put_dynamic(DT_NULL, 0);
	/* the exported one is the last, so that a GNU hash table begins there */
	for (i = 0; i < 4; i++) {
		put(SYMBOLS + (size_t)i * size, name[i == 2 ? 3 : i == 3 ? 2 :
		    i], 4);
		put_field(SYMBOLS + (size_t)i * size, 6, 14, i == 3, 2);
	}
	memcpy(file + STRINGS, strings, sizeof strings);
	put(HASH + 4, counted == BY_EMPTY_HASH ? 1 : counted == BY_HASH ? 4 : 3,
	    4);
	memcpy(file + LOADER, "/lib/ld.so", 11);
	file_len = END;
}

static void
write_file(size_t len)
{
	static int fd = -1;

	/* one file: to make each anew takes 100 times as long */
	if (fd < 0)
		fd = open(test_path, O_RDWR | O_CREAT | O_TRUNC, 0700);
	if (fd < 0 || pwrite(fd, file, len, 0) != (ssize_t)len ||
	    ftruncate(fd, (off_t)len) < 0)
		die(test_path);
}

/* imports, then libraries, then the loader; how often the file was read is
 * returned */
static int
read_all(char *text)
{
	static struct elf e;
	const char *name;
	unsigned long i = 0;
	int n = 0;

	*text = '\0';
	n_reads = 0;
	if (elf_open(&e, test_path) < 0)
		return -1;
	while ((name = elf_next_import(&e, &i)) && ++n < 100)
		text += sprintf(text, "%s ", name);
	i = 0;
	n = 0;
	while ((name = elf_next_library(&e, &i)) && ++n < 100)
		text += sprintf(text, "+%s ", name);
	sprintf(text, "%s", elf_loader(&e));
	elf_close(&e);
	return n_reads;
}

static char result[65536];

static void
test_right(void)
{
	static const struct { uint16_t machine; bool wide; } kinds[] = {
		{ 62, true }, { 3, false },
	};
	static const char all[] = "rename open +libz.so /lib/ld.so";
	size_t i;
	int counted;

	for (i = 0; i < LENGTH(kinds); i++) {
		wide = kinds[i].wide;
		for (counted = BY_HASH; counted <= BY_STRINGS; counted++) {
			make_file(kinds[i].machine, counted);
			write_file(file_len);
			check(read_all(result) >= 0, "opens", "%d %d", (int)i,
			    counted);
			/* the strings are behind the symbols, and what is
			 * between them has no names */
			check_str("right", result, all);
		}
	}
	make_file(40, BY_HASH);
	write_file(file_len);
	check(read_all(result) < 0, "other_machine", "%s",
	    result);
}

/* cut after each byte, and with each byte of the headers replaced */
static void
test_damaged(void)
{
	static const unsigned char values[] = { 0, 1, 0x7f, 0x80, 0xff };
	size_t at, v;
	int n = 0, kind, reads;
	unsigned char was;

	for (kind = 0; kind < 2; kind++) {
		wide = kind == 0;
		make_file(wide ? 62 : 3, kind ? BY_HASH : BY_GNU_HASH);
		for (at = 0; at < file_len; at += 3, n++) {
			write_file(at);
			read_all(result);
		}
		for (at = 0; at < END; at++)
			for (v = 0; v < LENGTH(values); v++, n++) {
				was = file[at];
				file[at] = values[v];
				write_file(file_len);
				reads = read_all(result);
				file[at] = was;
				if (reads > 1500)
					check(false, "bounded", "%zu: %d", at,
					    reads);
			}
	}
	check(n > 10000, "damaged", "%d files", n);
}

/* Random bytes at random places of a real program. */
static void
test_damaged_program(void)
{
	static unsigned char program[1 << 20];
	int from = open("/bin/true", O_RDONLY), to, n, k;
	ssize_t len = from < 0 ? -1 : read(from, program, sizeof program);
	off_t at[8];

	if (len <= 0) {
		skip("damaged_program", "no /bin/true");
		return;
	}
	close(from);
	to = open(test_path, O_RDWR);
	if (to < 0 || write(to, program, (size_t)len) != len)
		die(test_path);
	alarm(60);
	for (n = 0; n < 10000; n++) {
		for (k = 0; k < 8; k++) {
			uint64_t r = random_64();

			at[k] = (off_t)(r >> 8) % (k < 4 ? 0x400 : len);
			pwrite(to, &r, 1 + (size_t)n % 4, at[k]);
		}
		read_all(result);
		for (k = 0; k < 8; k++)
			pwrite(to, program + at[k], 4 < len - at[k] ? 4 :
			    (size_t)(len - at[k]), at[k]);
		ftruncate(to, len);
	}
	close(to);
	check(true, "damaged_program", "%s", "");
}

static void
test_no_files(void)
{
	static const char *const others[] = {
		"/dev/zero", "/dev/null", "/proc/self/mem", "/proc/self/maps",
		"/proc/kmsg", "/", "unit_elf.fifo", "/nonexistent", "",
	};
	static struct elf e;
	size_t i;

	mkfifo("unit_elf.fifo", 0600);
	alarm(20);
	for (i = 0; i < LENGTH(others); i++)
		check(elf_open(&e, others[i]) < 0, "no_file", "%s", others[i]);
	unlink("unit_elf.fifo");
}

/* a program that exports very much, or says so */
static void
test_limit(void)
{
	static struct elf e;
	unsigned long i = 0;
	int n = 0;

	wide = true;
	make_file(62, BY_HASH);
	put(HASH + 4, 0xffffffff, 4);
	/* symbols up to the end of a large file, each with a far name */
	put(DYNAMIC + 3 * 16 + 8, 0xffffffffffff, 8);
	put(64 + 32, 1 << 28, 8);
	write_file(file_len);
	if (truncate(test_path, 1 << 28) < 0)
		die("truncate");
	n_reads = 0;
	if (elf_open(&e, test_path) < 0)
		die("limit");
	while (elf_next_import(&e, &i))
		n++;
	check(n < 100 && n_reads == ELF_READS_MAX && e.reads_left == 0,
	    "limit", "%d names, %d reads", n, n_reads);
	elf_close(&e);
}

/* a file that another process cuts while it is read; a name without an end */
static void
test_changing(void)
{
	static struct elf e;
	unsigned long i = 0;

	wide = true;
	make_file(62, BY_HASH);
	write_file(file_len);
	if (elf_open(&e, test_path) < 0 || truncate(test_path, SYMBOLS + 8) < 0)
		die("changing");
	check(!elf_next_import(&e, &i), "cut_later", "%s", "");
	elf_close(&e);
	make_file(62, BY_HASH);
	memset(file + STRINGS + 1, 'x', END - STRINGS - 1);
	write_file(file_len);
	read_all(result);
	check(strspn(result, "x") == ELF_NAME_MAX - 1, "no_end", "%s", result);
}

int
main(void)
{
	test_right();
	test_damaged();
	test_damaged_program();
	test_no_files();
	test_limit();
	test_changing();
	unlink(test_path);
	return unit_end();
}
