/* SPDX-License-Identifier: MIT
 *
 * The options as data: what --help prints, in which modes each has an effect,
 * and which needs another.
 */
#include "mode/option_table.h"

#include <string.h>

#include "format/format.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/util.h"
#include "mode/options.h"

enum {
	R = 1 << MODE_RECORD, C = 1 << MODE_CHECK, V = 1 << MODE_VIOLATIONS,
	E = 1 << MODE_ENFORCE, M = 1 << MODE_MERGE, D = 1 << MODE_COMPARE,
	TRACED = R | C | V,
	/* in conditions[]: if --oci-hook or -a is given */
	H = 1 << 6, A = 1 << 7,
};

#define AT(field) offsetof(struct options, field)

/* at the end of an option's help: those that follow are for another task */
#define NEXT_GROUP(title) "\n\n" title ":"

static const struct option table[] = {
	{ 'f', 0, TRACED | M, 0,
	  "file", "FILE",
	  "the result's path; - is standard output, +N descriptor N" },
	{ 'F', 0, TRACED | M, 0, "format", "FORMAT", NULL },
	{ 'p', 0, TRACED | E | M, 0,
	  "policy", "ACTION",
	  "what rejected calls get: an errno, `kill' or `log'" },
	FULL({ 'x', 0, R, AT(output.folder),
	  "per-exe", "DIR",
	  "write into DIR a policy for each executed program" },
	{ 'A', 0, R, AT(args),
	  "args", NULL, "allow ioctl and its like only with the arguments seen" },
	{ 'w', 0, TRACED | E | M, 0,
	  "widen", "LIST",
	  "add calls: `siblings', `imports', ..., or `all'"
	  NEXT_GROUP("Recording") },)
	{ 's', 0, TRACED | E, 0,
	  "scope", "SCOPE",
	  "begin at the entry point (`main') or at execve (`exec')"
	  FULL(",\n                        or when an image of this name is executed") },
	{ 't', 0, TRACED, AT(tap),
	  "tap", "TAP",
	  "how to see calls: `auto', `stop', `seccomp'"
	  FULL(" or `ebpf'") },
	{ 'a', 0, R | C, 0,
	  "attach", "PID",
	  "trace a running process" FULL(" or cgroup") " until a signal comes" },
	FULL({ OPTION_WAIT, 0, R | C, AT(wait),
	  "wait", NULL, "with -a: wait for the cgroup's first process" },
	{ OPTION_HOOK, 0, R, AT(hook),
	  "oci-hook", NULL, "as a runtime's hook: record the container" },
	{ 'k', 0, R, AT(known),
	  "known", "POLICY",
	  "start from POLICY and look only for calls it lacks"
	  NEXT_GROUP("Policies") },
	{ 'c', MODE_CHECK, C, AT(policy),
	  "check", "POLICY", "report the calls that POLICY would reject" },
	{ OPTION_DENY, 0, C, AT(deny),
	  "deny", NULL, "with -c: also reject these calls" },
	{ 'e', MODE_ENFORCE, E, AT(policy),
	  "enforce", "POLICY", "run PROGRAM under POLICY" },
	{ 'm', MODE_MERGE, M, 0,
	  "merge", NULL, "write the union of policies" },
	{ OPTION_INTERSECT, 0, M, 0,
	  "intersect", NULL, "with -m: what all of them allow" },
	{ OPTION_SUBTRACT, 0, M, 0,
	  "subtract", NULL, "with -m: what only the first allows" },
	{ OPTION_AT_LEAST, 0, M, 0,
	  "at-least", "N", "with -m: what N or more of them allow" },
	{ OPTION_CAPS, 0, R | C | V | E | M | D, AT(caps),
	  "caps", "LIST",
	  "take Docker's rules for capabilities, `all', or `keep'" },
	{ 'd', MODE_COMPARE, D, 0,
	  "diff", NULL, "print how two policies differ"
	  NEXT_GROUP("The run") },)
	{ 'D', 0, TRACED, AT(keep_pid),
	  "keep-pid", NULL, "give PROGRAM the PID of utrace" },
	{ 'P', 0, TRACED, AT(pid_file),
	  "pid-file", "FILE", "write the tracer's PID, for SIGUSR1, to FILE" },
	{ 'i', 0, TRACED, 0,
	  "interval", "SECS", "also write the result every SECS seconds" },
	{ 'q', 0, TRACED, AT(quiet), "quiet", NULL, "print no summary" },
	{ 'v', 0, TRACED | E | M, AT(verbose),
	  "verbose", NULL, "print a line for each event" },
	FULL({ OPTION_SYSLOG, 0, TRACED | E, AT(syslog),
	  "syslog", NULL, "write messages to the system log, too" },)
	{ 'h', MODE_HELP, 0, 0, "help", NULL, "print this help" },
	{ 'V', MODE_VERSION, 0, 0, "version", NULL, "print the version" },
};
enum { N_OPTIONS = sizeof table / sizeof *table };

/* Where an option of a mode has an effect only with another one. */
static const struct {
	char letter;
	uint8_t modes;
	char needs[3];          /* one of these letters; "": none helps */
} conditions[] = {
	FULL({ 'F', C, "f" },   /* -c alone writes no policy */
	{ 'i', C, "f" },
	{ 'p', C, { 'f', OPTION_DENY } },)
	FULL({ OPTION_WAIT, R | C, "a" }, { OPTION_CAPS, R, "k" },)
	FULL({ 'a', H, "" }, { 'f', H, "" }, { 'F', H, "" }, { 'k', H, "" },
	{ 'x', H, "" }, { 's', H, "" }, { 'D', H, "" },)
	{ 's', A, "" FULL("x") },       /* only PROGRAM has an entry point to wait for;
				 * each policy of -x gets its execve */
	{ 'D', A, "" },
};
enum { N_CONDITIONS = sizeof conditions / sizeof *conditions };

/* by enum mode: what chose it */
static const char *const mode_names[] = {
	[MODE_RECORD] = "recording",
	FULL([MODE_CHECK] = "-c", [MODE_VIOLATIONS] = "seccomp-trace",
	[MODE_ENFORCE] = "-e", [MODE_MERGE] = "-m", [MODE_COMPARE] = "-d",)
};

static const char usage[] =
    "usage: utrace [OPTION...] [--] PROGRAM [ARG...]      record\n"
    "       utrace [OPTION...] -a PID [-a PID...]         record\n"
    FULL("       utrace [OPTION...] -c POLICY PROGRAM [ARG...] check\n"
    "       utrace [OPTION...] -c POLICY -a PID [-a PID...]\n"
    "       utrace [OPTION...] -e POLICY PROGRAM [ARG...] enforce\n"
    "       utrace [OPTION...] -m POLICY...               merge\n"
    "       utrace -d OLD NEW                             compare\n")
    "Write the system calls that PROGRAM and its descendants make as a "
    "seccomp\npolicy.\n\n" FULL("The result:\n");

const struct option *
option_by_letter(char letter)
{
	const struct option *t;

	if (!IS_SMALL && letter == 'o')         /* as in strace */
		letter = 'f';
	for (t = table; t < table + N_OPTIONS; t++)
		if (t->letter == letter && letter >= ' ')
			return t;
	return NULL;
}

const struct option *
option_by_name(const char *name, size_t len)
{
	const struct option *t;

	for (t = table; t < table + N_OPTIONS; t++)
		if (!strncmp(t->name, name, len) && !t->name[len])
			return t;
	return NULL;
}

const char *
option_of_prefix(const char *name, size_t len)
{
	const struct option *t;

	for (t = table; t < table + N_OPTIONS; t++)
		if (len && (!strncmp(t->name, name, len) ||
		    util_is_near(name, t->name, 1)))
			return t->name;
	return NULL;
}

void
option_write(struct out *o, char letter)
{
	const struct option *t = table;

	while (t->letter != letter)
		t++;
	out_fmt(o, letter < ' ' ? "--%s" : "-%s", letter < ' ' ? t->name :
	    (char[]){ letter, '\0' });
}

static void
warn_no_effect(char letter, const char *with, const char *needs)
{
	struct out *o = log_begin();
	const char *between = " without ";

	option_write(o, letter);
	out_fmt(o, " has no effect%s%s", with ? " with " : "",
	    with ? with : "");
	for (; *needs; needs++, between = " or ") {
		out_str(o, between);
		option_write(o, *needs);
	}
	log_end(o);
}

bool
option_check_effects(const bool given[OPTION_LETTERS], enum mode mode)
{
	unsigned uses = 1U << mode | (given['a'] ? A : 0) |
	    (given[OPTION_HOOK] ? H : 0);
	const struct option *t;
	const char *needs;
	size_t i;

	for (t = table; t < table + N_OPTIONS; t++) {
		if (!given[(int)t->letter] || t->modes >> mode & 1)
			continue;
		if (mode == MODE_RECORD)        /* --deny, --intersect */
			warn_no_effect(t->letter, NULL, t->modes & M ? "m" :
			    "c");
		else
			warn_no_effect(t->letter, mode_names[mode], "");
		return false;
	}
	for (i = 0; i < N_CONDITIONS; i++) {
		if (!given[(int)conditions[i].letter] ||
		    !(conditions[i].modes & uses))
			continue;
		for (needs = conditions[i].needs; *needs; needs++)
			if (given[(int)*needs])
				break;
		if (*needs)
			continue;
		warn_no_effect(conditions[i].letter, conditions[i].modes & H ?
		    "--oci-hook" : conditions[i].modes & A ? "-a" :
		    mode_names[mode], conditions[i].needs);
		return false;
	}
	return true;
}

static void
write_formats(struct out *o, const char *separator)
{
	unsigned i;

	for (i = 0; i < (unsigned)n_formats; i++) {
		if (i)
			out_str(o, i % 6 ? ", " : separator);
		out_str(o, formats[i].name);
	}
}

int
option_reject_format(const char *name)
{
	struct out *log;

	if (IS_SMALL)
		return -1;
	log = log_begin();
	out_fmt(log, "-F %s: no such format; there are ", name);
	write_formats(log, ", ");
	log_end(log);
	return -1;
}

void
options_help(struct out *o)
{
	const struct option *t;

	out_str(o, usage);
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
		if (t->help)
			out_str(o, t->help);
		else
			write_formats(o, ",\n                        ");
		out_char(o, '\n');
	}
	out_str(o, "\nThe result goes to /tmp/NAME.PID.json unless -f or "
	    "SECCOMP_FILE names another\nplace.  The exit status is "
	    "PROGRAM's, or\n\n"
	    FULL("  124  -c reported calls\n")
	    "  125  utrace failed\n"
	    "  126  PROGRAM is not executable\n"
	    "  127  PROGRAM was not found\n"
	    FULL("\nExamples:\n"
	    "  utrace -w all -F oci -f n.json nginx  record\n"
	    "  utrace -f a.json -a $(pidof nginx)    record what runs\n"
	    "  utrace -c n.json nginx                check\n"
	    "  utrace -e n.json nginx                enforce\n"
	    "  utrace -m -F docker n.json a.json     merge and convert\n"));
}
