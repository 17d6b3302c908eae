/* SPDX-License-Identifier: MIT
 *
 * The table for people: each call with its count and the programs that made it,
 * the calls that were added, what to review, and which program executed which.
 * Nothing reads it back.
 */
#include "format/writers.h"

#include <string.h>

#include "format/call_name.h"
#include "image/image.h"
#include "image/reach.h"
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
	bool shown[IMAGES_MAX + 1];     /* was this program written already? */
};

/* A part of a total in units of 1/scale.  Both are shifted into 32 bits. */
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
	struct out s;

	out_init(&s, -1);
	out_num(&s, (int64_t)v);
	return (int)s.len;
}

static void
write_number(const struct table *t, uint64_t v, int width)
{
	out_pad(t->o, ' ', width - digits(v));
	out_fmt(t->o, "%llu", (unsigned long long)v);
}

/* Write at most width columns of a buffer, which holds printable ASCII only.
 * Returns how many. */
static int
write_cell(const struct table *t, const struct out *text, int width)
{
	int len = (int)text->len, i;

	for (i = 0; i < len && i < width; i++)
		out_mem(t->o, i == width - 1 && len > width ? "~" :
		    text->buf + i, 1);
	return i;
}

static void
set_colour(const struct table *t, const char *how)
{
	if (t->colour)
		out_fmt(t->o, "\033[%sm", how);
}

static void
write_heading(const struct table *t, const struct out *text)
{
	set_colour(t, "1");
	write_cell(t, text, t->width);
	set_colour(t, "");
	out_char(t->o, '\n');
}

static bool
is_row(const struct policy_call *c)
{
	return c->count || (c->reasons & REASON_SEEN);
}

static void
format_call(struct out *s, const struct policy_call *c)
{
	out_init(s, -1);
	call_name_write(s, c);
}

static void
format_program(struct out *s, const struct images *im, int i)
{
	char name[IMAGE_NAME_MAX];

	out_init(s, -1);
	out_str(s, image_unique_name(im, i, name));
}

/* Write as many of the programs that made the call as there is room for. */
static void
write_callers(const struct table *t, const struct policy_call *c)
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
		format_program(&name, im, i);
		/* room for a blank, and for " +63" */
		if (more || (room < t->by && room < (int)name.len + 5)) {
			more++;
			continue;
		}
		out_char(t->o, ' ');
		room -= 1 + write_cell(t, &name, room - 5);
	}
	if (more)
		out_fmt(t->o, " +%d", more);
}

static void
write_row(const struct table *t, const struct policy_call *c)
{
	unsigned permille = share(c->count, t->total, 1000);
	/* the most frequent call has the longest bar */
	int bar = (int)share(c->count, t->most, (unsigned)t->bar);
	struct out name;
	int n;

	write_number(t, c->count, t->count);
	if (t->p->merged) {
		out_fmt(t->o, " of %d ", t->p->merged);
		out_pad(t->o, ' ', W_SHARE - 3 -
		    digits((unsigned)t->p->merged));
	} else {
		write_number(t, permille / 10, W_SHARE - 2);
		out_fmt(t->o, ".%u%% ", permille % 10);
	}
	format_call(&name, c);
	n = write_cell(t, &name, t->call);
	if (bar || t->by)
		out_pad(t->o, ' ', t->call - n + 1);
	set_colour(t, "32");
	out_pad(t->o, '#', bar);
	set_colour(t, "");
	if (t->by) {
		out_pad(t->o, ' ', t->bar - bar);
		write_callers(t, c);
	}
	out_char(t->o, '\n');
}

/* Count the calls that get a row, and sum up what the columns need. */
static int
count_rows(struct table *t)
{
	struct policy_call c;
	struct out name;
	int n = 0, i;

	for (i = 0; policy_list_call(&t->list, i, &c); i++) {
		t->total += c.count;
		if (c.count > t->most)
			t->most = c.count;
		if (!is_row(&c))
			continue;
		n++;
		format_call(&name, &c);
		if ((int)name.len > t->call)
			t->call = (int)name.len;
	}
	return n;
}

static void
set_widths(struct table *t)
{
	int room;

	t->count = digits(t->total) > W_COUNT ? digits(t->total) : W_COUNT;
	room = t->width - t->count - W_SHARE - 2;
	if (t->call > room)
		t->call = room;
	room -= t->call;
	/* with one program, all calls are its own */
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
write_table_header(const struct table *t)
{
	struct out head;

	out_init(&head, -1);
	out_pad(&head, ' ', t->count - 5);
	out_str(&head, "count  share call");
	if (t->by) {
		out_pad(&head, ' ', t->call - 4 + t->bar + 2);
		out_str(&head, "by");
	}
	write_heading(t, &head);
}

/* The reason why a call is listed below the rows, or NULL.  review: in the
 * paragraphs about what to review, not about what was added. */
static const char *
note_for(const struct policy_call *c, bool review)
{
	if (review)
		return review_reason(c->abi, c->nr);
	return is_row(c) ? NULL : call_name_reason(c);
}

/* Index of the first call from index i on that is listed for this reason; the
 * list's length if there is none. */
static int
next_noted_call(const struct table *t, int i, bool review,
    const char *reason)
{
	struct policy_call c;
	const char *why;

	for (; policy_list_call(&t->list, i, &c); i++) {
		why = note_for(&c, review);
		if (why && !strcmp(why, reason))
			break;
	}
	return i;
}

/* Write the paragraph of a reason; i is the index of its first call. */
static void
write_note(const struct table *t, int i, bool review, const char *reason)
{
	int at = t->width;
	struct policy_call c;
	struct out name;

	out_fmt(t->o, "\n%s: %s", review ? "to review" : "not seen, but added",
	    reason);
	for (; policy_list_call(&t->list, i, &c);
	    i = next_noted_call(t, i + 1, review, reason)) {
		format_call(&name, &c);
		if (at + 1 + (int)name.len > t->width) {
			out_str(t->o, "\n ");
			at = 1;
		}
		out_char(t->o, ' ');
		at += 1 + write_cell(t, &name, t->width - 2);
	}
	out_char(t->o, '\n');
}

/* Write a paragraph for each reason. */
static void
write_notes(const struct table *t, bool review)
{
	struct policy_call c;
	const char *reason;
	int i;

	for (i = 0; policy_list_call(&t->list, i, &c); i++) {
		reason = note_for(&c, review);
		if (reason && next_noted_call(t, 0, review, reason) == i)
			write_note(t, i, review, reason);
	}
}

/* Write the argument rules, with the names of their values if they have any. */
static void
write_arguments(const struct table *t)
{
	const struct policy_rule *r = t->p->rules, *end = r + t->p->n_rules;
	struct policy_call c = { .nr = 0 };
	struct out text;

	if (r < end)
		out_str(t->o, "\nonly with these arguments\n");
	for (; r < end; r++) {
		c.nr = r->nr;
		c.abi = r->abi;
		format_call(&text, &c);
		if (!args_write_names(&text, " ", r, "")) {
			out_init(&text, -1);
			call_name_write_rule(&text, r);
		}
		out_str(t->o, "  ");
		write_cell(t, &text, t->width - 2);
		out_char(t->o, '\n');
	}
}

static int
count_kinds(const struct table *t, int i)
{
	struct policy_call c;
	int n = 0, k;

	for (k = 0; policy_list_call(&t->list, k, &c); k++) {
		n += image_has_call(t->p->images, i, c.abi, c.nr);
	}
	return n;
}

/* Write a program that another executed; its calls only the first time. */
static void
write_program(const struct table *t, int by, int i, int depth)
{
	const struct images *im = t->p->images;
	int room = t->width - 3 * W_COUNT - 2;
	struct out text;

	write_number(t, image_exec_count(im, by, i), W_COUNT);
	if (t->shown[i]) {
		out_pad(t->o, ' ', 2 * W_COUNT);
	} else {
		write_number(t, im->image[i].calls, W_COUNT);
		write_number(t, (unsigned)count_kinds(t, i), W_COUNT);
	}
	depth = depth * 2 < room / 2 ? depth * 2 : room / 2;
	out_pad(t->o, ' ', 2 + depth);
	format_program(&text, im, i);
	if (t->shown[i])
		out_str(&text, " (see above)");
	else if (im->image[i].interpreter)
		out_fmt(&text, " (by %s)", im->text + im->image[i].interpreter);
	write_cell(t, &text, room - depth);
	out_char(t->o, '\n');
}

/* Write the tree of executions; what a program executed only the first time. */
static void
write_programs(struct table *t)
{
	const struct images *im = t->p->images;
	int by[IMAGES_MAX + 2] = { -1 }, last[IMAGES_MAX + 2] = { -1 };
	int depth = 0, i;
	struct out head;

	out_char(t->o, '\n');
	out_init(&head, -1);
	out_str(&head, "   times   calls   kinds  program");
	write_heading(t, &head);
	while (depth >= 0) {
		i = last[depth] = image_next(im, last[depth]);
		if (i < 0) {
			depth--;
			continue;
		}
		if (!image_exec_count(im, by[depth], i))
			continue;
		write_program(t, by[depth], i, depth);
		if (t->shown[i])
			continue;
		t->shown[i] = true;
		by[++depth] = i;
		last[depth] = -1;
	}
}

void
table_write(struct out *o, const struct policy *p)
{
	struct table t = { .o = o, .p = p, .width = sys_terminal_width(o->fd),
	    .call = 4, .colour = sys_has_escapes(o->fd) };
	struct policy_call c;
	int n, i;

	if (!t.width)
		t.width = 80;
	if (t.width < MIN_WIDTH)
		t.width = MIN_WIDTH;
	policy_list_make(&t.list, p, BY_COUNT);
	n = count_rows(&t);
	if (p->merged)
		t.total = (unsigned)p->merged;
	set_widths(&t);
	if (p->incomplete)
		out_str(o, "# incomplete\n");
	write_table_header(&t);
	for (i = 0; policy_list_call(&t.list, i, &c); i++) {
		if (is_row(&c))
			write_row(&t, &c);
	}
	write_number(&t, t.total, t.count);
	out_fmt(o, " 100.0%% %d %s\n", n, n == 1 ? "kind" : "kinds");
	write_notes(&t, false);
	write_arguments(&t);
	write_notes(&t, true);
	if (p->reach && reach_write_hints(o, p, p->reach, true,
	    "\nnot seen, but possible, likeliest first\n  ", "\n  "))
		out_char(o, '\n');
	if (p->images && p->images->n > 1)
		write_programs(&t);
}
