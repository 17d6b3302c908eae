/* SPDX-License-Identifier: MIT */
/*
 * A bit of everything that a libc does in a way of its own.  Linked with musl
 * and with glibc, both have to say the same under the other's policy.  With an
 * argument only that part of it.
 */
#include "victim.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#define DIR_NAME "victim_libc.dir"

extern char **environ;

/* the part that is running, and how often something in it failed */
static const char *part;
static int failures;

#define TRY(ok) try(ok, #ok)

static void
try(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s: %s\n", part, what, strerror(errno));
	failures++;
}

static void
files(void)
{
	char text[64];
	struct stat st;
	struct statvfs vfs;
	struct timespec times[2] = { { 1, 0 }, { 2, 0 } };
	struct iovec iov = { text, sizeof text };
	FILE *f;
	int fd, fd2;

	TRY(mkdir(DIR_NAME, 0700) == 0);
	TRY((f = fopen(DIR_NAME "/a", "we")) != NULL);
	TRY(fprintf(f, "hello %d\n", 1) > 0 && fflush(f) == 0);
	TRY(fclose(f) == 0);
	TRY((f = fopen(DIR_NAME "/a", "r+")) != NULL);
	TRY(fgets(text, sizeof text, f) && fseek(f, 0, SEEK_END) == 0);
	TRY(ftell(f) == 8 && fputs("more\n", f) >= 0 && fclose(f) == 0);
	TRY((fd = creat(DIR_NAME "/b", 0600)) >= 0 && close(fd) == 0);
	TRY((fd = open(DIR_NAME "/b", O_RDWR | O_CLOEXEC)) >= 0);
	TRY(write(fd, "0123456789", 10) == 10 && lseek(fd, 2, SEEK_SET) == 2);
	TRY(read(fd, text, 3) == 3 && pread(fd, text, 4, 0) == 4);
	TRY(pwrite(fd, "x", 1, 1) == 1 && preadv(fd, &iov, 1, 0) == 10);
	iov.iov_len = 4;
	TRY(pwritev(fd, &iov, 1, 4) == 4 && writev(fd, &iov, 1) == 4);
	TRY(ftruncate(fd, 6) == 0 && fsync(fd) == 0);
	TRY(posix_fallocate(fd, 0, 100) == 0);
	TRY(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0);
	TRY((fd2 = open(DIR_NAME "/a", O_RDONLY)) >= 0);
	TRY(sendfile(fd, fd2, NULL, 5) == 5);
	copy_file_range(fd2, NULL, fd, NULL, 5, 0);
	TRY(flock(fd, LOCK_EX) == 0 && fcntl(fd, F_GETFL) >= 0);
	TRY(fcntl(fd, F_SETLK, &(struct flock){ .l_type = F_WRLCK }) == 0);
	TRY(dup2(fd, fd2) == fd2 && dup3(fd, fd2, O_CLOEXEC) == fd2);
	TRY(fchmod(fd, 0644) == 0 && fchown(fd, getuid(), getgid()) == 0);
	TRY(fstat(fd, &st) == 0 && fstatvfs(fd, &vfs) == 0);
	TRY(futimens(fd, times) == 0);
	TRY(close(fd) == 0 && close(fd2) == 0);
	TRY(stat(DIR_NAME "/b", &st) == 0 && lstat(DIR_NAME "/b", &st) == 0);
	TRY(fstatat(AT_FDCWD, DIR_NAME "/b", &st, AT_SYMLINK_NOFOLLOW) == 0);
	TRY(statvfs(DIR_NAME, &vfs) == 0 && truncate(DIR_NAME "/b", 3) == 0);
	TRY(access(DIR_NAME "/b", R_OK) == 0);
	TRY(faccessat(AT_FDCWD, DIR_NAME "/b", R_OK, 0) == 0);
	TRY(faccessat(AT_FDCWD, DIR_NAME "/b", R_OK, AT_EACCESS) == 0);
	TRY(chmod(DIR_NAME "/b", 0600) == 0);
	TRY(fchmodat(AT_FDCWD, DIR_NAME "/b", 0600, 0) == 0);
	TRY(chown(DIR_NAME "/b", getuid(), getgid()) == 0);
	TRY(lchown(DIR_NAME "/b", getuid(), getgid()) == 0);
	TRY(utimensat(AT_FDCWD, DIR_NAME "/b", times, 0) == 0);
	TRY(utimes(DIR_NAME "/b", NULL) == 0);
	TRY(link(DIR_NAME "/b", DIR_NAME "/c") == 0);
	TRY(symlink("b", DIR_NAME "/d") == 0);
	TRY(readlink(DIR_NAME "/d", text, sizeof text) == 1);
	TRY(rename(DIR_NAME "/c", DIR_NAME "/e") == 0);
	TRY(mkfifo(DIR_NAME "/f", 0600) == 0);
	TRY(unlink(DIR_NAME "/a") == 0 && remove(DIR_NAME "/b") == 0);
	TRY(unlink(DIR_NAME "/d") == 0 && unlink(DIR_NAME "/e") == 0);
	TRY((f = tmpfile()) != NULL && fclose(f) == 0);
	strcpy(text, DIR_NAME "/XXXXXX");
	TRY((fd = mkstemp(text)) >= 0 && close(fd) == 0 && unlink(text) == 0);
}

static void
folders(void)
{
	char here[512];
	struct dirent *e;
	int n = 0;
	DIR *d;

	TRY((d = opendir(DIR_NAME)) != NULL);
	while ((e = readdir(d)))
		n++;
	rewinddir(d);
	TRY(n == 3 && readdir(d) && closedir(d) == 0);
	TRY(unlink(DIR_NAME "/f") == 0);
	TRY(getcwd(here, sizeof here) && chdir(DIR_NAME) == 0);
	TRY(chdir("..") == 0 && rmdir(DIR_NAME) == 0);
	umask(022);
}

static void
clocks(void)
{
	struct timespec ts;
	struct timeval tv;
	struct itimerval it = { .it_value.tv_sec = 100 };
	timer_t timer;

	TRY(clock_gettime(CLOCK_MONOTONIC, &ts) == 0);
	TRY(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts) == 0);
	TRY(clock_getres(CLOCK_REALTIME, &ts) == 0);
	TRY(gettimeofday(&tv, NULL) == 0 && time(NULL) > 0 && clock() >= 0);
	ts = (struct timespec){ .tv_nsec = 1000 };
	TRY(nanosleep(&ts, NULL) == 0 && usleep(10) == 0 && sleep(0) == 0);
	TRY(clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL) == 0);
	TRY(setitimer(ITIMER_REAL, &it, NULL) == 0 && alarm(100) > 0);
	alarm(0);
	TRY(timer_create(CLOCK_MONOTONIC, &(struct sigevent){
	    .sigev_notify = SIGEV_NONE }, &timer) == 0);
	TRY(timer_delete(timer) == 0);
	TRY(strlen(ctime(&(time_t){ 0 })) > 10);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static sem_t sem;
static int counter;

static void *
thread(void *arg)
{
	void *m[200];
	int i;

	for (i = 0; i < 200; i++)
		memset(m[i] = malloc(5000), 1, 5000);
	for (i = 0; i < 200; i++)
		free(m[i]);
	pthread_mutex_lock(&lock);
	counter++;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	sem_wait(&sem);
	return arg;
}

static void
threads(void)
{
	pthread_t t[4];
	pthread_attr_t attr;
	struct timespec soon;
	int i;

	sem_init(&sem, 0, 0);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 * 1024);
	for (i = 0; i < 4; i++)
		TRY(pthread_create(&t[i], &attr, thread, NULL) == 0);
	pthread_mutex_lock(&lock);
	while (counter < 4)
		pthread_cond_wait(&changed, &lock);
	clock_gettime(CLOCK_REALTIME, &soon);
	pthread_cond_timedwait(&changed, &lock, &soon);
	pthread_mutex_unlock(&lock);
	TRY(pthread_kill(t[0], 0) == 0);
	TRY(setuid(getuid()) == 0);
	for (i = 0; i < 4; i++)
		sem_post(&sem);
	for (i = 0; i < 4; i++)
		TRY(pthread_join(t[i], NULL) == 0);
	pthread_setname_np(pthread_self(), "victim");
	sched_yield();
}

static void
processes(void)
{
	char *argv[] = { "true", NULL };
	struct rlimit limit;
	struct utsname name;
	struct rusage usage;
	int status;
	pid_t pid;
	FILE *f;

	if ((pid = fork()) == 0)
		_exit(3);
	TRY(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 3);
	if ((pid = vfork()) == 0)
		_exit(4);
	TRY(wait(&status) == pid && WEXITSTATUS(status) == 4);
	TRY(posix_spawnp(&pid, "true", NULL, NULL, argv, environ) == 0);
	TRY(waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 }, WEXITED) == 0);
	TRY(system("exit 5") == 5 << 8);
	TRY((f = popen("cat >/dev/null", "w")) && pclose(f) == 0);
	TRY(getpgrp() > 0 && getpgid(0) > 0 && getsid(0) >= 0);
	TRY(getppid() > 0 && getpriority(PRIO_PROCESS, 0) >= -20);
	errno = 0;
	TRY(nice(0) != -1 || errno == 0);
	TRY(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	TRY(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	TRY(uname(&name) == 0 && getrusage(RUSAGE_SELF, &usage) == 0);
	TRY(seteuid(geteuid()) == 0 && getgroups(0, NULL) >= 0);
	TRY(sysconf(_SC_NPROCESSORS_ONLN) > 0 && sysconf(_SC_PHYS_PAGES) > 0);
}

static void
sockets(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct msghdr m = { .msg_iovlen = 1 };
	struct iovec iov;
	struct mmsghdr mm = { .msg_hdr.msg_iovlen = 1 };
	socklen_t len = sizeof a;
	char b[8] = "1234567";
	int s, c, d, sv[2];

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	iov = (struct iovec){ b, 4 };
	m.msg_iov = mm.msg_hdr.msg_iov = &iov;
	TRY((s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) >= 0);
	TRY(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, 4) == 0);
	TRY(bind(s, (void *)&a, len) == 0 && listen(s, 1) == 0);
	TRY(getsockname(s, (void *)&a, &len) == 0);
	TRY((c = socket(AF_INET, SOCK_STREAM, 0)) >= 0);
	TRY(connect(c, (void *)&a, len) == 0);
	TRY((d = accept(s, NULL, NULL)) >= 0);
	TRY(getpeername(d, (void *)&a, &len) == 0);
	TRY(send(c, b, 4, 0) == 4 && recv(d, b, 4, 0) == 4);
	TRY(sendto(c, b, 4, 0, NULL, 0) == 4);
	TRY(recvfrom(d, b, 4, 0, NULL, NULL) == 4);
	TRY(sendmsg(c, &m, 0) == 4 && recvmsg(d, &m, 0) == 4);
	TRY(sendmmsg(c, &mm, 1, 0) == 1);
	TRY(recvmmsg(d, &mm, 1, 0, NULL) == 1);
	TRY(getsockopt(s, SOL_SOCKET, SO_ERROR, b, &(socklen_t){ 4 }) == 0);
	TRY(shutdown(c, SHUT_RDWR) == 0 && close(c) == 0 && close(d) == 0);
	TRY((c = socket(AF_INET, SOCK_STREAM, 0)) >= 0);
	TRY(connect(c, (void *)&a, len) == 0 || errno == ECONNREFUSED ||
	    errno == EADDRNOTAVAIL);
	close(c);
	close(s);
	TRY(socketpair(AF_UNIX, SOCK_DGRAM, 0, sv) == 0);
	TRY(close(sv[0]) == 0 && close(sv[1]) == 0);
}

static volatile sig_atomic_t caught;

static void
catch(int sig)
{
	caught = sig;
}

static void
signals(void)
{
	struct timespec now = { 0 };
	sigset_t set, old;

	TRY(signal(SIGUSR1, catch) != SIG_ERR && raise(SIGUSR1) == 0 && caught);
	TRY(kill(getpid(), SIGUSR1) == 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	TRY(sigprocmask(SIG_BLOCK, &set, &old) == 0);
	TRY(raise(SIGUSR2) == 0 && sigpending(&old) == 0);
	TRY(sigismember(&old, SIGUSR2) == 1);
	TRY(sigtimedwait(&set, NULL, &now) == SIGUSR2);
	TRY(sigqueue(getpid(), SIGUSR2, (union sigval){ 0 }) == 0);
	TRY(sigwaitinfo(&set, NULL) == SIGUSR2);
	TRY(sigaltstack(NULL, &(stack_t){ 0 }) == 0);
}

static void
waiting(void)
{
	struct epoll_event e = { .events = EPOLLIN };
	struct timeval tv = { 0 };
	struct timespec ts = { 0 };
	int p[2], q[2], ep;

	TRY(pipe(p) == 0 && pipe2(q, O_CLOEXEC) == 0);
	TRY(poll(&(struct pollfd){ p[0], POLLIN, 0 }, 1, 0) == 0);
	TRY(ppoll(&(struct pollfd){ p[0], POLLIN, 0 }, 1, &ts, NULL) == 0);
	TRY(select(0, NULL, NULL, NULL, &tv) == 0);
	TRY(pselect(0, NULL, NULL, NULL, &ts, NULL) == 0);
	TRY((ep = epoll_create1(0)) >= 0 && close(ep) == 0);
	TRY((ep = epoll_create(1)) >= 0);
	TRY(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e) == 0);
	TRY(epoll_wait(ep, &e, 1, 0) == 0 && close(ep) == 0);
	TRY((ep = eventfd(0, 0)) >= 0 && eventfd_write(ep, 1) == 0);
	close(ep);
	TRY((ep = inotify_init()) >= 0 && close(ep) == 0);
	close(p[0]);
	close(p[1]);
	close(q[0]);
	close(q[1]);
}

static void
memory(void)
{
	const size_t size = 4 << 20;
	char *p, *q;
	int i;

	for (i = 16; i < 1 << 22; i *= 2) {
		TRY((p = malloc((size_t)i)) != NULL);
		TRY((p = realloc(p, (size_t)i * 3)) != NULL);
		free(p);
	}
	p = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	TRY(p != MAP_FAILED && mprotect(p, size, PROT_READ | PROT_WRITE) == 0);
	TRY(madvise(p, 4096, MADV_DONTNEED) == 0);
	TRY((q = mremap(p, size, size * 2, MREMAP_MAYMOVE)) != MAP_FAILED);
	TRY(msync(q, 4096, MS_ASYNC) == 0 && munmap(q, size * 2) == 0);
}

static void
various(void)
{
	char b[8];

	TRY(getrandom(b, sizeof b, 0) == sizeof b);
	TRY(getentropy(b, sizeof b) == 0);
	isatty(0);
	TRY(sched_getcpu() >= 0);
	TRY(gethostname((char[65]){ "" }, 65) == 0);
	TRY(getenv("PATH") != NULL);
}

/* children that die */
static void
deaths(void)
{
	int status, how;
	pid_t pid;

	for (how = 0; how < 2; how++) {
		fflush(NULL);
		if ((pid = fork()) == 0) {
			setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
			if (how == 0)
				abort();
			raise(SIGTERM);
			_exit(1);
		}
		TRY(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
		    WTERMSIG(status) == (how ? SIGTERM : SIGABRT));
	}
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} parts[] = {
		{ "files", files }, { "folders", folders },
		{ "clocks", clocks }, { "threads", threads },
		{ "processes", processes }, { "sockets", sockets },
		{ "signals", signals }, { "waiting", waiting },
		{ "memory", memory }, { "various", various },
		{ "deaths", deaths },
	};
	size_t i;

	for (i = 0; i < sizeof parts / sizeof *parts; i++)
		if (argc < 2 || !strcmp(argv[1], parts[i].name)) {
			part = parts[i].name;
			parts[i].run();
			printf("%s\n", part);
		}
	return failures != 0;
}
