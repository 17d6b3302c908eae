/* SPDX-License-Identifier: MIT
 *
 * The formats as data, and what each can't say.
 */
#include "util.h"
#include "abi.h"
#include "policy.h"
#include "format.h"
#include "json_out.h"
#include "say.h"
#include "text_out.h"
#include "table_out.h"

#include <errno.h>
#include <string.h>

#define COUNT(a) ((int)(sizeof (a) / sizeof *(a)))

const struct format formats[] = {
	{ "whitelist", "json", false, FOR_WHITELIST, json_whitelist },
	{ "procd", "json", false, FOR_PROCD, json_procd },
	{ "oci", "json", true, FOR_OCI, json_oci },
	{ "docker", "json", true, FOR_DOCKER, json_docker },
	{ "systemd", "conf", true, FOR_SYSTEMD, text_systemd },
	{ "minijail", "policy", true, FOR_MINIJAIL, text_minijail },
	{ "firejail", "profile", true, FOR_FIREJAIL, text_firejail },
	{ "kafel", "kafel", true, FOR_KAFEL, text_kafel },
	{ "spo", "yaml", true, FOR_SPO, json_spo },
	{ "bpf", "bpf", true, FOR_BPF, text_bpf },
	{ "list", "list", true, FOR_LIST, text_list },
	{ "table", "txt", true, FOR_TABLE, table_out },
};
const int n_formats = COUNT(formats);

const struct format *
format_find(const char *name)
{
	int i;

	for (i = 0; i < n_formats; i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}

bool
format_takes(const struct format *f, int action)
{
	return say_action(f->says, action) == action ||
	    (f->says & KILLS && action != ACTION_LOG);
}

static void
action_loss(const struct format *f, const struct policy *p)
{
	int action = say_action(f->says, p->action);

	if (action == p->action || (!p->action_chosen && p->action == EPERM))
		return;
	if (p->action == ACTION_LOG)
		warn("%s: can't say log: refused calls get errno %d", f->name,
		    action);
	else if (f->says & KILLS)
		warn("%s: its loader would let refused calls return 0: "
		    "kill instead of errno %d", f->name, p->action);
	else
		warn("%s: can't say errno %d: %s", f->name, p->action,
		    action ? "errno 1" : "kill");
}

static void
call_loss(const struct format *f, int abi, uint32_t nr, const char *what)
{
	const struct policy_call call = { .nr = nr, .abi = (uint8_t)abi };
	struct out *o = warn_begin();

	out_fmt(o, "%s: %s: ", f->name, what);
	text_call(o, &call);
	warn_end(o);
}

/* a condition that would be left out with many others is counted */
static int
losses_of(const struct format *f, const struct policy *p,
    const struct policy_call *c)
{
	static const struct policy_rule *list[POLICY_RULES_MAX];

	if (!say_abi(f->says, c->abi))
		return 0;
	if (!say_call(f->says, c->abi, c->nr))
		call_loss(f, c->abi, c->nr,
		    "can't hold a number without a name, left out");
	else if (!(c->why & ONLY_IF) ||
	    say_rules(p, f->says, c->abi, c->nr, list))
		return 0;
	else if (!(f->says & SAYS_RULES))
		return 1;
	else
		call_loss(f, c->abi, c->nr, "allowed with any arguments");
	return 0;
}

void
format_losses(const struct format *f, const struct policy *p)
{
	static struct policy_call calls[POLICY_CALLS_MAX];
	const struct policy_refusal *r = p->refusals, *first = r;
	int i, n, unconditional = 0, as_rest = 0;

	if (policy_unknown(p, NULL) && !(f->says & SAYS_UNKNOWN))
		warn("%s: names not known here are left out: %s%s", f->name,
		    policy_unknown(p, NULL), policy_unknown(p,
		    policy_unknown(p, NULL)) ? ", ..." : "");
	action_loss(f, p);
	for (i = 1; i < n_abis; i++)
		if (!say_abi(f->says, i) && policy_uses(p, i))
			warn("%s: its loader refuses other ABIs: calls of %s "
			    "are left out", f->name, abis[i].name);
	for (i = 0, n = policy_list(p, BY_NR, calls); i < n; i++)
		unconditional += losses_of(f, p, &calls[i]);
	if (unconditional)
		warn("%s: has no conditions on arguments: %d calls are allowed "
		    "with any", f->name, unconditional);
	for (; r < p->refusals + p->n_refusals; r++)
		if (say_refusal(p, f->says, r) < 0 && as_rest++ == 0)
			first = r;
	if (as_rest > 1)
		warn("%s: %d calls are refused as the rest is", f->name,
		    as_rest);
	else if (as_rest)
		call_loss(f, first->abi, first->nr, "refused as the rest is");
}
