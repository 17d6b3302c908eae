/* SPDX-License-Identifier: MIT
 *
 * Write which program executed which, and how often: a header, and a line for
 * each pair with the executor, the program, the times, the path and, for a
 * script, the interpreter, with tabs between.
 */
#include "format/writers.h"

#include <stddef.h>
#include <string.h>

#include "image/image.h"
#include "lib/out.h"
#include "policy/policy.h"

/* A tab or newline in a path would break the line.  Don't cut the path. */
static void
write_whole_path(struct out *o, const char *path, char after)
{
	out_safe(o, path, 4 * IMAGE_PATHS_MAX);
	out_char(o, after);
}

static const char *
executor_name(const struct images *im, int by, char *name)
{
	return by == IMAGE_NOBODY ? "-" : image_unique_name(im, by, name);
}

/* Is this the line of by and i, however often and with whatever path? */
static bool
is_line_of(const struct images *im, int by, int i, const char *line)
{
	char name[IMAGE_NAME_MAX];
	const char *executor = executor_name(im, by, name);
	size_t len;

	len = strlen(executor);
	if (strncmp(line, executor, len) != 0 || line[len] != '\t')
		return false;
	line += len + 1;
	len = strlen(image_unique_name(im, i, name));
	return !strncmp(line, name, len) && line[len] == '\t';
}

bool
exec_tsv_has(const struct policy *p, const char *line)
{
	const struct images *im = p->images;
	int by = IMAGE_NOBODY, i;

	do
		for (i = -1; (i = image_next(im, i)) >= 0;)
			if (image_exec_count(im, by, i) &&
			    is_line_of(im, by, i, line))
				return true;
	while ((by = image_next(im, by)) >= 0);
	return false;
}

void
exec_tsv_write(struct out *o, const struct policy *p)
{
	const struct images *im = p->images;
	char name[IMAGE_NAME_MAX];
	int by = IMAGE_NOBODY, i;

	out_str(o, "by\tprogram\ttimes\tpath\tinterpreter\n");
	do {
		for (i = -1; (i = image_next(im, i)) >= 0;) {
			if (!image_exec_count(im, by, i))
				continue;
			out_str(o, executor_name(im, by, name));
			out_char(o, '\t');
			out_str(o, image_unique_name(im, i, name));
			out_char(o, '\t');
			out_num(o, image_exec_count(im, by, i));
			out_char(o, '\t');
			write_whole_path(o, image_path(im, i), '\t');
			write_whole_path(o, image_interpreter(im, i), '\n');
		}
	} while ((by = image_next(im, by)) >= 0);
}
