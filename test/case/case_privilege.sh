# shellcheck shell=sh
# setuid programs, with and without the right to trace them.

copy_for_all() {
	need_root
	cp "$UTRACE" utrace
	cp "${v}_state" suid
	chown "$1" suid
	chmod 4755 suid
	chmod 755 utrace
	chmod 777 .
	[ "$(cd / && "$with" uid=65534 "$OLDPWD/utrace" -V)" ] ||
		skip 'this folder is not for all'
}

with_privilege() {
	rm -f list
	status 0 ./utrace -t "$TAP" -F list -f list "$@" ./suid out 2>err
	silent err
	contains out 'uid 0 65534' 'prctl 39 0'
	saw umask
}

t_setuid_as_root() {
	need_capability sys_ptrace
	need_capability sys_admin
	copy_for_all 65534
	each_tap with_privilege -s exec
	each_tap with_privilege -s main
	each_tap with_privilege -D
}

# without CAP_SYS_ADMIN a filter would take no_new_privs
t_setuid_without_right_to_filter() {
	need_capability sys_ptrace
	need_capability sys_admin
	copy_for_all 65534
	need_filters
	rm -f list
	status 0 "$with" nocap=21 ./utrace -t auto -F list -f list ./suid out \
		2>err
	silent err
	contains out 'uid 0 65534' 'prctl 39 0'
	saw umask
	status 125 "$with" nocap=21 ./utrace -t seccomp ./suid out 2>err
	contains err 'tap seccomp' CAP_SYS_ADMIN
	# who has it already loses nothing
	status 0 "$with" nocap=21 nonewprivs ./utrace -t seccomp -F list \
		-f list ./suid out 2>err
	saw umask
}

without_privilege() {
	rm -f list out
	status 0 "$with" uid=65534 ./utrace -t "$TAP" -F list -f list ./suid out \
		2>err
	contains err 'set-user-ID program ran without its privileges'
	equal "$(wc -l <err)" 1
	contains out 'uid 65534 65534'
	saw umask
}

t_setuid_as_user() {
	not_with ebpf
	copy_for_all 0
	"$with" uid=65534 ./suid out
	contains out 'uid 65534 0'
	rm -f out
	each_tap without_privilege
}

# a child that executes one is told as well
child_without_privilege() {
	rm -f list out
	status 0 "$with" uid=65534 ./utrace -t "$TAP" -F list -f list \
		sh -c './suid out; ./suid out' 2>err
	contains err 'utrace: '
	equal "$(wc -l <err)" 1
	contains out 'uid 65534 65534'
}

t_setuid_child_as_user() {
	not_with ebpf
	copy_for_all 0
	each_tap child_without_privilege
}

# where Yama lets only parents trace, -D needs PROGRAM's consent
t_keep_pid_as_user() {
	not_with ebpf
	copy_for_all 0
	cp "${v}_mark" .
	chmod 755 victim_mark
	for TAP in $TAPS; do
		rm -f list
		status 3 "$with" uid=65534 ./utrace -D -t "$TAP" -F list \
			-f list ./victim_mark 3
		await 5 [ -s list ]
		saw $mark
	done
}

# the result belongs to who ran utrace, whatever PROGRAM became
t_result_is_written_as_user() {
	copy_for_all 65534
	# the folder of the victims may be closed to others
	cp "${v}_mark" mark
	record "$with" uid=65534 ./mark
	saw $mark
	equal "$(find list -user 0)" list
}

# PROGRAM of the same user can't write to the memory of any process of utrace,
# which has the policy
t_memory_is_private() {
	copy_for_all 65534
	[ -e /proc/$$/task/$$/children ] || skip 'children have no file in /proc'
	cat >program <<-'END'
	tried=0
	tracer=$(sed -n 's/^TracerPid:.//p' /proc/$$/status)
	for pid in $tracer $(cat /proc/$PPID/task/$PPID/children) $PPID; do
		[ $pid != $$ ] || continue
		tried=$((tried + 1))
		(: >>/proc/$pid/mem) 2>/dev/null && echo "$pid can be changed"
	done
	: >>/proc/$$/mem && echo "tried $tried"
	END
	for TAP in stop seccomp; do
		"$with" uid=65534 ./utrace -t $TAP -q -f /dev/null sh program \
			>out
		equal "$(cat out)" 'tried 4'
	done
	"$with" uid=65534 sh -c 'echo $$ >pid; exec sleep 100' &
	await 5 [ -s pid ]
	"$with" uid=65534 ./utrace -t stop -q -f /dev/null -a "$(cat pid)" &
	await 5 grep -q '^TracerPid:	[1-9]' "/proc/$(cat pid)/status"
	! "$with" uid=65534 sh -c ": >>/proc/$!/mem" 2>/dev/null ||
		fail 'an attached tracer can be changed'
	kill "$(cat pid)"
	wait
}
