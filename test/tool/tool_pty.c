/* SPDX-License-Identifier: MIT */
/*
 * tool_pty [-e] COMMAND...: run COMMAND as leader of a new session on a new pty, and
 * talk to it as the lines on standard input say:
 *
 *   send TEXT           type it; \r \n \\ and \xNN as in C
 *   expect TEXT         wait until it is shown, after what was matched before
 *   until TEXT          the same, and type a line end now and then
 *   absent MS TEXT      it must not be shown within that time
 *   times N TEXT        it has been shown just so often since the start
 *   written FILE        wait until there is something in it
 *   patience SECONDS    how long these and exit wait (20)
 *   sleep MS
 *   winsize ROWS [COLS] as a terminal emulator does
 *   hangup              close the terminal
 *   exit [STATUS]       wait for COMMAND's end (128+N: by signal N)
 *
 * The pty echoes with -e only (busybox's shell edits lines then, and without
 * that takes any SIGCHLD for end of file).  So that both work, scripts type a
 * line only after the prompt, and not as what they then wait for.
 * Exit status 0 if all went as written; else the step and the transcript, where
 * bytes that are not printable stand as \xNN.
 */
#include "test/victim/victim.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>

static int terminal = -1;
static pid_t command;
static char shown[1 << 16];
static size_t shown_len, matched;
static long patience = 20000;
static const char *step = "";

static void
show_transcript(void)
{
	size_t i;
	char c, hex[4] = "\\x";

	put("failed at: ");
	put(step);
	put("\n--- shown so far ---\n");
	for (i = 0; i < shown_len; i++) {
		c = shown[i];
		if (c == '\n' || (c >= ' ' && c < 127)) {
			(void)!write(1, &c, 1);
		} else if (c != '\r') {
			hex[2] = "0123456789abcdef"[c >> 4 & 15];
			hex[3] = "0123456789abcdef"[c & 15];
			(void)!write(1, hex, 4);
		}
	}
	put("\n---\n");
}

static _Noreturn void
fail(void)
{
	show_transcript();
	if (terminal >= 0)
		close(terminal);
	_exit(1);
}

/* what is shown within that time; false: nothing */
static bool
drain(long ms)
{
	struct pollfd p = { terminal, POLLIN, 0 };
	ssize_t n;

	if (terminal < 0) {
		nap(ms);
		return false;
	}
	if (poll(&p, 1, (int)ms) <= 0)
		return false;
	n = read(terminal, shown + shown_len, sizeof shown - 1 - shown_len);
	if (n <= 0) {           /* EIO: nobody has the terminal open any more */
		nap(ms);
		return false;
	}
	shown_len += (size_t)n;
	shown[shown_len] = '\0';
	return true;
}

static char *
find(size_t from, const char *text)
{
	return strstr(shown + from, text);
}

static void
do_send(char *text)
{
	char c, *end;
	ssize_t n;

	while (*text) {
		c = *text++;
		if (c == '\\' && *text == 'x') {
			char two[3] = { text[1], text[2] };

			c = (char)strtol(two, &end, 16);
			text += 1 + (end - two);
		} else if (c == '\\') {
			c = *text == 'r' ? '\r' : *text == 'n' ? '\n' : *text;
			text++;
		}
		do n = write(terminal, &c, 1);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			fail();
	}
}

static void
do_expect(char *text)
{
	long deadline = now() + at_most(patience);
	char *at;

	while (!(at = find(matched, text))) {
		if (now() >= deadline)
			fail();
		drain(20);
	}
	matched = (size_t)(at - shown) + strlen(text);
}

/* a shell tells what became of its jobs when it prompts */
static void
do_until(char *text)
{
	static char line_end[] = "\\r";
	long deadline = now() + at_most(patience), again = 0;
	char *at;

	while (!(at = find(matched, text))) {
		if (now() >= deadline)
			fail();
		if (now() >= again) {
			do_send(line_end);
			again = now() + 200;
		}
		drain(20);
	}
	matched = (size_t)(at - shown) + strlen(text);
}

static void
do_written(char *path)
{
	long deadline = now() + at_most(patience);
	struct stat st;

	while (stat(path, &st) < 0 || st.st_size == 0) {
		if (now() >= deadline)
			fail();
		drain(20);
	}
}

static void
do_absent(char *arg)
{
	long deadline = now() + strtol(arg, &arg, 10);

	arg += strspn(arg, " ");
	while (now() < deadline)
		drain(20);
	if (find(matched, arg))
		fail();
}

static void
do_times(char *arg)
{
	long want = strtol(arg, &arg, 10), n = 0;
	size_t from = 0;
	char *at;

	arg += strspn(arg, " ");
	for (; (at = find(from, arg)); n++)
		from = (size_t)(at - shown) + strlen(arg);
	if (n != want)
		fail();
}

static void
do_patience(char *arg)
{
	patience = 1000 * number(arg);
}

static void
do_sleep(char *arg)
{
	long deadline = now() + number(arg);

	while (now() < deadline)
		drain(20);
}

static void
do_winsize(char *arg)
{
	struct winsize ws = { .ws_row = (unsigned short)strtol(arg, &arg, 10),
	                      .ws_col = 80 };

	if (*arg)
		ws.ws_col = (unsigned short)number(arg + 1);
	if (ioctl(terminal, TIOCSWINSZ, &ws) < 0)
		fail();
}

static void
do_hangup(char *arg)
{
	(void)arg;
	close(terminal);
	terminal = -1;
}

static void
do_exit(char *arg)
{
	long deadline = now() + at_most(patience);
	int status;

	while (waitpid(command, &status, WNOHANG) == 0) {
		if (now() >= deadline)
			fail();
		drain(20);
	}
	command = 0;
	while (drain(0))
		;
	status = WIFSIGNALED(status) ? 128 + WTERMSIG(status)
	                             : WEXITSTATUS(status);
	if (*arg && status != number(arg)) {
		say("exit status", status);
		fail();
	}
}

static const struct {
	const char *name;
	void (*run)(char *);
} verb[] = {
	{ "send", do_send },
	{ "expect", do_expect },
	{ "until", do_until },
	{ "absent", do_absent },
	{ "times", do_times },
	{ "patience", do_patience },
	{ "written", do_written },
	{ "sleep", do_sleep },
	{ "winsize", do_winsize },
	{ "hangup", do_hangup },
	{ "exit", do_exit },
};

static void
run_line(char *line)
{
	size_t i, len;

	line += strspn(line, " \t");
	if (*line == '\0' || *line == '#')
		return;
	step = line;
	len = strcspn(line, " ");
	for (i = 0; i < sizeof verb / sizeof *verb; i++) {
		if (strlen(verb[i].name) != len ||
		    strncmp(line, verb[i].name, len) != 0)
			continue;
		verb[i].run(line + len + (line[len] == ' '));
		return;
	}
	fail();
}

static void
start(char **argv, bool echo)
{
	struct termios tio;
	char *name;
	int fd;

	terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal < 0 || grantpt(terminal) < 0 || unlockpt(terminal) < 0 ||
	    !(name = ptsname(terminal)))
		die("no pty");
	command = fork();
	if (command != 0)
		return;
	setsid();
	fd = open(name, O_RDWR);        /* and so the controlling terminal */
	if (fd < 0 || tcgetattr(fd, &tio) < 0)
		die("pty");
	if (!echo)
		tio.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHOCTL);
	tcsetattr(fd, TCSANOW, &tio);
	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	if (fd > 2)
		close(fd);
	execvp(*argv, argv);
	die("tool_pty: cannot execute");
}

int
main(int argc, char **argv)
{
	static char script[1 << 14];
	size_t len = 0;
	ssize_t n;
	char *line, *end;
	bool echo = argc > 1 && strcmp(argv[1], "-e") == 0;

	if (argc < 2 + echo)
		die("usage: tool_pty [-e] COMMAND... <SCRIPT");
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	while ((n = read(0, script + len, sizeof script - 1 - len)) > 0)
		len += (size_t)n;
	start(argv + 1 + echo, echo);
	for (line = script; *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		run_line(line);
	}
	return 0;
}
