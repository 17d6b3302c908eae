/* SPDX-License-Identifier: MIT
 * Needs util.h, abi.h, policy.h, format.h, result.h. */

enum mode { MODE_RECORD, MODE_HELP, MODE_VERSION };

/* the command line, checked */
struct options {
	enum mode mode;
	struct result result;   /* no path and no descriptor: the default */
	bool merge;             /* a policy at result.path gets the union */
	int action;             /* as in struct policy */
	bool action_chosen;
	bool exec_scope;
	const char *tap;
	bool keep_pid;
	const char *pid_file;
	unsigned interval;      /* seconds, 0: none */
	bool quiet, verbose;
	char **argv;            /* PROGRAM and its arguments */
};

/* also takes what is ours out of the environment; -1: said why */
int options_parse(struct options *, char **argv);
void options_help(struct out *);
