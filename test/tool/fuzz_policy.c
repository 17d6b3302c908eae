/* SPDX-License-Identifier: MIT
 *
 * libFuzzer's target: two files, a form feed between them, are read, merged,
 * written and read again.  Built by `make fuzz` with every file that it needs;
 * the files' bytes and what is written stay in memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

/* what the reader asks of the system; uname() is replaced for all files */
#define sys_open fuzz_open
#define sys_read_text fuzz_read
#include "format/policy_file.c"
#undef sys_open
#undef sys_read_text
#include "format/caps.h"
#include "format/format.h"
#include "test/unit/policy_list.h"

static const struct file {
	const uint8_t *bytes;
	size_t len;
} *opened;
static int lines;               /* of messages */
static char written[1 << 20];
static size_t n_written;

#define LENGTH(array) (sizeof (array) / sizeof *(array))
#define CHECK(what) do if (!(what)) abort(); while (0)

int
fuzz_open(int at, const char *path, int flags)
{
	(void)at, (void)path, (void)flags;
	return opened ? 9 : -1;
}

ssize_t
fuzz_read(int fd, char *text, size_t size)
{
	size_t n = fd < 0 ? 0 : opened->len < size ? opened->len : size - 1;

	if (n)
		memcpy(text, opened->bytes, n);
	text[n] = '\0';
	return fd < 0 ? -1 : (ssize_t)n;
}

int
fuzz_uname(struct utsname *u)
{
	strcpy(u->release, "5.10.0-13-amd64");
	return 0;
}

/* what lib/ calls in place of write(): messages go to log_fd */
ssize_t
fuzz_write(int fd, const void *from, size_t n)
{
	const char *s = from;
	size_t i;

	if (fd == log_fd) {
		for (i = 0; i < n; i++)
			lines += s[i] == '\n';
		return (ssize_t)n;
	}
	CHECK(n <= sizeof written - n_written);
	memcpy(written + n_written, from, n);
	n_written += n;
	return (ssize_t)n;
}

/* one line for a wrong file, or for each of ten wrong names and for the others */
static bool
said_once(void)
{
	return lines >= 1 && lines <= 11;
}

static int
read_file(struct policy *p, const struct file *f)
{
	static struct policy none = { .action = ACTION_NONE };
	int result;

	memset(p, 0, sizeof *p);
	p->action = ACTION_NONE;
	p->may_deny = none.may_deny = f->len % 8;
	/* what is kept follows the file, where nothing was yet */
	policy_file_caps = f->len % 4 ? "CAP_BPF" : "keep";
	policy_file_kept = "";
	if (f->len % 4 == 0)
		memset(texts, 0, sizeof texts);
	opened = f;
	lines = 0;
	result = policy_file_read(p, "P", REASON_SEEN, false);
	/* nothing is taken of a wrong file */
	CHECK(result == 0 ||
	    (said_once() && !memcmp(&none, p, sizeof *p)));
	policy_file_warn_unknown(p, "P");
	return result;
}

/* the same from a copy whose end is the end of its memory */
static int
read_exactly(struct policy *p, const struct file *f)
{
	char *copy = malloc(f->len + 1);
	struct reader r = {
		.policy = p, .path = "P", .text = copy, .reasons = REASON_SEEN,
		.included = 64,         /* there is no room behind it */
	};
	int result;

	CHECK(copy);
	memcpy(copy, f->bytes, f->len);
	copy[f->len] = '\0';
	memset(p, 0, sizeof *p);
	p->action = ACTION_NONE;
	lines = 0;
	policy_file_caps = NULL;
	result = read_text(&r, f->len, false);
	CHECK(result == 0 || said_once());
	free(copy);
	return result;
}

static int
write_and_read(struct policy *to, const struct policy *from, const char *format)
{
	struct file f = { (const uint8_t *)written, 0 };
	struct out o;

	n_written = 0;
	out_init(&o, 1);
	format_by_name(format)->write(&o, from);
	out_flush(&o);
	f.len = n_written;
	return read_file(to, &f);
}

/* what is behind the end of a list is not part of the value, nor is padding */
static void
clean(struct policy *p)
{
	struct policy_rule *r = p->rules;
	struct policy_test test[POLICY_TESTS_MAX];
	int i;

	memset(p->unnamed + p->n_unnamed, 0, sizeof p->unnamed -
	    (size_t)p->n_unnamed * sizeof *p->unnamed);
	memset(p->overrides + p->n_overrides, 0, sizeof p->overrides -
	    (size_t)p->n_overrides * sizeof *p->overrides);
	memset(p->rules + p->n_rules, 0, sizeof p->rules -
	    (size_t)p->n_rules * sizeof *p->rules);
	p->closed_action = 0;
	for (; r < p->rules + p->n_rules; r++) {
		memcpy(test, r->test, sizeof test);
		memset(r->test, 0, sizeof r->test);
		for (i = 0; i < r->n; i++) {
			r->test[i].arg = test[i].arg;
			r->test[i].op = test[i].op;
			r->test[i].value = test[i].value;
			r->test[i].mask = test[i].mask;
		}
	}
}

/* what OCI adds: runc and crun call it themselves */
static bool
is_runc(const char *name)
{
	const char *s = caps_runc_calls;

	while (name && *s && strcmp(s, name) != 0)
		s += strlen(s) + 1;
	return name && *s;
}

/* the calls and their conditions, but those that runc needs if told so; names
 * that no ABI has */
static bool
same_calls(const struct policy *a, const struct policy *b, bool but_runc)
{
	static struct policy_call calls[POLICY_CALLS_MAX];
	static struct policy both;
	const struct policy_call *c = calls;
	char change;
	int n;

	both = *a;
	policy_merge(&both, b);
	for (n = policy_list(&both, BY_NR, calls); n > 0; n--, c++) {
		change = policy_change(a, b, c->abi, c->nr);
		if (change && (change == '-' || !but_runc ||
		    !is_runc(abi_name(c->abi, c->nr))))
			return false;
	}
	return a->incomplete == b->incomplete &&
	    !memcmp(a->unknown, b->unknown, sizeof a->unknown);
}

/* can OCI say all of it?  There a name is for each ABI, of an argument there
 * is one test, and numbers without a name have no place. */
static bool
oci_can_say(const struct policy *p)
{
	static struct policy_call calls[POLICY_CALLS_MAX];
	const struct policy_rule *r;
	const char *name = NULL;
	int i;

	while ((name = policy_next_unknown(p, name)))
		if (strchr(name, ':'))
			return false;
	for (r = p->rules; r < p->rules + p->n_rules; r++)
		for (i = 1; i < r->n; i++)
			if (r->test[i].arg == r->test[i - 1].arg)
				return false;
	for (i = policy_list(p, BY_NR, calls); i > 0; i--)
		if (calls[i - 1].abi || !abi_name_id(0, calls[i - 1].nr))
			return false;
	return true;
}

static void
settle(struct policy *p)
{
	if (p->action == ACTION_NONE)
		p->action = EPERM;
}

static bool
has_calls(const struct policy *p)
{
	static struct policy_call calls[POLICY_CALLS_MAX];

	return policy_list(p, BY_NR, calls) > 0;
}

/* Some formats write only the native ABI's calls, or only names: nothing may be
 * left of a policy without such a call, and nothing is no policy.  Conditions
 * may contradict each other, so that a filter never allows their call. */
static bool
has_native(const struct policy *p)
{
	static struct policy_call calls[POLICY_CALLS_MAX];
	int n = policy_list(p, BY_NR, calls);

	while (n-- > 0)
		if (calls[n].abi == 0 && abi_name_id(0, calls[n].nr) &&
		    !(calls[n].reasons & REASON_CONDITIONAL))
			return true;
	return false;
}

static void
check_one(const struct file *f, struct policy *p)
{
	static const char *const others[] = {
		"whitelist", "procd", "docker", "lxc", "systemd", "minijail",
		"firejail", "kafel", "spo", "bpf",
	};
	enum { OTHERS = sizeof others / sizeof *others };
	static struct policy again;

	if (f->len % 2 ? read_exactly(p, f) < 0 : read_file(p, f) < 0) {
		memset(p, 0, sizeof *p);
		return;
	}
	settle(p);
	/* no format that is written says what a deny list does */
	if (p->action == ACTION_ALLOW) {
		CHECK(policy_expand(p) == 0);
		p->action = EPERM;
		p->closed_abis = 0;
	}
	p->may_deny = false;
	/* a list without a call is no policy */
	if (has_calls(p)) {
		CHECK(write_and_read(&again, p, "list") == 0);
		CHECK(same_calls(p, &again, false));
	}
	/* these only must be what we read; one of them, for speed.  Where a name
	 * is for all ABIs, there may be no room for the rules and actions of
	 * each. */
	if (f->len % (OTHERS + 1)) {
		CHECK(write_and_read(&again, p,
		    others[f->len % (OTHERS + 1) - 1]) == 0 || !has_native(p) ||
		    p->n_rules * abi_count > (int)LENGTH(p->rules) ||
		    p->n_overrides * abi_count > (int)LENGTH(p->overrides));
	} else if (oci_can_say(p)) {
		CHECK(write_and_read(&again, p, "oci") == 0);
		CHECK(same_calls(p, &again, true) && again.action == p->action);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct policy a, b, ab, ba;
	const uint8_t *middle = len ? memchr(bytes, '\f', len) : NULL;
	struct file first = { bytes, middle ? (size_t)(middle - bytes) : len };
	struct file second;
	int one, two;

	check_one(&first, &a);
	if (!middle) {
		opened = NULL;
		policy_file_read(&a, "P", REASON_KNOWN, errno == ENOENT);
		return 0;
	}
	second.bytes = middle + 1;
	second.len = len - first.len - 1;
	check_one(&second, &b);
	ab = a;
	ba = b;
	one = policy_merge(&ab, &b);
	two = policy_merge(&ba, &a);
	CHECK(!one == !two);
	clean(&ab);
	clean(&ba);
	CHECK(one || !memcmp(&ab, &ba, sizeof ab));
	return 0;
}
