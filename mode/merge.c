/* SPDX-License-Identifier: MIT
 *
 * -m: the union of policies, or another set, without a program.  The union of
 * one converts it to another format.
 */
#include "mode/merge.h"

#include <string.h>

#include "format/format.h"
#include "format/policy_file.h"
#include "format/writers.h"
#include "image/image.h"
#include "mode/input.h"
#include "mode/options.h"
#include "mode/output.h"
#include "mode/status.h"
#include "mode/target.h"
#include "policy/policy.h"

int
merge_run(const struct options *o)
{
	static struct policy p;
	static struct output output;
	enum policy_set set = o->set;
	char **path;

	if (set == SET_UNION && o->output.format->write == table_write)
		set = SET_COUNT;
	/* it may be one of the policies; the kernel unlocks it at the end */
	if (o->output.path[0])
		target_lock(&o->output);
	p.action = ACTION_NONE;
	/* others than SET_COUNT begin with what the first policy allows */
	if (set == SET_COUNT)
		p.set = set;
	for (path = o->argv; *path; path++) {
		if (policy_file_read(&p, *path, REASON_SEEN, false) < 0)
			return STATUS_FAILED;
		p.set = set;
	}
	if (set == SET_COUNT)
		policy_at_least(&p, o->at_least);
	output = o->output;
	output.final = true;
	p.action_chosen = o->action_chosen;
	if (o->action_chosen || p.action == ACTION_NONE)
		p.action = o->action;
	input_widen(&p, o->widenings, IMAGE_NOBODY, output.format);
	if (output_write(&output, &p) < 0) {
		output_rescue(&output, &p);
		return STATUS_FAILED;
	}
	format_warn_losses(o->output.format, &p, o->verbose);
	return 0;
}
