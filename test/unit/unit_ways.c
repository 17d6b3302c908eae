/* SPDX-License-Identifier: MIT
 *
 * Reads filters as others may write them: some by hand, then random ones.  What
 * is read allows what the filter allows in the simulator, or is an error.
 * RANDOM_POLICIES in the environment is the number of random ones.
 */
#include "unit.h"

#include "format/policy_file.h"
#include "lib/log.h"
#include "lib/uapi.h"
#include "policy/policy.h"
#include "syscalls/abi.h"
#include "bpf_sim.h"

enum {
	LOAD = 0x20, AND = 0x54, JUMP = 0x05, RETURN = 0x06,
	IF_EQUAL = 0x15, IF_GREATER = 0x25, IF_GREATER_EQUAL = 0x35,
	IF_BITS = 0x45,
	ALLOW = 0x7fff0000, FAIL = 0x00050001,
	HEAD = 8, BODY_MAX = 24, NR = 1,
	ARGS = 2, CALLS = 200,
};

static struct uapi_sock_filter prog[HEAD + BODY_MAX];
static int prog_n, file, messages;
static struct policy policy;

static uint32_t
random_below(uint32_t n)
{
	return (uint32_t)(random_64() >> 32) % n;
}

static uint32_t
random_word(void)
{
	static const uint32_t words[] = {
		0, 1, 2, 3, 6, 12, 0x5401, 0x7fffffff, 0x80000000, 0xfffff000,
		0xfffffffe, UINT32_MAX,
	};

	return words[random_below(LENGTH(words))];
}

static void
add(int code, uint32_t jt, uint32_t jf, uint32_t k)
{
	prog[prog_n++] = (struct uapi_sock_filter){ (uint16_t)code,
	    (uint8_t)jt, (uint8_t)jf, k };
}

/* The calls before NR are allowed, those behind it fail. */
static void
begin(void)
{
	prog_n = 0;
	add(LOAD, 0, 0, 4);
	add(IF_EQUAL, 1, 0, abis[0].audit_arch);
	add(RETURN, 0, 0, FAIL);
	add(LOAD, 0, 0, 0);
	add(IF_EQUAL, 3, 0, abis[0].base + NR);
	add(IF_GREATER, 0, 1, abis[0].base + NR);
	add(RETURN, 0, 0, FAIL);
	add(RETURN, 0, 0, ALLOW);
}

/* Read prog.  Returns an empty text, or the error. */
static const char *
read_prog(void)
{
	char path[32];
	int result;

	if (ftruncate(file, 0) < 0 ||
	    pwrite(file, prog, (size_t)prog_n * sizeof *prog, 0) < 0)
		die("pwrite");
	memset(&policy, 0, sizeof policy);
	policy.action = ACTION_NONE;
	policy.may_deny = true;
	sprintf(path, "/proc/self/fd/%d", file);
	log_fd = messages;
	result = policy_file_read(&policy, path, REASON_SEEN, false);
	log_fd = 2;
	return result < 0 ? scratch_text(messages) : "";
}

/* what the filter compares, or beside it */
static uint32_t
random_argument_word(void)
{
	uint32_t word = prog[random_below((uint32_t)prog_n)].k;

	return random_below(2) ? word : word ^ 1u << random_below(32);
}

/* the first call of many for which the policy is not like the filter */
static const char *
find_difference(void)
{
	static char text[100];
	struct sim_call c = { .arch = abis[0].audit_arch,
		.nr = abis[0].base + NR };
	int i, k, steps;
	bool allowed;

	for (i = 0; i < CALLS; i++) {
		for (k = 0; k < ARGS; k++)
			c.args[k] = (uint64_t)random_argument_word() << 32 |
			    random_argument_word();
		allowed = sim_run(prog, &c, abis[0].big_endian, &steps) ==
		    ALLOW;
		if (allowed == policy_allows(&policy, 0, c.nr, c.args))
			continue;
		sprintf(text, "%s %" PRIx64 " %" PRIx64,
		    allowed ? "not read" : "too often", c.args[0], c.args[1]);
		return text;
	}
	return NULL;
}

/* the offset of an argument's low word */
static uint32_t
low_word(int arg)
{
	return 16 + 8 * (uint32_t)arg + (abis[0].big_endian ? 4 : 0);
}

/* Each compares the low word of the first argument, and allows the call if the
 * last jump does not skip that; the policy has this many rules. */
static void
test_fixed(void)
{
	static const struct {
		const char *name;
		int rules, n;
		struct uapi_sock_filter body[3];
	} rows[] = {
		{ "no_bit_set", 1, 1, { { IF_BITS, 1, 0, 0x41a } } },
		{ "any_bit_set", 4, 1, { { IF_BITS, 0, 1, 0x41a } } },
		{ "mask_differs", 3, 2, { { AND, 0, 0, 7 },
		  { IF_EQUAL, 1, 0, 5 } } },
		{ "word_differs", 32, 1, { { IF_EQUAL, 1, 0, 3 } } },
		{ "two_words_differ", 32, 2, { { IF_EQUAL, 2, 0, 3 },
		  { IF_EQUAL, 1, 0, 6 } } },
		{ "word_less", 2, 1, { { IF_GREATER_EQUAL, 1, 0, 6 } } },
		{ "word_greater", 31, 1, { { IF_GREATER, 0, 1, 4 } } },
		{ "mask_less", 1, 2, { { AND, 0, 0, 14 },
		  { IF_GREATER_EQUAL, 1, 0, 8 } } },
		{ "mask_greater", 1, 2, { { AND, 0, 0, 12 },
		  { IF_GREATER_EQUAL, 0, 1, 5 } } },
	};
	const struct policy_rule *r;
	const char *why;
	size_t i;
	int k, n;

	for (i = 0; i < LENGTH(rows); i++) {
		begin();
		add(LOAD, 0, 0, low_word(0));
		for (k = 0; k < rows[i].n; k++)
			prog[prog_n++] = rows[i].body[k];
		add(RETURN, 0, 0, ALLOW);
		add(RETURN, 0, 0, FAIL);
		why = read_prog();
		n = policy_rules(&policy, 0, abis[0].base + NR, &r);
		if (!*why)
			why = find_difference();
		check(!why && n == rows[i].rules, rows[i].name,
		    "%s; %d rules, not %d", why ? why : "", n, rows[i].rules);
	}
}

/* A filter that denies one call, and does this with foreign ABIs: it kills, fails
 * or allows, or it allows one number. */
static void
test_deny(void)
{
	static const struct {
		const char *name;
		uint32_t foreign, one;
		int action;     /* that of foreign calls, if it can be read */
	} rows[] = {
		{ "foreign_killed", 0x80000000, 0x80000000, ACTION_KILL },
		{ "foreign_fails", 0x00050001, 0x00050001, 1 },
		{ "foreign_allowed", ALLOW, ALLOW, ACTION_ALLOW },
		{ "one_allowed", 0x80000000, ALLOW, ACTION_NONE },
		{ "one_fails", 0x80000000, FAIL, ACTION_NONE },
		{ "one_denied", ALLOW, 0x80000000, ACTION_ALLOW },
	};
	const struct abi *last = &abis[abi_count - 1];
	uint32_t one = abi_nr_at(abi_count - 1, 1);
	const char *said;
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		prog_n = 0;
		add(LOAD, 0, 0, 4);
		add(IF_EQUAL, 0, 3, last->audit_arch);
		add(LOAD, 0, 0, 0);
		add(IF_EQUAL, 0, 1, one);
		add(RETURN, 0, 0, rows[i].one);
		add(LOAD, 0, 0, 4);
		add(IF_EQUAL, 1, 0, abis[0].audit_arch);
		add(RETURN, 0, 0, rows[i].foreign);
		add(LOAD, 0, 0, 0);
		add(IF_GREATER_EQUAL, 0, 1, last->audit_arch ==
		    abis[0].audit_arch ? last->base : UINT32_MAX);
		add(RETURN, 0, 0, rows[i].foreign);
		add(IF_EQUAL, 1, 0, abis[0].base + NR);
		add(RETURN, 0, 0, ALLOW);
		add(RETURN, 0, 0, FAIL);
		said = read_prog();
		check(!*said == (rows[i].action != ACTION_NONE), rows[i].name,
		    "[%s]", said);
		if (*said || abi_count == 1)
			continue;
		check_num(rows[i].name, policy_action(&policy, abi_count - 1,
		    last->base + 99999), rows[i].action);
		check_num(rows[i].name, policy_action(&policy, abi_count - 1,
		    one), rows[i].foreign == ALLOW && rows[i].one != ALLOW ?
		    ACTION_KILL : rows[i].action);
		check_num(rows[i].name, policy_action(&policy, 0,
		    abis[0].base + NR), 1);
	}
}

/* libseccomp's filters kill each number from 0x40000000 on, which is x32's or no
 * ABI's, whatever their default is. */
static void
test_high_numbers(void)
{
	static const struct { const char *name; uint32_t one, others; } rows[] = {
		{ "high_denied", FAIL, ALLOW }, { "high_failing", ALLOW, FAIL },
	};
	const char *said;
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		prog_n = 0;
		add(LOAD, 0, 0, 4);
		add(IF_EQUAL, 1, 0, abis[0].audit_arch);
		add(RETURN, 0, 0, 0);
		add(LOAD, 0, 0, 0);
		add(IF_GREATER_EQUAL, 0, 2, 0x40000000);
		add(IF_EQUAL, 1, 0, UINT32_MAX);
		add(RETURN, 0, 0, 0);
		add(IF_EQUAL, 1, 0, abis[0].base + NR);
		add(RETURN, 0, 0, rows[i].others);
		add(RETURN, 0, 0, rows[i].one);
		said = read_prog();
		check_str(rows[i].name, said, "");
		check_num(rows[i].name, policy.action,
		    rows[i].others == ALLOW ? ACTION_ALLOW : 1);
		check_num(rows[i].name, policy_action(&policy, 0,
		    abis[0].base + NR + 1), policy.action);
	}
}

static void
make_random(void)
{
	static const int jumps[] = {
		IF_EQUAL, IF_EQUAL, IF_GREATER, IF_GREATER_EQUAL, IF_BITS,
		IF_BITS,
	};
	uint32_t left = 3 + random_below(BODY_MAX - 4);

	begin();
	add(LOAD, 0, 0, 16 + 4 * random_below(2 * ARGS));
	for (; left > 2; left--)
		switch (random_below(8)) {
		case 0:
		case 1:
			add(LOAD, 0, 0, 16 + 4 * random_below(2 * ARGS));
			break;
		case 2:
			add(AND, 0, 0, random_word());
			break;
		case 3:
			add(RETURN, 0, 0, random_below(2) ? ALLOW : FAIL);
			break;
		default:
			add(jumps[random_below(LENGTH(jumps))],
			    random_below(left - 1), random_below(left - 1),
			    random_word());
		}
	add(RETURN, 0, 0, ALLOW);
	add(RETURN, 0, 0, FAIL);
}

/* One in 100 would need more rules than there is room for. */
static void
test_random(void)
{
	const char *why = NULL, *wanted = getenv("RANDOM_POLICIES");
	int n = wanted ? (int)strtol(wanted, NULL, 10) : 500, i, unread = 0;

	for (i = 0; i < n && !why; i++) {
		make_random();
		if (!*read_prog())
			why = find_difference();
		else
			unread++;
	}
	check(!why, "random", "filter %d: %s", i - 1, why);
	check(unread * 100 < i, "random_read", "%d of %d not read", unread, i);
}

int
main(void)
{
	file = scratch();
	messages = scratch();
	test_fixed();
	test_deny();
	test_high_numbers();
	test_random();
	return unit_end();
}
