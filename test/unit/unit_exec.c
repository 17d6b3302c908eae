/* SPDX-License-Identifier: MIT
 *
 * exec.c: strings in a tracee's memory, and relative paths.
 */
#include "unit.h"

#define regs_peek fake_peek
#include "trace/exec.c"
#undef regs_peek

enum { AT = 0x10000, END = 8192 };

/* the tracee's memory from AT on; reading beyond its end fails */
static struct {
	char bytes[END];
	unsigned requests;
} memory;

int
fake_peek(pid_t tid, uint64_t addr, int word, uint64_t *value)
{
	uint32_t v;

	(void)tid, (void)word;
	memory.requests++;
	if (addr < AT || addr + sizeof v > AT + END) {
		errno = EIO;
		return -1;
	}
	memcpy(&v, memory.bytes + (addr - AT), sizeof v);
	*value = v;
	return 0;
}

/* Put a string of this length at an offset, among bytes that are no NUL. */
static const char *
put_string(size_t offset, size_t len)
{
	size_t i;

	memset(memory.bytes, '#', sizeof memory.bytes);
	for (i = 0; i < len; i++)
		memory.bytes[offset + i] = (char)('a' + i % 26);
	memory.bytes[offset + len] = '\0';
	return memory.bytes + offset;
}

/* Does a buffer of this size get what it should, and not a byte more? */
static bool
is_copied(size_t offset, size_t len, size_t size)
{
	const char *string = put_string(offset, len);
	char got[4097], want[4097];

	memset(got, '!', sizeof got);
	if (len < size)
		strcpy(want, string);
	else
		sprintf(want, "%.*s...", (int)size - 4, string);
	return peek_string(1, AT + offset, got, size) == 0 &&
	    strlen(got) < size && !strcmp(got, want) && got[size] == '!';
}

static void
test_lengths(void)
{
	static const size_t lengths[] = {
		0, 1, 2, 3, 4, 5, 7, 8, 9, 254, 255, 256, 1022, 1023, 1024,
		1025, 2000, 4094, 4095, 4096, 5000,
	};
	char name[48];
	size_t i, offset;

	for (i = 0; i < LENGTH(lengths); i++)
		for (offset = 0; offset < 9; offset++) {
			sprintf(name, "peek_%zu_bytes_at_%zu", lengths[i],
			    offset);
			check(is_copied(offset, lengths[i], 1024) &&
			    is_copied(offset, lengths[i], 4096), name, "wrong");
		}
}

static void
test_bytes(void)
{
	char name[32], got[16];
	int c;

	for (c = 1; c < 256; c++) {
		put_string(3, 5);
		memory.bytes[5] = (char)c;
		sprintf(name, "peek_byte_%d", c);
		check(peek_string(1, AT + 3, got, sizeof got) == 0 &&
		    !memcmp(got, memory.bytes + 3, 6), name, "%s", got);
	}
}

/* the last word of what can be read, and a string that goes on behind it */
static void
test_end_of_memory(void)
{
	char got[16];

	put_string(END - 3, 2);
	check(peek_string(1, AT + END - 3, got, sizeof got) == 0 &&
	    !strcmp(got, "ab"), "peek_last_word", "%s", got);
	put_string(0, 2);
	check(peek_string(1, AT + END - 3, got, sizeof got) == -1 &&
	    errno == EIO && !*got, "peek_beyond", "%s", got);
	put_string(0, 4000);
	memory.requests = 0;
	is_copied(0, 4000, 4096);
	check_num("peek_requests", memory.requests, 1001);
}

static void
check_resolved(const char *path, size_t size, const char *folder,
    const char *rest)
{
	char got[EXEC_PATH_MAX], want[EXEC_PATH_MAX];

	sprintf(want, "%s%s", folder, rest);
	strcpy(got, path);
	resolve_path(getpid(), got, size);
	check_str("resolve", got, want);
}

static void
test_resolve(void)
{
	char folder[PATH_MAX];
	size_t len;

	if (access("/proc/self/cwd", F_OK) < 0) {
		skip("resolve", "no /proc here");
		return;
	}
	if (chdir("/tmp") < 0 || !getcwd(folder, sizeof folder))
		die("/tmp");
	len = strlen(folder);
	check_resolved("tool", 99, folder, "/tool");
	check_resolved("./tool", 99, folder, "/tool");
	check_resolved("././a/./tool", 99, folder, "/a/./tool");
	check_resolved("../tool", 99, folder, "/../tool");
	check_resolved(".tool", 99, folder, "/.tool");
	check_resolved("", 99, folder, "/");
	check_resolved("tool", len + 6, folder, "/tool");
	/* what does not fit stays as it is */
	check_resolved("./tool", len + 5, "", "./tool");
	if (chdir("/") < 0)
		die("/");
	check_resolved("./tool", 99, "", "/tool");
	strcpy(folder, "tool");
	resolve_path(-1, folder, sizeof folder);
	check_str("resolve_without_proc", folder, "tool");
}

int
main(void)
{
	test_lengths();
	test_bytes();
	test_end_of_memory();
	test_resolve();
	return unit_end();
}
