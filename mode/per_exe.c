/* SPDX-License-Identifier: MIT
 *
 * -x: a folder with a policy for each program, and a table of which program
 * executed which.
 */
#include "mode/per_exe.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/format.h"
#include "format/writers.h"
#include "image/image.h"
#include "lib/log.h"
#include "lib/sys.h"
#include "mode/output.h"
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

static int
write_file(const struct output *o, const struct format *format,
    const char *name, const struct policy *p)
{
	static struct output file;

	file.fd = -1;
	file.regular_only = true;
	file.format = format;
	if (output_path_in(&file, o->folder, name) < 0)
		log_warn("%s/%s:", o->folder, name);
	else if (output_write(&file, p) == 0)
		return 0;
	if (o->final)
		output_rescue(&file, p);
	return -1;
}

int
per_exe_write(const struct output *o, const struct policy *recorded,
    struct policy *scratch)
{
	static const struct format tsv = {
		.extension = "tsv", .write = exec_tsv_write,
	};
	char name[IMAGE_NAME_MAX];
	int i = -1, failed = per_exe_make_folder(o->folder);

	while ((i = image_next(recorded->images, i)) >= 0) {
		*scratch = *recorded;
		image_restrict_policy(scratch, i, o->keep_known);
		/* A program that is started alone needs its own policy to allow
		 * its execve.  PROGRAM's execve was recorded. */
		if (o->exec_scope && i)
			policy_add_name(scratch, 0, "execve", REASON_SEEN);
		output_add_unseen(o, scratch);
		failed |= write_file(o, o->format,
		    image_unique_name(recorded->images, i, name), scratch);
	}
	return failed | write_file(o, &tsv, "exec", recorded);
}
