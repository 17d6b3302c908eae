/* SPDX-License-Identifier: MIT
 *
 * The formats as data, and what each can't say.
 */
#include "util.h"
#include "abi.h"
#include "policy.h"
#include "format.h"
#include "json_out.h"
#include "text_out.h"

#include <string.h>

#define COUNT(a) ((int)(sizeof (a) / sizeof *(a)))

/* list and table name no action, so they take any */
const struct format formats[] = {
	{ "whitelist", "json", false, SAYS_ERRNO | SAYS_NUMBERS,
	  json_whitelist },
	{ "procd", "json", false, SAYS_LOG, json_procd },
	{ "oci", "json", true, SAYS_ERRNO | SAYS_LOG | SAYS_FOREIGN, json_oci },
	{ "docker", "json", true, SAYS_ERRNO | SAYS_LOG | SAYS_FOREIGN,
	  json_docker },
	{ "list", "list", true, ~0u, text_list },
	{ "table", "txt", true, ~0u, text_table },
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

static void
number_loss(const struct format *f, const struct policy_call *c)
{
	if (abi_name(c->abi, c->nr) || (c->abi && !(f->says & SAYS_FOREIGN)))
		return;
	warn("%s: can't hold a number without a name: %s%s%d is left out",
	    f->name, c->abi ? abis[c->abi].name : "", c->abi ? ":" : "",
	    (int)c->nr);
}

void
format_losses(const struct format *f, const struct policy *p)
{
	static struct policy_call calls[POLICY_CALLS_MAX];
	int i, n;

	if (p->action_chosen && p->action != ACTION_KILL &&
	    p->action != ACTION_LOG && !(f->says & SAYS_ERRNO))
		warn("%s: its loader would let refused calls return 0: "
		    "kill instead of errno %d", f->name, p->action);
	for (i = 1; i < n_abis && !(f->says & SAYS_FOREIGN); i++)
		if (policy_uses(p, i))
			warn("%s: its loader kills other ABIs: calls of %s are "
			    "left out", f->name, abis[i].name);
	if (!(f->says & SAYS_NUMBERS))
		for (i = 0, n = policy_list(p, BY_NR, calls); i < n; i++)
			number_loss(f, &calls[i]);
}
