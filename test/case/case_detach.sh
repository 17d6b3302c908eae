# shellcheck shell=sh
# -D, and pid 1, which implies it: PROGRAM is the process that utrace was
# started as, and the tracer a stranger to it.

keeps_pid() {
	start -D sh -c 'echo $$ $PPID >ids; exit 6'
	status 6 wait $pid
	equal "$(cat ids)" "$pid $$"
	saw execve
	rm ids
}

t_keep_pid() {
	each_tap keeps_pid
}

on_disk() {
	start -D "${v}_mark" 3
	status 3 wait $pid
	saw $mark
}

# who waits for PROGRAM finds the result when it is told
t_keep_pid_result_before_wait() {
	each_tap often 50 on_disk
	each_tap often 50 on_disk_after_threads
}

on_disk_after_threads() {
	start -D "${v}_mtexec" 3
	status 7 wait $pid
	saw $mark
}

own_session() {
	rm -f tracer
	start -D -P tracer sh -c 'while [ ! -e go ]; do sleep 0.05; done'
	await 5 [ -s tracer ]
	tracer=$(cat tracer)
	[ "$tracer" != $pid ] || fail 'the tracer is PROGRAM'
	# the sixth field is the session, after a name that may hold anything
	equal "$(sed 's/.*) //' "/proc/$tracer/stat" | cut -d ' ' -f 4)" "$tracer"
	equal "$(sed 's/.*) //' "/proc/$pid/stat" | cut -d ' ' -f 4)" \
		"$(sed 's/.*) //' /proc/$$/stat | cut -d ' ' -f 4)"
	: >go
	status 0 wait $pid
	rm go
}

t_keep_pid_tracer_has_own_session() {
	[ -r /proc/self/stat ] || skip 'no /proc'
	each_tap own_session
}

# the tracer holds neither standard output nor error
lets_go() {
	mkfifo pipe gate
	cat pipe &
	reader=$!
	start -D sh -c "exec >&- 2>&-; read x <gate; ${v}_mark; : >late" \
		>pipe 2>&1
	wait $reader
	[ ! -e late ] || fail 'cat ended too late'
	echo >gate
	status 0 wait $pid
	saw $mark
	rm pipe gate late
}

t_keep_pid_lets_go_of_pipes() {
	each_tap lets_go
}

# but for -v, whose lines come until the end
verbose() {
	record -D -v "${v}_mark" 3 2>&1 | cat >err
	contains err 'exits with 3'
	saw $mark
}

t_keep_pid_verbose_to_a_pipe() {
	each_tap verbose
}

# what the third TERM does, and that PROGRAM goes on, as without -D
t_keep_pid_tracer_leaves() {
	TAP=stop
	start -D -P tracer sh -c ": >ready
		while [ ! -e go ]; do sleep 0.05; done; ${v}_mark; exit 3"
	await 5 [ -e ready ]
	tracer=$(cat tracer)
	kill -TERM $tracer
	await 5 [ -e list ]
	await 5 tracer_leaves
	: >go
	status 3 wait $pid
	did_not_see $mark
}

tracer_leaves() {
	gone $tracer || ! kill -TERM $tracer
}

killed_directly() {
	start -D "${v}_tick" plain >out
	await 5 has_lines 1 out
	kill -TERM $pid
	status 143 wait $pid
	saw write
}

t_keep_pid_signals_go_to_program() {
	each_tap killed_directly
}

detached_daemon() {
	status 0 record -D "${v}_daemon" late 200
	await 10 says $mark list
	[ -e late ] || fail 'the result came before the end'
	rm late list
}

t_keep_pid_daemon() {
	each_tap detached_daemon
}

unwritable() {
	mkdir gone
	status 3 utrace -D -v -f gone/x sh -c 'rmdir gone; exit 3' 2>err
	await 5 says gone/x err
}

t_keep_pid_failed_write_is_said() {
	each_tap unwritable
}

not_here() {
	status 127 record -D ./no-such-program 2>err
	contains err 'utrace: ./no-such-program'
}

t_keep_pid_not_found() {
	each_tap not_here
}

# --- as pid 1 of a pid namespace

need_namespace() {
	need unshare
	unshare -pf true 2>/dev/null || skip 'no pid namespaces here'
}

as_init() { # STATUS [OPTION...] PROGRAM...
	want=$1
	shift
	rm -f list
	status "$want" unshare -pf "$UTRACE" -F list -f list "$@" >out 2>err
}

t_init_is_program() {
	need_namespace
	as_init 4 sh -c "${v}_mark; echo \$\$; exit 4"
	equal "$(cat out)" 1
	saw $mark
	silent err
}

# where the result can't be written, it goes to standard error once, before
# process 1 takes the tracer with it
t_init_result_is_rescued() {
	need_namespace
	for ends in 'exit 4' 'exec "$0"_threads 4'; do
		rm -rf folder
		mkdir folder
		unshare -pf "$UTRACE" -t stop -F list -f folder/list sh -c \
			"rm -r folder; $ends" "$v" >out 2>err || [ $? = 4 ]
		contains err 'utrace: this is the result' unlinkat
		[ "$(grep -c '^unlinkat' err)" = 1 ] || fail "$(cat err)"
	done
}

t_init_named_tap() {
	need_namespace
	as_init 4 -t stop sh -c "${v}_mark; exit 4"
	saw $mark
	case $TAPS in
	*ebpf*)
		as_init 4 -t ebpf sh -c "${v}_birth fork ${v}_mark; exit 4"
		saw $mark $mark2
		silent err
		;;
	esac
	as_init 125 -t seccomp sh -c "${v}_mark; exit 4"
	contains err 'utrace: ' seccomp
}

# what an init does before it calls reboot
t_init_survives_kill_all() {
	need_namespace
	as_init 7 sh -c "${v}_mark; kill -KILL -1; ${v}_mark; echo on; exit 7"
	equal "$(cat out)" on
}

# orphans become the children of PROGRAM, which waits for them
t_init_adopts() {
	need_namespace
	as_init 0 sh -c "((${v}_mark; : >one) & (${v}_threads 4; : >two) &)
		until [ -e one ] && [ -e two ]; do sleep 0.05; done"
	saw $mark
	silent err
}

# who waits for all children does not wait for the tracer
t_init_has_no_other_child() {
	need_namespace
	unshare -pf "${v}_wait" >direct
	as_init 0 "${v}_wait"
	same out direct
}

# a signal that would kill another process does nothing to this one
t_init_signals() {
	need_namespace
	as_init 5 sh -c 'kill -TERM $$; kill -HUP 1; exit 5'
	saw kill
}

t_init_daemon() {
	need_namespace
	as_init 0 sh -c "${v}_daemon late 100
		until [ -e late ]; do sleep 0.05; done"
	saw $mark
}

# switch_root takes PROGRAM alone to the new root: the result is to be there
t_init_switches_root() {
	need_root
	need_namespace
	need mount chroot
	unshare -m true || skip 'no mount namespaces here'
	mkdir new
	cp "${v}_mark" new/mark
	status 3 unshare -pfm "$UTRACE" -F list -f "$PWD/list" sh -c \
		"mkdir -p new$PWD; mount -o bind new new; cd new
		mount -o move . /; exec chroot . /mark 3" >out 2>err
	silent err
	[ ! -e list ] || fail 'it is in the old root'
	mv "new$PWD/list" .
	saw chroot $mark
}

# who asks for a reboot may not live to see our result
last_chance() {
	start "${v}_reboot"
	await 10 says reboot list
	saw $mark
	kill -TERM $pid
	status 143 wait $pid
}

# known calls need no stop, but this one does
known_last_chance() {
	echo reboot >known
	start -k known "${v}_reboot"
	await 10 says $mark list
	kill -TERM $pid
	status 143 wait $pid
}

t_result_before_reboot() {
	not_with ebpf
	each_tap last_chance
	each_tap known_last_chance
}

# another process of the namespace, in the normal way
in_namespace() {
	rm -f list
	status 4 unshare -pf sh -c \
		'"$@"; s=$?; echo $s >s; exit $s' sh \
		"$UTRACE" -t "$TAP" -F list -f list \
		sh -c "${v}_birth fork ${v}_mark; exit 4" 2>err
	saw $mark $mark2
	silent err
}

t_in_pid_namespace() {
	need_namespace
	each_tap in_namespace
}
