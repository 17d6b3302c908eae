/* SPDX-License-Identifier: MIT
 *
 * The formats: fixed policies against golden/POLICY.FORMAT, as if this machine
 * were an x86-64 one, and the lines about what a format can't say.
 */
#define ABIS(X) X(x86_64) X(i386) X(x32)
#include "golden.h"

enum { X86_64, I386, X32 };

static void
make_empty(void)
{
}

static void
make_small(void)
{
	seen(X86_64, 1, 30);            /* write */
	seen(X86_64, 0, 60);            /* read */
	seen(X86_64, 257, 9);           /* openat */
	seen(X86_64, 231, 1);           /* exit_group */
	policy_add_name(&policy, X86_64, "close", REASON_KNOWN);
	policy_add_always(&policy);
}

/* more than procd takes in one object */
static void
make_all(void)
{
	int pos;

	for (pos = 0; pos < abis[X86_64].n; pos++)
		if (abis[X86_64].names[pos])
			seen(X86_64, (uint32_t)pos, 1);
}

/* counts beyond 32 bits too */
static void
make_foreign(void)
{
	seen(X86_64, 0, 6000000000);    /* read */
	seen(I386, 5, 3000000000);      /* open */
	seen(I386, 3, 999999999);       /* read */
	seen(X32, 0x40000000 + 520, 1); /* execve, x32's own */
	seen(X32, 0x40000000, 2);       /* read */
	policy_add_always(&policy);
}

static void
make_numbers(void)
{
	seen(X86_64, 0, 1);             /* read */
	seen(X86_64, 99999, 2);
	seen(X86_64, UINT32_MAX, 3);
	seen(X86_64, 400, 4);           /* a gap */
	seen(I386, 99999, 5);
	seen(I386, 222, 6);             /* a gap */
	policy_add_always(&policy);
}

static void
make_incomplete(void)
{
	make_small();
	policy.incomplete = true;
}

static void
make_kill(void)
{
	seen(X86_64, 0, 1);
	policy.action = ACTION_KILL;
	policy.action_chosen = true;
}

static void
make_log(void)
{
	seen(X86_64, 0, 1);
	policy.action = ACTION_LOG;
	policy.action_chosen = true;
}

static void
make_errno38(void)
{
	seen(X86_64, 0, 1);
	policy.action = 38;             /* a number, on each architecture */
	policy.action_chosen = true;
}

/* names that two ABIs share: the conditions of both, or none */
static void
make_shared(void)
{
	make_rules();
	seen(I386, 5, 1);               /* open */
	only_if(I386, "socket", IF(0, EQ, 16), ALONE);
	only_if(I386, "socket", IF(0, EQ, 1), ALONE);
	only_if(I386, "setns", IF(1, EQ, 0x40000000), ALONE);
	policy_add_name(&policy, I386, "prctl", REASON_SEEN);
	/* allowed by the other's name; refused by both */
	refuse(X86_64, "open", 2);
	refuse(I386, "clone3", 38);
	policy_add_always(&policy);
}

/* more than minijail and kafel take */
static void
make_many(void)
{
	uint64_t i;

	for (i = 0; i < 161; i++)
		only_if(X86_64, "ioctl", IF(1, EQ, 1 + i), ALONE);
}

/* names that no ABI has */
static void
make_unknown(void)
{
	make_small();
	policy_add_unknown(&policy, "zzz");
	policy_add_unknown(&policy, "i386:aaa");
	policy_add_unknown(&policy, "aaa");
	policy_add_unknown(&policy, "path");
}

/* names of other machines' calls, and one that musl has there */
static void
make_others(void)
{
	make_small();
	policy_add_unknown(&policy, "cacheflush");
	policy_add_unknown(&policy, "clock_gettime32");
	policy_add_unknown(&policy, "arm_fadvise64_64");
}

static const struct golden policies[] = {
	{ "empty", make_empty }, { "small", make_small }, { "all", make_all },
	{ "foreign", make_foreign }, { "numbers", make_numbers },
	{ "incomplete", make_incomplete }, { "kill", make_kill },
	{ "log", make_log }, { "errno38", make_errno38 },
	{ "rules", make_rules }, { "shared", make_shared },
	{ "unknown", make_unknown }, { "others", make_others },
};

/* what is said about a policy's losses: so many lines, these words in them */
static const struct loss {
	void (*make)(void);
	const char *format;
	int lines;
	const char *words[2];
} losses[] = {
	{ make_small, "whitelist", 0, { "", "" } },
	{ make_small, "procd", 0, { "", "" } },
	{ make_small, "oci", 0, { "", "" } },
	{ make_errno38, "procd", 1, { "KILL_PROCESS", "38" } },
	{ make_errno38, "oci", 0, { "", "" } },
	{ make_kill, "procd", 0, { "", "" } },
	{ make_log, "procd", 0, { "", "" } },
	/* one line an ABI */
	{ make_foreign, "whitelist", 2, { "i386", "x32" } },
	{ make_foreign, "procd", 2, { "i386", "x32" } },
	{ make_foreign, "oci", 0, { "", "" } },
	{ make_foreign, "docker", 0, { "", "" } },
	/* one a number, unless its ABI is left out anyway */
	{ make_numbers, "whitelist", 1, { "i386", "" } },
	{ make_numbers, "procd", 4, { "i386", "-1" } },
	{ make_numbers, "oci", 5, { "99999", "222" } },
	{ make_numbers, "docker", 5, { "400", "222" } },
	{ make_numbers, "bpf", 0, { "", "" } },
	{ make_foreign, "bpf", 0, { "", "" } },
	{ make_numbers, "list", 0, { "", "" } },
	{ make_numbers, "table", 0, { "", "" } },
	{ make_numbers, "kafel", 1, { "i386", "" } },
	{ make_numbers, "minijail", 4, { "99999", "-1" } },
	/* it would let call 1 through for -1 */
	{ make_numbers, "firejail", 1, { "left out", "-1" } },
	{ make_foreign, "systemd", 0, { "", "" } },
	{ make_foreign, "minijail", 2, { "i386", "x32" } },
	{ make_foreign, "firejail", 1, { "x32", "" } },
	{ make_small, "minijail", 0, { "", "" } },
	{ make_errno38, "minijail", 1, { "kill", "38" } },
	{ make_errno38, "spo", 1, { "errno 1", "38" } },
	{ make_log, "whitelist", 1, { "log", "errno 1" } },
	/* conditions: one line for all where there are none, else one each */
	{ make_rules, "whitelist", 2, { "6 calls", "3 calls get the default" } },
	{ make_rules, "systemd", 2, { "6 calls", "personality" } },
	{ make_rules, "firejail", 2, { "6 calls", "personality" } },
	{ make_rules, "procd", 3, { "ioctl", "fcntl" } },
	{ make_rules, "oci", 2, { "ioctl", "socket gets the default action" } },
	{ make_rules, "docker", 2, { "ioctl", "socket" } },
	{ make_rules, "spo", 3, { "ioctl", "madvise" } },
	{ make_rules, "minijail", 1, { "personality", "" } },
	{ make_rules, "kafel", 0, { "", "" } },
	{ make_rules, "table", 0, { "", "" } },
	{ make_shared, "oci", 3, { "prctl", "2 calls get the default" } },
	{ make_numbers, "lxc", 5, { "99999", "222" } },
	{ make_foreign, "lxc", 0, { "", "" } },
	{ make_errno38, "lxc", 0, { "", "" } },
	{ make_log, "lxc", 1, { "log", "errno 1" } },
	{ make_rules, "lxc", 2, { "ioctl", "2 calls get the default" } },
	{ make_unknown, "list", 0, { "", "" } },
	{ make_unknown, "oci", 0, { "", "" } },
	{ make_unknown, "procd", 0, { "", "" } },
	{ make_unknown, "minijail", 1,
	    { "know: aaa, i386:aaa, path, zzz\n", "" } },
	/* those of other machines are counted, if kept with -v only */
	{ make_others, "procd", 1, { "procd: names of other machines: 2\n", "" } },
	{ make_others, "systemd", 1, { "systemd: names of other machines: 2, left out\n", "" } },
	{ make_many, "minijail", 1, { "any arguments", "ioctl" } },
	{ make_many, "kafel", 1, { "any arguments", "ioctl" } },
	{ make_many, "oci", 0, { "", "" } },
};

static void
test_losses(const struct loss *l)
{
	const char *text, *p;
	char name[64];
	int n = 0;

	make(l->make);
	log_fd = file;
	format_warn_losses(format_by_name(l->format), &policy, true);
	log_fd = 2;
	text = scratch_text(file);
	for (p = text; (p = strchr(p, '\n')); p++)
		n++;
	sprintf(name, "losses_%d_%s", (int)(l - losses), l->format);
	check(n == l->lines && strstr(text, l->words[0]) &&
	    strstr(text, l->words[1]), name, "%d lines, not %d: %s", n,
	    l->lines, text);
}

static void
test_not_verbose(void)
{
	make(make_others);
	log_fd = file;
	format_warn_losses(format_by_name("procd"), &policy, false);
	log_fd = 2;
	check_str("losses_not_verbose", scratch_text(file), "");
}

/* a filter that would be too long is an error, with a line, and no file */
static void
test_too_long(void)
{
	struct policy_test t[POLICY_TESTS_MAX];
	struct out o;
	int i, j;

	make(make_small);
	for (i = 0; i < POLICY_RULES_MAX; i++) {
		for (j = 0; j < POLICY_TESTS_MAX; j++)
			t[j] = (struct policy_test){ .arg = (uint8_t)j,
			    .op = OP_EQ, .value = (uint64_t)i };
		policy_add_rule(&policy, X86_64, 2, REASON_SEEN, t, j);
	}
	out_init(&o, file);
	log_fd = file;
	format_by_name("bpf")->write(&o, &policy);
	log_fd = 2;
	i = out_flush(&o);
	check(i < 0 && errno == E2BIG, "too_long", "%d, %s", i,
	    strerror(errno));
	check_str("too_long_said", scratch_text(file),
	    "utrace: bpf: the filter would need more than 4096 instructions\n");
}

static void
test_find(void)
{
	int i;

	for (i = 0; i < n_formats; i++)
		if (format_by_name(formats[i].name) != &formats[i])
			break;
	check(i == n_formats && !format_by_name("") && !format_by_name("OCI") &&
	    !format_by_name("oc") && !format_by_name("ocis"), "format_by_name", "%d", i);
	check_str("format_default", formats[0].name, "whitelist");
}

/* what -p may say for a format: 1 an error, 0 not */
static void
test_takes(void)
{
	static const struct {
		const char *format;
		int action;
		bool takes;
	} cases[] = {
		{ "whitelist", 38, true }, { "whitelist", ACTION_LOG, false },
		{ "procd", 38, true }, { "procd", ACTION_LOG, true },
		{ "oci", 4095, true }, { "systemd", 38, true },
		{ "systemd", ACTION_LOG, false }, { "minijail", 1, false },
		{ "minijail", ACTION_KILL, true },
		{ "minijail", ACTION_LOG, false }, { "firejail", 38, true },
		{ "firejail", 4095, false }, { "firejail", ACTION_LOG, true },
		{ "kafel", 4095, true }, { "kafel", ACTION_LOG, true },
		{ "lxc", 38, true }, { "lxc", ACTION_LOG, false },
		{ "spo", 1, true }, { "spo", 38, false },
		{ "spo", ACTION_KILL, true },
	};
	size_t i;

	for (i = 0; i < LENGTH(cases); i++)
		check(format_accepts_action(format_by_name(cases[i].format),
		    cases[i].action) == cases[i].takes, "takes", "%s %d",
		    cases[i].format, cases[i].action);
}

int
main(void)
{
	size_t i;

	test_policies(policies, LENGTH(policies));
	for (i = 0; i < LENGTH(losses); i++)
		test_losses(&losses[i]);
	test_not_verbose();
	test_too_long();
	test_find();
	test_takes();
	return unit_end();
}
