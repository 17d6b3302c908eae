/* SPDX-License-Identifier: MIT
 *
 * action.c: what -p takes.
 */
#include "unit.h"

#include "syscalls/abi.h"
#include "policy/action.h"
#include "policy/policy.h"

static void
test_words(void)
{
	check_num("kill", action_parse("kill"), ACTION_KILL);
	check_num("log", action_parse("log"), ACTION_LOG);
	check_num("0", action_parse("0"), ACTION_KILL);
	check_num("1", action_parse("1"), 1);
	check_num("038", action_parse("038"), 38);
	check_num("4095", action_parse("4095"), 4095);
}

static void
test_refused(void)
{
	static const char *const bad[] = {
		"", "-1", "+1", " 1", "1 ", "0x1", "1.", "4096", "4097",
		"65537", "4294967296", "4294967297", "99999999999999999999",
		"KILL", "Log", "kil", "kill ", "killed", "allow", "E", "PERM",
		"eperm", "EPER", "EPERMX", "EPERM ", "EFOO", "E2", "ENOTSU",
	};
	size_t i;

	for (i = 0; i < LENGTH(bad); i++)
		if (action_parse(bad[i]) != -1)
			break;
	check(i == LENGTH(bad), "refused", "\"%s\" is %d",
	    bad[i % LENGTH(bad)], action_parse(bad[i % LENGTH(bad)]));
}

#define E(name) { #name, name }

/* numbers of this machine: on mips most beyond 34 differ from x86's.  All of
 * POSIX, but what only its STREAMS and reserved names are. */
static void
test_names(void)
{
	static const struct {
		const char *name;
		int number;
	} names[] = {
		E(E2BIG), E(EACCES), E(EADDRINUSE), E(EADDRNOTAVAIL),
		E(EAFNOSUPPORT), E(EAGAIN), E(EALREADY), E(EBADF), E(EBADMSG),
		E(EBUSY), E(ECANCELED), E(ECHILD), E(ECONNABORTED),
		E(ECONNREFUSED), E(ECONNRESET), E(EDEADLK), E(EDESTADDRREQ),
		E(EDOM), E(EDQUOT), E(EEXIST), E(EFAULT), E(EFBIG),
		E(EHOSTUNREACH), E(EIDRM), E(EILSEQ), E(EINPROGRESS), E(EINTR),
		E(EINVAL), E(EIO), E(EISCONN), E(EISDIR), E(ELOOP), E(EMFILE),
		E(EMLINK), E(EMSGSIZE), E(ENAMETOOLONG), E(ENETDOWN),
		E(ENETRESET), E(ENETUNREACH), E(ENFILE), E(ENOBUFS), E(ENODEV),
		E(ENOENT), E(ENOEXEC), E(ENOLCK), E(ENOLINK), E(ENOMEM),
		E(ENOMSG), E(ENOPROTOOPT), E(ENOSPC), E(ENOSYS), E(ENOTCONN),
		E(ENOTDIR), E(ENOTEMPTY), E(ENOTSOCK), E(ENOTSUP), E(ENOTTY),
		E(ENXIO), E(EOPNOTSUPP), E(EOVERFLOW), E(EOWNERDEAD), E(EPERM),
		E(EPIPE), E(EPROTO), E(EPROTONOSUPPORT), E(EPROTOTYPE),
		E(ERANGE), E(EROFS), E(ESPIPE), E(ESRCH), E(ESTALE),
		E(ETIMEDOUT), E(ETXTBSY), E(EWOULDBLOCK), E(EXDEV),
	};
	size_t i;

	for (i = 0; i < LENGTH(names); i++)
		if (action_parse(names[i].name) != names[i].number)
			break;
	check(i == LENGTH(names), "names", "%s is not %d",
	    names[i % LENGTH(names)].name, names[i % LENGTH(names)].number);
	check_num("EPERM", action_parse("EPERM"), 1);
	check_num("EACCES", action_parse("EACCES"), 13);
}

int
main(void)
{
	test_words();
	test_refused();
	test_names();
	return unit_end();
}
