/* SPDX-License-Identifier: MIT
 *
 * Number <-> name, for this build's ABIs.  The only includer of the tables.
 * A name is stored once, however many ABIs use it: the tables hold the ids of
 * names.  Ids are in order of name, so they compare as the names do.
 */
#include "syscalls/abi.h"

#include <string.h>

#include "lib/out.h"
#include "lib/util.h"
#include "lib/small.h"
#include "ptrace_arch.h"
#include "syscalls/abis.h"
#include "syscalls/ids.h"

#define COUNT(a) (sizeof (a) / sizeof *(a))

_Static_assert((int)ID_END <= (int)ABI_ID_MAX, "ABI_ID_MAX is too small");

/* by id; the word before the first one is of what has no name */
static const char names[] = "\0"
#define NAME(name) #name "\0"
#include "syscalls/names.h"
#undef NAME
;

/* Table index of a number: counted from the table's base; arm's private calls
 * come after all others. */
#define INDEX(base, nr) ((nr) - (base) < ABI_TABLE_PRIVATE ? (nr) - (base) : \
	ABI_TABLE_PRIVATE + ((nr) & 0xf))

#define TABLE_BASE(table, base) BASE_##table = base,
enum { ABI_TABLES(TABLE_BASE) };

/* the compiler drops the tables that this build does not use */
#define TABLE(table) \
	__attribute__((unused)) static const uint16_t table##_names[]

#define SYS(nr, name) [INDEX(BASE, nr)] = ID_##name,
#define BASE BASE_x86_64
TABLE(x86_64) = {
#include "syscalls/x86_64.h"
};
#undef BASE
#define BASE BASE_i386
TABLE(i386) = {
#include "syscalls/i386.h"
};
#undef BASE
#define BASE BASE_x32
TABLE(x32) = {
#include "syscalls/x32.h"
};
#undef BASE
#define BASE BASE_aarch64
TABLE(aarch64) = {
#include "syscalls/aarch64.h"
};
#undef BASE
#define BASE BASE_arm
TABLE(arm) = {
#include "syscalls/arm.h"
};
#undef BASE
#define BASE BASE_riscv64
TABLE(riscv64) = {
#include "syscalls/riscv64.h"
};
#undef BASE
#define BASE BASE_mips_o32
TABLE(mips_o32) = {
#include "syscalls/mips_o32.h"
};
#undef BASE
#define BASE BASE_mips_n64
TABLE(mips_n64) = {
#include "syscalls/mips_n64.h"
};
#undef BASE
#define BASE BASE_mips_n32
TABLE(mips_n32) = {
#include "syscalls/mips_n32.h"
};
#undef BASE
#undef SYS

#include "syscalls/values.h"

/* the unit tests choose other ABIs than this machine's */
#ifndef ABIS
#define ABIS ARCH_ABIS
#endif

/* a row that is missing leaves its macro's name as text */
#define NOTHING(...)
#define TEXT(...) TEXT_OF(__VA_ARGS__)
#define TEXT_OF(...) #__VA_ARGS__
#define CHECK_ROW(abi) _Static_assert( \
	sizeof TEXT(ABI_ROW_##abi(NOTHING)) == 1, \
	"ARCH_ABIS of ptrace_arch.h or ABI_ALL names " #abi \
	", which has no row in syscalls/abis.h");
ABIS(CHECK_ROW)
ABI_ALL(CHECK_ROW)

#define ROW(name_, arch, bits_, table, scmp_) { \
	.name = #name_, .scmp = "SCMP_ARCH_" scmp_, .audit_arch = arch, \
	.base = BASE_##table, .bits = bits_, \
	.big_endian = !((arch) & AUDIT_LE), \
	.n = COUNT(table##_names), .names = table##_names, \
	FULL(.value_names = ((arch) & 0xffff) == EM_MIPS_ ? mips_values : \
	    other_values,) },
#define ABI_ROW(abi) ABI_ROW_##abi(ROW)
const struct abi abis[] = { ABIS(ABI_ROW) };
const int abi_count = COUNT(abis);

int
abi_find(uint32_t audit_arch, uint32_t nr)
{
	/* x32 shares x86_64's audit architecture; -1 is not one of its calls */
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
	uint32_t index = nr - a->base;

	if (index < ABI_TABLE_PRIVATE)
		return index < a->n ? (int)index : -1;
	index = nr - ABI_NR_FIRST_PRIVATE;
	if (index >= ABI_TABLE_MAX - ABI_TABLE_PRIVATE)
		return -1;
	index += ABI_TABLE_PRIVATE;
	return index < a->n ? (int)index : -1;
}

uint64_t
abi_register_mask(int abi)
{
	return abis[abi].bits == 64 ? UINT64_MAX : UINT32_MAX;
}

uint32_t
abi_nr_at(int abi, int index)
{
	if (index >= ABI_TABLE_PRIVATE)
		return ABI_NR_FIRST_PRIVATE +
		    (uint32_t)(index - ABI_TABLE_PRIVATE);
	return abis[abi].base + (uint32_t)index;
}

unsigned
abi_name_id(int abi, uint32_t nr)
{
	int index = abi_table_index(abi, nr);

	return index < 0 ? 0 : abis[abi].names[index];
}

const char *
abi_id_name(unsigned id)
{
	return util_word(names, (int)id);
}

unsigned
abi_next_id(unsigned id)
{
	return id + 1 < ID_END ? id + 1 : 0;
}

/* where the names of a first letter, from '_' to 'z', begin */
struct letter {
	const char *names;
	uint16_t id;            /* of the first name; 0: there is none */
};
enum { LETTERS = 'z' - '_' + 1 };

static void
find_letters(struct letter *letters)
{
	const char *s = names + 1;
	unsigned id;

	for (id = 1; *s; id++, s += strlen(s) + 1)
		if (!letters[*s - '_'].id)
			letters[*s - '_'] = (struct letter){ s, (uint16_t)id };
}

unsigned
abi_id(const char *name)
{
	/* from the beginning, a policy file of 1 MiB would take seconds */
	static struct letter letters[LETTERS];
	unsigned i = (unsigned)*name - '_', id;
	const char *s;

	if (!letters['w' - '_'].id)
		find_letters(letters);
	if (i >= LETTERS || !letters[i].id)
		return 0;
	s = letters[i].names;
	for (id = letters[i].id; *s == *name; id++, s += strlen(s) + 1)
		if (!strcmp(s, name))
			return id;
	return 0;
}

const char *
abi_near_name(const char *name)
{
	const char *s = strchr(name, ':');
	size_t edits;

	if (s)
		name = s + 1;
	/* of an architecture that is not in this build */
	if (abi_id(name))
		return NULL;
	if (!strncmp(name, "__NR_", 5))
		name += 5;
	else if (!strncmp(name, "SYS_", 4) || !strncmp(name, "sys_", 4))
		name += 4;
	for (edits = 0; edits < 2; edits++)
		for (s = names + 1; *s; s += strlen(s) + 1)
			if (util_is_near(name, s, edits))
				return s;
	return NULL;
}

const char *
abi_name(int abi, uint32_t nr)
{
	unsigned id = abi_name_id(abi, nr);

	return id ? abi_id_name(id) : NULL;
}

void
abi_write_call(struct out *o, int abi, uint32_t nr)
{
	const char *name = abi_name(abi, nr);

	/* abi_count: gcc warns if there is only one */
	if (abi && abi_count > 1) {
		out_str(o, abis[abi].name);
		out_char(o, ':');
	}
	if (name)
		out_str(o, name);
	else
		out_num(o, (int32_t)nr);
}

const char abi_musl_names[] =
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

/* the other name of a pair, or NULL */
static const char *
musl_name(int abi, const char *name, bool to_musl)
{
	const char *s = abi_musl_names, *next;

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
	int i;

	for (i = 0; id && i < abis[abi].n; i++)
		if (abis[abi].names[i] == id)
			return abi_nr_at(abi, i);
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
