# shellcheck shell=sh
# seccomp-trace: PROGRAM under its policy, and what the policy lacks is reported.

# ./seccomp-trace, and a service whose name tells its files in /tmp from those
# of other cases.  The policy ./full, in FORMAT, allows all that it does, ./part
# all but one call.
prepare() { # FORMAT [RECORDING_OPTION...]
	need_filters
	format=$1
	shift
	ln -sf "$UTRACE" seccomp-trace
	service=service_$$
	trap 'rm -f /tmp/service_$$.*' EXIT
	[ -e $service ] || cp "${v}_service" $service
	: >log
	"$UTRACE" -t stop -D -F "$format" -f full "$@" ./$service log 	utrace -D -F "$format" -f full "$@" ./$service log &
	pid=$!
	await 5 says ready log
	for sig in USR1 USR2 HUP; do
		ask $sig
	done
	finish 7
	grep -v "$mark" full >part
	rm -f /tmp/$service.*
}

# replace in the policy ./part, of the format procd, the action of what is not
# allowed
act() { # SCMP_ACT_*
	sed -i "s/SCMP_ACT_KILL_PROCESS/$1/" part
}

# start the service as $pid, which is its own PID
serve() { # [OPTION...]
	: >log
	./seccomp-trace -f part "$@" ./$service log 2>err &
	pid=$!
	await 5 says 'ready ' log
	contains log "ready $pid $$"
	violations=/tmp/$service.$pid.violations.json
}

# send the service a signal, and wait for its answer
ask() { # SIGNAL [ANSWER]
	lines=$(wc -l <log)
	kill -"$1" $pid
	[ "${2-}" = none ] || await 5 has_lines $((lines + 1)) log
	[ "${2-none}" = none ] || equal "$(tail -n 1 log)" "$2"
}

finish() { # STATUS
	kill $pid 2>/dev/null || :
	status "$1" wait $pid
}

tracer_of() { # PID
	sed -n 's/^TracerPid:	//p' "/proc/$1/status"
}

reported() { # FILE
	contains err "utrace: $service[$pid]: $mark is not in part" \
		"utrace: the calls that part lacks are saved in $violations"
	contains "$violations" "\"$mark\""
	equal "$(grep -o '"[a-z_0-9]*"' "$violations" | grep -c "$mark")" 1
}

# The recording is PROGRAM's own end, whichever action, whatever shows it to the
# tracer.
killed() { # [OPTION...]
	serve "$@"
	ask USR1 none
	finish "$(status_of_sigsys)"
	reported
}

not_killed() { # ANSWER [OPTION...]
	answer=$1
	shift
	serve "$@"
	ask USR1 "$answer"
	# it is saved as it comes
	reported
	ask USR1 "$answer"
	finish 7
	equal "$(grep -c is.not.in err)" 1
}

# with each way to see a violation
each_way() { # COMMAND...
	"$@"
	"$@" -t stop
}

t_seccomp_trace_kill() {
	prepare procd
	each_way killed
	prepare whitelist -p kill
	each_way killed
}

t_seccomp_trace_errno() {
	prepare whitelist
	each_way not_killed 'mark -1'
	each_way not_killed "mark $(enosys)" -p ENOSYS
}

t_seccomp_trace_log() {
	prepare procd
	act SCMP_ACT_LOG
	each_way not_killed 'mark 0'
}

# a call has another action than the rest
t_seccomp_trace_action_of_a_call() {
	prepare procd
	sed -i "s/\"syscalls\": \[/& { \"names\": [ \"$mark\" ], \
\"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 5 },/" part
	each_way not_killed 'mark -5'
}

# what was saved makes the policy complete; then nothing is reported or saved
t_seccomp_trace_merge() {
	prepare procd
	killed
	"$UTRACE" -m -F procd -f part part "$violations"
	rm "$violations"
	serve
	ask USR1 'mark 0'
	ask USR2 'child 0'
	finish 7
	silent err
	[ ! -e "$violations" ] || fail 'no violation, but a file'
}

# the child is killed, and its parent learns that
t_seccomp_trace_child() {
	prepare procd
	serve
	ask USR2 "child $(($(status_of_sigsys) - 128))"
	await 5 [ -e "$violations" ]
	contains err "utrace: $service[" "]: $mark is not in part"
	ask HUP
	ask USR2
	finish 7
	equal "$(grep -c is.not.in err)" 1
}

# a thread's call is reported with the PID, by which procd knows the service
t_seccomp_trace_thread() {
	need_filters
	ln -sf "$UTRACE" seccomp-trace
	cp "${v}_threads" threads_$$
	utrace -F list -s main -f full ./threads_$$ 2
	grep -v "^$mark" full >part
	trap 'rm -f /tmp/threads_$$.*.json' EXIT
	for action in kill log; do
		./seccomp-trace -f part -s main -p $action ./threads_$$ 2 2>err &
		wait $! || :
		contains err "utrace: threads_$$[$!]: $mark is not in part"
	done
}

# what a call returns that does not exist; mips counts otherwise
enosys() {
	if [ "$(kill -l 12)" = SYS ]; then
		echo -89
	else
		echo -38
	fi
}

# a number that no table knows gets ENOSYS, which kills nothing
t_seccomp_trace_number() {
	need_filters
	ln -sf "$UTRACE" seccomp-trace
	cp "${v}_call" call_$$
	utrace -F procd -f part ./call_$$ 99999 >out 2>err
	sed -i '/99999/d' part
	each_way numbered
}

numbered() {
	status 0 ./seccomp-trace -f part "$@" ./call_$$ 99999 >out 2>err
	equal "$(cat out)" "99999 $(enosys)"
	contains err ']: 99999 is not in part'
	rm /tmp/call_$$.*.violations.json
}

# No call that is allowed stops where the policy kills.
t_seccomp_trace_speed() {
	prepare procd
	[ -e /proc/self/status ] || skip 'no /proc'
	serve
	tracer=$(tracer_of $pid)
	for i in 1 2 3 4 5; do
		ask HUP
	done
	stops=$(awk '/ctxt_switches/ { n += $2 } END { print n }' \
		"/proc/$tracer/status")
	[ "$stops" -lt 1000 ] || fail "the tracer woke $stops times"
	finish 7
}

# Whatever happens to the tracer, the filter stays and does what the policy says.
outlives() { # SIGNAL ANSWER STATUS [OPTION...]
	sig=$1 answer=$2 want_status=$3
	shift 3
	serve "$@"
	tracer=$(tracer_of $pid)
	while kill -"$sig" "$tracer" 2>/dev/null; do
		nap
	done
	ask HUP 'hup 0'
	ask USR1 "$answer"
	finish "$want_status"
}

t_seccomp_trace_without_tracer() {
	prepare procd
	[ -e /proc/self/status ] || skip 'no /proc'
	for sig in KILL TERM; do
		outlives $sig none "$(status_of_sigsys)"
		outlives $sig none "$(status_of_sigsys)" -t stop
	done
	act SCMP_ACT_LOG
	outlives KILL 'mark 0' 7
	prepare whitelist
	outlives KILL 'mark -1' 7
}

# Before the entry point there is no filter yet, and no PROGRAM without a tracer.
t_seccomp_trace_killed_before_entry() {
	need_filters
	need_victim victim_ctor.dyn
	[ -e /proc/self/status ] || skip 'no /proc'
	ln -sf "$UTRACE" seccomp-trace
	printf '#!/bin/sh\necho >started; read -r line <fifo; mkdir new
echo mkdir: $?\n' >program
	chmod 755 program
	mkfifo fifo
	echo >fifo &
	export CTOR=vfork CTOR_PROGRAM=./program LD_LIBRARY_PATH="$VICTIMS"
	utrace -F list -s exec -f list "${v}_ctor.dyn" >out || :
	rm -rf new started
	grep -v '^mkdir' list >part
	./seccomp-trace -f part -s main "${v}_ctor.dyn" >out 2>err &
	pid=$!
	await 5 [ -s started ]
	kill -KILL "$(tracer_of $pid)"
	status 137 wait $pid
	# its child has the filter
	echo >fifo
	await 5 says 'mkdir' out
	[ ! -e new ] || fail 'went on without a filter'
}

# what constructors start before the entry point gets the filter, and what that
# starts has it
t_seccomp_trace_constructors() {
	need_filters
	need_victim victim_ctor.dyn
	[ -e /proc/self/status ] || skip 'no /proc'
	ln -sf "$UTRACE" seccomp-trace
	printf '#!/bin/sh\ngrep "Seccomp:" /proc/self/status\n' >program
	chmod 755 program
	export CTOR CTOR_PROGRAM=./program LD_LIBRARY_PATH="$VICTIMS"
	for CTOR in fork both vfork stop thread exec; do
		utrace -F list -s exec -f list "${v}_ctor.dyn" >direct || :
		got=0
		"${v}_ctor.dyn" >direct 2>err || got=$?
		for action in kill log; do
			status $got ./seccomp-trace -f list -s main -p $action \
				"${v}_ctor.dyn" >out 2>err
			silent err
			sed -i 's/^Seccomp:	0/Seccomp:	2/' direct
			[ $CTOR = exec ] || same out direct
		done
	done
}

# a constructor that executes another program: one filter, whatever stops follow
t_seccomp_trace_one_filter() {
	need_filters
	need_victim victim_ctor.dyn
	grep -q ^Seccomp_filters: /proc/self/status || skip 'no /proc, or old'
	ln -sf "$UTRACE" seccomp-trace
	printf '#!/bin/sh\ngrep "^Seccomp" /proc/self/status\n' >program
	chmod 755 program
	export CTOR=exec CTOR_PROGRAM=./program LD_LIBRARY_PATH="$VICTIMS"
	utrace -F list -s exec -f list "${v}_ctor.dyn" >direct
	for action in kill log; do
		./seccomp-trace -f list -s main -p $action "${v}_ctor.dyn" >out
		equal "$(tr -d '\t\n' <out)" \
			"Seccomp:2Seccomp_filters:$(($(sed -n \
			's/^Seccomp_filters:	//p' direct) + 1))"
	done
}

# a policy that holds from the execve on
t_seccomp_trace_scope_exec() {
	not_sanitized 'the sanitizer makes calls after the filter is installed'
	prepare list -s exec
	each_way killed -p kill
	each_way not_killed 'mark -1'
	grep -v '^execve$' full >part
	status 125 ./seccomp-trace -f part -s exec ./$service log 2>err
	contains err 'utrace: part: does not allow execve'
	status 127 ./seccomp-trace -f full -s exec ./nowhere 2>err
	status 127 ./seccomp-trace -f full -s main ./nowhere 2>err
}

# Without a capability: no_new_privs, and one line about it.
t_seccomp_trace_unprivileged() {
	need_root
	prepare procd
	[ -e /proc/self/status ] || skip 'no /proc'
	chmod 777 .
	chmod 666 log
	cp "$UTRACE" seccomp-trace.copy
	mv seccomp-trace.copy seccomp-trace
	for scope in main exec; do
		[ $scope = main ] || prepare list -s exec
		: >log
		rm -f seccomp-trace
		cp "$UTRACE" seccomp-trace
		"$with" uid=65534 ./seccomp-trace -f part -p kill -s $scope \
			./$service log 2>err &
		pid=$!
		await 5 says 'ready ' log
		equal "$(grep -E '^(Seccomp|NoNewPrivs):' /proc/$pid/status |
			tr -d '\t\n')" 'NoNewPrivs:1Seccomp:2'
		violations=/tmp/$service.$pid.violations.json
		ask USR1 none
		finish "$(status_of_sigsys)"
		reported
		equal "$(grep -c "a filter needs no_new_privs" err)" 1
		equal "$(wc -l <err)" 3
		rm -f "$violations"
	done
	need_capability sys_admin
	serve
	equal "$(sed -n 's/^NoNewPrivs:	//p' /proc/$pid/status)" 0
	finish 7
	silent err
}

# no filter, no PROGRAM
t_seccomp_trace_fails_without_filters() {
	prepare procd
	: >log
	for errno in 1 12 22 38; do
		status 125 "$with" noseccomp=$errno ./seccomp-trace -f part \
			./$service log 2>err
		contains err utrace:
	done
	lacks log ready
}

# /tmp belongs to all users: what is planted there stops no service
t_seccomp_trace_planted() {
	prepare whitelist
	serve
	ln -s "$PWD/elsewhere" "$violations"
	ask USR1 'mark -1'
	finish 7
	contains err "$mark is not in part" "$violations: exists and is not"
	[ ! -e elsewhere ] || fail 'written through a link'
	rm "$violations"
}

t_seccomp_trace_options() {
	: >part
	ln -sf "$UTRACE" seccomp-trace
	status 125 ./seccomp-trace true 2>err
	contains err 'no policy'
	echo write >part
	for wrong in '-a 1' '-k part' '-s image' '-t ebpf' '-t none'; do
		# shellcheck disable=SC2086
		status 125 ./seccomp-trace -f part $wrong true 2>err
		contains err "utrace: "
		equal "$(wc -l <err)" 1
	done
}
