# shellcheck shell=sh
# Calls that a seccomp filter rejects are seen, or it is said that they are not:
# a filter that was there before utrace, as in a container, or that a thread gets
# from another one.

under() { # CHANGE...
	UNDER="$with $*"
}

outer_filter() {
	status 0 record "${v}_mark" 2>err
	if [ "$TAP" = ebpf ]; then
		equal "$(wc -l <err)" 1
		contains err 'utrace was started under a seccomp filter; ' \
			'the result is incomplete (-t stop sees them)'
		contains list '# incomplete'
	else
		silent err
		saw $mark
		lacks list incomplete
	fi
}

t_outer_filter() {
	need_filters
	for change in reject=1 reject=38 asks=1 asks=22; do
		under $change
		each_tap outer_filter
	done
}

outer_filter_kills() {
	under kill
	status "$(status_of_sigsys)" record "${v}_mark" 2>err
	[ "$TAP" = ebpf ] || saw $mark
}

t_outer_filter_kills() {
	need_filters
	each_tap outer_filter_kills
}

t_outer_filter_auto() {
	need_filters
	TAP=auto
	for change in reject=1 asks=1 asks=22; do
		under $change
		status 0 record -v "${v}_mark" 2>err
		contains err 'utrace: using tap stop'
		saw $mark
	done
	UNDER=
	record -v "${v}_mark" 2>err
	lacks err 'seccomp filter'
}

outer_filter_old() {
	status 0 record "${v}_mark" 2>err
	if [ "$TAP" = stop ]; then
		silent err
		saw $mark
	else
		contains err 'utrace was started under a seccomp filter; '
		contains list '# incomplete'
	fi
}

# where the kernel does not tell an entry stop from an exit stop
t_outer_filter_old_kernel() {
	need_filters
	under noinfo asks=1
	each_stopping_tap outer_filter_old
}

outer_filter_checked() {
	got=0
	utrace -c part "$@" "${v}_mark" >out 2>err || got=$?
	equal $got 124
	contains err "$mark is not in part"
}

t_outer_filter_checked() {
	need_filters
	TAP=stop record "${v}_mark"
	grep -v "^$mark\$" list >part
	under reject=1
	for TAP in stop seccomp auto; do
		outer_filter_checked
		outer_filter_checked --deny
	done
}

outer_filter_attached() {
	rm -f list ready
	$with reject=1 sh -c ': >ready; read -r line <fifo; "$1"' sh \
		"${v}_mark" &
	pid=$!
	await 5 [ -e ready ]
	$UNDER "$UTRACE" -t "$TAP" -v -F list -f list -a $pid 2>err &
	tracer=$!
	await 5 says 'attached to' err
	echo >fifo
	wait $pid
	wait $tracer
	if [ "$TAP" = ebpf ]; then
		contains err 'a process has a seccomp filter; tap ebpf'
		contains list '# incomplete'
	else
		saw $mark
		lacks list incomplete
	fi
}

t_outer_filter_attached() {
	need_filters
	mkfifo fifo
	for TAP in stop auto ebpf; do
		if [ $TAP = ebpf ]; then
			"$VICTIMS/tool_probe" ebpf && "$VICTIMS/tool_probe" \
				pids || continue
		fi
		outer_filter_attached
	done
}

# a sandbox whose filter rejects the call with EPERM
t_outer_filter_bwrap() {
	[ "$(uname -m)" = x86_64 ] || skip 'the call has another number'
	need bwrap
	need_filters
	bwrap --dev-bind / / true 2>/dev/null ||
		skip 'bubblewrap does not work here'
	# load the number; unless it is 146 skip one; reject; allow
	printf '\040\0\0\0\0\0\0\0\025\0\0\001\222\0\0\0' >filter
	printf '\006\0\0\0\001\0\005\0\006\0\0\0\0\0\377\177' >>filter
	for TAP in auto stop seccomp; do
		rm -f list
		bwrap --dev-bind / / --seccomp 9 "$UTRACE" -t $TAP -F list \
			-s exec -f "$PWD/list" "${v}_mark" 9<filter 2>err
		silent err
		saw $mark
	done
}

filter_for_all() { # [OPTION...] HOW
	status 0 record "$@" >out 2>err
	equal "$(cat out)" 'error 33'
	saw $mark2
	if [ "$TAP" = ebpf ]; then
		contains err 'PROGRAM installed a seccomp filter; '
	else
		silent err
		saw $mark
	fi
}

# a thread that gets the filter while it runs, or is blocked
t_filter_for_all_threads() {
	need_filters
	need_victim victim_tsync
	"${v}_tsync" spin >out || skip 'this kernel has no seccomp(2)'
	for how in spin read vfork; do
		each_tap often 10 filter_for_all "${v}_tsync" $how
		each_tap filter_for_all "${v}_tsync" $how twice
	done
}
