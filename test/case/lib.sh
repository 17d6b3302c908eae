# shellcheck shell=sh
# Functions that the cases share.  Each case runs under set -eu in its own shell
# and folder, so `fail` may exit and nothing needs to be restored.

TAP=stop
UNDER=          # the command that starts utrace: tool_with and its arguments

# prints to the case's log even where standard output is redirected
fail() { # MESSAGE
	echo "$*" >>"$test_log"
	exit 1
}

skip() {
	echo "$*"
	exit 77
}

need() { # COMMAND...
	for command; do
		command -v "$command" >/dev/null || skip "no $command here"
	done
}

need_filters() {
	"$VICTIMS/tool_probe" seccomp || skip 'this kernel has no seccomp filters'
}

need_root() {
	[ "$(id -u)" = 0 ] || skip 'needs root'
}

need_capability() { # sys_admin|sys_ptrace
	"$VICTIMS/tool_probe" "$1" || skip "needs CAP_$(echo "$1" | tr a-z A-Z)"
}

need_victim() { # NAME...
	for victim; do
		[ -x "$VICTIMS/$victim" ] || skip "$victim could not be built"
	done
}

# the exit status of a program that a seccomp filter kills
status_of_sigsys() {
	if [ "$(kill -l 12)" = SYS ]; then
		echo 140        # mips
	else
		echo 159
	fi
}

# for what an AddressSanitizer build of utrace can't do
not_sanitized() { # REASON
	[ -z "${SANITIZED-}" ] || skip "with sanitizers: $1"
}

# run the rest of the line with each tap
each_tap() {
	for TAP in $TAPS; do
		"$@"
	done
}

# a part of this test can't be tried here: a skip of its own, but not a failure
leave_out() { # REASON
	grep -qxF "$*" "$test_skips" 2>/dev/null || echo "$*" >>"$test_skips"
}

# run the rest of the line with each tap that knows the processes by PIDs that
# can be used here: ebpf knows those of the initial namespace
each_tap_with_pids() {
	for TAP in $TAPS; do
		if [ "$TAP" = ebpf ] && ! "$VICTIMS/tool_probe" pids; then
			leave_out 'tap ebpf knows no PIDs in a PID namespace'
		else
			"$@"
		fi
	done
}

# skip one tap: it can't do what this case tests
not_with() { # TAP
	left=
	for tap in $TAPS; do
		[ "$tap" = "$1" ] || left="$left $tap"
	done
	TAPS=$left
	[ "$TAPS" ] || skip "not with tap $1"
}

# run the rest of the line with each tap that stops at calls, so that it knows
# their arguments and programs
each_stopping_tap() {
	for TAP in stop seccomp; do
		case " $TAPS " in *" $TAP "*) "$@" ;; esac
	done
}

# each_tap, and again as on a kernel without PTRACE_GET_SYSCALL_INFO
each_tap_and_kernel() {
	each_tap "$@"
	"$VICTIMS/tool_probe" seccomp || return 0
	UNDER="$VICTIMS/tool_with noinfo"
	each_tap "$@"
	UNDER=
}

repeat() { # N COMMAND...
	round=$1
	shift
	while [ "$round" -gt 0 ]; do
		"$@"
		round=$((round - 1))
	done
}

# the same, but fewer rounds in an emulated guest
often() { # N COMMAND...
	round=$1
	shift
	repeat $((round / SLOW ? round / SLOW : 1)) "$@"
}

# fifty rounds with each tap and kernel; in a guest, fifty with all of them
fifty() { # COMMAND...
	each_tap_and_kernel repeat $((SLOW > 1 ? 13 : 50)) "$@"
}

nap() {
	sleep 0.02 2>/dev/null || sleep 1
}

# until COMMAND succeeds; SECONDS are for an idle machine
await() { # SECONDS COMMAND...
	deadline=$(($(date +%s) + $1 * SLOW * 5))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$deadline" ] || fail "waited in vain for: $*"
		nap
	done
}

gone() { # PID
	! kill -0 "$1" 2>/dev/null
}

has_lines() { # N FILE
	[ -e "$2" ] && [ "$(wc -l <"$2")" -ge "$1" ]
}

says() { # TEXT FILE
	grep -qF -- "$1" "$2" 2>/dev/null
}

# --- utrace

utrace() {
	$UNDER "$UTRACE" -t "$TAP" "$@"
}

# write the calls of PROGRAM from its execve on to ./list, one name a line
record() { # [OPTION...] PROGRAM [ARG...]
	utrace -F list -s exec -f list "$@"
}

# write how often PROGRAM made each call to ./table
tally() { # [OPTION...] PROGRAM [ARG...]
	utrace -F table -s exec -f table "$@"
}

count() { # NAME
	awk -v name="$1" '$3 == name { n += $1 } END { print n + 0 }' table
}

# start utrace in the background as $pid.  A shell without job control makes its
# background commands ignore SIGINT and SIGQUIT: reset both.
start() { # [OPTION...] PROGRAM [ARG...]
	rm -f list
	$with default=2 default=3 $UNDER "$UTRACE" -t "$TAP" -F list -s exec \
		-f list "$@" &
	pid=$!
}

# --- cgroups

# the first mount of these types where $folder can be made
need_cgroup() { # TYPE...
	need_root
	for type; do
		for mount in $(awk -v t="$type" '$3 == t { print $2 }' \
		    /proc/mounts); do
			folder=$mount/utrace_$$
			mkdir "$folder" "$folder/sub" 2>/dev/null || continue
			# some need to be set up before a process may enter
			if sh -c 'echo $$ >"$1/cgroup.procs"' sh "$folder/sub" \
			    2>/dev/null; then
				trap 'leave_cgroup' EXIT
				return
			fi
			rmdir "$folder/sub" "$folder"
		done
	done
	skip "no cgroup file system that can be written: $*"
}

leave_cgroup() {
	for left in $(cat "$folder/cgroup.procs" "$folder/sub/cgroup.procs"); do
		kill -KILL $left
	done
	await 10 rmdir "$folder/sub"
	rmdir "$folder"
}

# become a program that enters a folder and then executes
enter() { # FOLDER PROGRAM...
	exec sh -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' sh "$@"
}

# --- assertions

# COMMAND must exit with STATUS; 128+N also stands for a death by signal N
status() { # STATUS COMMAND...
	want=$1
	shift
	got=0
	"$@" || got=$?
	[ $got = "$want" ] || fail "$TAP: exit status $got, not $want: $*
$(cat err 2>/dev/null)"
}

equal() { # GOT WANTED
	[ "$1" = "$2" ] || fail "$TAP: got '$1', not '$2'"
}

same() { # FILE FILE
	cmp -s "$1" "$2" || fail "$TAP: $1 and $2 differ:
$(diff "$1" "$2" 2>&1)"
}

# compare what victim_state saw with and without utrace.  Without CAP_SYS_ADMIN a filter
# takes no_new_privs, which is a known exception
same_state() { # FILE FILE
	for seen; do
		if [ "$TAP" = seccomp ] && ! "$VICTIMS/tool_probe" sys_admin; then
			sed -i '/^prctl 39 /d' "$seen"
		fi
	done
	same "$@"
}

contains() { # FILE TEXT...
	file=$1
	shift
	for text; do
		says "$text" "$file" || fail "$TAP: no '$text' in $file:
$(cat "$file" 2>&1)"
	done
}

lacks() { # FILE TEXT...
	file=$1
	shift
	[ -e "$file" ] || fail "$TAP: no $file"
	for text; do
		! says "$text" "$file" || fail "$TAP: '$text' in $file:
$(cat "$file")"
	done
}

# ./list has these calls as seen, not as added
saw() { # NAME...
	[ -e list ] || fail "$TAP: no result"
	for call; do
		grep -qx -- "$call" list || fail "$TAP $UNDER: $call is not in:
$(cat list)"
	done
}

did_not_see() { # NAME...
	[ -e list ] || fail "$TAP: no result"
	for call; do
		! grep -qx -- "$call" list || fail "$TAP: $call is in:
$(cat list)"
	done
}

# the utrace of `start` must exit with STATUS and have written its result
ended() { # STATUS
	status "$1" wait $pid
	saw execve
}

# FILE must be empty: utrace printed no message
silent() { # FILE
	[ ! -s "$1" ] || fail "$TAP: unexpected: $(cat "$1")"
}

: "${ABI:=$(uname -m)}"
mark=sched_get_priority_max
mark2=sched_get_priority_min
v=$VICTIMS/victim
with=$VICTIMS/tool_with
