/* SPDX-License-Identifier: MIT
 *
 * The formats as data, and what each can't say.
 */
#include "format/format.h"

#include <errno.h>
#include <string.h>

#include "format/caps.h"
#include "format/table.h"
#include "format/text_out.h"
#include "json_out.h"
#include "lib/log.h"
#include "lib/out.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

#define COUNT(a) ((int)(sizeof (a) / sizeof *(a)))

const struct format formats[] = {
	{ "whitelist", "json", false, WHITELIST_CAPS, whitelist_write },
	{ "procd", "json", false, PROCD_CAPS, oci_write_procd },
	{ "oci", "json", true, OCI_CAPS, oci_write },
	{ "docker", "json", true, DOCKER_CAPS, oci_write_docker },
	{ "systemd", "conf", true, SYSTEMD_CAPS, systemd_write },
	{ "minijail", "policy", true, MINIJAIL_CAPS, minijail_write },
	{ "firejail", "profile", true, FIREJAIL_CAPS, firejail_write },
	{ "kafel", "kafel", true, KAFEL_CAPS, kafel_write },
	{ "spo", "yaml", true, SPO_CAPS, spo_write },
	{ "bpf", "bpf", true, BPF_CAPS, bpf_write },
	{ "list", "list", true, LIST_CAPS, list_write },
	{ "table", "txt", true, TABLE_CAPS, table_write },
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

bool
format_accepts_action(const struct format *f, int action)
{
	return caps_action(f->caps, action) == action ||
	    (f->caps & CAPS_ERRNO_KILLS && action != ACTION_LOG);
}

static void
action_loss(const struct format *f, const struct policy *p)
{
	int action = caps_action(f->caps, p->action);

	if (action == p->action || (!p->action_chosen && p->action == EPERM))
		return;
	if (p->action == ACTION_LOG)
		log_warn("%s: can't say log: refused calls get errno %d", f->name,
		    action);
	else if (f->caps & CAPS_ERRNO_KILLS)
		log_warn("%s: its loader would let refused calls return 0: "
		    "kill instead of errno %d", f->name, p->action);
	else
		log_warn("%s: can't say errno %d: %s", f->name, p->action,
		    action ? "errno 1" : "kill");
}

static void
call_loss(const struct format *f, int abi, uint32_t nr, const char *what)
{
	const struct policy_call call = { .nr = nr, .abi = (uint8_t)abi };
	struct out *o = log_begin();

	out_fmt(o, "%s: %s: ", f->name, what);
	call_name_write(o, &call);
	log_end(o);
}

/* a condition that would be left out with many others is counted */
static int
losses_of(const struct format *f, const struct policy *p,
    const struct policy_call *c)
{
	static const struct policy_rule *list[POLICY_RULES_MAX];

	if (!caps_has_abi(f->caps, c->abi))
		return 0;
	if (!caps_has_call(f->caps, c->abi, c->nr))
		call_loss(f, c->abi, c->nr,
		    "can't hold a number without a name, left out");
	else if (!(c->reasons & REASON_CONDITIONAL) ||
	    caps_rules(p, f->caps, c->abi, c->nr, list))
		return 0;
	else if (!(f->caps & CAPS_RULES))
		return 1;
	else
		call_loss(f, c->abi, c->nr, "allowed with any arguments");
	return 0;
}

void
format_warn_losses(const struct format *f, const struct policy *p)
{
	struct policy_list list;
	struct policy_call c;
	const struct policy_override *r = p->overrides, *first = r;
	int i, unconditional = 0, as_rest = 0;

	if (policy_next_unknown(p, NULL) && !(f->caps & CAPS_UNKNOWN_NAMES))
		log_warn("%s: names not known here are left out: %s%s", f->name,
		    policy_next_unknown(p, NULL), policy_next_unknown(p,
		    policy_next_unknown(p, NULL)) ? ", ..." : "");
	action_loss(f, p);
	for (i = 1; i < abi_count; i++)
		if (!caps_has_abi(f->caps, i) && policy_uses(p, i))
			log_warn("%s: its loader refuses other ABIs: calls of %s "
			    "are left out", f->name, abis[i].name);
	policy_list_make(&list, p, BY_NR);
	for (i = 0; i < list.n; i++) {
		c = policy_list_call(&list, i);
		unconditional += losses_of(f, p, &c);
	}
	if (unconditional)
		log_warn("%s: has no conditions on arguments: %d calls are allowed "
		    "with any", f->name, unconditional);
	for (; r < p->overrides + p->n_overrides; r++)
		if (caps_override(p, f->caps, r) < 0 && as_rest++ == 0)
			first = r;
	if (as_rest > 1)
		log_warn("%s: %d calls are refused as the rest is", f->name,
		    as_rest);
	else if (as_rest)
		call_loss(f, first->abi, first->nr, "refused as the rest is");
}
