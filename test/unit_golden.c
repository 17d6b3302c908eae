/* SPDX-License-Identifier: MIT
 *
 * The formats: fixed policies against golden/POLICY.FORMAT, as if this machine
 * were an x86-64 one, and the lines about what a format can't say.
 */
#include "unit.h"

#include <fcntl.h>

#define ABIS(X) X(x86_64) X(i386) X(x32)
#include "../abi.c"
#include "../util.h"
#include "../policy.h"
#include "../format.h"

enum { X86_64, I386, X32 };

static struct policy policy;
static int file;

static void
seen(int abi, uint32_t nr, uint64_t n)
{
	policy_add(&policy, abi, nr, WHY_SEEN, n);
}

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
	policy_add_name(&policy, X86_64, "close", WHY_KNOWN);
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

static const struct {
	const char *name;
	void (*make)(void);
} policies[] = {
	{ "empty", make_empty }, { "small", make_small }, { "all", make_all },
	{ "foreign", make_foreign }, { "numbers", make_numbers },
	{ "incomplete", make_incomplete }, { "kill", make_kill },
	{ "log", make_log }, { "errno38", make_errno38 },
};

static void
make(void (*f)(void))
{
	memset(&policy, 0, sizeof policy);
	policy.action = 1;
	f();
}

/* the file's text; NULL if there is none */
static const char *
golden(const char *name)
{
	static char text[1 << 17];
	char path[128];
	ssize_t n;
	int fd;

	sprintf(path, "golden/%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return NULL;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	if (n < 0)
		return NULL;
	text[n] = '\0';
	return text;
}

/* the first line that differs */
static void
compare(const char *name, const char *got, const char *want)
{
	int line = 1;
	size_t i = 0, begin = 0;

	if (!want) {
		check(false, name, "no golden/%s", name);
		return;
	}
	for (; got[i] == want[i] && got[i]; i++)
		if (got[i] == '\n') {
			line++;
			begin = i + 1;
		}
	check(got[i] == want[i], name, "line %d is [%.*s], not [%.*s]", line,
	    (int)strcspn(got + begin, "\n"), got + begin,
	    (int)strcspn(want + begin, "\n"), want + begin);
}

static void
test_golden(const char *policy_name, const struct format *f)
{
	char name[64];
	struct out o;

	/* refused by -p */
	if (policy.action == ACTION_LOG && !(f->says & SAYS_LOG))
		return;
	sprintf(name, "%s.%s", policy_name, f->name);
	out_init(&o, file);
	f->write(&o, &policy);
	if (out_flush(&o) < 0)
		die("writing");
	compare(name, scratch_text(file), golden(name));
}

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
	{ make_errno38, "procd", 1, { "kill", "38" } },
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
	{ make_numbers, "list", 0, { "", "" } },
	{ make_numbers, "table", 0, { "", "" } },
};

static void
test_losses(const struct loss *l)
{
	const char *text, *p;
	char name[64];
	int n = 0;

	make(l->make);
	msg_fd = file;
	format_losses(format_find(l->format), &policy);
	msg_fd = 2;
	text = scratch_text(file);
	for (p = text; (p = strchr(p, '\n')); p++)
		n++;
	sprintf(name, "losses_%d_%s", (int)(l - losses), l->format);
	check(n == l->lines && strstr(text, l->words[0]) &&
	    strstr(text, l->words[1]), name, "%d lines, not %d: %s", n,
	    l->lines, text);
}

static void
test_find(void)
{
	int i;

	for (i = 0; i < n_formats; i++)
		if (format_find(formats[i].name) != &formats[i])
			break;
	check(i == n_formats && !format_find("") && !format_find("OCI") &&
	    !format_find("oc") && !format_find("ocis"), "format_find", "%d", i);
	check_str("format_default", formats[0].name, "whitelist");
}

int
main(void)
{
	size_t i;
	int j;

	file = scratch();
	/* from here, as run.sh has it, or from the folder above */
	if (access("golden", R_OK) < 0 && chdir("test") < 0)
		skip("golden", "no folder golden here");
	else
		for (i = 0; i < LENGTH(policies); i++)
			for (j = 0; j < n_formats; j++) {
				make(policies[i].make);
				test_golden(policies[i].name, &formats[j]);
			}
	for (i = 0; i < LENGTH(losses); i++)
		test_losses(&losses[i]);
	test_find();
	return unit_end();
}
