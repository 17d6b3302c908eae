# shellcheck shell=sh
# Signals: to utrace, to PROGRAM, within what is traced.

send=$VICTIMS/tool_kill

start_listener() { # IDLE_MS [handle]
	rm -f out
	start "${v}_signals" "$@" >out
	await 5 has_lines 1 out
}

arrived() { # SIGNAL TIMES
	[ "$(grep -c "^got $1 " out)" = "$2" ] ||
		fail "$TAP: signal $1 did not arrive just $2 times: $(cat out)"
}

# but SIGKILL, SIGSTOP and SIGUSR1, which no program gets through utrace
forwardable() {
	sig=1
	while [ $sig -le 64 ]; do
		case $(kill -l $sig 2>/dev/null) in
		KILL | STOP | USR1) ;;
		*) echo $sig ;;
		esac
		sig=$((sig + 1))
	done
}

each_forwarded() {
	: >hold
	start_listener 300
	lines=1
	for sig in $(forwardable); do
		$send $pid "$sig"
		lines=$((lines + 1))
		await 5 has_lines $lines out
	done
	rm hold
	ended 0
	for sig in $(forwardable); do
		arrived "$sig" 1
	done
	equal "$(wc -l <out)" $lines
}

t_every_signal_is_forwarded() {
	each_tap each_forwarded
}

t_usr1_is_not_forwarded() {
	for TAP in $TAPS; do
		start_listener 300
		kill -USR1 $pid
		$send $pid 15
		ended 0
		arrived 15 1
		equal "$(wc -l <out)" 2
	done
}

# queued signals keep their values and their order
queued() {
	start_listener 200
	$send $pid 40 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20
	ended 0
	sed 1d out >got
	same got expected
}

t_queued_values_are_forwarded() {
	for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		echo "got 40 -1 $n"
	done >expected
	each_tap queued
}

# once for PROGRAM, though it went to both
to_group() { # SIGNAL [handle]
	sig=$1
	shift
	start_listener 60 "$@"
	$send -$pid "$sig"
	ended 0
	arrived "$sig" 1
	equal "$(wc -l <out)" 2
}

t_group_signal_arrives_once() { # up to 120 s
	UNDER="$with pgrp"
	each_tap often 50 to_group 15 handle
	each_tap often 25 to_group 18 handle
	for sig in 1 2 3 10 28; do
		each_tap to_group $sig handle
	done
}

# no signal-delivery stop tells that the program took it
t_group_signal_is_waited_for_once() { # up to 120 s
	UNDER="$with pgrp"
	each_tap often 50 to_group 15
}

to_pid() { # SIGNAL [handle]
	sig=$1
	shift
	start_listener 60 "$@"
	$send $pid "$sig"
	ended 0
	arrived "$sig" 1
	equal "$(wc -l <out)" 2
}

t_pid_signal_arrives_once() { # up to 120 s
	each_tap often 50 to_pid 2
	each_tap to_pid 2 handle
}

# both ways, one after the other: the second is not a copy of the first
group_then_pid() {
	: >hold
	start_listener 200 handle
	$send -$pid 15
	await 5 has_lines 2 out
	sleep 0.1
	$send $pid 15
	rm hold
	ended 0
	arrived 15 2
}

t_group_then_pid() {
	UNDER="$with pgrp"
	each_tap often 5 group_then_pid
}

# a handler is told who sent it, not who passed it on
sender() {
	: >hold
	start_listener 60 handle
	kill -TERM $pid
	kill -35 $pid
	await 5 has_lines 3 out
	rm hold
	ended 0
	if [ "$TAP" = ebpf ]; then
		# nobody is there to make it look like kill(2)
		contains out 'got 15 -1' 'got 35 -1'
	else
		contains out "got 15 0 $$" "got 35 0 $$"
	fi
}

t_sender_is_known() {
	each_tap sender
}

t_default_action_of_forwarded() {
	for TAP in $TAPS; do
		for sig in 1 2 3 13 15; do
			rm -f ready
			start sh -c ': >ready; exec sleep 20'
			await 5 [ -e ready ]
			$send $pid $sig
			ended $((128 + sig))
		done
	done
}

storm() {
	status 0 record "${v}_order" 300 >out 2>err
	contains out 'first 300' 'second 300' 'wrong 0'
	saw $mark
	silent err
}

t_storm() { # up to 240 s
	each_tap_and_kernel often 5 storm
}

reports() {
	status 0 record "${v}_wait" >out
	same out direct
	saw rt_sigaction
}

# stops and continues inside: wait status, waitid and SIGCHLD as without utrace
t_wait_reports() {
	"${v}_wait" >direct
	each_tap_and_kernel reports
}

# PROGRAM's own stop takes utrace along; its child's SIGCONT must free both
stops_itself() { # MS
	status 5 record "${v}_stopself" "$1"
	saw kill
}

t_continued_by_own_child() {
	each_tap often 25 stops_itself 0
	each_tap often 25 stops_itself 30
}

# the parent sees utrace stop and go on when PROGRAM does
t_stop_is_mirrored() {
	for TAP in $TAPS; do
		rm -f out
		start sh -c "echo \$\$ >out; ${v}_mark; kill -STOP \$\$; echo on >>out"
		await 5 has_lines 1 out
		await 5 stopped $pid
		stopped "$(cat out)" || fail 'PROGRAM is not stopped'
		kill -CONT $pid
		status 0 wait $pid
		contains out on
		saw $mark
	done
}

# at any moment of the start, where each call of the kernel may be interrupted
stopped_at_start() {
	start "${v}_mark"
	n=0
	while [ $n -lt 50 ] && kill -STOP $pid && kill -CONT $pid; do
		(:)             # a moment
		n=$((n + 1))
	done 2>/dev/null
	ended 0
}

t_stopped_at_start() {
	each_tap often 20 stopped_at_start
}

stopped() { # PID
	[ -r /proc/self/stat ] || skip 'no /proc'
	case $(sed 's/.*) //' "/proc/$1/stat") in
	T* | t*) return 0 ;;
	esac
	return 1
}

# what the tracer told of an earlier stop comes when PROGRAM has stopped again
told_late() {
	start -P tracer "${v}_tick" plain >out
	await 5 has_lines 2 out
	kill -STOP -$pid
	await 5 stopped $pid
	for n in 1 2 3; do
		$send -s "$(cat tracer)" $pid $cont 0
		nap; nap; nap
		await 5 stopped $pid
	done
	n=$(wc -l <out)
	kill -CONT $pid
	await 5 has_lines $((n + 2)) out
	kill -TERM $pid
	ended 143
	rm out
}

with_sigcont() {
	cont=1
	until [ "$(kill -l $cont)" = CONT ]; do
		cont=$((cont + 1))
	done
	UNDER="$with pgrp"
	"$@"
}

t_told_late() {
	with_sigcont each_tap told_late
}

start_named() { # PROGRAM [ARG...]: its pid is $program
	rm -f named
	start -P tracer sh -c 'echo $$ >named; exec "$@"' sh "$@"
	await 5 [ -s named ]
	program=$(cat named)
}

# and that any number of times, while there is other news
told_late_often() {
	start_named sleep 60
	kill -STOP $program
	for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
		await 5 stopped $pid
		kill -CHLD $pid
		$send -s "$(cat tracer)" $pid $cont 0
		nap; nap
	done
	await 5 stopped $pid
	kill -KILL $program
	ended 137
}

t_told_late_often() {
	with_sigcont each_tap told_late_often
}

goes_on() { # PID
	! stopped "$1"
}

has_no_leader() { # PID
	case $(sed 's/.*) //' "/proc/$1/stat") in
	Z*) return 0 ;;
	esac
	return 1
}

stops_without_leader() {
	start_named "${v}_spin" 2 no_such_file
	await 5 has_no_leader $program
	kill -STOP $program
	await 5 stopped $pid
	kill -WINCH $pid
	nap; nap; nap
	stopped $pid || fail "$TAP: utrace does not stay stopped"
	kill -CONT $program
	await 5 goes_on $pid
	kill -STOP $program
	await 5 stopped $pid
	kill -KILL $program
	ended 137
}

t_stop_without_leader() {
	[ -r /proc/self/stat ] || skip 'no /proc'
	each_tap_with_pids stops_without_leader
}

switches() { # PID
	sed -n 's/^voluntary_ctxt_switches:.//p' "/proc/$1/status"
}

# the end of another that is stopped is no news
stays_stopped() {
	rm -f child
	start sh -c 'sleep 60 & echo $! >child; wait; exit 4'
	await 5 [ -s child ]
	kill -STOP -$pid
	await 5 stopped $pid
	await 5 stopped "$(cat child)"
	nap; nap
	before=$(switches $pid)
	kill -KILL "$(cat child)"
	nap; nap; nap
	equal "$(switches $pid)" "$before"
	kill -CONT -$pid
	ended 4
}

t_stays_stopped() {
	[ -r /proc/self/status ] || skip 'no /proc'
	UNDER="$with pgrp"
	each_tap often 5 stays_stopped
}

# the shell knows utrace's group only
stops_in_own_group() {
	start "$with" pgrp sh -c 'kill -STOP $$; exit 3'
	await 5 stopped $pid
	kill -CONT -$pid
	ended 3
}

t_stop_in_own_group() {
	UNDER="$with pgrp"
	each_tap stops_in_own_group
}

# what came first is taken first
ends_before_it_goes_on() {
	start sh -c 'kill -STOP $$; : >on; sleep 5'
	await 5 stopped $pid
	kill -TERM $pid
	kill -CONT $pid
	ended 143
	[ ! -e on ] || fail "$TAP: PROGRAM has gone on"
}

t_term_before_cont() {
	each_tap often 10 ends_before_it_goes_on
}

# but not when another child does
stranger_stops() {
	rm -f stranger ready
	echo 'until [ -e ready ]; do sleep 0.05; done
		echo $$ >stranger; kill -STOP $$' >stop
	sh -c 'sh stop & exec "$@"' sh "$UTRACE" -t "$TAP" -F list -f list \
		sh -c ': >ready; while [ ! -e go ]; do sleep 0.05; done; exit 4' &
	pid=$!
	await 5 [ -s stranger ]
	await 5 stopped "$(cat stranger)"
	nap; nap; nap
	! stopped $pid || fail 'utrace stopped for a stranger'
	kill -KILL "$(cat stranger)"
	: >go
	ended 4
	rm go
}

t_stop_of_stranger() {
	each_tap stranger_stops
}

# from outside, to either of the two
t_stopped_from_outside() {
	for TAP in $TAPS; do
		rm -f out
		start "${v}_tick" plain >out
		await 5 has_lines 2 out
		kill -TSTP $pid
		await 5 stopped $pid
		n=$(wc -l <out)
		nap; nap; nap; nap; nap
		equal "$(wc -l <out)" "$n"
		kill -CONT $pid
		await 5 has_lines $((n + 2)) out
		kill -TERM $pid
		ended 143
	done
}

# a SIGSTOP for all of the group, but who is continued and ended is utrace
group_stopped() {
	start "${v}_tick" plain >out
	await 5 has_lines 2 out
	kill -STOP -$pid
	await 5 stopped $pid
	kill -CONT $pid
	n=$(wc -l <out)
	await 5 has_lines $((n + 2)) out
	$send $pid 15
	ended 143
	rm out
}

t_group_stopped_from_outside() {
	UNDER="$with pgrp"
	each_tap group_stopped
}

# PROGRAM holds a process of utrace's, whose answer the proxy then lacks
group_probe_held() {
	start "${v}_hold" held 2>err
	await 5 [ -e held ]
	kill -TERM $pid
	ended 7
	contains err 'another process traces PID '
	rm held
}

t_group_probe_held() {
	UNDER="$with pgrp"
	each_tap group_probe_held
}

# the first of them also writes what is known by then: KILL may follow
snapshot_on() { # SIGNAL
	rm -f ready
	start sh -c "trap : 1 2 3 15; ${v}_mark; >ready
		while [ ! -e go ]; do sleep 0.05; done"
	await 5 [ -e ready ]
	[ ! -e list ] || fail 'a result too early'
	$send $pid "$1"
	await 5 says $mark list
	rm list
	$send $pid "$1"
	sleep 0.1
	[ ! -e list ] || fail 'a snapshot for the second, too'
	kill -0 $pid || fail 'utrace did not go on'
	: >go
	wait $pid || true
	rm go
}

t_snapshot_on_term() {
	for sig in 1 2 3 15; do
		each_tap snapshot_on $sig
	done
}

# a program that does not listen cannot hold utrace for ever
third_term() {
	rm -f ready
	start sh -c "trap '' TERM; ${v}_mark; echo \$\$ >ready
		while [ ! -e stop ]; do sleep 0.05; done"
	await 5 [ -s ready ]
	$send $pid 15
	nap; nap; nap
	$send $pid 15
	nap; nap; nap
	kill -0 $pid || fail 'the second TERM was enough'
	$send $pid 15
	await 5 gone_or_reaped $pid
	saw $mark
	contains list '# incomplete'
	: >stop
	await 5 gone "$(cat ready)"
	rm stop
}

gone_or_reaped() {
	[ -e /proc/self/stat ] || skip 'no /proc'
	case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in
	'' | Z*) return 0 ;;
	esac
	return 1
}

t_third_term_ends_utrace() {
	each_tap third_term
}

# PROGRAM must not get rid of the recording without a word
ended_by_program() { # COMMAND
	rm -f list
	$UNDER "$UTRACE" -t stop -F list -s exec -f list sh -c "trap '' TERM
		$1 & wait; ${v}_mark; : >done" 2>err || :
	await 5 [ -e done ]
	await 5 says 'the recording ends before PROGRAM' err
	await 5 says '# incomplete' list
	did_not_see $mark
	rm done
}

t_ended_by_program() {
	ended_by_program 'kill -KILL $PPID; sleep 0.3'
	ended_by_program 'sh -c "for i in 1 2 3; do
		kill -TERM $PPID; sleep 0.1; done"'
}

# PROGRAM is gone, but not what it has left behind
left_behind() {
	rm -f ready
	start sh -c '(while kill -0 $$ 2>/dev/null; do sleep 0.05; done
		: >ready; exec sleep 50) & exit 4'
	await 5 [ -e ready ]
	$send $pid "$1"
	await 5 gone_or_reaped $pid
	ended 4
}

t_term_reaches_what_is_left() {
	for sig in 1 15; do
		each_tap_with_pids left_behind $sig
	done
}

# what was recorded since the first one's snapshot is written, too
sent_away() {
	rm -f ready late
	start sh -c "trap '' TERM; ${v}_mark; echo \$\$ >ready
		while [ ! -e go ]; do sleep 0.05; done
		${v}_call 99999; : >late
		while [ ! -e stop ]; do sleep 0.05; done" >out
	await 5 [ -s ready ]
	$send $pid 15
	await 5 says $mark list
	: >go
	await 5 [ -e late ]
	did_not_see 99999
	await 5 leaves
	saw $mark 99999
	: >stop
	await 5 gone "$(cat ready)"
	rm go stop
}

leaves() {
	gone_or_reaped $pid || ! $send $pid 15
}

t_third_term_writes_all() {
	each_tap sent_away
}

# nothing is left at the entry point that PROGRAM has still to pass
left_before_entry() {
	rm -f ready go
	start -s main "${v}_ctor.dyn" text >out
	await 5 [ -e ready ]
	await 5 leaves
	: >go
	await 5 says text out
}

t_leaves_before_entry_point() {
	need_victim victim_ctor.dyn
	not_with seccomp
	UNDER="$with ignore=15"
	export CTOR=vfork CTOR_PROGRAM="$PWD/waits" LD_LIBRARY_PATH="$VICTIMS"
	printf '#!/bin/sh\n: >ready\nuntil [ -e go ]; do sleep 0.05; done\n' >waits
	chmod +x waits
	each_tap left_before_entry
}

# who asks now and then is patient
t_slow_terms_do_not_end_utrace() {
	start sh -c "trap '' TERM; : >ready
		while [ ! -e stop ]; do sleep 0.05; done; exit 3"
	await 5 [ -e ready ]
	$send $pid 15
	nap
	$send $pid 15
	sleep 6
	$send $pid 15
	nap; nap; nap
	: >stop
	ended 3
}

# SIGKILL to the tracer or to both: PROGRAM goes on under `stop` and `ebpf`;
# under `seccomp` it is killed rather than left with calls that fail
outlives_tracer() {
	rm -f tracer go alive
	start -P tracer "$@" sh -c "while [ ! -e go ]; do sleep 0.05; done
		${v}_mark && echo on >alive"
	await 5 [ -s tracer ]
	kill -KILL "$(cat tracer)"
	nap
	: >go
	await 5 [ -s alive ]
}

t_sigkill_to_tracer() {
	not_with seccomp
	each_tap outlives_tracer
	each_tap outlives_tracer -D
}

outlives_front() {
	rm -f ready go alive
	start sh -c "${v}_mark; : >ready
		while [ ! -e go ]; do sleep 0.05; done
		${v}_mark && echo on >alive"
	await 5 [ -e ready ]
	[ ! -e list ] || fail 'a result too early'
	kill -KILL $pid
	await 5 says $mark list
	: >go
	await 5 [ -s alive ]
}

t_sigkill_to_front() {
	not_with seccomp
	each_tap outlives_front
}

# what runs on though each of its calls fails
start_stubborn() { # [OPTION...]
	rm -f ready
	start "$@" sh -c "echo \$\$ >ready; exec ${v}_tick" >out
	await 5 [ -s out ]
}

t_sigkill_to_tracer_seccomp() {
	case $TAPS in *seccomp*) ;; *) skip 'no seccomp tap here' ;; esac
	TAP=seccomp
	start_stubborn -P tracer
	kill -KILL "$(cat tracer)"
	await 5 gone "$(cat ready)"
	got=0
	wait $pid || got=$?
	[ $got != 0 ] || fail 'as if nothing had happened'
}

# either fate is fine for PROGRAM, but not a third
t_sigkill_to_front_seccomp() {
	case $TAPS in *seccomp*) ;; *) skip 'no seccomp tap here' ;; esac
	TAP=seccomp
	start_stubborn
	kill -KILL $pid
	sleep 0.2
	n=$(wc -l <out)
	sleep 0.2
	[ "$(wc -l <out)" -gt "$n" ] || gone "$(cat ready)" ||
		fail 'its calls fail'
	kill -KILL "$(cat ready)" 2>/dev/null || true
}

# a shell's "kill -9 %1", or a supervisor's: the tracer is of no such group
group_killed() {
	rm -f ready
	start sh -c "${v}_mark; : >ready; sleep 60"
	await 5 [ -e ready ]
	$send -$pid 9
	await 5 says $mark list
	got=0
	wait $pid || got=$?
	equal $got 137
}

t_sigkill_to_group() {
	UNDER="$with pgrp"
	each_tap group_killed
}

# which of its threads gets it is up to the process
waits_in_thread() { # blocked|gone
	rm -f ready
	start "${v}_sigwait" "$1" ready
	await 5 [ -e ready ]
	nap
	kill -TERM $pid
	ended 0
	saw $mark
}

t_term_for_a_descendants_thread() {
	each_tap_with_pids waits_in_thread blocked
	each_tap_with_pids waits_in_thread gone
}

t_verbose_names_signals() {
	# shellcheck disable=SC2016
	utrace -v -F list -f list sh -c 'trap : USR1; kill -USR1 $$
		sh -c "kill -TERM \$\$"; :' 2>err
	grep -q '^utrace: [0-9]*: SIGUSR1$' err || fail "$(cat err)"
	grep -q '^utrace: [0-9]*: killed by SIGTERM$' err || fail "$(cat err)"
}
