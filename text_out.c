/* SPDX-License-Identifier: MIT
 *
 * The formats that are not JSON: the list and the table for people.  Knows
 * nothing of taps.
 */
#include "util.h"
#include "abi.h"
#include "policy.h"
#include "text_out.h"

#include <string.h>

static struct policy_call calls[POLICY_CALLS_MAX];

static const char *
reason(const struct policy_call *c)
{
	if (c->why & WHY_SEEN)
		return NULL;
	return c->why & WHY_KNOWN ? "known" : "always";
}

/* "openat", "i386:open", "99999" */
static void
write_call(struct out *o, const struct policy_call *c)
{
	const char *name = abi_name(c->abi, c->nr);

	if (c->abi) {
		out_str(o, abis[c->abi].name);
		out_char(o, ':');
	}
	if (name)
		out_str(o, name);
	else
		out_num(o, (int32_t)c->nr);
}

void
text_list(struct out *o, const struct policy *p)
{
	int n = policy_list(p, BY_NAME, calls), i;
	const char *why;

	if (p->incomplete)
		out_str(o, "# incomplete\n");
	for (i = 0; i < n; i++) {
		write_call(o, &calls[i]);
		why = reason(&calls[i]);
		if (why)
			out_fmt(o, "\t%s", why);
		out_char(o, '\n');
	}
}

/* part of total in units of 1/scale; both are shifted into 32 bits first */
static unsigned
share(uint64_t part, uint64_t total, unsigned scale)
{
	while (total > UINT32_MAX / scale) {
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

enum { W_COUNT = 10, W_SHARE = 6, W_CALL = 24, W_REASON = 8, W_GAPS = 4 };

static void
table_row(struct out *o, const struct policy_call *c, uint64_t total, int width)
{
	unsigned permille = share(c->count, total, 1000);
	int bar = (int)share(c->count, total, (unsigned)width);
	const char *why = reason(c);

	out_pad(o, ' ', W_COUNT - digits(c->count));
	out_fmt(o, "%llu ", (unsigned long long)c->count);
	out_pad(o, ' ', W_SHARE - 3 - digits(permille / 10));
	out_fmt(o, "%u.%u%% ", permille / 10, permille % 10);
	out_pad(o, '#', bar);
	out_pad(o, ' ', width - bar + 1);
	write_call(o, c);
	if (why)
		out_fmt(o, "  (%s)", why);
	out_char(o, '\n');
}

void
text_table(struct out *o, const struct policy *p)
{
	int n = policy_list(p, BY_COUNT, calls), i;
	int width = terminal_width(o->fd);
	uint64_t total = 0;

	if (!width)
		width = 80;
	width -= W_COUNT + W_SHARE + W_CALL + W_REASON + W_GAPS;
	if (width < 4)
		width = 4;
	if (width > 50)
		width = 50;
	for (i = 0; i < n; i++)
		total += calls[i].count;
	if (p->incomplete)
		out_str(o, "# incomplete\n");
	out_pad(o, ' ', W_COUNT - 5);
	out_str(o, "count  share ");
	out_pad(o, ' ', width);
	out_str(o, " call\n");
	for (i = 0; i < n; i++)
		table_row(o, &calls[i], total, width);
	out_pad(o, ' ', W_COUNT - digits(total));
	out_fmt(o, "%llu 100.0%% ", (unsigned long long)total);
	out_pad(o, ' ', width);
	out_fmt(o, " %d calls\n", n);
}
