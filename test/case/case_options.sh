# shellcheck shell=sh
# The command line.

# one line on standard error that names what is wrong, and nothing was started
refused() { # TEXT OPTION...
	text=$1
	shift
	rm -f started
	status 125 "$UTRACE" "$@" sh -c ': >started' >out 2>err
	contains err 'utrace: ' "$text"
	silent out
	[ ! -e started ] || fail "started in spite of $*"
}

t_bad_options() {
	refused no-such-option --no-such-option
	refused Z -Z
	refused nonsense -t nonsense
	contains err 'no such tap; there are auto, ' ', stop'
	refused nonsense -F nonsense
	contains err 'no such format; there are whitelist, ' ', table'
	refused / -s /
	refused nonsense -p nonsense
	refused -1 -p -1
	refused 99999 -p 99999
	for seconds in nonsense 0 -1 1x 99999999999 ''; do
		refused "$seconds" -i "$seconds"
	done
	refused nonsense -f +nonsense
	refused 77 -f +77
}

# the table is in unit_options; here that nothing is started or written
t_option_without_effect() {
	"$UTRACE" -f policy true
	refused 'has no effect' -c policy -F oci
	refused 'has no effect' -e policy -i 5
	refused 'has no effect' --deny
	status 125 "$UTRACE" -m -D -f new policy 2>err
	contains err 'utrace: -D has no effect with -m'
	[ ! -e new ] || fail 'written in spite of an error'
}

t_missing_argument() {
	for option in -f -F -s -t -p -i -P; do
		status 125 "$UTRACE" $option 2>err
		contains err 'utrace: '
	done
	status 125 "$UTRACE" 2>err
	contains err utrace
	contains err 'utrace: no PROGRAM; utrace --help shows the options'
	status 125 "$UTRACE" -D 2>err
	status 125 "$UTRACE" -- 2>err
}

# -p PID is what strace does to attach
t_p_without_program_hints_at_a() {
	status 125 "$UTRACE" -p 1234 2>err
	contains err "no PROGRAM: -p sets the policy's action, -a attaches to a"
}

# what a format cannot say is an error, not something else
t_policy_the_format_cannot_say() {
	refused log -F whitelist -p log
}

t_help_and_version() {
	for option in -h --help; do
		status 0 "$UTRACE" $option >out 2>err
		silent err
		contains out -f --file -F --format whitelist -t stop seccomp -D
		[ -z "$(awk 'length > 80' out)" ] || fail 'wider than 80 columns'
		status 125 "$UTRACE" $option >/dev/full 2>err
		contains err 'utrace: standard output: '
	done
	for option in -V --version; do
		status 0 "$UTRACE" $option >out 2>err
		silent err
		contains out utrace
		equal "$(wc -l <out)" 1
	done
}

# each option with its long name, in the order of the alphabet
t_manual_lists_the_options() {
	manual=$here/../utrace.1
	[ -e "$manual" ] || skip 'no manual here'
	"$UTRACE" --help | sed -n 's/^  -\(.\), --\([a-z-]*\).*/\1 \2/p' >help
	sed -n 's/^\.It Fl \(.\) , -\([a-z-]*\).*/\1 \2/p' "$manual" >listed
	[ -s help ] || fail '--help lists no option'
	sort help >wanted
	sort listed | comm -23 wanted - >missing
	[ ! -s missing ] || fail "not in utrace.1: $(cat missing)"
	# -A before -a before -c
	cut -c 1 listed >letters
	sort -f letters >sorted
	same letters sorted
}

same_list() { # OPTION...
	rm -f list
	status 3 "$UTRACE" "$@" "${v}_mark" 3
	same list wanted
}

t_ways_to_give_options() {
	status 3 "$UTRACE" -F list -f wanted "${v}_mark" 3
	same_list -F list -f list
	same_list -Flist -flist
	same_list -F list -o list
	same_list -qFlist -olist
	same_list --format list --file list
	same_list --format=list --file=list
	same_list -qFlist -f list
	same_list -q -v -F list -f list 2>err
	same_list -F oci -F list -f other -f list
	same_list -F list -f list --
}

t_options_end_at_program() {
	status 3 record sh -c 'exit 3' -F nonsense
	saw execve
	"$UTRACE" -F list -f list printf '%s ' -f x --help >out
	equal "$(cat out)" '-f x --help '
}

t_quiet_and_verbose() {
	for TAP in $TAPS; do
		record "${v}_birth" fork 2>err
		silent err
		record -v "${v}_birth" fork 2>err
		contains err utrace list
		[ "$(wc -l <err)" -ge 3 ] || fail "few events: $(cat err)"
		record -q "${v}_birth" fork 2>err
		silent err
	done
}

# a named tap that cannot work is an error; auto takes another
t_tap_that_cannot_work() {
	need_filters
	status 125 "$with" noseccomp "$UTRACE" -t seccomp sh -c ': >started' 2>err
	contains err 'utrace: ' seccomp
	[ ! -e started ] || fail 'started in spite of that'
	TAP=auto UNDER="$with noseccomp"
	status 3 record "${v}_mark" 3 2>err
	silent err
	saw $mark
}

t_auto_tap() {
	TAP=auto
	status 3 record "${v}_mark" 3
	saw $mark
	# it is refused by a filter
	"$VICTIMS/tool_probe" seccomp || return 0
	UNDER="$with noinfo"
	status 3 record "${v}_mark" 3
	saw $mark
}

# procd calls it by absolute path, with its own variables
t_as_procd_calls_it() {
	SECCOMP_FILE=$PWD/policy TRACE_DEBUG=1 \
		status 0 "$UTRACE" "${v}_mark" -x 2>err
	contains policy '"whitelist"' "\"$mark\"" '"policy": 1'
	contains err utrace
	rm policy
	SECCOMP_FILE=$PWD/other status 0 "$UTRACE" -f policy -p 13 "${v}_mark"
	contains policy '"policy": 13'
	[ ! -e other ] || fail '-f is stronger than SECCOMP_FILE'
}

# there is no policy in a pipe that would have to stay
t_seccomp_file_is_a_fifo() {
	mkfifo fifo
	for TAP in $TAPS; do
		cat fifo >list &
		SECCOMP_FILE=fifo status 3 utrace -F list "${v}_mark" 3
		wait $!
		saw $mark
		SECCOMP_FILE=/dev/stdout utrace -F list "${v}_mark" | cat >list
		saw $mark
	done
}

# never replaced: the union
t_seccomp_file_is_added_to() {
	export SECCOMP_FILE="$PWD/policy"
	for TAP in $TAPS; do
		rm -f policy
		utrace "${v}_mark"
		utrace "${v}_birth" fork
		contains policy $mark $mark2
		lacks policy getpgid
		utrace "${v}_mark"
		contains policy $mark $mark2
	done
}
