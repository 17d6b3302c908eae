/* SPDX-License-Identifier: MIT */
/*
 * tool_procd FOLDER [SBIN [LOG]]: a stand-in for OpenWrt's procd, process 1 of a
 * PID namespace.  It obeys the lines that are written to FOLDER/request:
 *
 *   start NAME    start the service again, as FOLDER/NAME says
 *   stop NAME     SIGTERM, and SIGKILL after term_timeout
 *   reboot        SIGTERM to all processes, SIGKILL after 5 s, and end
 *
 * FOLDER/NAME has a line "KEY VALUE" for each parameter: `command' for each
 * word, `env', `trace', `seccomp', `user', `respawn', `stderr', `term_timeout'
 * (ms).  A service runs as procd runs it: with `trace' as
 * SBIN/utrace COMMAND..., with `seccomp' as SBIN/seccomp-trace COMMAND... and
 * SECCOMP_FILE; in a session of its own, standard descriptors /dev/null, no
 * other one open.  Its PID is in FOLDER/NAME.pid, the status of each end, 128+N
 * for signal N, in a line of FOLDER/NAME.ends.  What arrives at the socket LOG
 * goes to FOLDER/messages.
 */
#include "test/victim/victim.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

enum { SERVICES = 16, WORDS = 64, TERM_MS = 5000, RESPAWN_MS = 100 };

static struct service {
	char name[64];
	pid_t pid;              /* 0: it does not run */
	bool stopping, again, respawns;
	long due;               /* when to kill it, or to start it again; 0 */
	long term_ms;
} services[SERVICES];

static const char *sbin = "/sbin";
static int request, messages, logger = -1;

static int
open_file(const char *name, const char *suffix, int flags)
{
	char path[128];

	strcpy(path, name);
	strcat(path, suffix);
	return open(path, flags | O_CLOEXEC, 0644);
}

static void
write_number(const struct service *s, const char *suffix, int flags, long value)
{
	char num[24], *first = digits(num + sizeof num - 2, value);
	int fd = open_file(s->name, suffix, O_WRONLY | O_CREAT | flags);

	strcat(first, "\n");
	if (fd < 0 || write(fd, first, strlen(first)) < 0)
		die("can't write");
	close(fd);
}

/* what the service's file says */
struct config {
	char text[4096], *argv[WORDS + 2], *seccomp, *user;
	int argc;
	bool traced, has_stderr;
};

static void
read_config(struct service *s, struct config *c)
{
	int fd = open_file(s->name, "", O_RDONLY);
	ssize_t n = read(fd, c->text, sizeof c->text - 1);
	char *line, *value, *rest = c->text;

	if (fd < 0 || n < 0)
		die(s->name);
	close(fd);
	s->respawns = false;
	s->term_ms = TERM_MS;
	c->argc = 1;            /* the first is for utrace */
	while ((line = strsep(&rest, "\n")) && *line) {
		value = strchr(line, ' ');
		if (!value)
			die(line);
		*value++ = '\0';
		if (!strcmp(line, "command") && c->argc < WORDS)
			c->argv[c->argc++] = value;
		else if (!strcmp(line, "env"))
			putenv(value);
		else if (!strcmp(line, "seccomp"))
			c->seccomp = value;
		else if (!strcmp(line, "user"))
			c->user = value;
		else if (!strcmp(line, "trace"))
			c->traced = true;
		else if (!strcmp(line, "stderr"))
			c->has_stderr = true;
		else if (!strcmp(line, "respawn"))
			s->respawns = true;
		else if (!strcmp(line, "term_timeout"))
			s->term_ms = number(value);
	}
}

static void
run(struct config *c)
{
	char first[256], **argv = c->argv + 1;
	uid_t user = c->user ? (uid_t)number(c->user) : 0;
	int i, null = open("/dev/null", O_RDWR);

	setsid();
	if (c->traced || c->seccomp) {
		strcpy(first, sbin);
		strcat(first, c->traced ? "/utrace" : "/seccomp-trace");
		*--argv = first;
	}
	/* with trace, procd does not look at the policy */
	if (!c->traced && c->seccomp)
		setenv("SECCOMP_FILE", c->seccomp, 1);
	for (i = 0; i < (c->has_stderr ? 2 : 3); i++)
		dup2(null, i);
	for (i = 3; i < 64; i++)
		close(i);
	if (user && (setgroups(0, NULL) < 0 || setgid((gid_t)user) < 0 ||
	    setuid(user) < 0))
		die("setuid");
	execvp(argv[0], argv);
	_exit(127);
}

static void
start(struct service *s)
{
	static struct config c;
	pid_t pid;

	memset(&c, 0, sizeof c);
	s->stopping = s->again = false;
	s->due = 0;
	pid = fork();
	if (pid == 0) {
		read_config(s, &c);
		run(&c);
	}
	/* again, because the child has the environment */
	memset(&c, 0, sizeof c);
	read_config(s, &c);
	s->pid = pid;
	write_number(s, ".pid", O_TRUNC, pid);
}

static struct service *
find(const char *name)
{
	struct service *s = services;

	while (*s->name && strcmp(s->name, name) != 0)
		if (++s == services + SERVICES)
			die("too many services");
	strncpy(s->name, name, sizeof s->name - 1);
	return s;
}

static void
stop(struct service *s)
{
	s->stopping = true;
	s->due = 0;
	if (s->pid && kill(s->pid, SIGTERM) == 0)
		s->due = now() + s->term_ms;
}

static void
reap(void)
{
	struct service *s;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		for (s = services; s < services + SERVICES; s++) {
			if (s->pid != pid)
				continue;
			s->pid = 0;
			s->due = s->again ? now() : s->respawns && !s->stopping ?
			    now() + RESPAWN_MS : 0;
			write_number(s, ".ends", O_APPEND, WIFSIGNALED(status) ?
			    128 + WTERMSIG(status) : WEXITSTATUS(status));
		}
	}
}

static void
serve_timers(void)
{
	struct service *s;

	for (s = services; s < services + SERVICES; s++) {
		if (!s->due || now() < s->due)
			continue;
		s->due = 0;
		if (s->pid)
			kill(s->pid, SIGKILL);
		else
			start(s);
	}
}

static void
save_message(void)
{
	char text[2048];
	ssize_t n = recv(logger, text, sizeof text - 1, MSG_DONTWAIT);

	if (n <= 0)
		return;
	text[n++] = '\n';
	if (write(messages, text, (size_t)n) < 0)
		die("messages");
}

static void
reboot_all(void)
{
	struct service *s;
	long end = now() + 5000;

	for (s = services; s < services + SERVICES; s++)
		s->stopping = true;
	kill(-1, SIGTERM);
	do {
		reap();
		save_message();
		nap(5);
	} while (now() < end && kill(-1, 0) == 0);
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, __WALL) > 0)
		;
	exit(0);
}

static void
obey(char *line)
{
	char *name = strchr(line, ' ');
	struct service *s;

	if (!name)
		reboot_all();
	s = find(name + 1);
	*name = '\0';
	if (!strcmp(line, "stop") || s->pid)
		stop(s);
	if (strcmp(line, "start") != 0)
		return;
	if (s->pid)
		s->again = true;
	else
		start(s);
}

int
main(int argc, char **argv)
{
	struct sockaddr_un address = { AF_UNIX, "" };
	char text[1024], *line, *rest;
	struct pollfd fds[2];
	ssize_t n;

	if (argc < 2 || chdir(argv[1]) < 0)
		die("usage: tool_procd FOLDER [SBIN [LOG]]");
	if (argc > 2)
		sbin = argv[2];
	request = open("request", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	messages = open("messages", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
	    0644);
	if (request < 0 || messages < 0)
		die("can't open");
	if (argc > 3) {
		strcpy(address.sun_path, argv[3]);
		logger = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (bind(logger, (struct sockaddr *)&address,
		    sizeof address) < 0 || chmod(argv[3], 0666) < 0)
			die(argv[3]);
	}
	write(open("started", O_WRONLY | O_CREAT | O_CLOEXEC, 0644), "", 0);
	for (;;) {
		fds[0] = (struct pollfd){ request, POLLIN, 0 };
		fds[1] = (struct pollfd){ logger, POLLIN, 0 };
		poll(fds, 2, 10);
		if (fds[1].revents)
			save_message();
		n = read(request, text, sizeof text - 1);
		text[n > 0 ? n : 0] = '\0';
		for (rest = text; (line = strsep(&rest, "\n")) && *line; )
			obey(line);
		reap();
		serve_timers();
	}
}
