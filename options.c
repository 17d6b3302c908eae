/* SPDX-License-Identifier: MIT
 *
 * The command line.  One table: what is parsed and what --help prints.
 * Own code, since musl's getopt brings stdio along.
 */
#include "util.h"
#include "abi.h"
#include "action.h"
#include "policy.h"
#include "format.h"
#include "result.h"
#include "options.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static const struct option {
	char letter;
	const char *name;
	const char *arg;        /* NULL: takes none */
	const char *help;
} table[] = {
	{ 'f', "file", "FILE", "result to FILE, - standard output, +N descriptor N" },
	{ 'F', "format", "FORMAT", NULL },
	{ 'p', "policy", "ACTION", "refused calls get an errno, `kill' or `log'" },
	{ 's', "scope", "SCOPE", "`main': not what its loader does; `exec': all" },
	{ 't', "tap", "TAP", "`auto', `stop' or `seccomp'" },
	{ 'D', "keep-pid", NULL, "PROGRAM keeps this pid; the tracer is detached" },
	{ 'P', "pid-file", "FILE", "the tracer's pid to FILE, for SIGUSR1" },
	{ 'i', "interval", "SECS", "write the result every SECS seconds, too" },
	{ 'q', "quiet", NULL, "no summary" },
	{ 'v', "verbose", NULL, "a line for each event" },
	{ 'h', "help", NULL, "this" },
	{ 'V', "version", NULL, "the version" },
};
enum { N_OPTIONS = sizeof table / sizeof *table };

void
options_help(struct out *o)
{
	const struct option *t;
	int i;

	out_str(o, "usage: utrace [options] [--] PROGRAM [ARG...]\n"
	    "Run PROGRAM and write the system calls that it and all it starts "
	    "make\nas a seccomp policy.\n\n");
	for (t = table; t < table + N_OPTIONS; t++) {
		out_fmt(o, "  -%s, --%s", (char[]){ t->letter, '\0' }, t->name);
		if (t->arg)
			out_fmt(o, " %s", t->arg);
		out_pad(o, ' ', 24 - 8 - (int)strlen(t->name) -
		    (t->arg ? 1 + (int)strlen(t->arg) : 0));
		if (t->help) {
			out_str(o, t->help);
		} else {
			for (i = 0; i < n_formats; i++)
				out_fmt(o, "%s%s", i ? ", " : "",
				    formats[i].name);
		}
		out_char(o, '\n');
	}
	out_str(o, "\nThe result goes to /tmp/NAME.PID.json unless -f or "
	    "$SECCOMP_FILE say otherwise.\nThe exit status is PROGRAM's; "
	    "125: utrace failed, 126: PROGRAM is not\nexecutable, 127: not "
	    "found.\n");
}

static int
bad(const struct option *t, const char *arg, const char *why)
{
	warn("-%s %s: %s", (char[]){ t->letter, '\0' }, arg, why);
	return -1;
}

/* the number in a name of an inherited descriptor, or NULL: opened by name it
 * would be another, and the tracer has closed it by then */
static const char *
descriptor(const char *arg)
{
	static const struct { const char *name, *number; } names[] = {
		{ "-", "1" }, { "/dev/stdout", "1" }, { "/dev/stderr", "2" },
	};
	static const char *const folders[] = {
		"+", "/dev/fd/", "/proc/self/fd/",
	};
	size_t i, len;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(names[i].name, arg))
			return names[i].number;
	for (i = 0; i < sizeof folders / sizeof *folders; i++) {
		len = strlen(folders[i]);
		if (!strncmp(folders[i], arg, len))
			return arg + len;
	}
	return NULL;
}

static int
parse_file(struct options *o, const struct option *t, const char *arg)
{
	const char *number = descriptor(arg);
	unsigned long n;

	if (number) {
		if (parse_num(number, 1 << 20, &n) < 0)
			return bad(t, arg, "not a descriptor's number");
		o->result.fd = (int)n;
		o->result.path[0] = '\0';
		if (fcntl(o->result.fd, F_GETFD) < 0)
			return bad(t, arg, error_text(errno));
		return 0;
	}
	if (!*arg || strlen(arg) >= sizeof o->result.path)
		return bad(t, arg, error_text(*arg ? ENAMETOOLONG : ENOENT));
	o->result.fd = -1;
	memcpy(o->result.path, arg, strlen(arg) + 1);
	return 0;
}

struct seen {
	bool scope;
	const struct option *action;
	const char *action_arg;
};

static int
apply(struct options *o, struct seen *seen, const struct option *t,
    const char *arg)
{
	unsigned long n;

	switch (t->letter) {
	case 'f':
		return parse_file(o, t, arg);
	case 'F':
		o->result.format = format_find(arg);
		if (!o->result.format)
			return bad(t, arg, "no such format");
		break;
	case 'p':
		o->action = action_parse(arg);
		o->action_chosen = true;
		seen->action = t;
		seen->action_arg = arg;
		break;
	case 's':
		seen->scope = true;
		o->exec_scope = !strcmp(arg, "exec");
		if (!o->exec_scope && strcmp(arg, "main") != 0)
			return bad(t, arg, "neither `main' nor `exec'");
		break;
	case 't':
		o->tap = arg;
		break;
	case 'D':
		o->keep_pid = true;
		break;
	case 'P':
		o->pid_file = arg;
		break;
	case 'i':
		if (parse_num(arg, 1000000, &n) < 0 || n == 0)
			return bad(t, arg, "not a number of seconds");
		o->interval = (unsigned)n;
		break;
	case 'q':
		o->quiet = true;
		break;
	case 'v':
		o->verbose = true;
		break;
	case 'h':
		o->mode = MODE_HELP;
		break;
	case 'V':
		o->mode = MODE_VERSION;
		break;
	}
	return 0;
}

/* --name, --name=arg, --name arg */
static int
parse_long(struct options *o, struct seen *seen, char ***argv)
{
	const char *name = **argv + 2, *arg = strchr(name, '=');
	size_t len = arg ? (size_t)(arg - name) : strlen(name);
	const struct option *t;

	for (t = table; t < table + N_OPTIONS; t++)
		if (!strncmp(t->name, name, len) && !t->name[len])
			break;
	if (t == table + N_OPTIONS) {
		warn("%s: no such option", **argv);
		return -1;
	}
	if (arg && !t->arg) {
		warn("--%s takes no argument", t->name);
		return -1;
	}
	if (arg)
		arg++;
	else if (!t->arg)
		arg = "";
	else if (!(arg = *++*argv)) {
		warn("--%s needs an argument: %s", t->name, t->arg);
		return -1;
	}
	return apply(o, seen, t, arg);
}

/* -v, -qv, -fFILE, -f FILE */
static int
parse_short(struct options *o, struct seen *seen, char ***argv)
{
	const char *s = **argv + 1;
	const struct option *t;

	for (; *s; s++) {
		for (t = table; t < table + N_OPTIONS; t++)
			if (t->letter == *s)
				break;
		if (t == table + N_OPTIONS) {
			warn("-%s: no such option", (char[]){ *s, '\0' });
			return -1;
		}
		if (!t->arg) {
			if (apply(o, seen, t, "") < 0)
				return -1;
			continue;
		}
		s = s[1] ? s + 1 : *++*argv;
		if (!s) {
			warn("-%s needs an argument: %s",
			    (char[]){ t->letter, '\0' }, t->arg);
			return -1;
		}
		return apply(o, seen, t, s);
	}
	return 0;
}

/* its value, after it was taken out of PROGRAM's environment */
static const char *
take_env(const char *name)
{
	extern char **environ;
	size_t len = strlen(name);
	const char *value = NULL;
	char **from, **to;

	for (from = to = environ; from && *from; from++) {
		if (!strncmp(*from, name, len) && (*from)[len] == '=')
			value = *from + len + 1;
		else
			*to++ = *from;
	}
	if (to)
		*to = NULL;
	return value;
}

static int
check(struct options *o, const struct seen *seen)
{
	const char *file = getenv("SECCOMP_FILE");
	const struct format *f = o->result.format;
	unsigned long n;

	if (!seen->scope)
		o->exec_scope = f->exec_scope;
	if (!*o->argv) {
		if (seen->action &&
		    parse_num(seen->action_arg, UINT32_MAX, &n) == 0)
			warn("no program: -p is the policy's action, -a "
			    "attaches to a process");
		else
			warn("no program; utrace --help shows the options");
		return -1;
	}
	if (o->action < 0)
		return bad(seen->action, seen->action_arg,
		    "not an errno, `kill' or `log'");
	if (o->action == ACTION_LOG && !(f->says & SAYS_LOG)) {
		warn("-p log: %s can't say that", f->name);
		return -1;
	}
	if (o->result.fd < 0 && !o->result.path[0] && file && *file) {
		if (strlen(file) >= sizeof o->result.path) {
			errno = ENAMETOOLONG;
			warn("SECCOMP_FILE:");
			return -1;
		}
		memcpy(o->result.path, file, strlen(file) + 1);
		o->merge = true;
	}
	return 0;
}

int
options_parse(struct options *o, char **argv)
{
	struct seen seen = { .scope = false };
	int r;

	o->result.format = &formats[0];
	o->result.fd = -1;
	o->action = EPERM;
	o->tap = "auto";
	if (take_env("TRACE_DEBUG"))
		o->verbose = true;
	for (; *argv && (*argv)[0] == '-' && (*argv)[1]; argv++) {
		if (!strcmp(*argv, "--")) {
			argv++;
			break;
		}
		r = (*argv)[1] == '-' ? parse_long(o, &seen, &argv) :
		    parse_short(o, &seen, &argv);
		if (r < 0)
			return -1;
		if (o->mode == MODE_HELP || o->mode == MODE_VERSION)
			return 0;
	}
	o->argv = argv;
	return check(o, &seen);
}
