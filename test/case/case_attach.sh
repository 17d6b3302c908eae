# shellcheck shell=sh
# -a: processes that already run.

# run the rest of the line with each tap that can attach
each_attacher() {
	each_tap_with_pids if_attaches "$@"
}

if_attaches() {
	[ "$TAP" = seccomp ] || "$@"
}

need_proc() {
	[ -e /proc/self/stat ] || skip 'no /proc'
}

# a process that makes its calls for ever, $target, and its child
target() { # COMMAND...
	"$@" &
	target=$!
}

# utrace -a in the background, $pid, with its PID in ./tracer
start_attached() {
	rm -f list tracer
	"$UTRACE" -t "$TAP" -P tracer -F list -f list -a $target 2>err &
	pid=$!
}

runs_and_wrote() { # FILE
	[ -s "$1" ] || ! gone $pid || fail "$TAP: it has ended: $(cat err)"
	[ -s "$1" ]
}

# it has begun: signals wait from the moment when its PID is written until it has
# attached, so one may be sent, and the first thing that it does is a snapshot
has_begun() {
	await 10 runs_and_wrote tracer
	kill -USR1 $pid
	await 10 [ -e list ]
	rm list
	nap
}

loop='while :; do cd /; cd /tmp; sleep 0.01 2>/dev/null || sleep 1; done'

end_target() {
	kill -0 $target || fail 'the target is gone'
	kill -KILL $target
	wait $target || :
}

# attach until `list` has a name, end it by a signal
attach() { # NAME [OPTION...]
	name=$1
	shift
	rm -f list
	$with default=2 default=3 $UNDER "$UTRACE" -t "$TAP" -i 1 -F list \
		-f list "$@" 2>err &
	pid=$!
	await 10 grep -qs "^$name$" list
	for signal in INT TERM HUP QUIT; do
		! kill -$signal $pid || break
	done
	status 0 wait $pid
	silent err
}

attached() {
	target sh -c "$loop"
	attach execve -a $target
	saw chdir execve wait4
	end_target
}

t_attach() {
	need_proc
	each_attacher attached
	UNDER="$VICTIMS/tool_with noinfo"
	! "$VICTIMS/tool_probe" seccomp || TAP=stop attached
}

# the reader of the messages ends: neither utrace nor the result does
messages_unread() {
	target sh -c "$loop"
	rm -f list tracer messages
	mkfifo messages
	head -n 1 messages >out &
	"$UTRACE" -v -t "$TAP" -P tracer -F list -f list -a $target \
		2>messages &
	pid=$!
	has_begun
	await 10 [ -s out ]
	for round in 1 2 3 4 5; do
		sleep 0.1
		kill -USR1 $pid 2>/dev/null || :
	done
	kill $pid 2>/dev/null || :
	status 0 wait $pid
	saw chdir
	end_target
}

t_attach_messages_unread() {
	need_proc
	each_attacher messages_unread
}

# what it had started before, and two at once
descendants() {
	target sh -c '(while kill -0 $$ 2>/dev/null; do cd /; done) & wait'
	attach chdir -a $target
	end_target
	target sh -c "$loop"
	other=$target
	target sh -c 'while :; do umask 77; done'
	attach chdir -a $target -a $other
	saw umask chdir
	end_target
	target=$other
	end_target
}

t_attach_descendants() {
	need_proc
	each_attacher descendants
}

# its threads, all of them: the main one only waits
threads() {
	target "${v}_spin" 20
	attach $mark -a $target
	end_target
}

t_attach_threads() {
	need_proc
	each_attacher threads
}

# A thread executes when those before it were seized, but not it.
exec_before_seize() { # IDLE THREADS
	target /usr/bin/python3 -c 'import os, sys, threading, time
def execute():
    open("up", "w")
    while not os.path.exists("go"): time.sleep(0.01)
    os.execl("/bin/sh", "sh", "-c", "while :; do umask 77; sleep 0.01; done")
for i in range(int(sys.argv[1])):
    threading.Thread(target=time.sleep, args=(60,)).start()
threading.Thread(target=execute).start()
time.sleep(60)' "$1"
	await 10 [ -e up ]
	strace -o log -e trace=ptrace -e inject=ptrace:delay_enter=300000 \
		"$UTRACE" -t stop -i 1 -P pid -F list -f list -a $target \
		2>err &
	await 10 seized $(($1 + 1))
	: >go
	await 20 grep -qs '^umask$' list
	kill -TERM "$(cat pid)"
	await 10 gone "$(cat pid)"
	end_target
	rm up go list log
}

seized() { # N
	[ "$(grep -s 'PTRACE_SEIZE.* = 0' log | wc -l)" -ge "$1" ]
}

# The leader ends untold, and its tid is that of a thread that nobody traces; and
# while the exec waits for an idle thread's end to be taken, so does PTRACE_SEIZE.
t_attach_exec_meanwhile() {
	need_proc
	need strace
	[ -x /usr/bin/python3 ] || skip 'no python3 here'
	strace -o /dev/null true || skip 'strace does not work here'
	exec_before_seize 0
	exec_before_seize 1
}

# its leader is gone, and that nobody will tell again
leaderless() {
	rm -f go
	target "${v}_spin" 3 go
	await 10 grep -qs '^State:	Z' /proc/$target/status
	start_attached
	has_begun
	: >go
	status 0 wait $pid
	# by the last; the others may be ended by it before their own
	saw $mark exit_group
	silent err
	status 0 wait $target
}

# ... and would be, if its thread's exec did not fail late
leaderless_exec() {
	rm -f go
	target "${v}_mtexec" 1 4 leaderless
	await 10 grep -qs '^State:	Z' /proc/$target/status
	start_attached
	has_begun
	: >go
	status 0 wait $pid
	saw $mark2 execve
	silent err
	wait $target || :
}

t_attach_leaderless() {
	need_proc
	each_attacher leaderless
	each_attacher leaderless_exec
}

# whichever moment of its threads' execs we come in
executing() {
	rm -f go
	target "${v}_mtexec" go 1
	start_attached
	has_begun
	: >go
	status 0 wait $pid
	saw $mark
	silent err
	status 7 wait $target
}

t_attach_executing() { # up to 120 s
	need_proc
	each_attacher often 40 executing
}

killed() {
	target sh -c "$loop"
	start_attached
	has_begun
	kill -KILL $pid
	wait $pid || :
	attach chdir -a $target
	end_target
}

t_attach_survives_sigkill() {
	need_proc
	each_attacher often 10 killed
}

is_stopped() { # PID
	grep -q '^State:	T' "/proc/$1/status"
}

# one that is stopped stays so
stopped() {
	target sh -c "$loop"
	kill -STOP $target
	await 10 is_stopped $target
	start_attached
	has_begun
	kill -TERM $pid
	status 0 wait $pid
	# it takes its time to stop again
	await 10 is_stopped $target
	nap; nap; nap
	is_stopped $target || fail 'it goes on'
	kill -CONT $target
	attach chdir -a $target
	end_target
}

t_attach_stopped() {
	need_proc
	each_attacher stopped
}

# ends with the last of its targets
ends() {
	rm -f go
	mkfifo go
	target sh -c 'read line <go; exit 5'
	start_attached
	has_begun
	echo >go
	status 0 wait $pid
	saw exit_group
	status 5 wait $target
	# not with a child that it has from before
	target cat go
	rm -f list tracer
	sh -c 'sleep 100 & echo $! >child; exec "$@"' sh "$UTRACE" \
		-t "$TAP" -P tracer -F list -f list -a $target 2>err &
	pid=$!
	has_begun
	echo >go
	status 0 wait $pid
	saw exit_group
	kill "$(cat child)"
}

t_attach_ends() {
	need_proc
	each_attacher ends
}

t_attach_check() {
	need_proc
	TAP=stop
	target sh -c "$loop"
	attach chdir -a $target
	grep -v chdir list >part
	"$UTRACE" -c part -a $target 2>err &
	pid=$!
	await 10 says 'chdir is not in part' err
	kill -INT $pid
	status 124 wait $pid
	equal "$(grep -c chdir err)" 1
	end_target
}

# a child that is born between two of its threads' turns is ours already
forking() {
	start_attached
	has_begun
	kill -TERM $pid
	status 0 wait $pid
	silent err
}

t_attach_forking() { # up to 120 s
	need_proc
	target sh -c "while :; do cd /; ${v}_mark; done"
	TAP=stop
	often 200 forking
	end_target
}

# who started us, but not us
parent() {
	rm -f list tracer
	sh -c '"$@" -a $$ &
		until [ -s tracer ]; do sleep 0.05; done
		kill -USR1 $!
		until [ -e list ]; do sleep 0.05; done
		cd /; kill $!; wait $!' sh \
		"$UTRACE" -t "$TAP" -P tracer -F list -f "$PWD/list" 2>err
	silent err
	saw chdir
	did_not_see bpf ptrace
}

t_attach_parent() {
	need_proc
	each_attacher parent
}

# such a process makes no calls, so that the wait for its end lasts for good
kernel_thread() {
	status 125 "$UTRACE" -t "$TAP" -f list -a 2 2>err
	equal "$(cat err)" 'utrace: -a 2: a kernel thread, which makes no calls'
	[ ! -e list ] || fail 'a result of nothing'
}

t_attach_kernel_thread() {
	need_proc
	need_root
	grep -qs '^kthreadd$' /proc/2/comm || skip 'no kernel threads here'
	each_attacher kernel_thread
}

# our own tracer stops us and would be stopped by us
own_tracer() {
	rm -f list err
	"$UTRACE" -q -t stop -f outer -F list sh -c 'echo $$ >self
		until [ -e go ]; do sleep 0.05; done
		exec "$@" -a "$(cat outer.pid)"' sh \
		"$UTRACE" -t "$TAP" -f list 2>err &
	pid=$!
	await 5 [ -s self ]
	sed -n 's/^TracerPid:[^0-9]*//p' "/proc/$(cat self)/status" >outer.pid
	: >go
	status 125 wait $pid
	contains err "utrace: -a: PID $(cat outer.pid) traces utrace, so"
	[ ! -e list ] || fail 'a result of nothing'
	rm self go
}

t_attach_own_tracer() {
	need_proc
	each_attacher own_tracer
}

nobody() {
	status 125 "$UTRACE" -t "$TAP" -f list -a "$zombie" 2>err
	equal "$(cat err)" "utrace: -a $zombie: No such process"
	[ ! -e list ] || fail 'a result of nothing'
}

# nobody, or a child of somebody
t_attach_zombie() {
	need_proc
	target sh -c 'sleep 1 & echo $! >zombie; exec sleep 60'
	await 10 [ -s zombie ]
	zombie=$(cat zombie)
	await 10 grep -qs "^State:	Z" "/proc/$zombie/status"
	each_attacher nobody
	TAP=stop
	start_attached
	has_begun
	kill -TERM $pid
	status 0 wait $pid
	silent err
	end_target
}

# a signal that comes while the search goes on ends what follows it
t_attach_ended_early() {
	need_proc
	TAP=stop
	mkfifo ready
	"${v}_crowd" 300 60000 >ready &
	target=$!
	read -r line <ready
	"$UTRACE" -t stop -F list -f list -a $target 2>err &
	pid=$!
	await 10 grep -q '^TracerPid:	[1-9]' /proc/$target/status
	kill -TERM $pid
	status 0 wait $pid
	silent err
	[ -e list ] || fail 'no result'
	end_target
}

# by ptrace a thread is interrupted once, when it is seized, by ebpf not at all
interrupted() {
	rm -f in out
	mkfifo in
	target sh -c "${v}_blocked 8 <in >out & while :; do cd /; ${v}_mark; done"
	exec 3>in
	echo >&3
	await 10 has_lines 1 out
	start_attached
	has_begun
	kill -TERM $pid
	status 0 wait $pid
	nap; nap; nap
	echo >&3
	await 10 has_lines 2 out
	end_target
	exec 3>&-
	once=1
	[ "$TAP" != ebpf ] || once=0
	equal "$(tail -n 1 out)" $once
}

t_attach_interrupts_once() {
	need_proc
	each_attacher often 10 interrupted
}

# Who is recorded reads what is written, slowly, from a pipe that is never empty.
reads_result() {
	rm -f pipe
	mkfifo pipe
	target sh -c 'exec <pipe >through 2>/dev/null
		while dd bs=4096 count=1; do sleep 0.05; done'
	exec 3>pipe
	while echo "$(seq 1000)"; do :; done >&3 2>/dev/null &
	filler=$!
	sleep 1
	rm -f tracer
	"$UTRACE" -t "$TAP" -P tracer -F docker -f /dev/fd/3 -a $target 2>err &
	pid=$!
	await 10 [ -s tracer ]
	nap; nap; nap
	kill -TERM $pid
	exec 3>&-
	status 0 wait $pid
	await 20 grep -q defaultAction through
	kill -KILL $filler
	wait $filler || :
	end_target
}

t_attach_reader_of_result() { # up to 120 s
	need_proc
	each_attacher often 5 reads_result
}

# as nohup(1) has it
outlives_terminal() {
	target sh -c "$loop"
	rm -f list tracer
	$with ignore=1 "$UTRACE" -t "$TAP" -P tracer -F list -f list \
		-a $target 2>err &
	pid=$!
	has_begun
	kill -HUP $pid
	nap; nap; nap
	kill -0 $pid || fail 'it has ended'
	[ ! -e list ] || fail 'it is about to end'
	kill -TERM $pid
	status 0 wait $pid
	saw chdir
	end_target
}

t_attach_nohup() {
	need_proc
	each_attacher outlives_terminal
}

# one of them has a tracer already
t_attach_traced() {
	need_proc
	target sh -c "$loop"
	first=$target
	target sh -c "$loop"
	"$UTRACE" -t stop -f list -a $target &
	pid=$!
	await 10 grep -q '^TracerPid:	[1-9]' /proc/$target/status
	status 125 "$UTRACE" -t stop -f other -a $first -a $target 2>err
	equal "$(cat err)" \
		"utrace: can't attach to $target: another process traces it"
	[ ! -e other ] || fail 'a result without it'
	kill -TERM $pid
	wait $pid
	end_target
	target=$first
	end_target
}

# more than can be followed: that is said, and nothing is written
too_many() {
	mkfifo ready
	"${v}_crowd" 1100 60000 >ready &
	target=$!
	read -r line <ready
	status 125 "$UTRACE" -t "$TAP" -f list -a $target 2>err
	equal "$(cat err)" 'utrace: -a: more than 1024 processes'
	[ ! -e list ] || fail 'a result'
	end_target
	rm ready
}

t_attach_too_many() {
	need_proc
	each_attacher too_many
}

# who has opened the pipe by now reads its end
all_gone() {
	: 3<>gate
	has_lines 1040 gone
}

# the last one has no place in the table, and is waited for all the same
t_attach_overfull() {
	need_proc
	[ "$SLOW" = 1 ] || skip 'it would take too long here'
	mkfifo gate
	target sh -c 'i=0
		until [ -e go ]; do sleep 0.05; done
		while [ $i -lt 1040 ]; do
			(read x <gate; echo >>gone) &
			i=$((i + 1))
		done
		(: >born; until [ -e last ]; do sleep 0.05; done; exec "$0") &
		exit 0' "${v}_mark"
	TAP=stop
	start_attached
	has_begun
	: >go
	await 20 [ -e born ]
	await 20 says 'more than 1024 threads' err
	await 20 all_gone
	nap; nap; nap
	: >last
	status 0 wait $pid
	saw $mark
}

# the last of its threads has none either
t_attach_crowded() {
	need_proc
	[ -x /usr/bin/python3 ] || skip 'no python3 here'
	"$VICTIMS/tool_probe" info || skip 'this kernel does not tell entry from exit'
	target /usr/bin/python3 -c 'import os, threading, time
threading.stack_size(65536)
idle = threading.Event()
for i in range(1100):
    threading.Thread(target=idle.wait).start()
def last():
    open("up", "w")
    while True: os.umask(63); time.sleep(0.01)
threading.Thread(target=last).start()'
	await 20 [ -e up ]
	"$UTRACE" -t stop -i 1 -F list -f list -a $target 2>err &
	pid=$!
	await 20 grep -qs '^umask$' list
	kill -TERM $pid
	status 0 wait $pid
	contains err 'more than 1024 threads'
	end_target
}

# -x: by what they were executed as, and what they execute from then on
t_attach_per_exe() {
	need_proc
	TAP=stop
	target sh -c "while :; do cd /; ${v}_mark; done"
	shell=$(readlink /proc/$target/exe)
	as=${shell##*/}
	attach $mark -x D -a $target
	end_target
	contains "D/$as.list" chdir execve wait4
	lacks "D/$as.list" $mark
	contains D/victim_mark.list $mark
	lacks D/victim_mark.list chdir wait4
	grep -q "^-	$as	[12]	$shell	$" D/exec.tsv &&
		grep -q "^$as	victim_mark	[0-9]*	${v}_mark	$" \
		D/exec.tsv || fail "$(cat D/exec.tsv)"
}

t_attach_default_path() {
	need_proc
	target sh -c "$loop"
	"$UTRACE" -t stop -i 1 -a $target &
	pid=$!
	await 10 grep -qs chdir /tmp/$target.json
	kill -TERM $pid
	status 0 wait $pid
	rm -f /tmp/$target.json
	end_target
}

# utrace is not stopped, nor is who would have to wait for it
not_stopped() {
	target sh -c "$loop"
	start_attached
	has_begun
	for signal in TSTP TTIN TTOU; do
		kill -$signal $pid
	done
	nap; nap
	! grep -q '^State:	T' /proc/$pid/status || fail 'it is stopped'
	kill -TERM $pid
	status 0 wait $pid
	end_target
}

t_attach_is_not_stopped() {
	need_proc
	each_attacher not_stopped
}

t_attach_without_proc() {
	not_sanitized 'they complain about the missing /proc'
	need_root
	unshare -m umount -l /proc 2>err || skip 'no mount namespaces here'
	# a namespace's may cover another one
	status 125 unshare -m sh -c '
		while umount -l /proc 2>/dev/null; do :; done
		exec "$@"' sh "$UTRACE" -t stop -f list -a 1 2>err
	equal "$(cat err)" 'utrace: -a needs /proc'
}

t_attach_errors() {
	need_proc
	status 125 "$UTRACE" -t stop -a 4194304 -f list 2>err
	contains err 'utrace: -a 4194304: No such process'
	for wrong in '-a 0' '-a x' '-a 1 true' '-a 1 -D' '-e x -a 1' \
	    '-t seccomp -a 1'; do
		# shellcheck disable=SC2086
		status 125 "$UTRACE" $wrong 2>err
		equal "$(wc -l <err)" 1
	done
	[ ! -e list ] || fail 'a result of nothing'
}

t_attach_forbidden() {
	need_proc
	cat >no_ptrace <<-'EOF'
		{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
			{ "names": [ "ptrace" ], "action": "SCMP_ACT_ERRNO" } ] }
	EOF
	status 125 "$UTRACE" -e no_ptrace "$UTRACE" -t stop -f - -a $$ 2>err
	equal "$(cat err)" \
		"utrace: can't attach to $$: a seccomp filter forbids it"
	status 125 "$UTRACE" -e no_ptrace "$UTRACE" -t stop -f - true 2>err
	equal "$(cat err)" \
		"utrace: can't trace PROGRAM: a seccomp filter forbids it"
	[ "$(id -u)" = 0 ] || return 0
	chmod 755 .
	cp "$UTRACE" utrace
	why='that needs CAP_SYS_PTRACE'
	yama=/proc/sys/kernel/yama/ptrace_scope
	if [ -e $yama ] && [ "$(cat $yama)" != 0 ]; then
		why="$yama forbids it"
	fi
	status 125 "$with" uid=65534 ./utrace -t stop -a $$ 2>err
	equal "$(cat err)" "utrace: can't attach to $$: $why"
}

several() {
	target sh -c "$loop"
	other=$target
	target sh -c 'while :; do umask 77; done'
	attach chdir -a "$target, $other
"
	saw umask chdir
	end_target
	target=$other
	end_target
}

t_attach_several() {
	need_proc
	each_attacher several
}

# --- a folder of the cgroup file system

# Under ptrace or cgroup v1, what enters has made calls when it is found.
told_late() {
	if [ "$TAP" = ebpf ] && [ -e "$folder/cgroup.controllers" ]; then
		silent err
	else
		contains err 'before it was found, so its first calls are missing'
		equal "$(wc -l <err)" 1
		equal "$(head -n 1 list)" '# incomplete'
	fi
}

# what is there, what enters and what it starts; ends when all of them have
group() {
	rm -f tracer list
	enter "$folder" sh -c "$loop" &
	target=$!
	enter "$folder/sub" sh -c 'while :; do umask 77; sleep 0.01; done' &
	other=$!
	await 10 grep -qx $target "$folder/cgroup.procs"
	await 10 grep -qx $other "$folder/sub/cgroup.procs"
	"$UTRACE" -t "$TAP" -P tracer -i 1 -F list -f list -a "$folder/" \
		2>err &
	pid=$!
	await 10 grep -qs '^umask$' list
	did_not_see $mark
	enter "$folder/sub" sh -c "while :; do ${v}_mark; done" &
	late=$!
	await 10 grep -qs "^$mark$" list
	saw chdir
	kill -KILL $late $other
	nap
	! gone $pid || fail 'it ended while a process was left'
	kill -KILL $target
	status 0 wait $pid
	told_late
	wait $late $other $target || :
}

t_attach_group() {
	need_proc
	need_cgroup cgroup2
	each_attacher group
}

t_attach_group_v1() {
	need_proc
	need_cgroup cgroup
	each_attacher group
}

# the kernel follows it from its exec on, so none of its calls is missing
t_attach_group_first_call() {
	need_proc
	not_with stop
	not_with seccomp
	need_cgroup cgroup2
	enters_and_leaves() {
		(enter "$folder/sub" "${v}_mark")
	}
	enters() {
		enter "$folder" sleep 100 &
		target=$!
		await 10 grep -qx $target "$folder/cgroup.procs"
		rm -f list tracer
		"$UTRACE" -t "$TAP" -P tracer -F table -f list -a "$folder" \
			2>err &
		pid=$!
		has_begun
		often 20 enters_and_leaves
		end_target
		status 0 wait $pid
		silent err
		mv list table
		equal "$(count $mark)" $((SLOW > 20 ? 1 : 20 / SLOW))
	}
	each_tap_with_pids enters
}

# by ptrace, looking for new processes interrupts no call of the known ones
t_attach_group_interrupts_once() {
	need_proc
	need_cgroup cgroup2 cgroup
	blocked() {
		rm -f in out list
		mkfifo in
		enter "$folder" sh -c "${v}_blocked 8 <in >out & wait" &
		target=$!
		exec 3>in
		echo >&3
		await 10 has_lines 1 out
		"$UTRACE" -t "$TAP" -P tracer -F list -f list -a "$folder" \
			2>err &
		pid=$!
		has_begun
		# it looks for them every 0.1 s
		sleep 1
		echo >&3
		await 10 has_lines 2 out
		once=1
		[ "$TAP" != ebpf ] || once=0
		equal "$(tail -n 1 out)" $once
		exec 3>&-
		status 0 wait $pid
		wait $target || :
	}
	each_attacher blocked
}

t_attach_group_empty() {
	need_proc
	need_cgroup cgroup2 cgroup
	empty() {
		status 125 utrace -f list -a "$folder" 2>err
		contains err "utrace: -a $folder: No such process"
		status 125 utrace -f list -a ./nowhere 2>err
		contains err 'utrace: -a ./nowhere: No such process'
		[ ! -e list ] || fail 'it wrote a result'
	}
	each_attacher empty
}

# for its first process, or a signal; there may be no folder yet
t_attach_group_wait() {
	need_proc
	need_cgroup cgroup2 cgroup
	waits() {
		rm -f list tracer
		rmdir "$folder/sub"
		"$UTRACE" -t "$TAP" -P tracer -i 1 -F list -f list \
			-a "$folder/sub" --wait 2>err &
		pid=$!
		await 10 [ -s tracer ]
		mkdir "$folder/sub"
		nap; nap
		! gone $pid || fail "it did not wait: $(cat err)"
		enter "$folder/sub" sh -c \
			"while [ ! -e go ]; do ${v}_mark; done" &
		target=$!
		await 10 says $mark list
		: >go
		wait $target || :
		status 0 wait $pid
		told_late
		saw $mark
		rm list go
		"$UTRACE" -t "$TAP" -P tracer -f list -a "$folder" --wait 2>err &
		pid=$!
		await 10 [ -s tracer ]
		kill $pid
		status 125 wait $pid
		contains err 'No such process'
		[ ! -e list ] || fail 'it wrote an empty result'
	}
	each_attacher waits
}
