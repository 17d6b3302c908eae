/* SPDX-License-Identifier: MIT
 *
 * Where and when the result is written, what is added to it, and where it goes
 * if it can't be written.
 */
#include "mode/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "format/call_name.h"
#include "format/format.h"
#include "format/writers.h"
#include "image/image.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/sys.h"
#include "lib/util.h"
#include "mode/input.h"
#include "mode/per_exe.h"
#include "mode/target.h"
#include "policy/policy.h"

void
output_default_path(struct output *o, const char *program, pid_t pid)
{
	struct out path;

	o->default_path = true;
	out_init(&path, -1);
	out_str(&path, "/tmp/");
	if (program) {
		out_safe(&path, util_base_name(program), OUT_NAME_MAX);
		out_char(&path, '.');
	}
	out_fmt(&path, "%d.%s", (int)pid, o->extension ? o->extension :
	    o->format->extension);
	out_char(&path, '\0');
	memcpy(o->path, path.buf, path.len);
}

int
output_path_in(struct output *o, const char *folder, const char *name)
{
	o->path[0] = '\0';
	if (util_append(o->path, sizeof o->path, folder) < 0 ||
	    util_append(o->path, sizeof o->path, "/") < 0 ||
	    util_append(o->path, sizeof o->path, name) < 0 ||
	    util_append(o->path, sizeof o->path, ".") < 0)
		return -1;
	return util_append(o->path, sizeof o->path, o->format->extension);
}

/* In a file, the next result replaces the last unless something else was
 * written after it.  With O_APPEND results follow each other, because the
 * offset before a write does not tell where the result begins. */
static int
write_descriptor(const struct output *o, const struct policy *p)
{
	static off_t begin, end = -1;
	long flags = syscall(SYS_fcntl, o->fd, F_GETFL);

	if (!(flags & O_APPEND) && lseek(o->fd, 0, SEEK_CUR) == end &&
	    ftruncate(o->fd, begin) == 0)
		lseek(o->fd, begin, SEEK_SET);
	begin = lseek(o->fd, 0, SEEK_CUR);
	if (format_write(o->format, p, o->fd) < 0)
		return -1;
	end = lseek(o->fd, 0, SEEK_CUR);
	return 0;
}

int
output_write(const struct output *o, const struct policy *p)
{
	if (o->fd < 0)
		return target_write(o, p);
	if (write_descriptor(o, p) == 0)
		return 0;
	log_warn("descriptor %d:", o->fd);
	return -1;
}

static void
rescue_to_tmp(const struct output *o, const struct format *f,
    const struct policy *p)
{
	static struct output other;

	other.fd = -1;
	other.final = true;
	other.format = f;
	output_default_path(&other, o->path[0] ? o->path : "utrace", getpid());
	if (target_write(&other, p) == 0)
		log_warn("the result is in %s instead", other.path);
}

void
output_rescue(const struct output *o, const struct policy *p)
{
	/* bpf is binary, and its filter may be what is too large */
	const struct format *f = !IS_SMALL && o->format->write == bpf_write ?
	    format_by_name("list") : o->format;

	if (log_fd >= 0 && o->fd != log_fd) {
		log_warn("this is the result, which could not be written");
		if (format_write(f, p, log_fd) == 0)
			return;
	}
	if (!IS_SMALL)
		rescue_to_tmp(o, f, p);
}

int
output_try(const struct output *o)
{
	long flags;

	if (o->for_init)
		return 0;       /* it may still mount the folder */
	if (!IS_SMALL && o->folder && per_exe_try(o) < 0)
		return -1;
	if (!o->wanted)
		return 0;
	if (o->fd < 0)
		/* a default that can't be used must not stop a service */
		return target_try(o) < 0 && !o->default_path ? -1 : 0;
	flags = syscall(SYS_fcntl, o->fd, F_GETFL);
	errno = EBADF;
	if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY)
		return 0;
	log_warn("descriptor %d:", o->fd);
	return -1;
}

const struct format *
output_old_format(const struct output *o, bool written)
{
	const char *name = IS_SMALL ? NULL : target_format(o, written);

	return name ? format_by_name(name) : NULL;
}

bool
output_take_format(struct output *o)
{
	const struct format *f = o->format_chosen ? NULL : output_old_format(o, false);

	if (!f || (!IS_SMALL && o->folder && f->write == table_write))
		return false;
	o->format = f;
	return true;
}

int
output_merge_old(const struct output *o, struct policy *p)
{
	struct stat st;
	bool exists;

	if (!o->merge)
		return 0;
	exists = sys_stat(AT_FDCWD, o->path, 0, &st) == 0 || errno != ENOENT;
	if (exists && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return 0;
	if (!IS_SMALL)
		return input_merge(p, o->path);
	if (!exists || (S_ISREG(st.st_mode) && st.st_size == 0))
		return 0;
	log_warn("%s: exists, and this build can't add to a policy", o->path);
	return -1;
}

int
output_merge(struct output *o, struct policy *p)
{
	int lock = !IS_SMALL && o->merge ? target_lock(o) : -1;
	int r;

	/* another recorder may have written it since the run began */
	if (o->merge)
		output_take_format(o);
	r = output_merge_old(o, p);
	if (r == 0)
		r = output_write(o, p);
	if (lock >= 0)
		close(lock);
	return r;
}

void
output_add_unseen(const struct output *o, struct policy *p, int image)
{
	if (o->observed_only)
		return;
	policy_add_always(p);
	if (!IS_SMALL)
		input_widen(p, o->widenings, image, o->format);
}

/* Keep rejected what the base rejects by its name, though it was recorded. */
static void
reject_again(const struct output *o, struct policy *p)
{
	const struct policy_override *f = p->overrides;
	struct policy_call call;
	struct out *log;
	int reasons;

	for (; f < p->overrides + p->n_overrides; f++) {
		reasons = policy_reasons(p, f->abi, f->nr);
		if (!reasons || (reasons & REASON_KNOWN) ||
		    f->action == ACTION_LOG)
			continue;
		if (o->final && (reasons & REASON_SEEN)) {
			log = log_begin();
			call = (struct policy_call){
				.nr = f->nr, .abi = f->abi,
			};
			call_name_write(log, &call);
			out_fmt(log, " was made, and stays rejected as in %s",
			    o->base);
			log_end(log);
		}
		policy_remove(p, f->abi, f->nr);
	}
}

/* switch_root changes the root of process 1, not of the tracer: enter the file
 * system that was mounted over the old root.  Needs no /proc. */
static void
follow_root(void)
{
	struct stat own, top;

	if (sys_stat(AT_FDCWD, "/", 0, &own) == 0 &&
	    sys_stat(AT_FDCWD, "/..", 0, &top) == 0 &&
	    (own.st_dev != top.st_dev || own.st_ino != top.st_ino) &&
	    chdir("/..") == 0 && chroot(".") < 0)
		log_warn("chroot:");
}

void
output_save(struct output *o, const struct policy *recorded,
    struct policy *written, uint64_t calls)
{
	int r;

	if (!o->wanted && !o->folder)
		return;
	/* the reader of a pipe must not get the same result twice */
	if (o->final && calls && calls == o->calls_written)
		return;
	if (o->for_init)
		follow_root();
	o->failed = !IS_SMALL && o->folder &&
	    per_exe_write(o, recorded, written) < 0;
	policy_copy(written, recorded);
	output_add_unseen(o, written, IMAGE_NOBODY);
	if (!IS_SMALL && o->base)
		reject_again(o, written);
	/* Merge again: another service's recording may have replaced the file.
	 * Don't widen again: in formats without argument rules each widening
	 * would add more. */
	r = o->wanted ? output_merge(o, written) : 0;
	if (r < 0) {
		o->failed = true;
		if (o->final)
			output_rescue(o, written);
	} else if (IS_SMALL) {
		o->merge = false;       /* the file is this run's own now */
	}
	o->calls_written = o->failed || r ? 0 : calls;
}
