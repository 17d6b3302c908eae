/* SPDX-License-Identifier: MIT
 *
 * Messages: one line each, "utrace: what: why", on standard error and in the
 * system log.
 */
#include "lib/log.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "lib/errors.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/sys.h"

int log_fd = 2;
bool log_to_syslog;

static bool shows_line;

void
log_erase_line(void)
{
	if (shows_line)
		sys_write_all(log_fd, "\r\033[K", 4);
	shows_line = false;
}

void
log_show_line(struct out *o)
{
	/* in the last column, some terminals begin a new line */
	size_t room = (size_t)sys_terminal_width(log_fd) - 1;

	sys_write_all(log_fd, o->buf, o->len < room ? o->len : room);
	shows_line = true;
}

struct out *
log_begin(void)
{
	static struct out o;

	if (!IS_SMALL)
		log_erase_line();
	out_init(&o, log_fd);
	out_str(&o, "utrace: ");
	return &o;
}

/* Facility daemon, level warning.  Without a time, because every daemon then
 * adds its own.  Never wait: the daemon may be a tracee. */
static void
send_to_syslog(const struct out *o)
{
	char text[4 + sizeof o->buf] = "<28>";
	int saved = errno;

	memcpy(text + 4, o->buf, o->len);
	sys_send_to_log(text, 4 + o->len);
	errno = saved;
}

void
log_end(struct out *o)
{
	if (!IS_SMALL && (log_to_syslog || log_fd < 0))
		send_to_syslog(o);
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
