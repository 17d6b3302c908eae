/* SPDX-License-Identifier: MIT
 *
 * Where and when the result is written.  A new file is written to the same
 * folder, synced and renamed, so that a reader sees the old policy or the new
 * one, and a full disk keeps the old one.  The default path is in /tmp, where
 * other users can create files, so there only a regular file that this user
 * owns is replaced.
 */
#include "mode/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>      /* rename(), nothing else */
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "format/format.h"
#include "format/writers.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/sys.h"
#include "lib/util.h"
#include "mode/input.h"
#include "mode/per_exe.h"
#include "policy/policy.h"

enum { LINKS_MAX = 8 };

static int
append(char *path, size_t size, const char *s)
{
	size_t len = strlen(path), n = strlen(s);

	if (len + n >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path + len, s, n + 1);
	return 0;
}

static void
append_num(char *path, size_t size, unsigned v)
{
	char digits[11], *p = digits + sizeof digits;

	*--p = '\0';
	do
		*--p = (char)('0' + v % 10);
	while (v /= 10);
	append(path, size, p);
}

void
output_default_path(struct output *o, const char *program, pid_t pid)
{
	struct out path;

	o->default_path = true;
	out_init(&path, -1);
	out_str(&path, "/tmp/");
	if (program) {
		out_safe(&path, util_base_name(program), OUT_NAME_MAX);
		out_char(&path, '.');
	}
	out_fmt(&path, "%d.%s", (int)pid, o->extension ? o->extension :
	    o->format->extension);
	out_char(&path, '\0');
	memcpy(o->path, path.buf, path.len);
}

int
output_path_in(struct output *o, const char *folder, const char *name)
{
	o->path[0] = '\0';
	if (append(o->path, sizeof o->path, folder) < 0 ||
	    append(o->path, sizeof o->path, "/") < 0 ||
	    append(o->path, sizeof o->path, name) < 0 ||
	    append(o->path, sizeof o->path, ".") < 0)
		return -1;
	return append(o->path, sizeof o->path, o->format->extension);
}

static int
render(const struct format *f, const struct policy *p, int fd)
{
	struct out out;

	out_init(&out, fd);
	f->write(&out, p);
	return out_flush(&out);
}

static int
write_to(const struct output *o, const struct policy *p, const char *path)
{
	int fd = sys_open(AT_FDCWD, path, O_WRONLY | O_TRUNC | O_NOCTTY);

	if (fd < 0)
		return -1;
	if (render(o->format, p, fd) < 0) {
		close(fd);
		return -1;
	}
	return close(fd);
}

/* Replace a path by the target of its symbolic link until it is none. */
static int
follow_links(char *path, size_t size)
{
	char target[PATH_MAX];
	char *slash;
	ssize_t n;
	int i;

	for (i = 0; i < LINKS_MAX; i++) {
		n = readlink(path, target, sizeof target - 1);
		if (n < 0)
			return errno == EINVAL || errno == ENOENT ? 0 : -1;
		target[n] = '\0';
		slash = strrchr(path, '/');
		path[target[0] == '/' || !slash ? 0 : slash + 1 - path] = '\0';
		if (append(path, size, target) < 0)
			return -1;
	}
	errno = ELOOP;
	return -1;
}

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
		if (append(temp, size, ".utrace-") < 0)
			return -1;
		append_num(temp, size, (unsigned)getpid() * 100 + i);
		fd = sys_open(AT_FDCWD, temp, O_WRONLY | O_CREAT | O_EXCL |
		    O_NOFOLLOW);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

static int
replace(const struct output *o, const struct policy *p, const char *path,
    const struct stat *old)
{
	char temp[PATH_MAX + 32];
	int fd, error = 0;

	if (strlen(path) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open_beside(path, temp, sizeof temp);
	if (fd < 0)
		return -1;
	if (old) {
		/* keep owner and mode, so that the same users can read it */
		syscall(SYS_fchownat, fd, "", old->st_uid, old->st_gid,
		    AT_EMPTY_PATH);
		syscall(SYS_fchmod, fd, old->st_mode & 07777);
	}
	if (render(o->format, p, fd) < 0 || fsync(fd) < 0)
		error = errno;
	if (close(fd) < 0 && !error)
		error = errno;
	if (!error && rename(temp, path) < 0)
		error = errno;
	if (error)
		unlink(temp);
	/* a file can be a mount point, as in containers; write into it */
	if (error == EBUSY)
		return write_to(o, p, path);
	errno = error;
	return error ? -1 : 0;
}

static int
write_path(const struct output *o, const struct policy *p)
{
	static char path[PATH_MAX];
	struct stat st;

	path[0] = '\0';
	if (append(path, sizeof path, o->path) < 0)
		return -1;
	if (!o->default_path && !o->regular_only) {
		/* also for links like /proc/self/fd/1, whose text is no path */
		if (sys_stat(AT_FDCWD, path, 0, &st) == 0 &&
		    !S_ISREG(st.st_mode))
			return write_to(o, p, path);
		if (follow_links(path, sizeof path) < 0)
			return -1;
	}
	if (sys_stat(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, &st) < 0)
		return errno == ENOENT ? replace(o, p, path, NULL) : -1;
	if (S_ISREG(st.st_mode) && (!o->default_path || st.st_uid == geteuid()))
		return replace(o, p, path, &st);
	errno = EEXIST;
	return -1;
}

/* In a file, the next result replaces the last unless something else was
 * written after it.  With O_APPEND results follow each other, because the
 * offset before a write does not tell where the result begins. */
static int
write_descriptor(const struct output *o, const struct policy *p)
{
	static off_t begin, end = -1;
	long flags = syscall(SYS_fcntl, o->fd, F_GETFL);

	if (!(flags & O_APPEND) && lseek(o->fd, 0, SEEK_CUR) == end &&
	    ftruncate(o->fd, begin) == 0)
		lseek(o->fd, begin, SEEK_SET);
	begin = lseek(o->fd, 0, SEEK_CUR);
	if (render(o->format, p, o->fd) < 0)
		return -1;
	end = lseek(o->fd, 0, SEEK_CUR);
	return 0;
}

int
output_write(const struct output *o, const struct policy *p)
{
	if (o->fd >= 0) {
		if (write_descriptor(o, p) == 0)
			return 0;
		log_warn("descriptor %d:", o->fd);
	} else {
		if (write_path(o, p) == 0)
			return 0;
		if ((o->default_path || o->regular_only) && errno == EEXIST)
			log_warn("%s: exists and is not a regular file%s; not "
			    "replaced", o->path, o->default_path ?
			    " owned by this user" : "");
		else
			log_warn("%s:", o->path);
	}
	return -1;
}

void
output_rescue(const struct output *o, const struct policy *p)
{
	if (log_fd < 0 || o->fd == log_fd)
		return;
	log_warn("this is the result, which could not be written");
	/* bpf is binary, and its filter may be what is too large */
	render(!IS_SMALL && o->format->write == bpf_write ?
	    format_by_name("list") : o->format, p, log_fd);
}

int
output_merge_old(const struct output *o, struct policy *p)
{
	struct stat st;
	bool exists;

	if (!o->merge)
		return 0;
	exists = sys_stat(AT_FDCWD, o->path, 0, &st) == 0;
	if (exists && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return 0;
	if (!IS_SMALL)
		return input_merge(p, o->path);
	if (!exists || (S_ISREG(st.st_mode) && st.st_size == 0))
		return 0;
	log_warn("%s: exists, and this build can't add to a policy", o->path);
	return -1;
}

void
output_add_unseen(const struct output *o, struct policy *p)
{
	if (o->observed_only)
		return;
	policy_add_always(p);
	if (!IS_SMALL)
		input_widen(p, o->widenings);
}

/* switch_root changes the root of process 1, not of the tracer: enter the file
 * system that was mounted over the old root.  Needs no /proc. */
static void
follow_root(void)
{
	struct stat own, top;

	if (sys_stat(AT_FDCWD, "/", 0, &own) == 0 &&
	    sys_stat(AT_FDCWD, "/..", 0, &top) == 0 &&
	    (own.st_dev != top.st_dev || own.st_ino != top.st_ino) &&
	    chdir("/..") == 0 && chroot(".") < 0)
		log_warn("chroot:");
}

void
output_save(struct output *o, const struct policy *recorded,
    struct policy *written, uint64_t calls)
{
	if (!o->wanted && !o->folder)
		return;
	/* the reader of a pipe must not get the same result twice */
	if (o->final && calls && calls == o->calls_written)
		return;
	if (o->for_init)
		follow_root();
	o->failed = !IS_SMALL && o->folder &&
	    per_exe_write(o, recorded, written) < 0;
	*written = *recorded;
	output_add_unseen(o, written);
	/* Merge again: another service's recording may have replaced the file.
	 * Don't widen again: in formats without argument rules each widening
	 * would add more. */
	if (o->wanted && (output_merge_old(o, written) < 0 ||
	    output_write(o, written) < 0)) {
		o->failed = true;
		if (o->final)
			output_rescue(o, written);
	} else if (IS_SMALL) {
		o->merge = false;       /* the file is this run's own now */
	}
	o->calls_written = o->failed ? 0 : calls;
}
