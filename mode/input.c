/* SPDX-License-Identifier: MIT
 *
 * The policies that a run starts from: read a file and widen what it allows.
 */
#include "mode/input.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "format/caps.h"
#include "format/format.h"
#include "format/policy_file.h"
#include "image/reach.h"
#include "lib/log.h"
#include "lib/out.h"
#include "policy/policy.h"
#include "policy/widen.h"

/* The file's default action replaces the built-in one, but not the one that the
 * user chose. */
static int
read_policy(struct policy *p, const char *path, bool optional)
{
	int default_action = p->action, result;

	if (!p->action_chosen)
		p->action = ACTION_NONE;
	result = policy_file_read(p, path, REASON_KNOWN, optional);
	if (p->action == ACTION_NONE)
		p->action = default_action;
	return result;
}

int
input_read(struct policy *p, const char *path, unsigned widenings)
{
	if (read_policy(p, path, false) < 0)
		return -1;
	policy_file_warn_unknown(p, path);
	input_widen(p, widenings, IMAGE_NOBODY, NULL);
	return 0;
}

int
input_merge(struct policy *p, const char *path)
{
	return read_policy(p, path, true);
}

void
input_widen(struct policy *p, unsigned widenings, int image,
    const struct format *format)
{
	static bool said;
	int result;

	/* a deny list allows the siblings, too */
	if (p->action == ACTION_ALLOW)
		return;
	if (format && !(format->caps & CAPS_OVERRIDES))
		widenings |= WIDEN_NO_ERRNO;
	result = widen(p, widenings);
	if (p->reach && (widenings & REASON_FILES)) {
		result |= reach_widen(p, p->reach, widenings, image);
		result |= widen(p, widenings);
	}
	if (result < 0)
		log_warn("-w: no room for more than %d argument rules; some "
		    "calls were not added", POLICY_RULES_MAX);
	else if (format && result && !said)
		log_warn("clone3 is allowed, because %s can't say that it fails "
		    "with ENOSYS", format->name);
	said |= result;
}

/* word by word, so that the message names each word that is wrong */
int
input_parse_widenings(const char *list, unsigned *widenings)
{
	struct out *log = NULL;
	char word[OUT_TEXT_MAX + 2];    /* out_fmt() shows that more is cut */
	unsigned widening;
	size_t len, kept;

	*widenings = 0;
	for (; ; list += len + 1) {
		len = strcspn(list, ",");
		kept = len < sizeof word ? len : sizeof word - 1;
		memcpy(word, list, kept);
		word[kept] = '\0';
		widening = widen_parse_word(word);
		*widenings |= widening;
		if (!widening) {
			if (!log) {
				log = log_begin();
				out_str(log, "-w: not one of siblings, vdso, "
				    "death, restart, imports, code and all: ");
			} else {
				out_str(log, ", ");
			}
			out_fmt(log, "`%s'", word);
		}
		if (!list[len])
			break;
	}
	if (!log)
		return 0;
	log_end(log);
	return -1;
}
