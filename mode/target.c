/* SPDX-License-Identifier: MIT
 *
 * The file of a result: find it, try whether it can be written, lock it and
 * replace it.  The new file is written to the same folder, synced and renamed,
 * so that a reader sees the old policy or the new one, and a full disk keeps
 * the old one.  What is no policy is not replaced.  The default path is in
 * /tmp, where other users can create files, so there only a regular file that
 * this user owns is replaced.
 */
#include "mode/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>      /* rename(), nothing else */
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "format/format.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/sys.h"
#include "lib/util.h"
#include "mode/output.h"

enum {
	LINKS_MAX = 8,
	PATIENCE_MS = 10000,    /* for a lock, and for the reader of a FIFO */
	RETRY_MS = 10,
};

/* --- finding */

/* Replace a path by the target of its symbolic link until it is none. */
static int
follow_links(char *path)
{
	char link[PATH_MAX];
	char *slash;
	int i;

	for (i = 0; i < LINKS_MAX; i++) {
		if (sys_read_link(path, link, sizeof link) < 0)
			return errno == EINVAL || errno == ENOENT ? 0 : -1;
		slash = strrchr(path, '/');
		path[link[0] == '/' || !slash ? 0 : slash + 1 - path] = '\0';
		if (util_append(path, PATH_MAX, link) < 0)
			return -1;
	}
	errno = ELOOP;
	return -1;
}

/* Returns -1 and errno: EEXIST for a file that must not be replaced. */
static int
find_file(const struct output *o, struct target *t)
{
	t->exists = t->direct = false;
	_Static_assert(sizeof t->path == sizeof o->path, "can't be copied");
	memcpy(t->path, o->path, sizeof t->path);
	if (o->in_folder)
		memmove(t->path, util_base_name(t->path),
		    strlen(util_base_name(t->path)) + 1);
	if (!o->default_path && (IS_SMALL || !o->regular_only)) {
		/* Also for links like /proc/self/fd/1, whose text is no path.
		 * EACCES can mean a link that fs.protected_symlinks forbids to
		 * follow. */
		if (sys_stat(AT_FDCWD, t->path, 0, &t->st) == 0) {
			t->exists = t->direct = !S_ISREG(t->st.st_mode);
			if (t->direct)
				return 0;
		} else if (errno != ENOENT) {
			return -1;
		}
		if (follow_links(t->path) < 0)
			return -1;
	}
	if (sys_stat(AT_FDCWD, t->path, AT_SYMLINK_NOFOLLOW, &t->st) < 0)
		return errno == ENOENT ? 0 : -1;
	t->exists = true;
	errno = EEXIST;
	return S_ISREG(t->st.st_mode) &&
	    (!o->default_path || t->st.st_uid == geteuid()) ? 0 : -1;
}

static int
fail(const struct output *o)
{
	log_warn("%s:", o->path);
	return -1;
}

int
target_find(const struct output *o, struct target *t)
{
	if (find_file(o, t) == 0)
		return 0;
	if (errno != EEXIST)
		return fail(o);
	log_warn("%s: exists and is not a regular file%s; not replaced",
	    o->path, IS_SMALL || o->default_path ? " owned by this user" : "");
	return -1;
}

/* Read the beginning of a file.  Returns its format, as format_recognize(), and
 * errno, 0 if the file was read. */
static const char *
read_format(const struct target *t, bool written)
{
	static char head[FORMAT_HEAD_MAX + 1];
	ssize_t n = sys_read_text(sys_open(AT_FDCWD, t->path,
	    O_RDONLY | O_NOFOLLOW), head, sizeof head);

	if (n < 0)
		return NULL;
	errno = 0;
	return format_recognize(head, (size_t)n, written);
}

const char *
target_format(const struct output *o, bool written)
{
	static struct target t;

	return o->fd < 0 && find_file(o, &t) == 0 && t.exists && !t.direct ?
	    read_format(&t, written) : NULL;
}

/* Only what utrace wrote or an empty file is replaced. */
static int
check_content(const struct output *o, const struct target *t)
{
	if (IS_SMALL || !t->exists || t->direct || !t->st.st_size ||
	    read_format(t, true))
		return 0;
	if (errno)
		return fail(o);
	log_warn("%s: exists and is no policy that utrace wrote; not replaced",
	    o->path);
	return -1;
}

/* --- trying */

/* Create a file of a new name in the folder of path. */
static int
open_beside(const char *path, char *temp, size_t size)
{
	size_t dir = (size_t)(util_base_name(path) - path);
	unsigned i;
	int fd;

	for (i = 0; i < 100; i++) {
		memcpy(temp, path, dir);
		temp[dir] = '\0';
		if (util_append(temp, size, ".utrace-") < 0)
			return -1;
		util_append_number(temp, size, (unsigned)getpid() * 100 + i);
		fd = sys_open(AT_FDCWD, temp, O_WRONLY | O_CREAT | O_EXCL |
		    O_NOFOLLOW);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

int
target_try(const struct output *o)
{
	static struct target t;
	char temp[PATH_MAX + 32];
	int fd;

	if (target_find(o, &t) < 0 || check_content(o, &t) < 0)
		return -1;
	if (t.direct) {
		errno = EISDIR;
		return S_ISDIR(t.st.st_mode) || access(t.path, W_OK) < 0 ?
		    fail(o) : 0;
	}
	fd = open_beside(t.path, temp, sizeof temp);
	if (fd < 0)
		return fail(o);
	close(fd);
	unlink(temp);
	return 0;
}

/* --- locking */

/* The kernel drops the lock when its holder ends, by SIGKILL too.  A folder is
 * locked and not the file, which may not exist and which each recorder
 * replaces; nor a file beside it, which would stay behind.  Don't wait for
 * good: PROGRAM, which may wait for the tracer, can hold the lock. */
static int
lock_folder(const char *path)
{
	size_t len = (size_t)(util_base_name(path) - path);
	uint32_t start = sys_now_ms();
	char folder[PATH_MAX] = ".";
	int fd;

	if (len) {
		memcpy(folder, path, len);
		folder[len] = '\0';
	}
	fd = sys_open(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY);
	while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK &&
		    sys_now_ms() - start < PATIENCE_MS) {
			sys_sleep_ms(RETRY_MS);
			continue;
		}
		close(fd);
		return -1;
	}
	return fd;
}

int
target_lock(const struct output *o)
{
	static struct target t;
	static bool warned;
	int fd;

	if (o->fd >= 0 || find_file(o, &t) < 0 || t.direct)
		return -1;      /* writing says why */
	fd = lock_folder(t.path);
	if (fd < 0 && !warned && errno != ENOENT) {
		log_warn("%s: its folder can't be locked, so what another "
		    "recorder writes at the same time may be lost:", o->path);
		warned = true;
	}
	return fd;
}

bool
target_is(const struct output *o, const char *path)
{
	struct stat a, b;
	bool same;
	int lock;

	if (o->fd >= 0 || !o->path[0])
		return false;
	/* or another recorder could replace it between the two stats */
	lock = target_lock(o);
	same = sys_stat(AT_FDCWD, o->path, 0, &a) == 0 &&
	    sys_stat(AT_FDCWD, path, 0, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
	close(lock);
	return same;
}

/* --- writing */

/* Open for writing without waiting for good for the reader of a FIFO. */
static int
open_direct(const struct output *o, const char *path)
{
	uint32_t start = sys_now_ms();
	int fd;

	while ((fd = sys_open(AT_FDCWD, path,
	    O_WRONLY | O_TRUNC | O_NOCTTY | (IS_SMALL ? 0 : O_NONBLOCK))) < 0 &&
	    !IS_SMALL && errno == ENXIO && o->final &&
	    sys_now_ms() - start < PATIENCE_MS)
		sys_sleep_ms(RETRY_MS);
	if (!IS_SMALL && fd >= 0)
		syscall(SYS_fcntl, fd, F_SETFL, O_WRONLY);
	return fd;
}

static int
write_direct(const struct output *o, const struct policy *p, const char *path)
{
	int fd = open_direct(o, path), r;

	if (fd < 0)
		return !IS_SMALL && errno == ENXIO && !o->final ? 1 : -1;
	r = format_write(o->format, p, fd);
	return close(fd) < 0 ? -1 : r;
}

/* Spare the flash a file that it has already. */
static bool
is_written(const struct output *o, const struct policy *p, const char *path)
{
	struct out out;
	char more;
	int fd = sys_open(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW);
	bool same;

	if (fd < 0)
		return false;
	out_init(&out, fd);
	out.compares = true;
	o->format->write(&out, p);
	same = out_flush(&out) == 0 && read(fd, &more, 1) == 0;
	close(fd);
	return same;
}

static int
replace(const struct output *o, const struct policy *p, const struct target *t)
{
	char temp[PATH_MAX + 32];
	int fd = open_beside(t->path, temp, sizeof temp), error = 0;

	if (fd < 0)
		return -1;
	if (t->exists) {
		/* keep owner and mode, so that the same users can read it */
		syscall(SYS_fchownat, fd, "", t->st.st_uid, t->st.st_gid,
		    AT_EMPTY_PATH);
		syscall(SYS_fchmod, fd, t->st.st_mode & 07777);
	}
	if (format_write(o->format, p, fd) < 0 || fsync(fd) < 0)
		error = errno;
	if (close(fd) < 0 && !error)
		error = errno;
	if (!error && rename(temp, t->path) < 0)
		error = errno;
	if (error)
		unlink(temp);
	/* a file can be a mount point, as in containers; write into it */
	if (error == EBUSY && !o->default_path)
		return write_direct(o, p, t->path);
	errno = error;
	return error ? -1 : 0;
}

int
target_write(const struct output *o, const struct policy *p)
{
	static struct target t;
	int r;

	if (target_find(o, &t) < 0 || check_content(o, &t) < 0)
		return -1;
	if (t.direct)
		r = write_direct(o, p, t.path);
	else if (!IS_SMALL && t.exists && is_written(o, p, t.path))
		r = 0;
	else
		r = replace(o, p, &t);
	return r < 0 ? fail(o) : r;
}
