/* SPDX-License-Identifier: MIT
 *
 * Why an execve failed.  The kernel returns the same errno for a file and for
 * what the file needs: the interpreter of a script, the loader of a program.
 */
#include "trace/exec_error.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lib/errors.h"
#include "lib/out.h"
#include "lib/sys.h"
#include "lib/uapi.h"
#include "lib/util.h"
#include "syscalls/abi.h"

/* what the kernel reads of a file before it decides how to execute it */
union head {
	char text[PATH_MAX + 1];
	Elf32_Ehdr elf32;
	Elf64_Ehdr elf64;
};

static bool
is_elf(const union head *h)
{
	return !memcmp(h->text, ELFMAG, SELFMAG);
}

/* The machine, register size and byte order as in an audit architecture. */
static uint32_t
elf_arch(const union head *h)
{
	const uint8_t *machine = (const uint8_t *)&h->elf32.e_machine;
	bool little = h->text[EI_DATA] == ELFDATA2LSB;

	return (uint32_t)(machine[!little] | machine[little] << 8) |
	    (h->text[EI_CLASS] == ELFCLASS64 ? AUDIT_64BIT : 0) |
	    (little ? AUDIT_LE : 0);
}

static void
write_arch(struct out *o, uint32_t arch)
{
	static const uint8_t machines[] = {
		EM_X86_64_, EM_386_, EM_MIPS_, EM_ARM_, EM_AARCH64_, EM_RISCV_,
	};
	static const char names[] =
	    "x86-64\0i386\0MIPS\0ARM\0AArch64\0RISC-V\0another machine\0";
	size_t i = 0;

	while (i < sizeof machines && machines[i] != (arch & 0xffff))
		i++;
	out_fmt(o, "%s, %s-endian", util_word(names, (int)i),
	    arch & AUDIT_LE ? "little" : "big");
}

/* Returns the script's interpreter, in place, or NULL. */
static const char *
interpreter(union head *h)
{
	char *name = h->text + 2;

	if (memcmp(h->text, "#!", 2) != 0)
		return NULL;
	name += strspn(name, " \t");
	name[strcspn(name, " \t\n")] = '\0';
	return name;
}

/* The same for the loader of a program of this byte order. */
static const char *
loader(int fd, union head *h)
{
	bool wide = h->text[EI_CLASS] == ELFCLASS64;
	uint64_t at = wide ? h->elf64.e_phoff : h->elf32.e_phoff;
	int n = wide ? h->elf64.e_phnum : h->elf32.e_phnum;
	const size_t size = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	const Elf32_Phdr *p32;
	const Elf64_Phdr *p64;

	for (; n > 0 && at <= PATH_MAX - size; n--, at += size) {
		p32 = (const void *)(h->text + at);
		p64 = (const void *)p32;
		if (p32->p_type != PT_INTERP)
			continue;
		at = wide ? p64->p_offset : p32->p_offset;
		memset(h, 0, sizeof *h);
		if (pread(fd, h->text, PATH_MAX, (off_t)at) > 0)
			return h->text;
	}
	return NULL;
}

/* what the file itself has to do with the error */
static void
write_cause(struct out *o, int fd, const union head *h, int error)
{
	enum { NOEXEC = 8 };            /* linux/statfs.h */
	struct statfs fs;

	if (error == EACCES) {
		if (sys_statfs(fd, &fs) == 0 && (fs.f_flags & NOEXEC))
			out_str(o, "; its file system is mounted noexec");
	} else if (error != ENOEXEC && error != ELIBBAD) {
		return;
	} else if (!is_elf(h)) {
		out_str(o, "; it is neither ELF nor a script with #!");
	} else if (elf_arch(h) != abis[0].audit_arch) {
		out_str(o, "; it is for ");
		write_arch(o, elf_arch(h));
		out_str(o, "; this machine is ");
		write_arch(o, abis[0].audit_arch);
	}
}

void
exec_explain(struct out *o, const char *path, int error)
{
	static union head h;            /* path may be in it */
	const char *next;
	off_t size;
	int fd, depth = 0;

	for (;;) {
		fd = sys_open_regular(path, &size);
		if (fd < 0 || (error == EACCES &&
		    syscall(SYS_faccessat, AT_FDCWD, path, X_OK) < 0))
			break;
		memset(&h, 0, sizeof h);
		read(fd, h.text, PATH_MAX);
		next = !is_elf(&h) ? interpreter(&h) :
		    error == ENOEXEC ? NULL : loader(fd, &h);
		if (!next || depth++ == 5)
			break;
		out_fmt(o, ": it needs %s", next);
		path = next;
		close(fd);
	}
	out_fmt(o, ": %s", error_text(error));
	if (fd >= 0)
		write_cause(o, fd, &h, error);
	else if (strchr(path, '\r'))
		out_str(o, "; its line ends with CR LF");
}
