/* SPDX-License-Identifier: MIT
 *
 * Messages: one line each, "utrace: what: why", on standard error.
 */
#include "lib/log.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "lib/errors.h"
#include "lib/out.h"

int log_fd = 2;

struct out *
log_begin(void)
{
	static struct out o;

	out_init(&o, log_fd);
	out_str(&o, "utrace: ");
	return &o;
}

void
log_end(struct out *o)
{
	out_char(o, '\n');
	if (log_fd >= 0)
		out_flush(o);
}

void
log_warn(const char *fmt, ...)
{
	size_t len = strlen(fmt);
	int saved = errno;
	struct out *o = log_begin();
	va_list ap;

	va_start(ap, fmt);
	out_vfmt(o, fmt, ap);
	va_end(ap);
	if (len && fmt[len - 1] == ':') {
		out_char(o, ' ');
		out_str(o, error_text(saved));
	}
	log_end(o);
	errno = saved;
}
