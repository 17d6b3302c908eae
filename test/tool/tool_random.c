/* SPDX-License-Identifier: MIT */
/*
 * tool_random FIRST:COUNT TAP...: run victim_random with each of these seeds
 * under $UTRACE and each TAP, and compare the recording with what the victim
 * says that it called.  A seed that fails is shrunk: which actions can be left
 * out so that it still fails?
 *
 * TAP may be "none", which runs the victim alone, or "old-" and a tap, which
 * runs utrace as on a kernel without PTRACE_GET_SYSCALL_INFO.
 *
 *   UTRACE, VICTIMS, SLOW  as for run.sh
 *   JOBS                   seeds that run side by side (4)
 *   MASK                   leave these actions out, as victim_random does, and
 *                          run each seed TRIES times
 *   SHRINK=0               do not shrink
 *   TRIES                  runs that acquit what a shrunk seed left out (12)
 *
 * Exit status: 0 if no seed failed, 1 if one did, 77 if no TAP works here.
 */
#include "test/victim/victim.h"
#include "test/victim/random.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <signal.h>

enum {
	SECONDS = 20,           /* for one run */
	SHRINK_MS = 120000,
	FAILURES_MAX = 5,       /* seeds; more would be the same fault */
};

static const char *utrace, *victims;
static char work[64];           /* the folder of this job */
static char victim[512], runner[512], with[512];
/* what has failed, and how far all jobs are */
static char failure[400];
static struct { int next, failed, runs; } *common;

static const char *
join(char *out, const char *a, const char *b)
{
	strcpy(out, a);
	return strcat(out, b);
}

/* the whole file as a string in a buffer for each kind of file */
static const char *
read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, buf, size - 1);

	buf[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
	return buf;
}

/* at most n bytes of s, and no more than fit */
static void
append(char *out, size_t size, const char *s, size_t n)
{
	size_t at = strlen(out);

	for (; n > 0 && *s && at + 1 < size; n--)
		out[at++] = *s++;
	out[at] = '\0';
}

static bool
fails(const char *what, const char *detail)
{
	join(failure, what, " ");
	append(failure, sizeof failure, detail, sizeof failure);
	return true;
}

static bool
fails_at(const char *what, int number_called)
{
	char num[24];

	return fails(what, digits(num + sizeof num - 1, number_called));
}

static char *
decimal(long value)
{
	static char num[8][24];
	static int n;

	n = (n + 1) % 8;
	return digits(num[n] + sizeof num[n] - 1, value);
}

/* the exit status of tool_run */
static int
run_utrace(const char *tap, long seed, uint64_t mask)
{
	bool old = strncmp(tap, "old-", 4) == 0;
	char *argv[] = {
		runner, decimal(SECONDS * at_most(1)), with, "noinfo",
		(char *)utrace, "-q", "-t", (char *)tap + (old ? 4 : 0), "-F",
		"table", "-s", "exec", "-f", "table", victim, "calls",
		decimal(seed), decimal((long)mask), NULL
	};
	/* without utrace: is it the victim that fails? */
	int status, fd, skip = strcmp(tap, "none") == 0 ? 12 : old ? 0 : 2;
	pid_t pid;

	argv[skip] = argv[0];
	argv[skip + 1] = argv[1];
	unlink("calls");
	unlink("table");
	pid = fork();
	if (pid == 0) {
		fd = open("err", O_RDWR | O_CREAT | O_TRUNC, 0600);
		dup2(fd, 1);
		dup2(fd, 2);
		execv(runner, argv + skip);
		_exit(111);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* how often each number was recorded, in PROGRAM's ABI and in others */
static bool
read_table(const char *text, unsigned counts[2][RANDOM_NUMBERS])
{
	char *name;
	long n, nr;
	int foreign;

	memset(counts, 0, 2 * sizeof counts[0]);
	for (; text; text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL) {
		n = strtol(text, &name, 10);
		name += strspn(name, " ");
		name += strcspn(name, " ");     /* the share */
		name += strspn(name, " ");
		foreign = strncmp(name, "i386:", 5) == 0 ||
		    strncmp(name, "arm:", 4) == 0;
		nr = strtol(foreign ? strchr(name, ':') + 1 : name, NULL, 10);
		if (nr < RANDOM_FIRST || nr > 9999)
			continue;
		if (nr >= RANDOM_FIRST + RANDOM_NUMBERS)
			return fails_at("recorded, but nobody calls it:",
			    (int)nr);
		counts[foreign][nr - RANDOM_FIRST] += (unsigned)n;
	}
	return false;
}

/* does utrace say that calls are missing if the program has a filter? */
static bool
warns_of_filter(const char *tap)
{
	return strcmp(tap, "ebpf") == 0 || strcmp(tap, "old-seccomp") == 0;
}

/* may a filter of the program have hidden this number from the tap? */
static bool
may_be_hidden(const struct random_file *f, const char *tap, int i)
{
	return warns_of_filter(tap) &&
	    (f->rejected >> ((RANDOM_FIRST + i) & 7) & 1);
}

static bool
numbers_differ(const struct random_file *f, const char *tap,
    unsigned counts[2][RANDOM_NUMBERS])
{
	bool foreign, certain;
	unsigned state;
	int i;

	for (i = 0; i < RANDOM_NUMBERS; i++) {
		state = f->called[i];
		foreign = state >= CALLED_IN_32_BITS;
		certain = state == CALLED || state == CALLED_IN_32_BITS;
		if (counts[!foreign][i] || counts[foreign][i] > 1)
			return fails_at(state == NOT_CALLED ?
			    "recorded, but not called:" :
			    "recorded in another ABI or more than once:",
			    RANDOM_FIRST + i);
		if (state == NOT_CALLED ? counts[0][i] != 0 :
		    certain && counts[foreign][i] == 0 &&
		    !may_be_hidden(f, tap, i))
			return fails_at(state == NOT_CALLED ?
			    "recorded, but not called:" :
			    "called, but not recorded:", RANDOM_FIRST + i);
	}
	return false;
}

/* each line that utrace wrote must be expected */
static bool
messages_differ(const char *tap, const char *text)
{
	static const char filter[] =
	    "utrace: PROGRAM installed a seccomp filter; ";
	char line[300];
	size_t n;

	for (; *text; text += n + (text[n] != '\0')) {
		n = strcspn(text, "\n");
		if (n == 0 || (warns_of_filter(tap) &&
		    strncmp(text, filter, sizeof filter - 1) == 0))
			continue;
		line[0] = '\0';
		append(line, sizeof line, text, n);
		return fails("message:", line);
	}
	return false;
}

static bool
run_fails(const char *tap, long seed, uint64_t mask)
{
	static char text[65536];
	static unsigned counts[2][RANDOM_NUMBERS];
	static const char *const problems[] = {
		"", "a child of PROGRAM did not end",
		"a stopped process did not continue",
		"SIGSTOP did not stop a process",
		"a call that a filter rejects was made"
	};
	int status = run_utrace(tap, seed, mask);
	struct random_file f = { .n_actions = 0 };
	int fd = open("calls", O_RDONLY);
	bool filter_warned;

	__sync_fetch_and_add(&common->runs, 1);
	if (fd < 0 || read(fd, &f, sizeof f) != sizeof f)
		return fails("no file:", read_file("err", text, sizeof text));
	close(fd);
	if (f.problem)
		return fails(problems[f.problem], "");
	if (status == 124)
		return fails("utrace did not end", "");
	if (messages_differ(tap, read_file("err", text, sizeof text)))
		return true;
	filter_warned = warns_of_filter(tap) && *text;
	if ((uint32_t)status != f.want_status)
		return fails_at("exit status", status);
	if (strcmp(tap, "none") == 0)
		return false;
	read_file("table", text, sizeof text);
	if (strstr(text, "incomplete") && !filter_warned)
		return fails("incomplete", "");
	return read_table(text, counts) || numbers_differ(&f, tap, counts);
}

static bool
fails_often(const char *tap, long seed, uint64_t mask)
{
	const char *tries = getenv("TRIES");
	long i;

	for (i = tries ? number(tries) : 12; i > 0; i--)
		if (run_fails(tap, seed, mask))
			return true;
	return false;
}

/* leave out as much as possible: first halves, at last single actions */
static uint64_t
shrink(const char *tap, long seed, uint64_t mask, int n)
{
	long deadline = now() + SHRINK_MS;
	uint64_t chunk;
	int size, i;

	for (size = (n + 1) / 2; size > 0; size /= 2)
		for (i = n - size; i > -size && now() < deadline; i -= size) {
			chunk = ((uint64_t)1 << size) - 1;
			chunk = i < 0 ? chunk >> -i : chunk << i;
			if ((mask | chunk) != mask &&
			    fails_often(tap, seed, mask | chunk))
				mask |= chunk;
		}
	return mask;
}

static int
actions_of(void)
{
	struct random_file f = { .n_actions = RANDOM_ACTIONS_MAX };
	int fd = open("calls", O_RDONLY);

	if (fd >= 0) {
		(void)!read(fd, &f, sizeof f);
		close(fd);
	}
	return (int)f.n_actions;
}

/* one write, so that the lines of two jobs don't mix */
static void
report(const char *tap, long seed, uint64_t mask)
{
	char line[1200] = "";
	const char *parts[] = {
		"not ok seed ", decimal(seed), ", tap ", tap, ": ", failure,
		"\n    utrace -t ", tap, " -F table -f - ", victim,
		" calls ", decimal(seed), " ", decimal((long)mask), "\n"
	};
	size_t i;

	for (i = 0; i < sizeof parts / sizeof *parts; i++)
		append(line, sizeof line, parts[i], sizeof line);
	put(line);
	if (fork() == 0) {
		execl(victim, victim, "plan", decimal(seed), decimal((long)mask),
		    NULL);
		_exit(111);
	}
	wait(NULL);
}

static void
try_seed(const char *tap, long seed)
{
	const char *no_shrink = getenv("SHRINK");
	const char *mask_given = getenv("MASK");
	uint64_t mask = (uint64_t)number(mask_given);

	if (!(mask_given ? fails_often : run_fails)(tap, seed, mask))
		return;
	__sync_fetch_and_add(&common->failed, 1);
	report(tap, seed, mask);
	if (no_shrink && number(no_shrink) == 0)
		return;
	mask = shrink(tap, seed, mask, actions_of());
	/* its own failure is the one to print */
	fails("did not fail again", "");
	fails_often(tap, seed, mask);
	report(tap, seed, mask);
}

static _Noreturn void
do_job(int job, long first, long count, char **taps)
{
	long i, n_taps = 0;

	while (taps[n_taps])
		n_taps++;
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	join(work, "random.", decimal(job));
	if ((mkdir(work, 0700) < 0 && errno != EEXIST) || chdir(work) < 0)
		die(work);
	while ((i = __sync_fetch_and_add(&common->next, 1)) < count * n_taps &&
	    common->failed < FAILURES_MAX)
		try_seed(taps[i % n_taps], first + i / n_taps);
	unlink("calls");
	unlink("table");
	unlink("err");
	if (chdir("..") == 0)
		rmdir(work);
	_exit(0);
}

/* drop the taps that don't work here */
static void
keep_taps(char **taps)
{
	char probe[512];
	int status;
	char **to = taps;

	join(probe, victims, "/tool_probe");
	for (; *taps; taps++) {
		status = 0;
		bool asks = strcmp(*taps, "seccomp") == 0 ||
		    strcmp(*taps, "ebpf") == 0;

		if (asks && fork() == 0) {
			execl(probe, probe, *taps, NULL);
			_exit(111);
		}
		if (asks)
			wait(&status);
		if (status == 0)
			*to++ = *taps;
		else
			say("skip: this tap does not work here:", (*taps)[0]);
	}
	*to = NULL;
}

int
main(int argc, char **argv)
{
	const char *jobs = getenv("JOBS");
	int job, n_jobs = jobs && *jobs ? (int)number(jobs) : 4;
	char *colon = argc > 2 ? strchr(argv[1], ':') : NULL;
	long began = now(), ms;

	utrace = getenv("UTRACE");
	victims = getenv("VICTIMS");
	if (!colon || !utrace || !victims)
		die("usage: UTRACE= VICTIMS= tool_random FIRST:COUNT TAP...");
	keep_taps(argv + 2);
	if (!argv[2])
		return 77;
	join(victim, victims, "/victim_random");
	join(runner, victims, "/tool_run");
	join(with, victims, "/tool_with");
	common = mmap(NULL, sizeof *common, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (job = 0; job < n_jobs; job++)
		if (fork() == 0)
			do_job(job, number(argv[1]), number(colon + 1), argv + 2);
	while (wait(NULL) > 0)
		;
	ms = now() - began;
	say("runs:", common->runs);
	say("runs a second:", common->runs * 1000L / (ms ? ms : 1));
	say("seeds that failed:", common->failed);
	return common->failed != 0;
}
