/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "mode/output.h"
#include "trace/proc.h"

struct out;

enum mode {
	MODE_RECORD, MODE_CHECK, MODE_ENFORCE, MODE_MERGE, MODE_COMPARE,
	MODE_HELP, MODE_VERSION,
};

enum { FAILED = 125 << 8 };     /* utrace itself: wait status of exit 125 */

/* the command line, checked */
struct options {
	enum mode mode;
	int action;             /* as in struct policy */
	unsigned widenings;     /* bits of REASON_WIDENED */
	unsigned interval;      /* seconds, 0: none */
	const char *tap;
	const char *pid_file;
	const char *policy;     /* to be checked or enforced */
	const char *known;      /* policy to start from, or NULL */
	char **argv;            /* PROGRAM and its arguments; or POLICY... */
	struct output output;   /* neither path nor fd: the default path */
	pid_t pids[ATTACH_MAX]; /* instead of PROGRAM: what already runs */
	int n_pids;
	bool action_chosen;
	bool exec_scope;
	bool scope_chosen;      /* else it is what the result's format has */
	bool args;              /* conditions on arguments */
	bool deny;              /* misses get the policy's action */
	bool violations;        /* seccomp-trace: the misses are the result */
	bool keep_pid;
	bool quiet, verbose;
};

/* argv[0] may be a name with a mode of its own; also takes what is ours out of
 * the environment; -1: said why */
int options_parse(struct options *, char **argv);
void options_help(struct out *);
