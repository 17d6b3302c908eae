/* SPDX-License-Identifier: MIT
 *
 * The readers of policies: what they read and which errors they report, as if
 * this machine were an x86-64 one.
 */
#include "unit.h"

#include <fcntl.h>
#include <sys/utsname.h>

#define ABIS(X) X(x86_64) X(i386) X(x32)
#include "syscalls/abi.c"
#include "policy/policy.h"
#include "format/policy_file.h"
#include "lib/log.h"
#include "lib/out.h"
#include "format/format.h"
#include "policy_list.h"

enum { X86_64, I386, X32 };

static struct policy policy;
static int messages, read_reasons = REASON_SEEN;
static bool may_deny = true;
static char folder[] = "/tmp/utrace-unit.XXXXXX";

/* a kernel that is known, instead of the C library's word */
int known_uname(struct utsname *) __asm__("uname");

int
known_uname(struct utsname *u)
{
	strcpy(u->release, "5.10.0-13-amd64");
	return 0;
}

/* what is said while reading these bytes as file "P"; into policy, anew */
static const char *
said_of(const char *text, size_t len, int *result)
{
	int fd = open("P", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len || close(fd) < 0)
		die("P");
	memset(&policy, 0, sizeof policy);
	policy.action = ACTION_NONE;
	policy.may_deny = may_deny;
	log_fd = messages;
	*result = policy_file_read(&policy, "P", read_reasons, false);
	log_fd = 2;
	return scratch_text(messages);
}

/* "; i386:open", "; 99999": how long it is */
static int
put_call(char *p, int abi, uint32_t nr)
{
	const char *name = abi_name(abi, nr);
	int n = sprintf(p, "; %s%s", abi ? abis[abi].name : "", abi ? ":" : "");

	return n + (name ? sprintf(p + n, "%s", name) :
	    sprintf(p + n, "%" PRId32, (int32_t)nr));
}

/* the whole policy as text: "1; read; socket 0=2&1=1 0!=5; ioctl -38; ?zzz"; of a
 * deny list also the ABIs that it denies: "4097!i386!x32; bpf -1" */
static const char *
as_text(void)
{
	static const char *const ops[] = { "!=", "<", "<=", "=", ">=", ">" };
	static struct policy_call calls[POLICY_CALLS_MAX];
	static char text[1 << 17];
	int n = policy_list(&policy, BY_NAME, calls), i, j, k, m;
	const struct policy_override *f = policy.overrides;
	const struct policy_rule *r;
	const struct policy_test *t;
	const char *name = NULL;
	char *p = text;

	p += sprintf(p, "%d%s", policy.action, policy.incomplete ? "?" : "");
	for (i = 0; policy.action == ACTION_ALLOW && i < abi_count; i++)
		if (policy_action(&policy, i, 0) == policy.closed_action &&
		    policy.closed_abis >> i & 1)
			p += sprintf(p, "!%s", abis[i].name);
	for (i = 0; i < n; i++) {
		p += put_call(p, calls[i].abi, calls[i].nr);
		m = policy_rules(&policy, calls[i].abi, calls[i].nr, &r);
		if (!(calls[i].reasons & REASON_CONDITIONAL) != !m)
			p += sprintf(p, " REASON_CONDITIONAL is wrong");
		for (j = 0; j < m; j++)
			for (k = 0, t = r[j].test; k < r[j].n; k++, t++) {
				p += sprintf(p, "%c%d", k ? '&' : ' ', t->arg);
				if (t->op == OP_MASKED_EQ)
					p += sprintf(p, "/%" PRIx64, t->mask);
				p += sprintf(p, "%s%" PRIu64,
				    t->op == OP_MASKED_EQ ? "=" : ops[t->op],
				    t->value);
			}
	}
	for (; f < policy.overrides + policy.n_overrides; f++) {
		p += put_call(p, f->abi, f->nr);
		p += sprintf(p, " -%d", f->action);
	}
	for (name = NULL; (name = policy_next_unknown(&policy, name)); )
		p += sprintf(p, "; ?%s", name);
	return text;
}

static void
check_read(const char *name, const char *text, const char *want,
    const char *want_said)
{
	int result;
	const char *said = said_of(text, strlen(text), &result);

	check(result == 0 && !strcmp(said, want_said) &&
	    !strcmp(as_text(), want), name, "[%s] and %d [%s], not [%s] [%s]",
	    as_text(), result, said, want, want_said);
}

#define ALLOW "\"action\":\"SCMP_ACT_ALLOW\""
#define ERRNO_ "\"action\":\"SCMP_ACT_ERRNO\""
#define DENY "\"defaultAction\":\"SCMP_ACT_ERRNO\""
#define RULES(rules) "{" DENY ",\"syscalls\":[" rules "]}"
#define ARGS(args) \
	RULES("{\"names\":[\"ioctl\"]," ALLOW ",\"args\":[" args "]}")
#define ARG(i, v, op) \
	"{\"index\":" #i ",\"value\":" #v ",\"op\":\"SCMP_CMP_" #op "\"}"
#define DENIES(rules) \
	"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[" rules "]}"
#define DENY_ARGS(args) \
	"{\"names\":[\"socket\"]," ERRNO_ ",\"args\":[" args "]}"
#define WHEN(when) RULES("{\"names\":[\"read\"]," ALLOW "," when "}")

static const struct {
	const char *name, *text, *policy, *said;
} good[] = {
	{ "whitelist", "{ \"whitelist\": [ \"read\", \"openat\" ], "
	  "\"policy\": 13 }", "13; openat; read", "" },
	{ "whitelist_kill", "{\"whitelist\":[],\"policy\":0}", "0", "" },
	{ "whitelist_no_policy", "{\"whitelist\":[\"99999\",\"-1\",\"0\"]}",
	  "-1; read; 99999; -1", "" },
	{ "whitelist_foreign", "{\"architectures\":[\"SCMP_ARCH_X86\"],"
	  "\"whitelist\":[\"open\"]}", "-1; i386:open", "" },
	{ "escaped", "{\"\\u0077hitelist\":[\"r\\u0065ad\"]}", "-1; read", "" },
	{ "unknown_keys", "{\"x\":{\"whitelist\":[1,2,{}]},\"whitelist\":[],"
	  "\"flags\":[\"\\u00e4\xc3\xa4\"],\"y\":-1}", "-1", "" },
	{ "incomplete", "{\"whitelist\":[],\"complete\":false}", "-1?", "" },
	{ "complete", "{\"whitelist\":[],\"complete\":true}", "-1", "" },
	{ "unknown_names", "{\"whitelist\":[\"zzz\",\"read\",\"abc\",\"zzz\","
	  "\"cacheflush\"]}", "-1; read; ?abc; ?cacheflush; ?zzz", "" },
	{ "procd", "{\"defaultAction\":\"SCMP_ACT_KILL_PROCESS\",\"syscalls\":["
	  "{\"names\":[\"read\"]," ALLOW "}]}", "0; read", "" },
	{ "oci", "{" DENY ",\"defaultErrnoRet\":38,"
	  "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\","
	  "\"SCMP_ARCH_ARM\"],\"syscalls\":[{\"names\":[\"open\",\"mmap2\"],"
	  ALLOW "}]}", "38; open; i386:mmap2; i386:open", "" },
	{ "oci_any_order", "{\"syscalls\":[{" ALLOW ",\"names\":[\"open\"]}],"
	  "\"architectures\":[\"SCMP_ARCH_X86\",\"SCMP_ARCH_X86_64\"],"
	  "\"defaultErrnoRet\":38," DENY "}", "38; open; i386:open", "" },
	{ "oci_log", "{\"defaultAction\":\"SCMP_ACT_LOG\",\"syscalls\":null}",
	  "4096", "" },
	{ "errno_without_errno_action", "{\"defaultErrnoRet\":38,"
	  "\"defaultAction\":\"SCMP_ACT_KILL\"}", "0", "" },
	{ "trap", "{\"defaultAction\":\"SCMP_ACT_TRAP\"}", "0", "" },
	{ "log", RULES("{\"names\":[\"read\"],"
	  "\"action\":\"SCMP_ACT_LOG\"}"), "1; read -4096", "" },
	{ "log_with_tests", RULES("{\"names\":[\"read\"],"
	  "\"action\":\"SCMP_ACT_LOG\",\"args\":[{\"index\":0,"
	  "\"value\":3,\"op\":\"SCMP_CMP_EQ\"}]}"), "1; read 0=3", "" },
	{ "name", RULES("{\"name\":\"read\"," ALLOW ",\"args\":null}"),
	  "1; read", "" },
	{ "overrides", RULES("{\"names\":[\"clone3\",\"zzz\"]," ERRNO_
	  ",\"errnoRet\":38},{\"names\":[\"bpf\"]," ERRNO_ "},"
	  "{\"names\":[\"acct\"],\"action\":\"SCMP_ACT_KILL_THREAD\"},"
	  "{\"names\":[\"sync\"],\"action\":\"SCMP_ACT_TRACE\"},"
	  "{\"names\":[\"bind\"],\"action\":\"SCMP_ACT_NOTIFY\"}"),
	  "1; bind -38; sync -38; acct -0; clone3 -38", "" },
	{ "allowed_then_refused", RULES("{\"names\":[\"read\"]," ALLOW "},"
	  "{\"names\":[\"read\",\"bind\"]," ERRNO_ ",\"errnoRet\":2}"),
	  "1; read; bind -2", "" },
	{ "refused_and_allowed", RULES("{\"names\":[\"read\"]," ERRNO_
	  ",\"errnoRet\":2},{\"names\":[\"read\"]," ALLOW "}"),
	  "1; read; read -2",
	  "utrace: P: read is both allowed and rejected; allowing it\n" },
	{ "refused_and_allowed_number", RULES("{\"names\":[\"99999\"]," ERRNO_
	  ",\"errnoRet\":2},{\"names\":[\"99999\"]," ALLOW "}"),
	  "1; 99999; 99999 -2",
	  "utrace: P: 99999 is both allowed and rejected; allowing it\n" },
	{ "arch_map", "{" DENY ",\"archMap\":[{\"architecture\":"
	  "\"SCMP_ARCH_AARCH64\",\"subArchitectures\":[\"SCMP_ARCH_X32\"]},"
	  "{\"subArchitectures\":[\"SCMP_ARCH_X86\"],\"architecture\":"
	  "\"SCMP_ARCH_X86_64\"}],\"syscalls\":[{\"names\":[\"open\"],"
	  ALLOW "}]}", "1; open; i386:open", "" },

	{ "arg", ARGS(ARG(1, 21505, EQ)), "1; ioctl 1=21505", "" },
	{ "arg_ops", ARGS(ARG(0, 1, NE) "," ARG(1, 2, LT) "," ARG(2, 3, LE) ","
	  ARG(3, 4, GE) "," ARG(4, 5, GT) "," ARG(5, 6, EQ)),
	  "1; ioctl 0!=1&1<2&2<=3&3>=4&4>5&5=6", "" },
	{ "arg_order", ARGS(ARG(2, 1, EQ) "," ARG(0, 2, EQ) "," ARG(1, 3, EQ)),
	  "1; ioctl 0=2&1=3&2=1", "" },
	/* all of them, as runc has it */
	{ "arg_twice", ARGS(ARG(1, 5, EQ) "," ARG(0, 9, NE) "," ARG(1, 4, EQ)),
	  "1; ioctl 0!=9 1=4 1=5", "" },
	{ "arg_masked", ARGS("{\"index\":0,\"value\":15,\"valueTwo\":51,"
	  "\"op\":\"SCMP_CMP_MASKED_EQ\"}"), "1; ioctl 0/f=3", "" },
	{ "arg_masked_zero", ARGS(ARG(0, 2114060288, MASKED_EQ)),
	  "1; ioctl 0/7e020000=0", "" },
	{ "arg_values", ARGS(ARG(1, 18446744073709551615, EQ) ","
	  ARG(1, -1, EQ) "," ARG(1, -9223372036854775808, EQ) ","
	  ARG(1, -0, EQ)), "1; ioctl 1=0 1=9223372036854775808 "
	  "1=18446744073709551615", "" },
	{ "arg_or_not", RULES("{\"names\":[\"ioctl\"]," ALLOW ",\"args\":["
	  ARG(1, 1, EQ) "]},{\"names\":[\"ioctl\"]," ALLOW "}"), "1; ioctl",
	  "" },
	{ "arg_32_bits", "{" DENY ",\"architectures\":[\"SCMP_ARCH_NATIVE\","
	  "\"SCMP_ARCH_X86\"],"
	  "\"syscalls\":[{\"names\":[\"ioctl\"]," ALLOW ",\"args\":["
	  ARG(1, -1, EQ) "," ARG(1, 4294967296, LE) "]}]}",
	  "1; ioctl 1<=4294967296 1=18446744073709551615; i386:ioctl "
	  "1=4294967295", "" },
	{ "arg_32_bits_and", "{" DENY ",\"architectures\":["
	  "\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],"
	  "\"syscalls\":[{\"names\":[\"ioctl\"]," ALLOW ",\"args\":["
	  ARG(0, 1, EQ) "," ARG(1, 4294967296, LE) "]}]}",
	  "1; ioctl 0=1&1<=4294967296", "" },
	{ "arg_of_unknown", RULES("{\"names\":[\"zzz\"]," ALLOW ",\"args\":["
	  ARG(0, 1, EQ) "]}"), "1",
	  "utrace: P: ignoring 1 rule for unknown calls\n" },
	{ "arg_refusal", RULES("{\"names\":[\"socket\"]," ERRNO_
	  ",\"errnoRet\":22,\"args\":[" ARG(0, 16, EQ) "]}"), "1; socket -22",
	  "" },

	/* procd takes the first rule, runc the one that rejects */
	{ "reject_first", RULES("{\"names\":[\"socket\"]," ERRNO_
	  ",\"errnoRet\":22},{\"names\":[\"socket\"]," ALLOW ",\"args\":["
	  ARG(0, 16, EQ) "]}"), "1; socket 0=16; socket -22", "utrace: P: ignoring "
	  "1 rule rejecting calls that others allow\n" },
	{ "reject_last", RULES("{\"names\":[\"socket\"]," ALLOW ",\"args\":["
	  ARG(0, 16, EQ) "]},{\"names\":[\"socket\"]," ERRNO_
	  ",\"errnoRet\":22}"), "1; socket 0=16; socket -22", "" },
	/* one rule for two ABIs, and two others that allow; in both orders */
	{ "reject_abis", "{" DENY ",\"architectures\":[\"SCMP_ARCH_X86_64\","
	  "\"SCMP_ARCH_X86\"],\"syscalls\":[{\"names\":[\"bind\"]," ERRNO_
	  ",\"errnoRet\":22},{\"names\":[\"bind\"]," ALLOW ",\"args\":["
	  ARG(0, 1, EQ) "]},{\"names\":[\"bind\"]," ALLOW ",\"args\":["
	  ARG(0, 2, EQ) "]},{\"names\":[\"bind\"]," ERRNO_ ",\"errnoRet\":23}]}",
	  "1; bind 0=1 0=2; i386:bind 0=1 0=2; bind -23; i386:bind -23",
	  "utrace: P: ignoring 2 rules rejecting calls that others allow\n" },
	{ "reject_runc", "{" DENY ",\"architectures\":[\"SCMP_ARCH_X86_64\"],"
	  "\"syscalls\":[{\"names\":[\"socket\"]," ALLOW ",\"args\":["
	  ARG(0, 16, EQ) "]},{\"names\":[\"socket\"]," ERRNO_
	  ",\"errnoRet\":22},{\"names\":[\"bind\"]," ERRNO_ "},{\"names\":["
	  "\"bind\"]," ALLOW ",\"args\":[" ARG(0, 1, EQ) "]}]}",
	  "1; bind 0=1; socket 0=16; socket -22", "utrace: P: ignoring "
	  "1 rule rejecting calls that others allow\n" },

	/* what a deny list denies are overrides; where it looks at arguments,
	 * rules allow the others */
	{ "deny", DENIES("{\"names\":[\"bpf\",\"zzz\"]," ERRNO_ "},"
	  "{\"names\":[\"read\"]," ALLOW "},"
	  "{\"names\":[\"99999\"],\"action\":\"SCMP_ACT_KILL\"}"),
	  "4097!i386!x32; bpf -1; 99999 -0",
	  "utrace: P: ignoring 1 rule for unknown calls\n" },
	{ "deny_arg", DENIES(DENY_ARGS(ARG(0, 16, EQ))),
	  "4097!i386!x32; socket 0!=16; socket -1", "" },
	{ "deny_args", DENIES(DENY_ARGS(ARG(0, 1, NE) "," ARG(1, 2, LT) ","
	  ARG(2, 3, LE) "," ARG(3, 4, GE) "," ARG(4, 5, GT))),
	  "4097!i386!x32; socket 0=1 1>=2 2>3 3<4 4<=5; socket -1", "" },
	{ "deny_either", DENIES(DENY_ARGS(ARG(0, 1, EQ) "," ARG(0, 2, EQ))),
	  "4097!i386!x32; socket 0!=1&0!=2; socket -1", "" },
	{ "deny_twice", DENIES(DENY_ARGS(ARG(0, 1, EQ) "," ARG(1, 3, EQ)) ","
	  DENY_ARGS(ARG(0, 2, GT))),
	  "4097!i386!x32; socket 0!=1&0<=2 0<=2&1!=3; socket -1", "" },
	{ "deny_mask", DENIES(DENY_ARGS("{\"index\":0,\"value\":5,"
	  "\"valueTwo\":4,\"op\":\"SCMP_CMP_MASKED_EQ\"}")),
	  "4097!i386!x32; socket 0/4=0 0/1=1; socket -1", "" },
	{ "deny_any", DENIES(DENY_ARGS(ARG(0, 1, EQ)) ","
	  "{\"names\":[\"socket\"]," ERRNO_ "}," DENY_ARGS(ARG(0, 2, EQ))),
	  "4097!i386!x32; socket -1", "" },
	{ "deny_32_bits", "{\"defaultAction\":\"SCMP_ACT_ALLOW\","
	  "\"architectures\":[\"SCMP_ARCH_X86\"],\"syscalls\":["
	  DENY_ARGS(ARG(0, -1, EQ)) "," DENY_ARGS(ARG(1, 4294967296, EQ)) "]}",
	  "4097!x32; i386:socket 0!=4294967295; i386:socket -1", "" },

	{ "when_nothing", WHEN("\"includes\":{},\"excludes\":null"), "1; read",
	  "" },
	{ "when_arch", WHEN("\"includes\":{\"arches\":[\"arm\",\"amd64\"]},"
	  "\"excludes\":{\"arches\":[\"x86\",\"s390x\"]}"), "1; read", "" },
	{ "when_arch_not", WHEN("\"includes\":{\"arches\":[\"x32\",\"x86\"]}"),
	  "1", "utrace: P: ignoring 1 rule for other machines\n" },
	{ "when_arch_excluded", WHEN("\"excludes\":{\"arches\":[\"x32\","
	  "\"amd64\"]}"), "1",
	  "utrace: P: ignoring 1 rule for other machines\n" },
	{ "when_caps", WHEN("\"includes\":{\"caps\":[\"CAP_BPF\"]}"), "1",
	  "utrace: P: ignoring 1 rule for other capabilities, see --caps\n" },
	{ "when_no_caps", WHEN("\"excludes\":{\"caps\":[\"CAP_BPF\"]},"
	  "\"includes\":{\"caps\":[]}"), "1; read", "" },
	{ "when_kernel", WHEN("\"includes\":{\"minKernel\":\"5.10\"},"
	  "\"excludes\":{\"minKernel\":\"5.11\"}"), "1; read", "" },
	{ "when_kernel_old", WHEN("\"includes\":{\"minKernel\":\"5.11\"}"), "1",
	  "utrace: P: ignoring 1 rule for other kernels\n" },
	{ "when_kernel_new", WHEN("\"excludes\":{\"minKernel\":\"4.8\"}"), "1",
	  "utrace: P: ignoring 1 rule for other kernels\n" },

	{ "list", "read\nopenat\talways\n\n# x\ni386:open\n99999\n-1\n",
	  "-1; openat; read; 99999; -1; i386:open", "" },
	{ "list_number_of_abi", "read\nx32:1\n", "-1; read; x32:1", "" },
	{ "list_no_newline", "read\nwrite", "-1; read; write", "" },
	{ "list_incomplete", "# incomplete\nread\n", "-1?; read", "" },
	{ "list_own_abi", "x86_64:read\n", "-1; read", "" },
	{ "list_conditions", "socket(arg0 == 2 && (arg1 & 15) == 1)\n"
	  "socket(arg0==1)\talways\ni386:ioctl( arg1 >=0x5401&&arg1<= 0x5410 )"
	  "\nprctl(arg0 > 14 && arg1 < 3 && arg5 != 0xFFFFFFFFffffffff)",
	  "-1; prctl 0>14&1<3&5!=18446744073709551615; socket 0=1 0=2&1/f=1; "
	  "i386:ioctl 1>=21505&1<=21520", "" },
	{ "list_conditions_of_unknown", "read\nzzz(arg0 == 2)\n", "-1; read",
	  "utrace: P: ignoring 1 rule for unknown calls\n" },
	{ "list_numbers", "99999\ni386:100000\n", "-1; 99999; i386:100000", "" },
	{ "list_marks", "read\nSystemCallFil\nPOLICYx\n",
	  "-1; read; ?POLICYx; ?SystemCallFil", "" },
	{ "list_bits", "ioctl(arg1 & 4)\nfcntl((arg1 & 4) != 4)\n"
	  "bpf(arg0 in 3)\nprctl(arg0 == -1)\nmmap(arg2 == ~1)\n",
	  "-1; bpf 0/fffffffffffffffc=0; fcntl 1/4=0; ioctl 1/4=4; "
	  "mmap 2=18446744073709551614; prctl 0=18446744073709551615", "" },

	{ "lxc_1", "1\nwhitelist\n0\n1\r\n", "0; read; write", "" },
	{ "lxc_2", "2\nallowlist errno 38\nread\n[x86]\nopen\n[arm64]\nclose\n"
	  "[x86_64]\nclone\n# x\n[ALL]\npipe # x\n\n",
	  "38; clone; pipe; read; i386:open; i386:pipe; i386:read; x32:pipe; "
	  "x32:read", "" },
	{ "lxc_actions", "2\nwhitelist trap\n[x32]\nread allow\nbind errno 5\n"
	  "acct kill\nbpf notify\nsync trap\n",
	  "0; x32:read; x32:bind -5; x32:bpf -38", "" },
	{ "lxc_tests", "2\nallowlist\n[x86_64]\nioctl [1,0x5401,SCMP_CMP_EQ]\n"
	  "ioctl allow [0, 2, >=][5,1,SCMP_CMP_MASKED_EQ,15]\n"
	  "prctl allow [0,18446744073709551615,!=]\n"
	  "socket [0,3,&=,1]\n",
	  "0; ioctl 1=21505 0>=2&5/f=1; prctl 0!=18446744073709551615; "
	  "socket 0/1=1", "" },
	{ "lxc_no_mask", "2\nallowlist\n[x86_64]\nprctl allow [0,8,==]\n"
	  "prctl allow [0,8,==,2]\n", "0; prctl 0=8", "" },
	{ "lxc_deny", "2\ndenylist\n[x86_64]\n"
	  "reject_force_umount  # comment this to allow umount -f\n"
	  "kexec_load errno 1\ndelete_module\nread allow\n",
	  "4097; umount2 1/1=0; umount2 -13; delete_module -0; kexec_load -1",
	  "" },
	{ "lxc_deny_log", "2\nblacklist errno 2\n[x86]\nopen\nread allow\n",
	  "2; i386:read; i386:open -0", "" },

	{ "systemd", "\xef\xbb\xbf[Unit]\nDescription=read: write\n[Service]\n"
	  "SystemCallArchitectures=native\r\nSystemCallFilter=read write \\\n"
	  "  open\nSystemCallFilter=~write bind:EACCES sync:kill\n"
	  "SystemCallErrorNumber=ENOSYS\n",
	  "38; open; read; bind -13; sync -0", "" },
	{ "systemd_reset", "SystemCallFilter=~bind\nSystemCallFilter=\n"
	  "SystemCallFilter=close\nSystemCallErrorNumber=EPERM\n"
	  "SystemCallErrorNumber=\nSystemCallArchitectures=arm\n"
	  "SystemCallArchitectures=\nSystemCallArchitectures=x86-64 x86 arm64\n",
	  "0; close; i386:close", "" },
	{ "systemd_all", "SystemCallFilter=close", "0; close; i386:close; "
	  "x32:close", "" },
	{ "systemd_deny", "SystemCallArchitectures=x32\nSystemCallFilter=~bind "
	  "sync:EROFS\nSystemCallFilter=~acct\nSystemCallErrorNumber=1\n",
	  "4097!i386; bind -1; sync -30; acct -1; x32:bind -1; x32:sync -30; "
	  "x32:acct -1", "" },
	/* the value that goes on is not the filter's */
	{ "systemd_backslashes", "[Service]\nSystemCallArchitectures=native\n"
	  "ExecStart=a\\\\\nSystemCallFilter=read\nExecStart=a\\\\\\\n"
	  "SystemCallFilter=bind\n[X-A]\nSystemCallFilter=open\n", "0; read", "" },
	{ "systemd_skip", "[Service]\nSystemCallArchitectures=x86\n"
	  "ExecStart=/x --type=1 \\\n# a\n; b\n\\\nSystemCallFilter=bind\n"
	  "SystemCallFilter=read\n", "0; read; i386:read", "" },
	{ "systemd_group", "SystemCallArchitectures=native\n"
	  "SystemCallFilter=@reboot\nSystemCallFilter=~kexec_load @keyring:5\n",
	  "0; kexec_file_load; reboot; add_key -5; request_key -5; keyctl -5",
	  "" },
	{ "systemd_group_again", "SystemCallArchitectures=native\n"
	  "SystemCallFilter=@swap\nSystemCallFilter=~swapon\n"
	  "SystemCallFilter=@swap\nSystemCallFilter=~@swap\n"
	  "SystemCallFilter=@swap\nSystemCallFilter=\n"
	  "SystemCallFilter=@swap\n", "0; swapoff; swapon", "" },
	{ "systemd_group_removed", "SystemCallArchitectures=native\n"
	  "SystemCallFilter=read @swap\nSystemCallFilter=~@swap\n"
	  "SystemCallFilter=swapon\nSystemCallFilter=~@swap @swap:5\n",
	  "0; read; swapon -5; swapoff -5", "" },
	{ "systemd_deny_group", "SystemCallArchitectures=native\n"
	  "SystemCallFilter=~@swap\n", "4097!i386!x32; swapon -0; swapoff -0", "" },
	{ "systemd_known", "SystemCallArchitectures=native\n"
	  "SystemCallFilter=read mseal\nSystemCallFilter=~@known\n"
	  "SystemCallFilter=@swap\n", "0; swapoff; swapon", "" },
	{ "systemd_comments", "SystemCallArchitectures=native\n"
	  "SystemCallArchitectures=x86\nSystemCallFilter=read \\\n# write \\\n"
	  " ; open\n  close\nExecStart=x \\\nSystemCallFilter=bind\n"
	  "[Install]\nSystemCallFilter=bind\n[Socket]\n"
	  "SystemCallErrorNumber=5\n",
	  "5; close; read; i386:close; i386:read", "" },
	{ "systemd_deny_back", "SystemCallArchitectures=native\n"
	  "SystemCallFilter=~read write:7 @swap:5\n"
	  "SystemCallFilter=~write:6\nSystemCallFilter=read @reboot swapon\n",
	  "4097!i386!x32; write -6; swapoff -5", "" },
	{ "systemd_group_actions", "SystemCallArchitectures=native\n"
	  "SystemCallFilter=~@swap:5 @reboot:5 @keyring:6\n"
	  "SystemCallFilter=~reboot:7\n", "4097!i386!x32; swapon -5; "
	  "swapoff -5; reboot -7; kexec_load -5; add_key -6; request_key -6; "
	  "keyctl -6; kexec_file_load -5", "" },
	{ "systemd_incomplete", "# incomplete\nSystemCallArchitectures=native\n"
	  "SystemCallFilter=\nSystemCallFilter=read", "0?; read", "" },

	{ "minijail", "# x\n@frequency ./freq\n\nread: 1\nclose:1\n"
	  "write: allow\nbind: return EROFS\nacct: kill-process\nsync: trap\n"
	  "bpf: return 38\npause: user-notify\n",
	  "-1; close; read; write; pause -38; bind -30; sync -0; acct -0; "
	  "bpf -38", "" },
	{ "minijail_masks", "ioctl: arg2 in 0xf3 && arg0 < 9 && arg2 & 2 && "
	  "arg0 & 4\n", "-1; ioctl 0/4=4&0<9&2/ffffffffffffff0e=2", "" },
	{ "minijail_tests", "ioctl: arg1 == 0x5401 && arg0 <= 2 || \\\n"
	  "arg1 == -1; return 25\nmmap: arg2 in 0xfffffffb && arg2 & 1 || "
	  "arg3 in ~2\n@default log\n",
	  "4096; ioctl 1=18446744073709551615 0<=2&1=21505; mmap "
	  "2/ffffffff00000005=1 3/2=0; ioctl -25", "" },
	/* the kernel's values; a comment looks like a log */
	{ "minijail_constants", "# f(x) = 1 syscall=1\n"
	  "mmap: arg2 in ~PROT_EXEC || arg2 == PROT_READ|PROT_NONE\n"
	  "clone: arg0 & CLONE_THREAD\nioctl: arg1 == TCGETS | TCGETS2\n"
	  "socket: arg0 == AF_UNIX && arg1 == SOCK_DGRAM|0x80004|~0xfffff\n"
	  "mknod: arg1 in 010777\nread: 1\nopen: arg1 & 0x18\n",
	  "-1; clone 0/10000=65536; ioctl 1=2150388779; mknod "
	  "1/ffffffffffffee00=0; mmap 2/4=0 2=1; open 1/8=8 1/10=16; read; "
	  "socket 0=1&1=18446744073709027334", "" },
	{ "minijail_denylist", "@denylist\nbpf: return EPERM\n", "4097!i386; bpf -1",
	  "" },
	{ "minijail_comment", "read:1# x\n", "-1; read", "" },
	{ "minijail_deny", "@frequency x\n@default allow\nbind: return 1\n"
	  "read: 1\n", "4097!i386; bind -1", "" },

	{ "firejail", "include x.local\nseccomp.keep read,open,$99999,bind:EPERM\n"
	  "seccomp.32.keep open,$6\nseccomp-error-action kill\nnoroot\n",
	  "0; open; read; 99999; i386:close; i386:open; bind -1", "" },
	{ "firejail_comment", "seccomp.keep read # open\nseccomp.32.keep read# a",
	  "1; read; i386:read", "" },
	{ "firejail_log", "seccomp.keep read\nseccomp-error-action log\n",
	  "4096; read", "" },
	/* native ones have the name */
	{ "firejail_32_lacks", "seccomp.32.keep read,semop\n",
	  "1; i386:read; ?i386:semop", "" },
	{ "firejail_drop", "# x\nseccomp.drop bind,sync:ENOSYS\n"
	  "seccomp.32.drop open\n",
	  "4097!x32; bind -1; sync -38; i386:open -1", "" },
	/* the last line with a key, and the first key, count */
	{ "firejail_last", "seccomp.drop open\nseccomp.keep read\n"
	  "seccomp.keep write,close\nseccomp.keep write\n", "1; write", "" },
	{ "firejail_secondary", "seccomp.drop bind\nseccomp.block-secondary\n"
	  "seccomp-error-action ENOSYS\n", "4097!i386!x32; bind -38", "" },
	{ "firejail_groups", "seccomp.keep !$162,@sync,@swap:EIO,!sync_file_range\n",
	  "1; fdatasync; fsync; msync; syncfs; swapon -5; swapoff -5", "" },
	/* the key alone keeps the list */
	{ "firejail_alone", "caps.drop all\nseccomp.keep read\nseccomp.keep\n",
	  "1; read", "" },
	{ "firejail_errno", "seccomp.drop bind:eperm,acct:kill\n"
	  "seccomp-error-action enosys\n", "4097!x32; bind -1; acct -0", "" },
	{ "firejail_words", "noroot\nnonewprivs\nseccomp.block-secondary\n"
	  "seccomp.keep read\n", "1; read", "" },
	{ "firejail_negated", "seccomp.drop bind,!acct,sync:E2BIG,acct,!bind\n",
	  "4097!x32; sync -7", "" },

	{ "kafel", "// x\nPOLICY a {\n  ALLOW { read, write(fd, buf) { fd == 1 || "
	  "(buf & 3) == 2 && fd != 0 },\n SYSCALL[ 99999 ] /* , open */ }\n"
	  "  DENY { bind }, ERRNO(2) { sync, acct } TRAP(1) { bpf }\n"
	  "  LOG { pause } }\nPOLICY b { KILL_PROCESS { open } }\n"
	  "USE a, b DEFAULT ERRNO(1)",
	  "1; read; write 0=1 0!=0&1/3=2; 99999; open -0; pause -4096; bind -0; "
	  "sync -2; acct -2; bpf -0", "" },
	{ "kafel_define", "#define A 0x10 // x\n#define AB 2\n"
	  "POLICY a { ALLOW { read(x, y) { x == A|AB, y == AB, x == 077 } } }\n"
	  "POLICY b { USE a, ERRNO(5) { bpf(x) { (x & 6) != 0 } } }\n"
	  "USE b DEFAULT KILL\n", "0; read 0=18 0=63 1=2; bpf -5", "" },
	{ "kafel_define_comment", "#define A 1\n// #define B 2\n #define B 3\n"
	  "ALLOW { read(x) { x == B } }\nDEFAULT KILL\n", "0; read 0=3", "" },
	{ "kafel_constant", "#define A 0b101 // #define Z 1\n/* #define B 1 */ "
	  "#define B 165 ALLOW { read(x) { x == A } /* , */ , // c\n B,\n"
	  "socket(x) /* a */ { x == A, /* b */ x == B }, close }\n",
	  "0; close; mount; read 0=5; socket 0=5 0=165", "" },
	{ "kafel_constant_denied", "#define A 165\nERRNO(1) { A }\nDEFAULT ALLOW",
	  "4097!i386; mount -1", "" },
	{ "kafel_guard", "ALLOW { write ON x86_64, bind(x) ON {arm, x86_64} { x == "
	  "1 }, open ON arm, acct(x) ON { arm } { x == 1 }\n }", "0; bind 0=1; write",
	  "utrace: P: ignoring 2 rules for other machines\n" },
	{ "kafel_line", "ALLOW\n{ read }\n", "0; read", "" },
	{ "kafel_marks", "ERRNO(1) { read {} } # define A 1\nALLOW { A, bpf }\n",
	  "0; bpf; write; read -1", "" },
	{ "kafel_deny_first", "ALLOW { read } ERRNO(1) { read, bpf }\n"
	  "LOG { bpf, acct } ERRNO(2) { acct }\nDEFAULT ALLOW\n",
	  "4097!i386; acct -4096; bpf -1", "" },
	{ "kafel_stars", "ALLOW { /* x **/ open, /* y **** / */ read }\n", "0; read",
	  "" },
	{ "kafel_first", "ALLOW { read(x) { x == 1 } } ERRNO(1) { read, bind } "
	  "ALLOW { bind(x) { x == 1 } }\nDEFAULT KILL\n",
	  "0; bind 0=1; read 0=1; read -1; bind -1", "utrace: P: ignoring "
	  "1 rule rejecting calls that others allow\n" },
	{ "kafel_names", "ALLOW { newstat, newuname, umount, sendfile64,\n"
	  "newfstatat }\n"
	  "DEFAULT KILL\n", "0; newfstatat; sendfile; stat; umount2; uname", "" },
	{ "kafel_no_policy", "ALLOW { SYSCALL[-1], read } DEFAULT KILL\n",
	  "0; read; -1", "" },
	{ "kafel_deny", "POLICY x {\nERRNO(1) { bind, socket(a) { (a == 16) } }\n"
	  "}\nUSE x DEFAULT ALLOW\n", "4097!i386; socket 0!=16; socket -1; bind -1",
	  "" },

	{ "spo", "# x\n# incomplete\n---\nkind: SeccompProfile # y\n"
	  "apiVersion: security-profiles-operator.x-k8s.io/v1beta1\n"
	  "metadata:\n  name: 9p-x\n  labels: {a: x y, \"b\": 'c'}\n"
	  "  syscalls:\n    - - read\n      - 1\n    -\n      a: b: c\n"
	  "spec:\n  defaultAction: \"SCMP_ACT_ERRNO\"\n"
	  "  architectures: [SCMP_ARCH_X86_64, 'SCMP_ARCH_X86']\n"
	  "  syscalls:\n  - action: SCMP_ACT_ALLOW\r\n    names:\r\n    - read\n"
	  "    - \"write\"\n  -   names: [ioctl, # x\n       bpf]\n"
	  "      args:\n      - index: 1\n        value: 21505\n"
	  "        op: SCMP_CMP_EQ\n"
	  "      - {index: 2, value: 7, valueTwo: 1, op: SCMP_CMP_MASKED_EQ}\n"
	  "      action: SCMP_ACT_ALLOW\n"
	  "  -\n    args: []\n    action: SCMP_ACT_KILL\n    names: [\nbind ]",
	  "1?; bpf 1=21505&2/7=1; ioctl 1=21505&2/7=1; read; write; "
	  "i386:bpf 1=21505&2/7=1; i386:ioctl 1=21505&2/7=1; i386:read; "
	  "i386:write; "
	  "bind -0; i386:bind -0", "" },
	{ "config_json", "{\"linux\":{\"x\":{\"seccomp\":1},\"seccomp\":{" DENY
	  ",\"syscalls\":[{\"names\":[\"read\"]," ALLOW "}]},\"y\":[{}]},"
	  "\"seccomp\":{},\"defaultAction\":2}", "1; read", "" },

	{ "audit", "[   99.1] audit: type=1326 audit(1700000000.1:45): auid=1 "
	  "pid=8 comm=\"x: y\" exe=\"/x\" sig=31 arch=c000003e syscall=41 "
	  "compat=0 ip=0x7f code=0x80000000\n"
	  "Nov 29 10:00:00 host audit[9]: SECCOMP auid=1 comm=7878 sig=0 "
	  "arch=40000003 syscall=5 compat=1 ip=0x1 code=0x7ffc0000\n"
	  "type=SYSCALL msg=audit(1.2:3): arch=c000003e syscall=2 success=yes\n"
	  "type=1326 arch=C000003E syscall=1073741824 compat=0\nother\n",
	  "-1; socket; i386:open; x32:read", "" },
	{ "strace", "123   execve(\"/bin/x\", [\"x\"], 0x7f /* 20 vars */) = 0\n"
	  "123   brk(NULL)                         = 0x55\n"
	  "[pid   12] 10:00:01.12 openat(3, \"a: b\", 0 <unfinished ...>\n"
	  "124 <... openat resumed>) = 3\n"
	  "12:15:00 syscall_0x1869f(0x1) = -1 ENOSYS (not implemented)\n"
	  "123   --- SIGCHLD {si_signo=SIGCHLD} ---\n"
	  "strace: Process 12 attached\n123   +++ exited with 0 +++\n",
	  "-1; brk; execve; openat; 99999", "" },
	{ "strace_c", "% time     seconds  usecs/call     calls    errors syscall\n"
	  "------ ----------- ----------- --------- --------- ----------------\n"
	  " 31.25    0.000012          12         1         1 access\n"
	  "  0.00    0.000000           0         2           mmap\n"
	  "------ ----------- ----------- --------- --------- ----------------\n"
	  "100.00    0.000038                    40         2 total\n",
	  "-1; access; exit; exit_group; mmap", "" },
	/* -n, -i and --decode-pids=comm */
	{ "strace_columns", "[  12] brk(NULL) = 0\n[pid 7] [0000] read(3) = 0\n"
	  "12<a b> write(1) = 2\n12<a> [ 3] [00af] close(3) = 0\n"
	  "[mount(2)\n[????] +++ exited with 0 +++\n",
	  "-1; brk; close; read; write", "" },

	{ "strace_audit", "write(1, \"//x\", 3) = 3\n"
	  "read(3, \"a?type=1 syscall=165\") = 5\n", "-1; read; write", "" },
	{ "strace_number", "------ x\n 1 -26\n 1 read\n------ x\nx() = 0\n",
	  "-1; exit; exit_group; read; ?x", "" },
	{ "strace_cut", "read(1) = 2\n0", "-1; read", "" },
	/* what the traced programs print, and their names */
	{ "strace_output", "mount\nexecve(\"/bin/sh\") = 0\n0 reboot\n"
	  "[pid 12<a b>] openat(3, \"x\") = 3\nkexec_load\n",
	  "-1; execve; openat", "" },
	/* comments of policies */
	{ "list_strace", "socket(arg0 == 2)\t# socket(AF_INET, 1) = 3\n"
	  "read # type=1326 audit(1.2:3): arch=c000003e syscall=41 compat=0\n",
	  "-1; read; socket 0=2", "" },
	{ "kafel_strace", "POLICY a {\n ALLOW {\n  // fstat(3, {...}) = 0\n"
	  "  write(fd) { fd == 1 } /* x(1) = 2 */\n }\n}\nUSE a DEFAULT KILL\n",
	  "0; write 0=1", "" },
	{ "lxc_strace", "2\ndenylist\n# mount(\"a\") = 0\nmount\n",
	  "4097; mount -0; i386:mount -0; x32:mount -0", "" },
	{ "minijail_audit", "read: 1\n# why: audit: type=1326 audit(1.2:3): "
	  "arch=c000003e syscall=41 compat=0\nsocket: arg0 == 1\n",
	  "-1; read; socket 0=1", "" },
	/* anyone can write the fields without the type */
	{ "audit_said", "app[1]: arch=c000003e syscall=165 compat=0\n"
	  "audit: type=1326 audit(1.2:3): arch=c000003e syscall=41 compat=0\n",
	  "-1; socket", "" },
	/* no comments */
	{ "audit_slashes", "https://x pod#3 */ audit: type=1326 audit(1.2:3): "
	  "arch=c000003e syscall=41 compat=0\n", "-1; socket", "" },
	{ "audit_skipped", "type=1326 arch=c000003e syscall=-1 compat=0\n"
	  "type=1326 arch=c000003e syscall=41 compat=0\n", "-1; socket", "" },
	/* what a program writes, and comments of several lines */
	{ "strace_record", "write(1, \"type=1326 arch=c000003e syscall=101\") = 3\n"
	  "open(\"/x\") = 3\n", "-1; open; write", "" },
	{ "kafel_record", "/*\n * type=1326 arch=c000003e syscall=101\n * x(1) = 2\n"
	  " */ /* a */\nALLOW { read }\n", "0; read", "" },
	{ "systemd_record", "[Service]\n; type=1326 arch=c000003e syscall=101\n"
	  "SystemCallArchitectures=native\nSystemCallFilter=read\n", "0; read",
	  "" },
	{ "list_record", "read# type=1326 arch=c000003e syscall=101\nwrite\n",
	  "-1; read; write", "" },
	{ "spo_record", "apiVersion: v1\nkind: SeccompProfile\nmetadata:\n"
	  "  why: 'audit: type=1326 arch=c000003e syscall=101'\nspec:\n"
	  "  defaultAction: SCMP_ACT_ERRNO\n  syscalls:\n  - names: [read]\n"
	  "    action: SCMP_ACT_ALLOW\n", "1; read", "" },
	{ "dmesg", "[    0.1] Linux: x\n[   99.1] audit: type=1326 audit(1.2:3): "
	  "arch=c000003e syscall=41\n", "-1; socket", "" },
	/* unknown names and ABIs */
	{ "list_noroot", "noroot\nread\nnonewprivs\n",
	  "-1; read; ?nonewprivs; ?noroot", "" },
	{ "list_return", "read\r\n\r\n# incomplete\r\nwrite\tknown\r\n",
	  "-1?; read; write", "" },
	{ "list_blanks", " read \t\n\t\n  socket(arg0 == 2)  # x\nopen # y",
	  "-1; open; read; socket 0=2", "" },
	{ "list_bom", "\xef\xbb\xbf# a\nread\n", "-1; read", "" },
	{ "json_bom", "\xef\xbb\xbf{\"whitelist\":[\"read\"]}", "-1; read", "" },
	{ "list_actions", "read\n!clone3\t38\n!i386:open\tEACCES # x\r\n!write\tlog"
	  "\n!prctl\tkill\n!zzz\t1\nsocket(arg0 == 2)\n!socket\t97",
	  "-1; read; socket 0=2; write -4096; socket -97; prctl -0; clone3 -38; "
	  "i386:open -13", "" },
	/* newer calls, and those of other machines */
	{ "not_near", "openat3\nstatx2\nspu_run\nx32:read\ns390:read\nzzz\n",
	  "-1; x32:read; ?openat3; ?s390:read; ?spu_run; ?statx2; ?zzz", "" },
	{ "list_unknown", "zzz\ni386:zzz\ns390:read\n",
	  "-1; ?i386:zzz; ?s390:read; ?zzz", "" },
};

#define SPO "kind: SeccompProfile\nspec:\n  defaultAction: SCMP_ACT_LOG\n"

/* line, column and what; each is an error and the only line */
static const struct {
	const char *name, *text, *said;
} wrong[] = {
	{ "empty", "", "1:1: not a policy: it is empty" },
	{ "blank", "\xef\xbb\xbf\r\n\t", "2:2: not a policy: it is empty" },
	{ "table", "   count  share call\n",
	  "1:4: a table can't be read; use -F list" },
	{ "comment", "# x\n", "1:1: not a policy: it names no system call" },
	{ "null", "null", "1:1: expected an object" },
	{ "null_line", "\n null\r\n", "2:2: expected an object" },
	{ "architecture", "{" DENY ",\"architectures\":[\"SCMP_ARCH_ARM\","
	  "\"SCMP_ARCH_FOO\"]}", "1:68: unknown architecture \"SCMP_ARCH_FOO\"" },
	{ "architecture_prefix", "{" DENY ",\"architectures\":[\"X86\"]}",
	  "1:52: unknown architecture \"X86\"" },
	{ "arch_map", "{" DENY ",\"archMap\":[{\"architecture\":"
	  "\"SCMP_ARCH_X86_6\"}]}",
	  "1:62: unknown architecture \"SCMP_ARCH_X86_6\"" },
	{ "sub_architecture", "{" DENY ",\"archMap\":[{\"subArchitectures\":"
	  "[\"SCMP_ARCH_\"]}]}", "1:67: unknown architecture \"SCMP_ARCH_\"" },
	{ "empty_object", "{}",
	  "1:1: not a policy: neither defaultAction nor whitelist" },
	{ "only_unknown", " {\"x\":1}",
	  "1:1: not a policy: neither defaultAction nor whitelist" },
	{ "array", "[]", "1:1: expected an object" },
	{ "cut", "{\"whitelist\":[\"re", "1:18: unexpected end of file" },
	{ "cut_after_key", "{\"whitelist\"", "1:13: unexpected end of file" },
	{ "after_the_end", "{\"whitelist\":[]}\n}", "2:1: text after the end" },
	{ "third_line", "{\n\t\"policy\": 1,\n\t\"whitelist\": [ 5 ]\n}",
	  "3:17: expected a string" },
	{ "first_of_two", "{\"policy\":-1,\"whitelist\":5",
	  "1:11: number out of range" },
	/* types */
	{ "policy_string", "{\"policy\":\"1\"}", "1:11: expected a number" },
	{ "policy_list", "{\"policy\":[1]}", "1:11: expected a number" },
	{ "policy_null", "{\"policy\":null}", "1:11: expected a number" },
	{ "policy_float", "{\"policy\":1.0}", "1:12: not an integer" },
	{ "complete_number", "{\"complete\":0}",
	  "1:13: expected true or false" },
	{ "whitelist_string", "{\"whitelist\":\"read\"}",
	  "1:14: expected a list of strings" },
	{ "whitelist_object", "{\"whitelist\":{}}",
	  "1:14: expected a list of strings" },
	{ "whitelist_null", "{\"whitelist\":[null]}", "1:15: expected a string" },
	{ "whitelist_list", "{\"whitelist\":[[]]}", "1:15: expected a string" },
	{ "default_number", "{\"defaultAction\":1}",
	  "1:18: expected a string" },
	{ "default_null", "{\"defaultAction\":null}",
	  "1:18: expected a string" },
	{ "rules_object", "{\"syscalls\":{}}",
	  "1:13: expected a list of objects" },
	{ "rules_names", "{\"syscalls\":[\"read\"]}",
	  "1:14: expected an object" },
	{ "args_object", "{\"syscalls\":[{\"args\":{}}]}",
	  "1:22: expected a list of objects" },
	{ "includes_list", "{\"syscalls\":[{\"includes\":[]}]}",
	  "1:26: expected an object" },
	{ "caps_string", "{\"syscalls\":[{\"excludes\":{\"caps\":\"X\"}}]}",
	  "1:34: expected a list of strings" },
	/* keys */
	{ "twice", "{\"policy\":1,\"x\":1,\"x\":1,\"policy\":1}",
	  "1:25: duplicate key" },
	{ "twice_escaped", "{\"policy\":1,\"\\u0070olicy\":1}",
	  "1:13: duplicate key" },
	{ "twice_in_rule", "{\"syscalls\":[{\"action\":\"SCMP_ACT_LOG\","
	  "\"action\":\"SCMP_ACT_LOG\"}]}", "1:39: duplicate key" },
	{ "twice_in_arg", "{\"syscalls\":[{\"args\":[{\"index\":1,"
	  "\"index\":1}]}]}", "1:34: duplicate key" },
	{ "name_and_names", "{\"syscalls\":[{\"name\":\"a\",\"names\":[]}]}",
	  "1:26: both name and names" },
	/* actions and operators */
	{ "action", "{\"defaultAction\":\"SCMP_ACT_\"}",
	  "1:18: unknown action \"SCMP_ACT_\"" },
	{ "action_prefix", "{\"defaultAction\":\"ERRNO\"}",
	  "1:18: unknown action \"ERRNO\"" },
	{ "action_case", "{\"defaultAction\":\"SCMP_ACT_errno\"}",
	  "1:18: unknown action \"SCMP_ACT_errno\"" },
	{ "action_of_rule", "{\"syscalls\":[{\"action\":\"SCMP_ACT_FOO\"}]}",
	  "1:24: unknown action \"SCMP_ACT_FOO\"" },
	{ "operator", "{\"syscalls\":[{\"args\":[{\"op\":\"SCMP_CMP_EQQ\"}]}]}",
	  "1:29: unknown operator \"SCMP_CMP_EQQ\"" },
	{ "operator_action", "{\"syscalls\":[{\"args\":[{\"op\":"
	  "\"SCMP_ACT_LOG\"}]}]}", "1:29: unknown operator \"SCMP_ACT_LOG\"" },
	/* what lacks */
	{ "no_names", "{\"syscalls\":[{" ALLOW "}]}",
	  "1:40: a rule needs names and action" },
	{ "no_action", "{\"syscalls\":[{\"names\":[]}]}",
	  "1:25: a rule needs names and action" },
	{ "no_op", ARGS("{\"index\":1,\"value\":2}"),
	  "1:120: a test needs index, value and op" },
	{ "no_value", ARGS("{\"index\":1,\"op\":\"SCMP_CMP_EQ\"}"),
	  "1:129: a test needs index, value and op" },
	/* numbers */
	{ "policy_4096", "{\"policy\":4096}", "1:11: number out of range" },
	{ "policy_64", "{\"policy\":4294967297}", "1:11: number out of range" },
	{ "policy_65", "{\"policy\":18446744073709551616}",
	  "1:30: number too large" },
	{ "errno_0", "{\"defaultErrnoRet\":0}", "1:20: number out of range" },
	{ "errno_of_rule", "{\"syscalls\":[{\"errnoRet\":0}]}",
	  "1:26: number out of range" },
	{ "index_6", "{\"syscalls\":[{\"args\":[{\"index\":6}]}]}",
	  "1:32: number out of range" },
	{ "index_minus", "{\"syscalls\":[{\"args\":[{\"index\":-1}]}]}",
	  "1:32: number out of range" },
	{ "value_minus", ARGS(ARG(1, -9223372036854775809, EQ)),
	  "1:119: number out of range" },
	{ "kernel", WHEN("\"includes\":{\"minKernel\":\"5\"}"),
	  "1:115: not a kernel version" },
	{ "kernel_word", WHEN("\"excludes\":{\"minKernel\":\"x.5\"}"),
	  "1:115: not a kernel version" },
	/* names */
	{ "name_empty", "{\"whitelist\":[\"\"]}",
	  "1:15: not the name of a system call" },
	{ "name_space", "{\"whitelist\":[\"a b\"]}",
	  "1:15: not the name of a system call" },
	{ "name_umlaut", "{\"whitelist\":[\"\u00e4\"]}",
	  "1:15: not the name of a system call" },
	{ "name_nul", "{\"whitelist\":[\"read\\u0000\"]}",
	  "1:15: not the name of a system call" },
	{ "name_65", "{\"whitelist\":[\"a123456789b123456789c123456789d12345678"
	  "9e123456789f123456789g1234\"]}",
	  "1:15: not the name of a system call" },
	{ "name_of_rule", "{\"syscalls\":[{\"names\":[\"read\",\"a-b\"]}]}",
	  "1:31: not the name of a system call" },
	{ "name_number", "{\"whitelist\":[\"4294967296\"]}",
	  "1:15: not the name of a system call" },
	{ "name_minus", "{\"whitelist\":[\"-2147483649\"]}",
	  "1:15: not the name of a system call" },
	{ "name_minus_alone", "{\"whitelist\":[\"-\"]}",
	  "1:15: not the name of a system call" },
	{ "utf8", "{\"x\":\"\xc3\"}", "1:7: invalid UTF-8" },
	/* lists */
	{ "list_of_words", "root\nzzz\ni386:zzz\n",
	  "1:1: not a policy: it names no system call" },
	{ "list_passwd", "sync:x:4:65534:sync:/bin:/bin/sync\n",
	  "1:1: not the name of a system call" },
	/* YAML */
	{ "spo_base", SPO "  baseProfileName: x\n",
	  "4:20: utrace can't express this" },
	{ "spo_anchor", SPO "  syscalls: &x\n", "4:13: unexpected character" },
	{ "spo_merge", SPO "  <<: x\n", "4:3: unexpected character" },
	{ "spo_text", SPO "  x: |\n    y\n", "4:6: unexpected character" },
	{ "spo_lines", SPO "  x: y\n    z\n", "5:5: unexpected character" },
	{ "spo_column", SPO "  architectures:\n   - X\n  - Y\n",
	  "5:6: unknown architecture \"X\"" },
	{ "spo_item", SPO "  - x\n", "4:6: expected a colon" },
	{ "spo_template", SPO "  {{ x }}\n", "4:10: expected a colon" },
	{ "spo_null", SPO "  syscalls:\n  -\n", "6:1: expected an object" },
	{ "spo_octal", SPO "  syscalls:\n  - args:\n    - value: 010\n",
	  "6:17: invalid number" },
	{ "spo_second", SPO "---\nspec:\n", "4:4: a second document" },
	{ "spo_key", SPO "  syscalls: []\n  syscalls: []\n",
	  "5:3: duplicate key" },
	{ "spo_no_spec", "kind: SeccompProfile\n",
	  "1:1: not a policy: neither defaultAction nor whitelist" },
	/* text formats */
	{ "lxc_kind2", "2\n\nallowlists\n", "3:1: expected allowlist or denylist" },
	{ "lxc_action", "2\nallowlist errno x\n", "2:18: unknown action \"x\"" },
	{ "lxc_errno_0", "2\nallowlist\nread errno 0\n",
	  "3:13: utrace can't express this" },
	{ "lxc_section", "2\nallowlist\n[z80]\n", "3:2: unknown architecture \"z80\"" },
	{ "lxc_section_end", "2\nallowlist\n[x86\n", "3:5: unexpected character" },
	{ "lxc_index", "2\nallowlist\nread [6,1,==]\n",
	  "3:13: utrace can't express this" },
	{ "lxc_op", "2\nallowlist\nread [5,1,=]\n", "3:11: number out of range" },
	{ "lxc_end", "2\nallowlist\nread [5,1,==\n",
	  "3:13: number out of range" },
	{ "lxc_name", "2\nallowlist\nre/ad\n", "3:1: not the name of a system call" },
	{ "lxc_more", "2\nallowlist x y\n", "2:11: unknown action \"x\"" },
	{ "systemd_group", "SystemCallFilter=read @clocks\n",
	  "1:23: unknown group \"@clocks\"" },
	{ "systemd_arch", "SystemCallFilter=read\nSystemCallArchitectures=x\n",
	  "2:25: unknown architecture \"x\"" },
	{ "systemd_errno", "SystemCallFilter=~read:EX\n", "1:24: unknown action \"EX\"" },
	{ "systemd_allow_errno", "SystemCallFilter=read:EPERM\n",
	  "1:22: unexpected character" },
	{ "systemd_zero", "SystemCallFilter=~read:0\n", "1:24: unknown action \"0\"" },
	{ "systemd_none", "[Service]\nSystemCallFilter=\n",
	  "1:1: not a policy: it names no system call" },
	{ "minijail_include", "read: 1\n@include /x\n",
	  "2:10: can't read \"/x\"" },
	{ "minijail_octal", "read: arg0 == 09\n",
	  "1:16: unexpected character" },
	{ "minijail_or", "read: arg0 == 1 || arg6 == 1\n",
	  "1:20: expected a test such as arg0 == 2" },
	{ "minijail_bits", "read: arg0 & 3 && arg1 == 1\n",
	  "1:28: utrace can't express this" },
	{ "minijail_bits_last", "read: arg1 == 1 && arg0 & 3\n",
	  "1:28: utrace can't express this" },
	{ "minijail_or_value", "read: arg0 == 1|\n",
	  "1:17: number out of range" },
	{ "minijail_group", "read@libc: 1\n",
	  "1:1: not the name of a system call" },
	{ "minijail_zero", "read: arg0 & 0\n",
	  "1:15: expected a test such as arg0 == 2" },
	{ "minijail_constant", "read: arg0 == 1|O_TRUNC\n",
	  "1:17: unknown constant \"O_TRUNC\"" },
	{ "minijail_no", "read: 0\n", "1:7: unknown action \"0\"" },
	{ "minijail_two", "read: 1 1\n", "1:9: unexpected character" },
	{ "minijail_colon", "read: 1\nopen\n", "2:5: unexpected character" },
	{ "minijail_allow", "@default allow\nread: arg0 == 1\n",
	  "2:1: utrace can't express this" },
	{ "firejail_group", "seccomp.keep @clocks\n",
	  "1:14: unknown group \"@clocks\"" },
	{ "firejail_number", "seccomp.keep read,1\n",
	  "1:19: not the name of a system call" },
	{ "firejail_ignore", "ignore seccomp.keep\nseccomp.keep read\n",
	  "1:8: utrace can't express this" },
	{ "firejail_32_keep", "seccomp.drop open\nseccomp.32.keep read\n",
	  "2:16: utrace can't express this" },
	{ "firejail_not_group", "seccomp.drop !@mount\n",
	  "1:15: not the name of a system call" },
	{ "firejail_octal", "seccomp.keep read,$010\n",
	  "1:19: not the name of a system call" },
	{ "firejail_errno_number", "seccomp.drop bind:1\n",
	  "1:19: unknown action \"1\"" },
	{ "firejail_errno_log", "seccomp.drop bind:log\n",
	  "1:19: unknown action \"LOG\"" },
	{ "firejail_ignore_debuggers", "ignore allow-debuggers\nseccomp.keep read\n",
	  "1:8: utrace can't express this" },
	{ "firejail_maybe_ignore", "caps.drop all\n?A: ignore seccomp\nseccomp\n",
	  "2:12: utrace can't express this" },
	{ "firejail_condition", "?HAS_X11: seccomp.drop open\nseccomp.keep read\n",
	  "1:11: utrace can't express this" },
	{ "firejail_no_list", "caps.drop all\nnoroot\n",
	  "1:1: not a policy: it names no system call" },
	{ "kafel_use", "POLICY a { ALLOW { read } }\nPOLICY b { ALLOW { open } }\n"
	  "USE a DEFAULT KILL\n", "4:1: expected a USE of each POLICY" },
	{ "kafel_define", "#define A 1\nPOLICY a { ALLOW { read } }\n",
	  "3:1: expected a USE of each POLICY" },
	{ "minijail_comment", "read: 1\n# a \\\nptrace: 1\n",
	  "2:1: utrace can't express this" },
	{ "lxc_tab", "2\ndenylist\nmount\tkill\n",
	  "3:1: not the name of a system call" },
	{ "lxc_return", "2\r\ndenylist\r\nmount\r\n",
	  "3:1: not the name of a system call" },
	{ "lxc_bracket", "2\nallowlist\nmount[0,1,==]\n",
	  "3:1: not the name of a system call" },
	{ "kafel_define_or", "#define A 1|4\nALLOW { read }\n",
	  "1:12: unexpected character" },
	{ "kafel_define_word", "#define A 12abc\nALLOW { read }\n",
	  "1:13: unknown action \"abc\"" },
	{ "kafel_define_paren", "#define A (1)\nALLOW { read(x) { x == A } }\n",
	  "1:11: number out of range" },
	{ "kafel_comma", "ALLOW { read foo }\n", "1:14: expected a comma" },
	{ "kafel_comma_tests", "ALLOW { read(x) { x == 1 } write }\n",
	  "1:28: expected a comma" },
	{ "kafel_on", "ALLOW { read ON }\n", "1:17: unexpected character" },
	{ "kafel_not_defined", "ALLOW { read(a) { a == PROT_READ } }\n",
	  "1:24: unknown constant \"PROT_READ\"" },
	{ "kafel_defined_later", "ALLOW { read(a) { a == A } }\n#define A 1\n"
	  "DEFAULT KILL\n", "1:24: unknown constant \"A\"" },
	{ "kafel_include", "#include \"x\"\nALLOW { read }\n",
	  "1:2: unexpected character" },
	{ "kafel_blank", "ALLOW { read(a) { a == 1 a == 2 } }\n",
	  "1:26: unexpected character" },
	{ "kafel_or", "ALLOW { read(a, b) { (a == 1 || b == 2) && a == 3 } }\n",
	  "1:30: unexpected character" }, { "kafel_x", "ALLOW { read(a) { b == 1 } }\n", "1:19: undeclared argument \"b\"" },
	{ "kafel_comma_last", "ALLOW { read(a) { b == 1 },",
	  "1:19: undeclared argument \"b\"" },
	{ "kafel_args", "ALLOW { read(a) { a == 1 }, open { a == 1 } }\n",
	  "1:36: undeclared argument \"a\"" },
	{ "kafel_nr", "ALLOW { SYSCALL[4294967296] }\n",
	  "1:17: not the name of a system call" },
	{ "kafel_open", "POLICY a { ALLOW { read /* x\n",
	  "1:25: expected a comma" },
	{ "config_json_none", "{\"linux\":{\"x\":1}}",
	  "1:1: not a policy: neither defaultAction nor whitelist" },
	{ "config_json_cut", "{\"linux\":{\"seccomp\":{" DENY "}",
	  "1:55: unexpected end of file" },
	{ "config_json_type", "{\"linux\":{\"seccomp\":[]}}",
	  "1:21: expected an object" },
	{ "audit_none", "type=1300 arch=c000003e syscall=2 success=yes\n",
	  "1:1: not a policy: it names no system call" },
	{ "log_boot", "[    1.0] hello\n", "1:1: not a policy: it names no system "
	  "call" },
	{ "log_day", "Nov 28 10:00:00 host kernel: usb 1-1: new\n",
	  "1:1: not a policy: it names no system call" },
	{ "list_day", "read # 10:00:00\nre/ad\n",
	  "2:1: not the name of a system call" },
	{ "audit_arch", "type=1326 arch=c00000b7 syscall=2 compat=0\n",
	  "1:16: unknown architecture" },
	{ "audit_large", "type=1326 arch=c000003e syscall=4294967296 compat=0\n",
	  "1:16: unknown architecture" },
	{ "audit_large_arch", "type=1326 arch=1c000003e syscall=1 compat=0\n",
	  "1:16: unknown architecture" },
	{ "audit_cut", "type=1326 arch=c000003e sysc\n",
	  "1:25: unexpected character" },
	{ "audit_type", "a type=1326 b\nc arch=c000003e syscall=165 compat=0\n",
	  "1:1: not a policy: it names no system call" },
	{ "strace_other_abi", "1 execve(\"x\") = 0\n1 waitpid(2) = 3\n",
	  "2:3: a call of another ABI" },
	{ "yaml_directive", "%YAML 1.2\n---\nkind: SeccompProfile\nspec:\n"
	  "  defaultAction: SCMP_ACT_ALLOW\n  syscalls:\n  - names:\n"
	  "    - mount\n", "1:1: unexpected character" },
	{ "key_case", "{" DENY ",\"Syscalls\":[]}",
	  "1:35: unexpected key \"Syscalls\"" },
	{ "key_near", RULES("{\"names\":[\"read\"],\"arg\":[]," ALLOW "}"),
	  "1:65: unexpected key \"arg\"" },
	{ "deny_near", DENIES("{\"names\":[\"mkdri\",\"sys_open\"]," ERRNO_ "}"),
	  "1:58: no such call; did you mean \"mkdir\"\n"
	  "utrace: P:1:66: no such call; did you mean \"open\"" },
	{ "list_not_near", "read\n!mout\t1\n",
	  "2:2: no such call; did you mean \"mount\"" },
	{ "audit_words", "\ntype=1326 arch=x86_64 syscall=open compat=0\n",
	  "2:16: number out of range" },
	{ "strace_32", "1 execve(\"x\") = 0\n1 [ Process PID=1 runs in 32 bit "
	  "mode. ]\n", "2:3: utrace can't express this" },
	{ "systemd_empty", "SystemCallFilter=read\nSystemCallFilter=\n",
	  "1:1: not a policy: it names no system call" },
	{ "unit_no_filter", "[Unit]\nDescription=x\n[Service]\nExecStart=x\n",
	  "1:1: not a policy: it names no system call" },
	{ "list_minijail", "ptrace:kill\nread:open\n",
	  "1:1: not the name of a system call" },
	{ "kafel_deny_allow", "POLICY a { ALLOW { socket(d) { d == 1 } } KILL { "
	  "socket } } USE a DEFAULT ALLOW\n", "1:20: utrace can't express this" },
	{ "minijail_quoted", "name: \"x\"\n", "1:7: unknown action" },
	{ "unit_comma", "SystemCallFilter=read,write\n",
	  "1:22: unexpected character" },
	{ "unit_comment", "SystemCallFilter=read # x\n",
	  "1:23: unexpected character" },
	{ "unit_number", "SystemCallFilter=$41\n",
	  "1:18: not the name of a system call" },
	{ "unit_action", "SystemCallFilter=~read:log\n",
	  "1:24: unknown action \"log\"" },
	{ "unit_error_number", "SystemCallErrorNumber=log\n"
	  "SystemCallFilter=read", "1:23: unknown action \"log\"" },
	{ "unit_group", "SystemCallFilter=@system_service\n",
	  "1:18: unknown group \"@system_service\"" },
	{ "list_space", "read\nre ad\n", "2:1: not the name of a system call" },
	{ "list_name_65", "a123456789b123456789c123456789d123456789e123456789"
	  "f123456789g1234\n", "1:1: not the name of a system call" },
	{ "list_no_name", "i386:\n", "1:6: not the name of a system call" },
	{ "list_no_abi", ":read\n", "1:1: not the name of a system call" },
	{ "list_two_abis", "i386:x32:read\n",
	  "1:6: not the name of a system call" },
	{ "list_action_none", "!read\n", "1:2: not an errno, `kill' or `log'" },
	{ "list_action", "!read\t0x1\n", "1:7: not an errno, `kill' or `log'" },
	{ "list_action_rule", "!read(arg0 == 1)\t1\n",
	  "1:2: not an errno, `kill' or `log'" },
	{ "list_action_no_name", "!\t1\n", "1:2: not the name of a system call" },
	{ "list_two_names", "read  write", "1:1: not the name of a system call" },
	{ "list_nul_like", "read\x01x", "1:1: not the name of a system call" },
	{ "utf16_little", "\xff\xfer", "1:1: UTF-16; policies are in UTF-8" },
	{ "utf16_big", "\xfe\xff", "1:1: UTF-16; policies are in UTF-8" },
	{ "bom_in_the_middle", "read\n\xef\xbb\xbfread",
	  "2:1: not the name of a system call" },
	{ "comma_last", "{\"whitelist\":[\n\"read\",\n]}",
	  "3:1: unexpected character" },
	{ "comma_last_key", "{\"whitelist\":[\"read\"],\n}",
	  "2:1: expected a key" },
	{ "near", "read\n  raed # x\n", "2:3: no such call; did you mean \"read\"" },
	{ "near_json", "{\"whitelist\":[\"read\",\"WRITE\"]}",
	  "1:23: no such call; did you mean \"write\"" },
	{ "near_sys", "SYS_open\n", "1:1: no such call; did you mean \"open\"" },
	{ "near_nr", "__NR_clock_gettme\n",
	  "1:1: no such call; did you mean \"clock_gettime\"" },
	{ "near_foreign", "i386:opne\n",
	  "1:1: no such call; did you mean \"open\"" },
	{ "list_no_condition", "socket()\n",
	  "1:8: expected a test such as arg0 == 2" },
	{ "list_argument", "socket(arg6 == 1)\n",
	  "1:8: expected a test such as arg0 == 2" },
	{ "list_operator", "socket(arg0 = 1)\n",
	  "1:13: expected a test such as arg0 == 2" },
	{ "list_value", "socket(arg0 == x)\n",
	  "1:16: unknown constant \"x\"" },
	{ "list_mask", "socket((arg0 & 12) == 1)\n",
	  "1:24: the value has bits outside the mask" },
	{ "list_cut", "socket(arg0 == 1",
	  "1:17: expected ) and a tab or the end of the line" },
	{ "list_more", "socket(arg0 == 1) x\n",
	  "1:18: expected ) and a tab or the end of the line" },
	{ "list_large", "socket(arg0 == 18446744073709551616)\n",
	  "1:16: number out of range" },
	{ "list_seven", "socket(arg0 != 1 && arg0 != 2 && arg0 != 3 && "
	  "arg0 != 4 && arg0 != 5 && arg0 != 6 && arg0 != 7)\n",
	  "1:95: too many calls, rules or tests" },
};

static void
check_bytes(const char *name, const char *text, size_t len, const char *want)
{
	static const struct policy none = { .action = ACTION_NONE };
	char full[128];
	int result;
	const char *said = said_of(text, len, &result);

	sprintf(full, "utrace: P:%s\n", want);
	check(result == -1 && !strcmp(said, full) &&
	    !strcmp(as_text(), "-1") && policy.n_rules == none.n_rules, name,
	    "%d [%s], not [%s]; %s", result, said, full, as_text());
}

static void
test_wrong(void)
{
	size_t i;

	for (i = 0; i < LENGTH(wrong); i++)
		check_bytes(wrong[i].name, wrong[i].text,
		    strlen(wrong[i].text), wrong[i].said);
	check_bytes("nul", "{\"whitelist\":\0[]}", 17,
	    "1:14: unexpected character");
	check_bytes("nul_in_name", "{\"whitelist\":[\"re\0d\"]}", 22,
	    "1:18: control character in a string");
	check_bytes("nul_in_list", "read\nre\0d\n", 10,
	    "2:3: unexpected character");
	check_bytes("nul_at_end", "{\"whitelist\":[]}\0", 17,
	    "1:17: text after the end");
}

/* large ones: n times one piece between two others */
static void
check_many(const char *name, const char *begin, const char *piece, int n,
    const char *end, const char *want)
{
	size_t len = strlen(begin) + strlen(piece) * (size_t)n + strlen(end);
	char *text = malloc(len + 1), *p = text;
	int result;

	if (!text)
		die("malloc");
	p = stpcpy(p, begin);
	while (n-- > 0)
		p = stpcpy(p, piece);
	stpcpy(p, end);
	if (*want) {
		check_bytes(name, text, len, want);
	} else {
		said_of(text, len, &result);
		check_num(name, result, 0);
	}
	free(text);
}

static void
test_large(void)
{
	enum { MAX = POLICY_FILE_MAX };

	check_many("depth_5000", "{\"x\":", "[", 5000, "",
	    "1:21: nested too deeply");
	check_many("depth_5000_objects", "", "{\"x\":", 5000, "",
	    "1:81: nested too deeply");
	check_many("size_most", "{\"whitelist\":[]}", " ", MAX - 16, "", "");
	check_many("size_more", "{\"whitelist\":[]}", " ", MAX - 15, "",
	    "1:1048577: the file is larger than 1 MiB");
	check_many("size_lines", "", "read\n", MAX / 5 + 1, "",
	    "209716:2: the file is larger than 1 MiB");
	check_many("names_most", "", "read\n", MAX / 5, "", "");
	check_many("one_line", "{\"whitelist\":[", "\"read\",", 100000,
	    "\"read\"]}", "");
}

/* read and written again, in text */
static bool
again(char *text, size_t size, const char *format)
{
	struct out o;
	int result;
	const char *said = said_of(text, strlen(text), &result);

	if (result < 0 || *said)
		return false;
	if (policy.action == ACTION_NONE)
		policy.action = 1;
	out_init(&o, messages);
	format_by_name(format)->write(&o, &policy);
	out_flush(&o);
	snprintf(text, size, "%s", scratch_text(messages));
	return true;
}

/* what it writes it reads as the same.  Only a rule that logs is read as one
 * that allows, and what is for one ABI as for all, so those are the same from
 * the third time on. */
static void
test_golden(int folder_fd, const char *policy_name, const char *format)
{
	static char text[1 << 17], first[1 << 17];
	char name[64];
	ssize_t n;
	int fd;

	sprintf(name, "%s.%s", policy_name, format);
	fd = openat(folder_fd, name, O_RDONLY);
	n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	close(fd);
	/* an empty list is no policy; of these two it would allow all */
	if (n <= 0 || (!strcmp(policy_name, "empty") &&
	    strstr("systemd firejail", format)))
		return;
	text[n] = '\0';
	/* and what they say of names holds for all ABIs */
	if (!strcmp(policy_name, "shared") ||
	    strstr("lxc firejail systemd", format))
		for (fd = 0; fd < 2; fd++)
			again(text, sizeof text, format);
	strcpy(first, text);
	check(again(text, sizeof text, format) && !strcmp(text, first), name,
	    "is [%s]", text);
}

/* one line or none, and nothing of a file that is wrong */
static void
test_prefixes(int folder_fd, const char *name)
{
	static char text[1 << 14];
	int fd = openat(folder_fd, name, O_RDONLY), result = 0, lines;
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text), i;
	bool json = n > 0 && *text == '{';
	const char *said = "";

	close(fd);
	if (n < 0)
		die(name);
	for (i = 1; i < n - 1; i++) {
		said = said_of(text, (size_t)i, &result);
		lines = *said ? strchr(said, '\n')[1] ? 2 : 1 : 0;
		if (result < 0 ? lines != 1 || strcmp(as_text(), "-1") != 0 ||
		    strncmp(said, "utrace: P:", 10) != 0 : lines != 0 || json)
			break;
	}
	check(i == n - 1, name, "prefix of %zd bytes: %d %s %s", i, result, said,
	    as_text());
}

/* Only what says something about this machine may start a run; -m keeps what
 * this build has names for. */
static void
test_architectures(void)
{
	static const char want[] = "utrace: P: it is for other architectures; "
	    "this machine's is SCMP_ARCH_X86_64\n";
	static const struct {
		const char *text, *policy;
		bool start, merge;      /* is it right for that? */
	} rows[] = {
		{ "{" DENY ",\"architectures\":[\"SCMP_ARCH_X86\"],\"syscalls\":"
		  "[{\"names\":[\"open\"]," ALLOW "}]}", "1; i386:open",
		  false, true },
		{ "{" DENY ",\"architectures\":[\"SCMP_ARCH_ARM\"],\"syscalls\":"
		  "[{\"names\":[\"open\"]," ALLOW "}]}", "-1", false, false },
		{ "{" DENY ",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86\","
		  "\"subArchitectures\":[\"SCMP_ARCH_X32\"]}]}", "-1",
		  false, false },
		{ "{" DENY ",\"archMap\":[{\"architecture\":\"SCMP_ARCH_ARM\"},"
		  "{\"architecture\":\"SCMP_ARCH_X86_64\"}]}", "1", true, true },
		{ "{" DENY ",\"architectures\":[]}", "1", true, true },
		{ "{\"whitelist\":[\"read\"]}", "-1; read", true, true },
		{ "i386:read\n", "-1; i386:read", false, true },
		{ "arm:read\n", "-1; ?arm:read", false, true },
		{ "arm:read\nread\n", "-1; read; ?arm:read", true, true },
	};
	const char *said;
	int result, merge;
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		for (merge = 0; merge < 2; merge++) {
			bool right = merge ? rows[i].merge : rows[i].start;

			read_reasons = merge ? REASON_SEEN : REASON_KNOWN;
			said = said_of(rows[i].text, strlen(rows[i].text),
			    &result);
			check(result == (right ? 0 : -1) &&
			    !strcmp(said, right ? "" : want) && !strcmp(
			    as_text(), right ? rows[i].policy : "-1"),
			    "architectures", "row %zu, merge %d: %d [%s] [%s]",
			    i, merge, result, said, as_text());
		}
	read_reasons = REASON_SEEN;
}

/* a deny list is read only where no allow list is to be written */
static void
test_may_deny(void)
{
	static const char text[] = DENIES("");
	int result;
	const char *said;

	may_deny = false;
	said = said_of(text, sizeof text - 1, &result);
	may_deny = true;
	check_num("may_deny", result, -1);
	check_str("may_deny_said", said, "utrace: P:1:1: a deny list: -c, -e "
	    "and -d read it, without -p, -f and -k; -m does alone or with "
	    "--intersect\n");
	check_str("may_deny_policy", as_text(), "-1");
}

/* firejail's own list, which has too many calls for a row */
static void
test_firejail_own(void)
{
	/* ptrace, chroot, mount and sysinfo of i386, read of x32 */
	static const struct { int abi; uint32_t nr; } calls[] = {
		{ X86_64, 101 }, { X86_64, 161 }, { I386, 21 }, { I386, 116 },
		{ X32, 0x40000000 },
	};
	static const struct {
		const char *text;
		char allowed[LENGTH(calls) + 1];
	} rows[] = {
		{ "caps.drop all\nseccomp\n", "---+-" },
		{ "seccomp !chroot,sysinfo\nallow-debuggers", "++-+-" },
		{ "include x\nseccomp\nseccomp.block-secondary\n", "-----" },
		{ "seccomp.drop bind\nseccomp\n", "++++-" },
	};
	char allowed[LENGTH(calls) + 1] = "";
	const uint64_t args[6] = { 0 };
	int result;
	size_t i, j;

	for (i = 0; i < LENGTH(rows); i++) {
		said_of(rows[i].text, strlen(rows[i].text), &result);
		check_num("firejail_own", result, 0);
		check_num("firejail_own_action", policy.action, ACTION_ALLOW);
		for (j = 0; j < LENGTH(calls); j++)
			allowed[j] = policy_allows(&policy, calls[j].abi,
			    calls[j].nr, args) ? '+' : '-';
		check_str(rows[i].text, allowed, rows[i].allowed);
	}
}

/* what a deny list allows, and what it is expanded to */
static void
test_deny(void)
{
	static const char text[] = DENIES(DENY_ARGS(ARG(0, 2, EQ)) ","
	    "{\"names\":[\"bpf\"]," ERRNO_ "}");
	const uint64_t two[6] = { 2 }, one[6] = { 1 };
	int result;

	said_of(text, sizeof text - 1, &result);
	check_num("deny_result", result, 0);
	check_num("deny_other", policy_allows(&policy, X86_64, 0, two), true);
	check_num("deny_unnamed", policy_allows(&policy, X86_64, 99999, two),
	    true);
	check_num("deny_foreign", policy_allows(&policy, I386, 5, two), false);
	check_num("deny_bpf", policy_allows(&policy, X86_64, 321, one), false);
	check_num("deny_socket", policy_allows(&policy, X86_64, 41, two),
	    false);
	check_num("allow_socket", policy_allows(&policy, X86_64, 41, one),
	    true);
	check_num("expand", policy_expand(&policy), 0);
	check_num("expand_read", policy_reasons(&policy, X86_64, 0),
	    REASON_SEEN);
	check_num("expand_bpf", policy_reasons(&policy, X86_64, 321), 0);
	check_num("expand_socket", policy_reasons(&policy, X86_64, 41),
	    REASON_SEEN | REASON_CONDITIONAL);
}

static void
test_reasons(void)
{
	static const char text[] = "read\nopen\talways\ni386:open\tsiblings\n"
	    "close\tnonsense\npause\trestart\nstat\tknown\n";
	int result;

	said_of(text, sizeof text - 1, &result);
	check_num("reason_result", result, 0);
	check_num("reason_none", policy_reasons(&policy, X86_64, 0), REASON_SEEN);
	check_num("reason_always", policy_reasons(&policy, X86_64, 2), REASON_ALWAYS);
	check_num("reason_sibling", policy_reasons(&policy, I386, 5), REASON_SIBLING);
	check_num("reason_nonsense", policy_reasons(&policy, X86_64, 3), REASON_SEEN);
	check_num("reason_restart", policy_reasons(&policy, X86_64, 34),
	    REASON_RESTART);
	check_num("reason_known", policy_reasons(&policy, X86_64, 4), REASON_KNOWN);
}

/* Only what utrace writes is replaced: of these files, the others must stay. */
static void
test_recognize(void)
{
	static const struct { const char *text, *format; } rows[] = {
		{ "read\n", "list" }, { "# x\n\nread\r\nzzz\nopen", "list" },
		{ "i386:open\n", "list" }, { "s390:open\n", "list" },
		{ "read\talways\n-1\n99999\n", "list" },
		{ "socket(arg0 == 2)\tAF_INET\n", "list" },
		{ "read: 1\n", "minijail" },
		{ "# x\nioctl: arg1 == 3\nbpf: return 1\n", "minijail" },
		/* /etc/passwd, /etc/group, a password file, a PID file, words,
		 * packages, YAML */
		{ "root:x:0:0:root:/root:/bin/sh\n"
		  "sync:x:4:65534:sync:/bin:/bin/sync\n", NULL },
		{ "root:x:0:\nsync:x:4:\n", NULL }, { "sync:x:4:\n", NULL },
		{ "sync:open:4\n", NULL }, { "sync:secret\nbob:hidden\n", NULL },
		{ "1234\n", NULL }, { "accept\naccepts\naccess\nacid\n", NULL },
		{ "mount\nlogin\n", NULL }, { "zzz\n", NULL }, { "zzz:open x", NULL },
		{ "mount: yes\n", NULL }, { "mount: 1\nuser: 2\n", NULL },
		{ "read: 1\nopen\n", NULL }, { "read:\n", NULL },
		{ "read write\n", NULL }, { "read,write\n", NULL }, { "", NULL },
		{ "{\"whitelist\":[\"zzz\",\"read\"]}", "whitelist" },
		{ "{\"whitelist\":[],\"policy\":1}", "whitelist" },
		{ "{" DENY ",\"syscalls\":[]}", "oci" },
		{ "{" DENY ",\"defaultErrnoRet\":1}", "oci" },
		{ "{" DENY ",\"architectures\":[]}", "oci" },
		{ "{" DENY ",\"archMap\":[]}", "docker" },
		{ "{" DENY ",\"defaultErrno\":\"EPERM\",\"archMap\":[]}",
		  "docker" },
		{ "{\"policy\":1,\"defaultAction\":\"SCMP_ACT_KILL\"}", "procd" },
		{ "{\"syscalls\":[],\"defaultAction\":\"SCMP_ACT_KILL_PROCESS\"}",
		  "procd" },
		{ "{" DENY ",\"syscalls\":[{\"names\":[\"re", "oci" },
		{ "{\"whitelist\":[\"10.0.0.1\"]}", NULL },
		{ "{\"whitelist\":[]}", NULL }, { "{\"whitelist\":[[", NULL },
		{ "{\"name\":\"x\",\"whitelist\":[\"read\"]}", NULL },
		{ "{\"whitelist\":[\"read\"],\"blacklist\":[]}", NULL },
		{ "{\"x\":{" DENY "}}", NULL }, { "{\"syscalls\":[]}", NULL },
		{ "{\"syscalls\":[{\"name\":\"whitelist\"}]}", NULL },
		{ "{\"architectures\":[\"amd64\"]}", NULL },
		{ "{\"defaultAction\":\"accept\"}", NULL }, { "{}", NULL },
		{ "{\"policy\":1}", NULL },
		{ "{\"ociVersion\":\"1\",\"linux\":{" DENY "}}", NULL },
	};
	const char *got;
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		got = format_recognize(rows[i].text, strlen(rows[i].text),
		    true);
		check(!got == !rows[i].format &&
		    (!got || !strcmp(got, rows[i].format)), "recognize",
		    "row %zu, [%s]: %s", i, rows[i].text, got ? got : "none");
	}
}

/* what others wrote is not replaced, but a result keeps its format */
static void
test_recognize_others(void)
{
	static const struct { const char *text, *format; } rows[] = {
		{ "2\nallowlist\nread\nwrite\nopen\n", "lxc" },
		{ "2\nblacklist\nmount\nptrace\n", "lxc" },
		{ "1\nwhitelist\n0\n1\n", "lxc" },
		{ "[Unit]\nDescription=x\n[Service]\nSystemCallFilter=read\n",
		  "systemd" },
		{ "noroot\nseccomp\n", "firejail" },
		{ "caps.drop all\nseccomp\n", "firejail" },
		{ "ALLOW { read }\nDEFAULT KILL\n", "kafel" },
		{ "# x\n@frequency a\nread: 1\n", "minijail" },
		{ "kind: SeccompProfile\nspec:\n", "spo" },
		{ "{\"ociVersion\":\"1\",\"linux\":{" DENY "}}", "oci" },
		{ "{\"x\":1," DENY ",\"archMap\":[]}", "docker" },
		{ "{\"x\":1,\"whitelist\":[]}", "whitelist" },
		{ "foo_bar\nread\n", "list" },
		{ "execve(\"/bin/x\") = 0\n", "list" },
	};
	const char *text, *got;
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		text = rows[i].text;
		got = format_recognize(text, strlen(text), false);
		check_str(text, got ? got : "none", rows[i].format);
		check(!format_recognize(text, strlen(text), true),
		    "recognize_others", "%s", text);
	}
	check(!format_recognize(" \n# x\n", 6, false), "recognize_empty", " ");
}

/* what procd loads holds from the entry point on */
static void
test_scope(void)
{
	static const struct { const char *text; bool main_scope; } rows[] = {
		{ "{\"whitelist\":[]}", true }, { "{" DENY "}", true },
		{ "{" DENY ",\"architectures\":[]}", false },
		{ "{" DENY ",\"archMap\":[]}", false }, { "read\n", false },
	};
	size_t i;
	int result;

	for (i = 0; i < LENGTH(rows); i++) {
		said_of(rows[i].text, strlen(rows[i].text), &result);
		check(result == 0 && policy.main_scope == rows[i].main_scope,
		    "scope", "row %zu", i);
	}
}

int
main(void)
{
	static const char *const policies[] = {
		"empty", "small", "all", "foreign", "numbers", "incomplete",
		"kill", "log", "errno38", "rules", "shared", "unknown",
	}, *const formats_read[] = {
		"whitelist", "procd", "oci", "docker", "list", "lxc",
		"systemd", "minijail", "firejail", "kafel",
	};
	char name[64];
	size_t i, j;
	int golden;

	messages = scratch();
	/* from here, as run.sh has it, or from the folder above */
	golden = open("golden", O_RDONLY | O_DIRECTORY);
	if (golden < 0)
		golden = open("test/golden", O_RDONLY | O_DIRECTORY);
	if (golden < 0)
		skip("golden", "no folder golden here");
	if (!mkdtemp(folder) || chdir(folder) < 0)
		die(folder);
	for (i = 0; i < LENGTH(good); i++)
		check_read(good[i].name, good[i].text, good[i].policy,
		    good[i].said);
	test_wrong();
	test_large();
	for (j = 0; golden >= 0 && j < LENGTH(formats_read); j++) {
		for (i = 0; i < LENGTH(policies); i++)
			test_golden(golden, policies[i], formats_read[j]);
		sprintf(name, "small.%s", formats_read[j]);
		test_prefixes(golden, name);
	}
	if (golden >= 0)
		test_prefixes(golden, "rules.list");
	test_architectures();
	test_reasons();
	test_scope();
	test_may_deny();
	test_firejail_own();
	test_deny();
	test_recognize();
	test_recognize_others();
	unlink("P");
	rmdir(folder);
	return unit_end();
}
