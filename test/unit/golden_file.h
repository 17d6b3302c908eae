/* SPDX-License-Identifier: MIT
 *
 * A golden file: what a test must write, byte for byte.  Include unit.h first.
 */
#include <fcntl.h>

static int file;                /* what was written */

/* the file's text; NULL if there is none */
static const char *
golden(const char *name)
{
	static char text[1 << 17];
	char path[128];
	ssize_t n;
	int fd;

	sprintf(path, "golden/%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return NULL;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	if (n < 0)
		return NULL;
	text[n] = '\0';
	return text;
}

static void
update(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	sprintf(path, "golden/%s", name);
	f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		die(path);
}

/* the first line that differs */
static void
compare(const char *name, const char *got, const char *want)
{
	int line = 1;
	size_t i = 0, begin = 0;

	if (getenv("GOLDEN_UPDATE")) {
		update(name, got);
		return;
	}
	if (!want) {
		check(false, name, "no golden/%s", name);
		return;
	}
	for (; got[i] == want[i] && got[i]; i++)
		if (got[i] == '\n') {
			line++;
			begin = i + 1;
		}
	check(got[i] == want[i], name, "line %d is [%.*s], not [%.*s]", line,
	    (int)strcspn(got + begin, "\n"), got + begin,
	    (int)strcspn(want + begin, "\n"), want + begin);
}
