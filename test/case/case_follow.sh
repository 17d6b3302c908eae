# shellcheck shell=sh
# Whatever PROGRAM starts is followed, and each call is counted under the right
# name.

threads() {
	n=$((SLOW > 1 ? 50 : 200))
	status 0 tally "$1" $n
	equal "$(count $mark)" $n
}

t_threads() {
	each_tap_and_kernel threads "${v}_threads"
}

t_threads_dynamic() {
	need_victim victim_threads.dyn
	each_tap_and_kernel threads "${v}_threads.dyn"
}

# is an entry told from an exit?  Not when a filter refuses what asks for that
kernel_tells() {
	[ -z "$UNDER" ] && "$VICTIMS/tool_probe" info
}

# more than there are slots for: still exact where the kernel tells entry from
# exit; elsewhere it is said that something may be missing
crowd() {
	status 0 tally "${v}_crowd" 1500 2>err
	if [ "$TAP" = ebpf ] || kernel_tells; then
		equal "$(count $mark)" 1500
		equal "$(count exit_group)" 1501
	else
		contains err 'utrace: '
	fi
}

t_crowd() { # up to 120 s
	if [ "$SLOW" = 1 ]; then
		each_tap_and_kernel crowd
	else            # the next test does what is left
		crowd
	fi
}

t_incomplete_result_says_so() {
	need_filters
	UNDER="$with noinfo"
	for format in procd oci docker; do
		utrace -F $format -f result "${v}_crowd" 1100 >out 2>err
		contains result '"complete": false'
		[ "$SLOW" = 1 ] || break
	done
	utrace -F $format -f result "${v}_crowd" 100 >out
	lacks result complete
	UNDER=
	kernel_tells || return 0
	utrace -F $format -f result "${v}_crowd" 1100 >out 2>err
	lacks result complete
}

short_lived() {
	status 0 tally sh -c 'i=0; while [ $i -lt 2000 ]; do
		(:); i=$((i + 1)); done' 2>err
	silent err
	equal "$(count exit_group)" 2001
}

t_short_lived_processes() { # up to 120 s
	each_tap short_lived
}

# as many numbers without a name as there is room for, and more
numbers() {
	status 0 utrace -F list -f list "${v}_call" $(seq 9001 9256) >out 2>err
	silent err
	saw 9001 9256
	status 0 utrace -F list -f list "${v}_call" $(seq 9001 9300) >out 2>err
	contains err 'utrace: ' 256
	contains list '# incomplete'
}

t_too_many_numbers() {
	each_tap numbers
}

# more over time than there are slots for, but not at once
many() {
	status 0 record sh -c 'i=0; while [ $i -lt 1100 ]; do
		(:); i=$((i + 1)); done' 2>err
	silent err
	status 7 tally "${v}_mtexec" $((1100 / SLOW)) 1 2>err
	silent err
	equal "$(count $mark)" 1
}

t_slots_are_used_again() {
	[ "$SLOW" = 1 ] || TAPS=stop
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
	fifty births vfork
	each_tap_and_kernel births vfork "${v}_mark"
}

t_clone() {
	each_tap_and_kernel often 50 births clone
	each_tap_and_kernel births silent
}

t_clone3() {
	"$VICTIMS/tool_probe" clone3 || skip 'this kernel has no clone3'
	each_tap_and_kernel births clone3
	each_tap_and_kernel births clone3 "${v}_mark"
}

t_posix_spawn() {
	each_tap_and_kernel births spawn "${v}_mark"
}

t_posix_spawn_dynamic() {
	need_victim victim_birth.dyn victim_mark.dyn
	v_birth=${v}_birth.dyn
	status 0 record "$v_birth" spawn "${v}_mark.dyn"
	saw $mark $mark2
}

exec_from_thread() {
	status 7 record "$1" $((SLOW > 1 ? 13 : 50)) 2>err
	saw $mark $mark2
	silent err
}

t_exec_from_thread() {
	each_tap_and_kernel exec_from_thread "${v}_mtexec"
}

t_exec_from_thread_dynamic() {
	need_victim victim_mtexec.dyn
	each_tap_and_kernel exec_from_thread "${v}_mtexec.dyn"
}

# nobody tells that the thread is the leader now, only that it ended
exec_fails_late() {
	status $killed record "${v}_mtexec" 1 4 fail 2>err
	saw $mark2 execve
	did_not_see $mark
	lacks err utrace
}

t_exec_fails_late() {
	killed=0
	"${v}_mtexec" 1 4 fail >out 2>&1 || killed=$?
	[ $killed -gt 128 ] || fail "it ended with $killed: $(cat out)"
	each_tap_and_kernel exec_fails_late
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
	each_tap_and_kernel often 25 untraced clone
}

# CLONE_UNTRACED set again after utrace has cleared it: a child that got away is
# reported, and the result is marked
races_for_clone3() {
	"$UTRACE" -t "$TAP" -F list -f list "${v}_race" 400 >out 2>err
	if ! says 'free 0' out; then
		contains err 'set CLONE_UNTRACED after utrace had cleared it'
		equal "$(head -n 1 list)" '# incomplete'
	fi
}

# what escaped can't make the call that is denied
race_is_denied() {
	sed '/^sched_get_priority_max/d' all >list
	"$UTRACE" -t "$TAP" -q -c list --deny "${v}_race" 400 >out 2>err || :
	lacks out 'allowed [1-9]'
}

t_untraced_by_race() {
	"$VICTIMS/tool_probe" clone3 || skip 'this kernel has no clone3'
	[ -e /proc/self/status ] || skip 'no /proc'
	each_stopping_tap races_for_clone3
	utrace -q -F list -f all "${v}_race" 1 >out 2>err
	grep -q '^sched_get_priority_max' all || echo sched_get_priority_max >>all
	need_filters
	each_stopping_tap race_is_denied
}

t_untraced_by_clone3() {
	"$VICTIMS/tool_probe" clone3 || skip 'this kernel has no clone3'
	each_tap_and_kernel often 25 untraced clone3
}

unknown() {
	status 0 record "${v}_call" $numbers >out
	same out direct
	saw $numbers
}

t_unknown_numbers() {
	numbers='99999 -1'
	[ "$ABI" != arm ] || numbers=99999      # -1 is SIGILL there
	"${v}_call" $numbers >direct
	each_tap_and_kernel unknown
}

too_many() {
	# shellcheck disable=SC2086
	status 0 utrace -F oci -f result "${v}_call" $numbers >out 2>err
	contains err 'numbers without a name: '
	contains result '"complete": false'
}

t_too_many_unknown_numbers() {
	numbers=
	n=90000
	while [ $n -lt 90300 ]; do
		numbers="$numbers $n"
		n=$((n + 1))
	done
	each_tap too_many
}

peculiar() { # NUMBER NAME
	status 0 record "${v}_call" "$1" >out
	saw "$2"
	did_not_see "${1%,*}" syscall
}

# mips has a call that carries the number of another, arm some of its own
t_numbers_of_this_machine() {
	: "${ABI:=$(uname -m)}"
	case $ABI in
	mips*) each_tap_and_kernel peculiar 4000,4020 getpid ;;
	arm*) each_tap_and_kernel peculiar 983042 cacheflush ;;
	x86_64) each_tap_and_kernel peculiar 1073741863 x32:getpid ;;
	*) skip 'nothing peculiar here' ;;
	esac
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
	contains list i386:sigreturn i386:rt_sigaction i386:rt_sigreturn
	did_not_see fork $mark write
}

t_i386_program() {
	need_victim victim_i386
	"${v}_i386" >out || [ $? = 6 ] || skip 'no 32-bit programs in this kernel'
	each_tap_and_kernel i386
	saw execve
	each_tap_and_kernel i386 -s main
	did_not_see execve
}

# the call is seen before a filter of PROGRAM's own denies it, or that is said
own_filter() { # ACTION
	status 0 record "${v}_filter" "$1" >out 2>err
	same out direct
	saw $mark2
	if [ "$TAP" = stop ] || { [ "$TAP" = seccomp ] && kernel_tells; }; then
		silent err
		saw $mark
	else
		equal "$(wc -l <err)" 1
		contains err 'the result is incomplete (-t stop sees them)'
		contains list '# incomplete'
		did_not_see $mark
	fi
}

# nor is it missed by a check, though the call that sets the filter is known
own_filter_checked() {
	TAP=stop record "${v}_filter" errno >out
	grep -v "^$mark\$" list >part
	if [ "$TAP" = stop ] || kernel_tells; then
		status 124 utrace -c part "${v}_filter" errno >out 2>err
		says "$mark is not in part" err
		status 124 utrace --deny -c part "${v}_filter" errno >out
		equal "$(cat out)" 'denied 1'
	else
		status 125 utrace -c part "${v}_filter" errno >out 2>err
		contains err 'the result is incomplete (-t stop sees them)'
	fi
}

t_own_filter() {
	need_filters
	for action in errno high kill; do
		"${v}_filter" $action >direct
		each_tap_and_kernel own_filter $action
	done
	not_with ebpf
	each_tap_and_kernel own_filter_checked
}

# its own events are not ours, but fail with ENOSYS, as without a tracer
own_trace_filter() { # DATA_WORD
	status 0 record "${v}_filter" trace "$1" >out
	same out direct
	saw $mark $mark2
}

t_own_trace_filter() {
	need_filters
	"${v}_filter" trace >direct
	# the tracepoint is behind the filters
	not_with ebpf
	each_tap_and_kernel own_trace_filter 7
	# the word of utrace's own filter in version 0.1
	each_tap_and_kernel own_trace_filter 0x7574
	each_tap_and_kernel own_trace_filter 0
	# a word that is not random
	each_tap_and_kernel own_trace_filter 1
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
	for TAP in $TAPS; do
		want=1
		[ "$TAP" != ebpf ] || want=0
		status $want record strace -o /dev/null true 2>err
	done
}

# the taps agree on the names, and for single-threaded programs on the counts

t_taps_agree() {
	[ "$TAPS" != stop ] || skip 'only one tap here'
	for TAP in $TAPS; do
		status 0 tally sh -c 'trap : USR1; ls /; (exit 1); kill -USR1 $$; true' >out
		# not whose they are, which ebpf can't tell
		awk 'NF { print $1, $2, $3; next } { exit }' table >"$TAP"
	done
	for TAP in $TAPS; do
		same "$TAP" stop
	done
}

# programs made from a seed; `make check-random` tries more of them
t_random_seeds() { # up to 120 s
	JOBS=$((SLOW > 1 ? 1 : 4)) SHRINK=$((SLOW == 1)) \
		"$VICTIMS/tool_random" "${RANDOM_SEEDS:-1:10}" $TAPS
}
