/* SPDX-License-Identifier: MIT
 *
 * The programs that count calls in the kernel, as rows of an assembler's table:
 * a compiler, a library or BTF would be needed otherwise.  They run on raw
 * tracepoints, whose arguments are the kernel's own pointers, so the offsets in
 * task_struct are looked up first (ebpf_find.c).
 *
 * Knows no descriptors and nothing of this particular kernel: ebpf.c fills in
 * both.  A program must satisfy the kernel's verifier: jumps go forward, each
 * looked-up value is compared with NULL before its use.
 */
#include "ebpf/ebpf_prog.h"

#include <string.h>

#include "ebpf/bpf.h"
#include "ptrace_arch.h"
#include "syscalls/abi.h"

/* --- macros for several rows; the frame's memory from fp - 8 on is scratch */

enum label {
	/* behind ARCH_BPF_FIND_ABI, inside it, inside ARCH_BPF_LOAD_ARGS */
	L_ABI, L_ARCH, L_ARGS,
	L_COUNT,                /* count at index r7 of the tables */
	L_ADD,                  /* add 1 to the count at r0 */
	L_BY_ARGS,              /* count by arguments */
	L_UNLISTED,             /* count a number in no table */
	L_KEY,                  /* count by the struct ebpf_key in the frame */
	L_MARKER,               /* a marker call */
	L_TARGET,               /* r1 = the tid that it means */
	L_FOLLOW,               /* follow the tid in r8 */
	L_CHILD,                /* a thread that may have to be followed */
	L_COPY_TASKS,           /* for the search of offsets */
	L_ENDED,                /* r1 = the state after the end */
	L_LOST,                 /* no room: count that */
	L_OUT, N_LABELS
};
_Static_assert((int)N_LABELS <= (int)BPF_LABELS_MAX, "bpf_row.src has 4 bits");

#define OFFSET(type, field) ((int)offsetof(struct type, field))
/* r0 = the value in a map whose key is at fp + at, or NULL */
#define FIND(map, at) \
	MAP(r1, map), MOV(r2, fp), ADD_K(r2, at), CALL(LOOKUP)
/* r0 = the only value of a map, or NULL, where fp - 4 is 0 */
#define FIND_ONLY(map) \
	FIND(map, -4), JEQ_K(r0, 0, L_OUT)
/* reg = the only value of a map */
#define GET(map, reg) \
	STW_K(fp, -4, 0), FIND_ONLY(map), MOV(reg, r0)
/* r0 = the address of the state of the tid in reg; jump where it has none */
#define FIND_STATE(reg, without) \
	MOV(r1, reg), RSH_K(r1, TID_GROUP_BITS), STW(fp, -4, r1), \
	FIND(M_STATES, -4), JEQ_K(r0, 0, without), \
	MOV(r1, reg), AND_K(r1, TID_GROUP - 1), ADD(r0, r1)
#define INCREASE(reg, at, by) MOV_K(r1, by), XADD(reg, at, r1)
/* copy bytes from the kernel's memory at from + at to fp + to; r0 = 0 or an
 * error */
#define READ(to, bytes, from, at) \
	MOV(r3, from), ADD_K(r3, at), MOV(r1, fp), ADD_K(r1, to), \
	MOV_K(r2, bytes), CALL(PROBE_READ_KERNEL)
/* leave unless the thread has the marker name; its name is then at COMM */
enum { COMM = -16, COMM_BYTES = 16 };
#define NEED_MARKER_NAME \
	MOV(r1, fp), ADD_K(r1, COMM), MOV_K(r2, COMM_BYTES), \
	CALL(CURRENT_COMM), LDW(r1, fp, COMM), XORW_K(r1, XOR_MARKER_NAME), \
	JNE_K(r1, 0, L_OUT)
/* in the frame: the byte with TS_COMPAT, a struct ebpf_key, and a copy of the
 * registers with arguments */
enum { COMPAT_BYTE = -16, KEY = -40, COPY = KEY - ARCH_BPF_ARGS_SIZE };
/* put the low half of argument i, in reg, under its mask to the key */
#define KEY_ARG(i, reg) \
	LDW(r4, r9, OFFSET(ebpf_config, mask[0][i])), AND(reg, r4), \
	STW(fp, KEY + OFFSET(ebpf_key, args[i]), reg)
#define FIND_KEY MOV(r1, r6), MOV(r2, fp), ADD_K(r2, KEY), CALL(LOOKUP)

/* --- how each program begins: r6 = the tracepoint's arguments, r8 = the tid,
 * r7 = the address of its state */

static const struct bpf_row get_tid[] = {
	MOV(r6, r1),
	CALL(PID_TGID), MOVW(r8, r0),
};

/* the same without a second helper: helpers are most of what a call costs */
static const struct bpf_row get_tid_directly[] = {
	MOV(r6, r1),
	CALL(CURRENT_TASK_BTF),
	LDW(r8, r0, AT_PID),
	LDB(r1, r0, AT_COMPAT), STW(fp, COMPAT_BYTE, r1),
};

static const struct bpf_row get_state[] = {
	FIND_STATE(r8, L_OUT),
	MOV(r7, r0),
};

/* --- sys_enter(regs, nr) */

/* leave where the call is not to be counted; else r6 = regs, r7 = nr, r9 = the
 * configuration */
static const struct bpf_row on_enter[] = {
	LDD(r9, r6, 8), MOVW(r9, r9),
	MOV(r1, r9), XORW_K(r1, XOR_MARKER_NR),
	JLE_K(r1, MARKER_UNFOLLOW, L_MARKER),
	LDB(r1, r7, 0), JNE_K(r1, FOLLOWED, L_OUT),
	MOV(r7, r9),
	GET(M_CONFIG, r9),
	LDW(r1, r9, OFFSET(ebpf_config, loading_tid)), JEQ(r1, r8, L_OUT),
	LDD(r6, r6, 0),
};

static const struct bpf_row no_compat[] = {
	STW_K(fp, COMPAT_BYTE, 0),
};

static const struct bpf_row read_compat[] = {
	CALL(CURRENT_TASK), LDW(r1, r9, OFFSET(ebpf_config, compat_offset)),
	ADD(r0, r1),
	READ(COMPAT_BYTE, 1, r0, 0),
};

/* find out which call it is, and count it */
static const struct bpf_row count[] = {
	/* r8 = index of the ABI, r7 = index in its table */
	MOV_K(r8, 0),
	ARCH_BPF_FIND_ABI(COMPAT_BYTE)
	LABEL(L_ABI),
	STW(fp, KEY + OFFSET(ebpf_key, abi), r8),
	STW(fp, KEY + OFFSET(ebpf_key, index), r7),
	JGE_K(r7, ABI_TABLE_PRIVATE, L_UNLISTED),
	/* r7 = index in all tables, r1 = the call's rule */
	MOV(r1, r8), MUL_K(r1, ABI_TABLE_MAX), ADD(r7, r1),
	MOV(r1, r9), ADD(r1, r7), LDB(r1, r1, OFFSET(ebpf_config, rule)),
	JEQ_K(r1, RULE_SKIP, L_OUT), JNE_K(r1, RULE_COUNT, L_BY_ARGS),
	/* counts[cpu % COUNT_SHARDS][r7]++ */
	LABEL(L_COUNT),
	CALL(CPU), AND_K(r0, COUNT_SHARDS - 1), STW(fp, -4, r0),
	FIND(M_COUNTS, -4), JEQ_K(r0, 0, L_OUT),
	LSH_K(r7, 3), ADD(r0, r7),
	LABEL(L_ADD), INCREASE(r0, 0, 1), JA(L_OUT),

	/* move r9 so that the configuration's first mask is this call's */
	LABEL(L_BY_ARGS),
	LSH_K(r1, 4), ADD(r9, r1),
	READ(COPY, ARCH_BPF_ARGS_SIZE, r6, ARCH_BPF_ARGS_OFFSET),
	JNE_K(r0, 0, L_COUNT),
	ARCH_BPF_LOAD_ARGS(COPY)
	KEY_ARG(0, r1), KEY_ARG(1, r2), KEY_ARG(2, r3),
	MAP(r6, M_BY_ARGS), JA(L_KEY),

	/* r7 = -1: this number has no index */
	LABEL(L_UNLISTED),
	STD_K(fp, KEY + OFFSET(ebpf_key, args[0]), 0),
	STW_K(fp, KEY + OFFSET(ebpf_key, args[2]), 0),
	MAP(r6, M_UNLISTED), MOV_K(r7, -1),
	/* In map r6, add 1 to the key's count or insert it with 1.  If another
	 * CPU inserts it first, NOEXIST fails and the second look finds it. */
	LABEL(L_KEY),
	STD_K(fp, -8, 1),
	FIND_KEY, JNE_K(r0, 0, L_ADD),
	MOV(r1, r6), MOV(r2, fp), ADD_K(r2, KEY), MOV(r3, fp),
	ADD_K(r3, -8), MOV_K(r4, BPF_NOEXIST), CALL(UPDATE),
	JEQ_K(r0, 0, L_OUT),
	FIND_KEY, JNE_K(r0, 0, L_ADD),
	/* The map is full.  Count a call with arguments without them. */
	JNE_K(r7, -1, L_COUNT),
	GET(M_TOTALS, r9), JA(L_LOST),

	/* r1 = enum marker.  Ignore it unless the thread has the marker name
	 * and counting has not begun: others may guess the number. */
	LABEL(L_MARKER),
	MOV(r6, r1),
	NEED_MARKER_NAME,
	GET(M_TOTALS, r9),
	FIND_ONLY(M_CONFIG),
	LDW(r1, r0, OFFSET(ebpf_config, ignore_markers)), JNE_K(r1, 0, L_OUT),
	STW(r9, OFFSET(ebpf_totals, tid), r8),
	LDW(r1, r0, OFFSET(ebpf_config, target_tid)), JNE_K(r1, 0, L_TARGET),
	STW(r0, OFFSET(ebpf_config, loading_tid), r8), MOV(r1, r8),
	LABEL(L_TARGET),
	MOV(r8, r1), JEQ_K(r6, MARKER_FOLLOW, L_FOLLOW),
	FIND_STATE(r8, L_OUT),
	LDB(r1, r0, 0), JNE_K(r1, FOLLOWED, L_OUT),
	STB_K(r0, 0, 0), INCREASE(r9, OFFSET(ebpf_totals, live_threads), -1),
	JA(L_OUT),
};

/* --- sched_process_fork(parent, child), before the child can run */

static const struct bpf_row on_fork[] = {
	GET(M_TOTALS, r9),
	FIND_ONLY(M_CONFIG),
	LDW(r1, r0, OFFSET(ebpf_config, pid_offset)),
	JEQ_K(r1, 0, L_COPY_TASKS),
	/* r8 = child->pid; child->tgid is the word behind it */
	LDD(r3, r6, 8), ADD(r3, r1),
	READ(-16, 8, r3, 0), LDW(r8, fp, -16),
	LDB(r1, r7, 0), JEQ_K(r1, FOLLOWED, L_CHILD),
	/* tids are used again: forget the state of the last thread with it */
	FIND_STATE(r8, L_OUT), STB_K(r0, 0, 0), JA(L_OUT),
	LABEL(L_CHILD), JNE_K(r0, 0, L_LOST),
	/* a child whose pid is its tgid is a process, not a thread */
	LDW(r1, fp, -12), JNE(r1, r8, L_FOLLOW),
	INCREASE(r9, OFFSET(ebpf_totals, new_processes), 1), JA(L_FOLLOW),

	/* see enum task_copy */
	LABEL(L_COPY_TASKS),
	NEED_MARKER_NAME,
	STW(r9, OFFSET(ebpf_totals, tid), r8),
	CALL(CURRENT_TASK), STD(r9, OFFSET(ebpf_totals, task), r0),
	LDB(r1, fp, COMM + 4), AND_K(r1, 1), STW(fp, -4, r1),
	FIND(M_COUNTS, -4), JEQ_K(r0, 0, L_OUT), MOV(r1, r0),
	MOV_K(r2, TASK_BYTES), LDD(r3, r6, 0), CALL(PROBE_READ_KERNEL),
	STW_K(fp, -4, TASK_OF_CHILD),
	FIND(M_COUNTS, -4), JEQ_K(r0, 0, L_OUT), MOV(r1, r0),
	MOV_K(r2, TASK_BYTES), LDD(r3, r6, 8), CALL(PROBE_READ_KERNEL),
	JA(L_OUT),
};

/* follow the tid in r8; r9 = the totals */
static const struct bpf_row follow[] = {
	LABEL(L_FOLLOW),
	FIND_STATE(r8, L_LOST),
	LDB(r1, r0, 0), JEQ_K(r1, FOLLOWED, L_OUT),
	STB_K(r0, 0, FOLLOWED),
	INCREASE(r9, OFFSET(ebpf_totals, live_threads), 1), JA(L_OUT),
	LABEL(L_LOST), INCREASE(r9, OFFSET(ebpf_totals, lost), 1),
};

/* --- sched_process_exec(task, old tid) */

/* A thread that is not the leader took over the leader's tid, whose state is
 * LEADER_ENDED if the leader was followed.  Follow the thread under the new tid
 * if either was followed. */
static const struct bpf_row on_exec[] = {
	LDD(r1, r6, 8), MOVW(r6, r1), JEQ(r6, r8, L_CHILD),
	FIND_STATE(r6, L_OUT),
	LDB(r1, r0, 0), LDB(r2, r7, 0), ADD(r1, r2), JEQ_K(r1, 0, L_CHILD),
	STB_K(r0, 0, 0), STB_K(r7, 0, FOLLOWED),
	/* the image whose loader was not to be counted is gone */
	GET(M_CONFIG, r9),
	LDW(r1, r9, OFFSET(ebpf_config, loading_tid)), JNE(r1, r8, L_OUT),
	STW_K(r9, OFFSET(ebpf_config, loading_tid), 0), JA(L_OUT),
	/* a process from outside may have entered the folder */
	LABEL(L_CHILD),
	LDB(r1, r7, 0), JNE_K(r1, 0, L_OUT),
	MAP(r1, M_FOLDER), MOV_K(r2, 0), CALL(UNDER_CGROUP),
	JNE_K(r0, 1, L_OUT),
	GET(M_TOTALS, r9),
	INCREASE(r9, OFFSET(ebpf_totals, new_processes), 1),
};

/* --- sched_process_exit(task) */

/* forget the thread, and write a record if it was the last */
static const struct bpf_row on_thread_exit[] = {
	LDB(r6, r7, 0), JEQ_K(r6, 0, L_OUT),
	CALL(PID_TGID), RSH_K(r0, 32), MOV_K(r1, LEADER_ENDED),
	JEQ(r0, r8, L_ENDED),
	JNE_K(r6, FOLLOWED, L_OUT), MOV_K(r1, 0),
	LABEL(L_ENDED), STB(r7, 0, r1),
	GET(M_TOTALS, r9),
	INCREASE(r9, OFFSET(ebpf_totals, live_threads), -1),
	LDD(r1, r9, OFFSET(ebpf_totals, live_threads)), JNE_K(r1, 0, L_OUT),
	STD(fp, -8, r1),
	MAP(r1, M_END), MOV(r2, fp), ADD_K(r2, -8), MOV_K(r3, 8), MOV_K(r4, 0),
	CALL(RINGBUF_OUTPUT),
};

static const struct bpf_row leave[] = {
	LABEL(L_OUT), MOV_K(r0, 0), EXIT,
};

/* --- the programs */

enum part { P_END, P_GET_TID, P_GET_TID_DIRECTLY, P_GET_STATE, P_ON_ENTER,
	P_NO_COMPAT, P_READ_COMPAT, P_COUNT, P_ON_FORK, P_FOLLOW, P_ON_EXEC,
	P_ON_EXIT, P_LEAVE };
#define PART(rows) { rows, sizeof (rows) / sizeof *(rows) }
static const struct {
	const struct bpf_row *rows;
	size_t n;
} parts[] = {
	[P_GET_TID] = PART(get_tid),
	[P_GET_TID_DIRECTLY] = PART(get_tid_directly),
	[P_GET_STATE] = PART(get_state), [P_ON_ENTER] = PART(on_enter),
	[P_NO_COMPAT] = PART(no_compat), [P_READ_COMPAT] = PART(read_compat),
	[P_COUNT] = PART(count), [P_ON_FORK] = PART(on_fork),
	[P_FOLLOW] = PART(follow), [P_ON_EXEC] = PART(on_exec),
	[P_ON_EXIT] = PART(on_thread_exit), [P_LEAVE] = PART(leave),
};

const struct ebpf_program ebpf_programs[N_PROGRAMS] = {
	[ON_FORK] = { "sched_process_fork",
	    { P_GET_TID, P_GET_STATE, P_ON_FORK, P_FOLLOW, P_LEAVE } },
	[ON_EXEC] = { "sched_process_exec",
	    { P_GET_TID, P_GET_STATE, P_ON_EXEC, P_FOLLOW, P_LEAVE } },
	[ON_EXIT] = { "sched_process_exit",
	    { P_GET_TID, P_GET_STATE, P_ON_EXIT, P_LEAVE } },
	[ENTER_NO_COMPAT] = { "sys_enter",
	    { P_GET_TID, P_GET_STATE, P_ON_ENTER, P_NO_COMPAT, P_COUNT,
	    P_FOLLOW, P_LEAVE } },
	[ENTER_DIRECT] = { "sys_enter",
	    { P_GET_TID_DIRECTLY, P_GET_STATE, P_ON_ENTER, P_COUNT, P_FOLLOW,
	    P_LEAVE } },
	[ENTER_READ] = { "sys_enter",
	    { P_GET_TID, P_GET_STATE, P_ON_ENTER, P_READ_COMPAT, P_COUNT,
	    P_FOLLOW, P_LEAVE } },
};

size_t
ebpf_prog_rows(const struct ebpf_program *p, struct bpf_row *rows)
{
	const uint8_t *part;
	size_t n = 0;

	for (part = p->parts; *part != P_END; n += parts[*part++].n)
		memcpy(rows + n, parts[*part].rows,
		    parts[*part].n * sizeof *rows);
	return n;
}
