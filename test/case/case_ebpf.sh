# shellcheck shell=sh
# The ebpf tap: the kernel counts, and PROGRAM is not traced while it runs.

need_ebpf() {
	"$VICTIMS/tool_probe" ebpf || skip 'no ebpf tap here'
	TAP=ebpf
}

# utrace prints one line with the reason and starts nothing
cannot() { # TEXT COMMAND...
	text=$1
	shift
	status 125 "$@" -t ebpf sh -c ': >started' 2>err
	contains err 'utrace: tap ebpf' "$text"
	equal "$(wc -l <err)" 1
	[ ! -e started ] || fail 'PROGRAM was started'
}

t_ebpf_that_cannot_work() {
	need_filters
	cannot 'no bpf(2)' "$with" nobpf "$UTRACE"
	status 3 "$with" nobpf "$UTRACE" -v -F list -f list "${v}_mark" 3 2>err
	contains err 'tap ebpf' 'no bpf(2)'
	saw $mark
}

t_ebpf_that_may_not_work() {
	need_ebpf
	cannot ' open files' "$with" nofile=16 "$UTRACE"
	status 3 "$with" nofile=16 "$UTRACE" -F list -f list "${v}_mark" 3
	saw $mark
	need_root
	cp "$UTRACE" utrace
	chmod 755 utrace
	"$with" uid=65534 ./utrace -V >out || skip 'other users may not enter this folder'
	cannot 'not permitted' "$with" uid=65534 ./utrace
}

t_ebpf_is_the_cheapest() {
	need_ebpf
	status 3 "$UTRACE" -v -F list -f list "${v}_mark" 3 2>err
	grep -qx 'utrace: using tap ebpf' err || fail "$(cat err)"
	saw $mark
}

# from its entry point on PROGRAM has no tracer; with -D its children have none
t_ebpf_lets_go() {
	need_ebpf
	[ -r /proc/self/status ] || skip 'no /proc'
	status 0 record grep TracerPid /proc/self/status >out
	equal "$(tr '\t' ' ' <out)" 'TracerPid: 0'
	status 0 record -s main grep TracerPid /proc/self/status >out
	equal "$(tr '\t' ' ' <out)" 'TracerPid: 0'
	status 0 record -D sh -c 'grep TracerPid /proc/self/status; :' >out
	equal "$(tr '\t' ' ' <out)" 'TracerPid: 0'
}

# A process that runs at the same time is not counted, and neither is one that
# gets the pid of a followed process that has ended.
t_ebpf_counts_nobody_else() { # alone
	need_ebpf
	need_root
	last=/proc/sys/kernel/ns_last_pid
	[ -w $last ] || skip "no $last"
	start sh -c 'sh -c "echo \$\$" >child; : >ready
		while [ ! -e go ]; do sleep 0.05; done; '"${v}_mark; :"
	await 5 [ -e ready ]
	same_pid=
	for try in 1 2 3 4 5 6 7 8 9 10; do
		echo $(($(cat child) - 1)) >$last
		"${v}_call" 77777 >out &
		[ $! != "$(cat child)" ] || same_pid=1
		wait $!
	done
	: >go
	status 0 wait $pid
	saw wait4 $mark
	did_not_see 77777
	[ $same_pid ] || skip 'another process took the pid each time'
}

# utrace has no tracee to wait for: the count of threads shows the end
last_of_many() {
	status 0 record sh -c "for i in 1 2 3 4 5 6 7 8; do
		(sleep 0.1; exec ${v}_threads 20) & done"
	saw $mark
}

t_ebpf_waits_for_the_last() {
	need_ebpf
	repeat 10 last_of_many
}

# PROGRAM has ended, so a signal to utrace goes to the processes that it left
t_ebpf_relays_to_descendants() {
	need_ebpf
	"$VICTIMS/tool_probe" pids ||
		skip 'tap ebpf knows no PIDs in a PID namespace'
	start sh -c 'echo $$ >program; (trap "echo got >got; exit" TERM; : >ready
		while :; do sleep 0.05; done) & exit 3'
	await 5 [ -e ready ]
	await 5 gone "$(cat program)"
	kill -TERM $pid
	ended 3
	contains got got
}

# each snapshot adds only the calls since the one before
t_ebpf_snapshots() {
	need_ebpf
	status 0 tally -i 1 sh -c "${v}_call 8888; sleep 1.2; ${v}_call 8888
		${v}_mark; sleep 1.2; ${v}_mark" >out
	equal "$(count 8888)" 2
	equal "$(count $mark)" 2
}

# --- -A: calls that the kernel counts apart by their arguments

by() { # COMMAND...
	utrace -A -F list -s exec -f $TAP.list "$@" >out 2>err
	silent err
}

as_by_ebpf() { # COMMAND...
	by "$@"
	same $TAP.list ebpf.list
}

# every tap gives the same policy
by_all() { # COMMAND...
	TAP=ebpf
	by "$@"
	contains ebpf.list arg
	each_stopping_tap as_by_ebpf "$@"
}

t_ebpf_args() {
	need_ebpf
	by_all "${v}_args"
	for call in socket ioctl prctl mmap clone same; do
		by_all "${v}_args" $call
	done
}

t_ebpf_args_of_programs() {
	need_ebpf
	need busybox
	by_all busybox sh -c 'busybox ls /; busybox id -u; (exit 0)'
	[ -x /usr/bin/python3 ] || skip 'no python3 here'
	by_all /usr/bin/python3 -S -c 'import socket, os, mmap
a, b = socket.socketpair()
a.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)
if os.fork() == 0: os._exit(0)
os.wait()'
	contains ebpf.list 'SOL_SOCKET SO_REUSEADDR' '	PROT_EXEC' \
		'AF_UNIX SOCK_STREAM'
}

t_ebpf_args_of_other_abis() {
	need_ebpf
	need_victim victim_int80
	"${v}_int80" >direct || skip 'no 32-bit calls in this kernel'
	by_all "${v}_int80"
	contains ebpf.list 'i386:personality(' 'i386:ioctl(' FIONREAD \
		'i386:madvise(' MADV_DONTNEED 'x32:ioctl(' FIONBIO
	need_victim victim_i386
	by_all sh -c "${v}_i386; :"
	contains ebpf.list 'i386:socketcall(' getpeername FIONREAD MADV_DONTNEED
}

t_ebpf_args_counts() {
	need_ebpf
	status 0 utrace -A -F table -f table "${v}_args" same >out 2>err
	silent err
	equal "$(count ioctl)" 601
}

# a child that runs before the entry point is counted like any other
t_ebpf_args_of_constructors_child() {
	need_ebpf
	need_victim victim_ctor.dyn
	export CTOR=vfork CTOR_PROGRAM="${v}_args" LD_LIBRARY_PATH="$VICTIMS"
	utrace -A -s main -F list -f list "${v}_ctor.dyn" >out 2>err
	silent err
	contains list 'AF_UNIX SOCK_STREAM' FIONREAD
}

# Each call with more arguments than the map can hold is allowed with any, and
# utrace says so.  No call is lost.
t_ebpf_args_overflow() {
	need_ebpf
	status 0 utrace -A -F table -f table "${v}_args" flood >out 2>err
	sort err >said
	printf 'utrace: %s: too many different arguments; allowing any\n' \
		ioctl prctl >want
	same said want
	equal "$(count ioctl)" 601
	equal "$(count prctl)" 2
	status 0 utrace -A -F list -f list "${v}_args" flood >out 2>err
	saw ioctl prctl
	contains list 'AF_UNIX SOCK_STREAM'
	lacks list incomplete
	"${v}_call" 99999 >direct
	status 0 utrace -A -F list -f list sh -c "${v}_args flood
		${v}_call 99999; :" >out 2>err
	saw 99999
}

# a known call with other arguments is new, with the same ones it is not
t_ebpf_args_known() {
	need_ebpf
	utrace -A -F list -f known "${v}_args" >out
	for TAP in seccomp ebpf; do
		case " $TAPS " in *" $TAP "*) ;; *) continue ;; esac
		utrace -A -k known -F list -f list "${v}_args" socket >out
		contains list 'AF_UNIX SOCK_STREAM' 'AF_INET SOCK_DGRAM'
		grep -q '^ioctl(.*	known	FIONREAD$' list || fail "$TAP: it was counted"
		# known calls show where a tap sees them all the same: under
		# seccomp those that make processes, under ebpf arm's own
		sed 's/	known//' list >$TAP.list
		same $TAP.list seccomp.list
	done
	# a condition that the kernel can't count by needs another tap
	for other in 'prlimit64((arg3 & 1) == 1)' '99999((arg0 & 1) == 1)'; do
		echo "$other" >known
		status 125 utrace -t ebpf -k known -f new true 2>err
		contains err 'utrace: tap ebpf'
		"$UTRACE" -v -k known -F list -f list true 2>err
		grep -qE '^utrace: using tap (seccomp|stop)$' err || fail "$(cat err)"
	done
	echo 'dup3((arg2 & 1) == 1)' >known
	"$UTRACE" -t ebpf -k known -F list -f list true
	contains list '(arg2 & 1) == 1'
}
