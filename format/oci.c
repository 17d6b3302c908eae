/* SPDX-License-Identifier: MIT
 *
 * Write the OCI profile, Docker's form of it and procd's subset.  json_policy.c
 * reads them, as well as the whitelist, since they share members.
 */
#include "format/oci.h"

#include <string.h>

#include "format/caps.h"
#include "format/json_names.h"
#include "format/writers.h"
#include "json_out.h"
#include "lib/out.h"
#include "lib/small.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

/* a set of names, a bit for each id: several ABIs may share a name */
struct name_set {
	unsigned char bit[ABI_ID_MAX / 8];
};

/* Returns whether the name is new in the set. */
static bool
add_to_set(struct name_set *s, unsigned id)
{
	unsigned char *byte = &s->bit[id / 8], old = *byte;

	*byte = (unsigned char)(old | 1u << id % 8);
	return *byte != old;
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

/* Start object n of "syscalls", from 0. procd's loader applies an object to
 * every call if it knows none of its names.  So each object but the first
 * begins with exit, about which the first has decided already. */
static void
open_object(struct json *j, unsigned caps, int n)
{
	json_open(j, NULL, '{');
	json_open(j, "names", '[');
	if (n && caps & CAPS_MUSL_NAMES)
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

/* Write the objects of the calls that are allowed unconditionally, at most max
 * names in each.  Returns 0 if there are none. */
static int
write_name_objects(struct json *j, const struct policy *p, unsigned caps,
    const struct name_set *s, int max)
{
	const char *unknown = caps & CAPS_UNKNOWN_NAMES ?
	    policy_next_unknown(p, NULL) : NULL;
	unsigned id = 0;
	int n = 0;

	while ((id = abi_next_id(id))) {
		if (!(s->bit[id / 8] >> id % 8 & 1))
			continue;
		if (n % max == 0) {
			if (n)
				close_object(j, NULL, caps, -1);
			open_object(j, caps, n);
		}
		json_names_write_unknown(j, p, &unknown, abi_id_name(id));
		json_names_write(j, caps, id);
		n++;
	}
	if (!n && unknown)
		open_object(j, caps, n++);
	if (n) {
		json_names_write_unknown(j, p, &unknown, NULL);
		close_object(j, NULL, caps, -1);
	}
	return n;
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
	for (i = 0; i < all.n; i++) {
		c = policy_list_call(&all, i);
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
	for (i = 0; i < all.n; i++) {
		c = policy_list_call(&all, i);
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
    unsigned caps, int max)
{
	int n;

	json_open(j, "syscalls", '[');
	n = write_name_objects(j, p, caps, s, max);
	if (!IS_SMALL) {
		n = write_rule_objects(j, p, caps, s, n);
		write_override_objects(j, p, caps, s, n);
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
 * has at most 256.  It ignores an errno as default action: the call would
 * return success.  "architectures" is missing because it takes the native one
 * only. */
void
oci_write_procd(struct out *o, const struct policy *p)
{
	struct name_set names;
	struct json j;

	collect_unconditional(&names, p, PROCD_CAPS);
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
	int64_t nr;
	int i;

	for (; *s; s += strlen(s) + 1) {
		for (i = 0; i < abi_count; i++) {
			nr = abi_nr(i, s);
			if (nr >= 0 && policy_reasons(p, i, (uint32_t)nr))
				break;
		}
		if (i == abi_count && abi_nr(0, s) >= 0)
			add_to_set(names, abi_id(s));
	}
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
	write_syscalls(j, p, &names, caps, ABI_ID_MAX);
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
