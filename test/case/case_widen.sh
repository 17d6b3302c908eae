# shellcheck shell=sh
# Widening: what -w adds, and that it is enough for another libc.

added() { # REASON NAME...
	reason=$1
	shift
	for name; do
		grep -qx "$name	$reason" list ||
			fail "$TAP: $name is not added for $reason: $(cat list)"
	done
}

labels() {
	record -w all "${v}_bare" >out
	saw execve write
	added siblings readv rseq writev
	added vdso clock_gettime getcpu
	added death gettid 'tgkill(arg2 == 6)' 'tkill(arg1 == 6)'
	added restart restart_syscall
	grep -qx 'exit_group	always' list || saw exit_group
	record -w vdso,restart "${v}_bare" >out
	added vdso clock_gettime
	added restart restart_syscall
	lacks list siblings death
	record "${v}_bare" >out
	lacks list siblings vdso death restart
	tally -w restart "${v}_bare" >out
	contains table 'not seen, but added: restart' restart_syscall
}

t_labels() {
	each_tap labels
}

t_each_is_said() {
	record -v -w restart "${v}_bare" >out 2>err
	contains err 'added for restart: restart_syscall'
	equal "$(grep -c 'added for' err)" 1
	record -w all "${v}_bare" >out 2>err
	silent err
}

t_merge_widens() {
	printf 'openat\nmunmap\n' >policy
	"$UTRACE" -m -w siblings,restart -F list -f list policy
	saw openat munmap
	added siblings openat2 readv
	added restart restart_syscall
	lacks list vdso death
}

# the list gives each condition its own reason
t_merge_widens_conditions() {
	printf 'write\nioctl(arg1 == 5)\n' >policy
	"$UTRACE" -m -w siblings -F list -f list policy
	grep -x 'ioctl(arg1 == 5)' list || fail "$(cat list)"
	equal "$(grep -c '^ioctl(.*	siblings	T' list)" 2
	"$UTRACE" -m -F list -f again list
	same list again
}

t_bad_list() {
	for words in nonsense siblings,nonsense vdso, '' ALL; do
		status 125 "$UTRACE" -w "$words" -f result true 2>err
		equal "$(wc -l <err)" 1
		contains err 'utrace: -w'
		[ ! -e result ] || fail "a result with -w $words"
	done
}

# a snapshot, which the next write reads again, adds no more
t_snapshot_adds_nothing() {
	for format in whitelist oci; do
		rm -f with.*
		for signal in 0 USR1; do
			SECCOMP_FILE=with.$signal "$UTRACE" -q -F $format -w all \
				sh -c "kill -$signal \$PPID; sleep 0.2" >out
		done
		same with.0 with.USR1
	done
}

# --- a policy of one libc, for the other: static and dynamic ones of each

libcs() {
	for libc in '' .dyn .glibc .glibcdyn; do
		[ ! -x "${v}_libc$libc" ] || echo "${v}_libc$libc"
	done
}

# each that there is under the policies of all, with what is refused a kill
others() { # PART...
	need_filters
	for one in $(libcs); do
		rm -rf victim_libc.dir
		"$UTRACE" -w all -p kill -f main "$one" "$@" >wanted
		rm -rf victim_libc.dir
		"$UTRACE" -w all -p kill -F oci -f exec "$one" "$@" >wanted
		for other in $(libcs); do
			for policy in main exec; do
				rm -rf victim_libc.dir
				"$UTRACE" -e $policy "$other" "$@" >out 2>err ||
					fail "$other $*, $policy of $one: $?"
				same out wanted
			done
		done
	done
}

t_other_libc() {
	need cat true
	need_victim victim_libc
	others
}

# what is not hidden by all the rest
t_other_libc_by_part() {
	need_victim victim_libc
	for part in files clocks threads sockets signals waiting memory various \
	    deaths; do
		others $part
	done
}

# without it they do not run
t_widening_is_needed() {
	need_victim victim_libc victim_libc.glibcdyn
	"$UTRACE" -p kill -F oci -f exec "${v}_libc" waiting >out
	status "$(status_of_sigsys)" "$UTRACE" -e exec "${v}_libc.glibcdyn" waiting >out
	# -e and -c widen what they read
	"$UTRACE" -w all -e exec "${v}_libc.glibcdyn" waiting >out
	status 124 "$UTRACE" -c exec "${v}_libc.glibcdyn" waiting >out 2>err
	"$UTRACE" -w all -c exec "${v}_libc.glibcdyn" waiting >out 2>err
	silent err
}
