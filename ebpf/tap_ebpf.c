/* SPDX-License-Identifier: MIT
 *
 * The ebpf tap: programs on the kernel's raw tracepoints count the calls of
 * PROGRAM and of all that it starts, without stopping any of them.  This file
 * has the tap's operations: set up, choose the threads to follow, collect
 * counts, wait for the end.  Knows no names of calls, no policies and no BPF
 * instructions.
 *
 * The programs know threads by tids of the initial PID namespace.  To be
 * followed in any namespace, PROGRAM marks itself by a system call whose random
 * number the kernel lacks.  No other process of the machine can add itself or
 * remove PROGRAM: the call has to be made under a random thread name, and
 * before counting starts.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ebpf/bpf.h"
#include "ebpf/ebpf.h"
#include "ebpf/ebpf_find.h"
#include "ebpf/ebpf_prog.h"
#include "lib/errors.h"
#include "lib/log.h"
#include "lib/sys.h"
#include "lib/uapi.h"
#include "syscalls/abi.h"
#include "trace/proc.h"
#include "trace/regs.h"
#include "trace/tap.h"
#include "trace/trace.h"

#define COUNT(a) (sizeof (a) / sizeof *(a))
enum { POLL_MS = 100 };         /* where no ring buffer tells of the end */

static struct ebpf ebpf;

/* --- setting up */

static const char *
attach_enter(struct ebpf *e)
{
	if (!e->config.compat_offset)
		return ebpf_attach(e, ENTER_NO_COMPAT);
	if (!ebpf_attach(e, ENTER_DIRECT))
		return NULL;
	return ebpf_attach(e, ENTER_READ);
}

/* musl's setrlimit() cares for threads, which makes it large */
static void
limit(int what, const struct rlimit *new, struct rlimit *old)
{
	syscall(SYS_prlimit64, 0, what, new, old);
}

/* starting PROGRAM takes some descriptors, too */
static const char *
check_descriptors(const struct ebpf *e)
{
	struct rlimit files;

	limit(RLIMIT_NOFILE, NULL, &files);
	return files.rlim_cur > (rlim_t)e->fds[N_MAPS + ON_ENTER] + 8 ? NULL :
	    error_text(EMFILE);
}

/* Attach each program once: the kernel waits for an RCU grace period whenever
 * one is detached. */
static const char *
set_up_programs(struct ebpf *e)
{
	const char *why = ebpf_create_maps(e);
	int i;

	for (i = 0; !why && i < ON_ENTER; i++)
		why = ebpf_attach(e, (enum ebpf_program_id)i);
	if (!why)
		why = ebpf_find_offsets(e);
	if (!why)
		why = attach_enter(e);
	if (!why)
		why = check_descriptors(e);
	return why ? why : ebpf_verify_counting(e);
}

static void
choose_marker(struct ebpf *e)
{
	uint32_t random[2] = { (uint32_t)getpid() };

	/* GRND_NONBLOCK: soon after boot there may be none yet */
	syscall(SYS_getrandom, random, sizeof random, 1);
	e->marker_nr = MARKER_NR_MIN + (random[0] & 0x3fffc);
	/* characters from 'A' to '`', so none is 0 */
	e->marker_name = (random[1] & 0x1f1f1f1f) + 0x41414141;
}

/* Set up the tap: nothing less shows that it works here. */
static const char *
ebpf_probe(unsigned needs)
{
	static const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit before;
	const char *why;
	size_t i;

	if (needs & FOR_STOPS)
		return "it cannot stop calls, and sees only parts of arguments";
	choose_marker(&ebpf);
	memset(ebpf.fds, -1, sizeof ebpf.fds);
	/* Before Linux 5.11 maps count as locked memory.  PROGRAM must not
	 * inherit the raised limit. */
	limit(RLIMIT_MEMLOCK, NULL, &before);
	limit(RLIMIT_MEMLOCK, &unlimited, NULL);
	why = set_up_programs(&ebpf);
	if (!why && (needs & FOR_RUNNING) && !ebpf.same_tids)
		why = "utrace is not in the initial PID namespace";
	limit(RLIMIT_MEMLOCK, &before, NULL);
	for (i = 0; why && i < COUNT(ebpf.fds); i++)
		close(ebpf.fds[i]);
	return why;
}

/* --- choosing the calls to count */

static int
ebpf_install(const struct uapi_sock_fprog *filter, bool confines)
{
	(void)filter;
	(void)confines;
	/* a process that a constructor starts is counted before
	 * ebpf_start_counting(), so the rules must be there now */
	if (ebpf_write_config(&ebpf) < 0)
		return -1;
	ebpf_marker_call(&ebpf, MARKER_FOLLOW);
	return 0;
}

static void
ebpf_set_rule(int abi, int index, const uint32_t *mask)
{
	static unsigned next_mask = RULE_MASK;
	struct ebpf_config *c = &ebpf.config;
	uint8_t *rule = &c->rule[abi * ABI_TABLE_MAX + index];

	if (!mask) {
		*rule = RULE_SKIP;
	} else if (next_mask < MASKS_MAX) {
		memcpy(c->mask[next_mask], mask, 3 * sizeof *mask);
		*rule = (uint8_t)next_mask++;
	}
}

static void
ebpf_start_counting(void)
{
	ebpf.config.loading_tid = 0;
	ebpf.config.ignore_markers = 1;
	ebpf_write_config(&ebpf);
}

/* --- collecting */

static void
report_new_calls(struct trace *tr, const struct ebpf_key *key, bool with_args,
    uint64_t n, uint64_t *reported)
{
	struct syscall_stop s = {
		.kind = with_args ? STOP_ENTRY : STOP_UNKNOWN,
		.audit_arch = abis[key->abi].audit_arch,
		.nr = abis[key->abi].base + key->index,
		.args = { key->args[0], key->args[1], key->args[2] },
	};

	if (n != *reported) {
		tr->counted(tr->arg, &s, n - *reported);
		filters_on_call(tr, NULL, (int)key->abi, &s);
	}
	*reported = n;
}

/* How many calls of this key have been reported.  The kernel lists the keys of
 * a map in any order, so search for it. */
static uint64_t *
reported_of(const struct ebpf_key *key)
{
	static struct {
		struct ebpf_key key;
		uint64_t n;
	} reported[UNLISTED_MAX + BY_ARGS_MAX];
	size_t i;

	for (i = 0; i < COUNT(reported) - 1 && reported[i].n; i++)
		if (!memcmp(&reported[i].key, key, sizeof *key))
			break;
	reported[i].key = *key;
	return &reported[i].n;
}

static void
collect_keys(struct trace *tr, enum ebpf_map map)
{
	struct ebpf_key key, next = { 0 };
	const struct ebpf_key *at = NULL;
	int fd = ebpf.fds[map];
	uint64_t n = 0;

	while (bpf_next_key(fd, at, &next) == 0) {
		key = next;
		at = &key;
		if (bpf_lookup(fd, &key, &n) == 0)
			report_new_calls(tr, &key, map == M_BY_ARGS, n,
			    reported_of(&key));
	}
}

static void
collect_totals(struct trace *tr, const struct ebpf_totals *t)
{
	static bool warned;
	unsigned new = (unsigned)(t->new_processes - ebpf.reported_processes);

	tr->processes += new;
	tr->started |= new != 0;
	ebpf.reported_processes = t->new_processes;
	if (t->lost && !warned)
		log_warn("tap ebpf: more than %d numbers without a name: calls "
		    "by the others are not recorded", UNLISTED_MAX);
	warned = t->lost;
	tr->incomplete |= warned;
}

static void
ebpf_collect(struct trace *tr)
{
	struct ebpf_totals t = { 0 };
	uint32_t i;

	if (ebpf_read_counts(&ebpf) < 0 || ebpf_read_totals(&ebpf, &t) < 0) {
		log_warn("tap ebpf: can't read its counts:");
		tr->incomplete = true;
		return;
	}
	for (i = 0; i < COUNTS_MAX; i++)
		report_new_calls(tr, &(struct ebpf_key){ i / ABI_TABLE_MAX,
		    i % ABI_TABLE_MAX, { 0 } }, false, ebpf.counts[i],
		    &ebpf.reported[i]);
	collect_keys(tr, M_UNLISTED);
	collect_keys(tr, M_BY_ARGS);
	collect_totals(tr, &t);
}

/* --- threads that run already, and the end */

/* Read the states of all tids in this one's group; 0 if this PID namespace's
 * tids are not those of the maps. */
static void
read_states(pid_t tid, uint8_t states[TID_GROUP])
{
	memset(states, 0, TID_GROUP);
	if (ebpf.same_tids && tid >= 0 && tid < TIDS_MAX)
		ebpf_read(&ebpf, M_STATES, (uint32_t)tid / TID_GROUP, states);
}

static pid_t
ebpf_next_thread(pid_t tid)
{
	uint8_t states[TID_GROUP];

	read_states(++tid, states);
	for (; tid < TIDS_MAX; tid++) {
		if (tid % TID_GROUP == 0)
			read_states(tid, states);
		if (states[tid % TID_GROUP])
			return tid;
	}
	return 0;
}

/* Is this thread alive and followed?  One that has taken over the tid of a
 * followed leader will be followed as soon as its exec completes. */
static bool
is_followed(pid_t tid)
{
	uint8_t states[TID_GROUP];

	read_states(tid, states);
	return states[tid % TID_GROUP] && proc_is_alive(tid);
}

/* Mark even a thread that has ended: another thread of its group may be about
 * to take over its tid by an exec. */
static int
ebpf_follow_thread(pid_t tid)
{
	if (is_followed(tid))
		return 0;
	ebpf.config.target_tid = (uint32_t)tid;
	ebpf.config.ignore_markers = 0;
	if (ebpf_write_config(&ebpf) < 0)
		return -1;
	ebpf_marker_call(&ebpf, MARKER_FOLLOW);
	if (proc_is_alive(tid))
		return 1;
	errno = ESRCH;
	return -1;
}

static bool
ebpf_follow_folder(int fd)
{
	/* wait for the end as if it had marked a thread */
	ebpf.config.target_tid = UINT32_MAX;
	return ebpf_write(&ebpf, M_FOLDER, 0, &fd) == 0;
}

static bool
any_thread_lives(void)
{
	static pid_t alive;     /* the thread that was found last */
	int rounds;

	if (is_followed(alive))
		return true;
	/* Search the tids above it, then all tids twice: a thread may start
	 * one with a lower tid, behind the search, and end before it. */
	for (rounds = 0; rounds < 3; rounds++)
		while ((alive = ebpf_next_thread(alive)))
			if (proc_is_alive(alive))
				return true;
	return false;
}

/* If running threads were marked, neither live_threads (see struct ebpf_totals)
 * nor the ring buffer is reliable: search for threads instead. */
static bool
ebpf_wait_for_end(void)
{
	struct pollfd end = { ebpf.fds[M_END], POLLIN, 0 };
	bool attached = ebpf.config.target_tid != 0;
	struct ebpf_totals t = { 0 };

	/* check before waiting, since not every end writes a record */
	if (attached ? !any_thread_lives() :
	    ebpf_read_totals(&ebpf, &t) < 0 || t.live_threads == 0)
		return true;
	if (attached || ebpf.fds[M_END] < 0)
		sys_sleep_ms(POLL_MS);
	else
		syscall(SYS_ppoll, &end, 1, NULL, NULL, 0);
	return false;
}

static const struct counter ebpf_counter = {
	.fds = ebpf.fds, .n_fds = COUNT(ebpf.fds), .collect = ebpf_collect,
	.set_rule = ebpf_set_rule, .start_counting = ebpf_start_counting,
	.follow_thread = ebpf_follow_thread,
	.follow_folder = ebpf_follow_folder, .next_thread = ebpf_next_thread,
	.wait_for_end = ebpf_wait_for_end,
};

const struct tap tap_ebpf = {
	.name = "ebpf", .resume = PTRACE_CONT,
	.probe = ebpf_probe, .install = ebpf_install,
	.counter = &ebpf_counter,
};
