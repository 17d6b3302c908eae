/* SPDX-License-Identifier: MIT
 *
 * System call ABIs as data, number <-> name.  The only includer of syscalls/.
 * A name is stored once, whatever number of ABIs use it: the tables hold
 * numbers of names, which are sorted, so that numbers compare as names do.
 */
#include "syscalls/abi.h"

#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "lib/uapi.h"
#include "ptrace_arch.h"

#define COUNT(a) (sizeof (a) / sizeof *(a))

/* ids: 0 is "no name", then by name */
enum {
	ID_NONE,
#define NAME(name, coded) ID_##name,
#include "syscalls/names.h"
#undef NAME
	ID_END
};
_Static_assert((int)ID_END <= (int)ABI_ID_MAX, "ABI_ID_MAX");

/* front-coded, see syscalls/gen.sh */
static const char names[] =
#define NAME(name, coded) coded
#include "syscalls/names.h"
#undef NAME
;

/* place of a number: from the ABI's base on, arm's private calls after them */
#define POS(base, nr) ((nr) - (base) < ABI_TABLE_PRIVATE ? (nr) - (base) : \
	ABI_TABLE_PRIVATE + ((nr) & 0xf))

/* the tables of ABIs that this build does not use are dropped */
#define TABLE(abi) \
	__attribute__((unused)) static const uint16_t abi##_names[]

#define SYS(nr, name) [POS(BASE, nr)] = ID_##name,
#define BASE 0
TABLE(x86_64) = {
#include "syscalls/x86_64.h"
};
TABLE(i386) = {
#include "syscalls/i386.h"
};
TABLE(arm) = {
#include "syscalls/arm.h"
};
TABLE(aarch64) = {
#include "syscalls/aarch64.h"
};
TABLE(riscv64) = {
#include "syscalls/riscv64.h"
};
#undef BASE
#define BASE 0x40000000
TABLE(x32) = {
#include "syscalls/x32.h"
};
#undef BASE
#define BASE 4000
TABLE(mips_o32) = {
#include "syscalls/mips_o32.h"
};
#undef BASE
#define BASE 5000
TABLE(mips_n64) = {
#include "syscalls/mips_n64.h"
};
#undef BASE
#define BASE 6000
TABLE(mips_n32) = {
#include "syscalls/mips_n32.h"
};
#undef BASE
#undef SYS

/* rows: ABI, audit arch, bits, big-endian, table, base, libseccomp's name */
#define ROW(id, arch, bits_, big, table, base_, scmp_) \
	{ .name = #id, .scmp = "SCMP_ARCH_" scmp_, .audit_arch = arch, \
	  .base = base_, .bits = bits_, .big_endian = big, \
	  .n = COUNT(table##_names), .names = table##_names },
#define LE32(elf) (AUDIT_LE | elf)
#define LE64(elf) (AUDIT_64BIT | AUDIT_LE | elf)
#define BE64(elf) (AUDIT_64BIT | elf)
#define ABI_x86_64 ROW(x86_64, LE64(EM_X86_64_), 64, 0, x86_64, 0, "X86_64")
#define ABI_i386 ROW(i386, LE32(EM_386_), 32, 0, i386, 0, "X86")
#define ABI_x32 ROW(x32, LE64(EM_X86_64_), 32, 0, x32, 0x40000000, "X32")
#define ABI_aarch64 \
	ROW(aarch64, LE64(EM_AARCH64_), 64, 0, aarch64, 0, "AARCH64")
#define ABI_arm ROW(arm, LE32(EM_ARM_), 32, 0, arm, 0, "ARM")
#define ABI_riscv64 ROW(riscv64, LE64(EM_RISCV_), 64, 0, riscv64, 0, "RISCV64")
#define ABI_mips ROW(mips, EM_MIPS_, 32, 1, mips_o32, 4000, "MIPS")
#define ABI_mipsel ROW(mipsel, LE32(EM_MIPS_), 32, 0, mips_o32, 4000, "MIPSEL")
#define ABI_mips64 ROW(mips64, BE64(EM_MIPS_), 64, 1, mips_n64, 5000, "MIPS64")
#define ABI_mipsel64 \
	ROW(mipsel64, LE64(EM_MIPS_), 64, 0, mips_n64, 5000, "MIPSEL64")
#define ABI_mips64n32 ROW(mips64n32, BE64(EM_MIPS_) | AUDIT_N32, 32, 1, \
	mips_n32, 6000, "MIPS64N32")
#define ABI_mipsel64n32 ROW(mipsel64n32, LE64(EM_MIPS_) | AUDIT_N32, 32, 0, \
	mips_n32, 6000, "MIPSEL64N32")

/* the tests build this file with every ABI */
#ifndef ABIS
#define ABIS ARCH_ABIS
#endif
#define ABI_ROW(id) ABI_##id
const struct abi abis[] = { ABIS(ABI_ROW) };
const int abi_count = COUNT(abis);

int
abi_find(uint32_t audit_arch, uint32_t nr)
{
	/* x32 shares x86_64's audit arch; -1 is nobody's call, not x32's */
	bool x32 = nr >> 30 == 1;
	int i;

	for (i = 0; i < abi_count; i++)
		if (abis[i].audit_arch == audit_arch &&
		    (abis[i].base >> 30 == 1) == x32)
			return i;
	for (i = 0; i < abi_count; i++)
		if (abis[i].audit_arch == audit_arch)
			return i;
	return -1;
}

int
abi_by_name(const char *name, size_t len)
{
	int i;

	for (i = 0; i < abi_count; i++)
		if (strlen(abis[i].name) == len &&
		    !memcmp(abis[i].name, name, len))
			return i;
	return -1;
}

int
abi_table_index(int abi, uint32_t nr)
{
	const struct abi *a = &abis[abi];
	uint32_t pos = nr - a->base;

	if (pos < ABI_TABLE_PRIVATE)
		return pos < a->n ? (int)pos : -1;
	pos = nr - ABI_NR_FIRST_PRIVATE;
	if (pos >= ABI_TABLE_MAX - ABI_TABLE_PRIVATE)
		return -1;
	pos += ABI_TABLE_PRIVATE;
	return pos < a->n ? (int)pos : -1;
}

uint32_t
abi_nr_at(int abi, int pos)
{
	if (pos >= ABI_TABLE_PRIVATE)
		return ABI_NR_FIRST_PRIVATE + (uint32_t)(pos - ABI_TABLE_PRIVATE);
	return abis[abi].base + (uint32_t)pos;
}

unsigned
abi_name_id(int abi, uint32_t nr)
{
	int pos = abi_table_index(abi, nr);

	return pos < 0 ? 0 : abis[abi].names[pos];
}

/* decode one name over the one before; where the next begins */
static const char *
decode(const char *coded, char name[ABI_NAME_MAX])
{
	char *to = name + *coded++ - 1;

	while (*coded >= ' ')
		*to++ = *coded++;
	*to = '\0';
	return coded;
}

const char *
abi_id_name(unsigned id)
{
	static char name[ABI_NAME_MAX];
	const char *p = names;

	while (id--)
		p = decode(p, name);
	return name;
}

unsigned
abi_next_id(unsigned id)
{
	return id + 1 < ID_END ? id + 1 : 0;
}

unsigned
abi_id(const char *name)
{
	char each[ABI_NAME_MAX];
	const char *p = names;
	unsigned id;

	for (id = 1; *p; id++) {
		p = decode(p, each);
		if (!strcmp(each, name))
			return id;
	}
	return 0;
}

const char *
abi_name(int abi, uint32_t nr)
{
	unsigned id = abi_name_id(abi, nr);

	return id ? abi_id_name(id) : NULL;
}

/* of a 32-bit ABI: the kernel's name and musl's, where they differ */
static const char musl_names[] =
	"clock_getres\0clock_getres_time32\0"
	"clock_gettime\0clock_gettime32\0"
	"clock_nanosleep\0clock_nanosleep_time32\0"
	"clock_settime\0clock_settime32\0"
	"gettimeofday\0gettimeofday_time32\0"
	"settimeofday\0settimeofday_time32\0"
	"timer_gettime\0timer_gettime32\0"
	"timer_settime\0timer_settime32\0"
	"timerfd_gettime\0timerfd_gettime32\0"
	"timerfd_settime\0timerfd_settime32\0"
	"arm_fadvise64_64\0fadvise64_64\0"
	"arm_sync_file_range\0sync_file_range2\0";

/* one to the other */
static const char *
musl_name(int abi, const char *name, bool to_musl)
{
	const char *s = musl_names, *next;

	for (; abis[abi].bits == 32 && *s; s = next + strlen(next) + 1) {
		next = s + strlen(s) + 1;
		if (!strcmp(to_musl ? s : next, name))
			return to_musl ? next : s;
	}
	return NULL;
}

const char *
abi_musl_name(int abi, unsigned id)
{
	return musl_name(abi, abi_id_name(id), true);
}

int64_t
abi_id_nr(int abi, unsigned id)
{
	int pos;

	for (pos = 0; id && pos < abis[abi].n; pos++)
		if (abis[abi].names[pos] == id)
			return abi_nr_at(abi, pos);
	return -1;
}

int64_t
abi_nr(int abi, const char *name)
{
	int64_t nr = abi_id_nr(abi, abi_id(name));
	const char *kernel;

	if (nr < 0 && (kernel = musl_name(abi, name, false)))
		nr = abi_id_nr(abi, abi_id(kernel));
	return nr;
}
