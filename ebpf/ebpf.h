/* SPDX-License-Identifier: MIT
 *
 * The ebpf tap's programs in the kernel: load them, read and write their maps,
 * make marker calls.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ebpf/ebpf_prog.h"

/* all state that the files of this folder share */
struct ebpf {
	/* maps, then tracepoints; -1: none.  The kernel removes the programs
	 * and the maps when all of these are closed. */
	int fds[N_MAPS + N_TRACEPOINTS];
	uint32_t marker_nr;     /* enum marker is added to it */
	uint32_t marker_name;   /* 4 characters */
	/* the helper that reads the kernel's memory; 0: not known yet */
	int probe_read;
	/* utrace is in the initial PID namespace, whose tids the maps hold */
	bool same_tids;
	struct ebpf_config config;      /* ebpf_write_config() passes it on */
	uint64_t counts[COUNTS_MAX];    /* from ebpf_read_counts() */
	/* how much of counts and of ebpf_totals.new_processes was reported */
	uint64_t reported[COUNTS_MAX], reported_processes;
	uint64_t shard[COUNTS_MAX];     /* scratch memory for one shard */
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

/* elements of the maps whose key is an index */
int ebpf_read(const struct ebpf *, enum ebpf_map, uint32_t key, void *value);
int ebpf_write(const struct ebpf *, enum ebpf_map, uint32_t key,
	const void *value);
/* copy config to the programs' map */
int ebpf_write_config(const struct ebpf *);
int ebpf_read_totals(const struct ebpf *, struct ebpf_totals *);
/* Set counts to the sums of all shards. */
int ebpf_read_counts(struct ebpf *);

/* Give the calling thread the marker name with one more character. */
void ebpf_take_marker_name(const struct ebpf *, char more);
/* Make a marker call under the marker name, then restore the thread's name. */
void ebpf_marker_call(const struct ebpf *, enum ebpf_marker);
