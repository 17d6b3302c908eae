/* SPDX-License-Identifier: MIT
 *
 * -x: a folder with a policy for each program, and a table of which program
 * executed which.  What the folder has of earlier runs is kept and added to.
 */
#include "mode/per_exe.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/caps.h"
#include "format/format.h"
#include "format/writers.h"
#include "image/image.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/sys.h"
#include "lib/util.h"
#include "mode/output.h"
#include "mode/target.h"
#include "policy/policy.h"

int
per_exe_make_folder(const char *path)
{
	struct stat st;
	int r = mkdir(path, 0777);

	if (r < 0 && errno == EEXIST &&
	    sys_stat(AT_FDCWD, path, 0, &st) == 0) {
		errno = ENOTDIR;
		r = S_ISDIR(st.st_mode) ? access(path, W_OK | X_OK) : -1;
	}
	if (r < 0)
		log_warn("%s:", path);
	return r;
}

/* exec.tsv of an earlier run, or of another recorder */
static const char *old_path;

/* Write the lines of a file, but its header, and none of which there are newer
 * ones for these programs. */
static void
copy_old_lines(struct out *o, const struct policy *p, int fd)
{
	static char text[1 << 16];
	bool header = true;
	char *line, *end;
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, text + len, sizeof text - 1 - len)) > 0) {
		len += (size_t)n;
		text[len] = '\0';
		for (line = text; (end = strchr(line, '\n')); line = end + 1) {
			if (!header && !exec_tsv_has(p, line))
				out_mem(o, line, (size_t)(end + 1 - line));
			header = false;
		}
		len -= (size_t)(line - text);
		memmove(text, line, len);
	}
}

static void
write_exec_tsv(struct out *o, const struct policy *p)
{
	int fd = sys_open(AT_FDCWD, old_path,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK);

	exec_tsv_write(o, p);
	if (fd < 0)
		return;
	copy_old_lines(o, p, fd);
	close(fd);
}

static const struct format exec_tsv = {
	.extension = "tsv", .write = write_exec_tsv,
};

/* a file in the folder; its path is that of a file of this name and format */
static int
find_file_of(const struct output *o, const struct format *format,
    const char *name, struct output *file)
{
	const struct format *old;

	*file = (struct output){
		.fd = -1, .regular_only = true, .format = format,
		.format_chosen = true,
	};
	if (output_path_in(file, o->folder, name) < 0) {
		log_warn("%s/%s:", o->folder, name);
		return -1;
	}
	/* what can't be read is replaced */
	old = output_old_format(file, true);
	file->merge = old && old->caps & CAPS_IS_READ;
	if (old && !o->format_chosen && format != &exec_tsv)
		file->format = old;
	return 0;
}

int
per_exe_try(const struct output *o)
{
	static struct output file;

	return find_file_of(o, &exec_tsv, "exec", &file) < 0 ? -1 :
	    target_try(&file);
}

static int
write_file(const struct output *o, const struct format *format,
    const char *name, struct policy *p)
{
	static struct output file;

	if (find_file_of(o, format, name, &file) == 0) {
		if (format == &exec_tsv)
			old_path = file.path;
		if (output_merge_old(&file, p) == 0 &&
		    output_write(&file, p) == 0)
			return 0;
	}
	if (o->final)
		output_rescue(&file, p);
	return -1;
}

int
per_exe_write(const struct output *o, const struct policy *recorded,
    struct policy *scratch)
{
	static struct output file;
	char name[IMAGE_NAME_MAX];
	int i = -1, failed = per_exe_make_folder(o->folder), lock = -1;

	if (find_file_of(o, &exec_tsv, "exec", &file) == 0)
		lock = target_lock(&file);
	while ((i = image_next(recorded->images, i)) >= 0) {
		policy_copy(scratch, recorded);
		image_restrict_policy(scratch, i, o->keep_known);
		/* A program that is started alone needs its own policy to allow
		 * its execve.  PROGRAM's execve was recorded. */
		if (o->exec_scope && i)
			policy_add_name(scratch, 0, "execve", REASON_SEEN);
		output_add_unseen(o, scratch, i);
		failed |= write_file(o, o->format,
		    image_unique_name(recorded->images, i, name), scratch);
	}
	policy_copy(scratch, recorded);
	failed |= write_file(o, &exec_tsv, "exec", scratch);
	if (lock >= 0)
		close(lock);
	return failed;
}
