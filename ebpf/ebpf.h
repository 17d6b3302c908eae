/* SPDX-License-Identifier: MIT
 *
 * The programs of ebpf_prog.h in the kernel: load them, read and write their
 * maps, make marker calls.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ebpf/ebpf_prog.h"

/* Everything that the files of this folder share. */
struct ebpf {
	/* maps, then tracepoints; -1: none.  The kernel removes the programs
	 * and the maps when all of these are closed. */
	int fds[N_MAPS + N_TRACEPOINTS];
	uint32_t marker_nr;     /* enum marker is added to it */
	uint32_t marker_name;   /* 4 characters */
	/* the helper that reads the kernel's memory; 0: not known yet */
	int probe_read;
	/* the PID namespace is the initial one, whose tids the maps hold */
	bool same_tids;
	struct ebpf_config config;      /* see ebpf_write_config() */
	uint64_t counts[COUNTS_MAX];    /* by ebpf_read_counts() */
	/* what was reported of these, and of ebpf_totals.new_processes */
	uint64_t reported[COUNTS_MAX], reported_processes;
	uint64_t shard[COUNTS_MAX];     /* scratch */
};

/* Functions that return const char * return NULL, or what failed.  The others
 * return -1 and errno on failure. */

const char *ebpf_create_maps(struct ebpf *);
/* Load a program and run it at its tracepoint from now on. */
const char *ebpf_attach(struct ebpf *, enum ebpf_program_id);
/* Assemble a program with the values that are known by now; returns how many
 * instructions there are, at most BPF_INSNS_MAX. */
struct bpf_insn;
uint32_t ebpf_assemble(const struct ebpf *, enum ebpf_program_id,
	struct bpf_insn *);

/* of the maps whose key is an index */
int ebpf_read(const struct ebpf *, enum ebpf_map, uint32_t key, void *value);
int ebpf_write(const struct ebpf *, enum ebpf_map, uint32_t key,
	const void *value);
/* tell the programs what e->config now says */
int ebpf_write_config(const struct ebpf *);
int ebpf_read_totals(const struct ebpf *, struct ebpf_totals *);
/* Set e->counts to the sums of all shards. */
int ebpf_read_counts(struct ebpf *);

/* Take the marker name, with one more character. */
void ebpf_take_marker_name(const struct ebpf *, char more);
/* Make a marker call under the marker name; the caller keeps its own name. */
void ebpf_marker_call(const struct ebpf *, enum marker);
