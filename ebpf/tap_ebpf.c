/* SPDX-License-Identifier: MIT
 *
 * The ebpf tap: four small programs on the kernel's raw tracepoints count the
 * calls of PROGRAM and all it starts, in the kernel, those that it is told to by
 * their arguments; nothing stops.  They are assembled here, by a table, so that
 * no compiler, library or BTF is needed.  What they have to know of this kernel
 * is found out by running them on a child of our own, and checked on a second
 * one.  Knows no names and policies.
 *
 * All pids in here are the init namespace's: PROGRAM marks itself, by a call
 * whose number only we know, so that nobody has to translate.  Nobody else may
 * get in, or out: the call is heeded only from who has a name that only we know,
 * too, and only until the run begins.
 */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ebpf/bpf.h"
#include "lib/errors.h"
#include "lib/log.h"
#include "lib/sys.h"
#include "lib/uapi.h"
#include "ptrace_arch.h"
#include "syscalls/abi.h"
#include "trace/proc.h"
#include "trace/regs.h"
#include "trace/tap.h"
#include "trace/trace.h"

#define COUNT(a) (sizeof (a) / sizeof *(a))
#define ONE(abi) + 1
enum {
	N_ABIS = 0 ARCH_ABIS(ONE),
	PLACES = N_ABIS * ABI_TABLE_MAX,
	/* the kernel's limit, without its /proc/sys/kernel/pid_max */
	PIDS = sizeof(long) == 8 ? 1 << 22 : 1 << 15,
	/* CPUs that count apart; a power of two */
	SHARDS = sizeof(long) == 8 ? 16 : 4,
	OTHERS_MAX = 256,
	ARGS_MAX = 512,         /* calls with arguments */
	MASKS_MAX = 256,
	/* of task_struct, that hold its pid; no more than PLACES counts */
	TASK_BYTES = 4096,
	HEAD_BYTES = 64,        /* and its thread_info */
	/* place of the second ABI, if there is one */
	COMPAT = N_ABIS > 1 ? ABI_TABLE_MAX : 0,
	GROUP_BITS = 10,        /* tids whose states are read at once */
	GROUP = 1 << GROUP_BITS,
	LOOK_MS = 100,          /* how often, where nobody tells of the end */
};

/* what the programs write */
struct totals {
	/* threads that are followed; wrong once one that runs was marked, which
	 * may end or execute at that moment */
	uint64_t live;
	uint64_t processes;     /* that these started */
	uint64_t lost;          /* calls or threads */
	uint64_t task;          /* who forked last while we look */
	uint32_t tid;           /* and its tid, or that of a special call */
};

/* what they are told */
struct config {
	/* in task_struct; 0 while that is looked for */
	uint32_t pid_at;
	/* there too, a byte, the 2 in it: this call is a 32-bit one; or 0 */
	uint32_t compat_at;
	uint32_t loading;       /* a thread that is followed, but not counted */
	uint32_t target;        /* whom CALL_MARK means, or 0: who makes it */
	uint32_t closed;        /* special calls are none any more */
	/* 0: to be counted, KNOWN: not, else by arguments, with this mask */
	uint8_t how[PLACES];
	uint32_t mask[MASKS_MAX][4];
};
enum { KNOWN = 1, FIRST_MASK };

/* a number that is not in the tables, or one that is with arguments */
struct other {
	uint32_t abi, place;    /* from the ABI's base on */
	uint32_t args[3];
};

enum { TIDS, COUNTS, OTHERS, ARGS, TOTALS, CONFIG, END, N_MAPS };
static const struct {
	uint8_t type, key;
	uint32_t value, entries;
} map_kinds[N_MAPS] = {
	/* a byte a tid: enum state */
	[TIDS] = { BPF_ARRAY, 4, GROUP, PIDS / GROUP },
	[COUNTS] = { BPF_ARRAY, 4, PLACES * 8, SHARDS },
	[OTHERS] = { BPF_HASH, sizeof(struct other), 8, OTHERS_MAX },
	[ARGS] = { BPF_HASH, sizeof(struct other), 8, ARGS_MAX },
	[TOTALS] = { BPF_ARRAY, 4, sizeof(struct totals), 1 },
	[CONFIG] = { BPF_ARRAY, 4, sizeof(struct config), 1 },
	/* gets one record when the last thread is gone; Linux 5.8 */
	[END] = { BPF_RINGBUF, 0, 0, 1 << 16 },         /* the largest page */
};
enum state {
	FOLLOWED = 1,
	/* a leader that was followed and has ended; one of its threads may get
	 * its tid by an exec, and end by that before sched_process_exec */
	LED,
};
enum { ON_FORK, ON_EXEC, ON_EXIT, ON_ENTER, N_POINTS };
/* and the tracepoints; all of it is gone when these are closed */
static int fds[N_MAPS + N_POINTS];

/* Special calls, the kernel has none of these numbers: CALL + one of them. */
enum {
	CALL_MARK,              /* follow config.target or, loading, me */
	CALL_UNMARK,            /* not any more */
	/* below arm's private numbers, where others raise SIGILL */
	CALL = 0x80000,
};
static long call;               /* CALL and some random bits */
/* Who has a name that begins so may make them, and is looked at when it forks;
 * a bit comes behind it. */
static uint32_t alias;
enum look { LOOK_NATIVE, LOOK_COMPAT, LOOK_CHILD, N_LOOKS };

static struct config config;
static bool same_pids;          /* our pids are the init namespace's too */

/* --- the programs */

enum label { L_ABI, L_ARCH, L_ARGS, L_COUNT, L_ADD, L_MARK, L_LOST, L_OUT,
	L_OTHER, L_LOOK, L_KEY, L_SPECIAL, L_TARGET, L_PROBE,
	L_CHILD, L_ENDED, N_LABELS };

#define IN(type, field) ((int)offsetof(struct type, field))
/* r0 = the value whose key stands at fp + at */
#define FIND(map, at) \
	MAP(r1, map), MOV(r2, fp), ADD_K(r2, at), CALL(LOOKUP)
/* reg = the only value of a map */
#define THE(map, reg) \
	STW_K(fp, -4, 0), FIND(map, -4), JEQ_K(r0, 0, L_OUT), MOV(reg, r0)
/* r0 = where the byte of the tid in reg is */
#define STATE(reg, without) \
	MOV(r1, reg), RSH_K(r1, GROUP_BITS), STW(fp, -4, r1), FIND(TIDS, -4), \
	JEQ_K(r0, 0, without), MOV(r1, reg), AND_K(r1, GROUP - 1), ADD(r0, r1)
#define INC(reg, at, by) MOV_K(r1, by), XADD(reg, at, r1)
/* to = the bytes at from + at in the kernel; r0 is 0, or an error */
#define READ(to, bytes, from, at) \
	MOV(r3, from), ADD_K(r3, at), MOV(r1, fp), ADD_K(r1, to), \
	MOV_K(r2, bytes), CALL(PROBE_READ_KERNEL)
/* reg = 0 if this one is called alias; its name is at fp - 16 */
#define OTHER_NAME(reg) \
	MOV(r1, fp), ADD_K(r1, -16), MOV_K(r2, 16), CALL(CURRENT_COMM), \
	LDW(reg, fp, -16), XORW_ALIAS(reg)
/* behind fp: the byte of thread_info, a struct other, and a copy of the
 * registers that hold arguments */
enum { COMPAT_BYTE = -16, KEY = -40, COPY = KEY - ARCH_BPF_ARGS_SIZE };
/* the low half of argument i, in reg, to the key */
#define KEY_ARG(i, reg) \
	LDW(r4, r9, IN(config, mask[0][i])), AND(reg, r4), \
	STW(fp, KEY + IN(other, args[i]), reg)
#define FIND_KEY MOV(r1, r6), MOV(r2, fp), ADD_K(r2, KEY), CALL(LOOKUP)

/* each begins so: r6 = its arguments, r8 = tid, ... */
static const struct bpf_row who[] = {
	MOV(r6, r1),
	CALL(PID_TGID), MOVW(r8, r0),
};

/* ... here without another helper, which is most of what a call costs */
static const struct bpf_row who_directly[] = {
	MOV(r6, r1),
	CALL(CURRENT_TASK_BTF),
	LDW(r8, r0, AT_PID),
	LDB(r1, r0, AT_COMPAT), STW(fp, COMPAT_BYTE, r1),
};

/* ... r7 = &state[tid] */
static const struct bpf_row state[] = {
	STATE(r8, L_OUT),
	MOV(r7, r0),
};

/* sys_enter(regs, nr): is it to be counted?  r9 = config */
static const struct bpf_row enter[] = {
	LDD(r9, r6, 8), MOVW(r9, r9),
	MOV(r1, r9), XORW_CALL(r1), JLE_K(r1, CALL_UNMARK, L_SPECIAL),
	LDB(r1, r7, 0), JNE_K(r1, FOLLOWED, L_OUT),
	/* r6 = its registers, r7 = nr */
	MOV(r7, r9),
	THE(CONFIG, r9),
	LDW(r1, r9, IN(config, loading)), JEQ(r1, r8, L_OUT),
	LDD(r6, r6, 0),
};

static const struct bpf_row no_compat[] = {
	STW_K(fp, COMPAT_BYTE, 0),
};

static const struct bpf_row read_compat[] = {
	CALL(CURRENT_TASK), LDW(r1, r9, IN(config, compat_at)), ADD(r0, r1),
	READ(COMPAT_BYTE, 1, r0, 0),
};

/* which call is it?  count it */
static const struct bpf_row count[] = {
	/* r8 = index of its ABI, r7 = place in the ABI's table */
	MOV_K(r8, 0),
	ARCH_BPF_FIND_ABI(COMPAT_BYTE)
	LABEL(L_ABI),
	STW(fp, KEY + IN(other, abi), r8), STW(fp, KEY + IN(other, place), r7),
	JGE_K(r7, ABI_TABLE_PRIVATE, L_OTHER),
	/* r7 = place in all tables; how? */
	MOV(r1, r8), MUL_K(r1, ABI_TABLE_MAX), ADD(r7, r1),
	MOV(r1, r9), ADD(r1, r7), LDB(r1, r1, IN(config, how)),
	JEQ_K(r1, KNOWN, L_OUT), JNE_K(r1, 0, L_LOOK),
	/* counts[cpu][r7]++ */
	LABEL(L_COUNT),
	CALL(CPU), AND_K(r0, SHARDS - 1), STW(fp, -4, r0),
	FIND(COUNTS, -4), JEQ_K(r0, 0, L_OUT),
	LSH_K(r7, 3), ADD(r0, r7),
	LABEL(L_ADD), INC(r0, 0, 1), JA(L_OUT),

	/* r9 = config, but its first mask is the one meant */
	LABEL(L_LOOK),
	LSH_K(r1, 4), ADD(r9, r1),
	READ(COPY, ARCH_BPF_ARGS_SIZE, r6, ARCH_BPF_ARGS_OFFSET),
	JNE_K(r0, 0, L_COUNT),
	ARCH_BPF_LOAD_ARGS(COPY)
	KEY_ARG(0, r1), KEY_ARG(1, r2), KEY_ARG(2, r3),
	MAP(r6, ARGS), JA(L_KEY),

	LABEL(L_OTHER),
	STD_K(fp, KEY + IN(other, args[0]), 0),
	STW_K(fp, KEY + IN(other, args[2]), 0),
	MAP(r6, OTHERS), MOV_K(r7, -1),
	/* r6[key]++; who comes second finds what the first made */
	LABEL(L_KEY),
	STD_K(fp, -8, 1),
	FIND_KEY, JNE_K(r0, 0, L_ADD),
	MOV(r1, r6), MOV(r2, fp), ADD_K(r2, KEY), MOV(r3, fp),
	ADD_K(r3, -8), MOV_K(r4, BPF_NOEXIST), CALL(UPDATE),
	JEQ_K(r0, 0, L_OUT),
	FIND_KEY, JNE_K(r0, 0, L_ADD),
	/* no room: count at least how often, whatever the arguments */
	JNE_K(r7, -1, L_COUNT),
	THE(TOTALS, r9), JA(L_LOST),

	/* r1 = which of the special calls */
	LABEL(L_SPECIAL),
	MOV(r6, r1),
	OTHER_NAME(r1), JNE_K(r1, 0, L_OUT),
	THE(TOTALS, r9),
	FIND(CONFIG, -4), JEQ_K(r0, 0, L_OUT),
	LDW(r1, r0, IN(config, closed)), JNE_K(r1, 0, L_OUT),
	STW(r9, IN(totals, tid), r8),
	LDW(r1, r0, IN(config, target)), JNE_K(r1, 0, L_TARGET),
	STW(r0, IN(config, loading), r8), MOV(r1, r8),
	LABEL(L_TARGET), MOV(r8, r1), JEQ_K(r6, CALL_MARK, L_MARK),
	STATE(r8, L_OUT),
	LDB(r1, r0, 0), JNE_K(r1, FOLLOWED, L_OUT),
	STB_K(r0, 0, 0), INC(r9, IN(totals, live), -1), JA(L_OUT),
};

/* sched_process_fork(parent, child): follow the child before it can run */
static const struct bpf_row fork_[] = {
	THE(TOTALS, r9),
	FIND(CONFIG, -4), JEQ_K(r0, 0, L_OUT),
	LDW(r1, r0, IN(config, pid_at)), JEQ_K(r1, 0, L_PROBE),
	/* r8 = child->pid */
	LDD(r3, r6, 8), ADD(r3, r1),
	READ(-16, 8, r3, 0), LDW(r8, fp, -16),
	LDB(r1, r7, 0), JEQ_K(r1, FOLLOWED, L_CHILD),
	/* who had that pid may have been followed */
	STATE(r8, L_OUT), STB_K(r0, 0, 0), JA(L_OUT),
	/* if (r8 == child->tgid) totals.processes++ */
	LABEL(L_CHILD), JNE_K(r0, 0, L_LOST),
	LDW(r1, fp, -12), JNE(r1, r8, L_MARK),
	INC(r9, IN(totals, processes), 1), JA(L_MARK),

	/* is it called alias?  counts[the bit behind it] = *parent,
	 * counts[LOOK_CHILD] = *child */
	LABEL(L_PROBE),
	OTHER_NAME(r1), JNE_K(r1, 0, L_OUT),
	STW(r9, IN(totals, tid), r8),
	CALL(CURRENT_TASK), STD(r9, IN(totals, task), r0),
	LDB(r1, fp, -12), AND_K(r1, 1), STW(fp, -4, r1),
	FIND(COUNTS, -4), JEQ_K(r0, 0, L_OUT), MOV(r1, r0),
	MOV_K(r2, TASK_BYTES), LDD(r3, r6, 0), CALL(PROBE_READ_KERNEL),
	STW_K(fp, -4, LOOK_CHILD),
	FIND(COUNTS, -4), JEQ_K(r0, 0, L_OUT), MOV(r1, r0),
	MOV_K(r2, TASK_BYTES), LDD(r3, r6, 8), CALL(PROBE_READ_KERNEL),
	JA(L_OUT),
};

/* follow the tid in r8; r9 = totals; last in a program */
static const struct bpf_row mark[] = {
	LABEL(L_MARK),
	STATE(r8, L_LOST),
	LDB(r1, r0, 0), JEQ_K(r1, FOLLOWED, L_OUT),
	STB_K(r0, 0, FOLLOWED), INC(r9, IN(totals, live), 1), JA(L_OUT),
	LABEL(L_LOST), INC(r9, IN(totals, lost), 1),
};

/* sched_process_exec(task, old tid): a thread that is not the leader got the
 * leader's tid, whose state is LED; if it is not followed yet, but the leader
 * was, it is from now on */
static const struct bpf_row exec[] = {
	LDD(r1, r6, 8), MOVW(r6, r1), JEQ(r6, r8, L_OUT),
	STATE(r6, L_OUT),
	LDB(r1, r0, 0), LDB(r2, r7, 0), ADD(r1, r2), JEQ_K(r1, 0, L_OUT),
	STB_K(r0, 0, 0), STB_K(r7, 0, FOLLOWED),
	/* it was not counted for its loader, which is gone */
	THE(CONFIG, r9),
	LDW(r1, r9, IN(config, loading)), JNE(r1, r8, L_OUT),
	STW_K(r9, IN(config, loading), 0),
};

/* sched_process_exit(task): if it was the last, tell */
static const struct bpf_row exit_[] = {
	LDB(r6, r7, 0), JEQ_K(r6, 0, L_OUT),
	CALL(PID_TGID), RSH_K(r0, 32), MOV_K(r1, LED), JEQ(r0, r8, L_ENDED),
	JNE_K(r6, FOLLOWED, L_OUT), MOV_K(r1, 0),
	LABEL(L_ENDED), STB(r7, 0, r1),
	THE(TOTALS, r9),
	INC(r9, IN(totals, live), -1),
	LDD(r1, r9, IN(totals, live)), JNE_K(r1, 0, L_OUT),
	STD(fp, -8, r1),
	MAP(r1, END), MOV(r2, fp), ADD_K(r2, -8), MOV_K(r3, 8), MOV_K(r4, 0),
	CALL(RINGBUF_OUTPUT),
};

static const struct bpf_row leave[] = {
	LABEL(L_OUT), MOV_K(r0, 0), EXIT,
};

enum part { P_END, P_WHO, P_WHO_DIRECTLY, P_STATE, P_ENTER, P_NO_COMPAT,
	P_READ_COMPAT, P_COUNT, P_FORK, P_MARK, P_EXEC, P_EXIT, P_LEAVE };
#define PART(rows) { rows, COUNT(rows) }
static const struct {
	const struct bpf_row *rows;
	size_t n;
} parts[] = {
	[P_WHO] = PART(who), [P_WHO_DIRECTLY] = PART(who_directly),
	[P_STATE] = PART(state), [P_ENTER] = PART(enter),
	[P_NO_COMPAT] = PART(no_compat), [P_READ_COMPAT] = PART(read_compat),
	[P_COUNT] = PART(count), [P_FORK] = PART(fork_), [P_MARK] = PART(mark),
	[P_EXEC] = PART(exec), [P_EXIT] = PART(exit_), [P_LEAVE] = PART(leave),
};

/* of those on sys_enter one is taken: the first where no byte tells 32-bit
 * calls apart, else the one that reads the task itself if the kernel lets it,
 * else the one that has it read */
enum { ENTER_ONE_KIND = ON_ENTER, ENTER_DIRECT, ENTER_READ, N_PROGRAMS };
static const struct program {
	const char *tracepoint;
	uint8_t parts[8];       /* enum part */
} programs[N_PROGRAMS] = {
	[ON_FORK] = { "sched_process_fork",
	    { P_WHO, P_STATE, P_FORK, P_MARK, P_LEAVE } },
	[ON_EXEC] = { "sched_process_exec",
	    { P_WHO, P_STATE, P_EXEC, P_LEAVE } },
	[ON_EXIT] = { "sched_process_exit",
	    { P_WHO, P_STATE, P_EXIT, P_LEAVE } },
	[ENTER_ONE_KIND] = { "sys_enter",
	    { P_WHO, P_STATE, P_ENTER, P_NO_COMPAT, P_COUNT, P_MARK,
	    P_LEAVE } },
	[ENTER_DIRECT] = { "sys_enter",
	    { P_WHO_DIRECTLY, P_STATE, P_ENTER, P_COUNT, P_MARK, P_LEAVE } },
	[ENTER_READ] = { "sys_enter",
	    { P_WHO, P_STATE, P_ENTER, P_READ_COMPAT, P_COUNT, P_MARK,
	    P_LEAVE } },
};

/* --- the assembler */

enum {
	INSNS_MAX = 256,
	LOADS = 100,            /* how often to try */
};

/* how many instructions a row becomes */
static int
width(const struct bpf_row *r)
{
	return r->code == BPF_LABEL ? 0 : r->code == BPF_LD_MAP ? 2 : 1;
}

/* a jump at pc, whose label is where nothing else stands */
static struct bpf_insn
jump(const struct bpf_row *r, const int at[], int pc)
{
	struct bpf_insn i = { .code = r->code, .dst = r->dst };
	int label = r->src;

	if (r->code & BPF_X) {
		i.src = r->src;
		label = r->n;
	} else {
		i.imm = r->n;
	}
	i.off = (int16_t)(at[label] - pc - 1);
	return i;
}

static struct bpf_insn
plain(const struct bpf_row *r)
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

/* what is known only now: descriptors, numbers, what the kernel has */
static void
settle(struct bpf_insn *i, int probe_read)
{
	static const struct bpf_row nothing = MOV_K(r0, 0);

	if (i->code == BPF_LD_MAP)
		i->imm = fds[i->imm < END || fds[END] >= 0 ? i->imm : TOTALS];
	else if (i->code == BPF_CALL && i->imm == PROBE_READ_KERNEL)
		i->imm = probe_read;
	else if (i->code == BPF_CALL && i->imm == RINGBUF_OUTPUT &&
	    fds[END] < 0)
		*i = plain(&nothing);
	else if (i->code == BPF_XORW_K)
		i->imm = (int32_t)(i->imm ? alias : (uint32_t)call);
	else if (i->off == AT_PID || i->off == AT_COMPAT)
		i->off = (int16_t)(i->off == AT_PID ? config.pid_at :
		    config.compat_at);
}

/* the rows of a program to instructions: how many */
static uint32_t
assemble(const struct program *p, struct bpf_insn *out, int probe_read)
{
	struct bpf_row rows[INSNS_MAX];
	const struct bpf_row *r;
	int at[N_LABELS], pc = 0;
	const uint8_t *part;
	size_t n = 0;

	for (part = p->parts; *part != P_END; n += parts[*part++].n)
		memcpy(rows + n, parts[*part].rows,
		    parts[*part].n * sizeof *rows);
	for (r = rows; r < rows + n; pc += width(r++))
		if (r->code == BPF_LABEL)
			at[r->n] = pc;
	for (r = rows, pc = 0; r < rows + n; pc += width(r++)) {
		if (r->code == BPF_LABEL)
			continue;
		out[pc] = (r->code & 7) != BPF_JUMP || r->code == BPF_CALL ||
		    r->code == BPF_EXIT ? plain(r) : jump(r, at, pc);
		settle(&out[pc], probe_read);
		if (r->code == BPF_LD_MAP)
			out[pc + 1] = (struct bpf_insn){ 0 };
	}
	return (uint32_t)pc;
}

/* --- bpf(2) */

static int
bpf(int command, union bpf_attr *a)
{
	return (int)syscall(SYS_bpf, command, a, sizeof *a);
}

static int
element(int command, int map, const void *key, void *value)
{
	union bpf_attr a = { .element = {
		.fd = (uint32_t)fds[map],
		.key = (uintptr_t)key, .value = (uintptr_t)value,
	} };

	return bpf(command, &a);
}

static int
read_map(int map, uint32_t key, void *value)
{
	return element(BPF_MAP_LOOKUP, map, &key, value);
}

static int
write_map(int map, uint32_t key, void *value)
{
	return element(BPF_MAP_UPDATE, map, &key, value);
}

static int
make_map(int i)
{
	union bpf_attr a = { .map = {
		.type = map_kinds[i].type, .key_size = map_kinds[i].key,
		.value_size = map_kinds[i].value,
		.entries = map_kinds[i].entries,
	} };

	return bpf(BPF_MAP_CREATE, &a);
}

static const char *
make_maps(void)
{
	int i;

	for (i = 0; i < N_MAPS; i++) {
		fds[i] = make_map(i);
		if (fds[i] < 0 && i != END)
			return errno == ENOSYS ? "the kernel has no bpf(2)" :
			    error_text(errno);
	}
	return NULL;
}

static int
load(const struct program *p, int probe_read)
{
	struct bpf_insn insns[INSNS_MAX];
	union bpf_attr a = { .prog = {
		.type = BPF_RAW_TRACEPOINT,
		.n = assemble(p, insns, probe_read),
		.insns = (uintptr_t)insns,
		.license = (uintptr_t)"Dual MIT/GPL",
	} };
	int tries = LOADS, fd;

	/* a signal that is to be taken first, be it SIGCONT, interrupts it */
	while ((fd = bpf(BPF_PROG_LOAD, &a)) < 0 && errno == EAGAIN &&
	    --tries > 0)
		;
	return fd;
}

static const char *
attach(const struct program *p, int *point)
{
	static int probe_read;  /* what the first program could use */
	union bpf_attr a = { .tracepoint.name = (uintptr_t)p->tracepoint };
	int helper = probe_read ? probe_read : PROBE_READ_KERNEL;
	int fd = load(p, helper);

	if (fd < 0 && errno == EINVAL && !probe_read) {
		helper = PROBE_READ;            /* before Linux 5.5 */
		fd = load(p, helper);
	}
	probe_read = helper;
	if (fd < 0)
		return errno == EINVAL ? "the kernel has no BPF tracing" :
		    error_text(errno);
	a.tracepoint.fd = (uint32_t)fd;
	*point = bpf(BPF_RAW_TRACEPOINT_OPEN, &a);
	close(fd);              /* the tracepoint's descriptor holds it */
	return *point >= 0 ? NULL : errno == ENOENT ?
	    "the kernel has no tracepoint of system calls" :
	    error_text(errno);
}

/* --- what has to be found out */

/* runs what(), which must not return anything to be kept, in a child; 0 when
 * that is gone, however it ended */
static int
run_child(void (*what)(void))
{
	pid_t pid = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
	int status;

	if (pid == 0) {
		/* the kernel kills it where it has no 32-bit calls */
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
		what();
		_exit(0);
	}
	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, __WALL) < 0)
		if (errno != EINTR)
			return -1;
	return 0;
}

/* take the name that is looked at, with one more character */
static void
be_alias(int more)
{
	uint32_t name[2] = { alias };

	*(char *)&name[1] = (char)more;
	prctl(PR_SET_NAME, name, 0, 0, 0);
}

/* may be made by who has another name */
static void
special(int which)
{
	char name[16];

	prctl(PR_GET_NAME, name, 0, 0, 0);
	be_alias(0);
	syscall(call + which);
	prctl(PR_SET_NAME, name, 0, 0, 0);
}

/* fork to be looked at, by a call of either kind */
static void
fork_for(enum look what)
{
	long pid;

	be_alias('@' + (int)what);
	pid = what == LOOK_COMPAT ? arch_compat_call(ARCH_COMPAT_FORK) :
	    syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (pid == 0)
		_exit(0);
	while (waitpid(-1, NULL, __WALL) < 0 && errno == EINTR)
		;
}

static void
fork_both_ways(void)
{
	fork_for(LOOK_NATIVE);
	fork_for(LOOK_COMPAT);
}

static void
be_counted(void)
{
	int i;

	for (i = 0; i < 3; i++)
		syscall(SYS_getppid);
	arch_compat_call(ARCH_COMPAT_GETPPID);
}

/* of each call, in all tables: now, when last handed over, on one CPU */
static uint64_t sums[PLACES], last[PLACES], shard[PLACES];

/* the place of pid, tgid in task_struct, given a parent's and its child's;
 * 0: none, or more than one */
static uint32_t
find_pid(const void *parent, const void *child, uint32_t pid)
{
	uint32_t i, at = 0, a[2], b[2];

	for (i = 4; i <= TASK_BYTES - sizeof a; i += 4) {
		memcpy(a, (const char *)parent + i, sizeof a);
		memcpy(b, (const char *)child + i, sizeof b);
		if (a[0] != pid || a[1] != pid || b[0] == pid || b[1] != b[0])
			continue;
		if (at)
			return 0;
		at = i;
	}
	return at;
}

/* the byte with TS_COMPAT, given thread_info in a call of either kind; 0 if
 * there is none, -1 if more than one */
static int
find_compat(const void *native, const void *compat)
{
	const uint8_t *a = native, *b = compat;
	int i, at = 0;

	for (i = 0; i < HEAD_BYTES; i++) {
		if ((a[i] & 2) || !(b[i] & 2))
			continue;
		if (at)
			return -1;
		at = i;
	}
	return at;
}

/* where things are in this kernel's task_struct, to config */
static const char *
explore(void)
{
	/* what was copied of tasks, large enough for that */
	uint64_t *const native = sums, *const compat = last,
	    *const child = shard;
	struct totals t = { 0 };
	uint32_t i;
	int at, tries = 0;

	/* other flags may change between two calls, but not each time */
	do {
		if (run_child(fork_both_ways) < 0 ||
		    read_map(TOTALS, 0, &t) < 0 ||
		    read_map(COUNTS, LOOK_NATIVE, native) < 0 ||
		    read_map(COUNTS, LOOK_COMPAT, compat) < 0 ||
		    read_map(COUNTS, LOOK_CHILD, child) < 0)
			return error_text(errno);
		at = find_compat(native, compat);
	} while (at < 0 && tries++ < 20);
	if (!t.tid)
		return "its programs are not run";
	/* a 32-bit one's pointers may come with copies of their sign */
	if (sizeof(long) == 4 && (uint32_t)(t.task >> 32) + 1 > 1)
		return "the kernel is a 64-bit one";
	config.pid_at = find_pid(native, child, t.tid);
	memset(sums, 0, sizeof sums);
	for (i = 0; i < N_LOOKS; i++)
		if (write_map(COUNTS, i, sums) < 0)
			return error_text(errno);
	config.compat_at = (uint32_t)at;
	return config.pid_at && at >= 0 ? NULL :
	    "it can't find its way in this kernel";
}

/* sums[] = what was counted up to now */
static int
read_counts(void)
{
	uint32_t key;
	size_t i;

	memset(sums, 0, sizeof sums);
	for (key = 0; key < SHARDS; key++) {
		if (read_map(COUNTS, key, shard) < 0)
			return -1;
		for (i = 0; i < PLACES; i++)
			sums[i] += shard[i];
	}
	return 0;
}

/* run a child to see that it is followed and counted; last[] is what was
 * counted by then */
static const char *
verify(void)
{
	/* places of the calls that the child makes, the last if taken for a
	 * native one */
	int at = abi_table_index(0, SYS_getppid), compat_at =
	    COMPAT + ARCH_COMPAT_GETPPID, mistaken_at = ARCH_COMPAT_GETPPID;
	struct totals t = { 0 };

	if (write_map(CONFIG, 0, &config) < 0 || read_counts() < 0)
		return error_text(errno);
	memcpy(last, sums, sizeof last);
	special(CALL_MARK);
	if (run_child(be_counted) < 0 || read_map(TOTALS, 0, &t) < 0 ||
	    read_counts() < 0)
		return error_text(errno);
	if (t.live != 1 || t.processes != 1 || t.lost ||
	    sums[at] - last[at] != 3 ||
	    sums[mistaken_at] != last[mistaken_at] ||
	    (config.compat_at && sums[compat_at] - last[compat_at] != 1))
		return "it does not count right in this kernel";
	same_pids = t.tid == (uint32_t)getpid();
	special(CALL_UNMARK);
	if (read_counts() < 0)
		return error_text(errno);
	memcpy(last, sums, sizeof last);
	return NULL;
}

static const char *
attach_enter(void)
{
	int *point = &fds[N_MAPS + ON_ENTER];

	if (!config.compat_at)
		return attach(&programs[ENTER_ONE_KIND], point);
	/* reads of the task need Linux 5.11 with BTF */
	if (!attach(&programs[ENTER_DIRECT], point))
		return NULL;
	return attach(&programs[ENTER_READ], point);
}

/* musl's own setrlimit is for threads, and large */
static void
limit(int what, const struct rlimit *new, struct rlimit *old)
{
	syscall(SYS_prlimit64, 0, what, new, old);
}

static const char *
set_up(void)
{
	const char *why = make_maps();
	struct rlimit files;
	int i;

	for (i = 0; !why && i < ON_ENTER; i++)
		why = attach(&programs[i], &fds[N_MAPS + i]);
	if (!why)
		why = explore();
	if (!why)
		why = attach_enter();
	/* the handshake with PROGRAM takes some more */
	limit(RLIMIT_NOFILE, NULL, &files);
	if (!why && files.rlim_cur <= (rlim_t)fds[N_MAPS + ON_ENTER] + 8)
		why = error_text(EMFILE);
	return why ? why : verify();
}

/* all is ready after this: what was not tried may not work */
static const char *
ebpf_probe(unsigned needs)
{
	static const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	uint32_t random[2] = { (uint32_t)getpid() };
	struct rlimit before;
	const char *why;
	size_t i;

	if (needs & FOR_STOPS)
		return "it stops no call, and sees little of its arguments";
	syscall(SYS_getrandom, random, sizeof random, 1);
	call = CALL + (long)(random[0] & 0x3fffc);
	alias = (random[1] & 0x1f1f1f1f) + 0x41414141;   /* no digit, no 0 */
	memset(fds, -1, sizeof fds);
	/* before Linux 5.11 maps count as locked memory; not in PROGRAM */
	limit(RLIMIT_MEMLOCK, NULL, &before);
	limit(RLIMIT_MEMLOCK, &all, NULL);
	why = set_up();
	if (!why && (needs & FOR_RUNNING) && !same_pids)
		why = "pids are not those of the first pid namespace";
	limit(RLIMIT_MEMLOCK, &before, NULL);
	for (i = 0; why && i < COUNT(fds); i++)
		close(fds[i]);
	return why;
}

/* --- the run */

static int
ebpf_install(const struct uapi_sock_fprog *filter)
{
	(void)filter;
	/* what constructors start counts before ebpf_start */
	if (write_map(CONFIG, 0, &config) < 0)
		return -1;
	special(CALL_MARK);
	return 0;
}

static void
ebpf_know(int abi, int pos, const uint32_t *mask)
{
	static unsigned n = FIRST_MASK;
	uint8_t *how = &config.how[abi * ABI_TABLE_MAX + pos];

	if (!mask) {
		*how = KNOWN;
	} else if (n < MASKS_MAX) {
		memcpy(config.mask[n], mask, 3 * sizeof *mask);
		*how = (uint8_t)n++;
	}
}

static void
ebpf_start(void)
{
	config.loading = 0;
	config.closed = 1;
	write_map(CONFIG, 0, &config);
}

/* what is more than it was at the last time */
static void
hand_over(struct trace *tr, const struct other *o, bool with_args, uint64_t n,
    uint64_t *was)
{
	struct syscall_stop s = {
		.kind = with_args ? STOP_ENTRY : STOP_UNKNOWN,
		.audit_arch = abis[o->abi].audit_arch,
		.nr = abis[o->abi].base + o->place,
		.args = { o->args[0], o->args[1], o->args[2] },
	};

	if (n != *was) {
		tr->counted(tr->arg, &s, n - *was);
		trace_note_filter(tr, (int)o->abi, &s);
	}
	*was = n;
}

/* the kernel hands the keys out in any order, so find this one's count */
static uint64_t *
last_of(const struct other *o)
{
	static struct {
		struct other key;
		uint64_t n;
	} seen[OTHERS_MAX + ARGS_MAX];
	size_t i;

	for (i = 0; i < COUNT(seen) - 1 && seen[i].n; i++)
		if (!memcmp(&seen[i].key, o, sizeof *o))
			break;
	seen[i].key = *o;
	return &seen[i].n;
}

static void
collect_keys(struct trace *tr, int map)
{
	struct other key, next = { 0 };
	const struct other *at = NULL;
	uint64_t n = 0;

	while (element(BPF_MAP_NEXT, map, at, &next) == 0) {
		key = next;
		at = &key;
		if (element(BPF_MAP_LOOKUP, map, &key, &n) == 0)
			hand_over(tr, &key, map == ARGS, n, last_of(&key));
	}
}

static void
ebpf_collect(struct trace *tr)
{
	static uint64_t processes = 1;  /* explore()'s child */
	static bool said;
	struct totals t = { 0 };
	uint32_t i;

	if (read_counts() < 0 || read_map(TOTALS, 0, &t) < 0) {
		log_warn("tap ebpf: its counts can't be read:");
		tr->incomplete = true;
		return;
	}
	for (i = 0; i < PLACES; i++)
		hand_over(tr, &(struct other){ i / ABI_TABLE_MAX,
		    i % ABI_TABLE_MAX, { 0 } }, false, sums[i], &last[i]);
	collect_keys(tr, OTHERS);
	collect_keys(tr, ARGS);
	tr->processes += (unsigned)(t.processes - processes);
	processes = t.processes;
	if (t.lost && !said)
		log_warn("tap ebpf: more than %d numbers without a name: the rest "
		    "is lost", OTHERS_MAX);
	said = t.lost;
	tr->incomplete |= said;
}

/* the states of this tid and its neighbours; 0 where that can't be told */
static void
read_states(pid_t tid, uint8_t states[GROUP])
{
	memset(states, 0, GROUP);
	if (same_pids && tid >= 0 && tid < PIDS)
		read_map(TIDS, (uint32_t)tid / GROUP, states);
}

static pid_t
ebpf_next(pid_t tid)
{
	uint8_t states[GROUP];

	read_states(++tid, states);
	for (; tid < PIDS; tid++) {
		if (tid % GROUP == 0)
			read_states(tid, states);
		if (states[tid % GROUP])
			return tid;
	}
	return 0;
}

/* Is it followed, and lives?  Who has the tid of a leader that was is in an
 * exec, and will be. */
static bool
counts(pid_t tid)
{
	uint8_t states[GROUP];

	read_states(tid, states);
	return states[tid % GROUP] && proc_is_alive(tid);
}

/* One that has ended is marked all the same: one of its threads may be about to
 * get its tid by an exec. */
static int
ebpf_follow(pid_t tid)
{
	if (counts(tid))
		return 0;
	config.target = (uint32_t)tid;
	if (write_map(CONFIG, 0, &config) < 0)
		return -1;
	special(CALL_MARK);
	if (proc_is_alive(tid))
		return 1;
	errno = ESRCH;
	return -1;
}

static bool
one_is_left(void)
{
	static pid_t witness;
	int looks;

	if (counts(witness))
		return true;
	/* the others from there on, then twice all, since one may start another
	 * behind us, and end */
	for (looks = 0; looks < 3; looks++)
		while ((witness = ebpf_next(witness)))
			if (proc_is_alive(witness))
				return true;
	return false;
}

static bool
ebpf_ended(void)
{
	struct pollfd end = { fds[END], POLLIN, 0 };
	struct totals t = { 0 };
	bool attached = config.target != 0;

	/* before the wait: not each end is told */
	if (attached ? !one_is_left() :
	    read_map(TOTALS, 0, &t) < 0 || t.live == 0)
		return true;
	if (attached || fds[END] < 0)
		sys_sleep_ms(LOOK_MS);
	else
		syscall(SYS_ppoll, &end, 1, NULL, NULL, 0);
	return false;
}

static const struct counter ebpf_counter = {
	.fds = fds, .n_fds = COUNT(fds), .collect = ebpf_collect,
	.set_rule = ebpf_know, .start_counting = ebpf_start,
	.follow_thread = ebpf_follow, .next_thread = ebpf_next,
	.wait_for_end = ebpf_ended,
};

const struct tap tap_ebpf = {
	.name = "ebpf", .resume = PTRACE_CONT,
	.probe = ebpf_probe, .install = ebpf_install,
	.counter = &ebpf_counter,
};
