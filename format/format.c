/* SPDX-License-Identifier: MIT
 *
 * The formats as a table, and warnings about what a format can't express.
 */
#include "format/format.h"

#include <errno.h>
#include <string.h>

#include "format/call_name.h"
#include "format/caps.h"
#include "format/writers.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/small.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

#define COUNT(a) ((int)(sizeof (a) / sizeof *(a)))

const struct format formats[] = {
	{ "whitelist", "json", false, WHITELIST_CAPS, whitelist_write },
	{ "procd", "json", false, PROCD_CAPS, oci_write_procd },
	{ "oci", "json", true, OCI_CAPS, oci_write },
	FULL({ "docker", "json", true, DOCKER_CAPS, oci_write_docker },
	{ "lxc", "seccomp", true, LXC_CAPS, lxc_write },
	{ "systemd", "conf", true, SYSTEMD_CAPS, systemd_write },
	{ "minijail", "policy", true, MINIJAIL_CAPS, minijail_write },
	{ "firejail", "profile", true, FIREJAIL_CAPS, firejail_write },
	{ "kafel", "kafel", true, KAFEL_CAPS, kafel_write },
	{ "spo", "yaml", true, SPO_CAPS, spo_write },
	{ "bpf", "bpf", true, BPF_CAPS, bpf_write },)
	{ "list", "list", true, LIST_CAPS, list_write },
	FULL({ "table", "txt", true, TABLE_CAPS, table_write },)
};
const int n_formats = COUNT(formats);

const struct format *
format_by_name(const char *name)
{
	int i;

	for (i = 0; i < n_formats; i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}

int
format_write(const struct format *f, const struct policy *p, int fd)
{
	struct out out;

	out_init(&out, fd);
	f->write(&out, p);
	return out_flush(&out);
}

bool
format_accepts_action(const struct format *f, int action)
{
	return caps_action(f->caps, action) == action ||
	    (f->caps & CAPS_ERRNO_KILLS && action != ACTION_LOG);
}

/* No warning if the action is our default and was not asked for. */
static void
warn_action(const struct format *f, const struct policy *p)
{
	int action = caps_action(f->caps, p->action);
	struct out *o;

	if (action == p->action || (!p->action_chosen && p->action == EPERM))
		return;
	if (f->caps & CAPS_ERRNO_KILLS) {
		log_warn("%s: procd ignores an errno as default action; "
		    "using KILL_PROCESS instead of errno %d", f->name,
		    p->action);
		return;
	}
	o = log_begin();
	out_fmt(o, p->action == ACTION_LOG ?
	    "%s: the format has no default action log" :
	    "%s: the format has no default action errno %d", f->name,
	    p->action);
	out_fmt(o, action ? "; using errno %d" : "; using kill", action);
	log_end(o);
}

/* Print "FORMAT: CALL what". */
static void
warn_call(const struct format *f, int abi, uint32_t nr, const char *what)
{
	const struct policy_call call = { .nr = nr, .abi = (uint8_t)abi };
	struct out *o = log_begin();

	out_fmt(o, "%s: ", f->name);
	call_name_write(o, &call);
	out_fmt(o, " %s", what);
	log_end(o);
}

/* Does a rule compare more than the low words, which are all that procd compares?
 * Of a negative number they are enough. */
static bool
compares_high_words(const struct policy *p, const struct policy_call *c)
{
	const struct policy_rule *r;
	int n = policy_rules(p, c->abi, c->nr, &r), i;

	for (; n > 0; n--, r++)
		for (i = 0; i < r->n; i++)
			if (r->test[i].value >> 32 &&
			    r->test[i].value >> 31 != UINT64_MAX >> 31)
				return true;
	return false;
}

/* Returns 1 for a call that loses its rules because the format has none: there
 * may be many, so the caller counts them. */
static int
warn_losses_of(const struct format *f, const struct policy *p,
    const struct policy_call *c)
{
	static const struct policy_rule *list[POLICY_RULES_MAX];

	if (!caps_has_abi(f->caps, c->abi))
		return 0;
	if (!caps_has_call(f->caps, c->abi, c->nr))
		warn_call(f, c->abi, c->nr,
		    "is left out, because the format needs names");
	else if (!(c->reasons & REASON_CONDITIONAL))
		return 0;
	else if (caps_rules(p, f->caps, c->abi, c->nr, list)) {
		if (f->caps & CAPS_LOW_WORD && compares_high_words(p, c))
			warn_call(f, c->abi, c->nr, "is allowed by the low "
			    "32 bits of its arguments, because procd compares "
			    "no more");
	}
	else if (!(f->caps & CAPS_RULES))
		return 1;
	else
		warn_call(f, c->abi, c->nr, "is allowed with any arguments, "
		    "because the format can't express its argument rules");
	return 0;
}

static void
warn_calls(const struct format *f, const struct policy *p)
{
	struct policy_list list;
	struct policy_call c;
	int i, n = 0;

	policy_list_make(&list, p, BY_NR);
	for (i = 0; policy_list_call(&list, i, &c); i++)
		n += warn_losses_of(f, p, &c);
	if (n)
		log_warn("%s: allowing %d call%s with any arguments, because "
		    "this format has no argument rules", f->name, n,
		    n > 1 ? "s" : "");
}

/* Has no ABI before this one an action of its own for the name? */
static bool
is_first_of_name(const struct policy *p, const struct policy_override *r)
{
	const struct policy_override *o = p->overrides;
	unsigned id = abi_name_id(r->abi, r->nr);

	while (abi_name_id(o->abi, o->nr) != id)
		o++;
	return o == r;
}

static void
warn_overrides(const struct format *f, const struct policy *p)
{
	const struct policy_override *r = p->overrides, *first = r;
	const char *why = f->caps & CAPS_OVERRIDES ?
	    "this format can't express their own" :
	    "this format has one action for all";
	int n = 0;

	for (; r < p->overrides + p->n_overrides; r++)
		if (f->caps & CAPS_RUNC_CALLS &&
		    caps_runc_needs(p, r->abi, r->nr)) {
			if (is_first_of_name(p, r))
				warn_call(f, r->abi, r->nr, "is allowed, "
				    "because the container needs it");
		} else if (caps_override(p, f->caps, r) < 0 && n++ == 0) {
			first = r;
		}
	if (n > 1)
		log_warn("%s: %d calls get the default action, because %s",
		    f->name, n, why);
	else if (n)
		warn_call(f, first->abi, first->nr, "gets the default action, "
		    "because this format can't express its own");
}

/* Names that no call here has: those of other machines, and unknown ones. */
static void
warn_names(const struct format *f, const struct policy *p, bool verbose)
{
	bool keeps = f->caps & CAPS_UNKNOWN_NAMES;
	const char *name = NULL;
	struct out *o;
	int n = 0;

	while ((name = policy_next_unknown(p, name)))
		n += abi_id(name) != 0;
	if (n && (verbose || !keeps))
		log_warn("%s: names of other machines: %d%s", f->name, n,
		    keeps ? "" : ", left out");
	if (keeps || !call_name_next_strange(p, NULL))
		return;
	o = log_begin();
	out_fmt(o, "%s: leaving out names that this build does not know: ",
	    f->name);
	call_name_write_strange(o, p);
	log_end(o);
}

void
format_warn_losses(const struct format *f, const struct policy *p, bool verbose)
{
	int i;

	if (!IS_SMALL)
		warn_names(f, p, verbose);
	warn_action(f, p);
	for (i = 1; i < abi_count; i++)
		if (!caps_has_abi(f->caps, i) && policy_uses(p, i))
			log_warn("%s: leaving out the calls of %s, because "
			    "this format can't express that ABI", f->name,
			    abis[i].name);
	warn_calls(f, p);
	if (!IS_SMALL)
		warn_overrides(f, p);
}
