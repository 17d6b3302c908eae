# shellcheck shell=sh
# What PROGRAM can see of how it was started: the same as without utrace.

# start victim_state by COMMAND with and without utrace; with -D even its
# parent and its children are the same
compare() { # COMMAND...
	: >err
	"$@" "$state" out 2>err
	mv out direct
	for scope in exec main; do
		rm -f list
		"$@" "$UTRACE" -t "$TAP" -F list -f list -s $scope $detach \
			"$state" out 2>err
		mv out traced
		same_state traced direct
		silent err
		[ -z "$detach" ] || await 5 [ -e list ]
		saw sched_getaffinity umask
	done
}

unchanged() {
	for state in "${v}_state" "${v}_state.dyn"; do
		[ -x "$state" ] || continue
		detach=
		each_tap compare "$@"
		detach=-D
		each_tap compare "$@"
		[ "$SLOW" = 1 ] || break
	done
}

# what POSIX sh can change and hand on
after() { # SHELL-COMMAND
	unchanged sh -c "$1"'; exec "$@"' sh
}

t_plain() {
	unchanged env
}

t_descriptors_with_holes() {
	unchanged "$with" fd=3 fd=5 fd=9 fd=63
	exec 3<&0 4<&0 5<&0 6<&0 7<&0 8<&0 9<&0
	unchanged env
}

t_standard_descriptors_closed() {
	for closed in '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' \
	    '<&- >&- 2>&-'; do
		after "exec $closed"
	done
}

t_environment() {
	unchanged env -i
	unchanged env -i A=1 B= "C=$(printf 'x\ny')" PATH=/nowhere
	unchanged env -u PATH LD_LIBRARY_PATH=/tmp SECCOMP=1
}

# TRACE_DEBUG is for utrace; the rest stays in its order
without_debug() {
	: >err
	env -i A=1 B=2 "${v}_state" out 2>err
	mv out direct
	env -i A=1 TRACE_DEBUG=1 B=2 "$UTRACE" -t "$TAP" -f list -F list \
		"${v}_state" out 2>err
	same_state out direct
	contains err utrace
}

t_trace_debug_is_removed() {
	each_tap without_debug
}

t_limits() {
	after 'ulimit -n 64; ulimit -s 4096; ulimit -t 1000'
	unchanged "$with" nofile=32
	not_with ebpf
	unchanged "$with" nofile=10
}

t_affinity_and_priority() {
	unchanged "$with" cpu=0 nice=5
}

t_alarm() {
	unchanged "$with" alarm=1000
}

t_umask_and_folder() {
	mkdir sub
	after 'umask 077; cd / && cd "$OLDPWD"'
	after 'umask 000'
}

t_ignored_signals() {
	after "trap '' 1 2 3 13 14 15 20 21 22 17 18"
	after "trap '' 10 12"
}

t_blocked_signals() {
	unchanged "$with" block=1 block=2 block=3 block=10 block=12 \
		block=13 block=15 block=17 block=18 block=20 block=64
}

# a breakpoint forces SIGTRAP: its disposition and mask come back
t_trap_ignored_or_blocked() {
	unchanged "$with" ignore=5
	unchanged "$with" block=5
	unchanged "$with" block=5 ignore=5
}

t_process_group() {
	unchanged "$with" default=2
	UNDER="$with pgrp"
	for TAP in $TAPS; do
		start sh -c 'echo $$; exec "$@"' sh "${v}_state" out >own
		wait $pid
		contains out "pgrp 0 $pid"
	done
}

t_as_another_user() {
	need_root
	cp "$UTRACE" utrace
	chmod 777 . && chmod 755 utrace
	UTRACE=$PWD/utrace
	"$with" uid=65534 "${v}_state" out || skip 'the victims are not for all'
	rm -f out
	TAPS=stop       # the other takes no_new_privs
	unchanged "$with" uid=65534
}

# -D keeps even what a fork would not
t_keep_pid_keeps_more() {
	detach=-D state=${v}_state
	each_tap compare "$with" pdeathsig=12
}

t_parent_is_utrace() {
	for TAP in $TAPS; do
		start sh -c 'echo $PPID' >out
		wait $pid
		equal "$(cat out)" $pid
	done
}

t_standard_streams() {
	for TAP in $TAPS; do
		echo text | record sh -c 'cat; echo error >&2' >out 2>err
		equal "$(cat out)" text
		equal "$(cat err)" error
		saw execve read
	done
}

# who reads from a pipe sees its end when PROGRAM has closed it
let_go() {
	mkfifo pipe gate
	cat pipe &
	reader=$!
	start sh -c "exec >&- 2>&-; read x <gate; ${v}_mark; : >late" >pipe
	wait $reader
	[ ! -e late ] || fail 'cat ended too late'
	echo >gate
	status 0 wait $pid
	saw $mark
	rm pipe gate late
}

t_lets_go_of_pipes() {
	each_tap let_go
}

# and that its reader is gone
pipe_broken() {
	mkfifo pipe
	(read -r x <pipe) &
	status 141 record sh -c 'while :; do echo text; done' >pipe
	saw write
	rm pipe
}

t_broken_pipe() {
	each_tap pipe_broken
}

arguments() {
	"$with" default=2 printf '[%s]' a '' '-f' 'b c' -- -D >direct
	record printf '[%s]' a '' '-f' 'b c' -- -D >out
	same out direct
	record -- printf '[%s]' a '' '-f' 'b c' -- -D >out
	same out direct
	sed -i 's/^writev$/write/' list     # musl's printf
	saw write
}

t_arguments() {
	each_tap arguments
}

# memory stays small with a thousand processes
t_resident_memory() {
	not_sanitized 'it measures memory'
	[ -r /proc/self/status ] || skip 'no /proc'
	for TAP in $TAPS; do
		rm -f tracer
		start -P tracer "${v}_crowd" 1000 500 >out
		await 20 has_lines 1 out
		for process in "$(cat tracer)" $pid; do
			kb=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' \
				"/proc/$process/status")
			[ "$kb" -le 512 ] || fail "$TAP: $kb KiB resident"
		done
		wait $pid
	done
}
