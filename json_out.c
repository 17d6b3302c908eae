/* SPDX-License-Identifier: MIT
 *
 * The hand-rolled JSON writer and the JSON formats.  Knows nothing of taps.
 */
#include "json_out.h"

#include <string.h>

#include "format/caps.h"
#include "json_in.h"
#include "lib/out.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

void
json_init(struct json *j, struct out *o)
{
	j->out = o;
	j->depth = 0;
	j->first = true;
	j->yaml = j->dash = false;
}

static void
quote(struct out *o, const char *string)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *s = (const unsigned char *)string;
	int n;

	out_char(o, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\') {
			out_char(o, '\\');
			out_char(o, (char)*s);
		} else if (*s >= 0x20 && *s < 0x7f) {
			out_char(o, (char)*s);
		} else if ((n = json_utf8_len(s)) > 0) {
			out_mem(o, (const char *)s, (size_t)n);
			s += n - 1;
		} else {        /* a stray byte as if it were Latin-1 */
			out_str(o, "\\u00");
			out_char(o, hex[*s >> 4]);
			out_char(o, hex[*s & 15]);
		}
	}
	out_char(o, '"');
}

/* what comes before any value: comma, new line, indentation, key; in YAML the
 * first value of an element stands behind its dash */
static void
begin(struct json *j, const char *key, bool bracket)
{
	struct out *o = j->out;

	if (!j->first && !j->yaml)
		out_char(o, ',');
	if (j->yaml && j->first && j->dash) {
		out_char(o, ' ');
	} else if (j->depth > 0 && (!j->yaml || j->depth > 1 || !j->first)) {
		out_char(o, '\n');
		if (j->yaml)
			out_pad(o, ' ', 2 * j->depth - 2);
		else
			out_pad(o, '\t', j->depth);
	}
	j->first = j->dash = false;
	if (!key) {
		j->dash = j->yaml && j->depth && bracket;
		if (j->yaml && j->depth)
			out_str(o, bracket ? "-" : "- ");
		return;
	}
	if (j->yaml)
		out_str(o, key);
	else
		quote(o, key);
	out_str(o, bracket && j->yaml ? ":" : ": ");
}

void
json_open(struct json *j, const char *key, char bracket)
{
	begin(j, key, true);
	if (!j->yaml)
		out_char(j->out, bracket);
	j->depth++;
	j->first = true;
}

void
json_close(struct json *j, char bracket)
{
	j->depth--;
	if (j->yaml) {
		if (j->first)
			out_str(j->out, bracket == ']' ? " []" : " {}");
	} else {
		if (!j->first) {
			out_char(j->out, '\n');
			out_pad(j->out, '\t', j->depth);
		}
		out_char(j->out, bracket);
	}
	j->first = j->dash = false;
	if (j->depth == 0)
		out_char(j->out, '\n');
}

void
json_string(struct json *j, const char *key, const char *value)
{
	begin(j, key, false);
	if (j->yaml)            /* ours are all plain */
		out_str(j->out, value);
	else
		quote(j->out, value);
}

void
json_number(struct json *j, const char *key, int64_t value)
{
	begin(j, key, false);
	out_num(j->out, value);
}

void
json_bool(struct json *j, const char *key, bool value)
{
	begin(j, key, false);
	out_str(j->out, value ? "true" : "false");
}

static void
complete(struct json *j, const struct policy *p)
{
	if (p->incomplete)
		json_bool(j, "complete", false);
}

/* A target whose procd was built with musl has musl's name for it; what a
 * loader does not know it passes over, so both can stand there. */
static void
write_name(struct json *j, unsigned caps, unsigned id)
{
	const char *name;

	json_string(j, NULL, abi_id_name(id));
	name = caps & CAPS_MUSL_NAMES ? abi_musl_name(0, id) : NULL;
	if (name)
		json_string(j, NULL, name);
}

/* names that this build lacks, from *next up to before */
static void
write_unknown(struct json *j, const struct policy *p, const char **next,
    const char *before)
{
	for (; *next && (!before || strcmp(*next, before) < 0);
	    *next = policy_next_unknown(p, *next))
		if (!strchr(*next, ':'))
			json_string(j, NULL, *next);
}

/* procd's first format.  Its loader looks names up and skips what it does not
 * know, so a number can stand there too, as a string. */
void
whitelist_write(struct out *o, const struct policy *p)
{
	struct policy_list list;
	struct policy_call c;
	const char *name;
	struct json j;
	unsigned id;
	int i;

	json_init(&j, o);
	json_open(&j, NULL, '{');
	json_open(&j, "whitelist", '[');
	policy_list_make(&list, p, BY_NR);
	for (i = 0; i < list.n; i++) {
		c = policy_list_call(&list, i);
		if (c.abi != 0)
			break;
		id = abi_name_id(0, c.nr);
		if (id) {
			write_name(&j, WHITELIST_CAPS, id);
		} else {
			begin(&j, NULL, false);
			out_fmt(o, "\"%d\"", (int)c.nr);
		}
	}
	name = policy_next_unknown(p, NULL);
	write_unknown(&j, p, &name, NULL);
	json_close(&j, ']');
	json_number(&j, "policy", caps_action(WHITELIST_CAPS, p->action));
	complete(&j, p);
	json_close(&j, '}');
}

/* a set of names, a bit an id: several ABIs may share one */
struct name_set {
	unsigned char bit[ABI_ID_MAX / 8];
};

/* was it new? */
static bool
names_add(struct name_set *s, unsigned id)
{
	unsigned char *byte = &s->bit[id / 8], old = *byte;

	*byte = (unsigned char)(old | 1u << id % 8);
	return *byte != old;
}

static void
write_action(struct json *j, const char *key, const char *errno_key, int action)
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

/* libseccomp's order of MASKED_EQ: the mask first */
static void
write_tests(struct json *j, unsigned caps, const struct policy_rule *r)
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
		begin(j, "value", false);
		out_fmt(j->out, "%llu",
		    (unsigned long long)(low & (masked ? t->mask : t->value)));
		if (masked) {
			begin(j, "valueTwo", false);
			out_fmt(j->out, "%llu",
			    (unsigned long long)(low & t->value));
		}
		begin(j, "op", false);
		out_fmt(j->out, j->yaml ? "SCMP_CMP_%s" : "\"SCMP_CMP_%s\"",
		    masked ? "MASKED_EQ" : ops[t->op]);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* procd lets an object through whose names it knows none of, so each but the
 * first holds one that the first has decided already */
static void
open_names(struct json *j, unsigned caps, int n)
{
	json_open(j, NULL, '{');
	json_open(j, "names", '[');
	if (n && caps & CAPS_MUSL_NAMES)
		json_string(j, NULL, "exit");
}

static void
close_names(struct json *j, const struct policy_rule *r, unsigned caps,
    int action)
{
	json_close(j, ']');
	if (action < 0)
		json_string(j, "action", "SCMP_ACT_ALLOW");
	else
		write_action(j, "action", "errnoRet", action);
	if (r)
		write_tests(j, caps, r);
	json_close(j, '}');
}

/* those without conditions, at most max an object */
static int
write_names(struct json *j, const struct policy *p, unsigned caps,
    const struct name_set *s, int max)
{
	const char *unknown = caps & CAPS_UNKNOWN_NAMES ? policy_next_unknown(p, NULL) :
	    NULL;
	unsigned id = 0;
	int n = 0;

	while ((id = abi_next_id(id))) {
		if (!(s->bit[id / 8] >> id % 8 & 1))
			continue;
		if (n % max == 0) {
			if (n)
				close_names(j, NULL, caps, -1);
			open_names(j, caps, n);
		}
		write_unknown(j, p, &unknown, abi_id_name(id));
		write_name(j, caps, id);
		n++;
	}
	if (!n && unknown)
		open_names(j, caps, n++);
	if (n) {
		write_unknown(j, p, &unknown, NULL);
		close_names(j, NULL, caps, -1);
	}
	return n;
}

/* the calls without conditions that the format holds */
static void
names_of(struct name_set *s, const struct policy *p, unsigned caps)
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
			names_add(s, abi_name_id(c.abi, c.nr));
	}
}

/* the syscalls array; the names in s are allowed without conditions */
static void
write_rules(struct json *j, const struct policy *p, struct name_set *s,
    unsigned caps, int max)
{
	static const struct policy_rule *list[POLICY_RULES_MAX], **rule;
	const struct policy_override *r = p->overrides;
	struct policy_list all;
	struct policy_call c;
	int n, i, k, action;
	unsigned id;

	json_open(j, "syscalls", '[');
	n = write_names(j, p, caps, s, max);
	policy_list_make(&all, p, BY_NAME);
	for (i = 0; i < all.n; i++) {
		c = policy_list_call(&all, i);
		id = abi_name_id(c.abi, c.nr);
		if (!id || !caps_has_abi(caps, c.abi) || !names_add(s, id))
			continue;
		k = caps_rules(p, caps, c.abi, c.nr, list);
		for (rule = list; rule < list + k; rule++) {
			open_names(j, caps, n++);
			write_name(j, caps, id);
			close_names(j, *rule, caps, -1);
		}
	}
	for (; r < p->overrides + p->n_overrides; r++) {
		action = caps_override(p, caps, r);
		id = abi_name_id(r->abi, r->nr);
		if (action < 0 || action == caps_action(caps, p->action) ||
		    !(names_add(s, id) || caps & CAPS_OVERRIDES_RULES))
			continue;
		open_names(j, caps, n++);
		write_name(j, caps, id);
		close_names(j, NULL, caps, action);
	}
	json_close(j, ']');
}

/* procd's loader: an object's names become 8-bit jumps (256 names at most); a
 * default of ERRNO has no errno and returns success; no architectures, since
 * only its own passes anyway. */
void
oci_write_procd(struct out *o, const struct policy *p)
{
	struct name_set names;
	struct json j;

	names_of(&names, p, PROCD_CAPS);
	json_init(&j, o);
	json_open(&j, NULL, '{');
	write_action(&j, "defaultAction", NULL,
	    caps_action(PROCD_CAPS, p->action));
	write_rules(&j, p, &names, PROCD_CAPS, 256);
	complete(&j, p);
	json_close(&j, '}');
}

/* the ABIs in use, as a list or, for Docker, one object with the others under
 * the native one */
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

static void
write_profile(struct json *j, const struct policy *p, unsigned caps)
{
	struct name_set names;
	const char *s = caps_runc_calls;
	int64_t nr;
	int i;

	names_of(&names, p, caps);
	for (; *s; s += strlen(s) + 1) {
		for (i = 0; i < abi_count; i++) {
			nr = abi_nr(i, s);
			if (nr >= 0 && policy_reasons(p, i, (uint32_t)nr))
				break;
		}
		if (i == abi_count && abi_nr(0, s) >= 0)
			names_add(&names, abi_id(s));
	}
	write_action(j, "defaultAction",
	    caps & CAPS_ERRNO ? "defaultErrnoRet" : NULL,
	    caps_action(caps, p->action));
	write_abis(j, p, caps & CAPS_ARCH_MAP);
	write_rules(j, p, &names, caps, ABI_ID_MAX);
}

static void
write_oci(struct out *o, const struct policy *p, unsigned caps)
{
	struct json j;

	json_init(&j, o);
	json_open(&j, NULL, '{');
	write_profile(&j, p, caps);
	complete(&j, p);
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

/* the Security Profiles Operator's resource: the same in YAML */
void
spo_write(struct out *o, const struct policy *p)
{
	struct json j;

	if (p->incomplete)
		out_str(o, "# incomplete\n");
	json_init(&j, o);
	j.yaml = true;
	json_open(&j, NULL, '{');
	json_string(&j, "apiVersion",
	    "security-profiles-operator.x-k8s.io/v1beta1");
	json_string(&j, "kind", "SeccompProfile");
	json_open(&j, "metadata", '{');
	json_string(&j, "name", "utrace");
	json_close(&j, '}');
	json_open(&j, "spec", '{');
	write_profile(&j, p, SPO_CAPS);
	json_close(&j, '}');
	json_close(&j, '}');
}
