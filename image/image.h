/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "syscalls/abi.h"

struct policy;
struct policy_rule;

/* the executor of PROGRAM itself */
enum { IMAGE_NOBODY = -1 };

enum {
	IMAGES_MAX = 64,
	IMAGE_OTHERS = IMAGES_MAX,      /* stands for all programs beyond */
	IMAGE_NAME_MAX = 208,           /* OUT_NAME_MAX, "...", "-65" and a NUL */
	IMAGE_PATHS_MAX = 16384,        /* bytes of all paths */
	IMAGE_NUMBERS_MAX = 256,
};

/* A program that was executed.  Two executions are of the same program if the
 * base name is the same and so is the path or the file: the applets of a
 * busybox are different programs. */
struct image {
	uint16_t path, interpreter;     /* offsets in text; 0: "" */
	uint8_t number;         /* above 1: makes the name unique */
	uint64_t dev, ino;      /* of its file; 0: unknown */
	uint64_t calls;
	/* what it called: a bit for each table index */
	uint8_t called[ABI_MAX][ABI_TABLE_MAX / 8];
};

struct images {
	struct image image[IMAGES_MAX + 1];
	int n;                  /* without IMAGE_OTHERS */
	bool has_others;
	bool incomplete;        /* some calls lack their caller; warned */
	/* how often each was executed, by executor: IMAGE_NOBODY's row first */
	uint32_t executed[IMAGES_MAX + 2][IMAGES_MAX + 1];
	/* calls outside the tables */
	struct { uint32_t nr; uint8_t abi, image; } number[IMAGE_NUMBERS_MAX];
	int n_numbers;
	char text[IMAGE_PATHS_MAX];
	uint16_t text_len;
};

/* Record that an image executed a program; interpreter: that of a script, else
 * "".  The first execution counts as IMAGE_NOBODY's.  Returns the program's
 * index; with a warning IMAGE_OTHERS if there is no room for it. */
int image_executed(struct images *, int executor, const char *path,
    const char *interpreter);
/* Record a call of an image, and that rule allowed it if it is not NULL.  An
 * index above IMAGE_OTHERS means that the caller is unknown. */
void image_add_call(struct images *, int i, int abi, uint32_t nr,
    struct policy_rule *rule);
bool image_has_call(const struct images *, int i, int abi, uint32_t nr);
/* The index after i: begin with -1; -1 ends. */
int image_next(const struct images *, int i);
/* How often an image, or IMAGE_NOBODY, executed image i. */
uint32_t image_exec_count(const struct images *, int executor, int i);
/* The path that was executed, and the interpreter if that is a script; either
 * may be "". */
const char *image_path(const struct images *, int i);
const char *image_interpreter(const struct images *, int i);
/* Are two images of the same file?  False if that is unknown. */
bool image_same_file(const struct images *, int i, int j);
/* The path without its folder. */
const char *image_base_name(const struct images *, int i);
/* The base name by out_safe(), with a number if another image has the same: a
 * name for a file.  Returns name[IMAGE_NAME_MAX]. */
char *image_unique_name(const struct images *, int i, char *name);
/* Remove from a policy all that image i did not need, except, with keep_known,
 * the calls that the run started with. */
void image_restrict_policy(struct policy *, int i, bool keep_known);
