/* SPDX-License-Identifier: MIT
 *
 * What the executed programs can call beyond what a recording saw: the calls of
 * the C library's functions that they import.
 *
 * A program's libraries would add much that it never uses: a crypto library
 * that locks memory, a bus, a service manager.  So a library counts like the
 * program only if the program is its front, as curl is of libcurl: it asks for
 * the library itself, is the smaller file, and both names begin alike.  The
 * libraries of slim_libraries[] count for any program, because they do little
 * but wrap calls for it.
 *
 * Of an interpreter, or a program of many programs, the file says little about
 * one script or applet: that is a hint to the user, and nothing is added.
 */
#include "image/reach.h"

#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "image/elf.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/sys.h"
#include "lib/util.h"
#include "policy/policy.h"
#include "policy/widen.h"
#include "syscalls/abi.h"
#include "syscalls/code.h"
#include "syscalls/imports.h"

static const char slim_libraries[] =
    "libacl\0libattr\0liblzma\0libpcap\0libpq\0";

/* Names without their version, of interpreters and of programs of many. */
static const char hint_only[] =
    "python\0perl\0lua\0luajit\0php\0ruby\0node\0sh\0bash\0dash\0ash\0ksh\0"
    "mksh\0zsh\0fish\0tclsh\0ucode\0guile\0java\0busybox\0toybox\0"
    "coreutils\0";

static const char too_large[] = "is too large or damaged";

enum {
	HINTS_IN_LINE = 8, HINTS_MAX = 25,
	PROGRAM_MAX = 24,       /* of its name, so that a table's line fits */
	CODE_MAX = 16 << 20,    /* bytes of a segment */
};

/* a program while its files are read */
struct reading {
	struct reach *reach;
	int image;
	struct elf program, library;
	char root[32];                  /* "/proc/PID/root", or "" */
	const char *folder;             /* of its loader, in text */
	char text[2 * ELF_NAME_MAX];
	char path[sizeof "/usr" + 32 + 3 * ELF_NAME_MAX];
};

static bool
is_slim(const struct reading *g, const char *library)
{
	return util_prefix_index(slim_libraries, library) >= 0 ||
	    (g->library.size > g->program.size &&
	    !strncmp(image_base_name(g->reach->images, g->image), library + 3,
	    3));
}

/* "python3.11" and "php-cgi" are, "shred" is not */
static bool
is_hint_only(const char *name)
{
	const char *word = hint_only;
	size_t len;

	for (; *word; word += len + 1) {
		len = strlen(word);
		if (!strncmp(name, word, len) &&
		    (unsigned)(name[len] | 0x20) - 'a' > 25)
			return true;
	}
	return false;
}

/* the first program, or only this one, that can make the call and is no hint;
 * -1: there is none */
static int
find_image(const struct reach *r, const struct reach_call *c, int image)
{
	int i = image < 0 ? 0 : image;

	do {
		if (util_has_bit(c->image_mask, i) && !r->image[i].is_hint)
			return i;
	} while (image < 0 && ++i <= IMAGES_MAX);
	return -1;
}

static void
note_call(struct reading *g, unsigned call, unsigned function)
{
	struct reach_call *c =
	    &g->reach->call[function == IMPORTS_CODE][call & IMPORTS_ID];

	util_set_bit(c->image_mask, g->image);
	if (!c->function) {
		c->function = (uint16_t)function;
		c->condition = (uint8_t)(call / IMPORTS_IF);
	} else if (c->condition != call / IMPORTS_IF) {
		/* under either, and so perhaps always */
		c->condition = 0;
	}
}

/* A machine may lack the call, and one of 32 bits has others for it with wider
 * numbers. */
static void
note_calls(void *arg, unsigned call, unsigned function)
{
	struct reading *g = arg;
	int abi = g->program.abi, n = 0;
	uint16_t calls[WIDEN_EQUIVALENTS_MAX];

	if (abis[abi].bits == 32 || abi_id_nr(abi, call & IMPORTS_ID) < 0)
		n = widen_equivalents(call & IMPORTS_ID, calls);
	note_call(g, call, function);
	while (n-- > 0)
		note_call(g, calls[n], function);
}

/* one reason is enough, and of a hint it is that one */
static void
explain(const struct reading *g, const char *why)
{
	if (g->reach->explain && !g->reach->image[g->image].is_hint)
		log_warn("%s: not all that it can call is added, because it %s",
		    image_base_name(g->reach->images, g->image), why);
}

static void
read_imports(struct reading *g, struct elf *e)
{
	unsigned long i = 0;
	char *name;

	while ((name = elf_next_import(e, &i)))
		imports_find(name, note_calls, g);
	if (e->reads_left == 0)
		explain(g, too_large);
}

static void
note_number(void *arg, uint32_t nr)
{
	unsigned id = abi_name_id(0, nr);

	if (id)
		note_call(arg, id, IMPORTS_CODE);
}

/* a static program has the C library's code, as far as it needs that */
static void
read_code(struct reading *g)
{
	unsigned long offset, address, size, i = 0;
	void *code;
	ssize_t n;

	g->reach->has_code = true;
	while ((size = elf_next_code(&g->program, &i, &offset, &address))) {
		code = size > CODE_MAX ? NULL :
		    sys_share_memory(size + CODE_PADDING);
		n = code ? pread(g->program.fd, code, size, (off_t)offset) : -1;
		if (n < 0 || code_scan(code, (size_t)n, address, note_number,
		    g) < 0)
			explain(g, too_large);
		if (code)
			munmap(code, size + CODE_PADDING);
	}
}

static const char *
join_path(struct reading *g, const char *before, const char *folder,
    const char *name)
{
	strcpy(stpcpy(stpcpy(stpcpy(g->path, g->root), before), folder), name);
	return g->path;
}

/* Where the loader itself is, by way of links: there are a machine's libraries
 * if there are those of several. */
static void
find_folder(struct reading *g)
{
	char *base;

	g->folder = strcpy(g->text, elf_loader(&g->program));
	base = (char *)util_base_name(g->folder);
	sys_read_link(join_path(g, "", g->folder, ""), base, ELF_NAME_MAX);
	if (*base == '/')
		g->folder = base;
	*(char *)util_base_name(g->folder) = '\0';
}

static void
read_library(struct reading *g, const char *name)
{
	struct elf *e = &g->library;

	if (elf_open(e, join_path(g, "", g->folder, name)) < 0 &&
	    elf_open(e, join_path(g, "/usr", g->folder, name)) < 0)
		return;
	if (is_slim(g, name))
		read_imports(g, e);
	elf_close(e);
}

/* Does the file say little about one run?  It does if it is called like an
 * interpreter, if a link to it is executed, or if it has a second name, as
 * busybox's applets have. */
static bool
is_hint(struct reach *r, int image, const char *exe)
{
	const char *name = image_base_name(r->images, image);
	char own[PATH_MAX];
	bool found;
	int i;

	*own = '\0';
	sys_read_link(exe, own, sizeof own);
	found = is_hint_only(name) || is_hint_only(util_base_name(own));
	for (i = 0; i < r->images->n; i++)
		if (image_same_file(r->images, i, image) &&
		    strcmp(image_base_name(r->images, i), name) != 0)
			found = r->image[i].is_hint = true;
	return found;
}

void
reach_add_image(struct reach *r, int image, pid_t tid, const char *path)
{
	static struct reading g;
	struct elf *e = &g.program;
	const char *name, *exe = g.root;
	unsigned long i = 0;

	if (r->image[image].read)
		return;
	r->image[image].read = true;
	g.reach = r;
	g.image = image;
	strcpy(g.root, "/proc/");
	util_append_number(g.root, sizeof g.root, (unsigned)tid);
	util_append(g.root, sizeof g.root, "/exe");
	if (elf_open(e, exe) < 0) {
		exe = path;
		*g.root = '\0';
		if (elf_open(e, exe) < 0) {
			explain(&g, "can't be read, or is a script and "
			    "/proc is not mounted");
			return;
		}
	}
	if (is_hint(r, image, exe)) {
		explain(&g, "interprets scripts or is many programs");
		r->image[image].is_hint = true;
	} else {
		r->adds = true;
	}
	if (*g.root)
		strcpy((char *)util_base_name(g.root), "root");
	read_imports(&g, e);
	if (*elf_loader(e)) {
		find_folder(&g);
		while ((name = elf_next_library(e, &i)))
			read_library(&g, name);
	} else if (e->abi == 0) {
		read_code(&g);
	}
	elf_close(e);
}

/* Does the policy have calls of the ABI?  Like widen(), treat the native one so
 * even if it has none. */
static bool
uses_abi(const struct policy *p, int abi)
{
	return abi == 0 || policy_uses(p, abi);
}

int
reach_widen(struct policy *p, const struct reach *r, unsigned widenings,
    int image)
{
	const struct reach_call *c;
	const unsigned reasons[] = { REASON_IMPORT, REASON_CODE };
	unsigned id = 0;
	int abi, code, failed = 0;

	while ((id = abi_next_id(id)))
		for (code = 0; code < 2; code++) {
			c = &r->call[code][id];
			if (!(widenings & reasons[code]) ||
			    find_image(r, c, image) < 0)
				continue;
			for (abi = 0; abi < abi_count; abi++)
				if (uses_abi(p, abi))
					failed |= widen_add(p, abi, id,
					    (int)reasons[code], c->condition);
		}
	return failed;
}

bool
reach_leads_to(const struct reach *r, int image, int abi, uint32_t nr)
{
	return find_image(r, &r->call[0][abi_name_id(abi, nr)], image) >= 0;
}

void
reach_write_reason(struct out *o, const char *before, const struct reach *r,
    bool code, unsigned id)
{
	const struct reach_call *c = &r->call[code][id];
	int image;

	if (!c->function)
		return;
	out_str(o, before);
	out_str(o, imports_function(c->function));
	image = find_image(r, c, IMAGE_NOBODY);
	if (image >= 0) {
		out_str(o, " in ");
		out_safe(o, image_base_name(r->images, image), PROGRAM_MAX);
	}
}

bool
reach_write_hints(struct out *o, const struct policy *p, const struct reach *r,
    bool all, const char *beginning, const char *separator)
{
	int max = all ? HINTS_MAX : HINTS_IN_LINE, n = 0, k;
	bool seen[ABI_ID_MAX] = { false }, code;
	unsigned id;
	int64_t nr;

	/* the rest of the names in their order */
	for (k = 0; (id = imports_likely(k)); k++) {
		nr = abi_id_nr(0, id);
		code = !r->call[0][id].function;
		if (seen[id] || !r->call[code][id].function || nr < 0 ||
		    policy_reasons(p, 0, (uint32_t)nr))
			continue;
		seen[id] = true;
		if (++n > max)
			continue;
		out_str(o, n > 1 ? separator : beginning);
		out_str(o, abi_id_name(id));
		if (all)
			reach_write_reason(o, " by ", r, code, id);
	}
	if (n > max)
		out_fmt(o, " and %d more", n - max);
	return n > 0;
}
