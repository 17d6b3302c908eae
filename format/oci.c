/* SPDX-License-Identifier: MIT
 *
 * Write the OCI profile, Docker's form of it and procd's subset.  json_policy.c
 * reads them, as well as the whitelist, since they share members.
 */
#include "format/oci.h"

#include <limits.h>
#include <string.h>

#include "format/caps.h"
#include "format/json_names.h"
#include "format/policy_file.h"
#include "format/writers.h"
#include "json_out.h"
#include "lib/out.h"
#include "lib/small.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

/* a set of names, by id: several ABIs may share a name */
struct name_set {
	bool has[ABI_ID_MAX];
};

static bool
set_has(const struct name_set *s, unsigned id)
{
	return id && s->has[id];
}

/* Returns whether the name is new in the set. */
static bool
add_to_set(struct name_set *s, unsigned id)
{
	bool had = s->has[id];

	s->has[id] = true;
	return !had;
}

static void
write_scmp_action(struct json *j, const char *key, const char *errno_key,
    int action)
{
	if (action == ACTION_KILL || action == ACTION_LOG) {
		json_string(j, key, action == ACTION_KILL ?
		    "SCMP_ACT_KILL_PROCESS" : "SCMP_ACT_LOG");
	} else {
		json_string(j, key, "SCMP_ACT_ERRNO");
		if (errno_key)
			json_number(j, errno_key, action);
	}
}

/* the policy's conditions; for MASKED_EQ libseccomp has the mask first */
static void
write_args(struct json *j, unsigned caps, const struct policy_rule *r)
{
	static const char ops[][3] = { "NE", "LT", "LE", "EQ", "GE", "GT" };
	uint64_t low = caps & CAPS_LOW_WORD ? UINT32_MAX : UINT64_MAX;
	const struct policy_test *t;
	bool masked;

	json_open(j, "args", '[');
	for (t = r->test; t < r->test + r->n; t++) {
		masked = t->op == OP_MASKED_EQ;
		json_open(j, NULL, '{');
		json_number(j, "index", t->arg);
		json_begin_value(j, "value");
		out_fmt(j->out, "%llu",
		    (unsigned long long)(low & (masked ? t->mask : t->value)));
		if (masked) {
			json_begin_value(j, "valueTwo");
			out_fmt(j->out, "%llu",
			    (unsigned long long)(low & t->value));
		}
		json_begin_value(j, "op");
		out_fmt(j->out, j->yaml ? "SCMP_CMP_%s" : "\"SCMP_CMP_%s\"",
		    masked ? "MASKED_EQ" : ops[t->op]);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* Start object n of "syscalls", from 0.  procd's loader applies an object to
 * every call if it knows none of its names, and a name that this machine knows
 * may be unknown where the file is loaded.  So every object names exit, which
 * all machines have.  The first one allows it, which decides about it; the
 * others begin with it. */
static void
open_object(struct json *j, unsigned caps, int n)
{
	json_open(j, NULL, '{');
	json_open(j, "names", '[');
	if (n && caps & CAPS_ALL_MACHINES)
		json_string(j, NULL, "exit");
}

/* End it: its action, -1 for SCMP_ACT_ALLOW, and its conditions, if any. */
static void
close_object(struct json *j, const struct policy_rule *r, unsigned caps,
    int action)
{
	json_close(j, ']');
	if (action < 0)
		json_string(j, "action", "SCMP_ACT_ALLOW");
	else
		write_scmp_action(j, "action", "errnoRet", action);
	if (r)
		write_args(j, caps, r);
	json_close(j, '}');
}

/* the objects of the calls that are allowed unconditionally */
struct name_objects {
	struct json *json;
	const struct policy *policy;
	const struct name_set *set;     /* calls of this machine */
	unsigned caps;
	unsigned max;           /* names in an object; INT_MAX, and there is
				 * one object, or 256 */
	int n;                  /* names so far */
	bool has_exit;          /* in the first object */
};

static void
write_name(struct name_objects *w, const char *name)
{
	if ((unsigned)w->n % w->max == 0) {
		if (w->n)
			close_object(w->json, NULL, w->caps, -1);
		open_object(w->json, w->caps, w->n);
		if (w->n)
			w->n++;
	}
	w->has_exit |= !strcmp(name, "exit");
	json_string(w->json, NULL, name);
	/* names of other machines may fill the first one before exit */
	if ((unsigned)++w->n == w->max - 1 && !w->has_exit) {
		json_string(w->json, NULL, "exit");
		w->n++;
	}
}

/* Is a call of this name, of this machine or another, among them? */
static bool
has_name(const struct name_objects *w, const char *name)
{
	return set_has(w->set, abi_id(name)) ||
	    policy_has_unknown(w->policy, name);
}

/* the first of two names that comes after last; first may be NULL */
static const char *
earlier_name(const char *first, const char *name, const char *last)
{
	return strcmp(name, last) > 0 && (!first || strcmp(name, first) < 0) ?
	    name : first;
}

/* The first name after last, "" at first, that may be none of this machine's: a
 * name that the build does not know or, in a file for all machines, one that
 * the kernel and musl call differently there.  Either name brings the other, so
 * that each machine writes the same file. */
static const char *
next_other_name(const struct name_objects *w, const char *last)
{
	const char *first = NULL, *kernel, *musl;

	if (w->caps & CAPS_UNKNOWN_NAMES)
		while ((first = policy_next_unknown(w->policy, first)))
			if (strcmp(first, last) > 0 && !strchr(first, ':'))
				break;
	kernel = w->caps & CAPS_ALL_MACHINES ? abi_musl_names : "";
	for (; *kernel; kernel = musl + strlen(musl) + 1) {
		musl = kernel + strlen(kernel) + 1;
		if (has_name(w, kernel))
			first = earlier_name(first, musl, last);
		if (has_name(w, musl))
			first = earlier_name(first, kernel, last);
	}
	return first;
}

/* Write the objects of the calls that are allowed unconditionally, in order of
 * name.  Returns 0 if there are none. */
static int
write_name_objects(struct name_objects *w)
{
	const char *other = next_other_name(w, "");
	unsigned id = 0;
	int order;

	do {
		id = abi_next_id(id);
		if (id && !set_has(w->set, id))
			continue;
		for (; other; other = next_other_name(w, other)) {
			order = id ? strcmp(other, abi_id_name(id)) : -1;
			if (order > 0)
				break;
			if (order < 0)
				write_name(w, other);
		}
		if (id)
			write_name(w, abi_id_name(id));
	} while (id);
	if (w->n)
		close_object(w->json, NULL, w->caps, -1);
	return w->n;
}

/* the calls that the format allows unconditionally */
static void
collect_unconditional(struct name_set *s, const struct policy *p, unsigned caps)
{
	static const struct policy_rule *list[POLICY_RULES_MAX];
	struct policy_list all;
	struct policy_call c;
	int i;

	memset(s, 0, sizeof *s);
	policy_list_make(&all, p, BY_NR);
	for (i = 0; policy_list_call(&all, i, &c); i++) {
		if (caps_has_abi(caps, c.abi) &&
		    (!(c.reasons & REASON_CONDITIONAL) ||
		    !caps_rules(p, caps, c.abi, c.nr, list)))
			add_to_set(s, abi_name_id(c.abi, c.nr));
	}
}

/* Write an object for each argument rule of the calls that are not in the set
 * yet, and add those. n objects precede; returns how many there are then. */
static int
write_rule_objects(struct json *j, const struct policy *p, unsigned caps,
    struct name_set *s, int n)
{
	static const struct policy_rule *list[POLICY_RULES_MAX], **rule;
	struct policy_list all;
	struct policy_call c;
	unsigned id;
	int i, k;

	policy_list_make(&all, p, BY_NAME);
	for (i = 0; policy_list_call(&all, i, &c); i++) {
		id = abi_name_id(c.abi, c.nr);
		if (!id || !caps_has_abi(caps, c.abi) || !add_to_set(s, id))
			continue;
		k = caps_rules(p, caps, c.abi, c.nr, list);
		for (rule = list; rule < list + k; rule++) {
			open_object(j, caps, n++);
			json_names_write(j, caps, id);
			close_object(j, *rule, caps, -1);
		}
	}
	return n;
}

/* s: the names of all calls written; n objects precede */
static void
write_override_objects(struct json *j, const struct policy *p, unsigned caps,
    struct name_set *s, int n)
{
	const struct policy_override *o = p->overrides;
	unsigned id;
	int action;

	for (; o < p->overrides + p->n_overrides; o++) {
		action = caps_override(p, caps, o);
		id = abi_name_id(o->abi, o->nr);
		if (action < 0 || action == caps_action(caps, p->action) ||
		    !(add_to_set(s, id) || caps & CAPS_OVERRIDES_RULES))
			continue;
		open_object(j, caps, n++);
		json_names_write(j, caps, id);
		close_object(j, NULL, caps, action);
	}
}

/* s: the names of the calls to allow unconditionally, at most max in an
 * object */
static void
write_syscalls(struct json *j, const struct policy *p, struct name_set *s,
    unsigned caps, unsigned max)
{
	struct name_objects w = {
		.json = j, .policy = p, .set = s, .caps = caps, .max = max,
	};
	int n;

	json_open(j, "syscalls", '[');
	n = write_name_objects(&w);
	if (!IS_SMALL) {
		n = write_rule_objects(j, p, caps, s, n);
		write_override_objects(j, p, caps, s, n);
		out_str(j->out, policy_file_kept);
	}
	json_close(j, ']');
}

static void
write_incomplete(struct json *j, const struct policy *p)
{
	if (p->incomplete)
		json_bool(j, "complete", false);
}

/* procd's loader jumps over an object's names with 8-bit offsets, so an object
 * has at most 256.  Each process needs exit; see open_object().  The loader
 * ignores an errno as default action: the call would return success.
 * "architectures" is missing because it takes the native one only. */
void
oci_write_procd(struct out *o, const struct policy *p)
{
	struct name_set names;
	struct json j;

	collect_unconditional(&names, p, PROCD_CAPS);
	add_to_set(&names, abi_id("exit"));
	json_init(&j, o);
	json_open(&j, NULL, '{');
	write_scmp_action(&j, "defaultAction", NULL,
	    caps_action(PROCD_CAPS, p->action));
	write_syscalls(&j, p, &names, PROCD_CAPS, 256);
	write_incomplete(&j, p);
	json_close(&j, '}');
}

/* Write the ABIs in use: as a list or, for Docker, as one object with the
 * foreign ABIs below the native one. */
static void
write_abis(struct json *j, const struct policy *p, bool docker)
{
	int i;

	json_open(j, docker ? "archMap" : "architectures", '[');
	if (docker) {
		json_open(j, NULL, '{');
		json_string(j, "architecture", abis[0].scmp);
		json_open(j, "subArchitectures", '[');
	} else {
		json_string(j, NULL, abis[0].scmp);
	}
	for (i = 1; i < abi_count; i++)
		if (policy_uses(p, i))
			json_string(j, NULL, abis[i].scmp);
	if (docker) {
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* Add what the container runtime itself calls, unless the policy has rules for
 * it. */
static void
add_runc_calls(struct name_set *names, const struct policy *p)
{
	const char *s = caps_runc_calls;

	for (; *s; s += strlen(s) + 1)
		if (caps_lacks_call(p, s))
			add_to_set(names, abi_id(s));
}

void
oci_write_profile(struct json *j, const struct policy *p, unsigned caps)
{
	struct name_set names;

	collect_unconditional(&names, p, caps);
	add_runc_calls(&names, p);
	write_scmp_action(j, "defaultAction",
	    caps & CAPS_ERRNO ? "defaultErrnoRet" : NULL,
	    caps_action(caps, p->action));
	write_abis(j, p, caps & CAPS_ARCH_MAP);
	write_syscalls(j, p, &names, caps, INT_MAX);
}

static void
write_oci(struct out *o, const struct policy *p, unsigned caps)
{
	struct json j;

	json_init(&j, o);
	json_open(&j, NULL, '{');
	oci_write_profile(&j, p, caps);
	write_incomplete(&j, p);
	json_close(&j, '}');
}

void
oci_write(struct out *o, const struct policy *p)
{
	write_oci(o, p, OCI_CAPS);
}

void
oci_write_docker(struct out *o, const struct policy *p)
{
	write_oci(o, p, DOCKER_CAPS);
}
