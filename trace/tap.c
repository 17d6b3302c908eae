/* SPDX-License-Identifier: MIT
 *
 * The taps: the ways to observe system calls, and which one a run gets.
 *
 * stop: PTRACE_SYSCALL stops each call at its entry and its exit.  It works
 * everywhere.
 * seccomp: a filter that returns RET_TRACE stops each call once.  Without the
 * tracer such a call fails with ENOSYS, so EXITKILL kills PROGRAM with it.
 * ebpf: has a folder of its own.
 */
#include "trace/tap.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/errors.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/uapi.h"
#include "trace/proc.h"

uint16_t tap_cookie;

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

/* A filter may reject the prctl, too.  EINVAL: this kernel has no filters. */
bool
tap_is_filtered(void)
{
	int mode = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);

	return mode > 0 || (mode < 0 && (errno != EINVAL ||
	    (!IS_SMALL && proc_has_filter(getpid()))));
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
		return "PID 1 would be killed with its tracer";
	if (needs & FOR_RUNNING)
		return "no filter can be installed in a running process";
	/* The kernel fails with EFAULT to read a filter at address 0 if it has
	 * filters at all.  A container that forbids filters returns the same
	 * error as for a real one. */
	if (prctl(PR_SET_SECCOMP, UAPI_SECCOMP_MODE_FILTER, NULL) == 0 ||
	    errno != EFAULT)
		return errno == EINVAL ? "this kernel has no seccomp filters" :
		    error_text(errno);
	if (has_capability(CAP_PTRACE) && !has_capability(CAP_ADMIN) &&
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return "without CAP_SYS_ADMIN set-user-ID programs would "
		    "lose their privileges";
	return NULL;
}

int
tap_install_filter(const struct uapi_sock_fprog *prog, bool confines)
{
	int tries;

	for (tries = 0; tries < 2; tries++) {
#ifdef SYS_seccomp
		if (!confines &&
		    syscall(SYS_seccomp, UAPI_SECCOMP_SET_MODE_FILTER,
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
seccomp_install(const struct uapi_sock_fprog *filter, bool confines)
{
	struct uapi_sock_filter trace_all = {
		.code = UAPI_BPF_RET_K,
		.k = UAPI_SECCOMP_RET_TRACE | tap_cookie,
	};
	const struct uapi_sock_fprog all = { 1, &trace_all };

	return tap_install_filter(filter ? filter : &all, confines);
}

static const struct tap tap_seccomp = {
	.name = "seccomp", .options = PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL,
	.resume = PTRACE_CONT, .probe = seccomp_probe,
	.install = seccomp_install,
};

static const struct tap tap_stop = {
	.name = "stop", .resume = PTRACE_SYSCALL, .probe = stop_probe,
};

/* Under --deny a filter also stops what escapes from PTRACE_SYSCALL: without the
 * tracer its denied calls fail with ENOSYS. */
static const struct tap tap_stop_filtered = {
	.name = "stop", .options = PTRACE_O_TRACESECCOMP,
	.resume = PTRACE_SYSCALL, .install = seccomp_install,
};

/* auto takes the first that works; stop always does, so that it never takes one
 * behind it */
enum { N_TAPS = 3 };
static const struct tap *const taps[N_TAPS] = {
	&tap_ebpf, &tap_seccomp, &tap_stop,
};

/* why "auto" skips this tap, or NULL */
static const char *
reason_to_skip(const struct tap *t, unsigned needs)
{
	if (tap_counter(t) && (needs & FOR_INIT))
		return "a reboot would not wait until the result is written";
	if (tap_counter(t) && (needs & FOR_IMAGES))
		return "it can't tell which program makes a call";
	if (t != &tap_stop && (needs & FOR_FILTERED))
		return "a seccomp filter may reject calls, which only tap stop "
		    "sees for certain";
	return NULL;
}

/* AT_RANDOM is the address of random bytes that the kernel gives each program,
 * also early in a boot and before getrandom().  The cookie is odd, because most
 * filters' events carry 0. */
static void
draw_cookie(void)
{
	const void *random = (const void *)getauxval(AT_RANDOM);

	if (random)
		memcpy(&tap_cookie, random, sizeof tap_cookie);
	tap_cookie |= 1;
}

static void
reject_tap(const char *name)
{
	struct out *log;
	size_t i;

	if (IS_SMALL) {
		log_warn("-t %s: no such tap", name);
		return;
	}
	log = log_begin();
	out_fmt(log, "-t %s: no such tap; there are auto", name);
	for (i = 0; i < N_TAPS; i++)
		if (taps[i])
			out_fmt(log, ", %s", taps[i]->name);
	log_end(log);
}

const struct tap *
tap_pick(const char *name, unsigned needs, bool verbose)
{
	bool automatic = !strcmp(name, "auto"), known = false;
	const struct tap *t;
	const char *reason;
	size_t i;

	draw_cookie();
	for (i = 0; i < N_TAPS; i++) {
		t = taps[i];
		if (!t || (!automatic && strcmp(t->name, name) != 0))
			continue;
		known = true;
		reason = automatic ? reason_to_skip(t, needs) : NULL;
		if (!reason)
			reason = t->probe(needs);
		if (!reason) {
			if (verbose)
				log_warn("using tap %s", t->name);
			return t == &tap_stop && (needs & FOR_DENIAL) &&
			    !seccomp_probe(needs) ? &tap_stop_filtered : t;
		}
		if (!automatic || verbose)
			log_warn("tap %s can't work here: %s", t->name,
			    reason);
	}
	if (!known)
		reject_tap(name);
	return NULL;
}
