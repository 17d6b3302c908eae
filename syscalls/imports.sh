#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Make imports_table.h in this directory: which system calls a function of the C
# library can lead to.  It is made from musl's libc.a for x86-64: the calls of
# each function, whose numbers imports.awk traces back, along the graph of which
# function refers to which.  Below are the corrections, and what glibc does
# otherwise.  The result is committed: nobody needs musl to build utrace.
#
#	imports.sh [LIBC.A]		default: the one of Debian's musl-dev
#	imports.sh --check [LIBC.A]	differences from this directory: exit 1
#
# A row lacks the call that has the function's own name, which imports.c adds,
# and the calls that every program makes.

set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
check=
[ "${1-}" != --check ] || { check=1; shift; }
libc=${1:-/usr/lib/x86_64-linux-musl/libc.a}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# What every dynamic program calls from its execve until it ends, or gets from
# the siblings of that.  A recording from the entry point on may lack some, so
# the start of the program leads to those that malloc(), stdio and raise() make
# sooner or later.  ioctl is here because the requests of isatty() are siblings
# of open; rows below give it back to the functions that change a terminal or
# look up interfaces.
everywhere='
exit exit_group futex munmap mmap brk mprotect mremap madvise set_robust_list
set_tid_address rt_sigaction rt_sigprocmask rt_sigreturn close read readv write
writev fstat stat lstat newfstatat lseek open openat fcntl tkill gettid
clock_gettime gettimeofday membarrier arch_prctl getrandom getpid poll ioctl
'

# Functions of musl that the graph is not followed into.
#	__cancel pthread_exit		a thread that is cancelled ends; with
#					__timedwait_cp they are in each blocking
#					function
#	__aio_close			close() cancels what aio_read() began
#	__setxid __synccall		setuid() interrupts the other threads
#	__nscd_query			glibc's rows have the same sockets
#	__membarrier sched_yield	of threads that start or wait
#	abort __assert_fail		the widening "death" has their calls
cut='
__cancel pthread_exit __pthread_exit __timedwait_cp __aio_close __setxid
setxid.lo:__setxid __synccall __nscd_query __membarrier sched_yield abort
__assert_fail pthread_sigmask pthread_setcancelstate
'

# Calls that a function makes only where it can't do better, or that its usual
# callers never ask for.  "*": any function.
#	futimesat utimes	before Linux 2.6.22
#	pipe dup2 accept ...	before Linux 2.6.27; a call that the function is
#				named after stays
#	chmod chown chdir	by /proc, of a descriptor that was opened O_PATH
#	sched_setscheduler	if the thread's attributes ask for it
#	chdir ... of spawn	if the attributes ask for it; system() and
#				popen() never do
#	setreuid ... of access	a child that asks with the effective IDs
without='
* futimesat utimes
pipe2 pipe
dup3 dup2
accept4 accept
mlock2 mlock
inotify_init1 inotify_init
epoll_create1 epoll_create
eventfd eventfd
signalfd signalfd
fchmod chmod
fchown chown
fchdir chdir
fts_read chdir
fts_children chdir
fts_close chdir
pthread_create sched_setscheduler
thrd_create sched_setscheduler
mq_notify sched_setscheduler
timer_create sched_setscheduler
aio_read sched_setscheduler getuid rt_sigqueueinfo
aio_write sched_setscheduler getuid rt_sigqueueinfo
aio_fsync sched_setscheduler getuid rt_sigqueueinfo
lio_listio sched_setscheduler getuid rt_sigqueueinfo
posix_spawn chdir fchdir dup pipe getuid getgid setuid setgid setpgid setsid
posix_spawnp chdir fchdir dup pipe getuid getgid setuid setgid setpgid setsid
system chdir fchdir dup pipe getuid getgid setuid setgid setpgid setsid
popen chdir fchdir dup pipe getuid getgid setuid setgid setpgid setsid
wordexp pipe
forkpty pipe pipe2
faccessat setreuid setregid wait4 pipe pipe2 getuid getgid geteuid getegid
eaccess setreuid setregid wait4 pipe pipe2 getuid getgid geteuid getegid
euidaccess setreuid setregid wait4 pipe pipe2 getuid getgid geteuid getegid
sem_open access
mq_notify recvfrom
setgroups kill
initgroups kill
timer_create rt_sigtimedwait timer_delete
'

# What glibc calls beside that, and what "everywhere" left out.  clone/FORK is
# clone without new namespaces, socket/UNIX a socket for nscd.
with='
tcsetattr tcflush tcdrain tcflow tcsendbreak tcsetpgrp tcsetwinsize: ioctl
openpty forkpty login_tty grantpt unlockpt ptsname sockatmark: ioctl
if_indextoname if_nametoindex getifaddrs if_nameindex: ioctl socket
getifaddrs if_nameindex: bind getsockname recvmsg sendto
posix_spawn posix_spawnp popen system: clone clone3 dup2 wait4 pipe2
posix_spawnattr_setflags: getgid getuid setresgid setresuid
eaccess euidaccess: access getegid geteuid getgid getuid
pthread_create thrd_create: clone clone3
fork forkpty daemon: clone/FORK
wordexp: clone clone3
getpwnam getpwuid getpwent getgrnam getgrgid getgrent initgroups getgrouplist: socket/UNIX connect prctl
getspnam: socket/UNIX connect prctl
getaddrinfo gethostbyname gethostbyname2 gethostbyaddr getnameinfo: ioctl socket connect sendmmsg sendto recvfrom recvmsg getsockname getpeername uname
res_query res_querydomain res_search res_send getservbyport: ioctl connect sendmmsg
qsort: sysinfo
sysconf get_nprocs get_nprocs_conf: sysinfo sched_getaffinity
login logout logwtmp updwtmp updwtmpx pututxline pututline: alarm
utime utimes futimes lutimes futimens futimesat: utimensat
sleep usleep nanosleep: clock_nanosleep nanosleep
initgroups: prctl
select: pselect6
scandirat: getdents64
fchmodat: fchmodat2
mknod mkfifo: mknodat
libc_start_main: fcntl getpid gettid ioctl lseek madvise mmap mremap open openat rt_sigprocmask tgkill writev
perror: dup
pipe: pipe2
signalfd: signalfd4
eventfd: eventfd2
getloadavg: sysinfo
mkdtemp: mkdir
epoll_wait: epoll_pwait
'

# Functions that hardly any program imports, or only beside another that leads to
# the same calls: each costs bytes on flash.
rare='
adjtime clock_getcpuclockid cuserid get_avphys_pages
get_current_dir_name getdomainname lchmod pthread_getschedparam
pthread_mutexattr_setrobust pthread_setschedprio sigpause sockatmark stime
tcflow tcsendbreak tcsetwinsize thrd_create thrd_sleep thrd_yield ualarm ulimit
wordexp
aio_fsync fts_children fts_close gethostbyname2 getservbyport lio_listio logwtmp
mq_getattr mq_notify mq_receive mq_send mq_setattr pclose ptsname
res_querydomain tcdrain unlockpt
'

version() {
	strings -a "${libc%.a}.so" 2>/dev/null | grep -m1 -E '^1\.[0-9]+\.[0-9]+$' ||
		echo 'unknown version'
}

# exported by the dynamic library, without names that the compiler or musl alone
# uses, as imports.c will look them up
nm -D --defined-only "${libc%.a}.so" | awk '$3 !~ /^_/ {
	name = $3
	sub(/_r$/, "", name)
	sub(/64$/, "", name)
	sub(/_r$/, "", name)
	print name, $3
}' | sort -u >"$tmp/exported"
{ objdump -t "$libc"; objdump -dr "$libc"; } |
	awk -f "$here/imports.awk" >"$tmp/graph"
awk -F '[(,) ]+' '/^SYS/ { print $2, $3 }' "$here/x86_64.h" >"$tmp/numbers"

# lines "function call..." of all exported functions, calls sorted
awk -v everywhere="$everywhere" -v cut="$cut" -v without="$without" \
	-v with="$with" -v rare="$rare" '
function listed(text, set,    part, n, i) {
	n = split(text, part, /[ \n]+/)
	for (i = 1; i <= n; i++)
		if (part[i] != "")
			set[part[i]]
}

# add the calls that a function can lead to, without recursion
function follow(from, name,    n, i, seen, todo, part, k, calls_of) {
	n = 1
	todo[1] = from
	seen[from]
	for (i = 1; i <= n; i++) {
		k = split(calls[todo[i]], part, " ")
		for (; k > 0; k--)
			if (!(part[k] in common))
				add(name, part[k])
		k = split(edges[todo[i]], part, " ")
		for (; k > 0; k--)
			if (!(part[k] in seen) && !(part[k] in dead)) {
				seen[part[k]]
				todo[++n] = part[k]
			}
	}
}

function add(name, call) {
	if (call == name || ((name, call) in has))
		return
	has[name, call]
	row[name] = row[name] " " call
}

function drop(name, call) {
	if (!((name, call) in has))
		return
	delete has[name, call]
	sub(" " call "( |$)", " ", row[name])
	sub(/ $/, "", row[name])
}

FILENAME ~ /numbers$/ { call_name[$1] = $2; next }
FILENAME ~ /exported$/ { exported[$2] = $1; next }
$1 == "section" { section[$2, $3] = $4; next }
$2 == "->" { edges[$1] = edges[$1] " " $3; next }
$2 == "=>" { by_section[++n_by_section] = $1 SUBSEP $3 SUBSEP $4; next }
{ calls[$1] = calls[$1] " " call_name[$2] }

END {
	listed(everywhere, common)
	listed(cut, dead)
	for (i = 1; i <= n_by_section; i++) {
		split(by_section[i], part, SUBSEP)
		edges[part[1]] = edges[part[1]] " " section[part[2], part[3]]
	}
	for (name in exported)
		follow(name, exported[name])
	n = split(without, line, "\n")
	for (i = 1; i <= n; i++) {
		k = split(line[i], part, " ")
		for (j = 2; j <= k; j++)
			if (part[1] == "*")
				for (name in exported)
					drop(exported[name], part[j])
			else
				drop(part[1], part[j])
	}
	n = split(with, line, "\n")
	for (i = 1; i <= n; i++) {
		if (split(line[i], side, ": ") < 2)
			continue
		k = split(side[1], part, " ")
		m = split(side[2], call, " ")
		for (; k > 0; k--)
			for (j = 1; j <= m; j++)
				add(part[k], call[j])
	}
	listed(rare, left_out)
	for (name in row) {
		if (name in left_out)
			continue
		n = split(row[name], call, " ")
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && call[j] < call[j - 1]; j--) {
				swap = call[j]
				call[j] = call[j - 1]
				call[j - 1] = swap
			}
		text = name
		for (i = 1; i <= n; i++)
			text = text " " call[i]
		if (n)
			print text
	}
}' "$tmp/numbers" "$tmp/exported" "$tmp/graph" | sort >"$tmp/rows"

{
	echo "/* musl $(version), and what glibc does otherwise: generated" \
		"by imports.sh */"
	# functions with the same calls share a row
	awk '
	{
		name = $1
		$1 = ""
		if (!($0 in names))
			order[++n] = $0
		names[$0] = names[$0] name " "
	}
	END {
		for (i = 1; i <= n; i++) {
			printf "ROW(\""
			column = 5
			k = split(names[order[i]], part, " ")
			for (j = 1; j <= k; j++) {
				if (column + length(part[j]) > 74) {
					printf "\"\n\t\""
					column = 9
				}
				printf "%s\\0", part[j]
				column += length(part[j]) + 2
			}
			printf "\""
			column++
			k = split(order[i], part, " ")
			for (j = 1; j <= k; j++) {
				sub(/\//, " | IF_", part[j])
				if (column + length(part[j]) > 73) {
					printf ",\n\tID_%s", part[j]
					column = 11 + length(part[j])
				} else {
					printf ", ID_%s", part[j]
					column += 5 + length(part[j])
				}
			}
			print ")"
		}
	}' "$tmp/rows"
} >"$tmp/imports_table.h"

if [ -n "$check" ]; then
	diff -u "$here/imports_table.h" "$tmp/imports_table.h"
else
	cp "$tmp/imports_table.h" "$here/imports_table.h"
fi
