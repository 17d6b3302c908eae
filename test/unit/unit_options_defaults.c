/* SPDX-License-Identifier: MIT
 *
 * options.c as `make DEFAULTS=...` compiles it: options that were compiled in
 * come before those of the command line, and disturb none of them.
 */
#include "unit.h"

#define DEFAULTS "  -D -F procd  -p kill -s exec "
#include "mode/options.c"
#include "policy/policy.h"

static struct options options;

/* the words of line are the command line; 0 or -1 */
static int
parse(const char *name, const char *line)
{
	static char text[256];
	static char *argv[16];
	char *word;
	int n = 0;

	strcpy(text, name);
	argv[n++] = text;
	strcpy(text + strlen(name) + 1, line);
	for (word = strtok(text + strlen(name) + 1, " "); word;
	    word = strtok(NULL, " "))
		argv[n++] = word;
	argv[n] = NULL;
	memset(&options, 0, sizeof options);
	/* parsing splits the string, which a program does once */
	strcpy(default_words, DEFAULTS);
	return options_parse(&options, argv);
}

static const struct {
	const char *line, *format;
	int action;
	bool exec_scope, keep_pid;
} cases[] = {
	{ "prog", "procd", ACTION_KILL, true, true },
	{ "-F oci prog", "oci", ACTION_KILL, true, true },
	{ "-p 5 -s main prog", "procd", 5, false, true },
	/* what -m, -c, -e, -d and -a have no use for is no error */
	{ "-m policy", "procd", ACTION_KILL, true, true },
	{ "-c policy prog", "procd", ACTION_KILL, true, true },
	{ "-e policy prog", "procd", ACTION_KILL, true, true },
	{ "-d old new", "procd", ACTION_KILL, true, true },
	{ "-a 1", "procd", ACTION_KILL, true, false },
	/* nor is an action that the format of the command line lacks */
	{ "-F firejail prog", "firejail", ACTION_KILL, true, true },
};

/* a -F that was compiled in is no choice: a file keeps its format, but for one
 * of the command line */
static void
test_format_of_file(void)
{
	char path[] = "/tmp/utrace-unit.XXXXXX", line[64];
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, "read\n", 5) != 5 || close(fd) < 0)
		die(path);
	sprintf(line, "-f %s prog", path);
	check_num("of_file", parse("utrace", line), 0);
	check_str("of_file", options.output.format->name, "list");
	sprintf(line, "-m %s", path);
	check_num("of_first", parse("utrace", line), 0);
	check_str("of_first", options.output.format->name, "list");
	sprintf(line, "-F oci -f %s prog", path);
	check_num("of_choice", parse("utrace", line), 0);
	check_str("of_choice", options.output.format->name, "oci");
	unlink(path);
}

int
main(void)
{
	size_t i;

	unsetenv("SECCOMP_FILE");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		check_num(cases[i].line, parse("utrace", cases[i].line), 0);
		check(!strcmp(options.output.format->name, cases[i].format) &&
		    options.action == cases[i].action &&
		    options.exec_scope == cases[i].exec_scope &&
		    options.keep_pid == cases[i].keep_pid, cases[i].line,
		    "%s %d %d %d", options.output.format->name, options.action,
		    options.exec_scope, options.keep_pid);
	}
	test_format_of_file();
	check_num("violations", parse("seccomp-trace", "-f policy prog"), 0);
	check_num("violations_mode", options.mode, MODE_VIOLATIONS);
	check_str("violations_format", options.output.format->name, "procd");
	return unit_end();
}
