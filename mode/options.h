/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "mode/output.h"
#include "policy/policy.h"
#include "trace/proc.h"

struct out;

enum mode {
	MODE_RECORD, MODE_CHECK,
	MODE_VIOLATIONS,        /* called as seccomp-trace */
	MODE_ENFORCE, MODE_MERGE, MODE_COMPARE, MODE_HELP, MODE_VERSION,
};

/* the command line, after it has been checked */
struct options {
	enum mode mode;
	int action;             /* as in struct policy */
	unsigned widenings;     /* bits of REASON_WIDENED */
	unsigned interval;      /* seconds, 0: none */
	enum policy_set set;    /* of the policies to merge */
	unsigned at_least;      /* SET_COUNT: of so many of them */
	const char *tap;
	const char *pid_file;
	const char *policy;     /* to check or enforce */
	const char *known;      /* policy to start from, or NULL */
	const char *caps;       /* as policy_file_caps */
	char **argv;            /* PROGRAM and its arguments, or POLICY... */
	struct output output;   /* neither path nor fd: the default path */
	struct attach attach;   /* processes to attach to; argv is empty */
	const char *scope_image;        /* -s: a path or base name, or NULL */
	bool action_chosen;
	bool exec_scope;
	bool scope_chosen;      /* by -s; otherwise the format decides */
	bool args;              /* record argument rules */
	bool deny;              /* reject the calls that -c reports */
	bool keep_pid;
	bool wait;              /* for the first process of -a's folder */
	bool hook;              /* record a container, see hook.h */
	int ready_fd;           /* with hook: gets a byte once it records */
	bool quiet, verbose;
	bool syslog;            /* messages go to the system log, too */
};

/* Parse the command line, whose argv[0] may choose the mode, into zeroed
 * options.  Removes utrace's own variables from the environment.  Returns -1
 * after a message. */
int options_parse(struct options *, char **argv);
/* Write the text of --help. */
void options_help(struct out *);
