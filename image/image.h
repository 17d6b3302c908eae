/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "syscalls/abi.h"

struct out;
struct policy;
struct policy_rule;

/* the executor of PROGRAM itself: no image */
enum { IMAGE_NOBODY = -1 };

enum {
	IMAGES_MAX = 64,
	IMAGE_REST = IMAGES_MAX,        /* all those beyond */
	IMAGE_NAME_MAX = 208,
	IMAGE_PATHS_MAX = 6144,         /* bytes of all paths */
	IMAGE_NUMBERS_MAX = 256,
};

/* A program that was executed.  Same base name and same path or same file: the
 * same program, so that the names of a busybox are told apart. */
struct image {
	uint16_t path, interpreter;     /* in text; 0: "" */
	uint8_t number;         /* beyond 1: another has the same name */
	uint64_t dev, ino;      /* of its file, 0 where that is not known */
	uint64_t calls;
	/* what it called, a bit a place in the ABI's table */
	uint8_t called[ABI_MAX][ABI_TABLE_MAX / 8];
};

struct images {
	struct image image[IMAGES_MAX + 1];
	int n;                  /* without the rest */
	bool rest;
	bool lost;              /* not all that each called; it was said */
	/* how often it was: by whom, after a row for PROGRAM itself */
	uint32_t executed[IMAGES_MAX + 2][IMAGES_MAX + 1];
	/* what they called outside of the tables */
	struct { uint32_t nr; uint8_t abi, image; } number[IMAGE_NUMBERS_MAX];
	int n_numbers;
	char text[IMAGE_PATHS_MAX];
	uint16_t text_len;
};

/* image `by' executed a program, of a script also its interpreter, else "":
 * the program's index; the first execution is by nobody.  Where there is no
 * room IMAGE_REST, and a line caps so. */
int image_executed(struct images *, int by, const char *path,
    const char *interpreter);
/* a call was made, by a rule or, NULL, without; an index that is none: by whom
 * is not known */
void image_add_call(struct images *, int i, int abi, uint32_t nr,
    struct policy_rule *);
bool image_has_call(const struct images *, int i, int abi, uint32_t nr);
/* the next that is there: begin with -1, ends with -1 */
int image_next(const struct images *, int i);
/* how often it was executed by one, or by nobody, -1 */
uint32_t image_exec_count(const struct images *, int by, int i);
/* The path that was executed, and the interpreter if that is a script; either
 * may be "". */
const char *image_path(const struct images *, int i);
const char *image_interpreter(const struct images *, int i);
/* without its folder */
const char *image_base_name(const struct images *, int i);
/* the same, but told apart from all others: returns name[IMAGE_NAME_MAX] */
char *image_unique_name(const struct images *, int i, char *name);
/* leave in a policy just the calls of one, under the conditions that it needed;
 * what was known stays if it shall */
void image_restrict_policy(struct policy *, int i, bool keep_known);
/* who executed whom and how often: a header, then a line each of by, program,
 * times, path and interpreter with tabs between; of the policy's images */
void exec_tsv_write(struct out *, const struct policy *);
