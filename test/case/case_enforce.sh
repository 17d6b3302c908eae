# shellcheck shell=sh
# -e becomes the program under a policy.

# policy `exec` of a command from execve on, `main` from its entry point on
both_scopes() { # COMMAND...
	TAP=stop
	utrace -F oci -f exec "$@" >recorded
	utrace -F whitelist -f main "$@" >recorded
}

enforce() { # COMMAND...
	both_scopes "$@"
	"$@" >direct
	for policy in exec main; do
		status 0 "$UTRACE" -e $policy "$@" >out 2>err
		silent err
		same out direct
	done
}

t_enforce_allows_what_was_recorded() {
	need_filters
	enforce "${v}_mark"
	enforce sh -c 'cd /; ls >/dev/null; echo $(pwd) | cat'
	for victim in mark.dyn mark.pie mark.nopie threads threads.dyn i386; do
		[ ! -x "${v}_$victim" ] || [ $victim = i386 ] ||
			enforce "${v}_$victim"
	done
}

# an instruction that crosses the end of a long replaces the one at its entry
t_enforce_odd_entry() {
	need_filters
	need_victim victim_oddbare
	enforce "${v}_oddbare"
	contains out bare
}

t_enforce_script() {
	need_filters
	printf '#!/bin/sh\ncd /\npwd\n' >script
	chmod 755 script
	enforce ./script
}

make_dir() {
	rm -rf new
	"$UTRACE" -e part "$@" sh -c 'mkdir new && echo made' >out 2>err || :
	[ ! -e new ] || fail 'it could'
	lacks err utrace
}

t_enforce_refuses() {
	need_filters
	rm -rf new
	both_scopes sh -c 'mkdir new; mkdir new; true' 2>err
	for policy in exec main; do
		sed '/"mkdir/d' $policy >part
		make_dir
		contains err 'not permitted'
		make_dir -p ENOTDIR
		contains err 'ot a directory'
		make_dir -p kill
	done
}

# a call that is denied under a condition, one that is denied, and the others
t_enforce_deny_list() {
	need_filters
	cat >deny <<-END
	{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
	{ "names": [ "umask" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 13,
	"args": [ { "index": 0, "value": 18, "op": "SCMP_CMP_EQ" } ] },
	{ "names": [ "mkdir", "mkdirat" ], "action": "SCMP_ACT_ERRNO" } ] }
	END
	cat >script <<-END
	umask 022 && umask 077 && umask && mkdir new || echo no
	END
	status 0 "$UTRACE" -e deny sh script >out 2>err
	equal "$(head -n 1 out)" 0077
	contains out no
	contains err 'not permitted'
	[ ! -d new ] || fail 'mkdir worked'
	# x32's getpid, which no rule names
	if [ "$(uname -m)" = x86_64 ]; then
		status 159 "$UTRACE" -e deny "$VICTIMS/victim_call" 1073741863
	fi
	for TAP in $TAPS; do
		# ebpf does not see all 64 bits of an argument
		[ "$TAP" = ebpf ] || check_deny_list
	done
	status 125 "$UTRACE" -m deny deny 2>err
	status 125 "$UTRACE" -k deny -f out true 2>>err
	status 125 "$UTRACE" -e deny -p 1 true 2>>err
	status 125 "$UTRACE" -c deny -f - true 2>>err
	equal "$(grep -c 'deny:1:1: a deny list' err)" 5
	sed 's/mkdirat/getpid/' deny >other
	status 1 "$UTRACE" -d deny other >out
	equal "$(grep -v : out)" "$(printf '%s\n' -getpid +mkdirat)"
}

check_deny_list() {
	rm -rf new
	status 124 "$UTRACE" -t "$TAP" -c deny sh script >out 2>err
	[ -d new ] || fail 'mkdir failed'
	contains err ': umask(arg0 == 18)' ': mkdir'
	equal "$(grep -c ' is not in deny' err)" 2
	rmdir new
}

# the pid, the parent, and nothing left behind
t_enforce_becomes_the_program() {
	need_filters
	both_scopes sh -c 'echo $$ $PPID; exec 2>/dev/null; kill -0 $$'
	for policy in exec main; do
		sh -c 'echo $$ $PPID; exec "$0" -e "$1" sh -c "echo \$\$ \$PPID"' \
			"$UTRACE" $policy >out
		equal "$(sort -u out | wc -l)" 1
	done
}

enforced_state() { # STATE
	both_scopes "$1" out
	"$1" out 2>err
	mv out direct
	for policy in exec main; do
		status 0 "$UTRACE" -e $policy "$1" out 2>err
		silent err
		"$VICTIMS/tool_probe" sys_admin || sed -i '/^prctl 39 /d' out direct
		same out direct
	done
}

t_enforce_state() {
	need_filters
	enforced_state "${v}_state"
	[ ! -x "${v}_state.dyn" ] || enforced_state "${v}_state.dyn"
}

# constructors of libraries run before the entry point; what they start is
# under the policy all the same
t_enforce_constructors() {
	need_filters
	need_victim victim_ctor.dyn
	[ -e /proc/self/status ] || skip 'no /proc'
	printf '#!/bin/sh\ngrep "Seccomp:" /proc/self/status\n' >program
	chmod 755 program
	export CTOR CTOR_PROGRAM=./program LD_LIBRARY_PATH="$VICTIMS"
	for CTOR in fork both vfork stop thread; do
		utrace -F whitelist -f main "${v}_ctor.dyn" >direct || :
		utrace -F list -s exec -f list "${v}_ctor.dyn" >/dev/null || :
		got=0
		"${v}_ctor.dyn" >direct 2>err || got=$?
		status $got "$UTRACE" -e list -s main "${v}_ctor.dyn" >out 2>err
		silent err
		sed -i 's/^Seccomp:	0/Seccomp:	2/' direct
		same out direct
	done
}

is_untraced() { # PID
	! grep -h '^TracerPid:' "/proc/$1"/task/*/status 2>/dev/null |
		grep -qv '	0$'
}

# no thread stays a tracee, whatever stop the tracer sees of it next
t_enforce_releases_threads() {
	need_filters
	need_victim victim_ctor.dyn
	[ -e /proc/self/status ] || skip 'no /proc'
	export CTOR=spin LD_LIBRARY_PATH="$VICTIMS"
	spin -D -F list -s exec -f list
	end_spin
	often 20 releases_threads
}

releases_threads() {
	spin -e list -s main
	await 5 is_untraced $pid
	end_spin
}

spin() { # UTRACE_OPTION...
	"$UTRACE" "$@" "${v}_ctor.dyn" >out 2>err &
	pid=$!
	await 5 says main out
}

end_spin() {
	kill -TERM $pid
	wait $pid || :
}

t_enforce_privileges() {
	need_filters
	need_root
	need_capability sys_admin
	[ -e /proc/self/status ] || skip 'no /proc'
	set -- grep -E '^(Seccomp|NoNewPrivs):' /proc/self/status
	both_scopes "$@"
	chmod 755 .
	cp "$UTRACE" utrace
	for policy in exec main; do
		equal "$("$UTRACE" -e $policy "$@" | tr -d '\t\n')" \
			'NoNewPrivs:0Seccomp:2'
		equal "$("$with" uid=65534 ./utrace -e $policy "$@" |
			tr -d '\t\n')" 'NoNewPrivs:1Seccomp:2'
	done
}

t_enforce_setuid() {
	need_filters
	need_root
	need_capability sys_admin
	need_capability sys_ptrace
	cp "${v}_state" suid
	chown 65534 suid
	chmod 4755 suid
	chmod 777 .
	both_scopes ./suid out
	for policy in exec main; do
		status 0 "$UTRACE" -e $policy ./suid out
		contains out 'uid 0 65534'
	done
}

# a constructor that executes another program: that never gets to the entry
# point where the filter would be installed
t_enforce_constructor_executes() {
	need_filters
	need_victim victim_ctor.dyn
	printf '#!/bin/sh\nkill -0 $$ && >new\n' >program
	chmod 755 program
	export CTOR=exec CTOR_PROGRAM=./program LD_LIBRARY_PATH="$VICTIMS"
	utrace -F list -s exec -f list "${v}_ctor.dyn"
	rm new
	status 0 "$UTRACE" -e list -s main "${v}_ctor.dyn" 2>err
	[ -e new ] || fail 'what the policy allows was refused'
	rm new
	sed -i '/^kill$/d' list
	"$UTRACE" -e list -s main "${v}_ctor.dyn" 2>err || :
	[ ! -e new ] || fail 'without a filter'
}

called_as=$UTRACE
script=

# The policy does not allow mkdir.  Each of utrace's own calls of a kind fails:
# whatever comes of it, no folder.
try_mkdir() { # CALL[:ARG] ERRNO UTRACE_OPTION...
	call=$1 error=$2
	shift 2
	if [ "$script" ]; then
		set -- "$@" "$script"
	else
		set -- "$@" sh -c 'mkdir new && echo made'
	fi
	for when in 1 2 3 4 9 0; do
		rm -rf new
		got=0
		"$VICTIMS/tool_inject" "$call" "$error" $when "$UTRACE" \
			"$called_as" "$@" >out 2>err || got=$?
		[ ! -e new ] || fail "$call, the ${when}th, and mkdir succeeds"
		case $got in
		98) skip 'this kernel has no listener for filters' ;;
		99 | 1 | 2 | 124) ;;
		125 | 137) contains err utrace: ;;
		*) fail "$call, the ${when}th: exit status $got: $(cat err)" ;;
		esac
	done
}

# the requests that utrace makes to a tracee, by number
ptrace_requests() {
	for request in GETSIGMASK:0x420a SETSIGMASK:0x420b GETREGSET:0x4204 \
	    SETREGSET:0x4205 GETSYSCALLINFO:0x420e POKETEXT:4 PEEKTEXT:1 \
	    POKEUSER:6 DETACH:17 SYSCALL:24 CONT:7 SEIZE:0x4206 \
	    INTERRUPT:0x4207 GETEVENTMSG:0x4201; do
		echo "ptrace:${request#*:}"
	done
}

t_enforce_fails_closed() { # up to 240 s
	need_filters
	[ -e /proc/self/exe ] || skip 'no /proc'
	utrace -F list -s exec -f list sh -c 'mkdir new'
	sed -i '/^mkdir/d' list
	for request in $(ptrace_requests); do
		try_mkdir "$request" EIO -e list -s main
	done
	try_mkdir ptrace:0x4204 ESRCH -e list -s main
	try_mkdir ptrace:24 ESRCH -e list -s main
	try_mkdir waitid EINVAL -e list -s main
	try_mkdir wait4 EINVAL -e list -s main
	try_mkdir prctl EPERM -e list
	try_mkdir seccomp EPERM -e list
}

# a call before the entry point could start a child that escapes the filter
t_enforce_sees_each_call() {
	need_filters
	need_victim victim_ctor.dyn
	export CTOR=fork LD_LIBRARY_PATH="$VICTIMS"
	utrace -F list -s exec -f list "${v}_ctor.dyn"
	for when in 2 5 9; do
		got=0
		"$VICTIMS/tool_inject" ptrace:0x420e ESRCH $when "$UTRACE" \
			"$UTRACE" -e list -s main "${v}_ctor.dyn" \
			>out 2>err || got=$?
		[ $got != 98 ] || skip 'this kernel has no listener for filters'
		equal "$got" 137
		contains err "can't read its registers, so its process is killed"
	done
}

denies_whatever_fails() { # UTRACE_OPTION...
	for request in $(ptrace_requests); do
		try_mkdir "$request" EIO -t "$TAP" -q "$@"
	done
	try_mkdir ptrace:0x420e ESRCH -t "$TAP" -q "$@"
	try_mkdir wait4 EINVAL -t "$TAP" -q "$@"
	try_mkdir waitid EINVAL -t "$TAP" -q "$@"
}

t_deny_fails_closed() { # up to 240 s
	need_filters
	[ -e /proc/self/exe ] || skip 'no /proc'
	utrace -F list -f list sh -c 'mkdir new'
	sed -i '/^mkdir/d' list
	each_stopping_tap denies_whatever_fails -c list --deny
}

# the name of the script tells its results from those of other cases
t_seccomp_trace_fails_closed() { # up to 240 s
	need_filters
	[ -e /proc/self/exe ] || skip 'no /proc'
	script=./make_folder called_as=./seccomp-trace
	printf '#!/bin/sh\nmkdir new && echo made\n' >$script
	chmod 755 $script
	ln -s "$UTRACE" seccomp-trace
	utrace -F list -f list $script
	sed -i '/^mkdir/d' list
	each_stopping_tap denies_whatever_fails -f list
	rm -f /tmp/make_folder.*.violations.json
}

# A filter around utrace rejects what would install the policy's: by utrace
# before the execve, by PROGRAM itself at its entry point.
t_enforce_filter_is_rejected() {
	need_filters
	utrace -F list -s exec -f list sh -c 'mkdir new'
	sed -i '/^mkdir/d' list
	for errno in 1 12 22 38; do
		for scope in exec main; do
			rm -rf new
			status 125 "$VICTIMS/tool_with" noseccomp=$errno \
				"$UTRACE" -e list -s $scope \
				sh -c 'mkdir new' 2>err
			contains err utrace:
			[ ! -e new ] || fail "-s $scope, errno $errno: ran"
		done
	done
}

# no signal to utrace lets the program go on without its filter
t_enforce_holds_without_tracer() {
	need_filters
	need_victim victim_ctor.dyn
	[ -e /proc/self/status ] || skip 'no /proc'
	printf '#!/bin/sh\necho >started; read -r line <fifo; mkdir new\n' >program
	chmod 755 program
	mkfifo fifo
	echo >fifo &
	export CTOR=vfork CTOR_PROGRAM=./program LD_LIBRARY_PATH="$VICTIMS"
	utrace -F list -s exec -f list "${v}_ctor.dyn" >out || :
	for sig in KILL TERM HUP USR1; do
		rm -rf new started
		"$UTRACE" -e list -s main "${v}_ctor.dyn" >out 2>err &
		await 5 [ -s started ]
		tracer=$(sed -n 's/^TracerPid:	//p' /proc/$!/status)
		kill -$sig "$tracer"
		# two TERM at once count as one
		[ $sig != TERM ] || while kill -TERM "$tracer" 2>/dev/null; do
			nap
		done
		case $sig in
		HUP | USR1) echo >fifo ;;
		esac
		got=0
		wait $! || got=$?
		case $sig in
		KILL) equal $got 137 ;;
		TERM) equal $got 137; contains err 'PROGRAM is killed' ;;
		*) equal $got 0 ;;
		esac
	done
}

t_enforce_failures() {
	need_filters
	both_scopes true
	status 127 "$UTRACE" -e main ./nowhere 2>err
	contains err 'utrace: ./nowhere: No such file'
	status 127 "$UTRACE" -e exec ./nowhere 2>err
	: >empty
	status 126 "$UTRACE" -e main ./empty 2>err
	status 125 "$UTRACE" -e main -s exec true 2>err
	contains err 'does not allow execve'
	status 125 "$UTRACE" -e nowhere true 2>err
	contains err 'utrace: nowhere: No such file'
}

# Leaving off the mitigations against speculation (SPEC_ALLOW) is for
# observers: a filter around utrace kills the process that asks for it.
t_enforce_keeps_mitigations() {
	need_filters
	need_capability sys_admin
	utrace -F list -f part -s exec "${v}_mark" >recorded
	outer="$VICTIMS/tool_with mitigate"
	for scope in exec main; do
		status 0 $outer "$UTRACE" -e part -s $scope "${v}_mark" 2>err
	done
	status 0 $outer "$UTRACE" -c part --deny -t seccomp -s exec \
		"${v}_mark" 2>err
	status "$(status_of_sigsys)" $outer "$UTRACE" -t seccomp -s exec -f x \
		"${v}_mark" 2>err
}
