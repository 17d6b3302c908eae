/* SPDX-License-Identifier: MIT
 *
 * lib/: the output buffer, numbers, lists of words, errnos, messages, closing
 * descriptors.
 */
#include "unit.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>

/* the kernel of lib/sys.c: its writes are as short and interrupted as wanted */
static struct {
	int writes;             /* how many there were */
	size_t most;            /* bytes that one write takes */
	int interrupts;         /* how many are to fail with EINTR */
	bool no_close_range;
} kernel = { .most = SIZE_MAX };

static ssize_t
fake_write(int fd, const void *data, size_t len)
{
	kernel.writes++;
	if (kernel.interrupts > 0) {
		kernel.interrupts--;
		errno = EINTR;
		return -1;
	}
	return write(fd, data, len < kernel.most ? len : kernel.most);
}

/* an older kernel, or a container's filter, refuses it */
#define syscall(nr, ...) (kernel.no_close_range && (nr) == SYS_close_range ? \
	(errno = ENOSYS, -1L) : syscall(nr, __VA_ARGS__))
#define write fake_write
#include "lib/sys.c"
#undef write
#undef syscall
#include "lib/out.c"

#include "lib/errors.h"
#include "lib/log.h"
#include "lib/signals.h"
#include "lib/util.h"

enum { FULL = sizeof ((struct out *)0)->buf };

/* n bytes such that a lost or moved one shows */
static const char *
pattern(size_t n)
{
	static char text[100001];
	size_t i;

	for (i = 0; i < n; i++)
		text[i] = (char)('a' + i % 23);
	text[n] = '\0';
	return text;
}

/* len bytes in pieces, through the buffer */
static bool
arrives(int fd, size_t len, size_t piece)
{
	const char *text = pattern(len);
	struct out o;
	size_t at, n;

	out_init(&o, fd);
	for (at = 0; at < len; at += n) {
		n = len - at < piece ? len - at : piece;
		if (n == 1)
			out_char(&o, text[at]);
		else
			out_mem(&o, text + at, n);
	}
	return out_flush(&o) == 0 && !strcmp(scratch_text(fd), text);
}

static void
test_lengths(int fd)
{
	static const size_t lengths[] = {
		0, 1, FULL - 1, FULL, FULL + 1, 2 * FULL - 1, 2 * FULL,
		2 * FULL + 1, 100000,
	};
	static const size_t pieces[] = {
		1, 7, FULL - 1, FULL, FULL + 1, SIZE_MAX,
	};
	char name[64];
	size_t i, j;

	for (i = 0; i < LENGTH(lengths); i++) {
		for (j = 0; j < LENGTH(pieces); j++)
			if (!arrives(fd, lengths[i], pieces[j]))
				break;
		sprintf(name, "out_%zu_bytes", lengths[i]);
		check(j == LENGTH(pieces), name,
		    "wrong in pieces of %zu", pieces[j % LENGTH(pieces)]);
	}
}

static void
test_buffering(int fd)
{
	struct out o;

	kernel.writes = 0;
	out_init(&o, fd);
	out_str(&o, pattern(FULL - 1));
	out_char(&o, '!');
	check_num("out_full_waits", kernel.writes, 0);
	out_char(&o, '!');
	check_num("out_overflow_writes_once", kernel.writes, 1);
	check_num("out_overflow_writes_all", lseek(fd, 0, SEEK_END), FULL);
	check_num("out_flush", out_flush(&o), 0);
	check_num("out_flush_writes_once", kernel.writes, 2);
	check_num("out_flush_of_nothing", out_flush(&o), 0);
	check_num("out_flush_of_nothing_writes_nothing", kernel.writes, 2);
	scratch_text(fd);
}

/* /dev/kmsg: each write is a record of at most 976 bytes, in old kernels */
static void
test_lines(int fd)
{
	struct out o;
	size_t i;

	out_init(&o, fd);
	kernel.writes = 0;
	for (i = 0; i < FULL / 16; i++)
		out_str(&o, "fifteen letters\n");
	check_num("out_lines_fill", kernel.writes, 0);
	out_str(&o, "two\nlin");
	check_num("out_lines_overflow", lseek(fd, 0, SEEK_END), FULL);
	out_str(&o, pattern(FULL - 6));
	check_num("out_line_is_whole", lseek(fd, 0, SEEK_END), FULL + 4);
	out_flush(&o);
	check_num("out_lines_all", lseek(fd, 0, SEEK_END), 2 * FULL + 1);
	check(FULL <= 976, "out_writes_fit_kmsg", "%d bytes", FULL);
	scratch_text(fd);
}

/* an error is still one after later writes that would have worked */
static void
test_sticks(const char *name, int bad_fd, int error, int fd)
{
	char line[64];
	struct out o;
	int i;

	out_init(&o, bad_fd);
	out_str(&o, pattern(3000));
	sprintf(line, "%s_error", name);
	check_num(line, o.error, error);
	o.fd = fd;
	out_str(&o, pattern(3000));
	for (i = 0; i < 2; i++) {
		errno = 0;
		sprintf(line, "%s_sticks_%d", name, i);
		check(out_flush(&o) == -1 && errno == error, line, "errno %d",
		    errno);
	}
	sprintf(line, "%s_ends_the_output", name);
	check_str(line, scratch_text(fd), "");
}

static void
test_errors(int fd)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	int closed = dup(fd);

	close(closed);
	if (full < 0)
		skip("out_dev_full", "no /dev/full here");
	else
		test_sticks("out_dev_full", full, ENOSPC, fd);
	test_sticks("out_closed", closed, EBADF, fd);
	test_sticks("out_no_descriptor", -1, EBADF, fd);
	if (full >= 0)
		close(full);
}

static void
test_short_writes(int fd)
{
	kernel.most = 7;
	check(arrives(fd, 3000, 100), "out_short_writes", "not all arrived");
	kernel.most = SIZE_MAX;
	kernel.interrupts = 5;
	check(arrives(fd, 3000, 100), "out_interrupted", "not all arrived");
	check_num("out_interrupted_goes_on", kernel.interrupts, 0);
	kernel.interrupts = 0;
}

static volatile sig_atomic_t alarms;

static void
on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

/* in the reader's process: 0 if what comes is n times the pattern */
static int
read_slowly(int fd, size_t len, int times)
{
	const char *text = pattern(len);
	char buf[4096];
	size_t at = 0, i;
	ssize_t n;

	while ((n = read(fd, buf, sizeof buf)) > 0) {
		for (i = 0; i < (size_t)n; i++, at++)
			if (buf[i] != text[at % len])
				return 1;
		poll(NULL, 0, 1);
	}
	return n < 0 || at != len * (size_t)times;
}

/* a pipe with a slow reader and a storm of signals: the kernel's own short
 * writes and EINTR */
static void
test_pipe(void)
{
	struct itimerval often = { { 0, 500 }, { 0, 500 } }, never = { 0 };
	struct sigaction sa = { .sa_handler = on_alarm };
	const char *text = pattern(50000);
	int fd[2], status, i, r = 0;
	pid_t pid;

	if (pipe(fd) < 0 || (pid = fork()) < 0)
		die("pipe and fork");
	if (pid == 0) {
		close(fd[1]);
		_exit(read_slowly(fd[0], 50000, 10));
	}
	close(fd[0]);
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (i = 0; i < 10; i++)
		r |= sys_write_all(fd[1], text, 50000);
	setitimer(ITIMER_REAL, &never, NULL);
	close(fd[1]);
	waitpid(pid, &status, 0);
	check_num("write_all_pipe", r, 0);
	check_num("write_all_pipe_arrives", status, 0);
	check(alarms > 0, "write_all_pipe_had_signals", "none");
}

static void
test_pad(int fd)
{
	struct out o;

	out_init(&o, fd);
	out_pad(&o, 'x', 3);
	out_pad(&o, 'y', 0);
	out_pad(&o, 'z', -3);
	out_flush(&o);
	check_str("out_pad", scratch_text(fd), "xxx");
	out_pad(&o, 'x', 3000);
	out_flush(&o);
	check_num("out_pad_long", (int64_t)strlen(scratch_text(fd)), 3000);
}

static bool
num_is_right(int fd, int64_t v)
{
	char want[32];
	struct out o;

	sprintf(want, "%" PRId64, v);
	out_init(&o, fd);
	out_num(&o, v);
	out_flush(&o);
	return !strcmp(scratch_text(fd), want);
}

static void
test_num(int fd)
{
	static const int64_t values[] = {
		INT64_MIN, INT64_MIN + 1, INT32_MIN, -4294967296, -10, -1, 0,
		1, 9, 10, 99, 100, INT32_MAX, UINT32_MAX, 4294967296,
		INT64_MAX - 1, INT64_MAX,
	};
	char name[64];
	int64_t v;
	size_t i;

	for (i = 0; i < LENGTH(values); i++) {
		sprintf(name, "out_num_%" PRId64, values[i]);
		check(num_is_right(fd, values[i]), name, "another number");
	}
	for (i = 0; i < 2000; i++) {
		v = (int64_t)(random_64() >> random_64() % 64);
		if (!num_is_right(fd, v) || !num_is_right(fd, -v))
			break;
	}
	check(i == 2000, "out_num_random", "wrong: %" PRId64, v);
}

static void
test_fmt(int fd)
{
	struct out o;

	out_init(&o, fd);
	out_fmt(&o, "%s|%d|%d|%u|%x|%llu|%%|%s%s.", "text", INT_MIN, INT_MAX,
	    UINT_MAX, 0xfee1dead, 18446744073709551615ull, "", "end");
	out_flush(&o);
	check_str("out_fmt", scratch_text(fd), "text|-2147483648|2147483647|"
	    "4294967295|fee1dead|18446744073709551615|%|end.");
	out_fmt(&o, "%d%u%x%llu", 0, 0u, 0u, 0ull);
	out_flush(&o);
	check_str("out_fmt_zeros", scratch_text(fd), "0000");
}

/* what out_safe() makes of a text */
static const char *
safe(int fd, const char *text, size_t max)
{
	struct out o;

	out_init(&o, fd);
	out_safe(&o, text, max);
	out_flush(&o);
	return scratch_text(fd);
}

static void
test_safe_bytes(int fd)
{
	char text[3] = "?|", want[8], name[32];
	int c;

	for (c = 1; c < 256; c++) {
		text[0] = (char)c;
		if (c == '\\')
			strcpy(want, "\\\\|");
		else
			sprintf(want, c < ' ' || c > '~' ? "\\x%02x|" : "%c|", c);
		sprintf(name, "safe_byte_%d", c);
		check_str(name, safe(fd, text, 100), want);
	}
	check_str("safe_nothing", safe(fd, "", 0), "");
	check_str("safe_c1_as_utf8", safe(fd, "\xc2\x9b", 100), "\\xc2\\x9b");
	check_str("safe_is_reversible", safe(fd, "\\x1b\x1b", 100),
	    "\\\\x1b\\x1b");
}

static void
test_safe_lengths(int fd)
{
	static char want[OUT_TEXT_MAX + 4];
	struct out o;
	char name[32];
	size_t n;

	check_str("safe_fits", safe(fd, "abcd", 4), "abcd");
	check_str("safe_is_cut", safe(fd, "abcde", 4), "abcd...");
	check_str("safe_escape_fits", safe(fd, "a\n", 5), "a\\x0a");
	check_str("safe_escape_is_whole", safe(fd, "a\n", 4), "a...");
	check_str("safe_no_room", safe(fd, "a", 0), "...");
	for (n = OUT_TEXT_MAX - 1; n < 5000; n = n * 2 - n / 4) {
		sprintf(want, "%.*s%s", OUT_TEXT_MAX, pattern(n),
		    n > OUT_TEXT_MAX ? "..." : "");
		out_init(&o, fd);
		out_fmt(&o, "%s", pattern(n));
		out_flush(&o);
		sprintf(name, "out_fmt_%zu_bytes", n);
		check_str(name, scratch_text(fd), want);
	}
}

static bool
divides(uint64_t v)
{
	unsigned base, digit;
	uint64_t q;

	for (base = 2; base <= 16; base++) {
		q = divide(v, base, &digit);
		if (q != v / base || digit != v % base)
			return false;
	}
	return true;
}

static void
test_divide(void)
{
	uint64_t v;
	int i, j;

	for (i = 0; i < 64; i++) {
		for (j = -1; j <= 1; j++) {
			v = ((uint64_t)1 << i) + (uint64_t)j;
			if (!divides(v) || !divides(~v) || !divides(v * 10))
				goto bad;
		}
	}
	check(true, "divide_powers", "-");
	for (i = 0; i < 100000; i++) {
		v = random_64() >> random_64() % 64;
		if (!divides(v))
			goto bad;
	}
	check(true, "divide_random", "-");
	return;
bad:
	check(false, "divide", "wrong for %" PRIu64, v);
}

static void
test_parse_num(void)
{
	static const struct {
		const char *text;
		unsigned long max;
		long value;     /* -1: to be refused */
	} cases[] = {
		{ "0", 10, 0 }, { "00", 10, 0 }, { "007", 10, 7 },
		{ "10", 10, 10 }, { "11", 10, -1 }, { "100", 10, -1 },
		{ "0", 0, 0 }, { "1", 0, -1 }, { "5", 5, 5 }, { "6", 5, -1 },
		{ "7", 5, -1 }, { "4095", 4095, 4095 }, { "4096", 4095, -1 },
		{ "4100", 4095, -1 }, { "1048576", 1 << 20, 1 << 20 },
		{ "1048577", 1 << 20, -1 },
		{ "2147483647", UINT32_MAX, 2147483647 },
		{ "4294967296", UINT32_MAX, -1 },
		{ "99999999999999999999999999", ULONG_MAX, -1 },
		{ "", 10, -1 }, { " 1", 10, -1 }, { "1 ", 10, -1 },
		{ "+1", 10, -1 }, { "-1", 10, -1 }, { "1x", 10, -1 },
		{ "x1", 10, -1 }, { "0x1", 10, -1 }, { "1\n", 10, -1 },
		{ "1.0", 10, -1 }, { "/", 10, -1 }, { ":", 10, -1 },
		{ "\xff", 10, -1 }, { "\xb1", 10, -1 },
	};
	char name[64], text[32];
	unsigned long v;
	size_t i;
	long got;

	for (i = 0; i < LENGTH(cases); i++) {
		v = 12345;
		got = util_parse_number(cases[i].text, cases[i].max, &v);
		if (got == 0)
			got = (long)v;
		sprintf(name, "parse_num_%zu", i);
		check(got == cases[i].value && (got >= 0 || v == 12345), name,
		    "\"%s\" up to %lu is %ld", cases[i].text, cases[i].max,
		    got);
	}
	sprintf(text, "%lu", ULONG_MAX);
	check(util_parse_number(text, ULONG_MAX, &v) == 0 && v == ULONG_MAX,
	    "parse_num_ulong_max", "refused or %lu", v);
	text[strlen(text) - 1]++;
	check_num("parse_num_ulong_max_1", util_parse_number(text, ULONG_MAX, &v), -1);
}

static void
test_parse_digits(void)
{
	static const struct {
		const char *text;
		unsigned base;
		int at;         /* behind the digits; -1: there are too many */
		uint64_t value;
	} cases[] = {
		{ "", 10, 0, 0 }, { "x", 10, 0, 0 }, { "0", 10, 1, 0 },
		{ "12a", 10, 2, 12 }, { "12a", 16, 3, 0x12a },
		{ "fF", 16, 2, 255 }, { "g", 16, 0, 0 }, { "178", 8, 2, 15 },
		{ "4:", 16, 1, 4 }, { "4@", 16, 1, 4 }, { "4`", 16, 1, 4 },
		{ "4/", 16, 1, 4 }, { "4\x10", 16, 1, 4 }, { "4\xb1", 10, 1, 4 },
		{ "18446744073709551615", 10, 20, UINT64_MAX },
		{ "18446744073709551616", 10, -1, 0 },
		{ "99999999999999999999", 10, -1, 0 },
		{ "ffffffffffffffff", 16, 16, UINT64_MAX },
		{ "10000000000000000", 16, -1, 0 },
	};
	const char *s;
	char name[64];
	uint64_t v;
	size_t i;
	int at;

	for (i = 0; i < LENGTH(cases); i++) {
		s = cases[i].text;
		at = util_parse_digits(&s, cases[i].base, &v) < 0 ? -1 :
		    (int)(s - cases[i].text);
		sprintf(name, "parse_digits_%zu", i);
		check(at == cases[i].at && (at < 0 || v == cases[i].value),
		    name, "\"%s\" ends at %d, is %llu", cases[i].text, at,
		    (unsigned long long)v);
	}
}

static void
test_base_name(void)
{
	check_str("util_base_name", util_base_name("a"), "a");
	check_str("base_name_root", util_base_name("/a"), "a");
	check_str("base_name_path", util_base_name("../x.y/a.b"), "a.b");
	check_str("base_name_slash", util_base_name("/"), "");
	check_str("base_name_folder", util_base_name("a/"), "");
	check_str("base_name_empty", util_base_name(""), "");
}

static void
test_words(void)
{
	static const char words[] = "ab\0a\0b\0";

	check_num("word_index_first", util_word_index(words, "ab"), 0);
	check_num("word_index_last", util_word_index(words, "b"), 2);
	check_num("word_index_none", util_word_index(words, "abc"), -1);
	check_num("word_index_empty", util_word_index(words, ""), -1);
	check_num("word_index_of_no_words", util_word_index("", "a"), -1);
	check_str("word_first", util_word(words, 0), "ab");
	check_str("word_last", util_word(words, 2), "b");
	check_str("word_end", util_word(words, 3), "");
}

static void
test_error_names(void)
{
	int i;

	check_str("error_text", error_text(ENOENT),
	    "No such file or directory");
	check_str("error_text_name", error_text(EXDEV), "EXDEV");
	check_str("error_text_again", error_text(EAGAIN),
	    "Resource temporarily unavailable");
	check_str("error_text_0", error_text(0), "unknown error");
	check_str("error_text_unknown", error_text(-ENOENT), "unknown error");
	for (i = 1; i < 2000; i++)
		if (!error_text(i)[0])
			break;
	check_num("error_text_never_empty", i, 2000);
	check_num("error_number", error_number("ENOENT"), ENOENT);
	check_num("error_number_last", error_number("EWOULDBLOCK"), EAGAIN);
	check_num("error_number_no_text",
	    error_number("No such file or directory"), -1);
	check_num("error_number_empty", error_number(""), -1);
}

static void
test_signal_names(void)
{
	check_str("signal_name", signal_name(SIGKILL), "SIGKILL");
	check_str("signal_name_last", signal_name(SIGSYS), "SIGSYS");
	check_str("signal_name_none", signal_name(64), "a real-time signal");
}

static void
test_warn(int fd)
{
	char want[256];

	log_fd = fd;
	kernel.writes = 0;
	errno = ENOENT;
	log_warn("%s is %d", "life", 42);
	check_num("warn_keeps_errno", errno, ENOENT);
	check_num("warn_one_write", kernel.writes, 1);
	check_str("log_warn", scratch_text(fd), "utrace: life is 42\n");
	errno = EACCES;
	log_warn("%s, %d:", "a:b", 7);
	check_num("warn_errno_keeps_errno", errno, EACCES);
	check_num("warn_errno_one_write", kernel.writes, 2);
	sprintf(want, "utrace: a:b, 7: %s\n", error_text(EACCES));
	check_str("warn_errno", scratch_text(fd), want);
}

/* whatever the strings are, a message is one line in one write */
static void
test_warn_is_a_line(int fd)
{
	char all[256], *p = all;
	const char *line;
	int c;

	for (c = 255; c > 0; c--)
		*p++ = (char)c;
	*p = '\0';
	log_fd = fd;
	kernel.writes = 0;
	errno = ENOENT;
	log_warn("%s/%s:", pattern(4095), all);
	check_num("warn_long_one_write", kernel.writes, 1);
	line = scratch_text(fd);
	check_num("warn_long", (int64_t)strlen(line), 8 + 2 * (256 + 3) + 1 +
	    (int64_t)strlen(": \n") + (int64_t)strlen(error_text(ENOENT)));
	for (p = (char *)line; *p >= ' ' && *p <= '~'; p++)
		;
	check_str("warn_one_line", p, "\n");
}

static void
test_warn_without_stderr(int fd)
{
	int closed = dup(fd);

	close(closed);
	log_fd = closed;
	errno = ENOENT;
	log_warn("nobody hears that:");
	check_num("warn_closed_keeps_errno", errno, ENOENT);
	log_fd = -1;
	kernel.writes = 0;
	log_warn("nor that:");
	check_num("warn_none_keeps_errno", errno, ENOENT);
	check_num("warn_none_writes_nothing", kernel.writes, 0);
	log_warn("%s", pattern(5000));
	check_num("warn_none_long_keeps_errno", errno, ENOENT);
	check_str("warn_none", scratch_text(fd), "");
	log_fd = 2;
}

static int keep[2];

/* in a child: 0 if just the two are left */
static int
closes(void)
{
	static const int used[] = { 0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 100, 200 };
	struct rlimit limit = { 256, 256 };
	int zero = open("/", O_RDONLY | O_CLOEXEC), fd;
	size_t i;

	setrlimit(RLIMIT_NOFILE, &limit);
	for (i = 0; i < LENGTH(used); i++)
		if (used[i] != zero && dup2(zero, used[i]) < 0)
			return 2;
	sys_close_except(keep, 2);
	for (fd = 0; fd < 256; fd++)
		if ((fcntl(fd, F_GETFD) >= 0) !=
		    (fd == keep[0] || fd == keep[1]))
			return 1;
	return 0;
}

static void
test_close_except(void)
{
	static const int pairs[][2] = {
		{ -1, -1 }, { 2, -1 }, { -1, 2 }, { 0, -1 }, { 0, 1 }, { 1, 0 },
		{ 2, 7 }, { 7, 2 }, { 5, 5 }, { 2, 200 },
	};
	char name[64];
	size_t i;

	for (i = 0; i < LENGTH(pairs); i++) {
		memcpy(keep, pairs[i], sizeof keep);
		kernel.no_close_range = false;
		sprintf(name, "close_except_%d_%d", keep[0], keep[1]);
		check_num(name, in_child(closes), 0);
		kernel.no_close_range = true;
		strcat(name, "_one_by_one");
		check_num(name, in_child(closes), 0);
	}
}

/* as the C library says, in each struct stat's members that are to be right */
static void
test_stat(int fd)
{
	static const char *const paths[] = {
		"/", "/..", "/proc/self", "/dev/null", "/proc/self/exe",
		"/nonexistent", "",
	};
	struct stat want, got;
	char name[64];
	size_t i;
	int flags, r, error;

	for (i = 0; i < 2 * LENGTH(paths) + 2; i++) {
		flags = i % 2 ? AT_SYMLINK_NOFOLLOW : AT_EMPTY_PATH;
		if (i >= 2 * LENGTH(paths)) {
			r = fstatat(i % 2 ? -1 : fd, "", &want, AT_EMPTY_PATH);
			error = errno;
			flags = sys_stat(i % 2 ? -1 : fd, "", AT_EMPTY_PATH,
			    &got);
		} else {
			r = fstatat(AT_FDCWD, paths[i / 2], &want, flags);
			error = errno;
			flags = sys_stat(AT_FDCWD, paths[i / 2], flags, &got);
		}
		sprintf(name, "sys_stat_%zu", i);
		check(flags == r && (r < 0 ? errno == error :
		    want.st_mode == got.st_mode && want.st_ino == got.st_ino &&
		    want.st_uid == got.st_uid && want.st_gid == got.st_gid &&
		    want.st_size == got.st_size), name,
		    "%d, errno %d; mode %o, not %o", flags, errno, got.st_mode,
		    want.st_mode);
	}
	sys_stat(AT_FDCWD, "/", 0, &want);
	sys_stat(AT_FDCWD, "/..", 0, &got);
	check(want.st_dev == got.st_dev, "sys_stat_same_device", "differ");
	sys_stat(AT_FDCWD, "/proc/self/stat", 0, &got);
	check(want.st_dev != got.st_dev, "sys_stat_other_device", "equal");
}

enum { EXECUTED = 200 };        /* no errno, and how the test ends if started
				 * with an argument */

/* for a child: PATH, what to execute, and by which function */
static char *exec_argv[] = { NULL, (char *)"an argument", NULL };
static const char *exec_path;
static int (*exec_by)(void);

static int
by_libc(void)
{
	execvp(exec_argv[0], exec_argv);
	return errno;
}

static int
by_sys(void)
{
	sys_exec(exec_argv, NULL);
	return errno;
}

static void
put_file(const char *name, mode_t mode)
{
	int file = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, mode);

	if (file < 0 || write(file, "text\n", 5) != 5)
		die(name);
	close(file);
}

/* what the folder holds: folders, files with their modes, links to this test */
static const struct {
	const char *name;
	mode_t mode;
	const char *link;
} tree[] = {
	{ "x", S_IFDIR | 0755, NULL }, { "y", S_IFDIR | 0755, NULL },
	{ "y/folder", S_IFDIR | 0755, NULL }, { "file", 0644, NULL },
	{ "x/good", 0644, NULL }, { "x/denied", 0644, NULL },
	{ "y/text", 0755, NULL }, { "y/good", 0, "" }, { "y/own", 0, "" },
	{ "here", 0, "" }, { "y/loop", 0, "loop" },
};

static void
make_tree(void)
{
	char self[4096] = "";
	size_t i;
	int r;

	if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
		die("/proc/self/exe");
	for (i = 0; i < LENGTH(tree); i++) {
		r = 0;
		if (tree[i].link)
			r = symlink(*tree[i].link ? tree[i].link : self,
			    tree[i].name);
		else if (S_ISDIR(tree[i].mode))
			r = mkdir(tree[i].name, 0755);
		else
			put_file(tree[i].name, tree[i].mode);
		if (r < 0)
			die(tree[i].name);
	}
}

static void
remove_tree(void)
{
	size_t i;

	for (i = LENGTH(tree); i-- > 0;)
		(S_ISDIR(tree[i].mode) ? rmdir : unlink)(tree[i].name);
}

static int
executes(void)
{
	if (exec_path)
		setenv("PATH", exec_path, 1);
	else
		unsetenv("PATH");
	return exec_by();
}

static void
test_exec(void)
{
	static char long_name[NAME_MAX + 2], longer[PATH_MAX + 16];
	const char *const paths[] = {
		NULL, "", ":", "x", "x:y", "y:x", ":x", "x:", "x::y", "file:y",
		"file", "nonexistent:y", "y/loop:y", longer, "/bin:/usr/bin",
	};
	const char *const names[] = {
		"good", "own", "here", "denied", "text", "folder", "loop",
		"none", "", "y/own", "./here", "x/good", "y/none", "file/x",
		long_name,
	};
	char name[64], folder[32];
	int home, want, got, executed = 0;
	size_t i, j;

#ifdef __GLIBC__
	skip("sys_exec", "glibc executes by other rules than musl");
	return;
#endif
	strcpy(folder, "/tmp/unit_util.XXXXXX");
	home = open(".", O_RDONLY | O_CLOEXEC);
	if (home < 0 || !mkdtemp(folder) || chdir(folder) < 0)
		die(folder);
	make_tree();
	memset(long_name, 'n', NAME_MAX + 1);
	memset(longer, 'p', sizeof longer - 1);
	memcpy(longer + PATH_MAX + 3, ":y", 3);
	for (i = 0; i < LENGTH(paths); i++) {
		for (j = 0; j < LENGTH(names); j++) {
			exec_path = paths[i];
			exec_argv[0] = (char *)names[j];
			exec_by = by_libc;
			want = in_child(executes);
			exec_by = by_sys;
			got = in_child(executes);
			sprintf(name, "sys_exec_%zu_%zu", i, j);
			executed += got == EXECUTED;
			check(want == got, name,
			    "%d, not %d: %s in %s", got, want, names[j],
			    paths[i] ? paths[i] : "no PATH");
		}
	}
	check(executed > 20, "sys_exec_succeeds", "%d", executed);
	remove_tree();
	if (fchdir(home) < 0 || rmdir(folder) < 0)
		die(folder);
	close(home);
}

static void
test_terminal(int fd)
{
	int terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct winsize w = { .ws_col = 132 };

	check_num("terminal_width_none", sys_terminal_width(fd), 0);
	check_num("terminal_width_closed", sys_terminal_width(-1), 0);
	if (terminal < 0) {
		skip("sys_terminal_width", "no /dev/ptmx here");
		return;
	}
	check_num("terminal_width_unknown", sys_terminal_width(terminal), 80);
	syscall(SYS_ioctl, terminal, TIOCSWINSZ, &w);
	check_num("sys_terminal_width", sys_terminal_width(terminal), 132);
	close(terminal);
}

static void
test_now(void)
{
	uint32_t start = sys_now_ms(), ms;

	poll(NULL, 0, 50);
	ms = sys_now_ms() - start;
	check(ms >= 40 && ms < 30000, "sys_now_ms", "50 ms took %" PRIu32, ms);
}

static void
test_near(void)
{
	static const struct {
		const char *typed, *word;
		size_t edits, near;
	} cases[] = {
		{ "read", "read", 0, 1 }, { "READ", "read", 0, 1 },
		{ "clock_GETTIME", "clock_gettime", 0, 1 },
		{ "raed", "read", 0, 0 }, { "raed", "read", 1, 1 },
		{ "erad", "read", 1, 1 }, { "reda", "read", 1, 1 },
		{ "rea", "read", 1, 1 }, { "ead", "read", 1, 1 },
		{ "readd", "read", 1, 1 }, { "rread", "read", 1, 1 },
		{ "rexd", "read", 1, 1 }, { "xead", "read", 1, 1 },
		{ "reax", "read", 1, 1 }, { "rexx", "read", 1, 0 },
		{ "rd", "read", 1, 0 }, { "readxx", "read", 1, 0 },
		{ "", "a", 1, 1 }, { "", "ab", 1, 0 }, { "", "", 0, 1 },
		{ "a", "", 1, 1 }, { "ab", "ba", 1, 1 }, { "aa", "a", 1, 1 },
		{ "abc", "cba", 1, 0 }, { "openat3", "openat2", 1, 0 },
		{ "dup4", "dup", 1, 0 }, { "wait", "wait4", 1, 1 },
	};
	size_t i;

	for (i = 0; i < LENGTH(cases); i++)
		check(util_is_near(cases[i].typed, cases[i].word,
		    cases[i].edits) == cases[i].near, "near", "%s %s",
		    cases[i].typed, cases[i].word);
}

int
main(int argc, char **argv)
{
	int fd = scratch();

	(void)argv;
	if (argc > 1)
		return EXECUTED;

	test_lengths(fd);
	test_buffering(fd);
	test_lines(fd);
	test_errors(fd);
	test_short_writes(fd);
	test_pipe();
	test_pad(fd);
	test_num(fd);
	test_fmt(fd);
	test_safe_bytes(fd);
	test_safe_lengths(fd);
	test_divide();
	test_parse_num();
	test_parse_digits();
	test_base_name();
	test_words();
	test_near();
	test_error_names();
	test_signal_names();
	test_warn(fd);
	test_warn_is_a_line(fd);
	test_warn_without_stderr(fd);
	test_close_except();
	test_stat(fd);
	test_exec();
	test_terminal(fd);
	test_now();
	return unit_end();
}
