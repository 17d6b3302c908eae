/* SPDX-License-Identifier: MIT
 *
 * The event loop, with a kernel of our own: waitpid() hands out a list of stops,
 * ptrace() agrees to all.
 */
#include "unit.h"

#include <signal.h>
#include <stdarg.h>
#include <sys/ptrace.h>

#include "lib/uapi.h"
#include "lib/log.h"
#include "syscalls/abi.h"
#include "trace/child.h"
#include "trace/regs.h"
#include "trace/tap.h"
#include "trace/trace.h"
#include "trace/tracees.h"

enum { FIRST = 1000, BEYOND = FIRST + MAX_TRACEES, WRITER = 7 };

struct stop {
	pid_t tid;
	int status;
};

static struct stop stops[2 * MAX_TRACEES];
static int n_stops, next_stop;
static int waits_for_more;      /* how often there was no stop left */

/* the call that each tracee makes */
static struct uapi_syscall_info made;

/* by these names they replace libc's */
long fake_ptrace(int, ...) __asm__("ptrace");
pid_t fake_waitpid(pid_t, int *, int) __asm__("waitpid");

long
fake_ptrace(int request, ...)
{
	va_list ap;
	size_t size;

	if (request != UAPI_GET_SYSCALL_INFO)
		return 0;
	va_start(ap, request);
	(void)va_arg(ap, pid_t);
	size = (size_t)va_arg(ap, void *);
	memcpy(va_arg(ap, void *), &made, size < sizeof made ? size :
	    sizeof made);
	va_end(ap);
	return sizeof made;
}

pid_t
fake_waitpid(pid_t tid, int *status, int flags)
{
	(void)flags;
	if (tid > 0)
		return 0;
	if (next_stop == n_stops) {
		waits_for_more++;
		errno = ECHILD;
		return -1;
	}
	*status = stops[next_stop].status;
	return stops[next_stop++].tid;
}

static void
add_stop(pid_t tid, int signal, int event)
{
	stops[n_stops++] = (struct stop){ tid, event << 16 | signal << 8 | 0x7f };
}

static void
add_end(pid_t tid, int status)
{
	stops[n_stops++] = (struct stop){ tid, status };
}

static int
let_all_go(void *arg, const struct caller *c, const struct syscall_stop *s)
{
	(void)arg;
	(void)c;
	(void)s;
	return CALL_PROCEEDS;
}

static void
ignore_snapshot(void *arg)
{
	(void)arg;
}

/* A tracee for which there was no slot is killed inside a clone() whose
 * CLONE_UNTRACED was cleared.  Nothing is left to be restored then, so letting
 * the tracees go waits for the writer alone. */
static void
test_killed_in_clone(void)
{
	static struct shared shared;
	struct trace tr = {
		.shared = &shared, .tap = tap_pick("stop", 0, false),
		.attached = true, .started = true, .sink = let_all_go,
		.snapshot = ignore_snapshot,
	};
	int i;

	for (i = 0; i < MAX_TRACEES; i++)
		add_stop(FIRST + i, SIGTRAP, PTRACE_EVENT_STOP);
	made.op = SYSCALL_INFO_ENTRY;
	made.arch = abis[0].audit_arch;
	made.nr = (uint64_t)abi_nr(0, "clone");
	made.args[0] = UAPI_CLONE_UNTRACED | SIGCHLD;
	add_stop(BEYOND, SIGTRAP | 0x80, 0);
	add_end(BEYOND, SIGKILL);
	trace_run(&tr);
	check_num("killed_each_stop", next_stop, n_stops);
	add_end(WRITER, 3 << 8);
	waits_for_more = 0;
	check_num("killed_writer", attach_let_go(&tr, WRITER), 3 << 8);
	check_num("killed_no_wait", waits_for_more, 0);
}

int
main(void)
{
	log_fd = -1;
	test_killed_in_clone();
	return unit_end();
}
