/* SPDX-License-Identifier: MIT
 *
 * Read the JSON policies: whitelist, procd, OCI and Docker.  They share
 * members, so one table holds the keys of each object and the types of their
 * values.  The text is read twice: first to check it and to learn its ABIs and
 * its default action, then for the calls.
 */
#include "format/json_policy.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/utsname.h>

#include "format/json_keys.h"
#include "format/json_when.h"
#include "format/policy_file.h"
#include "format/reader.h"
#include "format/scan.h"
#include "json_in.h"
#include "lib/util.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

#define KEY_ROW(id, types, name) types name "\0"
#define KEY_ENUM(id, types, name) KEY_##id,
static const char keys[] = KEYS(KEY_ROW);
enum { KEYS(KEY_ENUM) N_KEYS };

/* libseccomp's actions without SCMP_ACT_; the numbers count from 1 */
static const char actions[] = "ALLOW\0LOG\0ERRNO\0ERROR\0TRACE\0NOTIFY\0"
    "KILL\0KILL_PROCESS\0KILL_THREAD\0TRAP\0";
enum { SCMP_ALLOW = 1, SCMP_LOG, SCMP_ERRNO, SCMP_ERROR, SCMP_TRACE,
	SCMP_NOTIFY, SCMP_KILL };

/* an object being read */
struct object {
	char kind;
	char type;              /* of the last key's value */
	bool in_list;           /* that value is a list, and it is open */
	int key;                /* the last one */
	unsigned keys_seen;     /* bit n: it has key n */
};
/* The first one stands for the document, whose type is ROOT; the others, as deep
 * as the keys go. */
enum { OBJECTS_MAX = 4 };

/* a JSON policy being read */
struct json_policy {
	struct reader *reader;
	struct json_in json;
	struct object objects[OBJECTS_MAX], *object;
	bool adding;            /* the second time, to add the calls */
	bool adding_names;      /* after a rule's end: its names again */
	/* by key, of the last object of its kind; 0: it lacks the key */
	int member[N_KEYS];
	uint64_t value, value_two;
	/* the rule: before the value of its names; KEY_NAME, KEY_NAMES or 0 */
	struct json_in names;
	int names_key;
	const char *rule;       /* its start */
	enum reader_ignored ignored;
};

/* Report an error at the last token; the tokenizer's own comes first. */
static int
error(const struct json_policy *j, const char *what)
{
	return reader_error(j->reader, j->json.token,
	    j->json.error ? j->json.error : what);
}

/* the same for a string that is none of the known ones */
static int
unknown(const struct json_policy *j, const char *what)
{
	return reader_error_word(j->reader, j->json.token, what,
	    j->json.string);
}

static int
wrong_type(const struct json_policy *j)
{
	const struct object *o = j->object;

	switch (o->type) {
	case 'S':
		return error(j, o->in_list ? "expected a string" :
		    "expected a list of strings");
	case 's':
		return error(j, "expected a string");
	case 'n':
		return error(j, "expected a number");
	case 'b':
		return error(j, "expected true or false");
	case ARCH:
	case RULE:
	case ARG:
		if (!o->in_list)
			return error(j, "expected a list of objects");
	}
	return error(j, "expected an object");
}

/* the policy's action for libseccomp's */
static int
policy_action_for(int action, int errno_ret)
{
	if (action <= SCMP_LOG)
		return action == SCMP_LOG ? ACTION_LOG : ACTION_ALLOW;
	if (action >= SCMP_KILL)
		return ACTION_KILL;
	if (action >= SCMP_TRACE)       /* the kernel's, without a supervisor */
		return ENOSYS;
	return errno_ret ? errno_ret : EPERM;
}

static int
read_name(struct json_policy *j, int key)
{
	const char *name = j->json.string;
	int failed = 0;
	int action = key == KEY_WHITELIST ? ACTION_ALLOW :
	    policy_action_for(j->member[KEY_ACTION], j->member[KEY_ERRNO]);

	if (!reader_is_name(name))
		return error(j, "not the name of a system call");
	/* a call's own action has no tests: under them, log is to allow */
	if (action == ACTION_LOG && j->reader->n_tests)
		action = ACTION_ALLOW;
	if (key == KEY_WHITELIST ? j->adding : j->adding_names)
		failed = reader_add(j->reader, name, action);
	return failed ? error(j, reader_no_room) : 0;
}

static int
read_string(struct json_policy *j, int key)
{
	const char *s = j->json.string;
	int *member = &j->member[key];

	switch (key) {
	case KEY_DEFAULT_ACTION:
	case KEY_ACTION:
		*member = strncmp(s, "SCMP_ACT_", 9) ? 0 :
		    util_word_index(actions, s + 9) + 1;
		if (!*member)
			return unknown(j, "unknown action");
		break;
	case KEY_OP:
		*member = strncmp(s, "SCMP_CMP_", 9) ? 0 :
		    reader_operator(s + 9) + 1;
		if (!*member)
			return unknown(j, "unknown operator");
		break;
	case KEY_ARCHITECTURES:
	case KEY_ARCHITECTURE:
	case KEY_SUB_ARCHITECTURES:
		if (!reader_abi_bit(s))
			return unknown(j, "unknown architecture");
		*member |= reader_abi_bit(s);
		break;
	case KEY_ARCHES:
		*member |= 1 + json_when_our_arch(s);
		break;
	case KEY_BASE:
		return error(j, scan_cant);
	case KEY_CAPS:
		*member |= json_when_keeps_caps() ? 3 : 1 + json_when_given(s);
		break;
	case KEY_MIN_KERNEL:
		*member = (int)json_when_kernel(s);
		if (!*member)
			return error(j, "not a kernel version");
		break;
	default:
		return read_name(j, key);
	}
	return 0;
}

/* Errnos are 1 or more, but a whitelist's 0 kills.  Values may be negative, and
 * mean 64 bits then. */
static int
read_number(struct json_policy *j, int key)
{
	bool minus = j->json.negative && j->json.number;
	uint64_t v = minus ? -j->json.number : j->json.number;

	if (key == KEY_VALUE || key == KEY_VALUE_TWO) {
		*(key == KEY_VALUE ? &j->value : &j->value_two) = v;
		if (!minus || v >> 63)
			return 0;
	} else if (!minus && v < (key == KEY_INDEX ? 6 : ACTION_LOG) &&
	    (v || key == KEY_INDEX || key == KEY_POLICY)) {
		j->member[key] = (int)v;
		return 0;
	}
	return error(j, "number out of range");
}

/* As runc does: if two tests are of one argument, each test is a rule. */
static int
end_arg(struct json_policy *j, unsigned keys_seen)
{
	struct reader *r = j->reader;
	struct policy_test t = {
		.arg = (uint8_t)j->member[KEY_INDEX],
		.op = (uint8_t)(j->member[KEY_OP] - 1), .value = j->value,
	};
	int i;

	if (~keys_seen & (1u << KEY_INDEX | 1u << KEY_VALUE | 1u << KEY_OP))
		return error(j, "a test needs index, value and op");
	if (t.op == OP_MASKED_EQ) {
		t.mask = t.value;
		t.value &= keys_seen >> KEY_VALUE_TWO & 1 ? j->value_two : 0;
	}
	for (i = 0; i < r->n_tests; i++)
		r->alternatives |= r->test[i].arg == t.arg;
	return reader_add_test(r, &t) < 0 ? error(j, reader_no_room) : 0;
}

/* Was the rule written for procd, where all tests of an argument must hold?
 * Then it names exit before other calls, see oci.c. */
static bool
is_for_procd(struct json_in names)
{
	return json_next(&names) == JSON_STRING &&
	    !strcmp(names.string, "exit") && json_next(&names) == JSON_STRING;
}

/* The rule is known only now, so read its names again. */
static int
end_rule(struct json_policy *j)
{
	struct json_in behind = j->json;
	bool list = j->names_key == KEY_NAMES;
	int failed = 0;

	if (!j->names_key || !j->member[KEY_ACTION])
		return error(j, "a rule needs names and action");
	if (j->adding && j->ignored == IGNORED_CAPS && json_when_keeps_caps()) {
		if (j->reader->yaml)
			return error(j, scan_cant);
		if (policy_file_keep(j->rule, (size_t)(j->json.at - j->rule)) < 0)
			return error(j, reader_no_room);
	} else if (j->adding && j->ignored) {
		j->reader->ignored[j->ignored]++;
	} else if (j->adding) {
		j->json = j->names;
		if (list)
			json_next(&j->json);
		j->reader->alternatives &= !is_for_procd(j->json);
		j->adding_names = true;
		while (!failed && json_next(&j->json) == JSON_STRING) {
			failed = read_name(j, KEY_NAMES);
			if (!list)
				break;
		}
		j->adding_names = false;
		j->json = behind;
	}
	/* a whitelist after the rules allows, unconditionally */
	j->member[KEY_ACTION] = j->reader->n_tests = 0;
	return failed;
}

/* Ignore a rule that is not for this machine, this kernel, or the capabilities
 * that the program has.  Docker wants all of those that it includes, and none of
 * those that it excludes. */
static void
end_when(struct json_policy *j, bool excludes)
{
	const int *member = j->member;
	struct utsname u;

	if (member[KEY_ARCHES] && (member[KEY_ARCHES] > 1) == excludes)
		j->ignored = IGNORED_MACHINE;
	if (member[KEY_CAPS] & (excludes ? 2 : 1))
		j->ignored = IGNORED_CAPS;
	if (!member[KEY_MIN_KERNEL])
		return;
	uname(&u);
	if (((int)json_when_kernel(u.release) >= member[KEY_MIN_KERNEL]) ==
	    excludes)
		j->ignored = IGNORED_KERNEL;
}

static int
end_root(struct json_policy *j, unsigned keys_seen)
{
	struct policy *p = j->reader->policy;

	if (keys_seen & 1u << KEY_DEFAULT_ACTION)
		p->action = policy_action_for(j->member[KEY_DEFAULT_ACTION],
		    j->member[KEY_DEFAULT_ERRNO]);
	else if (!(keys_seen & 1u << KEY_WHITELIST))
		return reader_error(j->reader, j->reader->text,
		    "not a policy: neither defaultAction nor whitelist");
	else if (keys_seen & 1u << KEY_POLICY)
		p->action = j->member[KEY_POLICY];
	j->reader->abis |= (unsigned)j->member[KEY_ARCHITECTURES];
	if (!j->reader->abis)
		j->reader->abis = 1;
	/* runc applies a policy for other machines to this one's calls, too, but
	 * it was not made for them: read it as it is written. */
	j->reader->native = j->reader->abis & 1;
	j->reader->foreign = !j->reader->native;
	if (j->reader->abis == READER_FOREIGN)
		return reader_not_native(j->reader);
	reader_close_abis(j->reader, j->reader->abis, ACTION_KILL);
	/* procd loads what names no ABI, and does so at the entry point */
	p->main_scope = !(keys_seen &
	    (1u << KEY_ARCHITECTURES | 1u << KEY_ARCH_MAP));
	*(p->main_scope ? &j->reader->first_counts :
	    &j->reader->reject_counts) = true;
	return 0;
}

static void
begin_object(struct json_policy *j, char kind)
{
	const char *row = keys;
	int k;

	for (k = 0; k < N_KEYS; k++, row += strlen(row) + 1)
		if (*row == kind)
			j->member[k] = 0;
	if (kind == RULE) {
		j->rule = j->json.token;
		j->names_key = j->reader->n_tests = 0;
		j->reader->alternatives = false;
		j->ignored = IGNORED_NOT;
	}
	j->object++;
	*j->object = (struct object){ .kind = kind };
}

static int
end_object(struct json_policy *j)
{
	const struct object *o = j->object--;

	switch (o->kind) {
	case ROOT:
		return end_root(j, o->keys_seen);
	case RULE:
		return end_rule(j);
	case ARG:
		return end_arg(j, o->keys_seen);
	case WHEN:
		end_when(j, j->object->key == KEY_EXCLUDES);
		return 0;
	}
	/* Docker takes the entry of its machine's architecture */
	j->reader->abis |= j->member[KEY_ARCHITECTURE] & 1 ?
	    1 | (unsigned)j->member[KEY_SUB_ARCHITECTURES] : READER_FOREIGN;
	return 0;
}

/* A mistake: runc ignores case, crun does not, and both ignore other keys. */
static bool
is_near_key(char kind, const char *key)
{
	const char *row = keys;

	while (*row && (*row != kind || !util_is_near(key, row + 2, 1)))
		row += strlen(row) + 1;
	return *row;
}

/* Skips a key that is not in the table, with its value. */
static int
read_key(struct json_policy *j)
{
	struct object *o = j->object;
	const char *row = keys;
	int k;

	for (k = 0; k < N_KEYS; k++, row += strlen(row) + 1)
		if (*row == o->kind && !strcmp(row + 2, j->json.string))
			break;
	if (k == N_KEYS && is_near_key(o->kind, j->json.string))
		return unknown(j, "unexpected key");
	if (k == N_KEYS)
		return json_skip(&j->json) == JSON_ERROR ? error(j, NULL) : 0;
	if (o->keys_seen >> k & 1)
		return error(j, "duplicate key");
	o->keys_seen |= 1u << k;
	o->key = k;
	o->type = row[1];
	if (k == KEY_NAME || k == KEY_NAMES) {
		if (j->names_key)
			return error(j, "both name and names");
		j->names = j->json;
		j->names_key = k;
	}
	return 0;
}

/* null stands for an empty list or object. */
static int
read_token(struct json_policy *j, enum json_token t)
{
	struct object *o = j->object;
	bool list = strchr("Smra", o->type);

	if (t == JSON_ERROR)
		return error(j, NULL);
	if (t == JSON_KEY)
		return read_key(j);
	if (t == JSON_OBJECT_END)
		return end_object(j);
	if (t == JSON_ARRAY_END) {
		o->in_list = false;
	} else if (list && !o->in_list) {
		if (t != JSON_ARRAY && t != JSON_NULL)
			return wrong_type(j);
		o->in_list = t == JSON_ARRAY;
	} else if (t == JSON_OBJECT && strchr("omraw", o->type)) {
		begin_object(j, o->type);
	} else if (t == JSON_STRING && (o->type | 0x20) == 's') {
		return read_string(j, o->key);
	} else if (t == JSON_NUMBER && o->type == 'n') {
		return read_number(j, o->key);
	} else if (t == JSON_BOOL && o->type == 'b') {
		j->reader->policy->incomplete |= !j->json.number;
	} else if (t != JSON_NULL || o->type != WHEN) {
		return wrong_type(j);
	}
	return 0;
}

int
json_policy_read(struct reader *r, size_t len)
{
	struct json_policy j = { .reader = r };
	struct json_in inner;
	enum json_token t;
	bool done;

	r->abis = 0;
	do {
		json_in_init(&j.json, r->yaml ? r->yaml : r->text, len);
		j.json.yaml = r->yaml;
		inner = j.json;
		/* a container's config.json, a Kubernetes resource */
		if (r->yaml ? json_find_key(&inner, "spec") :
		    json_find_key(&inner, "linux") &&
		    json_find_key(&inner, "seccomp"))
			j.json = inner;
		j.object = j.objects;
		j.object->type = ROOT;
		for (done = false; (t = json_next(&j.json)) != JSON_END;
		    done = j.object == j.objects)
			if ((!done || t == JSON_ERROR) && read_token(&j, t) < 0)
				return -1;
		j.adding = !j.adding;
	} while (j.adding);
	return 0;
}
