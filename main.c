/* SPDX-License-Identifier: MIT
 *
 * utrace: run a program, follow all that it starts, and write the seccomp
 * policy that it needs.
 */
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/out.h"
#include "lib/sys.h"
#include "mode/check.h"
#include "mode/compare.h"
#include "mode/enforce.h"
#include "mode/merge.h"
#include "mode/options.h"
#include "mode/record.h"

/* --help or --version */
static int
tell(const struct options *opts)
{
	struct out o;

	out_init(&o, 1);
	if (opts->mode == MODE_HELP)
		options_help(&o);
	else
		out_str(&o, "utrace " VERSION "\n");
	if (out_flush(&o) == 0)
		return 0;
	log_warn("standard output:");
	return FAILED;
}

/* each returns a wait status to end with */
static int (*const modes[])(const struct options *) = {
	[MODE_RECORD] = record_run,
	[MODE_CHECK] = check_run,
	[MODE_ENFORCE] = enforce_run,
	[MODE_MERGE] = merge_run,
	[MODE_COMPARE] = compare_run,
	[MODE_HELP] = tell,
	[MODE_VERSION] = tell,
};

/* die as the program did, but without a second core: a core_pattern that is a
 * pipe ignores the limit */
static void
die_of(int sig)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t set;

	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	sigaction(sig, &dfl, NULL);
	kill(getpid(), sig);
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
}

int
main(int argc, char **argv)
{
	static struct options o;
	int status;

	if (!sys_is_open(2))
		log_fd = -1;
	if (argc < 1 || options_parse(&o, argv) < 0)
		return WEXITSTATUS(FAILED);
	status = modes[o.mode](&o);
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	die_of(WTERMSIG(status));
	return 128 + WTERMSIG(status);  /* pid 1 of a namespace lives on */
}
