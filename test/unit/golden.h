/* SPDX-License-Identifier: MIT
 *
 * What the golden tests share: fixed policies of a machine whose ABIS the file
 * caps, against golden/POLICY.FORMAT.  After a change that is meant,
 * GOLDEN_UPDATE=1 in the environment writes the files; then look at the diff.
 */
#include "unit.h"

#include "syscalls/abi.c"
#include "lib/log.h"
#include "lib/out.h"
#include "policy/policy.h"
#include "format/format.h"
#include "golden_file.h"

static struct policy policy;

static void
seen(int abi, uint32_t nr, uint64_t n)
{
	policy_add(&policy, abi, nr, REASON_SEEN, n);
}

static uint32_t
nr_of(int abi, const char *name)
{
	int64_t nr = abi_nr(abi, name);

	if (nr < 0) {
		errno = ENOENT;
		die(name);
	}
	return (uint32_t)nr;
}

static void
refuse(int abi, const char *name, int action)
{
	policy_set_action(&policy, abi, nr_of(abi, name), action);
}

/* a rule of one test, or of two that must both hold */
static void
only_if(int abi, const char *name, struct policy_test a, struct policy_test b)
{
	struct policy_test tests[] = { a, b };

	policy_add_rule(&policy, abi, nr_of(abi, name), REASON_SEEN, tests,
	    b.arg < 6 ? 2 : 1);
}
#define ALONE ((struct policy_test){ .arg = 6 })
#define IF(arg, op, value) ((struct policy_test){ arg, OP_##op, value, 0 })
#define IF_MASKED(arg, mask, value) \
	((struct policy_test){ arg, OP_MASKED_EQ, value, mask })

/* conditions of every kind, and overrides beside them */
static void
make_rules(void)
{
	policy_add_name(&policy, 0, "read", REASON_SEEN);
	only_if(0, "socket", IF(0, EQ, 1), ALONE);
	only_if(0, "socket", IF(0, EQ, 2), IF_MASKED(1, 0xf, 1));
	/* no new namespace */
	only_if(0, "clone", IF_MASKED(0, 0x7e020000, 0), ALONE);
	only_if(0, "ioctl", IF(1, GE, 0x5401), IF(1, LE, 0x5410));
	only_if(0, "fcntl", IF(1, NE, 4), ALONE);
	only_if(0, "prctl", IF(0, GT, 14), IF(1, LT, 3));
	/* a negative number, as wide as a register here */
	only_if(0, "madvise", IF(2, EQ,
	    abis[0].bits == 64 ? UINT64_MAX : UINT32_MAX), ALONE);
	policy_add_always(&policy);
	refuse(0, "clone3", 38);
	refuse(0, "socket", 97);
	refuse(0, "ptrace", ACTION_KILL);
	refuse(0, "personality", ACTION_LOG);
	refuse(0, "read", 13);          /* allowed, so of no use */
	refuse(0, "mount", 1);          /* the policy's own */
}

/* a filter as text: a line an instruction, the same in either byte order and
 * where ENOSYS is another number */
static const char *
scratch_filter(void)
{
	static char text[1 << 17];
	size_t size = (size_t)lseek(file, 0, SEEK_CUR), at;
	const char *bytes = scratch_text(file);
	struct uapi_sock_filter i;
	char *to = text;

	*to = '\0';
	for (at = 0; at < size; at += sizeof i) {
		memcpy(&i, bytes + at, sizeof i);
		if (i.k == 0x50000 + ENOSYS)
			i.k = 0x50000 + 38;
		to += sprintf(to, "%02x %d %d %x\n", i.code, i.jt, i.jf, i.k);
	}
	return text;
}

static void
test_golden(const char *policy_name, const struct format *f)
{
	bool filter = !strcmp(f->name, "bpf");
	char name[64];
	struct out o;

	/* refused by -p */
	if (policy.action_chosen && !format_accepts_action(f, policy.action))
		return;
	sprintf(name, "%s.%s", policy_name, f->name);
	out_init(&o, file);
	f->write(&o, &policy);
	if (out_flush(&o) < 0)
		die("writing");
	compare(name, filter ? scratch_filter() : scratch_text(file),
	    golden(name));
}

struct golden {
	const char *name;
	void (*make)(void);
};

static void
make(void (*f)(void))
{
	memset(&policy, 0, sizeof policy);
	policy.action = 1;
	f();
}

/* each policy in each format */
static void
test_policies(const struct golden *g, size_t n)
{
	int j;

	file = scratch();
	/* from here, as run.sh has it, or from the folder above */
	if (access("golden", R_OK) < 0 && chdir("test") < 0) {
		skip("golden", "no folder golden here");
		return;
	}
	for (; n > 0; n--, g++)
		for (j = 0; j < n_formats; j++) {
			make(g->make);
			test_golden(g->name, &formats[j]);
		}
}
