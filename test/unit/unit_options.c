/* SPDX-License-Identifier: MIT
 *
 * options.c: command lines and what they mean, or the line that they get.
 */
#include "unit.h"

#include "lib/errors.h"
#include "lib/log.h"
#include "lib/out.h"
#include "syscalls/abi.h"
#include "policy/policy.h"
#include "format/format.h"
#include "mode/output.h"
#include "trace/proc.h"
#include "mode/hook.h"
#include "mode/options.h"

enum { ARGS_MAX = 16, OPEN_FD = 9 };

/* it is reached by a weak symbol, which takes no file out of an archive */
int
hook_run(struct options *o)
{
	(void)o;
	return 0;
}

static struct options options;
static char usual[] = "/sbin/utrace", logger[] = "./seccomp-trace";
static char *name_used = usual;
static int said;                /* what log_warn() wrote */

/* "-f x prog", '' for an empty argument, to options; 0 or -1 */
static int
parse(const char *line)
{
	static char text[8192];
	static char *argv[ARGS_MAX + 2];
	char *word;
	int n = 0, r;

	argv[n++] = name_used;

	strcpy(text, line);
	for (word = strtok(text, " "); word && n <= ARGS_MAX;
	    word = strtok(NULL, " "))
		argv[n++] = strcmp(word, "''") != 0 ? word : word + 2;
	argv[n] = NULL;
	memset(&options, 0, sizeof options);
	r = options_parse(&options, argv);
	fflush(stdout);
	return r;
}

/* format, action (! if chosen), scope, tap, what else is set : program */
static const char *
meaning(void)
{
	static char text[8192];
	const struct options *o = &options;
	char **arg, *p = text;
	int i;

	if (o->mode == MODE_HELP)
		return "help";
	if (o->mode == MODE_VERSION)
		return "version";
	p += sprintf(p, "%s %d%s %s %s", o->output.format->name, o->action,
	    o->action_chosen ? "!" : "", o->exec_scope ? "exec" : "main",
	    o->tap);
	if (o->output.fd >= 0)
		p += sprintf(p, " fd=%d", o->output.fd);
	if (o->output.path[0])
		p += sprintf(p, " path=%s", o->output.path);
	p += sprintf(p, "%s%s", o->output.merge ? " merge" : "",
	    o->keep_pid ? " D" : "");
	if (o->pid_file)
		p += sprintf(p, " P=%s", o->pid_file);
	if (o->interval)
		p += sprintf(p, " i=%u", o->interval);
	for (i = 0; i < o->attach.n_pids; i++)
		p += sprintf(p, " a=%d", (int)o->attach.pids[i]);
	p += sprintf(p, "%s%s%s%s", o->attach.folder ? " a=" : "",
	    o->attach.folder ? o->attach.folder : "", o->wait ? " wait" : "",
	    o->hook ? " hook" : "");
	if (o->mode == MODE_MERGE || o->mode == MODE_COMPARE)
		p += sprintf(p, " %s", o->mode == MODE_MERGE ? "m" : "d");
	if (o->policy)
		p += sprintf(p, " %s=%s", o->mode == MODE_ENFORCE ? "e" : "c",
		    o->policy);
	if (o->known)
		p += sprintf(p, " k=%s", o->known);
	if (o->output.folder)
		p += sprintf(p, " x=%s", o->output.folder);
	p += sprintf(p, "%s%s", o->deny ? " deny" : "",
	    o->mode == MODE_VIOLATIONS ? " violations" : "");
	p += sprintf(p, "%s%s :", o->quiet ? " q" : "", o->verbose ? " v" : "");
	for (arg = o->argv; *arg; arg++)
		p += sprintf(p, " %s", *arg);
	return text;
}

static void
test_good(void)
{
	static const struct {
		const char *line, *meaning;
	} cases[] = {
		{ "prog", "whitelist 1 main auto : prog" },
		{ "prog -q -- -x", "whitelist 1 main auto : prog -q -- -x" },
		{ "-- prog", "whitelist 1 main auto : prog" },
		{ "-- -q", "whitelist 1 main auto : -q" },
		{ "-q -- -v x", "whitelist 1 main auto q : -v x" },
		{ "-- -- x", "whitelist 1 main auto : -- x" },
		{ "-", "whitelist 1 main auto : -" },
		{ "-q - -v", "whitelist 1 main auto q : - -v" },
		{ "''", "whitelist 1 main auto : " },
		/* clusters and arguments */
		{ "-qvD prog", "whitelist 1 main auto D q v : prog" },
		{ "-q -v -D prog", "whitelist 1 main auto D q v : prog" },
		{ "-fout prog", "whitelist 1 main auto path=out : prog" },
		{ "-qfout prog", "whitelist 1 main auto path=out q : prog" },
		{ "-qf out prog", "whitelist 1 main auto path=out q : prog" },
		{ "-fqv prog", "whitelist 1 main auto path=qv : prog" },
		{ "-f -x prog", "whitelist 1 main auto path=-x : prog" },
		{ "-f -- prog", "whitelist 1 main auto path=-- : prog" },
		{ "-f out -f x prog", "whitelist 1 main auto path=x : prog" },
		/* long */
		{ "--file=out prog", "whitelist 1 main auto path=out : prog" },
		{ "--file out prog", "whitelist 1 main auto path=out : prog" },
		{ "--file=a=b prog", "whitelist 1 main auto path=a=b : prog" },
		{ "--file --quiet x",
		  "whitelist 1 main auto path=--quiet : x" },
		{ "--keep-pid --quiet --verbose prog",
		  "whitelist 1 main auto D q v : prog" },
		/* other modes */
		{ "-c pol prog", "whitelist 1 main auto c=pol : prog" },
		{ "-x dir prog -x", "whitelist 1 main auto x=dir : prog -x" },
		{ "--per-exe=d -f u prog",
		    "whitelist 1 main auto path=u x=d : prog" },
		{ "--check=pol --deny prog -x",
		  "whitelist 1 main auto c=pol deny : prog -x" },
		{ "-e pol prog", "whitelist 1 main auto e=pol : prog" },
		{ "-m a -- b -q", "whitelist 1 main auto fd=1 m : a b -q" },
		{ "-m a -v b -F list - -f out",
		  "list 1 exec auto path=out m v : a b -" },
		{ "a -m b", "whitelist 1 main auto : a -m b" },
		{ "-m a -- -- -q", "whitelist 1 main auto fd=1 m : a -- -q" },
		{ "-d - -- -a", "whitelist 1 main auto d : - -a" },
		{ "-m a -h -z", "help" }, { "-d a b -V", "version" },
		{ "-mF list -p 2 -f out a", "list 2! exec auto path=out m : a" },
		{ "--merge -f - a", "whitelist 1 main auto fd=1 m : a" },
		{ "-d a b", "whitelist 1 main auto d : a b" },
		{ "--diff -- a b", "whitelist 1 main auto d : a b" },
		{ "-qk pol prog", "whitelist 1 main auto k=pol q : prog" },
		{ "-e pol -p log prog", "whitelist 4096! main auto e=pol : prog" },
		{ "-c pol -p log -F oci -f x prog",
		  "oci 4096! exec auto path=x c=pol : prog" },
		{ "-a 12 -c pol --attach=34",
		  "whitelist 1 main auto a=12 a=34 c=pol :" },
		{ "-a 12,,34, -a 5,6",
		  "whitelist 1 main auto a=12 a=34 a=5 a=6 :" },
		{ "-a /cg/x -a 5 --wait",
		  "whitelist 1 main auto a=5 a=/cg/x wait :" },
		{ "--oci-hook -A -t stop", "whitelist 1 main stop hook :" },
		{ "-a ./x -c pol", "whitelist 1 main auto a=./x c=pol :" },
		/* descriptors */
		{ "-f - prog", "whitelist 1 main auto fd=1 : prog" },
		{ "-f +9 prog", "whitelist 1 main auto fd=9 : prog" },
		{ "-f+9 prog", "whitelist 1 main auto fd=9 : prog" },
		{ "-f out -f +9 prog", "whitelist 1 main auto fd=9 : prog" },
		{ "-f +9 -f out prog",
		  "whitelist 1 main auto path=out : prog" },
		{ "-f ./+9 prog", "whitelist 1 main auto path=./+9 : prog" },
		{ "-f /dev/stdout prog", "whitelist 1 main auto fd=1 : prog" },
		{ "-f /dev/fd/9 prog", "whitelist 1 main auto fd=9 : prog" },
		{ "-f /proc/self/fd/9 prog",
		  "whitelist 1 main auto fd=9 : prog" },
		{ "-f /dev/null prog",
		  "whitelist 1 main auto path=/dev/null : prog" },
		/* formats and their scopes */
		{ "-F whitelist prog", "whitelist 1 main auto : prog" },
		{ "-F procd prog", "procd 1 main auto : prog" },
		{ "-F oci prog", "oci 1 exec auto : prog" },
		{ "-F docker prog", "docker 1 exec auto : prog" },
		{ "-F list prog", "list 1 exec auto : prog" },
		{ "--format=table prog", "table 1 exec auto : prog" },
		{ "-F list -s main prog", "list 1 main auto : prog" },
		{ "-s main -F list prog", "list 1 main auto : prog" },
		{ "-s exec prog", "whitelist 1 exec auto : prog" },
		{ "-s exec -s main prog", "whitelist 1 main auto : prog" },
		/* the rest */
		{ "-p 38 prog", "whitelist 38! main auto : prog" },
		{ "-p EACCES prog", "whitelist 13! main auto : prog" },
		{ "-p kill prog", "whitelist 0! main auto : prog" },
		{ "-p0 prog", "whitelist 0! main auto : prog" },
		{ "-p 1 prog", "whitelist 1! main auto : prog" },
		{ "-p 1234 prog", "whitelist 1234! main auto : prog" },
		{ "-plog -Foci prog", "oci 4096! exec auto : prog" },
		{ "-p log -F list prog", "list 4096! exec auto : prog" },
		{ "-t stop prog", "whitelist 1 main stop : prog" },
		{ "--tap=x prog", "whitelist 1 main x : prog" },
		{ "-P pid -i 5 prog",
		  "whitelist 1 main auto P=pid i=5 : prog" },
		{ "--pid-file=pid --interval=1000000 prog",
		  "whitelist 1 main auto P=pid i=1000000 : prog" },
		{ "-h", "help" }, { "--help", "help" }, { "-qh", "help" },
		{ "-h -z", "help" }, { "-V", "version" },
		{ "--version prog", "version" },
	};
	char name[128];
	const char *text;
	size_t i;
	int r;

	for (i = 0; i < LENGTH(cases); i++) {
		sprintf(name, "good [%s]", cases[i].line);
		r = parse(cases[i].line);
		text = scratch_text(said);
		check(r == 0 && !*text && !strcmp(meaning(), cases[i].meaning),
		    name, "%d, [%s], \"%s\"", r, r ? "" : meaning(), text);
	}
}

/* rejected, with one line that says why */
static void
check_bad(const char *name, const char *line, const char *why)
{
	int r = parse(line);
	const char *text = scratch_text(said), *end = strchr(text, '\n');

	check(r == -1 && !strncmp(text, "utrace: ", 8) && end && !end[1] &&
	    strstr(text, why), name, "%d, \"%s\"", r, text);
}

static void
test_bad(void)
{
	static const struct {
		const char *line, *why;
	} cases[] = {
		{ "", "no PROGRAM" }, { "-q", "no PROGRAM" },
		{ "--", "no PROGRAM" }, { "-q --", "no PROGRAM" },
		{ "-z prog", "-z: no such option" },
		{ "-qz prog", "-z: no such option" },
		{ "-z -h", "-z: no such option" },
		{ "--nope prog", "--nope: no such option" },
		{ "--fil=x prog", "no such option; did you mean --file?" },
		{ "--verb prog", "no such option; did you mean --verbose?" },
		{ "--formt=oci prog", "no such option; did you mean --format?" },
		{ "--no-such prog", "--no-such: no such option" },
		{ "-o", "-f needs an argument" },
		{ "--filex=x prog", "no such option" },
		{ "--File=x prog", "no such option" },
		{ "--=x prog", "no such option" },
		{ "---file=x prog", "no such option" },
		{ "--quiet=1 prog", "--quiet takes no argument" },
		{ "--help= prog", "--help takes no argument" },
		{ "-f", "-f needs an argument" },
		{ "-qf", "-f needs an argument" },
		{ "--file", "--file needs an argument" },
		{ "-f ''", "-f : " }, { "--file= prog", "-f : " },
		{ "-f + prog", "not a descriptor" },
		{ "-f +x prog", "not a descriptor" },
		{ "-f +1x prog", "not a descriptor" },
		{ "-f +-1 prog", "not a descriptor" },
		{ "-f +99999999999 prog", "not a descriptor" },
		{ "-f +77 prog", "-f +77: " },
		{ "-f /dev/fd/77 prog", "-f /dev/fd/77: " },
		{ "-f /dev/fd/x prog", "not a descriptor" },
		{ "-F json prog", "no such format; there are whitelist, procd, " },
		{ "-F whitelis prog", "no such format" },
		{ "-F '' prog", "no such format" },
		{ "-s '' prog", "neither" }, { "-s / prog", "neither" },
		{ "-s ls -e pol prog", "a policy is enforced" },
		{ "-i 0 prog", "number from 1" }, { "-i x prog", "number from 1" },
		{ "-i 1000001 prog", "number from 1" }, { "-i -5 prog", "number from 1" },
		{ "-p foo prog", "not an errno" },
		{ "-p '' prog", "not an errno" },
		{ "-p 5000 prog", "not an errno" },
		{ "-p log prog", "whitelist can't express" },
		{ "-p log -F whitelist prog", "whitelist can't express" },
		{ "-m -p log a", "whitelist can't express" },
		{ "-c a -p log -f x prog", "whitelist can't express" },
		{ "-x a -F table prog", "-F table is none" },
		{ "-m", "-m: needs at least one policy" },
		{ "-d a", "OLD NEW" }, { "-d a b c", "OLD NEW" },
		{ "-a 0", "not a PID" }, { "-a x", "not a PID" },
		{ "-a 99999999999", "not a PID" },
		{ "-a 12345678901234567890", "not a PID" },
		{ "-a 1,x", "-a 1,x: not a PID; `pidof NAME'" }, { "-a 1,0", "not a PID" },
		{ "-a ''", "not a PID" }, { "-a ' ,'", "not a PID" },
		{ "-a 1 -a ''", "not a PID" },
		{ "-a /x -a /y", "-a /y: a second folder" },
		{ "-a 1 prog", "-a and PROGRAM exclude each other: prog" },
		{ "-c pol -a 1 prog", "-a and PROGRAM exclude each other" },
		/* every wrong word */
		{ "-w a prog", "restart, imports, code and all: `a'\n" },
		{ "-w a,vdso,,b prog", "restart, imports, code and all: `a', `', `b'\n" },
		{ "-w vdsoo,siblingssiblings prog",
		  "all: `vdsoo', `siblingssiblings'\n" },
		/* a habit from strace */
		{ "-p 1234", "-a attaches" }, { "-p 13", "-a attaches" },
		{ "-p 54321", "-a attaches" }, { "-p 4194303", "-a attaches" },
		{ "-p EPERM", "no PROGRAM; utrace --help" },
	};
	char name[128];
	size_t i;

	for (i = 0; i < LENGTH(cases); i++) {
		sprintf(name, "bad [%s]", cases[i].line);
		check_bad(name, cases[i].line, cases[i].why);
	}
}

static void
test_long_path(void)
{
	char line[5100] = "-f ";
	size_t max = sizeof options.output.path - 1;

	memset(line + 3, 'x', max);
	strcpy(line + 3 + max, " prog");
	check(parse(line) == 0 && strlen(options.output.path) == max,
	    "longest_path", "%s", scratch_text(said));
	memset(line + 3, 'x', max + 1);
	strcpy(line + 3 + max + 1, " prog");
	check_bad("too_long_path", line, error_text(ENAMETOOLONG));
}

static void
test_seccomp_file(void)
{
	char path[5000];

	setenv("SECCOMP_FILE", "/x/y", 1);
	parse("prog");
	check_str("seccomp_file", meaning(),
	    "whitelist 1 main auto path=/x/y merge : prog");
	parse("-f out prog");
	check_str("seccomp_file_yields_to_f", meaning(),
	    "whitelist 1 main auto path=out : prog");
	parse("-f - prog");
	check_str("seccomp_file_yields_to_fd", meaning(),
	    "whitelist 1 main auto fd=1 : prog");
	setenv("SECCOMP_FILE", "", 1);
	parse("prog");
	check_str("seccomp_file_empty", meaning(),
	    "whitelist 1 main auto : prog");
	memset(path, 'x', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	setenv("SECCOMP_FILE", path, 1);
	check_bad("seccomp_file_too_long", "prog", error_text(ENAMETOOLONG));
	/* as for -f */
	setenv("SECCOMP_FILE", "+9", 1);
	parse("prog");
	check_str("seccomp_file_fd", meaning(),
	    "whitelist 1 main auto fd=9 : prog");
	setenv("SECCOMP_FILE", "/dev/stdout", 1);
	parse("prog");
	check_str("seccomp_file_stdout", meaning(),
	    "whitelist 1 main auto fd=1 : prog");
	setenv("SECCOMP_FILE", "+77", 1);
	check_bad("seccomp_file_no_fd", "prog", "-f +77: ");
	unsetenv("SECCOMP_FILE");
}

/* "A=1 B=2" */
static const char *
environment(void)
{
	static char text[256];
	char **e;

	text[0] = '\0';
	for (e = environ; e && *e; e++) {
		if (e != environ)
			strcat(text, " ");
		strcat(text, *e);
	}
	return text;
}

static void
check_debug(const char *name, char **env, bool verbose, const char *left)
{
	char **old = environ;

	environ = env;
	parse("prog");
	check(options.verbose == verbose && !strcmp(environment(), left), name,
	    "verbose %d, left [%s]", options.verbose, environment());
	environ = old;
}

static void
test_trace_debug(void)
{
	char none[] = "A=1", first[] = "TRACE_DEBUG=1";
	char blank[] = "TRACE_DEBUG=";
	char more[] = "TRACE_DEBUGS=1", less[] = "TRACE_DEBU=1", bare[] = "B";
	char *front[] = { first, none, more, NULL };
	char *middle[] = { none, blank, less, bare, NULL };
	char *twice[] = { none, first, blank, NULL };
	char *other[] = { more, less, none, NULL };
	char *alone[] = { first, NULL };

	check_debug("trace_debug_first", front, true, "A=1 TRACE_DEBUGS=1");
	check_debug("trace_debug_empty", middle, true, "A=1 TRACE_DEBU=1 B");
	check_debug("trace_debug_twice", twice, true, "A=1");
	check_debug("trace_debug_other", other, false,
	    "TRACE_DEBUGS=1 TRACE_DEBU=1 A=1");
	check_debug("trace_debug_alone", alone, true, "");
	check_debug("trace_debug_no_environment", NULL, false, "");
}

/* --- which option has an effect with what */

/* the ways to run utrace: by the name seccomp-trace, and the words before and
 * after the option */
static const struct way {
	bool violations;
	const char *before, *after;
} ways[] = {
	{ false, "", "prog" }, { false, "-a 1", "" },
	{ false, "-c pol", "prog" }, { false, "-c pol -a 1", "" },
	{ true, "-f pol", "prog" }, { false, "-e pol", "prog" },
	{ false, "-m", "a b" }, { false, "-d", "a b" },
};

/* by option: "+" it is accepted, "-" it has no effect, "x" it excludes another
 * option or PROGRAM; in the order of ways[] */
static const struct {
	const char *option, *expected;
} effects[] = {
	/*                r  ra c  ca v  e  m  d */
	{ "-f out",      "+  +  +  +  +  -  +  -" },
	{ "-F oci",      "+  +  -  -  +  -  +  -" },
	{ "-p 13",       "+  +  -  -  +  +  +  -" },
	{ "-s main",     "+  -  +  -  +  +  -  -" },
	{ "-s exec",     "+  -  +  -  +  +  -  -" },
	{ "-w all",      "+  +  +  +  +  +  +  -" },
	{ "-A",          "+  +  -  -  -  -  -  -" },
	{ "-t stop",     "+  +  +  +  +  -  -  -" },
	{ "-a 2",        "x  +  x  +  -  -  -  -" },
	{ "--wait",      "-  +  -  +  -  -  -  -" },
	{ "--oci-hook",  "x  -  -  -  -  -  -  -" },
	{ "-x dir",      "+  +  -  -  -  -  -  -" },
	{ "-k known",    "+  +  -  -  -  -  -  -" },
	{ "-c pol",      "+  +  x  x  -  x  x  x" },
	{ "--deny",      "-  -  +  +  -  -  -  -" },
	{ "-e pol",      "+  -  x  x  -  x  x  x" },
	{ "-m",          "+  -  x  x  -  x  x  x" },
	{ "-d",          "x  -  x  x  -  x  x  x" },
	{ "-D",          "+  -  +  -  +  -  -  -" },
	{ "-P pid",      "+  +  +  +  +  -  -  -" },
	{ "-i 5",        "+  +  -  -  +  -  -  -" },
	{ "-q",          "+  +  +  +  +  -  -  -" },
	{ "-v",          "+  +  +  +  +  +  +  -" },
};

static char
verdict(const struct way *way, const char *option)
{
	char line[128];
	const char *text;
	int r;

	sprintf(line, "%s %s %s", way->before, option, way->after);
	name_used = way->violations ? logger : usual;
	r = parse(line);
	name_used = usual;
	text = scratch_text(said);
	if (r == 0)
		return *text ? '?' : '+';
	if (strstr(text, "has no effect"))
		return '-';
	return strstr(text, "exclude each other") ||
	    strstr(text, "is given twice") ||
	    strstr(text, "needs two policies") ? 'x' : '?';
}

static void
test_effects(void)
{
	char got[LENGTH(ways) * 3 + 1];
	size_t i, k;

	for (i = 0; i < LENGTH(effects); i++) {
		memset(got, ' ', sizeof got);
		for (k = 0; k < LENGTH(ways); k++)
			got[3 * k] = verdict(&ways[k], effects[i].option);
		got[3 * LENGTH(ways) - 2] = '\0';
		check_str(effects[i].option, got, effects[i].expected);
	}
}

/* any two options that each have an effect alone have one together, but for
 * these, in either order */
static void
test_pairs(void)
{
	static const struct {
		const char *one, *other;
	} exclude[] = {
		{ "-c pol", "-e pol" }, { "-c pol", "-m" },
		{ "-e pol", "-m" },
		/* from here on because of the modes, see effects[] */
		{ "-F oci", "-c pol" }, { "-p 13", "-c pol" },
		{ "-i 5", "-c pol" }, { "-A", "-c pol" },
		{ "-x dir", "-c pol" }, { "-k known", "-c pol" },
		{ "-f out", "-e pol" }, { "-F oci", "-e pol" },
		{ "-A", "-e pol" }, { "-t stop", "-e pol" },
		{ "-x dir", "-e pol" }, { "-k known", "-e pol" },
		{ "-D", "-e pol" }, { "-P pid", "-e pol" },
		{ "-i 5", "-e pol" }, { "-q", "-e pol" },
		{ "-s main", "-m" }, { "-s exec", "-m" }, { "-A", "-m" },
		{ "-t stop", "-m" }, { "-x dir", "-m" },
		{ "-k known", "-m" }, { "-D", "-m" }, { "-P pid", "-m" },
		{ "-i 5", "-m" }, { "-q", "-m" },
	};
	const char *one, *other;
	char pair[128];
	bool excluded;
	size_t i, k, n;
	char got;

	for (i = 0; i < LENGTH(effects); i++) {
		for (k = 0; k < LENGTH(effects); k++) {
			one = effects[i].option;
			other = effects[k].option;
			if (i == k || *effects[i].expected != '+' ||
			    *effects[k].expected != '+')
				continue;
			excluded = false;
			for (n = 0; n < LENGTH(exclude); n++)
				excluded |= (!strcmp(one, exclude[n].one) &&
				    !strcmp(other, exclude[n].other)) ||
				    (!strcmp(one, exclude[n].other) &&
				    !strcmp(other, exclude[n].one));
			sprintf(pair, "%s %s", one, other);
			got = verdict(&ways[0], pair);
			check((got == '+') != excluded && got != '?', pair,
			    "%c", got);
		}
	}
}

/* what an option needs, and the whole message */
static void
test_needs(void)
{
	static const char *const good[] = {
		"-c pol -f out -F oci prog", "-c pol -i 5 -f out prog",
		"-c pol -p 13 -f out prog", "-c pol -p log --deny prog",
		"-s main -x dir -a 1", "--deny -c pol -a 1",
	};
	static const struct {
		const char *line, *why;
	} bad[] = {
		{ "--deny prog", "--deny has no effect without -c\n" },
		{ "-c a -F oci prog",
		  "-F has no effect with -c without -f\n" },
		{ "-c a -i 5 prog", "-i has no effect with -c without -f\n" },
		{ "-c a -p 13 prog",
		  "-p has no effect with -c without -f or --deny\n" },
		{ "-a 1 -s exec", "-s has no effect with -a without -x\n" },
		{ "-a 1 -D", "-D has no effect with -a\n" },
		{ "--wait prog",
		  "--wait has no effect with recording without -a\n" },
		{ "--oci-hook -a 1", "-a has no effect with --oci-hook\n" },
		{ "--oci-hook -f x", "-f has no effect with --oci-hook\n" },
		{ "--oci-hook -D", "-D has no effect with --oci-hook\n" },
		{ "--oci-hook prog",
		  "--oci-hook and PROGRAM exclude each other: prog\n" },
		{ "-m -D a", "-D has no effect with -m\n" },
		{ "-m --deny a", "--deny has no effect with -m\n" },
		{ "-a 1 -e pol", "-a has no effect with -e\n" },
		{ "-c a -c b prog", "-c is given twice\n" },
		{ "-c a -e b prog", "-c, -e, -m and -d exclude each other\n" },
	};
	char name[128];
	size_t i;
	int r;

	for (i = 0; i < LENGTH(good); i++) {
		sprintf(name, "needs [%s]", good[i]);
		r = parse(good[i]);
		check(r == 0, name, "%d, %s", r, scratch_text(said));
	}
	for (i = 0; i < LENGTH(bad); i++) {
		sprintf(name, "needs [%s]", bad[i].line);
		check_bad(name, bad[i].line, bad[i].why);
	}
	name_used = logger;
	check_bad("needs_seccomp_trace", "-f pol -k known prog",
	    "-k has no effect with seccomp-trace\n");
	name_used = usual;
}

/* the help has a line for each option and names each format */
static void
test_help(void)
{
	static const char letters[] = "fFpswAtaxkcemdDPiqvhV";
	struct out o;
	const char *text, *line, *c;
	char option[16];
	int i, fd = scratch();

	out_init(&o, fd);
	options_help(&o);
	out_flush(&o);
	text = scratch_text(fd);
	for (c = letters; *c; c++) {
		sprintf(option, "\n  -%c, --", *c);
		if (!strstr(text, option))
			break;
	}
	check(!*c, "help_has_options", "not -%c", *c);
	for (i = 0; i < n_formats && strstr(text, formats[i].name); i++)
		;
	check(i == n_formats, "help_has_formats", "not all");
	for (line = text; (c = strchr(line, '\n')) && c - line <= 80;
	    line = c + 1)
		;
	check(!*line, "help_is_80_wide", "%s", line);
}

/* OpenWrt's name for it: -f is the policy, the result has its own place */
static void
test_violations(void)
{
	name_used = logger;
	parse("-f pol prog -f x");
	check_str("violations", meaning(),
	    "whitelist 1 main auto D c=pol deny violations : prog -f x");
	check_num("violations_syslog", options.syslog, true);
	check_str("violations_extension", options.output.extension,
	    "violations.json");
	setenv("SECCOMP_FILE", "env", 1);
	parse("prog");
	check_str("violations_env", meaning(),
	    "whitelist 1 main auto D c=env deny violations : prog");
	unsetenv("SECCOMP_FILE");
	check_num("violations_no_policy", parse("prog"), -1);
	name_used = usual;
	scratch_text(said);
}

int
main(void)
{
	said = scratch();
	log_fd = said;
	if (dup2(said, OPEN_FD) < 0)
		die("dup2");
	unsetenv("SECCOMP_FILE");
	unsetenv("TRACE_DEBUG");
	test_good();
	test_bad();
	test_effects();
	test_pairs();
	test_needs();
	test_long_path();
	test_seccomp_file();
	test_trace_debug();
	test_help();
	test_violations();
	return unit_end();
}
