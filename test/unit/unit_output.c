/* SPDX-License-Identifier: MIT
 *
 * output.c: the file is the old one or the new one, whatever stands there; at
 * the default path nothing that others planted is followed or replaced.
 */
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "lib/errors.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/sys.h"
#include "syscalls/abi.h"
#include "policy/policy.h"
#include "format/format.h"
#include "mode/output.h"

enum { NOBODY = 65534 };

static const struct policy none;
static struct output result;
static int said;                /* what log_warn() wrote */

/* --- a format that writes what a test wants */

static const char *output;

/* what makes a file a policy, so that it may be replaced */
static const char policy_head[] = "read\nwrite\n";
static bool with_head;

static void
write_text(struct out *o, const struct policy *p)
{
	(void)p;
	if (with_head)
		out_str(o, policy_head);
	out_str(o, output);
}

static const struct format format = { "test", "ext", false, 0, write_text };

/* n bytes, more than any buffer takes at once */
static const char *
long_text(void)
{
	static char s[200001];
	size_t i;

	for (i = 0; i < sizeof s - 1; i++)
		s[i] = "dup\n"[i % 4];
	return s;
}

/* --- helpers */

static int
write_to(const char *path, const char *what)
{
	int r;

	scratch_text(said);
	output = what;
	result.fd = -1;
	snprintf(result.path, sizeof result.path, "%s", path);
	with_head = true;
	r = output_write(&result, &none);
	with_head = false;
	return r;
}

static void
put_file(const char *path, const char *what, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || sys_write_all(fd, policy_head, strlen(policy_head)) < 0 ||
	    sys_write_all(fd, what, strlen(what)) < 0 ||
	    fchmod(fd, mode) < 0 || close(fd) < 0)
		die(path);
}

static const char *
content(const char *path)
{
	static char s[1 << 18];
	int fd = open(path, O_RDONLY | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, s, sizeof s - 1);

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return "(none)";
	s[n] = '\0';
	return s + (strncmp(s, policy_head, strlen(policy_head)) ? 0 :
	    strlen(policy_head));
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 ? 0 : st.st_mode;
}

/* how many names a folder has: shows temporaries that were left behind */
static int
entries(const char *path)
{
	DIR *d = opendir(path);
	int n = -2;

	if (!d)
		return -1;
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* each test gets an empty folder */
static void
begin(const char *name)
{
	if (mkdir(name, 0777) < 0 || chdir(name) < 0)
		die(name);
	result.default_path = false;
	umask(022);
}

static void
end(void)
{
	if (chdir("..") < 0)
		die("..");
}

static void
make_link(const char *target, const char *path)
{
	if (symlink(target, path) < 0)
		die(path);
}

/* it fails with a line that names path and error, and leaves so many names */
static void
check_fails(const char *name, const char *path, int error, int names)
{
	char want[PATH_MAX + 300];
	int r = write_to(path, "new");
	const char *got = scratch_text(said);

	snprintf(want, sizeof want, "utrace: %s: %s\n", path,
	    error_text(error));
	check(r == -1 && !strcmp(got, want) && entries(".") == names, name,
	    "%d, %d names, %s", r, entries("."), got);
}

static void
check_writes(const char *name, const char *path, const char *where)
{
	int r = write_to(path, name);

	check(r == 0 && !strcmp(content(where), name), name, "%d, %s, %s", r,
	    content(where), scratch_text(said));
}

/* --- files */

static void
test_new(void)
{
	begin("new");
	check_writes("new", "a", "a");
	check_num("new_mode", mode_of("a"), S_IFREG | 0644);
	umask(077);
	check_writes("new_umask", "b", "b");
	check_num("new_umask_mode", mode_of("b"), S_IFREG | 0600);
	write_to("c", long_text());
	check_str("new_long", content("c"), long_text());
	write_to("d", "");
	check_str("new_empty", content("d"), "");
	check_num("new_leaves_nothing", entries("."), 4);
	end();
}

static void
test_replace(void)
{
	char old[16] = "";
	int fd;

	begin("replace");
	put_file("a", "old", 0640);
	fd = open("a", O_RDONLY);
	umask(0);
	check_writes("replace", "a", "a");
	check_num("replace_keeps_mode", mode_of("a"), S_IFREG | 0640);
	check(read(fd, old, 15) == 14 && !strcmp(old, "read\nwrite\nold"),
	    "replace_leaves_a_reader_the_old", "%s", old);
	close(fd);
	check_writes("again", "a", "a");
	umask(077);
	put_file("b", long_text(), 0666);
	check_writes("shorter", "./b", "b");
	check_num("replace_ignores_umask", mode_of("b"), S_IFREG | 0666);
	check_num("replace_leaves_nothing", entries("."), 2);
	end();
}

static void
test_owner(void)
{
	struct stat st;

	if (geteuid() != 0) {
		skip("replace_keeps_owner", "needs root");
		return;
	}
	begin("owner");
	put_file("a", "old", 0604);
	if (chown("a", 4321, 1234) < 0)
		die("chown");
	write_to("a", "new");
	stat("a", &st);
	check(st.st_uid == 4321 && st.st_gid == 1234 &&
	    st.st_mode == (S_IFREG | 0604) && !strcmp(content("a"), "new"),
	    "replace_keeps_owner", "%d:%d %o", (int)st.st_uid, (int)st.st_gid,
	    (unsigned)st.st_mode);
	end();
}

static void
test_links(void)
{
	char path[PATH_MAX], folder[PATH_MAX - 16];

	begin("links");
	mkdir("sub", 0777);
	put_file("real", "old", 0604);
	make_link("real", "here");
	make_link("../real", "sub/up");
	make_link("sub/up", "chain2");
	make_link("chain2", "chain3");
	if (!getcwd(folder, sizeof folder))
		die("getcwd");
	sprintf(path, "%s/real", folder);
	make_link(path, "sub/absolute");
	check_writes("link", "here", "real");
	check_writes("link_relative_to_itself", "sub/up", "real");
	check_writes("link_chain", "chain3", "real");
	check_writes("link_absolute", "sub/absolute", "real");
	check_num("link_target_keeps_mode", mode_of("real"), S_IFREG | 0604);
	check(S_ISLNK(mode_of("here")) && S_ISLNK(mode_of("chain3")) &&
	    S_ISLNK(mode_of("sub/up")) && S_ISLNK(mode_of("sub/absolute")),
	    "link_stays", "replaced");
	make_link("later", "sub/dangling");
	check_writes("link_dangling", "sub/dangling", "sub/later");
	check_num("link_leaves_nothing", entries("."), 5);
	check_num("link_leaves_nothing_there", entries("sub"), 4);
	end();
}

static void
test_bad_links(void)
{
	begin("bad_links");
	make_link("b", "a");
	make_link("a", "b");
	make_link("self", "self");
	make_link("nowhere/x", "lost");
	check_fails("link_loop", "a", ELOOP, 4);
	check_fails("link_to_itself", "self", ELOOP, 4);
	check_fails("link_to_no_folder", "lost", ENOENT, 4);
	end();
}

/* --- what is no file */

static int
read_fifo(void)
{
	char s[32] = "";
	int fd = open("fifo", O_RDONLY), n = 0;
	ssize_t r;

	while ((r = read(fd, s + n, sizeof s - 1 - (size_t)n)) > 0)
		n += (int)r;
	return strcmp(s, "read\nwrite\nto the fifo") != 0;
}

static void
test_fifo(void)
{
	int status = -1;
	pid_t pid;

	begin("fifo");
	if (mkfifo("fifo", 0600) < 0)
		die("mkfifo");
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(read_fifo());
	check_num("fifo", write_to("fifo", "to the fifo"), 0);
	waitpid(pid, &status, 0);
	check_num("fifo_arrives", status, 0);
	check_num("fifo_stays", mode_of("fifo"), S_IFIFO | 0600);
	check_num("fifo_leaves_nothing", entries("."), 1);
	end();
}

static void
test_devices(void)
{
	begin("devices");
	if (access("/dev/full", W_OK) < 0) {
		skip("device", "no /dev/full here");
	} else {
		check_fails("device_full", "/dev/full", ENOSPC, 0);
		check_num("device", write_to("/dev/null", long_text()), 0);
		make_link("/dev/null", "null");
		check_num("link_to_device", write_to("null", "x"), 0);
		check(S_ISCHR(mode_of("/dev/null")), "device_stays", "no");
	}
	end();
}

static void
check_pipe(const char *name, const char *path, int reader)
{
	char got[64] = "";
	int r = write_to(path, name);
	ssize_t n = read(reader, got, sizeof got - 1);

	check(r == 0 && n > 11 && !strcmp(got + 11, name), name, "%d, %s, %s", r, got,
	    scratch_text(said));
}

/* /dev/stdout | ..., or what a shell makes of >(...): links in /proc that lead
 * nowhere by name */
static void
test_proc_links(void)
{
	char path[64];
	int fd[2];

	begin("proc");
	if (pipe2(fd, O_NONBLOCK) < 0)
		die("pipe");
	sprintf(path, "/proc/self/fd/%d", fd[1]);
	if (access(path, W_OK) < 0) {
		skip("link_to_pipe", "no /proc here");
	} else {
		make_link(path, "stdout");
		check_pipe("pipe_in_proc", path, fd[0]);
		check_pipe("link_to_pipe_in_proc", "stdout", fd[0]);
	}
	close(fd[0]);
	close(fd[1]);
	end();
}

static void
test_descriptor(void)
{
	char want[100];
	int fd = scratch();

	scratch_text(said);
	output = "text";
	result.fd = fd;
	result.path[0] = '\0';
	check_num("descriptor", output_write(&result, &none), 0);
	check_str("descriptor_text", scratch_text(fd), "text");
	output_write(&result, &none);
	output = "again";
	output_write(&result, &none);
	output = "last";
	output_write(&result, &none);
	sys_write_all(fd, "|", 1);
	output_write(&result, &none);
	check_str("descriptor_last_text", scratch_text(fd), "last|last");
	sys_write_all(fd, "before|", 7);
	if (fcntl(fd, F_SETFL, O_APPEND) < 0)
		die("O_APPEND");
	output_write(&result, &none);
	output_write(&result, &none);
	check_str("descriptor_append", scratch_text(fd), "before|lastlast");
	close(fd);
	sprintf(want, "utrace: descriptor %d: %s\n", fd, error_text(EBADF));
	check_num("descriptor_closed", output_write(&result, &none), -1);
	check_str("descriptor_closed_says", scratch_text(said), want);
}

/* --- what fails */

static void
test_bad_paths(void)
{
	char name[257];

	begin("bad_paths");
	mkdir("folder", 0777);
	put_file("file", "old", 0600);
	check_fails("folder", "folder", EISDIR, 2);
	check_fails("folder_slash", "folder/", EISDIR, 2);
	check_fails("no_folder", "nowhere/x", ENOENT, 2);
	check_fails("file_as_folder", "file/x", ENOTDIR, 2);
	memset(name, 'n', 256);
	name[256] = '\0';
	check_fails("name_of_256", name, ENAMETOOLONG, 2);
	name[255] = '\0';
	check_writes("name_of_255", name, name);
	check_writes("name_of_255_again", name, name);
	check_str("others_untouched", content("file"), "old");
	end();
}

/* not as root, who may do anything: in a child */
static int
write_read_only(void)
{
	if (geteuid() == 0 && (setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
		return 2;
	check_fails("read_only_replace", "a", EACCES, 1);
	check_fails("read_only_new", "b", EACCES, 1);
	return unit_failed != 0;
}

static void
test_read_only(void)
{
	begin("read_only");
	put_file("a", "old", 0644);
	chmod(".", 0555);
	check_num("read_only", in_child(write_read_only), 0);
	check_str("read_only_keeps", content("a"), "old");
	chmod(".", 0777);
	end();
}

/* the old file is as it was and nothing else is there */
static void
check_keeps(const char *name, int error)
{
	int r = write_to("a", long_text()), n = entries(".");
	const char *got = scratch_text(said);

	check(r == -1 && n == 1 && strstr(got, error_text(error)) &&
	    !strcmp(content("a"), "old"), name, "%d, %d names, %.20s, %s", r, n,
	    content("a"), got);
}

static int
write_beyond_limit(void)
{
	struct rlimit limit = { 50000, 50000 };

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return 2;
	check_keeps("limit_keeps_old", EFBIG);
	return unit_failed != 0;
}

static int
write_full(void)
{
	if (unshare(CLONE_NEWNS) < 0 &&
	    unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return 77;
	/* fails where / is the initramfs, and is not needed there */
	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (mount("none", ".", "tmpfs", 0, "size=65536") < 0 ||
	    chdir("../full") < 0)
		return 77;
	/* a user namespace that knows no user can't own files */
	if (close(open("a", O_WRONLY | O_CREAT, 0600)) < 0)
		return 77;
	put_file("a", "old", 0600);
	check_keeps("full_disk_keeps_old", ENOSPC);
	check_writes("full_disk_takes_less", "a", "a");
	return unit_failed != 0;
}

static int
write_mount_point(void)
{
	if (unshare(CLONE_NEWNS) < 0 &&
	    unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return 77;
	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (mount("outside", "a", NULL, MS_BIND, NULL) < 0)
		return 77;
	check_writes("mount_point", "a", "a");
	check_num("mount_point_leaves_nothing", entries("."), 2);
	return unit_failed != 0;
}

static void
test_mount_point(void)
{
	int r;

	begin("mount_point");
	put_file("outside", long_text(), 0600);
	put_file("a", "", 0600);
	r = in_child(write_mount_point);
	if (r == 77) {
		skip("mount_point", "needs root, mount namespaces");
	} else {
		check_num("mount_point", r, 0);
		check_str("mount_point_outside", content("outside"),
		    "mount_point");
	}
	end();
}

static void
test_full(void)
{
	int r;

	begin("limit");
	put_file("a", "old", 0600);
	check_num("limit", in_child(write_beyond_limit), 0);
	end();
	begin("full");
	r = in_child(write_full);
	if (r == 77)
		skip("full_disk", "needs root, mount namespaces and tmpfs");
	else
		check_num("full_disk", r, 0);
	end();
}

/* the last resort; removes it */
static void
check_in_tmp(const char *name)
{
	char path[64];

	sprintf(path, "/tmp/lost.%d.ext", (int)getpid());
	check_str(name, content(path), "{}\n");
	unlink(path);
}

static void
test_rescue(void)
{
	output = "{}\n";
	strcpy(result.path, "x/lost");
	output_rescue(&result, &none);
	check_str("rescue", scratch_text(said), "utrace: this is the result, "
	    "which could not be written\n{}\n");
	log_fd = -1;
	output_rescue(&result, &none);
	check_in_tmp("rescue_without_stderr");
	log_fd = open("/dev/full", O_WRONLY);
	output_rescue(&result, &none);
	check_in_tmp("rescue_stderr_fails");
	close(log_fd);
	log_fd = said;
	result.fd = said;
	output_rescue(&result, &none);
	result.fd = -1;
	check(!!strstr(scratch_text(said), "the result is in /tmp/lost."),
	    "rescue_says_where", "no");
	check_in_tmp("rescue_not_to_what_failed");
}

/* --- the default path */

static void
check_default(const char *program, pid_t pid, const char *want)
{
	memset(&result.path, 'x', sizeof result.path);
	result.default_path = false;
	output_default_path(&result, program, pid);
	check_str("default_path", result.path, want);
	check(result.default_path, "default_path_is_ours", "not");
}

static void
test_default_path(void)
{
	char program[256] = "", want[256];

	check_default("prog", 1, "/tmp/prog.1.ext");
	check_default("/usr/bin/prog", 4194304, "/tmp/prog.4194304.ext");
	check_default("./a.out", 1234567890, "/tmp/a.out.1234567890.ext");
	check_default("../a b", 10, "/tmp/a b.10.ext");
	check_default("x/\033[1m\n\\\xe9", 7, "/tmp/\\x1b[1m\\x0a\\\\\\xe9.7.ext");
	memset(program, 'n', 255);
	memcpy(strchr(strcpy(want, "/tmp/"), '\0'), program, 200);
	strcpy(want + 205, "....8.ext");
	check_default(program, 8, want);
}

static void
check_refused(const char *name, const char *path)
{
	char want[200];
	int r = write_to(path, "new");

	sprintf(want, "utrace: %s: exists and is not a regular file "
	    "owned by this user; not replaced\n", path);
	check(r == -1, name, "not refused");
	check_str(name, scratch_text(said), want);
}

static void
test_planted(void)
{
	begin("planted");
	result.default_path = true;
	check_writes("ours_new", "a", "a");
	check_num("ours_new_mode", mode_of("a"), S_IFREG | 0644);
	check_writes("ours_again", "a", "a");
	put_file("target", "old", 0600);
	make_link("target", "link");
	make_link("created", "dangling");
	if (mkfifo("fifo", 0666) < 0)
		die("mkfifo");
	mkdir("folder", 0777);
	check_refused("planted_link", "link");
	check_refused("planted_dangling_link", "dangling");
	check_refused("planted_fifo", "fifo");
	check_refused("planted_folder", "folder");
	check_str("planted_link_target", content("target"), "old");
	check_num("planted_leaves_nothing", entries("."), 6);
	if (geteuid() != 0) {
		skip("planted_file", "needs root");
	} else {
		put_file("foreign", "theirs", 0666);
		if (chown("foreign", 4321, 1234) < 0)
			die("chown");
		check_refused("planted_file", "foreign");
		check_str("planted_file_stays", content("foreign"), "theirs");
	}
	end();
}

/* somebody foresaw the temporary's name */
static void
test_planted_temporary(void)
{
	char name[64];

	begin("temporary");
	put_file("victim", "old", 0600);
	sprintf(name, ".utrace-%u", (unsigned)getpid() * 100);
	make_link("victim", name);
	sprintf(name, ".utrace-%u", (unsigned)getpid() * 100 + 1);
	put_file(name, "theirs", 0666);
	check_writes("planted_temporary", "a", "a");
	check_str("planted_temporary_target", content("victim"), "old");
	check_str("planted_temporary_stays", content(name), "theirs");
	check_num("planted_temporary_leaves_nothing", entries("."), 4);
	end();
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st, (void)type, (void)where;
	return remove(path);
}

int
main(void)
{
	char dir[] = "/tmp/unit_output.XXXXXX";

	said = scratch();
	log_fd = said;
	result.format = &format;
	result.final = true;
	if (!mkdtemp(dir) || chmod(dir, 0755) < 0 || chdir(dir) < 0)
		die(dir);
	test_new();
	test_replace();
	test_owner();
	test_links();
	test_bad_links();
	test_fifo();
	test_devices();
	test_proc_links();
	test_descriptor();
	test_bad_paths();
	test_read_only();
	test_full();
	test_mount_point();
	test_rescue();
	test_default_path();
	test_planted();
	test_planted_temporary();
	if (nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
		die(dir);
	return unit_end();
}
