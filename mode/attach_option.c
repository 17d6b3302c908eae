/* SPDX-License-Identifier: MIT
 *
 * Parse what -a names.
 */
#include "mode/attach_option.h"

#include <stdint.h>
#include <string.h>

#include "lib/small.h"
#include "lib/util.h"
#include "trace/proc.h"

static const char not_a_pid[] = "not a PID; `pidof NAME' prints those of a program";

/* several PIDs as for strace -p, so that pidof's output is one argument */
const char *
attach_parse(struct attach *a, const char *arg)
{
	int before = a->n_pids;
	char word[16];
	unsigned long n;
	size_t len;

	if (!IS_SMALL && strchr(arg, '/')) {
		if (a->folder)
			return "a second folder";
		a->folder = arg;
		return NULL;
	}
	for (; *arg; arg += arg[len] ? len + 1 : len) {
		len = strcspn(arg, ", \t\n");
		if (!len)
			continue;
		n = 0;
		if (len < sizeof word) {
			memcpy(word, arg, len);
			word[len] = '\0';
			util_parse_number(word, INT32_MAX, &n);
		}
		if (!n)
			return not_a_pid;
		if (a->n_pids == ATTACH_MAX)
			return "too many PIDs";
		a->pids[a->n_pids++] = (pid_t)n;
	}
	return a->n_pids > before ? NULL : not_a_pid;
}
