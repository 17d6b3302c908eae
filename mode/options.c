/* SPDX-License-Identifier: MIT
 *
 * Parse the command line.  Not by getopt, since musl's brings stdio along.
 */
#include "mode/options.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/format.h"
#include "format/policy_file.h"
#include "format/writers.h"
#include "lib/errors.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/sys.h"
#include "lib/util.h"
#include "mode/attach_option.h"
#include "mode/hook.h"
#include "mode/input.h"
#include "mode/launcher.h"
#include "mode/option_table.h"
#include "policy/action.h"

#ifndef DEFAULTS
#define DEFAULTS ""             /* make DEFAULTS='-D -F procd' */
#endif

static char default_words[] = DEFAULTS;

static const char not_an_action[] = "not an errno, `kill' or `log'";

static int
reject(const struct option *t, const char *arg, const char *why)
{
	struct out *log = log_begin();

	option_write(log, t->letter);
	out_fmt(log, " %s: %s", arg, why);
	log_end(log);
	return -1;
}

static int
parse_file(struct options *o, const struct option *t, const char *arg)
{
	const char *number = util_descriptor_number(arg);
	unsigned long n;

	if (number) {
		if (util_parse_number(number, 1 << 20, &n) < 0)
			return reject(t, arg, "not a descriptor number");
		o->output.fd = (int)n;
		o->output.path[0] = '\0';
		if (!sys_is_open(o->output.fd))
			return reject(t, arg, error_text(errno));
		return 0;
	}
	if (!*arg || strlen(arg) >= sizeof o->output.path)
		return reject(t, arg, error_text(*arg ? ENAMETOOLONG : ENOENT));
	o->output.fd = -1;
	memcpy(o->output.path, arg, strlen(arg) + 1);
	return 0;
}

/* what parsing has to remember beside the options */
struct parser {
	struct options *options;
	const struct option *action;    /* -p, if it was given */
	const char *action_arg;
	bool given[OPTION_LETTERS];
};

/* -c, -e, -m or -d */
static int
set_mode(struct options *o, const struct option *t)
{
	/* chosen by the name; option_check_effects() rejects the option */
	if (o->mode == MODE_VIOLATIONS)
		return 0;
	if (o->mode == t->sets_mode) {
		log_warn("-%s is given twice", (char[]){ t->letter, '\0' });
		return -1;
	}
	if (o->mode != MODE_RECORD) {
		log_warn("-c, -e, -m and -d exclude each other");
		return -1;
	}
	o->mode = (enum mode)t->sets_mode;
	return 0;
}

/* an option whose row says all that there is to do */
static int
set_field(struct options *o, const struct option *t, const char *arg)
{
	char *field = (char *)o + t->field;

	if (t->sets_mode >= MODE_HELP)
		o->mode = (enum mode)t->sets_mode;
	else if (!IS_SMALL && t->sets_mode && set_mode(o, t) < 0)
		return -1;
	if (t->field && t->arg)
		memcpy(field, &arg, sizeof arg);
	else if (t->field)
		memcpy(field, &(bool){ true }, sizeof(bool));
	return 0;
}

static int
set_scope(struct options *o, const struct option *t, const char *arg)
{
	bool image = strcmp(arg, "main") != 0 && strcmp(arg, "exec") != 0;

	o->scope_chosen = true;
	o->exec_scope = !strcmp(arg, "exec");
	o->scope_image = image ? arg : NULL;
	return !image || (!IS_SMALL && *util_base_name(arg)) ? 0 :
	    reject(t, arg, IS_SMALL ? "neither `main' nor `exec'" :
	    "neither `main' nor `exec' nor the name of an image");
}

/* --at-least, --intersect or --subtract */
static int
set_operation(struct options *o, const struct option *t)
{
	enum policy_set set = SET_COUNT + t->letter - OPTION_AT_LEAST;

	if (!IS_SMALL && o->set && o->set != set) {
		log_warn("--intersect, --subtract and --at-least exclude each "
		    "other");
		return -1;
	}
	o->set = set;
	return 0;
}

static int
set_option(struct parser *p, const struct option *t, const char *arg)
{
	struct options *o = p->options;
	const char *why;
	unsigned long n;

	p->given[(int)t->letter] = true;
	switch (t->letter) {
	case 'f':
		return parse_file(o, t, arg);
	case 'F':
		o->output.format = format_by_name(arg);
		o->output.format_chosen = true;
		if (o->output.format)
			return 0;
		return IS_SMALL ? reject(t, arg, "no such format") :
		    option_reject_format(arg);
	case 'p':
		o->action = action_parse(arg);
		o->action_chosen = true;
		p->action = t;
		p->action_arg = arg;
		return 0;
	case 's':
		return set_scope(o, t, arg);
	case 'a':
		why = attach_parse(&o->attach, arg);
		return why ? reject(t, arg, why) : 0;
	case 'w':
		return IS_SMALL ? -1 :
		    input_parse_widenings(arg, &o->widenings);
	case 'i':
	case OPTION_AT_LEAST:
		if (util_parse_number(arg, 1000000, &n) < 0 || n == 0)
			return reject(t, arg, "not a number from 1 to 1000000");
		*(t->letter == 'i' ? &o->interval : &o->at_least) = (unsigned)n;
		return t->letter == 'i' ? 0 : set_operation(o, t);
	case OPTION_INTERSECT:
	case OPTION_SUBTRACT:
		return set_operation(o, t);
	default:
		return set_field(o, t, arg);
	}
}

/* --name, --name=arg, --name arg */
static int
parse_long(struct parser *p, char ***argv)
{
	const char *name = **argv + 2, *arg = strchr(name, '=');
	size_t len = arg ? (size_t)(arg - name) : strlen(name);
	const struct option *t = option_by_name(name, len);
	const char *full;

	if (!t || (!IS_SMALL && t->letter == OPTION_HOOK && !hook_run)) {
		(**argv)[2 + len] = '\0';
		full = IS_SMALL || t ? NULL : option_of_prefix(name, len);
		log_warn(full ? "%s: no such option; did you mean --%s?" :
		    "%s: no such option", **argv, full);
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
	return set_option(p, t, arg);
}

/* -v, -qv, -fFILE, -f FILE */
static int
parse_short(struct parser *p, char ***argv)
{
	const char *s = **argv + 1;
	const struct option *t;

	for (; *s; s++) {
		t = option_by_letter(*s);
		if (!t) {
			log_warn("-%s: no such option", (char[]){ *s, '\0' });
			return -1;
		}
		if (!t->arg) {
			if (set_option(p, t, "") < 0)
				return -1;
			continue;
		}
		s = s[1] ? s + 1 : *++*argv;
		if (!s) {
			log_warn("-%s needs an argument: %s",
			    (char[]){ t->letter, '\0' }, t->arg);
			return -1;
		}
		return set_option(p, t, s);
	}
	return 0;
}

/* Parse options up to the first word that is none, and let *argv point at that
 * word.  Returns 1 if what follows are no options, after "--" or -h. */
static int
parse_words(struct parser *p, char ***argv)
{
	const enum mode *mode = &p->options->mode;
	int r;

	for (; **argv && (**argv)[0] == '-' && (**argv)[1]; ++*argv) {
		if (!strcmp(**argv, "--")) {
			++*argv;
			return 1;
		}
		r = (**argv)[1] == '-' ? parse_long(p, argv) :
		    parse_short(p, argv);
		if (r < 0)
			return -1;
		if (*mode == MODE_HELP || *mode == MODE_VERSION)
			return 1;
	}
	return 0;
}

/* Parse the command line.  -m and -d, which run no program, take options behind
 * their policies, too. */
static int
parse_command_line(struct parser *p, char **argv)
{
	char **to = argv;
	int r = parse_words(p, &argv);

	p->options->argv = argv;
	if (IS_SMALL || p->options->mode < MODE_MERGE)
		return r;
	for (p->options->argv = to; r >= 0 && *argv; ) {
		*to++ = *argv++;
		if (r == 0)
			r = parse_words(p, &argv);
	}
	*to = NULL;
	return r;
}

/* Parse the options that were compiled in.  One that has no effect beside those
 * of the command line is ignored, so forget that they were given.  make runs
 * this, so that a build with wrong ones fails. */
static int
parse_defaults(struct options *o)
{
	char *argv[sizeof default_words / 2 + 1], **next = argv, *at;
	struct parser p = { .options = o };
	bool in_word = false;
	int n = 0;

	for (at = default_words; *at; at++) {
		if (*at == ' ')
			*at = '\0';
		else if (!in_word)
			argv[n++] = at;
		in_word = *at;
	}
	argv[n] = NULL;
	if (parse_words(&p, &next) < 0)
		return -1;
	if (*next || o->mode != MODE_RECORD || p.given['a']) {
		log_warn("DEFAULTS: PROGRAM, a PID or an option that chooses a "
		    "mode can't be a default");
		return -1;
	}
	o->output.format_chosen = false;
	return p.action && o->action < 0 ? reject(p.action, p.action_arg,
	    not_an_action) : 0;
}

/* are there as many arguments as the mode needs? */
static int
check_arguments(const struct options *o, const struct parser *p)
{
	unsigned long n;

	if (!IS_SMALL && o->mode == MODE_COMPARE &&
	    (!o->argv[0] || !o->argv[1] || o->argv[2])) {
		log_warn("-d: needs two policies, OLD NEW");
		return -1;
	}
	if (!IS_SMALL && o->mode == MODE_MERGE && !*o->argv) {
		log_warn("-m: needs at least one policy");
		return -1;
	}
	if ((o->hook || p->given['a']) && *o->argv) {
		log_warn("%s and PROGRAM exclude each other: %s",
		    o->hook ? "--oci-hook" : "-a", *o->argv);
		return -1;
	}
	if (*o->argv || o->hook || p->given['a'])
		return 0;
	/* strace's -p attaches */
	if (p->action &&
	    util_parse_number(p->action_arg, UINT32_MAX, &n) == 0)
		log_warn("no PROGRAM: -p sets the policy's action, -a attaches "
		    "to a process");
	else
		log_warn("no PROGRAM; utrace --help shows the options");
	return -1;
}

/* can the format of the result express what was asked for? */
static int
check_format(const struct options *o, const struct parser *p)
{
	const struct format *f = o->output.format;

	if (p->action && o->action < 0)
		return reject(p->action, p->action_arg, not_an_action);
	/* a policy that is checked or enforced, not written, can have any */
	if (p->action && !format_accepts_action(f, o->action) &&
	    (o->mode == MODE_RECORD || o->mode == MODE_MERGE ||
	    (o->mode == MODE_CHECK && (o->output.fd >= 0 ||
	    o->output.path[0])))) {
		log_warn("-p %s: %s can't express this action", p->action_arg,
		    f->name);
		return -1;
	}
	if (!IS_SMALL && o->scope_image && (o->mode == MODE_ENFORCE ||
	    o->mode == MODE_VIOLATIONS)) {
		log_warn("-s %s: a policy is enforced from PROGRAM's execve or "
		    "entry point on", o->scope_image);
		return -1;
	}
	if (!IS_SMALL && o->output.folder && f->write == table_write) {
		log_warn("-x writes policies, and -F table is none");
		return -1;
	}
	if (!IS_SMALL && o->caps && !strcmp(o->caps, "keep") &&
	    (f->write != oci_write_docker || o->mode != MODE_MERGE ||
	    !o->argv[0] || o->argv[1])) {
		log_warn("--caps keep: only for -m -F docker of one file");
		return -1;
	}
	return 0;
}

/* the default of -f */
static int
set_file(struct options *o, const struct option *file_option)
{
	const char *file = getenv("SECCOMP_FILE");

	if (o->output.fd >= 0 || o->output.path[0])
		return 0;
	if (o->mode == MODE_MERGE)
		o->output.fd = 1;
	if (!file || !*file ||
	    (o->mode != MODE_RECORD && o->mode != MODE_VIOLATIONS))
		return 0;
	if (parse_file(o, file_option, file) < 0)
		return -1;
	o->output.merge = o->output.path[0];
	return 0;
}

/* Without -F, the result keeps the format of the file that it is merged with or
 * replaces, or else of the policy that the run starts from. */
static void
set_format(struct options *o)
{
	static struct output start;
	char **first = o->argv;
	const char *path = o->known ? o->known : o->policy;

	/* what seccomp-trace writes is no such policy: it has the misses only */
	if (o->mode == MODE_VIOLATIONS || output_take_format(&o->output) ||
	    o->output.format_chosen)
		return;
	/* what standard input has is unknown until it is read */
	if (o->mode == MODE_MERGE)
		for (path = *first; path && !strcmp(path, "-"); path = *++first)
			;
	start = (struct output){ .fd = -1 };
	if (path && util_append(start.path, sizeof start.path, path) == 0 &&
	    output_take_format(&start))
		o->output.format = start.format;
}

static void
set_scope_default(struct options *o)
{
	o->exec_scope = o->output.format->exec_scope;
	if (!IS_SMALL && o->mode < MODE_VIOLATIONS &&
	    (o->scope_image = launcher_image(o->argv)))
		o->exec_scope = false;
}

/* seccomp-trace, OpenWrt's logger of violations: -f is the policy */
static int
set_violations(struct options *o)
{
	static char policy[sizeof o->output.path];

	if (!o->output.path[0]) {
		log_warn("no policy: neither -f nor SECCOMP_FILE names a file");
		return -1;
	}
	memcpy(policy, o->output.path, sizeof policy);
	o->policy = policy;
	o->output.path[0] = '\0';
	o->output.extension = "violations.json";
	o->deny = o->keep_pid = o->syslog = true;
	o->output.merge = false;
	return 0;
}

int
options_parse(struct options *o, char **argv)
{
	struct parser p = { .options = o };

	o->output.format = &formats[0];
	o->output.fd = -1;
	o->action = EPERM;
	o->tap = "auto";
	if (sizeof DEFAULTS > 1 && parse_defaults(o) < 0)
		return -1;
	if (!strcmp(util_base_name(*argv++), "seccomp-trace")) {
		if (IS_SMALL) {
			log_warn("seccomp-trace: this build only records");
			return -1;
		}
		o->mode = MODE_VIOLATIONS;
	}
	if (util_take_env("TRACE_DEBUG"))
		o->verbose = true;
	if (parse_command_line(&p, argv) < 0)
		return -1;
	if (o->mode == MODE_HELP || o->mode == MODE_VERSION)
		return 0;
	if (!option_check_effects(p.given, o->mode) ||
	    check_arguments(o, &p) < 0 ||
	    set_file(o, option_by_letter('f')) < 0)
		return -1;
	if (!IS_SMALL) {
		policy_file_caps = o->caps;
		set_format(o);
	}
	if (check_format(o, &p) < 0)
		return -1;
	/* a -D of DEFAULTS has no effect with -a */
	if (p.given['a'] || o->hook)
		o->keep_pid = false;
	if (!o->scope_chosen)
		set_scope_default(o);
	return !IS_SMALL && o->mode == MODE_VIOLATIONS ? set_violations(o) : 0;
}
