/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "image/image.h"
#include "syscalls/abi.h"

struct out;
struct policy;

/* How a program can make a call that the recording may lack. */
struct reach_call {
	uint16_t function;      /* for imports_function(); 0: it can't */
	uint8_t condition;      /* for widen_add() */
	uint8_t image_mask[9];  /* a bit for each program that can make it */
};

/* What the executed programs can call, as their files say. */
struct reach {
	const struct images *images;    /* their names */
	/* by id: of imports; of static programs' code */
	struct reach_call call[2][ABI_ID_MAX];
	struct {
		bool read;
		bool is_hint;           /* says little of one run: only a hint */
	} image[IMAGES_MAX + 1];
	bool has_code;                  /* of a static program */
	bool adds;                      /* one is more than a hint */
	bool explain;                   /* print why calls are not added */
};

/* At the exec stop of a thread: read the program's file and its libraries,
 * unless the program was read before.  path: as it was executed, for systems
 * without /proc.  If explain is set, prints a message if the file can't be
 * read, or is only a hint. */
void reach_add_image(struct reach *, int image, pid_t, const char *path);
/* Add to a policy what one program, or all for IMAGE_NOBODY, can call, as these
 * bits of REASON_FILES tell.  Returns
 * -1 if there was no room. */
int reach_widen(struct policy *, const struct reach *, unsigned widenings,
    int image);
/* Write the calls that a program can make and the policy does not allow, the
 * likeliest first, each behind the separator, the first behind the beginning
 * instead: at most 8 or, for all, 25 with the functions that make them.
 * Returns false, and has written nothing, if there are none. */
bool reach_write_hints(struct out *, const struct policy *,
    const struct reach *, bool all, const char *beginning,
    const char *separator);
/* Do the imports of this program lead to the call?  False if it is a hint. */
bool reach_leads_to(const struct reach *, int image, int abi, uint32_t nr);
/* Write a text and by which function and program a call can be made, "rename in
 * nginx"; nothing if no program can make it.  code: by a static program's. */
void reach_write_reason(struct out *, const char *before,
    const struct reach *, bool code, unsigned id);
