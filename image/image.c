/* SPDX-License-Identifier: MIT
 *
 * The programs that were executed, which program executed each, and what each
 * called: one bit for a call and no counts, because 64 policies would not fit
 * into a router's memory.
 */
#include "image/image.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/log.h"
#include "lib/out.h"
#include "lib/sys.h"
#include "lib/util.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

const char *
image_path(const struct images *im, int i)
{
	return im->text + im->image[i].path;
}

const char *
image_interpreter(const struct images *im, int i)
{
	return im->text + im->image[i].interpreter;
}

const char *
image_base_name(const struct images *im, int i)
{
	return i > IMAGE_OTHERS ? "?" : util_base_name(image_path(im, i));
}

char *
image_unique_name(const struct images *im, int i, char *name)
{
	struct out o;

	out_init(&o, -1);
	out_safe(&o, image_base_name(im, i), OUT_NAME_MAX);
	if (im->image[i].number > 1)
		out_fmt(&o, "-%d", im->image[i].number);
	out_char(&o, '\0');
	return memcpy(name, o.buf, o.len);
}

uint32_t
image_exec_count(const struct images *im, int executor, int i)
{
	return im->executed[executor + 1][i];
}

int
image_next(const struct images *im, int i)
{
	if (++i < im->n)
		return i;
	return im->has_others && i <= IMAGE_OTHERS ? IMAGE_OTHERS : -1;
}

/* offset of the string's copy in text; 0: it is empty, or there is no room */
static uint16_t
store_text(struct images *im, const char *s)
{
	size_t len = strlen(s) + 1, offset = im->text_len ? im->text_len : 1;

	if (len == 1 || offset + len > sizeof im->text)
		return 0;
	memcpy(im->text + offset, s, len);
	im->text_len = (uint16_t)(offset + len);
	return (uint16_t)offset;
}

/* count up until no other image has the same name: a second "sh" is "sh-2",
 * but "sh-3" if there is a program of that name */
static void
make_name_unique(struct images *im, int i)
{
	char name[IMAGE_NAME_MAX], other[IMAGE_NAME_MAX];
	int j = -1;

	im->image[i].number = 1;
	image_unique_name(im, i, name);
	while ((j = image_next(im, j)) >= 0) {
		if (j == i ||
		    strcmp(image_unique_name(im, j, other), name) != 0)
			continue;
		im->image[i].number++;
		image_unique_name(im, i, name);
		j = -1;
	}
}

static int
use_others(struct images *im)
{
	if (!im->has_others) {
		log_warn("more than %d programs: the others share one policy",
		    im->n);
		im->has_others = true;
		make_name_unique(im, IMAGE_OTHERS);
	}
	return IMAGE_OTHERS;
}

bool
image_same_file(const struct images *im, int i, int j)
{
	return im->image[i].ino && im->image[i].ino == im->image[j].ino &&
	    im->image[i].dev == im->image[j].dev;
}

/* index of the program, which is added if it is new */
static int
index_of(struct images *im, const char *path, const char *interpreter)
{
	const char *base = util_base_name(path);
	struct image *new = &im->image[im->n];
	struct stat st;
	int i;

	/* the tracer's working directory is not the tracee's */
	if (*path != '/' || sys_stat(AT_FDCWD, path, 0, &st) < 0)
		st.st_dev = st.st_ino = 0;
	new->dev = st.st_dev;
	new->ino = st.st_ino;
	for (i = 0; i < im->n; i++)
		if (!strcmp(image_base_name(im, i), base) &&
		    (!strcmp(image_path(im, i), path) ||
		    image_same_file(im, i, im->n)))
			return i;
	if (!im->text_len)
		im->image[IMAGE_OTHERS].path = store_text(im, "others");
	if (im->n == IMAGES_MAX || !(new->path = store_text(im, path)))
		return use_others(im);
	new->interpreter = store_text(im, interpreter);
	make_name_unique(im, im->n);
	return im->n++;
}

int
image_executed(struct images *im, int executor, const char *path,
    const char *interpreter)
{
	bool first = im->n == 0;
	int i = index_of(im, *path ? path : "unknown", interpreter);

	if (first)
		executor = IMAGE_NOBODY;
	if (executor <= IMAGE_OTHERS)
		im->executed[executor + 1][i]++;
	return i;
}

/* index of a call outside the tables; n_numbers if it is not recorded */
static int
number_index(const struct images *im, int i, int abi, uint32_t nr)
{
	int k;

	for (k = 0; k < im->n_numbers; k++)
		if (im->number[k].image == i && im->number[k].abi == abi &&
		    im->number[k].nr == nr)
			break;
	return k;
}

static void
mark_incomplete(struct images *im)
{
	if (!im->incomplete)
		log_warn("some calls could not be attributed to a program");
	im->incomplete = true;
}

void
image_add_call(struct images *im, int i, int abi, uint32_t nr,
    struct policy_rule *rule)
{
	int index = abi_table_index(abi, nr), k;

	if (i > IMAGE_OTHERS) {
		mark_incomplete(im);
		return;
	}
	im->image[i].calls++;
	if (rule)
		util_set_bit(rule->image_mask, i);
	if (index >= 0) {
		util_set_bit(im->image[i].called[abi], index);
		return;
	}
	k = number_index(im, i, abi, nr);
	if (k < im->n_numbers)
		return;
	if (k == IMAGE_NUMBERS_MAX) {
		mark_incomplete(im);
		return;
	}
	im->number[k].nr = nr;
	im->number[k].abi = (uint8_t)abi;
	im->number[k].image = (uint8_t)i;
	im->n_numbers++;
}

bool
image_has_call(const struct images *im, int i, int abi, uint32_t nr)
{
	int index = abi_table_index(abi, nr);

	if (index < 0)
		return number_index(im, i, abi, nr) < im->n_numbers;
	return util_has_bit(im->image[i].called[abi], index);
}

void
image_restrict_policy(struct policy *p, int i, bool keep_known)
{
	struct policy_rule *r, *to = p->rules;
	struct policy_list list;
	struct policy_call c;
	int k;

	_Static_assert(IMAGE_OTHERS < 8 * sizeof r->image_mask,
	    "image_mask is too small");
	policy_list_make(&list, p, BY_NR);
	/* from the end, because removing a call moves those after it */
	for (k = list.n; policy_list_call(&list, --k, &c); ) {
		if (!image_has_call(p->images, i, c.abi, c.nr) &&
		    !(keep_known && (c.reasons & REASON_KNOWN)))
			policy_remove(p, c.abi, c.nr);
	}
	for (r = to; r < p->rules + p->n_rules; r++)
		if (util_has_bit(r->image_mask, i) ||
		    (keep_known && (r->reasons & REASON_KNOWN)))
			*to++ = *r;
	p->n_rules = (int)(to - p->rules);
	p->incomplete |= p->images->incomplete;
}
