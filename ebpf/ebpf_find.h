/* SPDX-License-Identifier: MIT */
#pragma once

struct ebpf;

/* With maps and the programs on fork, exec and exit in place: fill in where
 * this kernel's task_struct holds what the programs need.  NULL, or what
 * failed. */
const char *ebpf_find_offsets(struct ebpf *);

/* With all programs in place: have them follow a child, and compare what they
 * counted with what it did.  Its counts are marked as reported.  NULL, or what
 * is wrong. */
const char *ebpf_verify_counting(struct ebpf *);
