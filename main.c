/* SPDX-License-Identifier: MIT
 *
 * utrace: run a program, follow every process that it starts, and write the
 * system calls that they make as a seccomp policy.  This file chooses the mode
 * and turns its wait status into the end of this process.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/sys.h"
#include "mode/check.h"
#include "mode/compare.h"
#include "mode/enforce.h"
#include "mode/hook.h"
#include "mode/merge.h"
#include "mode/options.h"
#include "mode/record.h"
#include "mode/status.h"

static int
print_help_or_version(const struct options *opts)
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
	return STATUS_FAILED;
}

/* by enum mode; each returns a wait status, see mode/status.h */
static int (*const modes[])(const struct options *) = {
	[MODE_RECORD] = record_run,
	FULL([MODE_CHECK] = check_run,
	[MODE_VIOLATIONS] = check_run,
	[MODE_ENFORCE] = enforce_run,
	[MODE_MERGE] = merge_run,
	[MODE_COMPARE] = compare_run,)
	[MODE_HELP] = print_help_or_version,
	[MODE_VERSION] = print_help_or_version,
};

/* End utrace by the signal that killed PROGRAM, but without a second core dump.
 * RLIMIT_CORE can't prevent it if core_pattern is a pipe. */
static void
kill_self(int sig)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t set;

	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	sigaction(sig, &dfl, NULL);
	kill(getpid(), sig);
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
}

static bool
is_null_device(int fd)
{
	struct stat own, null;

	return sys_stat(fd, "", AT_EMPTY_PATH, &own) == 0 &&
	    sys_stat(AT_FDCWD, "/dev/null", 0, &null) == 0 &&
	    S_ISCHR(null.st_mode) && own.st_dev == null.st_dev &&
	    own.st_ino == null.st_ino;
}

int
main(int argc, char **argv)
{
	static struct options o;
	int status;

	if (!sys_is_open(2) || (!IS_SMALL && is_null_device(2)))
		log_fd = -1;
	if (argc < 1 || options_parse(&o, argv) < 0)
		return WEXITSTATUS(o.mode == MODE_COMPARE ? STATUS_TROUBLE :
		    STATUS_FAILED);
	if (!IS_SMALL)
		log_to_syslog = o.syslog;
	status = !IS_SMALL && o.hook ? hook_run(&o) :
	    modes[o.mode](&o);
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	kill_self(WTERMSIG(status));
	return 128 + WTERMSIG(status);  /* process 1 survives */
}
