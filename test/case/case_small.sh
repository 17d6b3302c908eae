# shellcheck shell=sh
# make SMALL=1, the recorder alone.  It records what the full program records,
# and says what it lacks.

small() {
	"$SMALL_UTRACE" "$@"
}

need_small() {
	[ -x "$SMALL_UTRACE" ] || skip 'make SMALL=1 was not built'
}

records_the_same() {
	for format in whitelist procd oci list; do
		for scope in main exec; do
			set -- -q -t "$TAP" -F $format -s $scope
			"$UTRACE" "$@" -f full sh -c 'cd /; echo $(pwd) | cat' \
				>out 2>err
			small "$@" -f small sh -c 'cd /; echo $(pwd) | cat' \
				>out 2>err
			same small full
			silent err
		done
	done
}

t_small_records_the_same() {
	need_small
	each_stopping_tap records_the_same
}

t_small_attaches() {
	need_small
	"${v}_tick" plain >out &
	ticks=$!
	await 5 has_lines 1 out
	"$SMALL_UTRACE" -v -F list -f list -a $ticks 2>err &
	await 5 says 'attached to 1 process' err
	await 5 has_lines $(($(wc -l <out) + 2)) out
	kill $!
	wait $!
	kill $ticks
	contains list write
}

# an option of the full program's --help that the small one's does not show
is_lacking() { # OPTION...
	rm -f started
	status 125 small "$@" sh -c ': >started' >out 2>err
	contains err 'utrace: ' 'no such'
	silent out
	[ ! -e started ] || fail "started in spite of $*"
}

t_small_says_what_it_lacks() {
	need_small
	"$UTRACE" --help >full
	small --help >small
	for option in c e m d k x w A; do
		contains full "  -$option, --"
		lacks small "  -$option, --"
		is_lacking -$option policy
	done
	is_lacking --deny
	for format in docker lxc systemd minijail firejail kafel spo bpf table; do
		contains full $format
		! grep -w $format small || fail "-F $format"
		is_lacking -F $format
	done
	is_lacking -t ebpf
	for word in 124 ebpf POLICY check; do
		lacks small "$word"
	done
	ln -s "$SMALL_UTRACE" seccomp-trace
	status 125 ./seccomp-trace -f policy true 2>err
	contains err 'this build only records'
}

t_small_adds_to_no_policy() {
	need_small
	export SECCOMP_FILE=policy
	small -q sh -c : 2>err
	cp policy before
	silent err
	status 125 small sh -c ': >started' 2>err
	contains err "utrace: policy: exists, and this build can't add to a policy"
	[ ! -e started ] || fail 'started'
	same policy before
}

# the full program finds no policy in these, too
t_small_fills_empty_file() {
	need_small
	: >empty
	ln -s target link
	for SECCOMP_FILE in empty link /dev/null; do
		export SECCOMP_FILE
		small -q -F list "${v}_mark" 2>err
		silent err
	done
	contains empty $mark
	contains target $mark
}

# what another recorder wrote while PROGRAM ran stays
t_small_keeps_late_policy() {
	need_small
	SECCOMP_FILE=late status 125 small sh -c 'echo policy >late' 2>err
	equal "$(cat late)" policy
	contains err 'utrace: late: exists, and' '"whitelist"'
}

# A snapshot that failed, or had no call yet, leaves the file this run's own.
t_small_replaces_after_failed_snapshot() {
	need_small
	mkdir folder
	SECCOMP_FILE=folder/own small -q -F list -i 1 sh -c "
		until [ -s folder/own ]; do sleep 0.1; done
		mv folder away
		until grep -q 'No such file' err; do sleep 0.1; done
		mv away folder
		exec ${v}_mark" 2>err
	lacks err exists
	contains folder/own $mark
}

# -f replaces, as in the full program; also by a snapshot and a result
t_small_replaces_its_result() {
	need_small
	: >policy
	small -q -i 1 -F list -f policy sh -c 'sleep 1.5; cd /' 2>err
	contains policy chdir
	export SECCOMP_FILE=new
	small -q -i 1 -F list sh -c 'sleep 1.5; cd /' 2>err
	contains new chdir
	silent err
}
