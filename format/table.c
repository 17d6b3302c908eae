/* SPDX-License-Identifier: MIT
 *
 * The table for people: what was called, how often and by whom, what was
 * added, what is to be looked at, and who executed whom.  Knows nothing of
 * taps.
 */
#include "format/writers.h"

#include <stdlib.h>
#include <string.h>

#include "format/call_name.h"
#include "image/image.h"
#include "lib/out.h"
#include "lib/sys.h"
#include "policy/args.h"
#include "policy/policy.h"
#include "policy/review.h"

enum {
	MIN_WIDTH = 40,
	W_COUNT = 8, W_SHARE = 6, MAX_BAR = 40, MIN_BY = 9,
};

/* a table being written, and the widths of its columns */
struct table {
	struct out *o;
	const struct policy *p;
	struct policy_list list;        /* by count */
	int width;
	bool colour;
	int count, call, bar, by;       /* 0: no such column */
	uint64_t total, most;           /* of all calls, of one */
	bool shown[IMAGES_MAX + 1];     /* this program and what it executed */
};

/* part of total in units of 1/scale; both are shifted into 32 bits first */
static unsigned
share(uint64_t part, uint64_t total, unsigned scale)
{
	while (scale && total > UINT32_MAX / scale) {
		total >>= 1;
		part >>= 1;
	}
	return total ? (uint32_t)part * scale / (uint32_t)total : 0;
}

static int
digits(uint64_t v)
{
	int n = 1;

	for (uint64_t ten = 10; v >= ten && n < 19; ten *= 10)
		n++;
	return n;
}

static void
number(const struct table *t, uint64_t v, int width)
{
	out_pad(t->o, ' ', width - digits(v));
	out_fmt(t->o, "%llu", (unsigned long long)v);
}

/* no more than width columns of what stands in a buffer; how many */
static int
cell(const struct table *t, const struct out *text, int width)
{
	int len = (int)text->len, i;
	char c;

	for (i = 0; i < len && i < width; i++) {
		c = '?';
		if (i == width - 1 && len > width)
			c = '~';
		else if ((unsigned char)text->buf[i] >= ' ')
			c = text->buf[i];
		out_char(t->o, c);
	}
	return i;
}

static void
paint(const struct table *t, const char *how)
{
	if (t->colour)
		out_fmt(t->o, "\033[%sm", how);
}

static void
heading(const struct table *t, const struct out *text)
{
	paint(t, "1");
	cell(t, text, t->width);
	paint(t, "");
	out_char(t->o, '\n');
}

static bool
is_row(const struct policy_call *c)
{
	return c->count || (c->reasons & REASON_SEEN);
}

static void
call_text(struct out *s, const struct policy_call *c)
{
	out_init(s, -1);
	call_name_write(s, c);
}

static void
program_text(struct out *s, const struct images *im, int i)
{
	char name[IMAGE_NAME_MAX];

	out_init(s, -1);
	out_str(s, image_unique_name(im, i, name));
}

/* as many of the programs that made the call as there is room for */
static void
made_by(const struct table *t, const struct policy_call *c)
{
	const struct images *im = t->p->images;
	int i = -1, room = t->by, n = 0, more = 0;
	struct out name;

	while ((i = image_next(im, i)) >= 0)
		n += image_has_call(im, i, c->abi, c->nr);
	if (n == im->n + im->has_others && n > 2) {
		out_str(t->o, " all");
		return;
	}
	while ((i = image_next(im, i)) >= 0) {
		if (!image_has_call(im, i, c->abi, c->nr))
			continue;
		program_text(&name, im, i);
		/* a blank before it, and " +63" behind it */
		if (more || (room < t->by && room < (int)name.len + 5)) {
			more++;
			continue;
		}
		out_char(t->o, ' ');
		room -= 1 + cell(t, &name, room - 5);
	}
	if (more)
		out_fmt(t->o, " +%d", more);
}

static void
row(const struct table *t, const struct policy_call *c)
{
	unsigned permille = share(c->count, t->total, 1000);
	/* the longest is the most frequent one's */
	int bar = (int)share(c->count, t->most, (unsigned)t->bar);
	struct out name;
	int n;

	number(t, c->count, t->count);
	number(t, permille / 10, W_SHARE - 2);
	out_fmt(t->o, ".%u%% ", permille % 10);
	call_text(&name, c);
	n = cell(t, &name, t->call);
	if (bar || t->by)
		out_pad(t->o, ' ', t->call - n + 1);
	paint(t, "32");
	out_pad(t->o, '#', bar);
	paint(t, "");
	if (t->by) {
		out_pad(t->o, ' ', t->bar - bar);
		made_by(t, c);
	}
	out_char(t->o, '\n');
}

/* the calls that were made, or are there for a reason; how many */
static int
count_rows(struct table *t)
{
	struct policy_call c;
	struct out name;
	int n = 0, i;

	for (i = 0; i < t->list.n; i++) {
		c = policy_list_call(&t->list, i);
		t->total += c.count;
		if (c.count > t->most)
			t->most = c.count;
		if (!is_row(&c))
			continue;
		n++;
		call_text(&name, &c);
		if ((int)name.len > t->call)
			t->call = (int)name.len;
	}
	return n;
}

static void
widths(struct table *t)
{
	int room;

	t->count = digits(t->total) > W_COUNT ? digits(t->total) : W_COUNT;
	room = t->width - t->count - W_SHARE - 2;
	if (t->call > room)
		t->call = room;
	room -= t->call;
	/* of one program all calls are its own */
	t->by = t->p->images && t->p->images->n > 1 ? room * 3 / 4 : 0;
	t->bar = room - t->by - 1;
	if (t->by < MIN_BY)
		t->by = 0;
	if (t->bar > MAX_BAR)
		t->bar = MAX_BAR;
	if (t->by)
		t->by = room - t->bar - 1;
	if (t->bar < 0)
		t->bar = 0;
}

static void
header(const struct table *t)
{
	struct out head;

	out_init(&head, -1);
	out_pad(&head, ' ', t->count - 5);
	out_str(&head, "count  share call");
	if (t->by) {
		out_pad(&head, ' ', t->call - 4 + t->bar + 2);
		out_str(&head, "by");
	}
	heading(t, &head);
}

/* why a call stands in a paragraph below; NULL: it does not */
static const char *
note(const struct policy_call *c, bool review)
{
	if (review)
		return review_reason(c->abi, c->nr);
	return is_row(c) ? NULL : call_name_reason(c);
}

/* position of the first call from there on that is noted for this reason; the
 * list's length: none */
static int
next_noted(const struct table *t, int i, bool review, const char *reason)
{
	struct policy_call c;
	const char *why;

	for (; i < t->list.n; i++) {
		c = policy_list_call(&t->list, i);
		why = note(&c, review);
		if (why && !strcmp(why, reason))
			break;
	}
	return i;
}

/* a paragraph for one reason */
static void
note_paragraph(const struct table *t, int i, bool review, const char *reason)
{
	int at = t->width;
	struct policy_call c;
	struct out name;

	out_fmt(t->o, "\n%s: %s", review ? "to review" : "not seen, but added",
	    reason);
	for (; i < t->list.n; i = next_noted(t, i + 1, review, reason)) {
		c = policy_list_call(&t->list, i);
		call_text(&name, &c);
		if (at + 1 + (int)name.len > t->width) {
			out_str(t->o, "\n ");
			at = 1;
		}
		out_char(t->o, ' ');
		at += 1 + cell(t, &name, t->width - 2);
	}
	out_char(t->o, '\n');
}

/* what was not seen, or what is to be looked at */
static void
notes(const struct table *t, bool review)
{
	struct policy_call c;
	const char *reason;
	int i;

	for (i = 0; i < t->list.n; i++) {
		c = policy_list_call(&t->list, i);
		reason = note(&c, review);
		if (reason && next_noted(t, 0, review, reason) == i)
			note_paragraph(t, i, review, reason);
	}
}

/* by the names of values, or as conditions where they have none */
static void
arguments(const struct table *t)
{
	const struct policy_rule *r = t->p->rules, *end = r + t->p->n_rules;
	struct policy_call c = { .nr = 0 };
	struct out text;

	if (r < end)
		out_str(t->o, "\nonly with these arguments\n");
	for (; r < end; r++) {
		c.nr = r->nr;
		c.abi = r->abi;
		call_text(&text, &c);
		if (!args_write_names(&text, " ", r, "")) {
			out_init(&text, -1);
			call_name_write_rule(&text, r);
		}
		out_str(t->o, "  ");
		cell(t, &text, t->width - 2);
		out_char(t->o, '\n');
	}
}

static int
kinds(const struct table *t, int i)
{
	struct policy_call c;
	int n = 0, k;

	for (k = 0; k < t->list.n; k++) {
		c = policy_list_call(&t->list, k);
		n += image_has_call(t->p->images, i, c.abi, c.nr);
	}
	return n;
}

/* one that was executed by another; its calls where it is shown first */
static void
program(const struct table *t, int by, int i, int depth)
{
	const struct images *im = t->p->images;
	int room = t->width - 3 * W_COUNT - 2;
	struct out text;

	number(t, image_exec_count(im, by, i), W_COUNT);
	if (t->shown[i]) {
		out_pad(t->o, ' ', 2 * W_COUNT);
	} else {
		number(t, im->image[i].calls, W_COUNT);
		number(t, (unsigned)kinds(t, i), W_COUNT);
	}
	depth = depth * 2 < room / 2 ? depth * 2 : room / 2;
	out_pad(t->o, ' ', 2 + depth);
	program_text(&text, im, i);
	if (t->shown[i])
		out_str(&text, " (see above)");
	else if (im->image[i].interpreter)
		out_fmt(&text, " (by %s)", im->text + im->image[i].interpreter);
	cell(t, &text, room - depth);
	out_char(t->o, '\n');
}

/* who executed whom, each one's own where it is shown first */
static void
programs(struct table *t)
{
	const struct images *im = t->p->images;
	int by[IMAGES_MAX + 2] = { -1 }, last[IMAGES_MAX + 2] = { -1 };
	int depth = 0, i;
	struct out head;

	out_char(t->o, '\n');
	out_init(&head, -1);
	out_str(&head, "   times   calls   kinds  program");
	heading(t, &head);
	while (depth >= 0) {
		i = last[depth] = image_next(im, last[depth]);
		if (i < 0) {
			depth--;
			continue;
		}
		if (!image_exec_count(im, by[depth], i))
			continue;
		program(t, by[depth], i, depth);
		if (t->shown[i])
			continue;
		t->shown[i] = true;
		by[++depth] = i;
		last[depth] = -1;
	}
}

static bool
wants_colour(const struct out *o)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return sys_terminal_width(o->fd) && !(no && *no) && term && *term &&
	    strcmp(term, "dumb") != 0;
}

void
table_write(struct out *o, const struct policy *p)
{
	struct table t = { .o = o, .p = p, .width = sys_terminal_width(o->fd),
	    .call = 4, .colour = wants_colour(o) };
	struct policy_call c;
	int n, i;

	if (!t.width)
		t.width = 80;
	if (t.width < MIN_WIDTH)
		t.width = MIN_WIDTH;
	policy_list_make(&t.list, p, BY_COUNT);
	n = count_rows(&t);
	widths(&t);
	if (p->incomplete)
		out_str(o, "# incomplete\n");
	header(&t);
	for (i = 0; i < t.list.n; i++) {
		c = policy_list_call(&t.list, i);
		if (is_row(&c))
			row(&t, &c);
	}
	number(&t, t.total, t.count);
	out_fmt(o, " 100.0%% %d kinds\n", n);
	notes(&t, false);
	arguments(&t);
	notes(&t, true);
	if (p->images && p->images->n > 1)
		programs(&t);
}
