/* SPDX-License-Identifier: MIT
 *
 * abi.c with every ABI that utrace knows, whatever this machine's is: each line
 * of each table there and back, and what lies between the lines.
 */
#include "unit.h"

#define ABIS ABI_ALL
#include "syscalls/abi.c"

struct line {
	uint32_t nr;
	const char *name;
};

/* the tables again, as lines that end with an empty one */
#define SYS(nr, name) { nr, #name },
#define END { 0, NULL }
static const struct line x86_64_lines[] = {
#include "syscalls/x86_64.h"
	END
};
static const struct line i386_lines[] = {
#include "syscalls/i386.h"
	END
};
static const struct line x32_lines[] = {
#include "syscalls/x32.h"
	END
};
static const struct line aarch64_lines[] = {
#include "syscalls/aarch64.h"
	END
};
static const struct line arm_lines[] = {
#include "syscalls/arm.h"
	END
};
static const struct line riscv64_lines[] = {
#include "syscalls/riscv64.h"
	END
};
static const struct line o32_lines[] = {
#include "syscalls/mips_o32.h"
	END
};
static const struct line n64_lines[] = {
#include "syscalls/mips_n64.h"
	END
};
static const struct line n32_lines[] = {
#include "syscalls/mips_n32.h"
	END
};

static const char *const all_names[] = {
#define NAME(name) #name,
#include "syscalls/names.h"
#undef NAME
};
enum { N_NAMES = LENGTH(all_names) };

/* linux/audit.h, asm/unistd.h and seccomp(3) once more, not by our own macros;
 * two calls of each, as a spot check of the tables */
static const struct {
	const char *name;
	const struct line *lines;
	uint32_t audit_arch, base;
	int bits;
	bool big_endian;
	const char *scmp;
	uint32_t openat, io_uring_setup;
} known[] = {
	{ "x86_64", x86_64_lines, 0xc000003e, 0, 64, 0, "X86_64", 257, 425 },
	{ "i386", i386_lines, 0x40000003, 0, 32, 0, "X86", 295, 425 },
	{ "x32", x32_lines, 0xc000003e, 0x40000000, 32, 0, "X32",
	  0x40000101, 0x400001a9 },
	{ "aarch64", aarch64_lines, 0xc00000b7, 0, 64, 0, "AARCH64", 56, 425 },
	{ "arm", arm_lines, 0x40000028, 0, 32, 0, "ARM", 322, 425 },
	{ "riscv64", riscv64_lines, 0xc00000f3, 0, 64, 0, "RISCV64", 56, 425 },
	{ "mips", o32_lines, 0x8, 4000, 32, 1, "MIPS", 4288, 4425 },
	{ "mipsel", o32_lines, 0x40000008, 4000, 32, 0, "MIPSEL", 4288, 4425 },
	{ "mips64", n64_lines, 0x80000008, 5000, 64, 1, "MIPS64", 5247, 5425 },
	{ "mipsel64", n64_lines, 0xc0000008, 5000, 64, 0, "MIPSEL64",
	  5247, 5425 },
	{ "mips64n32", n32_lines, 0xa0000008, 6000, 32, 1, "MIPS64N32",
	  6251, 6425 },
	{ "mipsel64n32", n32_lines, 0xe0000008, 6000, 32, 0, "MIPSEL64N32",
	  6251, 6425 },
};
enum { N_KNOWN = LENGTH(known), ARM = 4 };

static bool
check_abi(int abi, const char *what, bool ok, uint32_t nr)
{
	char name[64];

	sprintf(name, "%s_%s", known[abi].name, what);
	return check(ok, name, "%" PRIu32 " (0x%" PRIx32 ")", nr, nr);
}

/* as in the bits/syscall.h of musl 1.2, where the plain names are of calls with
 * 64-bit times only */
static void
test_musl(int abi)
{
	static const struct { const char *kernel, *musl; } pairs[] = {
		{ "clock_gettime", "clock_gettime32" },
		{ "clock_getres", "clock_getres_time32" },
		{ "settimeofday", "settimeofday_time32" },
		{ "timerfd_settime", "timerfd_settime32" },
		{ "arm_fadvise64_64", "fadvise64_64" },
	};
	const char *musl;
	int64_t nr;
	size_t i;

	for (i = 0; i < LENGTH(pairs); i++) {
		nr = abi_nr(abi, pairs[i].kernel);
		musl = abi_musl_name(abi, abi_id(pairs[i].kernel));
		if (nr < 0)
			continue;
		check_abi(abi, pairs[i].musl, known[abi].bits == 32 ? musl &&
		    !strcmp(musl, pairs[i].musl) &&
		    abi_nr(abi, pairs[i].musl) == nr :
		    !musl && abi_nr(abi, pairs[i].musl) == -1, (uint32_t)nr);
	}
	check_abi(abi, "no_musl_name",
	    !abi_musl_name(abi, abi_id("read")), 0);
}

static void
test_row(int abi)
{
	const struct abi *a = &abis[abi];

	check_abi(abi, "name", !strcmp(a->name, known[abi].name), 0);
	check_abi(abi, "scmp", !strncmp(a->scmp, "SCMP_ARCH_", 10) &&
	    !strcmp(a->scmp + 10, known[abi].scmp), 0);
	check_abi(abi, "audit_arch", a->audit_arch == known[abi].audit_arch,
	    a->audit_arch);
	check_abi(abi, "base", a->base == known[abi].base, a->base);
	check_abi(abi, "bits", a->bits == known[abi].bits, a->bits);
	check_abi(abi, "byte_order", a->big_endian == known[abi].big_endian, 0);
	check_abi(abi, "fits", a->n <= (abi == ARM ? (int)ABI_TABLE_MAX :
	    (int)ABI_TABLE_PRIVATE), a->n);
	check_abi(abi, "openat",
	    abi_nr(abi, "openat") == known[abi].openat, known[abi].openat);
	check_abi(abi, "io_uring_setup",
	    abi_nr(abi, "io_uring_setup") == known[abi].io_uring_setup,
	    known[abi].io_uring_setup);
	check_abi(abi, "no_such_call", abi_nr(abi, "no_such_call") == -1 &&
	    abi_nr(abi, "") == -1, 0);
	test_musl(abi);
}

/* number -> name -> number, place -> number */
static bool
round_trips(int abi, const struct line *l)
{
	const char *name = abi_name(abi, l->nr);
	unsigned id = abi_name_id(abi, l->nr);
	int pos = abi_table_index(abi, l->nr);

	return name && !strcmp(name, l->name) && id &&
	    abi_id(l->name) == id && !strcmp(abi_id_name(id), name) &&
	    abi_nr(abi, l->name) == l->nr && pos >= 0 && pos < abis[abi].n &&
	    abi_nr_at(abi, pos) == l->nr && abis[abi].names[pos] == id;
}

static void
test_lines(int abi)
{
	const struct line *first = known[abi].lines, *l, *m;

	for (l = first; l->name && round_trips(abi, l); l++)
		;
	check_abi(abi, "round_trip", !l->name, l->nr);
	check_abi(abi, "has_many", l - first > 300, (uint32_t)(l - first));
	for (l = first; l[1].name && l->nr < l[1].nr; l++)
		;
	check_abi(abi, "numbers_sorted", !l[1].name, l->nr);
	for (l = first; l->name; l++) {
		for (m = first; m < l && strcmp(l->name, m->name) != 0; m++)
			;
		if (m < l)
			break;
	}
	check_abi(abi, "names_differ", !l->name, l->nr);
}

static bool
is_listed(int abi, uint32_t nr)
{
	const struct line *l;

	for (l = known[abi].lines; l->name; l++)
		if (l->nr == nr)
			return true;
	return false;
}

/* a number has a name only if it has a line; a place belongs to one number */
static bool
is_consistent(int abi, uint32_t nr)
{
	bool named = abi_name(abi, nr) != NULL;
	int pos = abi_table_index(abi, nr);

	return named == is_listed(abi, nr) &&
	    named == (abi_name_id(abi, nr) != 0) &&
	    (pos < 0 ? !named : pos < ABI_TABLE_MAX && abi_nr_at(abi, pos) == nr);
}

/* all around every border that one of the ABIs has */
static void
test_gaps(int abi)
{
	static const uint32_t around[] = {
		0, 4000, 5000, 6000, 0xf0000, 0x100f0000, 0x3fffffff,
		0x40000000, 0x400f0000, 0x80000000, 0xc0000000, 0xffff0000,
	};
	uint32_t nr;
	size_t i;
	int d;

	for (i = 0; i < LENGTH(around); i++) {
		for (d = -700; d <= 1300; d++) {
			nr = around[i] + (uint32_t)d;
			if (!is_consistent(abi, nr)) {
				check_abi(abi, "gaps", false, nr);
				return;
			}
		}
	}
	check_abi(abi, "gaps", true, 0);
}

static void
test_bounds(int abi)
{
	uint32_t base = abis[abi].base, end = base + abis[abi].n;

	check_abi(abi, "first_place", abi_table_index(abi, base) == 0, base);
	check_abi(abi, "before_base", abi_table_index(abi, base - 1) == -1, base - 1);
	check_abi(abi, "minus_one", abi_table_index(abi, UINT32_MAX) == -1 &&
	    !abi_name(abi, UINT32_MAX), UINT32_MAX);
	if (abi == ARM)
		return;
	check_abi(abi, "last_place",
	    abi_table_index(abi, end - 1) == abis[abi].n - 1, end - 1);
	check_abi(abi, "after_last", abi_table_index(abi, end) == -1, end);
	check_abi(abi, "no_private_calls", abi_table_index(abi, 0xf0000) == -1 &&
	    abi_table_index(abi, 0xf0002) == -1 && abi_table_index(abi, base + 0xf0002) == -1,
	    0xf0002);
}

/* asm/unistd.h of arm: six private calls, far outside the table */
static void
test_arm(void)
{
	static const char *const private[] = {
		"breakpoint", "cacheflush", "usr26", "usr32", "set_tls",
		"get_tls",
	};
	static const uint32_t outside[] = {
		0xeffff, 0xf0007, 0xf0008, 0xf000f, 0xf0010, 0xf0011, 0xf0012,
		0xf0101, 0x1f0001, 0x100f0001, 0x800f0001, ABI_TABLE_PRIVATE,
		ABI_TABLE_PRIVATE + 1, ABI_TABLE_PRIVATE + 2, ABI_TABLE_MAX - 1,
		ABI_TABLE_MAX, ABI_TABLE_MAX + 1, 0xf0000 - ABI_TABLE_PRIVATE,
		0xf0001 - ABI_TABLE_PRIVATE,
	};
	uint32_t nr;
	size_t i;

	for (nr = 0xf0001; nr <= 0xf0006; nr++)
		check_abi(ARM, private[nr - 0xf0001], abi_name(ARM, nr) &&
		    !strcmp(abi_name(ARM, nr), private[nr - 0xf0001]) &&
		    abi_nr(ARM, private[nr - 0xf0001]) == nr &&
		    abi_table_index(ARM, nr) > abi_table_index(ARM, nr - 1), nr);
	check_abi(ARM, "0xf0000_is_a_gap", !abi_name(ARM, 0xf0000), 0xf0000);
	for (i = 0; i < LENGTH(outside); i++)
		if (abi_table_index(ARM, outside[i]) != -1 || abi_name(ARM, outside[i]))
			break;
	check_abi(ARM, "private_calls_have_no_alias",
	    i == LENGTH(outside), outside[i % LENGTH(outside)]);
}

/* an ABI's own calls are its own, whatever else is compiled in */
static void
test_find(void)
{
	static const uint32_t strangers[] = {
		0, 1, 3, 0x28, 0x80000000, 0x3e, 0x4000003e, 0x8000003e,
		0x400000b7, 0x400000f3, 0x20000008, 0x60000008, 0xc0000016,
		0xffffffff,
	};
	const struct line *l;
	size_t i;
	int abi;

	for (abi = 0; abi < N_KNOWN; abi++) {
		for (l = known[abi].lines; l->name; l++)
			if (abi_find(known[abi].audit_arch, l->nr) != abi)
				break;
		check_abi(abi, "find", !l->name, l->nr);
	}
	for (abi = 0; abi < N_KNOWN; abi++)
		check_abi(abi, "find_minus_one", abi_find(known[abi].audit_arch,
		    UINT32_MAX) == (abi == 2 ? 0 : abi), UINT32_MAX);
	for (abi = 3; abi < N_KNOWN; abi++)
		check_abi(abi, "find_bit_30", abi_find(known[abi].audit_arch,
		    0x40000000) == abi, 0x40000000);
	check_num("find_x32_gap", abi_find(0xc000003e, 0x40000fff), 2);
	check_num("find_x32_last", abi_find(0xc000003e, 0x7fffffff), 2);
	check_num("find_x86_64_bits_0_29", abi_find(0xc000003e, 0x3fffffff), 0);
	check_num("find_x86_64_bit_31", abi_find(0xc000003e, 0x80000000), 0);
	check_num("find_x86_64_99999", abi_find(0xc000003e, 99999), 0);
	for (i = 0; i < LENGTH(strangers); i++)
		if (abi_find(strangers[i], 0) != -1)
			break;
	check(i == LENGTH(strangers), "find_strangers",
	    "0x%" PRIx32 " was found", strangers[i % LENGTH(strangers)]);
}

static void
test_by_name(void)
{
	static const char *const none[] = {
		"", "x86", "x86_6", "x86_64x", "x33", "X32", "mips32", ":",
	};
	size_t i;
	int abi;

	for (abi = 0; abi < N_KNOWN; abi++)
		check_abi(abi, "by_name", abi_by_name(known[abi].name,
		    strlen(known[abi].name)) == abi, 0);
	check_num("by_name_takes_len", abi_by_name("i386:open", 4), 1);
	for (i = 0; i < LENGTH(none); i++)
		if (abi_by_name(none[i], strlen(none[i])) != -1)
			break;
	check(i == LENGTH(none), "by_name_unknown", "\"%s\"",
	    none[i % LENGTH(none)]);
}

static bool
is_used(unsigned id)
{
	int abi, pos;

	for (abi = 0; abi < abi_count; abi++)
		for (pos = 0; pos < abis[abi].n; pos++)
			if (abis[abi].names[pos] == id)
				return true;
	return false;
}

static void
test_names(void)
{
	static const char *const none[] = {
		"", "a", "opena", "openat3", "open at", "openat ", "OPENAT",
		"zzz", "_", "no_name",
	};
	unsigned id = 0, last = 0;
	size_t i;
	int n;

	for (n = 0; (id = abi_next_id(id)); n++, last = id) {
		if (n == N_NAMES ||
		    strcmp(abi_id_name(id), all_names[n]) != 0 ||
		    id <= last || abi_id(all_names[n]) != id || !is_used(id) ||
		    id >= ABI_ID_MAX || strlen(all_names[n]) >= ABI_NAME_MAX ||
		    (n && strcmp(all_names[n - 1], all_names[n]) >= 0))
			break;
	}
	check(id == 0 && n == N_NAMES, "names_sorted_and_complete",
	    "wrong at %d: %s", n, abi_id_name(id));
	for (i = 0; i < LENGTH(none); i++)
		if (abi_id(none[i]) != 0)
			break;
	check(i == LENGTH(none), "names_unknown", "\"%s\"",
	    none[i % LENGTH(none)]);
}

int
main(void)
{
	int abi;

	if (!check_num("abis", abi_count, N_KNOWN))
		return unit_end();
	for (abi = 0; abi < abi_count; abi++) {
		test_row(abi);
		test_lines(abi);
		test_gaps(abi);
		test_bounds(abi);
	}
	test_arm();
	test_find();
	test_by_name();
	test_names();
	return unit_end();
}
