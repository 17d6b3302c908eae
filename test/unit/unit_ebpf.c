/* SPDX-License-Identifier: MIT
 *
 * The ebpf tap: the assembler, the programs as the verifier sees them, the
 * search in task_struct, and each program in this kernel if it may be loaded.
 * All of the tap is included, so that this test builds with EBPF=0, too.
 */
#include "unit.h"
#include "ebpf/bpf.c"
#include "ebpf/ebpf.c"
#include "ebpf/ebpf_find.c"
#include "ebpf/ebpf_prog.c"
#include "ebpf/tap_ebpf.c"

#include <sys/mman.h>

static struct bpf_insn out[BPF_INSNS_MAX];

/* Count what the kernel's verifier would reject first: a missing end, a jump to
 * nowhere, a label or placeholder that is left. */
static int
faults(uint32_t n)
{
	static bool second[BPF_INSNS_MAX];
	int bad = 0, to;
	uint32_t i;

	memset(second, 0, sizeof second);
	for (i = 0; i < n; i++)
		if (out[i].code == BPF_LD_MAP)
			second[++i] = true;
	for (i = 0; i < n; i++) {
		bad += out[i].code == BPF_LABEL;
		bad += second[i] && (out[i].code || out[i].imm || out[i].off);
		if (out[i].code == BPF_LD_MAP)
			bad += out[i].src != 1 || out[i].imm < 100;
		if ((out[i].code & 7) != BPF_JUMP || out[i].code == BPF_CALL ||
		    out[i].code == BPF_EXIT)
			continue;
		to = (int)i + 1 + out[i].off;
		bad += to < 0 || to >= (int)n || second[to];
	}
	return bad + (out[n - 1].code != BPF_EXIT);
}

static int
uses(uint32_t n, int code, int imm)
{
	int found = 0;
	uint32_t i;

	for (i = 0; i < n; i++)
		found += out[i].code == code && out[i].imm == imm;
	return found;
}

static void
test_programs(void)
{
	static struct ebpf e = {
		.marker_nr = MARKER_NR_MIN + 0x1230, .probe_read = PROBE_READ,
		.config = { .pid_offset = 1260, .compat_offset = 16 },
	};
	uint32_t n, at;
	int i, end;

	memcpy(&e.marker_name, "abcd", 4);
	for (i = 0; i < (int)LENGTH(e.fds); i++)
		e.fds[i] = 100 + i;
	for (i = 0; i < N_PROGRAMS; i++) {
		n = ebpf_assemble(&e, (enum ebpf_program_id)i, out);
		check_num(ebpf_programs[i].tracepoint, faults(n), 0);
		check_num("helper", uses(n, BPF_CALL, PROBE_READ_KERNEL), 0);
		check_num("marker_nr", uses(n, BPF_XORW_K, (int)e.marker_nr),
		    i >= ON_ENTER);
		check_num("marker_name", uses(n, BPF_XORW_K,
		    (int)e.marker_name), i == ON_FORK || i >= ON_ENTER);
	}
	n = ebpf_assemble(&e, ENTER_DIRECT, out);
	for (i = 0, at = 0; i < (int)n; i++)
		if ((out[i].code & 7) == 1 && out[i].src == r0)
			at = at * 10000 + (uint16_t)out[i].off;
		else if (at)
			break;
	check_num("offsets", at, 12600016);
	n = ebpf_assemble(&e, ON_EXIT, out);
	end = uses(n, BPF_LD_MAP, 100 + M_END) + uses(n, BPF_CALL,
	    RINGBUF_OUTPUT);
	check_num("writes_end", end, 2);
	e.fds[M_END] = -1;
	e.probe_read = PROBE_READ_KERNEL;
	n = ebpf_assemble(&e, ON_EXIT, out);
	check_num("without_ring", faults(n), 0);
	check_num("no_ring_output", uses(n, BPF_CALL, RINGBUF_OUTPUT), 0);
}

static void
check_insn(const char *name, struct bpf_row row, struct bpf_insn want)
{
	static const int targets[BPF_LABELS_MAX] = { [L_OUT] = 9 };
	struct bpf_insn got = (row.code & 7) == BPF_JUMP &&
	    row.code != BPF_CALL ? assemble_jump(&row, targets, 4) :
	    assemble_other(&row);

	check_num(name, memcmp(&got, &want, sizeof got), 0);
}

static void
test_rows(void)
{
	check_insn("mov", (struct bpf_row)MOV(r6, r1),
	    (struct bpf_insn){ 0xbf, r6, r1, 0, 0 });
	check_insn("add_k", (struct bpf_row)ADD_K(r2, -4),
	    (struct bpf_insn){ 0x07, r2, 0, 0, -4 });
	check_insn("ldw", (struct bpf_row)LDW(r1, r9, 12),
	    (struct bpf_insn){ 0x61, r1, r9, 12, 0 });
	check_insn("stw", (struct bpf_row)STW(fp, -4, r1),
	    (struct bpf_insn){ 0x63, fp, r1, -4, 0 });
	check_insn("std_k", (struct bpf_row)STD_K(fp, -8, 1),
	    (struct bpf_insn){ 0x7a, fp, 0, -8, 1 });
	check_insn("jne", (struct bpf_row)JNE(r1, r8, L_OUT),
	    (struct bpf_insn){ 0x5d, r1, r8, 4, 0 });
	check_insn("jge_k", (struct bpf_row)JGE_K(r7, 560, L_OUT),
	    (struct bpf_insn){ 0x35, r7, 0, 4, 560 });
	check_insn("ja", (struct bpf_row)JA(L_OUT),
	    (struct bpf_insn){ 0x05, 0, 0, 4, 0 });
	check_insn("call", (struct bpf_row)CALL(LOOKUP),
	    (struct bpf_insn){ 0x85, 0, 0, 0, 1 });
}

static void
test_compat(void)
{
	uint8_t native[THREAD_INFO_BYTES] = { 0 };
	uint8_t compat[THREAD_INFO_BYTES] = { 0 };

	check_num("compat_none", find_compat(native, compat), 0);
	compat[16] = 2;
	native[3] = compat[3] = 0xff;
	check_num("compat_found", find_compat(native, compat), 16);
	native[20] = 1;
	compat[20] = 3;
	check_num("compat_two", find_compat(native, compat), -1);
}

static void
test_pid(void)
{
	static uint32_t parent[TASK_BYTES / 4], child[TASK_BYTES / 4];

	/* a pid in another place, one that the child inherits, and one that
	 * only half changes */
	parent[7] = parent[90] = parent[91] = 4711;
	child[7] = child[90] = child[91] = 4712;
	parent[200] = parent[201] = child[200] = child[201] = 4711;
	parent[250] = parent[251] = child[251] = 4711;
	child[250] = 4712;
	check_num("pid_found", find_pid(parent, child, 4711), 90 * 4);
	check_num("pid_of_another", find_pid(parent, child, 4712), 0);
	parent[300] = parent[301] = 4711;
	child[300] = child[301] = 4712;
	check_num("pid_two", find_pid(parent, child, 4711), 0);
}

static void
close_all(void)
{
	int i;

	for (i = 0; i < (int)LENGTH(ebpf.fds); i++)
		close(ebpf.fds[i]);
}

/* Set up the tap with this program on sys_enter, as set_up_programs() does with
 * the one that it chooses.  Returns "" or what failed; close_all() ends it. */
static const char *
set_up_with(enum ebpf_program_id enter)
{
	const char *why;
	int i;

	close_all();
	memset(&ebpf, 0, sizeof ebpf);
	memset(ebpf.fds, -1, sizeof ebpf.fds);
	choose_marker(&ebpf);
	why = ebpf_create_maps(&ebpf);
	for (i = 0; !why && i < ON_ENTER; i++)
		why = ebpf_attach(&ebpf, (enum ebpf_program_id)i);
	if (!why)
		why = ebpf_find_offsets(&ebpf);
	if (enter == ENTER_NO_COMPAT)
		ebpf.config.compat_offset = 0;
	if (!why)
		why = ebpf_attach(&ebpf, enter);
	if (!why)
		why = ebpf_verify_counting(&ebpf);
	return why ? why : "";
}

/* a child that only waits to be killed */
static pid_t
sleeper(void)
{
	pid_t pid = sys_fork();

	if (pid == 0)
		for (;;)
			sys_sleep_ms(1000);
	return pid;
}

static void
end_sleeper(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* The first of two attached threads ends before the second is followed.  That
 * is not the end, and it does not wake up the tap again and again. */
static void
test_end(void)
{
	pid_t first = sleeper(), second = sleeper(), killer;
	int waits = 0;

	check_num("first", ebpf_follow_thread(first), 1);
	end_sleeper(first);
	check_num("ended", ebpf_follow_thread(first), -1);
	check_num("second", ebpf_follow_thread(second), 1);
	check_num("already", ebpf_follow_thread(second), 0);
	killer = sys_fork();
	if (killer == 0) {
		sys_sleep_ms(500);
		kill(second, SIGKILL);
		_exit(0);
	}
	while (!ebpf_wait_for_end())
		waits++;
	check_num("waits", waits > 0 && waits < 20, 1);
	check_num("killed", waitpid(second, NULL, 0), second);
	waitpid(killer, NULL, 0);
}

static void
mark_under_own_name(const struct ebpf *e)
{
	syscall((long)e->marker_nr + MARKER_FOLLOW);
}

static void
mark_under_marker_name(const struct ebpf *e)
{
	ebpf_marker_call(e, MARKER_FOLLOW);
}

/* does the program on sys_enter obey the marker call of a child? */
static bool
obeys(void (*mark)(const struct ebpf *))
{
	struct ebpf_totals before = { 0 }, after = { 0 };

	ebpf_read_totals(&ebpf, &before);
	run_child(mark, &ebpf);
	ebpf_read_totals(&ebpf, &after);
	return after.tid != before.tid;
}

/* others may find the number by trying all */
static void
test_foreign_markers(void)
{
	ebpf.config.target_tid = 0;
	ebpf_write_config(&ebpf);
	check_num("marker", obeys(mark_under_marker_name), true);
	check_num("marker_own_name", obeys(mark_under_own_name), false);
	ebpf_start_counting();
	check_num("marker_too_late", obeys(mark_under_marker_name), false);
}

/* try each program for sys_enter, of which the tap would choose one */
static void
test_in_kernel(void)
{
	const char *why = set_up_with(ENTER_READ);

	if (!strcmp(why, error_text(EPERM)) ||
	    strstr(why, "the kernel has no") ||
	    strstr(why, "a 32-bit utrace")) {
		skip("in_kernel", why);
		return;
	}
	check_str("enter_read", why, "");
	test_foreign_markers();
	ebpf.config.ignore_markers = 0;
	if (ebpf.same_tids)
		test_end();
	else
		skip("end", "not in the initial PID namespace");
	if (!ebpf.config.compat_offset) {
		check_str("enter_no_compat", set_up_with(ENTER_NO_COMPAT), "");
		return;
	}
	/* it takes 32-bit calls for native ones, which the tap must notice */
	check_str("verification", set_up_with(ENTER_NO_COMPAT),
	    "it does not count right in this kernel");
	why = set_up_with(ENTER_DIRECT);
	/* EINVAL means a missing helper; the verifier's refusal is EACCES */
	if (strstr(why, "no BPF tracing"))
		skip("enter_direct", "programs can't load from the task");
	else
		check_str("enter_direct", why, "");
}

static int child_status;

/* by this name it replaces libc's */
pid_t fake_waitpid(pid_t, int *, int) __asm__("waitpid");

pid_t
fake_waitpid(pid_t pid, int *status, int flags)
{
	pid_t r = (pid_t)syscall(SYS_wait4, pid, &child_status, flags, NULL);

	if (status)
		*status = child_status;
	return r;
}

/* what int 0x80 does where the kernel has no 32-bit calls */
static void
fault(const struct ebpf *e)
{
	char *page = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)e;
	*page = 0;
}

/* the kernel would log a death by SIGSEGV */
static void
test_fault(void)
{
	sigset_t segv;

	check_num("fault", run_child(fault, NULL), 0);
	check_num("fault_status", child_status, 0);
	sigemptyset(&segv);
	sigaddset(&segv, SIGSEGV);
	sigprocmask(SIG_BLOCK, &segv, NULL);
	check_num("fault_blocked", run_child(fault, NULL), 0);
	check_num("fault_blocked_status", child_status, 0);
	sigprocmask(SIG_UNBLOCK, &segv, NULL);
}

int
main(void)
{
	test_fault();
	test_rows();
	test_programs();
	test_compat();
	test_pid();
	test_in_kernel();
	close_all();
	return unit_end();
}
