/* SPDX-License-Identifier: MIT
 *
 * The taps: what differs between the ways to observe system calls.
 *
 * stop: PTRACE_SYSCALL, a stop at entry and one at exit.  Works everywhere.
 * seccomp: a filter that returns RET_TRACE for every call, one stop a call.
 * Without its tracer such a call fails with ENOSYS, hence EXITKILL.
 */
#include "trace/tap.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/errors.h"
#include "lib/log.h"
#include "lib/uapi.h"

/* linux/capability.h */
enum { CAP_PTRACE = 19, CAP_ADMIN = 21 };

static bool
has_capability(int cap)
{
	struct { uint32_t version; int pid; } head = { 0x20080522, 0 };
	struct { uint32_t effective, permitted, inheritable; } data[2];

	return syscall(SYS_capget, &head, data) == 0 &&
	    (data[cap / 32].effective >> cap % 32 & 1);
}

bool
tap_privileged(void)
{
	return has_capability(CAP_PTRACE);
}

static const char *
stop_probe(unsigned needs)
{
	(void)needs;
	return NULL;
}

static const char *
seccomp_probe(unsigned needs)
{
	if (needs & FOR_INIT)
		return "an init must not die with its tracer";
	if (needs & FOR_RUNNING)
		return "a running process takes no filter from outside";
	/* a filter at address 0 is EFAULT where there are filters at all;
	 * a container that forbids them answers as it would to a real one */
	if (prctl(PR_SET_SECCOMP, UAPI_SECCOMP_MODE_FILTER, NULL) == 0 ||
	    errno != EFAULT)
		return errno == EINVAL ? "the kernel has no seccomp filters" :
		    error_text(errno);
	if (has_capability(CAP_PTRACE) && !has_capability(CAP_ADMIN) &&
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return "without CAP_SYS_ADMIN it would take privileges away";
	return NULL;
}

int
tap_filter(const struct uapi_sock_fprog *prog)
{
	int tries;

	for (tries = 0; tries < 2; tries++) {
#ifdef SYS_seccomp
		/* before Linux 5.16 a filter turns costly mitigations on */
		if (syscall(SYS_seccomp, UAPI_SECCOMP_SET_MODE_FILTER,
		    UAPI_SECCOMP_FILTER_FLAG_SPEC_ALLOW, prog) == 0)
			return 0;
#endif
		if (prctl(PR_SET_SECCOMP, UAPI_SECCOMP_MODE_FILTER, prog) == 0)
			return 0;
		if (errno != EACCES ||
		    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
			break;
	}
	return -1;
}

static int
seccomp_install(const struct uapi_sock_fprog *known)
{
	static const struct uapi_sock_filter trace_all = {
		.code = UAPI_BPF_RET_K,
		.k = UAPI_SECCOMP_RET_TRACE | TAP_COOKIE,
	};
	const struct uapi_sock_fprog all = { 1, &trace_all };

	return tap_filter(known ? known : &all);
}

static const struct tap tap_seccomp = {
	.name = "seccomp", .options = PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL,
	.resume = PTRACE_CONT, .probe = seccomp_probe,
	.install = seccomp_install,
};

static const struct tap tap_stop = {
	.name = "stop", .resume = PTRACE_SYSCALL, .probe = stop_probe,
};

/* the cheapest first */
enum { N_TAPS = 3 };
static const struct tap *const taps[N_TAPS] = {
	&tap_ebpf, &tap_seccomp, &tap_stop,
};

/* why `auto' had better not take it */
static const char *
discouraged(const struct tap *t, unsigned needs)
{
	if (t->counter && (needs & FOR_INIT))
		return "a reboot would not wait for the result";
	if (t->counter && (needs & FOR_IMAGES))
		return "it can't tell which program calls";
	return NULL;
}

const struct tap *
tap_pick(const char *name, unsigned needs, bool verbose)
{
	bool any = !strcmp(name, "auto"), known = false;
	const struct tap *t;
	const char *why;
	size_t i;

	for (i = 0; i < N_TAPS; i++) {
		t = taps[i];
		if (!t || (!any && strcmp(t->name, name) != 0))
			continue;
		known = true;
		why = any ? discouraged(t, needs) : NULL;
		if (!why)
			why = t->probe(needs);
		if (!why) {
			if (verbose)
				log_warn("tap %s", t->name);
			return t;
		}
		if (!any || verbose)
			log_warn("tap %s can't work here: %s", t->name, why);
	}
	if (!known)
		log_warn("-t %s: no such tap", name);
	return NULL;
}
