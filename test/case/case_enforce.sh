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
	for CTOR in fork both vfork thread; do
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
