/* SPDX-License-Identifier: MIT
 *
 * Load the ebpf tap's programs, read and write their maps, and make marker
 * calls.  Knows what to fill in when a program is loaded, not what the program
 * does.
 */
#include "ebpf/ebpf.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "ebpf/bpf.h"
#include "ebpf/ebpf_prog.h"
#include "lib/errors.h"

/* --- maps */

static const struct {
	uint8_t type, key;
	uint32_t value, entries;
} map_kinds[N_MAPS] = {
	[M_STATES] = { BPF_ARRAY, 4, TID_GROUP, TIDS_MAX / TID_GROUP },
	[M_COUNTS] = { BPF_ARRAY, 4, COUNTS_MAX * 8, COUNT_SHARDS },
	[M_UNLISTED] = { BPF_HASH, sizeof(struct ebpf_key), 8, UNLISTED_MAX },
	[M_BY_ARGS] = { BPF_HASH, sizeof(struct ebpf_key), 8, BY_ARGS_MAX },
	[M_TOTALS] = { BPF_ARRAY, 4, sizeof(struct ebpf_totals), 1 },
	[M_CONFIG] = { BPF_ARRAY, 4, sizeof(struct ebpf_config), 1 },
	[M_FOLDER] = { BPF_CGROUPS, 4, 4, 1 },
	/* a multiple of every kernel's page size */
	[M_END] = { BPF_RINGBUF, 0, 0, 1 << 16 },
};

/* Go on without a ring buffer, which Linux before 5.8 has not, and without
 * cgroups. */
const char *
ebpf_create_maps(struct ebpf *e)
{
	int i;

	for (i = 0; i < N_MAPS; i++) {
		e->fds[i] = bpf_create_map(map_kinds[i].type, map_kinds[i].key,
		    map_kinds[i].value, map_kinds[i].entries);
		if (i < M_FOLDER && e->fds[i] < 0)
			return errno == ENOSYS ? "the kernel has no bpf(2)" :
			    error_text(errno);
	}
	return NULL;
}

int
ebpf_read(const struct ebpf *e, enum ebpf_map map, uint32_t key, void *value)
{
	return bpf_lookup(e->fds[map], &key, value);
}

int
ebpf_write(const struct ebpf *e, enum ebpf_map map, uint32_t key,
    const void *value)
{
	return bpf_update(e->fds[map], &key, value);
}

int
ebpf_write_config(const struct ebpf *e)
{
	return ebpf_write(e, M_CONFIG, 0, &e->config);
}

int
ebpf_read_totals(const struct ebpf *e, struct ebpf_totals *t)
{
	return ebpf_read(e, M_TOTALS, 0, t);
}

int
ebpf_read_counts(struct ebpf *e)
{
	uint32_t key;
	size_t i;

	memset(e->counts, 0, sizeof e->counts);
	for (key = 0; key < COUNT_SHARDS; key++) {
		if (ebpf_read(e, M_COUNTS, key, e->shard) < 0)
			return -1;
		for (i = 0; i < COUNTS_MAX; i++)
			e->counts[i] += e->shard[i];
	}
	return 0;
}

/* --- programs */

/* Replace a placeholder.  If there is no ring buffer or no cgroup, drop the call
 * that needs it, and let another map stand for it. */
static void
fill_in(const struct ebpf *e, struct bpf_insn *i)
{
	if (i->code == BPF_LD_MAP)
		i->imm = e->fds[e->fds[i->imm] < 0 ? M_TOTALS : i->imm];
	else if (i->code == BPF_CALL && i->imm == PROBE_READ_KERNEL)
		i->imm = e->probe_read;
	else if (i->code == BPF_CALL &&
	    ((i->imm == RINGBUF_OUTPUT && e->fds[M_END] < 0) ||
	    (i->imm == UNDER_CGROUP && e->fds[M_FOLDER] < 0)))
		*i = (struct bpf_insn){ .code = BPF_MOV_K, .dst = r0 };
	else if (i->code == BPF_XORW_K)
		i->imm = (int32_t)(i->imm == XOR_MARKER_NAME ? e->marker_name :
		    e->marker_nr);
	else if (i->off == AT_PID)
		i->off = (int16_t)e->config.pid_offset;
	else if (i->off == AT_COMPAT)
		i->off = (int16_t)e->config.compat_offset;
}

uint32_t
ebpf_assemble(const struct ebpf *e, enum ebpf_program_id id,
    struct bpf_insn *out)
{
	struct bpf_row rows[BPF_INSNS_MAX];
	uint32_t i, n;

	n = bpf_assemble(rows, ebpf_prog_rows(&ebpf_programs[id], rows), out);
	for (i = 0; i < n; i++)
		fill_in(e, &out[i]);
	return n;
}

static int
load(const struct ebpf *e, enum ebpf_program_id id)
{
	struct bpf_insn insns[BPF_INSNS_MAX];

	return bpf_load(insns, ebpf_assemble(e, id, insns));
}

/* Find out by the first program which helper the kernel has: it got
 * bpf_probe_read_kernel in Linux 5.5, and on some architectures lost
 * bpf_probe_read then. */
static int
load_by_either_helper(struct ebpf *e, enum ebpf_program_id id)
{
	bool first = !e->probe_read;
	int fd;

	if (first)
		e->probe_read = PROBE_READ_KERNEL;
	fd = load(e, id);
	if (fd < 0 && errno == EINVAL && first) {
		e->probe_read = PROBE_READ;
		fd = load(e, id);
	}
	return fd;
}

const char *
ebpf_attach(struct ebpf *e, enum ebpf_program_id id)
{
	int *point = &e->fds[N_MAPS + (id < ON_ENTER ? id : ON_ENTER)];
	int fd = load_by_either_helper(e, id);

	if (fd < 0)
		return errno == EINVAL ? "the kernel has no BPF tracing" :
		    error_text(errno);
	*point = bpf_attach(fd, ebpf_programs[id].tracepoint);
	close(fd);              /* the tracepoint's descriptor holds it */
	return *point >= 0 ? NULL : errno == ENOENT ?
	    "the kernel has no tracepoints of system calls" :
	    error_text(errno);
}

/* --- marker calls */

void
ebpf_take_marker_name(const struct ebpf *e, char more)
{
	uint32_t name[2] = { e->marker_name };

	*(char *)&name[1] = more;
	prctl(PR_SET_NAME, name, 0, 0, 0);
}

void
ebpf_marker_call(const struct ebpf *e, enum ebpf_marker which)
{
	char name[16];

	prctl(PR_GET_NAME, name, 0, 0, 0);
	ebpf_take_marker_name(e, '\0');
	syscall((long)e->marker_nr + (long)which);
	prctl(PR_SET_NAME, name, 0, 0, 0);
}
