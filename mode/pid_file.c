/* SPDX-License-Identifier: MIT
 *
 * -P: the file that holds the PID of the tracer as long as there is one.
 */
#include "mode/pid_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/sys.h"
#include "lib/util.h"

/* The PID in a regular file; 0 if it is empty, or a device or FIFO.  Returns -1
 * and errno, 0 if it holds anything else. */
static long
read_pid(const char *path)
{
	char text[16];
	struct stat st;
	unsigned long pid = 0;
	ssize_t n;

	if (sys_stat(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, &st) < 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISREG(st.st_mode) || !st.st_size)
		return 0;
	errno = 0;
	n = sys_read_text(sys_open(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW), text,
	    sizeof text);
	if (n <= 0 || text[n - 1] != '\n')
		return -1;
	text[n - 1] = '\0';
	return util_parse_number(text, INT32_MAX, &pid) < 0 ? -1 : (long)pid;
}

int
pid_file_write(const char *path)
{
	struct out o;
	int fd = -1;

	if (IS_SMALL || read_pid(path) >= 0)
		fd = sys_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC |
		    O_NOFOLLOW | O_NONBLOCK);
	else if (errno == 0)
		errno = EEXIST;
	if (fd >= 0) {
		out_init(&o, fd);
		out_num(&o, getpid());
		out_char(&o, '\n');
		if (out_flush(&o) == 0 && close(fd) == 0)
			return 0;
	}
	log_warn("%s:", path);
	return -1;
}

void
pid_file_remove(const char *path)
{
	if (read_pid(path) == getpid())
		unlink(path);
}
