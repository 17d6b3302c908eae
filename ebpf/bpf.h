/* SPDX-License-Identifier: MIT
 *
 * bpf(2) as far as tap_ebpf.c needs it: linux/bpf.h of Linux 6.12, which musl
 * lacks, and an assembler's mnemonics.  Registers: r0 returns, r1..r5 are
 * arguments and lost in calls, r6..r9 are kept, r10 is the frame's end.
 */
#pragma once

#include <stdint.h>

struct bpf_insn {
	uint8_t code;
	uint8_t dst : 4, src : 4;
	int16_t off;
	int32_t imm;
};

/* A row of a program's source, half as large: at most one number, and what is
 * left of a register's place is for a small one, which may be a label. */
struct bpf_row {
	uint8_t code;
	uint8_t dst : 4, src : 4;
	int16_t n;
};

enum { r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, fp };

/* 64 bits wide; a W at the end: 32, and the upper half is 0 */
#define MOV(d, s)       { 0xbf, d, s, 0 }
#define MOVW(d, s)      { 0xbc, d, s, 0 }
#define MOV_K(d, k)     { 0xb7, d, 0, k }
#define ADD(d, s)       { 0x0f, d, s, 0 }
#define ADD_K(d, k)     { 0x07, d, 0, k }
#define ADDW_K(d, k)    { 0x04, d, 0, k }
#define AND(d, s)       { 0x5f, d, s, 0 }
#define AND_K(d, k)     { 0x57, d, 0, k }
#define LSH_K(d, k)     { 0x67, d, 0, k }
#define RSH_K(d, k)     { 0x77, d, 0, k }
#define MUL_K(d, k)     { 0x27, d, 0, k }
/* by numbers that are known only when the program is assembled */
#define XORW_CALL(d)    { BPF_XORW_K, d, 0, 0 }
#define XORW_ALIAS(d)    { BPF_XORW_K, d, 0, 1 }
/* memory, by its size: B, W (4 bytes) or D (8); k is small, and not negative */
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
/* two instructions in the end: the address of a map, by our number of it */
#define MAP(d, m)       { BPF_LD_MAP, d, 1, m }
/* none in the end: where jumps go */
#define LABEL(l)        { BPF_LABEL, 0, 0, l }
/* offsets that are known only then, and are none in the frame */
enum { AT_PID = -2000, AT_COMPAT };
enum {
	BPF_LD_MAP = 0x18, BPF_CALL = 0x85, BPF_EXIT = 0x95, BPF_XORW_K = 0xa4,
	BPF_LABEL = 0xff,
	/* classes of codes, their lowest 3 bits; jumps and arithmetic have
	 * another bit for a register instead of a number */
	BPF_ALU32 = 4, BPF_STORE_K = 2, BPF_JUMP = 5, BPF_ALU = 7, BPF_X = 8,
};

/* helpers */
enum {
	LOOKUP = 1,             /* (map, key): the value or NULL */
	UPDATE = 2,             /* (map, key, value, flags) */
	PROBE_READ = 4,         /* (to, size, from): 0, or an error */
	CPU = 8,
	PID_TGID = 14,          /* tgid << 32 | tid, of the init namespace */
	CURRENT_COMM = 16,      /* (to, size) */
	CURRENT_TASK = 35,
	PROBE_READ_KERNEL = 113,        /* Linux 5.5 */
	RINGBUF_OUTPUT = 130,           /* (map, data, size, flags); 5.8 */
	/* 5.11, with BTF: a pointer that loads can use */
	CURRENT_TASK_BTF = 158,
};

/* bpf(2)'s commands and its argument */
enum {
	BPF_MAP_CREATE, BPF_MAP_LOOKUP, BPF_MAP_UPDATE, BPF_MAP_DELETE,
	BPF_MAP_NEXT, BPF_PROG_LOAD, BPF_RAW_TRACEPOINT_OPEN = 17,
};
enum { BPF_HASH = 1, BPF_ARRAY = 2, BPF_RINGBUF = 27 };
enum { BPF_NOEXIST = 1 };
enum { BPF_RAW_TRACEPOINT = 17 };

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
