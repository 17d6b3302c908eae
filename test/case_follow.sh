# shellcheck shell=sh
# Whatever PROGRAM starts is followed, and each call is counted under the right
# name.

threads() {
	status 0 tally "$1" 200
	equal "$(count $mark)" 200
}

t_threads() {
	each_tap_and_kernel threads "${v}_threads"
	need_victim victim_threads.dyn
	each_tap_and_kernel threads "${v}_threads.dyn"
}

# more than there are slots for: still exact where the kernel tells entry from
# exit; elsewhere it is said that something may be missing
crowd() {
	status 0 tally "${v}_crowd" 1500 2>err
	if [ -z "$UNDER" ]; then
		equal "$(count $mark)" 1500
		equal "$(count exit_group)" 1501
	else
		contains err 'utrace: '
	fi
}

t_crowd() { # up to 120 s
	each_tap_and_kernel crowd
}

t_incomplete_result_says_so() {
	"$VICTIMS/tool_probe" seccomp || skip 'this kernel has no seccomp filters'
	UNDER="$with noinfo"
	for format in procd oci docker; do
		utrace -F $format -f result "${v}_crowd" 1100 >out 2>err
		contains result '"complete": false'
	done
	utrace -F $format -f result "${v}_crowd" 100 >out
	lacks result complete
}

# more over time than there are slots for, but not at once
many() {
	status 0 record sh -c 'i=0; while [ $i -lt 1100 ]; do
		(:); i=$((i + 1)); done' 2>err
	silent err
	status 7 tally "${v}_mtexec" 1100 1 2>err
	silent err
	equal "$(count $mark)" 1
}

t_slots_are_used_again() {
	each_tap many
}

births() {
	status 0 record "${v}_birth" "$@"
	saw $mark $mark2
	rm list
}

t_fork() {
	each_tap_and_kernel births fork
	each_tap_and_kernel births fork "${v}_mark"
}

t_vfork() {
	each_tap_and_kernel repeat 50 births vfork
	each_tap_and_kernel births vfork "${v}_mark"
}

t_clone() {
	each_tap_and_kernel repeat 50 births clone
	each_tap_and_kernel births silent
}

t_clone3() {
	"$VICTIMS/tool_probe" clone3 || skip 'this kernel has no clone3'
	each_tap_and_kernel births clone3
	each_tap_and_kernel births clone3 "${v}_mark"
}

t_posix_spawn() {
	each_tap_and_kernel births spawn "${v}_mark"
	need_victim victim_birth.dyn victim_mark.dyn
	v_birth=${v}_birth.dyn
	status 0 record "$v_birth" spawn "${v}_mark.dyn"
	saw $mark $mark2
}

exec_from_thread() {
	status 7 record "$1" 50 2>err
	saw $mark $mark2
	silent err
}

t_exec_from_thread() {
	each_tap_and_kernel exec_from_thread "${v}_mtexec"
	need_victim victim_mtexec.dyn
	each_tap_and_kernel exec_from_thread "${v}_mtexec.dyn"
}

killed() {
	status 0 record "${v}_killed" 100 2>err
	saw $mark
	silent err      # ESRCH is no news
}

t_killed_in_a_call() {
	each_tap_and_kernel killed
}

# the result comes when the last descendant is gone, not when PROGRAM is
daemon() {
	status 0 record "${v}_daemon" late 300
	await 10 says $mark list
	[ -e late ] || fail 'the result came before the end'
	rm late list
}

t_daemon() {
	each_tap_and_kernel daemon
}

untraced() {
	status 0 record "${v}_untraced" "$1" >out
	saw $mark $mark2
	contains out 'parent sees its flags unchanged 1'
	contains out 'child sees them unchanged 1'
}

t_untraced_by_clone() {
	each_tap_and_kernel repeat 25 untraced clone
}

t_untraced_by_clone3() {
	"$VICTIMS/tool_probe" clone3 || skip 'this kernel has no clone3'
	each_tap_and_kernel repeat 25 untraced clone3
}

unknown() {
	status 0 record "${v}_call" 99999 -1 >out
	same out direct
	saw 99999 -1
}

t_unknown_numbers() {
	"${v}_call" 99999 -1 >direct
	each_tap_and_kernel unknown
}

int80() {
	status 0 record "${v}_int80" >out
	same out direct
	saw i386:getpid i386:9999 i386:$mark x32:getpgrp $mark2
	did_not_see writev adjtimex getpgrp $mark
}

t_int80_and_x32() {
	need_victim victim_int80
	"${v}_int80" >direct || skip 'no 32-bit calls in this kernel'
	each_tap_and_kernel int80
}

i386() {
	status 6 record "$@" "${v}_i386" >out
	equal "$(cat out)" thirty-two
	saw i386:write i386:fork i386:$mark i386:waitpid i386:exit_group
	did_not_see fork $mark write
}

t_i386_program() {
	need_victim victim_i386
	status 6 "${v}_i386" >out || skip 'no 32-bit programs in this kernel'
	each_tap_and_kernel i386
	saw execve
	each_tap_and_kernel i386 -s main
	did_not_see execve
}

# under `stop` the call is seen before a filter of PROGRAM's own denies it
own_filter() { # ACTION
	status 0 record "${v}_filter" "$1" >out
	same out direct
	saw $mark $mark2
}

t_own_filter() {
	"$VICTIMS/tool_probe" seccomp || skip 'this kernel has no seccomp filters'
	for action in errno kill; do
		"${v}_filter" $action >direct
		own_filter $action
		UNDER="$with noinfo" own_filter $action
	done
}

# its own events are not ours, but fail with ENOSYS, as without a tracer
t_own_trace_filter() {
	"$VICTIMS/tool_probe" seccomp || skip 'this kernel has no seccomp filters'
	"${v}_filter" trace >direct
	each_tap_and_kernel own_filter trace
}

script() {
	status 3 record "$@" ./script >out
	equal "$(cat out)" text
	saw $mark write
}

t_script() {
	printf '#!/bin/sh\n%s\necho text\nexit 3\n' "${v}_mark" >script
	chmod +x script
	each_tap_and_kernel script
	each_tap_and_kernel script -s main
}

# a child that traces cannot, but nobody hangs over it
ptracer() {
	status 0 record "${v}_ptrace" >out
	saw ptrace $mark $mark2
}

t_ptrace_inside() {
	each_tap ptracer
	need strace
	status 1 record strace -o /dev/null true 2>err
}

# the taps agree on the names, and for single-threaded programs on the counts

t_taps_agree() {
	[ "$TAPS" != stop ] || skip 'only one tap here'
	for TAP in $TAPS; do
		status 0 tally sh -c 'trap : USR1; ls /; (exit 1); kill -USR1 $$; true' >out
		mv table "$TAP"
	done
	for TAP in $TAPS; do
		same "$TAP" stop
	done
}
