/* SPDX-License-Identifier: MIT
 *
 * The programs that count calls in the kernel, and the layout of the maps that
 * they share with the tracer.  Tids in the maps are those of the initial PID
 * namespace, whatever namespace PROGRAM or utrace is in.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "ptrace_arch.h"
#include "syscalls/abi.h"

struct bpf_row;

#define EBPF_ONE(abi) + 1
enum {
	N_ABIS = 0 ARCH_ABIS(EBPF_ONE),
	/* the tables of all ABIs, one after the other */
	COUNTS_MAX = N_ABIS * ABI_TABLE_MAX,
	/* the index of the second ABI's table, if there is one */
	COMPAT_TABLE = N_ABIS > 1 ? ABI_TABLE_MAX : 0,
	/* the kernel's own limit; /proc/sys/kernel/pid_max may be lower */
	TIDS_MAX = sizeof(long) == 8 ? 1 << 22 : 1 << 15,
	/* tids whose states are one value of M_STATES, for fast reads */
	TID_GROUP_BITS = 10,
	TID_GROUP = 1 << TID_GROUP_BITS,
	/* Each CPU adds to one of so many arrays of counts, so that few share a
	 * cache line.  A power of two. */
	COUNT_SHARDS = sizeof(long) == 8 ? 16 : 4,
	UNLISTED_MAX = 256,
	BY_ARGS_MAX = 512,
	MASKS_MAX = 256,
	/* bytes of task_struct in which its pid is looked for, at most the size
	 * of a value of M_COUNTS */
	TASK_BYTES = 4096,
};

/* The maps.  States are by tid and not by process, because a thread group
 * leader may end before its threads. */
enum ebpf_map {
	M_STATES,       /* enum thread_state, a byte for each tid */
	M_COUNTS,       /* counts by index in the tables, for each shard */
	M_UNLISTED,     /* counts by struct ebpf_key: numbers in no table */
	M_BY_ARGS,      /* counts by struct ebpf_key: calls with arguments */
	M_TOTALS,       /* struct ebpf_totals */
	M_CONFIG,       /* struct ebpf_config */
	M_FOLDER,       /* a cgroup: those who execute in it are followed */
	M_END,          /* ring buffer: a record when no thread is left */
	N_MAPS
};

enum thread_state {
	/* the thread is followed: its calls are counted and the threads and
	 * processes that it starts are followed, too */
	FOLLOWED = 1,
	/* A thread group leader that was followed and has ended.  Another
	 * thread of the group can take over the leader's tid by an exec, in
	 * which the leader ends before sched_process_exec tells of the
	 * change. */
	LEADER_ENDED,
};

/* what the programs report beside counts of calls */
struct ebpf_totals {
	/* Followed threads that live.  Not reliable once a running thread was
	 * marked from outside: it may end or execute at that moment. */
	uint64_t live_threads;
	uint64_t new_processes; /* started by followed threads */
	uint64_t lost;          /* calls or threads without room in a map */
	/* the address of the task_struct that was copied last, and its tid or
	 * that of the thread that made the last marker call */
	uint64_t task;
	uint32_t tid;
};

/* What to do with the calls at one index of the tables.  From RULE_MASK on:
 * count them apart by their arguments, under the mask of that index. */
enum ebpf_rule { RULE_COUNT, RULE_SKIP, RULE_MASK };

/* the settings of the programs */
struct ebpf_config {
	uint32_t pid_offset;    /* in task_struct; 0 while it is unknown */
	/* in task_struct, of the byte with the bit TS_COMPAT; or 0 */
	uint32_t compat_offset;
	uint32_t loading_tid;   /* a followed thread that is not yet counted */
	uint32_t target_tid;    /* a marker call's object; 0: its caller */
	uint32_t ignore_markers;
	uint8_t rule[COUNTS_MAX];
	uint32_t mask[MASKS_MAX][4];
};

/* a kind of call in M_UNLISTED or M_BY_ARGS */
struct ebpf_key {
	uint32_t abi, index;    /* index: the number without the ABI's base */
	uint32_t args[3];       /* their low halves under the mask; else 0 */
};

/* A marker call is a system call whose number, a random base plus one of these,
 * the kernel lacks.  The programs obey it if the calling thread's name is the
 * random marker name. */
enum ebpf_marker {
	MARKER_FOLLOW,  /* follow target_tid, or the caller, not yet counted */
	MARKER_UNFOLLOW,
	/* the lowest base; arm raises SIGILL for numbers from 0xf0000 on */
	MARKER_NR_MIN = 0x80000,
};

/* While pid_offset is unknown, a thread with the marker name that forks gets
 * its and its child's task_struct copied to these values of M_COUNTS.  The
 * lowest bit of the character after the marker name selects the one for the
 * parent. */
enum task_copy { TASK_IN_NATIVE_CALL, TASK_IN_COMPAT_CALL, TASK_OF_CHILD,
	N_TASK_COPIES };

/* the programs, by tracepoint; only one of those on sys_enter is loaded */
enum ebpf_program_id {
	ON_FORK, ON_EXEC, ON_EXIT, ON_ENTER, N_TRACEPOINTS,
	/* where no byte of the task tells 32-bit calls apart */
	ENTER_NO_COMPAT = ON_ENTER,
	ENTER_DIRECT,           /* loads from the task: Linux 5.11 with BTF */
	ENTER_READ,             /* calls a helper to read from the task */
	N_PROGRAMS
};

struct ebpf_program {
	const char *tracepoint;
	uint8_t parts[8];       /* of ebpf_prog.c, ends with 0 */
};
extern const struct ebpf_program ebpf_programs[N_PROGRAMS];

/* Copy the program's rows, at most BPF_INSNS_MAX; returns how many. */
size_t ebpf_prog_rows(const struct ebpf_program *, struct bpf_row *);

/* Placeholders in rows, to be replaced when a program is loaded: offsets of
 * loads, and operands of XORW_K. */
enum { AT_PID = -2000, AT_COMPAT };
enum { XOR_MARKER_NR, XOR_MARKER_NAME };
