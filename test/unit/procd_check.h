/* SPDX-License-Identifier: MIT
 *
 * What whitelist and procd write, for the machine whose ABIS the includer
 * caps, against a model of procd's two loaders: jail/seccomp.c until 2020 and
 * jail/seccomp-oci.c since, which turn a file into a filter.  Random policies:
 * every call that was recorded passes, every other one is refused.
 */
#include "unit.h"

#include "syscalls/abi.c"
#include "lib/out.h"
#include "lib/util.h"
#include "policy/policy.h"
#include "format/format.h"
#include "json_in.h"
#include "bpf_sim.h"

enum {
	ALLOW = 0x7fff0000, LOG = 0x7ffc0000, TRACE = 0x7ff00000,
	ERRNO = 0x00050000, KILL = 0,
	OBJECTS_MAX = 1024, CODE_MAX = 8192, ROUNDS = 80,
};
#define KILL_PROCESS 0x80000000u

static struct policy policy;
static int file;

/* --- a target: which names procd was built with */

static struct target {
	bool musl;              /* musl 1.2's names of calls, not the kernel's */
	uint32_t newest;        /* it knows no call from here on */
} target;

/* bits/syscall.h of musl 1.2.3, but for what is new */
static const char *
target_name(uint32_t nr)
{
	static const char *const differ[][2] = {
		{ "gettimeofday", "gettimeofday_time32" },
		{ "settimeofday", "settimeofday_time32" },
		{ "timer_settime", "timer_settime32" },
		{ "timer_gettime", "timer_gettime32" },
		{ "clock_settime", "clock_settime32" },
		{ "clock_gettime", "clock_gettime32" },
		{ "clock_getres", "clock_getres_time32" },
		{ "clock_nanosleep", "clock_nanosleep_time32" },
		{ "timerfd_gettime", "timerfd_gettime32" },
		{ "timerfd_settime", "timerfd_settime32" },
		{ "arm_fadvise64_64", "fadvise64_64" },
		{ "arm_sync_file_range", "sync_file_range2" },
	};
	const char *name = abi_name(0, nr);
	size_t i;

	if (!name || (nr - abis[0].base >= target.newest &&
	    nr < ABI_NR_FIRST_PRIVATE))
		return NULL;
	for (i = 0; target.musl && abis[0].bits == 32 && i < LENGTH(differ);
	    i++)
		if (!strcmp(differ[i][0], name))
			return differ[i][1];
	return name;
}

static char *target_names[ABI_TABLE_MAX];

/* syscall-names.h */
static void
make_target(bool musl, uint32_t newest)
{
	const char *name;
	int pos;

	target.musl = musl;
	target.newest = newest;
	for (pos = 0; pos < abis[0].n; pos++) {
		free(target_names[pos]);
		name = target_name(abi_nr_at(0, pos));
		target_names[pos] = name ? strdup(name) : NULL;
	}
}

/* find_syscall() */
static int64_t
target_nr(const char *name)
{
	int pos;

	for (pos = 0; pos < abis[0].n; pos++)
		if (target_names[pos] && !strcmp(target_names[pos], name))
			return abi_nr_at(0, pos);
	return -1;
}

/* --- the file */

struct object {
	int64_t nr[ABI_TABLE_MAX];        /* of the names that are known */
	int n;
	char action[64];
	int64_t errno_ret;      /* -1: none */
	int n_args;
	struct { int64_t index, value, value2; char op[64]; } arg[8];
};

static struct {
	char action[64];
	int64_t policy;         /* the whitelist's; -1: none */
	bool architectures, syscalls;
	struct object object[OBJECTS_MAX];
	int n;
} loaded;

static void
bad(const struct json_in *j)
{
	errno = EINVAL;
	fprintf(stderr, "%s: ", j->error ? j->error : "");
	die("a file that procd can't read");
}

static void
expect(struct json_in *j, enum json_token want)
{
	if (json_next(j) != want)
		bad(j);
}

static void
load_names(struct json_in *j, struct object *o)
{
	enum json_token t;
	int64_t nr;

	expect(j, JSON_ARRAY);
	while ((t = json_next(j)) == JSON_STRING)
		if ((nr = target_nr(j->string)) >= 0) {
			if (o->n == (int)LENGTH(o->nr))
				bad(j);
			o->nr[o->n++] = nr;
		}
	if (t != JSON_ARRAY_END)
		bad(j);
}

static void
load_args(struct json_in *j, struct object *o)
{
	int64_t *number;

	expect(j, JSON_ARRAY);
	while (json_next(j) == JSON_OBJECT) {
		if (o->n_args == (int)LENGTH(o->arg))
			bad(j);
		while (json_next(j) == JSON_KEY) {
			if (!strcmp(j->string, "op")) {
				expect(j, JSON_STRING);
				strcpy(o->arg[o->n_args].op, j->string);
				continue;
			}
			number = !strcmp(j->string, "index") ?
			    &o->arg[o->n_args].index :
			    !strcmp(j->string, "value") ?
			    &o->arg[o->n_args].value :
			    &o->arg[o->n_args].value2;
			expect(j, JSON_NUMBER);
			*number = (int64_t)j->number;
		}
		o->n_args++;
	}
}

static void
load_objects(struct json_in *j)
{
	struct object *o;

	expect(j, JSON_ARRAY);
	while (json_next(j) == JSON_OBJECT) {
		if (loaded.n == OBJECTS_MAX)
			bad(j);
		o = &loaded.object[loaded.n++];
		o->errno_ret = -1;
		while (json_next(j) == JSON_KEY) {
			if (!strcmp(j->string, "names")) {
				load_names(j, o);
			} else if (!strcmp(j->string, "args")) {
				load_args(j, o);
			} else if (!strcmp(j->string, "action")) {
				expect(j, JSON_STRING);
				strcpy(o->action, j->string);
			} else {
				expect(j, JSON_NUMBER);
				o->errno_ret = (int64_t)j->number;
			}
		}
	}
}

static void
load(const char *text)
{
	struct json_in j;

	memset(&loaded, 0, sizeof loaded);
	loaded.policy = -1;
	json_in_init(&j, text, strlen(text));
	expect(&j, JSON_OBJECT);
	while (json_next(&j) == JSON_KEY) {
		if (!strcmp(j.string, "whitelist")) {
			load_names(&j, &loaded.object[loaded.n++]);
		} else if (!strcmp(j.string, "policy")) {
			expect(&j, JSON_NUMBER);
			loaded.policy = (int64_t)j.number;
		} else if (!strcmp(j.string, "defaultAction")) {
			expect(&j, JSON_STRING);
			strcpy(loaded.action, j.string);
		} else if (!strcmp(j.string, "syscalls")) {
			loaded.syscalls = true;
			load_objects(&j);
		} else {
			loaded.architectures |=
			    !strcmp(j.string, "architectures");
			json_skip(&j);
		}
	}
	if (json_next(&j) != JSON_END)
		bad(&j);
}

/* --- the filter, as the loaders make it: jumps are 8 bits wide */

static struct uapi_sock_filter program[CODE_MAX];
static int program_n;

static void
put(uint16_t op, int jt, int jf, int64_t k)
{
	if (program_n == CODE_MAX)
		die("the model's filter");
	program[program_n++] = (struct uapi_sock_filter){ op, (uint8_t)jt,
	    (uint8_t)jf, (uint32_t)k };
}

static void
put_start(void)
{
	program_n = 0;
	put(0x20, 0, 0, 4);             /* the arch */
	put(0x15, 1, 0, abis[0].audit_arch);
	put(0x06, 0, 0, KILL);
}

static void
build_whitelist(void)
{
	int i;

	put_start();
	put(0x20, 0, 0, 0);
	for (i = 0; i < loaded.object[0].n; i++) {
		put(0x15, 0, 1, loaded.object[0].nr[i]);
		put(0x06, 0, 0, ALLOW);
	}
	put(0x06, 0, 0, loaded.policy > 0 ? TRACE : KILL);
}

static uint32_t
resolve_action(const char *name, int64_t errno_ret)
{
	static const struct { const char *name; uint32_t action; } actions[] = {
		{ "SCMP_ACT_KILL", KILL },
		{ "SCMP_ACT_KILL_PROCESS", KILL_PROCESS },
		{ "SCMP_ACT_ERRNO", ERRNO }, { "SCMP_ACT_ALLOW", ALLOW },
		{ "SCMP_ACT_LOG", LOG },
	};
	size_t i;

	for (i = 0; i < LENGTH(actions); i++)
		if (!strcmp(actions[i].name, name))
			return actions[i].action |
			    (uint32_t)(errno_ret < 0 ? 0 : errno_ret);
	return KILL;
}

/* NE, LT and LE are the opposite of what is compared */
static const struct {
	const char *name;
	uint16_t code;
	bool inverted;
} ops[] = {
	{ "SCMP_CMP_NE", 0x15, true }, { "SCMP_CMP_LT", 0x35, true },
	{ "SCMP_CMP_LE", 0x25, true }, { "SCMP_CMP_EQ", 0x15, false },
	{ "SCMP_CMP_GE", 0x35, false }, { "SCMP_CMP_GT", 0x25, false },
	{ "SCMP_CMP_MASKED_EQ", 0x15, false },
};

static bool
is_masked(const struct object *o, int arg)
{
	return !strcmp(o->arg[arg].op, "SCMP_CMP_MASKED_EQ");
}

static bool
put_arg(const struct object *o, int arg, int next)
{
	size_t i;
	int over;

	for (i = 0; i < LENGTH(ops); i++)
		if (!strcmp(ops[i].name, o->arg[arg].op))
			break;
	if (i == LENGTH(ops) || o->arg[arg].index > 5)
		return false;
	put(0x20, 0, 0, 16 + 8 * o->arg[arg].index);
	if (is_masked(o, arg))
		put(0x54, 0, 0, o->arg[arg].value);
	over = next - (program_n + 1);
	put(ops[i].code, ops[i].inverted ? over : 0, ops[i].inverted ? 0 : over,
	    is_masked(o, arg) ? o->arg[arg].value2 : o->arg[arg].value);
	return true;
}

/* false: the loader gives up */
static bool
build_oci(void)
{
	const struct object *o = loaded.object;
	int start, next, i;

	if (!loaded.n)
		return false;
	put_start();
	for (; o < loaded.object + loaded.n; o++) {
		put(0x20, 0, 0, 0);
		next = start = program_n + o->n;
		for (i = 0; i < o->n_args; i++)
			next += is_masked(o, i) ? 3 : 2;
		next++;
		for (i = 0; i < o->n; i++)
			put(0x15, start - (program_n + 1), program_n + 1 == start ?
			    next - (program_n + 1) : 0, o->nr[i]);
		for (i = 0; i < o->n_args; i++)
			if (!put_arg(o, i, next))
				return false;
		put(0x06, 0, 0, resolve_action(o->action, o->errno_ret));
	}
	put(0x06, 0, 0, resolve_action(loaded.action, -1));
	return true;
}

/* --- what is right */

/* its rules by the low words, which the loader compares; where it compares the
 * wrong ones, or where low words don't decide, it gets no rule */
static bool
low_words_pass(const struct sim_call *c)
{
	struct sim_call low = *c;
	const struct policy_rule *r;
	struct policy one;
	int i, k;

	for (k = policy_rules(&policy, 0, c->nr, &r); k > 0; k--, r++)
		for (i = 0; i < r->n; i++)
			if (abis[0].big_endian || (abis[0].bits == 64 &&
			    r->test[i].op != OP_EQ &&
			    r->test[i].op != OP_MASKED_EQ))
				return true;
	memset(&one, 0, sizeof one);
	for (i = 0; i < 6; i++)
		low.args[i] = (uint32_t)low.args[i];
	for (k = policy_rules(&policy, 0, c->nr, &r); k > 0; k--, r++) {
		struct policy_rule cut = *r;

		for (i = 0; i < cut.n; i++) {
			cut.test[i].value = (uint32_t)cut.test[i].value;
			cut.test[i].mask = (uint32_t)cut.test[i].mask;
		}
		policy_add_rule(&one, 0, c->nr, REASON_SEEN, cut.test, cut.n);
	}
	return policy_allows(&one, 0, c->nr, low.args);
}

static uint32_t
refused_with(uint32_t nr)
{
	int i;

	for (i = 0; i < policy.n_overrides; i++)
		if (policy.overrides[i].abi == 0 && policy.overrides[i].nr == nr)
			return policy.overrides[i].action == ACTION_KILL ?
			    KILL_PROCESS :
			    policy.overrides[i].action == ACTION_LOG ? LOG :
			    ERRNO + (uint32_t)policy.overrides[i].action;
	return policy.action == ACTION_LOG ? LOG : KILL_PROCESS;
}

static uint32_t
expected(const struct sim_call *c, bool oci)
{
	bool known = abi_table_index(0, c->nr) >= 0 && target_names[abi_table_index(0, c->nr)];
	int why = policy_reasons(&policy, 0, c->nr);

	if (c->arch != abis[0].audit_arch)
		return KILL;
	if (!oci)
		return known && why ? ALLOW : policy.action ? TRACE : KILL;
	/* the file allows it, so that an object is never for every call */
	if (!strcmp(known ? abi_name(0, c->nr) : "", "exit"))
		return ALLOW;
	if (known && why && (!(why & REASON_CONDITIONAL) || low_words_pass(c)))
		return ALLOW;
	if (known)
		return refused_with(c->nr);
	return policy.action == ACTION_LOG ? LOG : KILL_PROCESS;
}

/* --- random policies and calls */

static uint64_t
random_value(void)
{
	static const uint64_t pool[] = {
		0, 1, 2, 5, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000001,
		0x8000000000000000, UINT64_MAX, 0x500000005,
	};
	uint64_t r = random_64();

	return r % 8 ? pool[r / 8 % LENGTH(pool)] : random_64();
}

static uint32_t
random_nr(int abi)
{
	return abi_nr_at(abi, (int)(random_64() % abis[abi].n));
}

static void
random_rule(void)
{
	int n = 1 + (int)(random_64() % 3), i;
	struct policy_test t[3];

	for (i = 0; i < n; i++) {
		/* mostly what a recording makes */
		t[i].op = random_64() % 3 ? OP_EQ :
		    (uint8_t)(random_64() % (OP_MASKED_EQ + 1));
		t[i].arg = (uint8_t)(i * 2 + (int)(random_64() % 2));
		t[i].mask = t[i].op == OP_MASKED_EQ ? random_value() : 0;
		t[i].value = random_value();
		if (t[i].op == OP_MASKED_EQ)
			t[i].value &= t[i].mask;
	}
	policy_add_rule(&policy, 0, random_nr(0), REASON_SEEN, t, n);
}

/* names of other machines' calls, and names that no machine knows */
static void
random_others(void)
{
	unsigned n = random_64() % 3 ? 0 : (unsigned)(random_64() % 400), id;
	char name[ABI_NAME_MAX];

	for (id = 0; (id = abi_next_id(id)); )
		/* of a pair, one name brings the other */
		if (abi_nr(0, abi_id_name(id)) < 0 && util_word_index(
		    abi_musl_names, abi_id_name(id)) < 0 &&
		    random_64() % 4 == 0)
			policy_add_unknown(&policy, abi_id_name(id));
	for (; n > 0; n--) {
		sprintf(name, "%c%u", "az"[random_64() % 2], n);
		policy_add_unknown(&policy, name);
	}
}

static void
random_policy(void)
{
	static const int actions[] = { 1, 38, ACTION_KILL, ACTION_LOG };
	unsigned part = (unsigned)(random_64() % 17), n;
	int abi, pos;

	memset(&policy, 0, sizeof policy);
	policy.action = actions[random_64() % 4];
	for (n = (unsigned)(random_64() % 12); n > 0; n--)
		random_rule();
	for (abi = 0; abi < abi_count; abi++)
		for (pos = 0; pos < abis[abi].n; pos++)
			if (random_64() % 16 < part &&
			    !policy_reasons(&policy, abi, abi_nr_at(abi, pos)))
				policy_add(&policy, abi, abi_nr_at(abi, pos),
				    REASON_SEEN, 1);
	if (part % 2)
		policy_add(&policy, 0, 99999, REASON_SEEN, 1);
	if (random_64() % 4)
		policy_add_always(&policy);
	random_others();
	for (n = (unsigned)(random_64() % 8); n > 0; n--)
		policy_set_action(&policy, 0, random_nr(0),
		    actions[random_64() % 4]);
	make_target(random_64() % 2, random_64() % 3 ? 600 :
	    (uint32_t)(380 + random_64() % 80));
}

/* arguments of one of its rules, one of them perhaps spoilt, or any */
static void
random_args(struct sim_call *c)
{
	const struct policy_rule *r;
	int n = policy_rules(&policy, 0, c->nr, &r), i;

	for (i = 0; i < 6; i++)
		c->args[i] = random_value();
	if (n && random_64() % 4) {
		r += random_64() % (unsigned)n;
		for (i = 0; i < r->n; i++)
			c->args[r->test[i].arg] = r->test[i].value +
			    (random_64() % 8 ? 0 : random_64() % 3 - 1);
	}
	for (i = 0; abis[0].bits == 32 && i < 6; i++)
		c->args[i] = (uint32_t)c->args[i];
}

/* -1, or the first number of which the filter is wrong */
static int64_t
wrong_call(bool oci, struct sim_call *c, uint32_t *got)
{
	static const uint32_t outside[] = { 99999, UINT32_MAX, 0x40000000, 700 };
	int pos, try, steps;
	size_t i;

	for (pos = 0; pos < abis[0].n + (int)LENGTH(outside); pos++) {
		i = (size_t)(pos - abis[0].n);
		c->nr = pos < abis[0].n ? abi_nr_at(0, pos) : outside[i];
		c->arch = abis[0].audit_arch;
		for (try = policy_reasons(&policy, 0, c->nr) & REASON_CONDITIONAL ? 30 : 1;
		    try > 0; try--) {
			random_args(c);
			*got = sim_run(program, c, abis[0].big_endian, &steps);
			if (*got != expected(c, oci))
				return c->nr;
		}
	}
	c->arch ^= 1;
	*got = sim_run(program, c, abis[0].big_endian, &steps);
	return *got == expected(c, oci) ? -1 : (int64_t)c->nr;
}

static bool
test_format(const char *name, bool oci, int round)
{
	struct sim_call c = { .nr = 0 };
	uint32_t got = 0;
	struct out o;
	int64_t nr;

	out_init(&o, file);
	format_by_name(name)->write(&o, &policy);
	if (out_flush(&o) < 0)
		die("writing");
	load(scratch_text(file));
	if (!oci)
		build_whitelist();
	else if (loaded.architectures || !build_oci())
		return check(false, name, "round %d: not loaded", round);
	nr = wrong_call(oci, &c, &got);
	if (nr < 0)
		return true;
	return check(false, name, "round %d, %s names to %u: call %" PRId64
	    " (%s) gets %x, not %x; args %" PRIx64 " %" PRIx64 " %" PRIx64,
	    round, target.musl ? "musl" : "the kernel's", target.newest, nr,
	    abi_name(0, (uint32_t)nr), got, expected(&c, oci), c.args[0],
	    c.args[1], c.args[2]);
}

int
main(void)
{
	int i;

	file = scratch();
	for (i = 0; i < ROUNDS; i++) {
		random_policy();
		/* whitelist can't say log; its errno is never a kill */
		if (policy.action != ACTION_LOG &&
		    !test_format("whitelist", false, i))
			break;
		if (!test_format("procd", true, i))
			break;
	}
	check_num(abis[0].name, i, ROUNDS);
	return unit_end();
}
