/* SPDX-License-Identifier: MIT
 *
 * The programs that were executed, who executed them, and what they called.
 * A bit a call, no counts: 64 policies would not fit a router's memory.
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

enum { NOBODY = -1 };

static const char *
path_of(const struct images *im, int i)
{
	return im->text + im->image[i].path;
}

const char *
image_path(const struct images *im, int i)
{
	return path_of(im, i);
}

const char *
image_interpreter(const struct images *im, int i)
{
	return im->text + im->image[i].interpreter;
}

const char *
image_base_name(const struct images *im, int i)
{
	return i > IMAGES_MAX ? "?" : util_base_name(path_of(im, i));
}

char *
image_unique_name(const struct images *im, int i, char *name)
{
	const char *base = image_base_name(im, i);
	size_t len = strlen(base);
	struct out o;

	/* a file's name has at most 255 bytes, and an extension */
	out_init(&o, -1);
	out_mem(&o, base, len < 200 ? len : 200);
	if (im->image[i].number > 1)
		out_fmt(&o, "-%d", im->image[i].number);
	out_char(&o, '\0');
	return memcpy(name, o.buf, o.len);
}

uint32_t
image_exec_count(const struct images *im, int by, int i)
{
	return im->executed[by + 1][i];
}

int
image_next(const struct images *im, int i)
{
	if (++i < im->n)
		return i;
	return im->rest && i <= IMAGE_REST ? IMAGE_REST : -1;
}

/* its place in the text; 0: none, or no room */
static uint16_t
keep(struct images *im, const char *s)
{
	size_t len = strlen(s) + 1, at = im->text_len ? im->text_len : 1;

	if (len == 1 || at + len > sizeof im->text)
		return 0;
	memcpy(im->text + at, s, len);
	im->text_len = (uint16_t)(at + len);
	return (uint16_t)at;
}

/* count up until no other has the same name, "sh" a second "sh" or "sh-2" */
static void
tell_apart(struct images *im, int i)
{
	char name[IMAGE_NAME_MAX], other[IMAGE_NAME_MAX];
	int j = -1;

	im->image[i].number = 1;
	image_unique_name(im, i, name);
	while ((j = image_next(im, j)) >= 0) {
		if (j == i || strcmp(image_unique_name(im, j, other), name) != 0)
			continue;
		im->image[i].number++;
		image_unique_name(im, i, name);
		j = -1;
	}
}

static int
rest(struct images *im)
{
	if (!im->rest) {
		log_warn("more than %d programs: the rest counts as one",
		    im->n);
		im->rest = true;
		tell_apart(im, IMAGE_REST);
	}
	return IMAGE_REST;
}

static int
find(struct images *im, const char *path, const char *interpreter)
{
	const char *base = util_base_name(path);
	struct image *new = &im->image[im->n];
	struct stat st;
	int i;

	/* ours is not the folder that a relative one is meant from */
	if (*path != '/' || sys_stat(AT_FDCWD, path, 0, &st) < 0)
		st.st_dev = st.st_ino = 0;
	for (i = 0; i < im->n; i++)
		if (!strcmp(image_base_name(im, i), base) &&
		    (!strcmp(path_of(im, i), path) || (st.st_ino &&
		    im->image[i].ino == st.st_ino &&
		    im->image[i].dev == st.st_dev)))
			return i;
	if (!im->text_len)
		im->image[IMAGE_REST].path = keep(im, "others");
	if (im->n == IMAGES_MAX || !(new->path = keep(im, path)))
		return rest(im);
	new->interpreter = keep(im, interpreter);
	new->dev = st.st_dev;
	new->ino = st.st_ino;
	tell_apart(im, im->n);
	return im->n++;
}

int
image_executed(struct images *im, int by, const char *path,
    const char *interpreter)
{
	bool first = im->n == 0;
	int i = find(im, *path ? path : "unknown", interpreter);

	if (first)
		by = NOBODY;
	if (by <= IMAGES_MAX)
		im->executed[by + 1][i]++;
	return i;
}

static int
find_number(const struct images *im, int i, int abi, uint32_t nr)
{
	int k;

	for (k = 0; k < im->n_numbers; k++)
		if (im->number[k].image == i && im->number[k].abi == abi &&
		    im->number[k].nr == nr)
			break;
	return k;
}

static void
lose(struct images *im)
{
	if (!im->lost)
		log_warn("not of all calls it is known which program made them");
	im->lost = true;
}

static void
set_bit(uint8_t *bits, int i)
{
	bits[i / 8] = (uint8_t)(bits[i / 8] | 1u << i % 8);
}

static bool
has_bit(const uint8_t *bits, int i)
{
	return bits[i / 8] >> i % 8 & 1;
}

void
image_add_call(struct images *im, int i, int abi, uint32_t nr,
    struct policy_rule *rule)
{
	int pos = abi_table_index(abi, nr), k;

	if (i > IMAGES_MAX) {
		lose(im);
		return;
	}
	im->image[i].calls++;
	if (rule)
		set_bit(rule->image_mask, i);
	if (pos >= 0) {
		set_bit(im->image[i].called[abi], pos);
		return;
	}
	k = find_number(im, i, abi, nr);
	if (k < im->n_numbers)
		return;
	if (k == IMAGE_NUMBERS_MAX) {
		lose(im);
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
	int pos = abi_table_index(abi, nr);

	if (pos < 0)
		return find_number(im, i, abi, nr) < im->n_numbers;
	return has_bit(im->image[i].called[abi], pos);
}

void
image_restrict_policy(struct policy *p, int i, bool keep_known)
{
	struct policy_rule *r, *to = p->rules;
	struct policy_list list;
	struct policy_call c;
	int k;

	_Static_assert(IMAGE_REST < 8 * sizeof r->image_mask, "a bit for each");
	policy_list_make(&list, p, BY_NR);
	/* from the end: removing one moves those behind it */
	for (k = list.n; k-- > 0; ) {
		c = policy_list_call(&list, k);
		if (!image_has_call(p->images, i, c.abi, c.nr) &&
		    !(keep_known && (c.reasons & REASON_KNOWN)))
			policy_remove(p, c.abi, c.nr);
	}
	for (r = to; r < p->rules + p->n_rules; r++)
		if (has_bit(r->image_mask, i) || (keep_known && (r->reasons & REASON_KNOWN)))
			*to++ = *r;
	p->n_rules = (int)(to - p->rules);
	p->incomplete |= p->images->lost;
}

/* a tab or a new line would look like one of ours */
static void
write_field(struct out *o, const char *s, char after)
{
	char c;

	for (; *s; s++) {
		c = '?';
		if ((unsigned char)*s >= ' ' && *s != 127)
			c = *s;
		out_char(o, c);
	}
	out_char(o, after);
}

void
exec_tsv_write(struct out *o, const struct policy *p)
{
	const struct images *im = p->images;
	char name[IMAGE_NAME_MAX];
	int by = NOBODY, i;

	out_str(o, "by\tprogram\ttimes\tpath\tinterpreter\n");
	do {
		for (i = -1; (i = image_next(im, i)) >= 0;) {
			if (!image_exec_count(im, by, i))
				continue;
			write_field(o, by == NOBODY ? "-" :
			    image_unique_name(im, by, name), '\t');
			write_field(o, image_unique_name(im, i, name), '\t');
			out_num(o, image_exec_count(im, by, i));
			out_char(o, '\t');
			write_field(o, path_of(im, i), '\t');
			write_field(o, im->text + im->image[i].interpreter,
			    '\n');
		}
	} while ((by = image_next(im, by)) >= 0);
}
