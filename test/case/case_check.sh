# shellcheck shell=sh
# -c reports what a policy would refuse, -k starts from one.

each_stopping_tap_and_kernel() {
	each_stopping_tap "$@"
	"$VICTIMS/tool_probe" seccomp || return 0
	UNDER="$VICTIMS/tool_with noinfo"
	each_stopping_tap "$@"
	UNDER=
}

# policy `full` of PROGRAM, and `part`, which lacks one call
policies() { # CALL PROGRAM [ARG...]
	call=$1
	shift
	utrace -F list -f full "$@" >/dev/null
	grep -v "^$call	*$" full >part
	! cmp -s full part || fail "$call is not in: $(cat full)"
}

complete() {
	policies $mark "${v}_mark"
	status 0 utrace -c full "${v}_mark" 2>err
	silent err
	utrace -F whitelist -f white "${v}_mark"
	status 0 utrace -c white "${v}_mark" 2>err
	silent err
}

t_check_complete_policy_is_silent() {
	each_stopping_tap_and_kernel complete
}

status_of_program() {
	for end in 'exit 7' 'kill -TERM $$'; do
		want=0
		utrace -F list -f full sh -c "$end" || want=$?
		status $want utrace -c full sh -c "$end"
	done
	equal $want 143
}

t_check_status_is_programs() {
	each_stopping_tap status_of_program
}

# once for a program, however often and by however many processes
miss() {
	policies $mark "${v}_mark"
	cp "${v}_mark" other
	utrace -F list -f full sh -c "${v}_mark; ${v}_mark; ./other; true"
	grep -v "^$mark$" full >part
	status 124 utrace -c part sh -c "${v}_mark; ${v}_mark; ./other; true" \
		2>err
	equal "$(sed 's/[0-9][0-9]*/N/' err)" \
		"utrace: victim_mark[N]: $mark is not in part
utrace: other[N]: $mark is not in part"
}

t_check_reports_once_per_program() {
	each_stopping_tap_and_kernel miss
}

miss_of_each() { # PROGRAM [ARG...]
	utrace -F list -f full "$@" >/dev/null
	for call in $(grep -v '	' full); do
		grep -v "^$call$" full >part
		got=0
		utrace -c part "$@" >/dev/null 2>err || got=$?
		equal "$got $(sed 's/.*: \(.*\) is not in part/\1/' err |
			sort -u)" \
			"124 $call"
	done
}

# each call taken out alone is the one that is reported
t_check_reports_just_what_lacks() {
	each_stopping_tap miss_of_each sh -c "${v}_mark; echo x >y"
}

too_many() {
	utrace -F list -f some "${v}_call"
	# shellcheck disable=SC2086
	status 124 utrace -c some -F list -f list "${v}_call" $numbers \
		2>err >out
	equal "$(grep -c ' is not in some$' err)" 512
	equal "$(grep -v ' is not in some$' err)" \
		'utrace: too many different misses (over 512); the others are not reported'
	equal "$(head -n 1 list)" '# incomplete'
}

# that it is not all is said, there and in the result
t_check_more_than_there_is_room_for() {
	numbers=$(awk 'BEGIN { for (i = 0; i < 600; i++) print 100000 + i }')
	each_stopping_tap too_many
}

# of a loader that whitelist and procd do not cover nothing is said
main_scope() {
	utrace -F whitelist -f white "${v}_mark.dyn"
	status 0 utrace -c white "${v}_mark.dyn" 2>err
	silent err
	status 124 utrace -c white -s exec "${v}_mark.dyn" 2>err
	contains err 'brk is not in white' 'execve is not in white'
}

t_check_scope_is_the_formats() {
	need_victim victim_mark.dyn
	each_stopping_tap main_scope
}

union() {
	policies $mark "${v}_mark"
	status 124 utrace -c part -f both -F list "${v}_mark" 2>err
	contains both $mark
	status 0 utrace -c both "${v}_mark" 2>err
	silent err
	rm -f both
	status 124 utrace -c part "${v}_mark" 2>err
	[ ! -e both ] || fail 'a result that nobody asked for'
}

t_check_writes_policy_and_misses() {
	each_stopping_tap union
}

make_dir() {
	rm -rf new
	got=0
	utrace -c part "$@" sh -c 'mkdir new && echo made' >out 2>err || got=$?
	equal $got 124
	contains err ': mkdir' ' is not in part'
}

allowed_or_denied() {
	rm -rf new
	utrace -F list -f full sh -c 'mkdir new && echo made'
	grep -v mkdir full >part
	make_dir
	contains out made
	make_dir --deny
	contains err 'not permitted'
	make_dir --deny -p ENOTDIR
	contains err 'ot a directory'
	make_dir --deny -p kill
	[ ! -e new ] || fail 'it could'
	make_dir --deny -p log
	contains out made
}

# an ABI that the policy has nothing of gets its action, whatever the number
deny_foreign() {
	"$UTRACE" -p EDOM -F oci -f native "${v}_call" 39 >out
	got=0
	utrace --deny -c native "${v}_int80" >out 2>err || got=$?
	equal $got 124
	contains out 'i386 getpid is our pid 0' 'i386 unknown -33'
}

t_check_deny_foreign() {
	need_victim victim_int80
	"${v}_int80" >direct || skip 'no 32-bit calls in this kernel'
	each_stopping_tap deny_foreign
}

# A call through the vsyscall page has no exit stop: a rejected one must not
# have the next call taken for it.
deny_vsyscall() {
	grep -vxE "time|$mark" full >part
	status 124 utrace --deny -c part "${v}_vsyscall" >out 2>err
	cat >wanted <<-END
	time -1
	again -1
	max -1
	min 0
	END
	same out wanted
	says "$mark is not in part" err
	grep -vx "$mark" full >part
	status 124 utrace --deny -c part "${v}_vsyscall" >out
	cat >wanted <<-END
	time 1
	again 1
	max -1
	min 0
	END
	same out wanted
}

t_check_deny_vsyscall() {
	need_victim victim_vsyscall
	need_filters
	grep -qF '[vsyscall]' /proc/self/maps || skip 'no vsyscall page here'
	TAP=seccomp record "${v}_vsyscall" >out
	saw time $mark $mark2
	sed 's/\t.*//' list >full
	each_stopping_tap_and_kernel deny_vsyscall
}

# The filter of a program that utrace lost count of can let calls happen before
# they stop at utrace's.
deny_filter_for_all() {
	status 125 utrace --deny -c full -q sh -c "${v}_crowd 1100
		: >crowded; ${v}_tsync read && echo passed" >out 2>err
	contains err 'too many to interrupt, so its process is killed'
	lacks out 'passed'
	[ -e crowded ] || fail 'it was not crowded'
	rm crowded
}

t_check_deny_filter_for_all() { # up to 120 s
	need_victim victim_tsync
	need_filters
	"$VICTIMS/tool_probe" info ||
		skip 'no entry stops before filters here'
	"${v}_tsync" read >out || skip 'this kernel has no seccomp(2)'
	TAP=stop record sh -c "${v}_crowd 2; : >full; ${v}_tsync read &&
		echo passed" >out
	mv list full
	case " $TAPS " in *" seccomp "*) ;; *) skip 'no tap seccomp here' ;; esac
	TAP=seccomp
	deny_filter_for_all
}

# threads without a slot, on a kernel that neither tells entry from exit nor has
# filters
t_check_deny_crowd() { # up to 120 s
	need_filters    # for tool_with
	record "${v}_crowd" 2 >out
	mv list full
	UNDER="$VICTIMS/tool_with noinfo $VICTIMS/tool_with noseccomp"
	status 125 utrace --deny -c full -s exec "${v}_crowd" 1100 >out 2>err
	contains err 'more than 1024 threads at once: the others are killed'
}

t_check_deny() {
	each_stopping_tap_and_kernel allowed_or_denied
}

# a filter lets known calls pass, also clone; a child must not get away
known_untraced() {
	utrace -F list -s exec -f full "${v}_untraced" "$1" >/dev/null
	grep -vE "^($mark|$mark2)$" full >part
	status 0 utrace -k part -F list -s exec -f list "${v}_untraced" "$1" \
		>out
	contains out 'parent sees its flags unchanged 1'
	contains out 'child sees them unchanged 1'
	saw $mark $mark2
	status 124 utrace -c part "${v}_untraced" "$1" >out 2>err
	contains err $mark $mark2
}

t_known_untraced() {
	each_stopping_tap_and_kernel known_untraced clone
	"$VICTIMS/tool_probe" clone3 || return 0
	each_stopping_tap known_untraced clone3
}

known() { # CALLS SEEN
	policies $mark "${v}_mark"
	echo gettid >>part
	status 0 utrace -k part -v -F list -f union "${v}_mark" 2>err
	contains union $mark 'gettid	known'
	status 125 utrace -k nowhere -f nothing "${v}_mark" 2>err2
	contains err2 'utrace: nowhere: No such file'
	[ ! -e nothing ] || fail 'a result of nothing'
}

known_passes() {
	known
	# execve is before it is let go
	contains err 'utrace: 2 calls by 1 process, '
	equal "$(grep -v '	' union)" "execve
$mark"
}

# what is known is not even counted where that is done in the kernel
t_known() {
	each_stopping_tap known
	for TAP in seccomp ebpf; do
		case " $TAPS " in *" $TAP "*) known_passes ;; esac
	done
}

# nothing is started
t_check_bad_policy() {
	echo '{ "whitelist": [ "read", ], "policy": 1 }' >bad
	for option in '-f new -c' -e '-f new -k'; do
		# shellcheck disable=SC2086
		status 125 "$UTRACE" $option bad touch started 2>err
		contains err 'utrace: bad:1:26: '
		equal "$(wc -l <err)" 1
		[ ! -e started ] && [ ! -e new ] || fail "$option went on"
	done
}

t_check_options() {
	: >some
	for wrong in '-k some -c some' '-k some -e some' '--deny' \
	    '-c some -c some' '-c some -e some' '-e some -f new'; do
		# shellcheck disable=SC2086
		status 125 "$UTRACE" $wrong true 2>err
		equal "$(wc -l <err)" 1
	done
}

# the kernel tells of which ABI a call is, not the code, which another thread can
# change meanwhile
code_race() {
	got=0
	utrace -c part --deny "${v}_racecode" 2000 >out 2>err || got=$?
	equal $got 124
	equal "$(cat out)" 'made 0'
	contains err "i386:$mark is not in part"
}

t_code_race() {
	need_victim victim_racecode victim_int80
	"${v}_int80" >out || skip 'no 32-bit calls in this kernel'
	"$VICTIMS/tool_probe" info ||
		skip 'only the code tells of which ABI a call is'
	TAP=stop record "${v}_racecode" 2000 >out
	grep -v "i386\|^$mark\$" list >part
	echo adjtimex >>part
	each_stopping_tap code_race
}

# utrace's own calls fail, and the misses are reported all the same
check_injected() { # CALL ERRNO WHEN [OPTION...]
	injected="$1 $2 $3"
	shift 3
	got=0
	# shellcheck disable=SC2086
	"$VICTIMS/tool_inject" $injected "$UTRACE" "$UTRACE" -t "$TAP" \
		-s exec "$@" -c policy "${v}_mark" 2>err >out || got=$?
	case $got in
	98) skip 'this kernel has no listener for filters' ;;
	99) [ "${1-}" != -D ] || [ "${injected%% *}" != waitid ] ||
		fail "$injected was not tried" ;;
	125)    # the proxy's own wait failed, before PROGRAM made the call or after
		contains err "can't wait for PROGRAM, so it is killed"
		return ;;
	*) contains err "$mark is not in policy" ;;
	esac
	[ "${1-}" = -D ] || [ $got = 99 ] || equal "$got, $injected" \
		"124, $injected"
}

check_despite_failures() {
	for when in 1 2 3; do
		check_injected waitid EINVAL $when
		check_injected wait4 ENOMEM $((when + 1))
		check_injected waitid EINVAL $when -D
		check_injected fcntl EMFILE 0
	done
}

t_check_despite_failures() {
	printf 'exit\nexit_group\nexecve\n' >policy
	each_stopping_tap check_despite_failures
}

# it can't wait for PROGRAM at all: said, and no success
t_check_that_never_waits() {
	printf 'exit\nexit_group\nexecve\n' >policy
	got=0
	"$VICTIMS/tool_inject" wait4 EINVAL 0 "$UTRACE" "$UTRACE" -t stop \
		-c policy "${v}_mark" 2>err >out || got=$?
	[ $got != 98 ] || skip 'this kernel has no listener for filters'
	equal $got 125
	contains err "can't wait for PROGRAM, so it is killed"
	"$VICTIMS/tool_inject" wait4 EINVAL 0 "$UTRACE" "$UTRACE" -t stop -D \
		-c policy "${v}_mark" 2>err >out || :
	contains err "can't wait for tracees"
}

# the misses go to a pipe with -D, too
t_check_detached_into_pipe() {
	printf 'exit\nexit_group\nexecve\n' >policy
	for TAP in stop seccomp; do
		utrace -D -s exec -c policy "${v}_mark" 2>&1 >out | cat >err
		contains err "$mark is not in policy"
	done
}

# -f of the policy that is checked adds to it, also what others add meanwhile
t_check_updates_policy() {
	printf 'exit\nexit_group\nexecve\n' >policy
	status 124 utrace -s exec -F list -c ./policy -f policy sh -c \
		"${v}_mark; echo $mark2 >>policy" 2>err
	contains policy $mark $mark2
}
