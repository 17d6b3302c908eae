# shellcheck shell=sh
# A system call of utrace's own fails.  Each case stands for a kind of fault that
# `make check-inject` has found.

# Run COMMAND; in utrace the WHENth CALL (0: every one) fails.
injected() { # STATUS CALL[:ARG] ERRNO WHEN COMMAND...
	want=$1
	need_filters
	[ -e /proc/self/exe ] || skip 'no /proc'
	call=$2 error=$3 when=$4 got=0
	shift 4
	"$VICTIMS/tool_inject" "$call" "$error" "$when" "$UTRACE" "$UTRACE" \
		"$@" >out 2>err || got=$?
	[ $got != 98 ] || skip 'this kernel has no listener for filters'
	[ $got = "$want" ] || fail "$TAP: $call $error $when: exit status $got, not $want:
$(cat err)"
}

# waitpid fails though there are tracees
t_inject_wait() {
	TAP=stop
	for fault in ECHILD EINVAL; do
		injected 0 wait4 $fault 0 -t stop -D -f result "${v}_mark"
		contains err "can't wait for tracees"
		injected 125 wait4 $fault 0 -t stop -f result "${v}_mark"
		contains err "can't wait for PROGRAM, so it is killed"
	done
}

# the loop of the tap ebpf waits for the end of threads that can't go on
t_inject_wait_ebpf() {
	case " $TAPS " in *' ebpf '*) ;; *) skip 'no tap ebpf' ;; esac
	TAP=ebpf
	injected 0 waitid ECHILD 0 -t ebpf -D -f result "${v}_mark"
	contains err "can't wait for tracees"
}

# the process that watches the group stays, but the proxy ends
t_inject_kill() {
	injected 0 kill EPERM 0 -f result "${v}_mark"
	injected 0 wait4 EINTR 0 -f result "${v}_mark"
}

t_inject_signals() {
	injected 125 rt_sigprocmask EINVAL 1 -f result "${v}_mark"
	contains err "can't set the signal mask"
	injected 125 rt_sigaction EINVAL 0 -f result "${v}_mark"
	contains err "can't handle signals"
}

# A child that escapes the tap seccomp can't even exit.
t_inject_untraced() {
	TAP=seccomp
	injected 125 ptrace:0x4205 EIO 0 -t seccomp -s exec -f result \
		"${v}_untraced" clone
	contains err "can't clear CLONE_UNTRACED, so its process is killed"
	injected 125 ptrace:0x420e ESRCH 0 -t seccomp -s exec -f result \
		"${v}_untraced" clone
	contains err "can't read its registers, so its process is killed"
}

# a check that missed calls can't say that there was no miss
t_inject_check() {
	TAP=stop
	utrace -F list -s exec -f list "${v}_mark"
	injected 125 ptrace:0x420e ESRCH 0 -t stop -c list "${v}_mark"
	contains err "can't read its registers"
}

t_inject_images() {
	TAP=stop
	injected 0 ptrace:0x4204 EIO 1 -t stop -x folder "${v}_mark"
	contains err "can't tell its program: I/O error"
	cat folder/* >result
	contains result '"complete": false'
}

t_inject_attach() {
	TAP=stop
	sleep 1 &
	injected 125 getdents64 EINVAL 1 -t stop -f result -a $!
	contains err "-a: can't read /proc: Invalid argument"
	injected 125 ptrace:0x4207 ESRCH 0 -t stop -f result -a $!
	contains err "can't interrupt it" "can't attach"
	wait $!
}

t_inject_attach_files() {
	not_sanitized 'it opens files of its own'
	TAP=stop
	sleep 1 &
	# /proc, the folder of process 1, and its stat, with a file that may be
	# missing in between
	for nth in 2 4 5; do
		injected 125 openat EMFILE $nth -t stop -f result -a $!
		contains err "-a: can't read /proc: Too many open files"
	done
	wait $!
}
