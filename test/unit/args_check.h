/* SPDX-License-Identifier: MIT
 *
 * args.c for the ABIs that the includer lists: which conditions calls get, that
 * they hold for what the kernel takes as the same call and for nothing else, by
 * policy.c and by the filter through the simulator, and the names of values.
 */
#include <fcntl.h>

#include "syscalls/abi.c"
#include "lib/log.h"
#include "lib/out.h"
#include "policy/policy.h"
#include "policy/review.h"
#include "policy/args.h"
#include "policy/filter.h"
#include "format/call_name.h"
#include "format/caps.h"
#include "bpf_sim.h"

static struct policy policy;
static struct uapi_sock_filter code[FILTER_MAX];
static int code_n;

/* a call that has selectors in args.c, with its arguments 0 to 2 */
struct known {
	const char *name;
	uint32_t args[3];
	const char *other;      /* arguments that are others to the kernel, */
	uint32_t others[3];     /* one at a time */
	uint32_t same[3];       /* bits that make no other call, in any */
};

static const struct known calls_known[] = {
	{ "socket", { 2, 1, 0 }, "01", { 16, 3, 0 }, { 0, 0x80800, 9 } },
	{ "socketpair", { 1, 5, 0 }, "01", { 2, 1, 0 }, { 0, 0x80800, 9 } },
	{ "setsockopt", { 4, 0xffff, 0x1002 }, "12", { 0, 1, 7 }, { 1, 0, 0 } },
	{ "getsockopt", { 4, 1, 7 }, "12", { 0, 41, 8 }, { 1, 0, 0 } },
	{ "ioctl", { 0, 0x80045430, 0 }, "1", { 0, 0x5413, 0 }, { 7, 0, 3 } },
	{ "fcntl", { 0, 3, 0 }, "1", { 0, 1030, 0 }, { 7, 0, 3 } },
	{ "fcntl64", { 0, 14, 0 }, "1", { 0, 13, 0 }, { 7, 0, 3 } },
	{ "prctl", { 0x53564d41, 0, 0 }, "0", { 15, 0, 0 }, { 0, 7, 7 } },
	{ "madvise", { 0, 0, 4 }, "2", { 0, 0, 15 }, { 7, 7, 0 } },
	{ "personality", { UINT32_MAX, 0, 0 }, "0", { 0x40000 }, { 0, 1, 1 } },
	{ "clone", { 0x01200011, 0, 0 }, "0", { 0x11000011 },
	    { 0x00100f80, 7, 7 } },
	{ "unshare", { 0x10000000, 0, 0 }, "0", { 0x20000 }, { 0, 7, 7 } },
	{ "setns", { 3, 0x40000000, 0 }, "1", { 0, 0x10000000 }, { 1, 0, 1 } },
	{ "mprotect", { 0, 0, 1 }, "2", { 0, 0, 5 }, { 7, 7, 2 } },
	{ "pkey_mprotect", { 0, 0, 5 }, "2", { 0, 0, 7 }, { 7, 7, 1 } },
	{ "futex", { 0, 0x80, 0 }, "1", { 0, 1, 0 }, { 7, 0x180, 7 } },
	{ "futex_time64", { 0, 9, 0 }, "1", { 0, 0, 0 }, { 7, 0x180, 7 } },
	{ "bpf", { 5, 0, 0 }, "0", { 0, 0, 0 }, { 0, 7, 7 } },
	{ "ptrace", { 0x4206, 0, 0 }, "0", { 16, 0, 0 }, { 0, 7, 7 } },
	{ "keyctl", { UINT32_MAX, 0, 0 }, "0", { 1, 0, 0 }, { 0, 7, 7 } },
	{ "socketcall", { 1, 0, 0 }, "0", { 3, 0, 0 }, { 0, 7, 7 } },
	{ "ipc", { 21, 0, 0 }, "0", { 0x10015, 0, 0 }, { 0, 7, 7 } },
	{ "mmap2", { 0, 0, 0 }, "2", { 0, 0, 4 }, { 7, 7, 3 } },
};

static void
empty(void)
{
	memset(&policy, 0, sizeof policy);
	policy.action = EPERM;
}

static uint32_t
nr_of(int abi, const char *name)
{
	return (uint32_t)abi_nr(abi, name);
}

static bool
has(int abi, const char *name)
{
	return abi_nr(abi, name) >= 0;
}

static int
add(int abi, const char *name, uint64_t a, uint64_t b, uint64_t c)
{
	const uint64_t args[6] = { a, b, c };

	return args_add(&policy, abi, nr_of(abi, name), args, 1);
}

static void
compile(void)
{
	code_n = filter_build(&policy, 0, code, FILTER_MAX);
}

/* by the policy and by the filter; -1: they differ */
static int
passes(int abi, const char *name, const uint64_t args[6])
{
	struct sim_call c = { .arch = abis[abi].audit_arch,
	    .nr = nr_of(abi, name) };
	bool allowed = policy_allows(&policy, abi, c.nr, args);
	int steps;

	memcpy(c.args, args, sizeof c.args);
	return (sim_run(code, &c, abis[abi].big_endian, &steps) ==
	    UAPI_SECCOMP_RET_ALLOW) == allowed ? allowed : -1;
}

/* how an int can stand in a register of 64 bits */
static uint64_t
extended(uint32_t v, int how)
{
	switch (how) {
	case 0:
		return v;
	case 1:
		return (uint64_t)(int64_t)(int32_t)v;
	case 2:
		return UINT64_MAX << 32 | v;
	}
	return 0x5a5a5a5a00000000 | v;
}

enum { WAYS = 4 };

static void
test_call(int abi, const struct known *k)
{
	uint64_t args[6], was;
	char name[96];
	const char *s;
	int how, i;

	snprintf(name, sizeof name, "%s:%s", abis[abi].name, k->name);
	for (how = 0; how < WAYS; how++) {
		empty();
		for (i = 0; i < 6; i++)
			args[i] = extended(i < 3 ? k->args[i] : 0, how);
		args_add(&policy, abi, nr_of(abi, k->name), args, 1);
		compile();
		check(policy_reasons(&policy, abi, nr_of(abi, k->name)) & REASON_CONDITIONAL &&
		    policy.n_rules == 1, name, "no condition");
		for (i = 0; i < 4 * WAYS; i++) {
			int j;

			for (j = 0; j < 6; j++)
				args[j] = extended(j < 3 ? k->args[j] ^
				    (i & 4 ? k->same[j] : 0) : 7u * (i >= 8),
				    i % WAYS);
			if (!check_num(name, passes(abi, k->name, args), 1))
				return;
		}
		for (s = k->other; *s; s++) {
			i = *s - '0';
			was = args[i];
			args[i] = extended(k->others[i], how);
			check_num(name, passes(abi, k->name, args), 0);
			args[i] = was;
		}
	}
}

static void
test_calls(void)
{
	size_t i;
	int abi, n = 0;

	for (abi = 0; abi < abi_count; abi++)
		for (i = 0; i < LENGTH(calls_known); i++)
			if (has(abi, calls_known[i].name)) {
				test_call(abi, &calls_known[i]);
				n++;
			}
	check(n >= abi_count * 16, "calls", "only %d", n);
}

/* all that they add up to, as a list */
static const char *
rules(int abi, const char *name)
{
	int fd = scratch();
	const struct policy_rule *r;
	const char *text;
	struct out o;
	int n = policy_rules(&policy, abi, nr_of(abi, name), &r);

	out_init(&o, fd);
	for (; n > 0; n--, r++) {
		call_name_write_rule(&o, r);
		out_char(&o, '\n');
	}
	out_flush(&o);
	text = scratch_text(fd);
	close(fd);
	return text;
}

static const char *
rule_of(int abi, const char *name, uint64_t a, uint64_t b, uint64_t c)
{
	empty();
	add(abi, name, a, b, c);
	return rules(abi, name);
}

/* the names alone, "AF_INET SOCK_STREAM" */
static const char *
names_of(int abi, const char *name, uint64_t a, uint64_t b, uint64_t c)
{
	static char text[256];
	const char *from = strchr(rule_of(abi, name, a, b, c), '[');
	size_t len = from ? strcspn(++from, "]") : 0;

	if (len >= sizeof text)
		return "too long";
	if (len)
		memcpy(text, from, len);
	text[len] = '\0';
	return text;
}

/* the bits that are asked for are all that matters, and no others are */
static void
test_masks(void)
{
	struct policy_rule rule[2];
	uint64_t args[2][6] = { { 0 } };
	const struct known *k;
	uint32_t mask[3];
	int abi, i;

	empty();
	for (abi = 0; abi < abi_count; abi++)
		for (k = calls_known; k < calls_known + LENGTH(calls_known);
		    k++) {
			if (!has(abi, k->name))
				continue;
			check(args_masks(&policy, true, abi, nr_of(abi,
			    k->name), mask) > 0, k->name, "no mask");
			for (i = 0; i < 3; i++) {
				args[0][i] = k->args[i] ^ k->same[i];
				args[1][i] = k->args[i] & mask[i];
				/* pages may be writable, if not executable */
				check(!(mask[i] & k->same[i] & ~2u), k->name,
				    "argument %d: too many bits", i);
			}
			for (i = 0; i < 2; i++)
				rule[i].n = (uint8_t)args_tests(abi,
				    nr_of(abi, k->name), args[i], rule[i].test);
			check(rule[0].n && !policy_compare_tests(&rule[0],
			    &rule[1]), k->name, "other tests");
		}
}

/* ... and those that a policy has conditions on; what it allows without needs
 * no look */
static void
test_masks_of_rules(void)
{
	struct policy_test t = { .arg = 2, .op = OP_MASKED_EQ, .mask = 0x30 };
	uint32_t read = nr_of(0, "read"), mask[3];
	bool wide = abis[0].bits == 64;

	empty();
	check_num("masks_none", args_masks(&policy, true, 0, read, mask), 0);
	policy_add_rule(&policy, 0, read, REASON_KNOWN, &t, 1);
	t = (struct policy_test){ .arg = 2, .op = OP_MASKED_EQ, .mask = 4 };
	policy_add_rule(&policy, 0, read, REASON_KNOWN, &t, 1);
	check(args_masks(&policy, false, 0, read, mask) > 0, "masks_rules",
	    "none");
	check_num("masks_rules", mask[2], 0x34);
	check_num("masks_rules_others", mask[0] | mask[1], 0);
	t = (struct policy_test){ .arg = 0, .op = OP_LE, .value = 4 };
	policy_add_rule(&policy, 0, read, REASON_KNOWN, &t, 1);
	check_num("masks_wide", args_masks(&policy, false, 0, read, mask) > 0,
	    !wide);
	check(wide || mask[0] == UINT32_MAX, "masks_wide", "%x", mask[0]);
	empty();
	t = (struct policy_test){ .arg = 3, .op = OP_MASKED_EQ, .mask = 4 };
	policy_add_rule(&policy, 0, read, REASON_KNOWN, &t, 1);
	check_num("masks_arg3", args_masks(&policy, false, 0, read, mask), -1);
	policy_add(&policy, 0, read, REASON_SEEN, 1);
	check_num("masks_any", args_masks(&policy, false, 0, read, mask), 0);
	t.arg = 0;
	policy_add_rule(&policy, 0, 99999, REASON_KNOWN, &t, 1);
	check_num("masks_number", args_masks(&policy, false, 0, 99999, mask),
	    -1);
	policy_add_name(&policy, 0, "ioctl", REASON_KNOWN);
	check_num("masks_known", args_masks(&policy, true, 0,
	    nr_of(0, "ioctl"), mask), 0);
}

/* pages that are executable, but were never writable then */
static void
test_protection(void)
{
	int abi;

	for (abi = 0; abi < abi_count; abi++) {
		const char *map = has(abi, "mmap2") ? "mmap2" : "mmap";
		uint64_t args[6] = { 0 };
		int seen, wanted, i;

		/* each subset of none, W, X, WX seen; W and R are the same */
		for (seen = 1; seen < 16; seen++) {
			empty();
			for (i = 0; i < 4; i++)
				if (seen >> i & 1)
					add(abi, map, 0, 0, (unsigned)i << 1);
			compile();
			for (i = 0; i < 4; i++) {
				args[2] = (unsigned)i << 1;
				wanted = i < 2 ? (seen & 3) != 0 :
				    i == 2 && (seen >> 2 & 1);
				wanted |= seen >> 3 & 1;
				check_num("protection", passes(abi, map, args),
				    wanted);
			}
		}
		if (strcmp(map, "mmap") != 0 && has(abi, "mmap")) {
			empty();
			check_num("mmap_by_struct", add(abi, "mmap", 0, 0, 1),
			    0);
			check_num("mmap_by_struct_why", policy_reasons(&policy, abi,
			    nr_of(abi, "mmap")), REASON_SEEN);
		}
	}
}

/* 32 values are told apart; with the next it is allowed without */
static void
test_many(void)
{
	const uint64_t any[6] = { 0, 4711 };
	const struct policy_rule *r;
	int abi, i;

	for (abi = 0; abi < abi_count; abi++) {
		uint32_t nr = nr_of(abi, "ioctl");

		empty();
		for (i = 0; i < 64; i++)
			add(abi, "ioctl", 0, 0x8900u + (unsigned)i % 32, 0);
		check_num("many_32", policy_rules(&policy, abi, nr, &r), 32);
		check_num("many_count", (int64_t)policy.count[abi][abi_table_index(abi,
		    nr)], 64);
		compile();
		check_num("many_refuses", passes(abi, "ioctl", any), 0);
		check_num("many_33", add(abi, "ioctl", 0, 0x8a00, 0), 0);
		check_num("many_33_rules", policy.n_rules, 0);
		check_num("many_33_why", policy_reasons(&policy, abi, nr),
		    REASON_SEEN);
		check_num("many_33_count", (int64_t)policy.count[abi][
		    abi_table_index(abi, nr)], 65);
		check_num("many_34", add(abi, "ioctl", 0, 1, 0), 0);
		compile();
		check_num("many_33_any", passes(abi, "ioctl", any), 1);
	}
}

static void
test_full(void)
{
	struct policy_test t = { .arg = 0, .op = OP_EQ };

	empty();
	while (policy.n_rules < POLICY_RULES_MAX - 1) {
		t.value++;
		policy_add_rule(&policy, 0, nr_of(0, "socket"), REASON_KNOWN, &t,
		    1);
	}
	check_num("last", add(0, "ioctl", 0, 1, 0), 1);
	check_num("full", add(0, "ioctl", 0, 2, 0), 0);
	check_num("full_why", policy_reasons(&policy, 0, nr_of(0, "ioctl")),
	    REASON_SEEN);
	check_num("full_others", policy.n_rules, POLICY_RULES_MAX - 1);
}

/* what is no such call, and what is allowed without already */
static void
test_without(void)
{
	const uint64_t args[6] = { 1, 2, 3, 4, 5, 6 };
	struct policy_test test[ARGS_TESTS_MAX];

	empty();
	check_num("without", add(0, "read", 1, 2, 3), 0);
	check_num("number", args_add(&policy, 0, 99999, args, 1), 0);
	check_num("number_tests", args_tests(0, 99999, args, test), 0);
	policy_add_name(&policy, 0, "ioctl", REASON_KNOWN);
	check_num("known_before", add(0, "ioctl", 1, 2, 3), 0);
	check_num("known_before_why", policy_reasons(&policy, 0,
	    nr_of(0, "ioctl")), REASON_KNOWN | REASON_SEEN);
	check_num("none", policy.n_rules, 0);
}

static const char *
review_of(int abi, const char *name)
{
	const char *why = review_reason(abi, nr_of(abi, name));

	return why ? why : "";
}

static void
test_review(void)
{
	int abi;

	for (abi = 0; abi < abi_count; abi++) {
		check_str("review", review_of(abi, "bpf"), "kernel code");
		check_str("review", review_of(abi, "ptrace"),
		    "other processes");
		check_str("review", review_of(abi, "unshare"), "namespaces");
		check_str("review", review_of(abi, "mount"), "mounts");
		check_str("review", review_of(abi, "keyctl"), "keys");
		check_str("review", review_of(abi, "reboot"), "whole machine");
		check_str("review", review_of(abi, "clock_settime"),
		    "whole machine");
		check_str("review", review_of(abi, "io_uring_enter"),
		    "other calls");
		check_str("review_not", review_of(abi, "read"), "");
		check(!review_reason(abi, 99999), "review_number", "not none");
		if (has(abi, "socketcall"))
			check_str("review", review_of(abi, "socketcall"),
			    "other calls");
	}
}

/* a rule's number may have no name */
static void
test_any_number(void)
{
	int saved = log_fd, abi;
	char want[128];

	log_fd = scratch();
	for (abi = 0; abi < abi_count; abi++) {
		memset(&policy, 0, sizeof policy);
		sprintf(want, "utrace: %s%s99999: too many different "
		    "arguments; allowing any\n", abi ? abis[abi].name : "",
		    abi ? ":" : "");
		check_num("any_number", args_add_any(&policy, abi, 99999, 3), 0);
		check_str("any_number_says", scratch_text(log_fd), want);
	}
	close(log_fd);
	log_fd = saved;
}

/* What runc calls between filter and execve gets runc's own values beside the
 * program's rules: without a row of runc_uses[] in caps.c, oci would allow any
 * arguments.  mmap, where mmap2 is, has no rules. */
static void
test_runc(void)
{
	static const struct policy_rule *list[POLICY_RULES_MAX];
	static const uint64_t args[6] = { 77, 77, 77 };
	const char *name;
	int abi, tried = 0;
	int64_t nr;

	for (abi = 0; abi < abi_count; abi++)
		for (name = caps_runc_calls; *name; name += strlen(name) + 1) {
			nr = abi_nr(abi, name);
			empty();
			if (nr < 0 || args_add(&policy, abi, (uint32_t)nr, args,
			    1) < 0 || !(policy_reasons(&policy, abi,
			    (uint32_t)nr) & REASON_CONDITIONAL))
				continue;
			tried++;
			check(caps_rules(&policy, OCI_CAPS, abi, (uint32_t)nr,
			    list) > 1, "runc", "%s: runc_uses[] lacks %s",
			    abis[abi].name, name);
		}
	check(tried >= 4, "runc_tried", "%d", tried);
}

static void
test_all(void)
{
	/* it caps what it drops */
	log_fd = open("/dev/null", O_WRONLY);
	test_calls();
	test_masks();
	test_masks_of_rules();
	test_protection();
	test_many();
	test_full();
	test_without();
	test_review();
	test_any_number();
	test_runc();
}
