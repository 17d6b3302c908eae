/* SPDX-License-Identifier: MIT
 *
 * The ebpf tap's assembler, and how it finds its way in task_struct.
 */
#include "unit.h"
#include "ebpf/tap_ebpf.c"

static struct bpf_insn out[INSNS_MAX];

/* what the kernel's verifier would say first: where it ends, where jumps go,
 * and that nothing of ours is left in it */
static int
faults(uint32_t n)
{
	static bool second[INSNS_MAX];
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
	uint32_t n, at;
	int i, end;

	call = CALL + 0x1230;
	memcpy(&alias, "abcd", 4);
	config.pid_at = 1260;
	config.compat_at = 16;
	for (i = 0; i < (int)COUNT(fds); i++)
		fds[i] = 100 + i;
	for (i = 0; i < N_PROGRAMS; i++) {
		n = assemble(&programs[i], out, PROBE_READ);
		check_num(programs[i].tracepoint, faults(n), 0);
		check_num("old_helper", uses(n, BPF_CALL, PROBE_READ_KERNEL), 0);
		check_num("our_number", uses(n, BPF_XORW_K, CALL + 0x1230),
		    i >= ON_ENTER);
		check_num("our_name", uses(n, BPF_XORW_K, (int)alias),
		    i == ON_FORK || i >= ON_ENTER);
	}
	n = assemble(&programs[ENTER_DIRECT], out, PROBE_READ);
	for (i = 0, at = 0; i < (int)n; i++)
		if ((out[i].code & 7) == 1 && out[i].src == r0)
			at = at * 10000 + (uint16_t)out[i].off;
		else if (at)
			break;
	check_num("offsets", at, 12600016);
	n = assemble(&programs[ON_EXIT], out, PROBE_READ);
	end = uses(n, BPF_LD_MAP, 100 + END) + uses(n, BPF_CALL,
	    RINGBUF_OUTPUT);
	check_num("tells_of_the_end", end, 2);
	fds[END] = -1;
	n = assemble(&programs[ON_EXIT], out, PROBE_READ_KERNEL);
	check_num("without_a_ring", faults(n), 0);
	check_num("no_call_of_it", uses(n, BPF_CALL, RINGBUF_OUTPUT), 0);
}

static void
check_insn(const char *name, struct bpf_row row, struct bpf_insn want)
{
	static const int at[N_LABELS] = { [L_OUT] = 9 };
	struct bpf_insn got = (row.code & 7) == BPF_JUMP &&
	    row.code != BPF_CALL ? jump(&row, at, 4) : plain(&row);

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
	uint8_t native[HEAD_BYTES] = { 0 }, compat[HEAD_BYTES] = { 0 };

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

	for (i = 0; i < (int)COUNT(fds); i++)
		close(fds[i]);
}

/* what the tap caps if sys_enter has this program; it is left to close_all() */
static const char *
run_with(int which)
{
	const char *why;
	int i;

	close_all();
	memset(&config, 0, sizeof config);
	memset(fds, -1, sizeof fds);
	why = make_maps();
	for (i = 0; !why && i < ON_ENTER; i++)
		why = attach(&programs[i], &fds[N_MAPS + i]);
	if (!why)
		why = explore();
	if (which == ENTER_ONE_KIND)
		config.compat_at = 0;
	if (!why)
		why = attach(&programs[which], &fds[N_MAPS + ON_ENTER]);
	if (!why)
		why = verify();
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

/* the first of two that are attached to ends before the second is followed:
 * that isn't the end, and nothing to wake up for again and again */
static void
test_end(void)
{
	pid_t first = sleeper(), second = sleeper(), killer;
	int looks = 0;

	check_num("first", ebpf_follow(first), 1);
	end_sleeper(first);
	check_num("it_ended", ebpf_follow(first), -1);
	check_num("second", ebpf_follow(second), 1);
	check_num("known", ebpf_follow(second), 0);
	killer = sys_fork();
	if (killer == 0) {
		sys_sleep_ms(500);
		kill(second, SIGKILL);
		_exit(0);
	}
	while (!ebpf_ended())
		looks++;
	check_num("looks", looks > 0 && looks < 20, 1);
	check_num("it_was_killed", waitpid(second, NULL, 0), second);
	waitpid(killer, NULL, 0);
}

static void
push_in(void)
{
	syscall(call + CALL_MARK);
}

static void
push_in_named(void)
{
	special(CALL_MARK);
}

static bool
was_heeded(void (*what)(void))
{
	struct totals before = { 0 }, after = { 0 };

	read_map(TOTALS, 0, &before);
	run_child(what);
	read_map(TOTALS, 0, &after);
	return after.tid != before.tid;
}

/* others may find the number, by trying all */
static void
test_strangers(void)
{
	config.target = 0;
	write_map(CONFIG, 0, &config);
	check_num("heeded", was_heeded(push_in_named), true);
	check_num("by_another_name", was_heeded(push_in), false);
	ebpf_start();
	check_num("too_late", was_heeded(push_in_named), false);
}

/* each of the programs, where only one of them would be used */
static void
test_in_kernel(void)
{
	const char *why = run_with(ENTER_READ);

	if (!strcmp(why, error_text(EPERM)) || strstr(why, "the kernel")) {
		skip("in_kernel", why);
		return;
	}
	check_str("enter_read", why, "");
	test_strangers();
	config.closed = 0;
	if (same_pids)
		test_end();
	else
		skip("end", "pids are not those of the first pid namespace");
	if (!config.compat_at) {
		check_str("enter_one_kind", run_with(ENTER_ONE_KIND), "");
		return;
	}
	/* it takes one kind of call for the other, and that is seen */
	check_str("wrong_is_seen", run_with(ENTER_ONE_KIND),
	    "it does not count right in this kernel");
	why = run_with(ENTER_DIRECT);
	/* as attach() caps of EINVAL: no such helper; a refused load is EACCES */
	if (strstr(why, "no BPF tracing"))
		skip("enter_direct", "the kernel's programs can't read the task");
	else
		check_str("enter_direct", why, "");
}

int
main(void)
{
	test_rows();
	test_programs();
	test_compat();
	test_pid();
	test_in_kernel();
	close_all();
	return unit_end();
}
