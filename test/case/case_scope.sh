# shellcheck shell=sh
# -s exec counts from the execve on, -s main from the program's entry point.

# what was seen, without what is always added
seen() {
	grep -v '	' list | tr '\n' ' '
}

bare() {
	status 0 record -s "$1" "${v}_bare" >out 2>err
	equal "$(seen)" "$2"
	silent err
}

# its own three calls, and in scope exec the execve
t_scope_of_bare_program() {
	each_tap_and_kernel bare main "exit_group $mark write "
	each_tap_and_kernel bare exec "execve exit_group $mark write "
}

scope() { # NAME [OPTION...]
	program=$v$1
	shift
	status 0 record -s main "$@" "$program" 2>err
	silent err
	saw $mark exit_group
	did_not_see execve
	status 0 record -s exec "$@" "$program" 2>err
	silent err
	saw $mark exit_group execve
}

t_scope_static() {
	each_tap_and_kernel scope _mark
}

t_scope_static_pie() {
	need_victim victim_mark.pie
	each_tap_and_kernel scope _mark.pie
}

dynamic() { # NAME
	scope "$1"
	saw brk
	record -s main "$v$1"
	did_not_see mmap openat close mprotect brk set_tid_address arch_prctl
}

t_scope_dynamic() {
	need_victim victim_mark.dyn victim_mark.nopie
	each_tap_and_kernel dynamic _mark.dyn
	each_tap_and_kernel dynamic _mark.nopie
	each_tap often 50 scope _mark.dyn
}

# the loader given by name is itself the program that is started
t_scope_loader_by_name() {
	need_victim victim_mark.dyn
	loader=/lib64/ld-linux-x86-64.so.2
	[ -x $loader ] || skip "no $loader"
	for TAP in $TAPS; do
		status 0 record -s main $loader "${v}_mark.dyn"
		saw $mark mmap openat
	done
}

t_scope_threads() {
	need_victim victim_threads.dyn
	for TAP in $TAPS; do
		tally -s main "${v}_threads.dyn" 50
		equal "$(count $mark)" 50
	done
}

# the loader's calls of what is executed later do count
t_scope_of_children() {
	need_victim victim_mark.dyn
	for TAP in $TAPS; do
		status 0 record -s main "${v}_birth" spawn "${v}_mark.dyn"
		saw execve brk $mark $mark2
	done
}

# a library's constructors run before the entry point, what they start counts
constructor() { # WAY STATUS
	export CTOR="$1" CTOR_PROGRAM="${v}_mark" LD_LIBRARY_PATH="$VICTIMS"
	status "$2" record -s main "${v}_ctor.dyn" text >out 2>err
	silent err
	[ "$1" = exec ] || contains out text
	[ "$1" = none ] || saw $mark
	[ "$1" = exec ] || saw getpgid
	did_not_see $mark2
	status "$2" record -s exec "${v}_ctor.dyn" text >out 2>err
	saw $mark2
}

t_constructor() {
	need_victim victim_ctor.dyn
	each_tap_and_kernel constructor none 0
}

t_constructor_forks() {
	need_victim victim_ctor.dyn
	each_tap_and_kernel often 5 constructor fork 0
}

# the child runs into a copy of the breakpoint
t_constructor_forks_and_both_go_on() {
	need_victim victim_ctor.dyn
	each_tap_and_kernel often 10 constructor both 9
	equal "$(grep -c text out)" 2
}

t_constructor_vforks() {
	need_victim victim_ctor.dyn
	each_tap_and_kernel often 5 constructor vfork 0
}

t_constructor_starts_thread() {
	need_victim victim_ctor.dyn
	each_tap_and_kernel often 5 constructor thread 0
}

t_constructor_executes() {
	need_victim victim_ctor.dyn
	each_tap_and_kernel often 5 constructor exec 3
}

# the program's own constructors run after its entry point
own_constructor() { # PROGRAM
	for way in fork both vfork thread exec; do
		export CTOR=$way CTOR_PROGRAM="${v}_mark"
		record -s main "$1" text >out || true
		saw $mark $mark2
	done
}

t_own_constructor() {
	each_tap own_constructor "${v}_ownctor"
}

t_own_constructor_dynamic() {
	need_victim victim_ownctor.dyn
	each_tap own_constructor "${v}_ownctor.dyn"
}

# SPEC 3: SIGTRAP is the breakpoint's; PROGRAM's own still reach it
traps() {
	status 133 record -s main sh -c 'kill -TRAP $$'
	status 4 record -s main sh -c 'trap "exit 4" TRAP; kill -TRAP $$; exit 1'
	status 5 record -s main sh -c 'trap "" TRAP; kill -TRAP $$; exit 5'
	saw kill
}

t_own_sigtrap() {
	ulimit -c 0
	each_tap traps
}

# recording needs no /proc, no /dev, no /tmp
without() { # VICTIM
	cp "$v$1" victim
	unshare -m sh -c 'for dir in /proc /dev /tmp; do
			[ ! -d $dir ] || mount -t tmpfs none $dir || exit
		done; exec "$@"' sh \
		./utrace -t "$TAP" -F list -f - -s main ./victim >list 2>err
	silent err
	saw $mark
}

t_without_proc() {
	not_sanitized 'they complain about the missing /proc'
	need_root
	need unshare
	unshare -m true || skip 'no mount namespaces here'
	cp "$UTRACE" utrace
	for name in _mark _mark.pie _mark.dyn; do
		[ ! -x "$v$name" ] || each_tap without $name
	done
	did_not_see openat mmap execve
}

# a program that may be executed but not read: its entry point is out of reach
unreadable() {
	cp "${v}_mark" hidden
	chmod 711 hidden
	status 0 "$with" uid=65534 ./utrace -t "$TAP" -F list -f - -s main \
		./hidden >list 2>err
	contains err 'utrace: '
	equal "$(wc -l <err)" 1
	saw $mark execve
}

t_scope_of_unreadable_program() {
	not_with ebpf
	need_root
	cp "$UTRACE" utrace
	chmod 755 utrace
	"$with" uid=65534 ./utrace -V >out || skip 'this folder is not for all'
	each_tap unreadable
}

# the default follows the format
t_scope_default() {
	for TAP in $TAPS; do
		for format in whitelist procd; do
			utrace -F $format -f - "${v}_mark" >result 2>err
			contains result "\"$mark\""
			lacks result '"execve"'
		done
		for format in oci docker list table; do
			utrace -F $format -f - "${v}_mark" >result 2>err
			contains result "$mark" execve
		done
	done
}
