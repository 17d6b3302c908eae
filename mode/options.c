/* SPDX-License-Identifier: MIT
 *
 * The command line.  One table: what is parsed and what --help prints.
 * Own code, since musl's getopt brings stdio along.
 */
#include "mode/options.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/format.h"
#include "format/writers.h"
#include "lib/errors.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/sys.h"
#include "lib/util.h"
#include "policy/action.h"
#include "policy/widen.h"
#include "trace/proc.h"

enum { DENY = 1 };              /* an option without a letter */

#define AT(field) offsetof(struct options, field)

static const struct option {
	char letter;
	uint8_t mode;           /* what it chooses, 0: none */
	uint16_t at;            /* its field: the argument, or a bool */
	const char *name;
	const char *arg;        /* NULL: takes none */
	const char *help;
} table[] = {
	{ 'f', 0, 0,
	  "file", "FILE",
	  "result to FILE, - standard output, +N descriptor N" },
	{ 'F', 0, 0, "format", "FORMAT", NULL },
	{ 'p', 0, 0,
	  "policy", "ACTION", "refused calls get an errno, `kill' or `log'" },
	{ 's', 0, 0,
	  "scope", "SCOPE", "`main': not what its loader does; `exec': all" },
	{ 'w', 0, 0,
	  "widen", "LIST",
	  "add `siblings', `vdso', `death', `restart', `all'" },
	{ 'A', 0, AT(args),
	  "args", NULL, "conditions for calls that are many in one, as ioctl" },
	{ 't', 0, AT(tap),
	  "tap", "TAP", "`auto', `stop', `seccomp' or `ebpf'" },
	{ 'a', 0, 0,
	  "attach", "PID", "record what already runs, until a signal" },
	{ 'x', 0, AT(output.folder),
	  "per-exe", "DIR",
	  "a policy for each program that is executed, in DIR" },
	{ 'k', 0, AT(known),
	  "known", "POLICY",
	  "start from POLICY: what it allows is not watched" },
	{ 'c', MODE_CHECK, AT(policy),
	  "check", "POLICY", "report what POLICY would refuse" },
	{ DENY, 0, AT(deny), "deny", NULL, "with -c: refuse it, too" },
	{ 'e', MODE_ENFORCE, AT(policy),
	  "enforce", "POLICY", "become PROGRAM under POLICY" },
	{ 'm', MODE_MERGE, 0,
	  "merge", NULL, "the union of POLICY..., not of PROGRAM" },
	{ 'd', MODE_COMPARE, 0,
	  "diff", NULL, "what differs from policy OLD to NEW" },
	{ 'D', 0, AT(keep_pid),
	  "keep-pid", NULL, "PROGRAM keeps this pid; the tracer is detached" },
	{ 'P', 0, AT(pid_file),
	  "pid-file", "FILE", "the tracer's pid to FILE, for SIGUSR1" },
	{ 'i', 0, 0,
	  "interval", "SECS", "write the result every SECS seconds, too" },
	{ 'q', 0, AT(quiet), "quiet", NULL, "no summary" },
	{ 'v', 0, AT(verbose), "verbose", NULL, "a line for each event" },
	{ 'h', MODE_HELP, 0, "help", NULL, "this" },
	{ 'V', MODE_VERSION, 0, "version", NULL, "the version" },
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
		if (t->letter < ' ')
			out_fmt(o, "      --%s", t->name);
		else
			out_fmt(o, "  -%s, --%s", (char[]){ t->letter, '\0' },
			    t->name);
		if (t->arg)
			out_fmt(o, " %s", t->arg);
		out_pad(o, ' ', 24 - 8 - (int)strlen(t->name) -
		    (t->arg ? 1 + (int)strlen(t->arg) : 0));
		if (t->help) {
			out_str(o, t->help);
		} else {
			for (i = 0; i < n_formats; i++)
				out_fmt(o, "%s%s", !i ? "" : i % 6 ? ", " :
				    ",\n                        ",
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
	log_warn("-%s %s: %s", (char[]){ t->letter, '\0' }, arg, why);
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
		if (util_parse_number(number, 1 << 20, &n) < 0)
			return bad(t, arg, "not a descriptor's number");
		o->output.fd = (int)n;
		o->output.path[0] = '\0';
		if (!sys_is_open(o->output.fd))
			return bad(t, arg, error_text(errno));
		return 0;
	}
	if (!*arg || strlen(arg) >= sizeof o->output.path)
		return bad(t, arg, error_text(*arg ? ENAMETOOLONG : ENOENT));
	o->output.fd = -1;
	memcpy(o->output.path, arg, strlen(arg) + 1);
	return 0;
}

struct seen {
	const struct option *action;
	const char *action_arg;
	bool letter[128];
};

/* where its field and its mode say all that there is to do */
static int
set_field(struct options *o, const struct option *t, const char *arg)
{
	char *field = (char *)o + t->at;

	/* help and version are for whatever came before them */
	if (t->mode && t->mode < MODE_HELP && o->mode != MODE_RECORD) {
		log_warn("-c, -e, -m, -d: one of them, please");
		return -1;
	}
	if (t->mode)
		o->mode = (enum mode)t->mode;
	if (t->at && t->arg)
		memcpy(field, &arg, sizeof arg);
	else if (t->at)
		memcpy(field, &(bool){ true }, sizeof(bool));
	return 0;
}

static int
apply(struct options *o, struct seen *seen, const struct option *t,
    const char *arg)
{
	unsigned long n;

	seen->letter[(int)t->letter] = true;
	switch (t->letter) {
	case 'f':
		return parse_file(o, t, arg);
	case 'F':
		o->output.format = format_by_name(arg);
		if (!o->output.format)
			return bad(t, arg, "no such format");
		break;
	case 'p':
		o->action = action_parse(arg);
		o->action_chosen = true;
		seen->action = t;
		seen->action_arg = arg;
		break;
	case 's':
		o->scope_chosen = true;
		o->exec_scope = !strcmp(arg, "exec");
		if (!o->exec_scope && strcmp(arg, "main") != 0)
			return bad(t, arg, "neither `main' nor `exec'");
		break;
	case 'a':
		if (util_parse_number(arg, INT32_MAX, &n) < 0 || n == 0)
			return bad(t, arg, "not a pid");
		if (o->n_pids == ATTACH_MAX)
			return bad(t, arg, "too many");
		o->pids[o->n_pids++] = (pid_t)n;
		break;
	case 'w':
		if (widen_parse_list(arg, &o->widenings) < 0)
			return bad(t, arg, "a list of siblings, vdso, death, "
			    "restart, or all");
		break;
	case 'i':
		if (util_parse_number(arg, 1000000, &n) < 0 || n == 0)
			return bad(t, arg, "not a number of seconds");
		o->interval = (unsigned)n;
		break;
	default:
		return set_field(o, t, arg);
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
		log_warn("%s: no such option", **argv);
		return -1;
	}
	if (arg && !t->arg) {
		log_warn("--%s takes no argument", t->name);
		return -1;
	}
	if (arg)
		arg++;
	else if (!t->arg)
		arg = "";
	else if (!(arg = *++*argv)) {
		log_warn("--%s needs an argument: %s", t->name, t->arg);
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
			log_warn("-%s: no such option", (char[]){ *s, '\0' });
			return -1;
		}
		if (!t->arg) {
			if (apply(o, seen, t, "") < 0)
				return -1;
			continue;
		}
		s = s[1] ? s + 1 : *++*argv;
		if (!s) {
			log_warn("-%s needs an argument: %s",
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

/* what would be without effect */
static int
check_mode(const struct options *o, const struct seen *seen)
{
	static const char *const names[] = {
		[MODE_RECORD] = "recording", [MODE_CHECK] = "-c",
		[MODE_ENFORCE] = "-e", [MODE_MERGE] = "-m",
		[MODE_COMPARE] = "-d",
	};
	enum {
		R = 1 << MODE_RECORD, C = 1 << MODE_CHECK,
		E = 1 << MODE_ENFORCE, M = 1 << MODE_MERGE,
	};
	static const struct {
		char letter;
		uint8_t modes;          /* that it has a meaning with */
	} only[] = {
		{ 'k', R }, { 'x', R }, { 'A', R }, { DENY, C }, { 'a', R | C },
		{ 'P', R | C }, { 'i', R | C }, { 'f', R | C | M },
		{ 'w', R | C | E | M },
	};
	size_t i;

	if (o->n_pids && (*o->argv || o->keep_pid)) {
		log_warn("-a starts no program: %s", *o->argv ? *o->argv : "-D");
		return -1;
	}
	for (i = 0; i < sizeof only / sizeof *only; i++) {
		if (!seen->letter[(int)only[i].letter] ||
		    only[i].modes >> o->mode & 1)
			continue;
		log_warn("%s has no meaning with %s", only[i].letter == DENY ?
		    "--deny" : (char[]){ '-', only[i].letter, '\0' },
		    names[o->mode]);
		return -1;
	}
	return 0;
}

/* seccomp-trace, OpenWrt's violation logger: -f is the policy */
static int
as_violations(struct options *o)
{
	static char policy[sizeof o->output.path];

	if (!o->output.path[0]) {
		log_warn("no policy: neither -f nor SECCOMP_FILE");
		return -1;
	}
	memcpy(policy, o->output.path, sizeof policy);
	o->policy = policy;
	o->output.path[0] = '\0';
	o->output.extension = "violations.json";
	o->mode = MODE_CHECK;
	o->deny = true;
	o->output.merge = false;
	return 0;
}

static int
check(struct options *o, const struct seen *seen)
{
	const char *file = getenv("SECCOMP_FILE");
	const struct format *f = o->output.format;
	unsigned long n;

	if (!o->scope_chosen)
		o->exec_scope = f->exec_scope;
	if (o->mode == MODE_COMPARE &&
	    (!o->argv[0] || !o->argv[1] || o->argv[2])) {
		log_warn("-d compares two policies: OLD NEW");
		return -1;
	}
	if (o->mode == MODE_MERGE && !*o->argv) {
		log_warn("-m: no policy");
		return -1;
	}
	if (o->mode == MODE_MERGE && o->output.fd < 0 && !o->output.path[0])
		o->output.fd = 1;
	if (!*o->argv && !o->n_pids) {
		if (seen->action &&
		    util_parse_number(seen->action_arg, UINT32_MAX, &n) == 0)
			log_warn("no program: -p is the policy's action, -a "
			    "attaches to a process");
		else
			log_warn("no program; utrace --help shows the options");
		return -1;
	}
	if (o->action < 0)
		return bad(seen->action, seen->action_arg,
		    "not an errno, `kill' or `log'");
	/* what is checked or enforced, and not written, can have any action */
	if (seen->action && !format_accepts_action(f, o->action) &&
	    (o->mode == MODE_RECORD || o->output.fd >= 0 ||
	    o->output.path[0])) {
		log_warn("-p %s: %s can't say that", seen->action_arg, f->name);
		return -1;
	}
	if (o->output.folder && f->write == table_write) {
		log_warn("-x: a table is no policy");
		return -1;
	}
	if (file && *file && o->output.fd < 0 && !o->output.path[0] &&
	    (o->mode == MODE_RECORD || o->violations)) {
		/* table[0] is -f, whose default it is */
		if (parse_file(o, table, file) < 0)
			return -1;
		o->output.merge = o->output.path[0];
	}
	return o->violations ? as_violations(o) : check_mode(o, seen);
}

int
options_parse(struct options *o, char **argv)
{
	struct seen seen = { .action = NULL };
	int r;

	o->output.format = &formats[0];
	o->output.fd = -1;
	o->action = EPERM;
	o->tap = "auto";
	o->violations = !strcmp(util_base_name(*argv++), "seccomp-trace");
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
