/* SPDX-License-Identifier: MIT
 *
 * libFuzzer's target for the ELF reader: a file in memory is read to its end,
 * its imports looked up.  Built by `make fuzz-elf`.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static const unsigned char *bytes;
static size_t n_bytes;

static ssize_t
fuzz_pread(int fd, void *to, size_t n, off_t at)
{
	(void)fd;
	if (at < 0 || (size_t)at >= n_bytes)
		return 0;
	if (n > n_bytes - (size_t)at)
		n = n_bytes - (size_t)at;
	memcpy(to, bytes + at, n);
	return (ssize_t)n;
}

static int
fuzz_open_regular(const char *path, off_t *size)
{
	(void)path;
	/* a file that became shorter */
	*size = (off_t)n_bytes + (n_bytes % 7 ? 0 : 100);
	return 1000;
}

#define pread fuzz_pread
#define sys_open_regular fuzz_open_regular
/* more machines than this one's */
#define ABIS(X) X(x86_64) X(i386) X(arm)
#include "syscalls/abi.c"
#include "image/elf.c"
#include "syscalls/imports.h"

static void
check_call(void *arg, unsigned call, unsigned function)
{
	(void)arg;
	if (!(call & IMPORTS_ID) || !*imports_function(function))
		abort();
}

static bool any_import;

/* the seeds have imports: if none was seen, nothing was tried */
static void
check_any_import(void)
{
	if (!any_import)
		abort();
}

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return atexit(check_any_import);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct elf e;
	char *name;
	const char *library;
	unsigned long i = 0;

	bytes = data;
	n_bytes = size;
	if (elf_open(&e, "") < 0)
		return 0;
	while ((name = elf_next_import(&e, &i))) {
		if (strlen(name) >= ELF_NAME_MAX)
			abort();
		any_import = true;
		imports_find(name, check_call, NULL);
	}
	i = 0;
	while ((library = elf_next_library(&e, &i)))
		if (strlen(library) >= ELF_NAME_MAX)
			abort();
	if (strlen(elf_loader(&e)) >= ELF_NAME_MAX ||
	    e.reads_left < 0)
		abort();
	return 0;
}
