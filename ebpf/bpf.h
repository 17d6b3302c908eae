/* SPDX-License-Identifier: MIT
 *
 * An assembler for eBPF and the commands of bpf(2) that the ebpf tap needs.
 * Both are here, and so are the numbers of linux/bpf.h (Linux 6.12), because
 * musl has no such header and the tap must not need a compiler or a library.
 *
 * Registers: r0 holds a helper's or the program's result, r1 to r5 hold
 * arguments and are lost in calls of helpers, r6 to r9 survive them, r10 (fp)
 * is the end of the stack frame.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* the kernel's instruction */
struct bpf_insn {
	uint8_t code;
	uint8_t dst : 4, src : 4;
	int16_t off;
	int32_t imm;
};

/* An instruction in a program's source, half as large: n is its only number.
 * Where no source register is needed, src holds a small number or a label. */
struct bpf_row {
	uint8_t code;
	uint8_t dst : 4, src : 4;
	int16_t n;
};

enum {
	BPF_INSNS_MAX = 256,    /* rows or instructions in a program */
	BPF_LABELS_MAX = 16,    /* since src has 4 bits */
};

enum { r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, fp };

/* Arithmetic has 64 bits; with W it has 32 and clears the upper half.  _K takes
 * a number instead of a second register. */
#define MOV(d, s)       { 0xbf, d, s, 0 }
#define MOVW(d, s)      { 0xbc, d, s, 0 }
#define MOV_K(d, k)     { BPF_MOV_K, d, 0, k }
#define ADD(d, s)       { 0x0f, d, s, 0 }
#define ADD_K(d, k)     { 0x07, d, 0, k }
#define ADDW_K(d, k)    { 0x04, d, 0, k }
#define AND(d, s)       { 0x5f, d, s, 0 }
#define AND_K(d, k)     { 0x57, d, 0, k }
#define LSH_K(d, k)     { 0x67, d, 0, k }
#define RSH_K(d, k)     { 0x77, d, 0, k }
#define MUL_K(d, k)     { 0x27, d, 0, k }
#define XORW_K(d, k)    { BPF_XORW_K, d, 0, k }
/* Loads and stores of a byte (B), 4 bytes (W) or 8 (D) at offset o.  The k of a
 * store is at most 15, and not negative. */
#define LDB(d, s, o)    { 0x71, d, s, o }
#define LDW(d, s, o)    { 0x61, d, s, o }
#define LDD(d, s, o)    { 0x79, d, s, o }
#define STB_K(d, o, k)  { 0x72, d, k, o }
#define STW_K(d, o, k)  { 0x62, d, k, o }
#define STD_K(d, o, k)  { 0x7a, d, k, o }
#define STB(d, o, s)    { 0x73, d, s, o }
#define STW(d, o, s)    { 0x63, d, s, o }
#define STD(d, o, s)    { 0x7b, d, s, o }
#define XADD(d, o, s)   { 0xdb, d, s, o }
/* jumps, to a label */
#define JA(l)           { 0x05, 0, l, 0 }
#define JEQ(d, s, l)    { 0x1d, d, s, l }
#define JEQ_K(d, k, l)  { 0x15, d, l, k }
#define JNE(d, s, l)    { 0x5d, d, s, l }
#define JNE_K(d, k, l)  { 0x55, d, l, k }
#define JGE_K(d, k, l)  { 0x35, d, l, k }
#define JLE_K(d, k, l)  { 0xb5, d, l, k }
#define CALL(helper)    { BPF_CALL, 0, 0, helper }
#define EXIT            { BPF_EXIT, 0, 0, 0 }
/* The address of a map, by the map's number in this program.  It becomes two
 * instructions, and its imm has to be replaced by the map's descriptor. */
#define MAP(d, m)       { BPF_LD_MAP, d, 1, m }
/* the target of jumps; it becomes no instruction */
#define LABEL(l)        { BPF_LABEL, 0, 0, l }
enum {
	BPF_LD_MAP = 0x18, BPF_CALL = 0x85, BPF_EXIT = 0x95, BPF_XORW_K = 0xa4,
	BPF_MOV_K = 0xb7, BPF_LABEL = 0xff,
	/* classes: the lowest 3 bits of a code */
	BPF_STORE_K = 2, BPF_ALU32 = 4, BPF_JUMP = 5, BPF_ALU = 7,
	/* in jumps and arithmetic: a register instead of a number */
	BPF_X = 8,
};

/* helpers */
enum {
	LOOKUP = 1,             /* (map, key): the value's address or NULL */
	UPDATE = 2,             /* (map, key, value, flags) */
	PROBE_READ = 4,         /* (to, size, from): 0, or an error */
	CPU = 8,
	PID_TGID = 14,          /* tgid << 32 | tid, in the init namespace */
	CURRENT_COMM = 16,      /* (to, size): the thread's name */
	CURRENT_TASK = 35,
	UNDER_CGROUP = 37,      /* (map, index): 1 if the thread is in it */
	PROBE_READ_KERNEL = 113,        /* as PROBE_READ; Linux 5.5 */
	RINGBUF_OUTPUT = 130,           /* (map, data, size, flags); 5.8 */
	/* a pointer that loads can use; 5.11, in kernels with BTF */
	CURRENT_TASK_BTF = 158,
};

/* types of maps, and a flag of UPDATE */
enum { BPF_HASH = 1, BPF_ARRAY = 2, BPF_CGROUPS = 8, BPF_RINGBUF = 27 };
enum { BPF_NOEXIST = 1 };

/* Translate n rows to instructions; returns how many there are, at most
 * BPF_INSNS_MAX. */
uint32_t bpf_assemble(const struct bpf_row *, size_t n, struct bpf_insn *);

/* Each returns -1 and errno on failure; ENOSYS: the kernel has no bpf(2). */

/* a descriptor of a new map */
int bpf_create_map(uint32_t type, uint32_t key_size, uint32_t value_size,
	uint32_t entries);
int bpf_lookup(int map, const void *key, void *value);
int bpf_update(int map, const void *key, const void *value);
/* the key after this one, or the first for NULL; ENOENT: there is none */
int bpf_next_key(int map, const void *key, void *next);
/* Load a program for raw tracepoints; returns its descriptor.  EINVAL: this
 * kernel lacks a helper or cannot trace by BPF. */
int bpf_load(const struct bpf_insn *, uint32_t n);
/* Run the loaded program at each hit of the tracepoint, until the descriptor
 * that this returns is closed.  ENOENT: there is no such tracepoint. */
int bpf_attach(int program, const char *tracepoint);
