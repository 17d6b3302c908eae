/* SPDX-License-Identifier: MIT
 *
 * One procd policy for all machines: recordings made on x86-64, arm and mips,
 * merged on the machine whose ABIS the includer caps, in any order, are
 * golden/machines.procd.  The includer defines ARCH; its own recording is
 * golden/machines-ARCH.procd.
 */
#include "unit.h"

#include "syscalls/abi.c"
#include "lib/out.h"
#include "policy/policy.h"
#include "format/format.h"
#include "format/policy_file.h"
#include "json_in.h"
#include "golden_file.h"

static struct policy policy;

static const char *const machines[] = { "x86_64", "arm", "mips" };

/* what only some machines have, what musl names differently on 32 bits, and
 * what all have */
static void
make_recording(void)
{
	static const char *const calls[] = {
		"arch_prctl", "open", "newfstatat",             /* x86-64 */
		"arm_fadvise64_64", "arm_sync_file_range", "breakpoint", "ugetrlimit",
		"cachectl", "cacheflush", "fadvise64", "sync_file_range2",
		"clock_gettime64", "fcntl64", "mmap2", "sigreturn",
		"clock_nanosleep_time64", "execve", "read", "write",
	};
	size_t i;

	policy.action = 1;
	for (i = 0; i < LENGTH(calls); i++)
		policy_add_name(&policy, 0, calls[i], REASON_SEEN);
	/* written by hand, in musl's name */
	if (!strcmp(ARCH, "x86_64"))
		policy_add_unknown(&policy, "timer_settime32");
	/* each of these was seen on one machine */
	policy_add_name(&policy, 0, !strcmp(ARCH, "x86_64") ? "clock_gettime" :
	    !strcmp(ARCH, "arm") ? "timerfd_settime" : "gettimeofday",
	    REASON_SEEN);
	policy_add_always(&policy);
}

/* the policy as procd */
static const char *
written(void)
{
	struct out o;

	out_init(&o, file);
	format_by_name("procd")->write(&o, &policy);
	if (out_flush(&o) < 0)
		die("writing");
	return scratch_text(file);
}

/* each object has exit, so that the loader of any machine knows a name of it,
 * and at most 256 names; those of the first are sorted */
static void
check_objects(const char *name, const char *text)
{
	char last[ABI_NAME_MAX] = "";
	int objects = 0, n = 0;
	bool has_exit = false, in_names = false;
	struct json_in j;
	enum json_token t;

	json_in_init(&j, text, strlen(text));
	while ((t = json_next(&j)) != JSON_END && t != JSON_ERROR) {
		if (t == JSON_KEY)
			in_names = !strcmp(j.string, "names");
		if (t == JSON_ARRAY && in_names) {
			objects++;
			n = 0;
			has_exit = false;
		} else if (t == JSON_STRING && in_names) {
			n++;
			has_exit |= !strcmp(j.string, "exit");
			if (objects == 1)
				check(strcmp(last, j.string) < 0, name,
				    "%s after %s", j.string, last);
			strcpy(last, j.string);
		} else if (t == JSON_ARRAY_END && in_names) {
			check(has_exit && n <= 256, name,
			    "object %d: %d names", objects, n);
			in_names = false;
		}
	}
	check(t == JSON_END && objects > 0, name, "%d objects", objects);
}

static void
write_policy(const char *name)
{
	const char *text;

	text = written();
	check_objects(name, text);
	compare(name, text, golden(name));
}

static void
merge_file(const char *path)
{
	if (policy_file_read(&policy, path, REASON_SEEN, false) < 0)
		die(path);
}

/* write the policy and read it again */
static void
read_back(void)
{
	char path[] = "/tmp/utrace-machines.XXXXXX";
	const char *text = written();
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, text, strlen(text)) < 0 || close(fd) < 0)
		die(path);
	memset(&policy, 0, sizeof policy);
	policy.action = ACTION_NONE;
	merge_file(path);
	unlink(path);
}

/* all at once, and each into the result of those before */
static void
test_order(int a, int b, int c)
{
	const int order[] = { a, b, c };
	char path[64];
	bool again;
	int i;

	for (again = false; ; again = true) {
		memset(&policy, 0, sizeof policy);
		policy.action = ACTION_NONE;
		for (i = 0; i < (int)LENGTH(machines); i++) {
			sprintf(path, "golden/machines-%s.procd",
			    machines[order[i]]);
			merge_file(path);
			if (again)
				read_back();
		}
		write_policy("machines.procd");
		if (again)
			break;
	}
}

/* a policy of other machines' calls alone, also so many that exit would come
 * after the first 256 names */
static void
test_other_machines_only(void)
{
	char name[ABI_NAME_MAX];
	int n, i;

	for (n = 1; n < 1200; n = n * 2 + 3) {
		memset(&policy, 0, sizeof policy);
		policy.action = ACTION_KILL;
		for (i = 0; i < n; i++) {
			sprintf(name, "a%04d", i);
			policy_add_unknown(&policy, name);
		}
		/* and one object more */
		policy_set_action(&policy, 0,
		    (uint32_t)abi_nr(0, "ptrace"), 1);
		sprintf(name, "others_%d", n);
		check_objects(name, written());
	}
}

int
main(void)
{
	static const int orders[][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 },
		{ 2, 1, 0 },
	};
	size_t i;

	file = scratch();
	if (access("golden", R_OK) < 0 && chdir("test") < 0) {
		skip("golden", "no folder golden here");
		return unit_end();
	}
	make_recording();
	write_policy("machines-" ARCH ".procd");
	for (i = 0; i < LENGTH(orders); i++)
		test_order(orders[i][0], orders[i][1], orders[i][2]);
	test_other_machines_only();
	return unit_end();
}
