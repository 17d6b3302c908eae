/* SPDX-License-Identifier: MIT
 *
 * Random policies in every format that utrace writes and reads: what is read
 * again allows at least what was written, on the native ABI exactly that unless
 * a loss was reported, and stays the same when it is written and read once more.
 * RANDOM_POLICIES=120000 in the environment tries 10,000 for each format.
 */
#include "unit.h"

#include <errno.h>

#ifndef ABIS
#define ABIS(X) X(x86_64) X(i386) X(x32)
#endif
#include "syscalls/abi.c"
#include "format/caps.h"
#include "format/format.h"
#include "format/policy_file.h"
#include "lib/log.h"
#include "lib/out.h"
#include "policy/policy.h"
#include "policy_list.h"

enum { FORMATS = 12, CALLS_MAX = 24 };

static struct policy policy, first, second, third;
static int messages;
static int made, untold;        /* policies */
static bool low_words;          /* procd compares no more */
static uint32_t state = 1;
static int file;
static char path[32];

static uint32_t
random_below(uint32_t n)
{
	state = state * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)state * n >> 32);
}

static uint64_t
random_value(int abi)
{
	static const uint64_t values[] = {
		0, 1, 2, 3, 4, 15, 16, 4095, 4096, 0x5401, INT32_MAX,
		0x80000000, UINT32_MAX, 1ull << 32, INT64_MAX, UINT64_MAX,
	};
	uint64_t v = values[random_below(LENGTH(values))];

	return abis[abi].bits == 32 || low_words ? (uint32_t)v : v;
}

static void
add_random_rule(int abi, uint32_t nr)
{
	struct policy_test test[3];
	int n = (int)random_below(3) + 1, i;

	for (i = 0; i < n; i++) {
		test[i] = (struct policy_test){
			.arg = (uint8_t)random_below(6),
			.op = (uint8_t)random_below(7),
			.value = random_value(abi),
		};
		if (test[i].op == OP_MASKED_EQ) {
			test[i].mask = random_value(abi) | 1;
			test[i].value &= test[i].mask;
		}
	}
	policy_add_rule(&policy, abi, nr, REASON_SEEN, test, n);
}

static uint32_t
random_call(int abi)
{
	uint32_t nr;

	do
		nr = abi_nr_at(abi, (int)random_below(abis[abi].n));
	while (!abi_name_id(abi, nr));
	return random_below(30) ? nr : abis[abi].base + 90000 + nr % 100;
}

static int
random_action(void)
{
	static const int actions[] = { 0, 1, 1, 13, 38, 133, ACTION_LOG };

	return actions[random_below(LENGTH(actions))];
}

static void
make_policy(void)
{
	int n = (int)random_below(CALLS_MAX) + 1, abi, k;
	uint32_t nr;

	memset(&policy, 0, sizeof policy);
	policy.action = random_action();
	while (n-- > 0) {
		abi = random_below(4) ? 0 : 
		    (int)random_below((uint32_t)abi_count);
		nr = random_call(abi);
		if (random_below(3))
			policy_add(&policy, abi, nr, REASON_SEEN, 1);
		else
			for (k = (int)random_below(3); k >= 0; k--)
				add_random_rule(abi, nr);
	}
	/* for something to be left in each format */
	policy_add_name(&policy, 0, "read", REASON_SEEN);
	for (k = (int)random_below(3); k > 0; k--) {
		nr = random_call(0);
		if (!policy_reasons(&policy, 0, nr))
			policy_set_action(&policy, 0, nr, random_action());
	}
	policy.incomplete = !random_below(8);
}

/* what is read of what is written; false: nothing, with a message */
static bool
write_and_read(struct policy *to, const struct policy *from,
    const struct format *f)
{
	static struct policy written;
	int result;

	written = *from;

	if (written.action == ACTION_NONE)
		written.action = 1;
	if (ftruncate(file, 0) < 0 || lseek(file, 0, SEEK_SET) < 0 ||
	    format_write(f, &written, file) < 0)
		die(path);
	memset(to, 0, sizeof *to);
	to->action = ACTION_NONE;
	to->may_deny = true;
	log_fd = messages;
	result = policy_file_read(to, path, REASON_SEEN, false);
	log_fd = 2;
	return result == 0;
}

/* the values of the rules, and those beside them */
static void
random_args(const struct policy *p, int abi, uint32_t nr, uint64_t args[6])
{
	const struct policy_rule *r;
	int n = policy_rules(p, abi, nr, &r), i;

	for (i = 0; i < 6; i++)
		args[i] = random_value(abi);
	if (n > 0 && random_below(4)) {
		r += random_below((uint32_t)n);
		for (i = 0; i < r->n; i++)
			args[r->test[i].arg] = r->test[i].value +
			    (random_below(3) || low_words ? 0 :
			    random_below(3) - 1u);
	}
}

static const char *
problem(const struct format *f)
{
	static struct policy_call calls[POLICY_CALLS_MAX];
	static char why[256];
	bool adds = f->caps & CAPS_RUNC_CALLS, lossless;
	/* its conditions come back in another shape, which allows the same */
	bool is_filter = !strcmp(f->name, "bpf");
	const struct policy *last = is_filter ? &third : &first;
	int n, i, k, abi;
	const char *said;
	uint64_t args[6];
	uint32_t nr;

	made++;
	log_fd = messages;
	format_warn_losses(f, &policy, false);
	log_fd = 2;
	lossless = !*scratch_text(messages);
	/* what is for all ABIs settles in the second round */
	if (!write_and_read(&first, &policy, f) ||
	    !write_and_read(&second, &first, f) ||
	    !write_and_read(&third, &second, f)) {
		said = scratch_text(messages);
		/* some conditions of a filter can't be told, which it says */
		return is_filter && strstr(said, ": utrace can't express this") &&
		    ++untold * 50 < made ? NULL : said;
	}
	n = policy_list(&second, BY_NR, calls);
	for (i = 0; i < n; i++)
		if (!is_filter && policy_change(&second, &third, calls[i].abi,
		    calls[i].nr))
			return "not the same again";
	if (policy_list(&third, BY_NR, calls) != n)
		return "more calls again";
	if (first.incomplete != policy.incomplete && !is_filter)
		return "incomplete";
	if (lossless && first.action != ACTION_NONE &&
	    first.action != policy.action && policy.action != 1)
		return "other action";
	n = policy_list(&policy, BY_NR, calls);
	for (i = 0; i < n; i++) {
		abi = calls[i].abi;
		nr = calls[i].nr;
		if (!caps_has_call(f->caps, abi, nr))
			continue;
		for (k = 0; k < 20; k++) {
			random_args(&policy, abi, nr, args);
			sprintf(why, "%s:%" PRIu32, abis[abi].name, nr);
			if (policy_allows(&policy, abi, nr, args)) {
				if (!policy_allows(last, abi, nr, args))
					return why;
			} else if (lossless && !adds && abi == 0 &&
			    !(f->caps & CAPS_NAME_FOR_ALL_ABIS) &&
			    policy_allows(last, abi, nr, args))
				return strcat(why, " too often");
		}
	}
	for (i = 0; i < policy.n_overrides && lossless; i++) {
		abi = policy.overrides[i].abi;
		nr = policy.overrides[i].nr;
		/* runc's calls are allowed, and exit where procd needs it */
		if ((adds || nr == (uint32_t)abi_nr(abi, "exit")) &&
		    policy_reasons(&first, abi, nr))
			continue;
		/* minijail kills by default */
		if (policy.overrides[i].action == ACTION_KILL &&
		    policy_action(&first, abi, nr) == ACTION_NONE)
			continue;
		/* a list does not say the default */
		if (caps_has_call(f->caps, abi, nr) &&
		    policy.overrides[i].action != policy.action &&
		    !policy_reasons(&policy, abi, nr) &&
		    policy_action(&first, abi, nr) !=
		    policy.overrides[i].action) {
			sprintf(why, "action of %s:%" PRIu32, abis[abi].name, nr);
			return why;
		}
	}
	return NULL;
}

static void
make_deny_list(void)
{
	int n = (int)random_below(CALLS_MAX), abi;
	uint32_t nr;

	memset(&policy, 0, sizeof policy);
	policy.action = ACTION_ALLOW;
	policy.closed_abis = (uint8_t)(random_below(1u << abi_count) & ~1u);
	policy.closed_action = (int16_t)random_action();
	while (n-- > 0) {
		abi = (int)random_below((uint32_t)abi_count);
		nr = random_call(abi);
		if (policy.closed_abis >> abi & 1)
			continue;
		policy_set_action(&policy, abi, nr, random_action());
		if (!random_below(3))
			add_random_rule(abi, nr);
	}
	policy_set_action(&policy, 0, random_call(0), EPERM);
}

/* the action that a call with these arguments gets */
static int
denial(const struct policy *p, int abi, uint32_t nr, const uint64_t args[6])
{
	return policy_allows(p, abi, nr, args) ? ACTION_ALLOW :
	    policy_action(p, abi, nr);
}

/* the first call for which what is read of a deny list's filter is not like it */
static const char *
deny_problem(const struct format *filter)
{
	static char why[64];
	uint64_t args[6];
	uint32_t nr;
	int abi, i, k;

	if (!write_and_read(&first, &policy, filter))
		return scratch_text(messages);
	for (abi = 0; abi < abi_count; abi++)
		for (i = 0; i < abis[abi].n + 3; i++) {
			nr = i < abis[abi].n ? abi_nr_at(abi, i) :
			    abis[abi].base + 90000 + (uint32_t)i;
			sprintf(why, "%s:%" PRIu32, abis[abi].name, nr);
			for (k = 0; k < 4; k++) {
				random_args(&policy, abi, nr, args);
				if (denial(&policy, abi, nr, args) !=
				    denial(&first, abi, nr, args))
					return why;
			}
		}
	return NULL;
}

static void
test_deny(int n)
{
	const char *why = NULL;
	int i;

	for (i = 0, state = 5; i < n && !why; i++) {
		make_deny_list();
		why = deny_problem(format_by_name("bpf"));
	}
	check(!why, "deny", "policy %d: %s", i - 1, why ? why : "");
}

/* rules that random policies had and that were not read as they were written */
static void
test_found(void)
{
	static const uint64_t high = 1ull << 32, most = INT64_MAX;
	const struct {
		const char *name, *format;
		struct policy_test rule[3][3];
	} rows[] = {
		/* the first tells a bit of the word that the second compares */
		{ "known_bit", "bpf", { { { 1, OP_MASKED_EQ, 1, high + 1 } },
		  { { 1, OP_GE, high, 0 } } } },
		/* the way around a number comes before the range that has it */
		{ "around", "bpf", {
		  { { 1, OP_GE, 0x5401, 0 }, { 1, OP_NE, most, 0 } },
		  { { 3, OP_MASKED_EQ, 3, 3 }, { 5, OP_GE, high, 0 } } } },
		/* a range without a number of these bits */
		{ "no_number", "bpf", { { { 5, OP_NE, 0, 0 } },
		  { { 0, OP_NE, 0x1000, 0 }, { 2, OP_EQ, UINT64_MAX, 0 } },
		  { { 3, OP_LT, high, 0 },
		    { 4, OP_MASKED_EQ, UINT32_MAX, UINT32_MAX },
		    { 4, OP_LT, most, 0 } } } },
		/* the end of a range, but not with this high word */
		{ "end", "bpf", { { { 3, OP_EQ, high, 0 } },
		  { { 1, OP_GE, 0x1001, 0 }, { 2, OP_GE, high, 0 },
		    { 3, OP_LE, high, 0 } } } },
		/* procd wants both, runc one, and their JSON is alike */
		{ "both", "procd", { { { 1, OP_EQ, 2, 0 },
		    { 1, OP_MASKED_EQ, 1, 15 } } } },
	};
	uint32_t nr = (uint32_t)abi_nr(0, "ioctl");
	const char *why;
	size_t i;
	int k, n;

	for (i = 0; i < LENGTH(rows); i++) {
		memset(&policy, 0, sizeof policy);
		for (k = 0; k < 3; k++) {
			for (n = 0; n < 3 && (rows[i].rule[k][n].value ||
			    rows[i].rule[k][n].arg); n++)
				;
			if (n)
				policy_add_rule(&policy, 0, nr, REASON_SEEN,
				    rows[i].rule[k], n);
		}
		untold = made = 0;
		why = problem(format_by_name(rows[i].format));
		check(!why, rows[i].name, "%s", why ? why : "");
		scratch_text(messages);
	}
}

int
main(void)
{
	static const char *const formats_read[FORMATS] = {
		"whitelist", "procd", "oci", "docker", "list", "lxc",
		"systemd", "minijail", "firejail", "kafel", "spo", "bpf",
	};
	const struct format *f;
	const char *why = NULL, *wanted = getenv("RANDOM_POLICIES");
	int n = wanted ? (int)strtol(wanted, NULL, 10) : 500, i, k;

	messages = scratch();
	file = scratch();
	sprintf(path, "/proc/self/fd/%d", file);
	for (k = 0; k < FORMATS; k++) {
		f = format_by_name(formats_read[k]);
		low_words = f->caps & CAPS_LOW_WORD;
		why = NULL;
		untold = 0;
		made = 50;      /* the first one may be untold */
		for (i = 0; i < n / FORMATS && !why; i++) {
			state = (uint32_t)(i * FORMATS + k) * 2654435761u + 1;
			make_policy();
			why = problem(f);
			/* but what it says may be the text of messages */
			if (!why)
				scratch_text(messages);
		}
		check(!why, formats_read[k], "policy %d: %s", i - 1,
		    why ? why : "");
	}
	test_deny(n / FORMATS);
	test_found();
	return unit_end();
}
