# shellcheck shell=sh
# -s NAME: nothing counts until a process executes an image of that name.

# record IMAGE alone as ./alone and behind a launcher as ./list: the same calls
behind_a_launcher() { # IMAGE
	record -s main "$v$1" 2>err
	mv list alone
	for name in "victim$1" "$v$1"; do
		status 0 record -s "$name" sh -c 'cd /; ls >/dev/null
			(:); ls | cat >/dev/null; "$0" & wait' "$v$1" 2>err
		silent err
		same list alone
	done
}

t_launcher_static() {
	not_with ebpf
	each_tap_and_kernel behind_a_launcher _mark
	each_tap often 20 behind_a_launcher _mark
}

t_launcher_without_library() {
	need_victim victim_ctor.dyn
	not_with ebpf
	for TAP in $TAPS; do
		record -s victim_ctor.dyn sh -c '"$0"; :' "${v}_ctor.dyn" 2>err
		contains err 'utrace: victim_ctor.dyn ended before its entry' \
			'its calls are not recorded'
		record -s main "${v}_ctor.dyn" 2>err || :
		contains err 'utrace: PROGRAM ended before its entry point' \
			"record with -s exec to see its loader's calls"
	done
}

t_launcher_dynamic() {
	need_victim victim_mark.dyn
	not_with ebpf
	each_tap_and_kernel behind_a_launcher _mark.dyn
	each_tap often 20 behind_a_launcher _mark.dyn
}

# the last command replaces the shell: no fork is between them
replaces() {
	status 3 record -s victim_mark sh -c 'ls >/dev/null; exec "$0" 3' \
		"${v}_mark" 2>err
	silent err
	saw $mark
	did_not_see execve openat open
}

t_launcher_is_replaced() {
	not_with ebpf
	each_tap replaces
}

# what the image starts counts, what its siblings do does not
family() {
	cp "$(command -v sh)" inner
	status 0 tally -s inner sh -c '"$0"; ./inner -c "$0; $0; :"; "$0"' \
		"${v}_mark" 2>err
	silent err
	equal "$(count $mark)" 2
}

t_launcher_counts_descendants() {
	not_with ebpf
	each_tap_and_kernel family
}

# two at once: each counts, and none is disturbed by the other's breakpoint
together() {
	status 0 record -s victim_mark.dyn sh -c 'for i in 1 2 3 4 5 6 7 8; do
		"$0" & done; wait' "${v}_mark.dyn" 2>err
	silent err
	saw $mark
}

t_launcher_starts_many() {
	need_victim victim_mark.dyn
	not_with ebpf
	each_tap_and_kernel often 20 together
}

never() { # STATUS COMMAND
	status "$1" record -s nosuch sh -c "$2" 2>err
	contains err 'utrace: -s nosuch: no process executed it, so nothing'
	[ ! -e list ] || fail "$TAP: wrote a list of nothing"
}

t_launcher_never_executed() {
	not_with ebpf
	rm -f list
	each_tap never 125 true
	each_tap never 7 'exit 7'
	each_tap never 137 'kill -9 $$'
	# a snapshot before is as empty
	each_tap never 125 'kill -USR1 $PPID; sleep 0.2'
}

# procd's way to start a service that has a jail
t_launcher_ujail() {
	not_with ebpf
	cat >ujail <<-'EOF'
	#!/bin/sh
	while [ "$1" != -- ]; do shift; done
	shift
	ls >/dev/null
	"$@"
	EOF
	chmod +x ujail
	status 5 utrace -F list -f list ./ujail -n x -- "${v}_mark" 5 2>err
	silent err
	saw $mark
	did_not_see execve openat open
	# its own scope can be chosen all the same
	status 5 utrace -s exec -F list -f list ./ujail -n x -- "${v}_mark" 5
	saw $mark execve
}

t_launcher_check() {
	not_with ebpf
	printf 'write\nexit_group\n' >calls
	status 124 utrace -c calls -s victim_mark sh -c 'ls >/dev/null; "$0"' \
		"${v}_mark" 2>err
	contains err "victim_mark["
	contains err "sched_get_priority_max is not in calls"
	lacks err 'ls['
	lacks err 'sh['
}

t_launcher_per_exe() {
	not_with ebpf
	utrace -x policies -s victim_mark sh -c 'ls >/dev/null; "$0"' \
		"${v}_mark"
	equal "$(ls policies | tr '\n' ' ')" 'exec.tsv victim_mark.json '
	equal "$(cut -f 2 policies/exec.tsv | tr '\n' ' ')" \
		'program victim_mark '
}

t_launcher_not_for_enforcing() {
	echo write >calls
	status 125 "$UTRACE" -e calls -s image true 2>err
	contains err '-s image: a policy is enforced from'
}
