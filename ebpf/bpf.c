/* SPDX-License-Identifier: MIT
 *
 * Assemble eBPF programs, and call bpf(2).  Knows no particular program or map.
 */
#include "ebpf/bpf.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- the assembler */

/* the number of instructions that a row becomes */
static int
width(const struct bpf_row *r)
{
	return r->code == BPF_LABEL ? 0 : r->code == BPF_LD_MAP ? 2 : 1;
}

/* Assemble a jump at index pc; targets[] holds the index of each label.  The
 * label is in the field that the comparison leaves free. */
static struct bpf_insn
assemble_jump(const struct bpf_row *r, const int targets[], int pc)
{
	struct bpf_insn i = { .code = r->code, .dst = r->dst };
	int label = r->src;

	if (r->code & BPF_X) {
		i.src = r->src;
		label = r->n;
	} else {
		i.imm = r->n;
	}
	i.off = (int16_t)(targets[label] - pc - 1);
	return i;
}

static struct bpf_insn
assemble_other(const struct bpf_row *r)
{
	struct bpf_insn i = { .code = r->code, .dst = r->dst, .src = r->src };
	int class = r->code & 7;

	if (r->code == BPF_LD_MAP || r->code == BPF_CALL || class == BPF_ALU ||
	    class == BPF_ALU32)
		i.imm = r->n;
	else
		i.off = r->n;
	if (class == BPF_STORE_K) {
		i.imm = r->src;
		i.src = 0;
	}
	return i;
}

uint32_t
bpf_assemble(const struct bpf_row *rows, size_t n, struct bpf_insn *out)
{
	const struct bpf_row *r, *end = rows + n;
	int targets[BPF_LABELS_MAX], pc = 0;

	for (r = rows; r < end; pc += width(r++))
		if (r->code == BPF_LABEL)
			targets[r->n] = pc;
	for (r = rows, pc = 0; r < end; pc += width(r++)) {
		if (r->code == BPF_LABEL)
			continue;
		out[pc] = (r->code & 7) != BPF_JUMP || r->code == BPF_CALL ||
		    r->code == BPF_EXIT ? assemble_other(r) :
		    assemble_jump(r, targets, pc);
		if (r->code == BPF_LD_MAP)
			out[pc + 1] = (struct bpf_insn){ 0 };
	}
	return (uint32_t)pc;
}

/* --- bpf(2) */

enum {
	MAP_CREATE, MAP_LOOKUP, MAP_UPDATE, MAP_DELETE, MAP_NEXT_KEY, PROG_LOAD,
	RAW_TRACEPOINT_OPEN = 17,
};
enum { PROG_TYPE_RAW_TRACEPOINT = 17 };

/* the kernel's union bpf_attr as far as these commands use it */
union bpf_attr {
	struct {
		uint32_t type, key_size, value_size, entries, flags;
	} map;
	struct {
		uint32_t fd, pad;
		uint64_t key, value, flags;
	} element;
	struct {
		uint32_t type, n;
		uint64_t insns, license;
		uint32_t log_level, log_size;
		uint64_t log;
	} prog;
	struct {
		uint64_t name;
		uint32_t fd, pad;
	} tracepoint;
};

static int
bpf(int command, union bpf_attr *a)
{
	return (int)syscall(SYS_bpf, command, a, sizeof *a);
}

int
bpf_create_map(uint32_t type, uint32_t key_size, uint32_t value_size,
    uint32_t entries)
{
	union bpf_attr a = { .map = {
		.type = type, .key_size = key_size, .value_size = value_size,
		.entries = entries,
	} };

	return bpf(MAP_CREATE, &a);
}

static int
element(int command, int map, const void *key, const void *value)
{
	union bpf_attr a = { .element = {
		.fd = (uint32_t)map,
		.key = (uintptr_t)key, .value = (uintptr_t)value,
	} };

	return bpf(command, &a);
}

int
bpf_lookup(int map, const void *key, void *value)
{
	return element(MAP_LOOKUP, map, key, value);
}

int
bpf_update(int map, const void *key, const void *value)
{
	return element(MAP_UPDATE, map, key, value);
}

int
bpf_next_key(int map, const void *key, void *next)
{
	return element(MAP_NEXT_KEY, map, key, next);
}

int
bpf_load(const struct bpf_insn *insns, uint32_t n)
{
	union bpf_attr a = { .prog = {
		.type = PROG_TYPE_RAW_TRACEPOINT,
		.n = n,
		.insns = (uintptr_t)insns,
		/* the helpers that read the kernel's memory are GPL-only */
		.license = (uintptr_t)"Dual MIT/GPL",
	} };
	int tries = 100, fd;

	/* the verifier gives up while a signal is pending, even SIGCONT */
	while ((fd = bpf(PROG_LOAD, &a)) < 0 && errno == EAGAIN && --tries > 0)
		;
	return fd;
}

int
bpf_attach(int program, const char *tracepoint)
{
	union bpf_attr a = { .tracepoint = {
		.name = (uintptr_t)tracepoint, .fd = (uint32_t)program,
	} };

	return bpf(RAW_TRACEPOINT_OPEN, &a);
}
