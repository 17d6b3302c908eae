# shellcheck shell=sh
# -m and -d: policies without a program.

policies() {
	printf '{ "whitelist": [ "read", "write", "zzz" ], "policy": 2 }\n' >a
	printf '{ "defaultAction": "SCMP_ACT_KILL", "syscalls": [ { "names": [
		"close", "read", "aaa" ], "action": "SCMP_ACT_ALLOW" }, { "names":
		[ "socket" ], "action": "SCMP_ACT_ALLOW", "args": [ { "index": 0,
		"value": 2, "op": "SCMP_CMP_EQ" } ] } ] }\n' >b
	printf '# incomplete\nexit\talways\nread\n' >c
}

# standard output, and nothing else
merged() { # OPTION... POLICY...
	"$UTRACE" -m "$@" 2>err
	silent err
}

t_merge_is_the_union() {
	policies
	merged -F list a b c >out
	printf '# incomplete\naaa\nclose\nexit\talways\nread\n%s\nwrite\nzzz\n' \
		'socket(arg0 == 2)	AF_INET' >wanted
	same out wanted
	# the milder default, and what -p says
	"$UTRACE" -m a b c >out 2>err
	contains out '"policy": 2' '"complete": false' '"zzz"'
	contains err 'with any arguments'
	"$UTRACE" -m -p 38 a b c >out 2>err
	contains out '"policy": 38'
	merged -F whitelist c >out
	contains out '"policy": 1'
	"$UTRACE" -m -F oci b 2>err >out
	contains out KILL_PROCESS '"aaa"'
}

# by a path from the including file's folder
t_minijail_include() {
	mkdir sub
	printf '@include sub/b\nread: 1\n' >a
	printf '# x\n@include ../c # y\nwrite: 1\n' >sub/b
	printf 'close: 1' >c
	merged -F list a >out
	printf 'close\nread\nwrite\n' >wanted
	same out wanted
	merged -F list sub/../a >out
	same out wanted
	sed "s|sub|$PWD/&|" a >sub/absolute
	merged -F list sub/absolute >out
	same out wanted
	# messages name the file that is wrong, and nothing is written
	printf 'close: 1\nopen 1\n' >c
	status 125 "$UTRACE" -m a >out 2>err
	contains err 'utrace: sub/../c:2:6: unexpected character'
	silent out
	printf 'close: 1\n\0open: 1\n' >c
	status 125 "$UTRACE" -m a >out 2>err
	contains err 'utrace: sub/../c:2:1: unexpected character'
	rm c
	status 125 "$UTRACE" -m a >out 2>err
	contains err "utrace: sub/b:2:10: can't read \"sub/../c\""
	[ "$(wc -l <err)" = 1 ]
	printf 'read: 1\n@include b\n@include b\n' >sub/b
	status 125 "$UTRACE" -m a >out 2>err
	contains err 'utrace: sub/b:2:10: nested too deeply'
	[ "$(wc -l <err)" = 1 ]
	# a wrong name is told, and not once more for each time it is included
	printf 'raed: 1\nread: 1\n@raed: 1\n@include b\n' >sub/b
	status 125 "$UTRACE" -m a >out 2>err
	contains err 'utrace: sub/b:3:1: write the calls in place of'
	[ "$(wc -l <err)" = 1 ]
	# together 1 MiB
	{
		printf 'read: 1\n@include c\n'
		yes '#' | head -c 700000
	} >a
	cp a c
	sed -i /@/d c
	status 125 "$UTRACE" -m a >out 2>err
	contains err ': the file is larger than 1 MiB'
}

t_merge_in_any_order() {
	policies
	for format in whitelist procd oci docker lxc list systemd minijail \
	    spo; do
		"$UTRACE" -m -F $format a b c >first 2>err
		for order in 'a c b' 'b a c' 'b c a' 'c a b' 'c b a' 'a b c a'; do
			# shellcheck disable=SC2086
			"$UTRACE" -m -F $format $order >again 2>err
			same first again
		done
		# of two merged and the third
		"$UTRACE" -m -F oci a c >ac 2>err
		"$UTRACE" -m -F oci ac b >again 2>err
		"$UTRACE" -m -F oci a b c >first 2>err
		same first again
	done
}

# one policy: converted, and back to the same; oci and docker add what the
# runtime itself calls, but for runc's and crun's own conditions on it
t_convert() {
	policies
	merged -F list b >list
	merged -F list list >again
	same list again
	status 0 "$UTRACE" -d list b >out
	silent out
	for format in oci docker; do
		"$UTRACE" -m -F $format b >$format 2>err
		equal "$(wc -l <err)" 1         # of scopes
		merged -F $format $format >again
		same $format again
		merged -F $format list >again
		sed 's/SCMP_ACT_KILL_PROCESS/x/; s/SCMP_ACT_ERRNO/x/
			/defaultErrnoRet/d' again >again.x
		sed s/SCMP_ACT_KILL_PROCESS/x/ $format >$format.x
		same $format.x again.x
		status 1 "$UTRACE" -d list $format >out
		lacks out - '~'
		contains out +seccomp
	done
}

# procd would kill where the profiles return an errno
t_merge_small_profiles() {
	for i in 1 2; do
		printf '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":
			["read"],"action":"SCMP_ACT_ALLOW"}]}' >$i
	done
	"$UTRACE" -m 1 2 >out 2>err
	contains out SCMP_ACT_ERRNO
	lacks out KILL
}

# read before it is written; and by the rules of -f
t_merge_into_an_input() {
	policies
	status 0 "$UTRACE" -m -F list -f a a c
	contains a zzz exit
	equal "$(find . -type f | wc -l)" 3
	export SECCOMP_FILE="$PWD/b"
	cp b before
	merged -F list c >out
	same b before
	status 0 "$UTRACE" -m -f /dev/null a
	status 125 "$UTRACE" -m -f no/such/folder b 2>err
	contains err 'utrace: no/such/folder' defaultAction
}

# options may follow, and - is standard input, once
t_merge_standard_input() {
	policies
	merged -F list a b >wanted
	merged a - -F list <b >out
	same out wanted
	merged - a -f out -F list <b
	same out wanted
	# the first file decides the format
	merged c >wanted
	merged - c <c >out
	same out wanted
	cat b | status 0 "$UTRACE" -d - b
	status 1 "$UTRACE" -d a - <b >out
	contains out +close
	echo '{' | status 125 "$UTRACE" -m -f out a - 2>err
	equal "$(cat err)" 'utrace: -:2:1: unexpected end of file'
	status 125 "$UTRACE" -m -f out - - <a 2>err
	contains err 'utrace: -:1:1: '
	status 125 "$UTRACE" -m - 2>err <&-
	contains err 'utrace: -: '
}

sets() {
	printf 'read\nwrite\nsocket(arg0 == 2)\nsocket(arg0 == 10)\nzzz\n' >s1
	printf 'read\nsocket(arg0 == 2)\nsocket(arg0 > 20)\nprctl\nyyy\n' >s2
	printf '{ "whitelist": [ "socket", "read", "zzz" ], "policy": 2 }\n' >s3
}

t_merge_intersect() {
	sets
	merged --intersect -F list s1 s2 s3 >out
	printf 'read\nsocket(arg0 == 2)\tAF_INET\n' >wanted
	same out wanted
	for order in 's3 s2 s1' 's2 s1 s3' 's1 s1 s2 s3 s2'; do
		# shellcheck disable=SC2086
		merged -F list $order --intersect >out
		same out wanted
	done
	merged --intersect -F list s1 s3 >out
	contains out zzz 'arg0 == 10'
	# the stricter default, where one is chosen
	printf '{ "defaultAction": "SCMP_ACT_KILL", "syscalls": [ { "names": [
		"read" ], "action": "SCMP_ACT_ALLOW" } ] }\n' >kill
	merged --intersect -F whitelist s3 kill s1 >out
	contains out '"policy": 0'
	# as many conditions as there is room for, and more
	seq 600 900 | sed 's/.*/prctl(arg0 != &)/' >many
	printf 'prctl(arg1 == 1)\nprctl(arg1 == 2)\n' >two
	merged --intersect -F list -f out many many
	merged -F list many >wanted
	same out wanted
	status 125 "$UTRACE" -m --intersect -f out many two 2>err
	equal "$(cat err)" 'utrace: two: too many calls, rules or tests'
	same out wanted
}

t_merge_subtract() {
	sets
	merged --subtract -F list s1 s2 >out
	printf 'socket(arg0 == 10)\tAF_INET6\nwrite\nzzz\n' >wanted
	same out wanted
	merged --subtract -F list s1 s2 s3 >out
	equal "$(cat out)" write
	merged --subtract -F list s3 s1 >out
	equal "$(cat out)" 'socket(arg0 != 2 && arg0 != 10)'
	merged --subtract -F list s1 >out
	merged -F list s1 >wanted
	same out wanted
}

# a deny list as the calls that it allows
t_merge_deny_list() {
	printf '2\ndenylist\nmount errno 13\nsocket [0,2,SCMP_CMP_EQ]\n' >deny
	printf 'read\nmount\nsocket\n' >allow
	for order in 'allow deny' 'deny allow'; do
		# shellcheck disable=SC2086
		"$UTRACE" -m --intersect -F list $order 2>err | grep -v '^!' >out
		equal "$(cat out)" 'read
socket(arg0 != 2)'
		equal "$(cat err)" 'utrace: deny: a deny list: taking all other calls that this build knows'
	done
	"$UTRACE" -m --subtract -F list allow deny 2>err >out
	equal "$(cat out)" 'mount
socket(arg0 == 2)	AF_INET'
	"$UTRACE" -m -F lxc -f same deny 2>err
	equal "$("$UTRACE" -d deny same)" ''
	# what it denies would be allowed
	for order in 'allow deny' 'deny allow' 'deny deny'; do
		# shellcheck disable=SC2086
		status 125 "$UTRACE" -m $order 2>err
		contains err 'deny:1:1: a deny list: ' --intersect
	done
}

# what a format makes of a policy is said
t_merge_said() {
	printf 'read\nioctl(arg1 == 4294967297)\nprctl(arg1 == -1)\n' >high
	"$UTRACE" -m -F procd high 2>err >out
	case $(uname -m) in
	*64*) equal "$(cat err)" 'utrace: procd: ioctl is allowed by the low 32 bits of its arguments, because procd compares no more' ;;
	esac
	printf 'read\nwrite\n!prctl\t38\n' >reject
	for format in oci docker lxc; do
		"$UTRACE" -m -F $format reject 2>err >out
		equal "$(cat err)" \
			"utrace: $format: prctl is allowed, because the container needs it"
		equal "$(grep -c prctl out)" 1
	done
}

# more rejected calls than there is room for, known and unknown
t_merge_too_many() {
	for name in '&' 'zzz&'; do
		seq 5000 7000 | sed "s/.*/!$name\t1/" >list
		status 125 "$UTRACE" -m -F list list >out 2>err
		silent out
		equal "$(sed 's/:[0-9]*: too/: too/' err)" \
			"utrace: list:1025: too many calls, rules or tests"
	done
}

# what others wrote keeps its format, and is not replaced by what utrace makes
# of it
t_merge_hand_written() {
	printf '2\nallowlist\nread\nwrite\nexecve\n' >lxc
	printf '2\nblacklist\nmount\nptrace\n' >deny
	printf '[Service]\nSystemCallFilter=read write\n' >unit
	printf '{"whitelist":["read"],"comment":"x"}' >json
	for policy in lxc deny unit json; do
		cp $policy old
		for args in '' '-F list'; do
			# shellcheck disable=SC2086
			status 125 "$UTRACE" -m $args -f $policy $policy >out \
				2>err
			contains err "$policy: exists and is no policy that utrace"
			same $policy old
		done
	done
	equal "$("$UTRACE" -m lxc 2>err | head -n 2)" '2
allowlist kill'
	"$UTRACE" -m unit >out 2>err
	contains out '[Service]' SystemCallFilter=read
	"$UTRACE" -m json >out 2>err
	contains out '"whitelist"'
}

# consumers take a file without calls for no filter at all
t_merge_nothing() {
	echo read >a
	echo write >b
	for format in whitelist procd oci docker lxc systemd minijail firejail \
		kafel spo bpf; do
		status 125 "$UTRACE" -m --intersect -F $format -f out a b 2>err
		equal "$(cat err)" \
			"utrace: $format: the result would allow no call"
		[ ! -e out ] || fail "$format: written"
	done
	merged --intersect -F list a b >out
	silent out
	status 125 "$UTRACE" -m -f none/out a 2>err
	equal "$(head -n 1 err)" 'utrace: none/out: No such file or directory'
	# nor is it a list, when that is read again
	cp a old
	status 125 "$UTRACE" -m --intersect -f a a b 2>err
	equal "$(cat err)" 'utrace: list: the result would allow no call'
	same a old
	printf '!read\tkill\n99999\n' >c
	status 125 "$UTRACE" -m -F systemd c 2>err
	# calls of foreign ABIs only, for formats that have them
	[ "$(uname -m)" = x86_64 ] || return 0
	echo i386:read >a
	for format in oci docker lxc systemd spo bpf; do
		"$UTRACE" -m -F $format -f out a 2>err || fail "$format: $(cat err)"
		rm out
	done
	for format in procd minijail firejail kafel; do
		status 125 "$UTRACE" -m -F $format a >out 2>err
		silent out
	done
}

t_merge_at_least() {
	sets
	merged --at-least 2 -F list s1 s2 s3 >out
	lacks out write prctl
	contains out read 'arg0 == 2' 'arg0 == 10' 'arg0 > 20'
	merged --at-least 3 -F list s1 s2 s3 >out
	lacks out 'arg0 == 10'
	contains out 'socket(arg0 == 2)'
	merged --at-least 1 -F list s1 s2 s3 >out
	merged -F list s1 s2 s3 >wanted
	same out wanted
	"$UTRACE" -m -F table s1 s2 s3 >out 2>err
	contains out ' 3 of 3 ' ' 1 of 3 '
	grep -q '^ *3 of 3  *socket ' out || fail "$(cat out)"
	"$UTRACE" -m -F table --at-least 3 s1 s2 s3 >out 2>err
	contains out ' 3 of 3 '
	lacks out ' 2 of 3 ' ' 1 of 3 '
}

# names that no ABI of this build has, as procd's format keeps them
t_merge_at_least_unknown_names() {
	for names in 'zaaa zbbb zddd' 'zbbb zccc zddd' 'zaaa zddd zeee'; do
		for name in read $names; do
			printf '%s\n' "$name"
		done | sed 's/.*/"&"/' | paste -sd, |
			sed 's/.*/{ "whitelist": [ & ], "policy": 1 }/' \
			>"w${names%% *}${names##* }"
	done
	merged --at-least 2 -F procd wzaaazddd wzbbbzddd wzaaazeee >out 2>err
	contains out zaaa zbbb zddd
	lacks out zccc zeee
	merged --at-least 3 -F procd wzaaazddd wzbbbzddd wzaaazeee >out 2>err
	contains out zddd
	lacks out zaaa zbbb zccc zeee
	# musl's name of a call goes with the call
	printf 'clock_nanosleep\n' | merged -F procd - >p1
	printf 'read\n' | merged -F procd - >p2
	merged --at-least 2 -F procd p1 p2 >out
	lacks out nanosleep
}

t_merge_thousand_files() {
	for i in $(seq 1000); do
		printf 'read\nioctl(arg1 == %d)\nwrite\n' $((i % 100)) >p$i
		[ $((i % 2)) = 0 ] || echo close >>p$i
	done
	merged --at-least 500 -F list p* >out
	printf 'close\nread\nwrite\n' >wanted
	same out wanted
	merged -F table p* >out
	contains out ' 500 of 1000 ' '1000 of 1000 '
	merged --intersect -F list p* >out
	printf 'read\nwrite\n' >wanted
	same out wanted
}

t_set_options() {
	sets
	for wrong in '--intersect --subtract' '--at-least 2 --subtract' \
	    '--at-least 0' '--at-least x'; do
		# shellcheck disable=SC2086
		status 125 "$UTRACE" -m $wrong s1 s2 2>err
		equal "$(wc -l <err)" 1
		contains err 'utrace: --'
	done
	status 125 "$UTRACE" --intersect true 2>err
	equal "$(cat err)" 'utrace: --intersect has no effect without -m'
	status 2 "$UTRACE" -d --subtract s1 s2 2>err
	contains err '--subtract has no effect with -d'
}

# nothing is written, and there is one line
t_merge_failures() {
	policies
	echo '{ "whitelist": [ "read", 3 ] }' >wrong
	echo old >out
	for files in 'a wrong' 'wrong a'; do
		# shellcheck disable=SC2086
		status 125 "$UTRACE" -m -f out $files 2>err
		equal "$(cat err)" 'utrace: wrong:1:26: expected a string'
		equal "$(cat out)" old
	done
	# each of them
	status 125 "$UTRACE" -v -m -f out gone a wrong 2>err
	equal "$(cat err)" "utrace: gone: No such file or directory
utrace: a adds read, write
utrace: wrong:1:26: expected a string"
	equal "$(cat out)" old
	status 125 "$UTRACE" -m . 2>err
	contains err 'utrace: .: '
	status 125 "$UTRACE" -m 2>err
	contains err 'utrace: -m: '
}

# each wrong name up to ten, by its position; nothing is written
t_near_names() {
	printf 'read\n' >wrong
	for i in 1 2 3 4 5 6 7; do
		printf 'i%s:opne\n' $i
	done >>wrong
	printf 'SYS_open\nraed\n' >>wrong
	status 125 "$UTRACE" -m -f out wrong 2>err
	equal "$(wc -l <err)" 9
	contains err 'utrace: wrong:10:1: no such call; did you mean "read"'
	[ ! -e out ] || fail 'written in spite of an error'
	for i in 1 2 3 4; do
		printf 'j%s:opne\n' $i
	done >>wrong
	status 125 "$UTRACE" -c wrong sh -c ': >out' 2>err
	equal "$(wc -l <err)" 11
	equal "$(tail -1 err)" 'utrace: wrong: and 3 more'
	[ ! -e out ] || fail 'started in spite of an error'
}

# a call's own action survives the list
t_list_keeps_actions() {
	printf 'read\n!clone3\t38\n!prctl\t0\n!write\tlog\n' >list
	merged list >out
	sort list >wanted
	sort out | cmp - wanted || fail "$(cat out)"
	"$UTRACE" -m -F oci list >oci 2>err
	contains oci '"clone3"' '"errnoRet": 38'
	merged -F list oci >out
	contains out '!clone3	38'
}

# whatever the policy is for, a wrong one is one line and nothing is started
t_wrong_policy_starts_nothing() {
	printf '{ "whitelist": [\n\t3 ] }\n' >wrong
	cp wrong before
	for mode in '-f result -c' -e '-f result -k' SECCOMP_FILE; do
		if [ "$mode" = SECCOMP_FILE ]; then
			SECCOMP_FILE=wrong status 125 "$UTRACE" \
				sh -c ': >started' 2>err
		else
			# shellcheck disable=SC2086
			status 125 "$UTRACE" $mode wrong sh -c ': >started' \
				2>err
		fi
		equal "$(cat err)" 'utrace: wrong:2:2: expected a string'
		[ ! -e started ] || fail "$mode: started in spite of that"
		[ ! -e result ] || fail "$mode: a result in spite of that"
		same wrong before
	done
}

# a name that this build lacks is no reason to refuse it, and is not lost
t_merge_keeps_unknown_names() {
	printf 'zzz\nread\ns390:aaa\n' >a
	merged -F list a >out
	printf 'read\ns390:aaa\nzzz\n' >wanted
	same out wanted
	merged -F whitelist a >out
	contains out '"zzz"'
	lacks out aaa
	"$UTRACE" -m -v -F procd a >out 2>err
	equal "$(cat err)" 'utrace: a adds read'
	contains out '"zzz"'
	lacks out aaa
	"$UTRACE" -m -F minijail a >out 2>err
	contains err 'utrace: minijail: leaving out names that this build'
	lacks out zzz
	# names of other machines are no mistake; -v counts them
	printf 'riscv_hwprobe\ncacheflush\nread\nclock_gettime32\n' >b
	merged -F procd b >out
	contains out '"riscv_hwprobe"' '"cacheflush"'
	case $(uname -m) in
	x86_64)
		"$UTRACE" -m -v b 2>err >out
		contains err 'list: names of other machines: 2'
		"$UTRACE" -c out true 2>err || true
		lacks err cacheflush clock_gettime32
		;;
	esac
	# used, it is skipped with a line
	"$UTRACE" -c a true 2>err || true
	equal "$(grep -c 'does not know' err)" 1
}

t_compare() {
	policies
	status 1 "$UTRACE" -d a b >out
	printf '+close\n+socket\n-write\n+aaa\n-zzz\n' >wanted
	same out wanted
	sed 's/"value": 2/"value": 3/' b >other
	status 1 "$UTRACE" -d b other >out
	equal "$(cat out)" '~socket'
	printf 'read\ni386:read\n' >x
	printf 'read\ni386:write\n' >y
	status 1 "$UTRACE" -d x y >out
	if [ "$(uname -m)" = x86_64 ]; then
		printf -- '-i386:read\n+i386:write\tforeseeable: death\n' >wanted
		same out wanted
	fi
	status 0 "$UTRACE" -d x x >out
	silent out
	# other conditions, which allow the same or do not
	printf 'mmap((arg2 & 6) == 4)\nmmap((arg2 & 4) == 0)\n' >x2
	printf 'mmap((arg2 & 4) == 0)\nmmap((arg2 & 2) == 0)\n' >y2
	status 0 "$UTRACE" -d x2 y2 >out
	silent out
	printf 'mmap((arg2 & 4) == 0)\nmmap((arg2 & 1) == 0)\n' >y2
	status 1 "$UTRACE" -d x2 y2 >out
	equal "$(cat out)" '~mmap'
	status 1 "$UTRACE" -d y2 x2 >out
	equal "$(cat out)" '~mmap'
	status 2 "$UTRACE" -d x gone 2>err
	contains err 'utrace: gone: '
	echo '{' >wrong
	status 2 "$UTRACE" -d wrong x 2>err
	equal "$(cat err)" 'utrace: wrong:2:1: unexpected end of file'
	for wrong in 'x' 'x y x' 'x y -q' '--nonsense x y' '-m x y'; do
		# shellcheck disable=SC2086
		status 2 "$UTRACE" -d $wrong 2>err
		equal "$(wc -l <err)" 1
	done
	[ -c /dev/full ] || return 0
	status 2 "$UTRACE" -d x y >/dev/full 2>err
	contains err 'utrace: standard output: '
}

# as large as profiles get
t_read_dockers_profile() {
	profile=/usr/share/containers/seccomp.json
	[ -e $profile ] || skip "no $profile: golang-github-containers-common"
	"$UTRACE" -m -F list $profile >list 2>err
	contains list openat 'personality(arg0 == 0x20008)' 'socket(arg0 != 16)'
	contains list '!kexec_load	1'
	contains err 'for other capabilities, see --caps'
	lacks err 'does not know' ':1:'
	"$UTRACE" -m $profile >docker 2>err
	contains docker '"archMap"'
	"$UTRACE" -m -F oci $profile >oci 2>err
	contains oci '"defaultErrnoRet": 38' '"errnoRet": 1'
	"$UTRACE" -d list oci >out || true
	lacks out -
}

# a policy for the entry point lacks what a filter from execve on needs
t_merge_scopes() {
	printf '{"whitelist":["read"],"policy":1}' >a
	for format in systemd docker oci; do
		"$UTRACE" -m -F $format a >out 2>err
		contains err "utrace: $format: its filter begins at execve"
	done
	for format in list table procd; do
		merged -F $format a >out
	done
	echo read >b
	merged -F systemd b >out
	# who executes another program has what that takes
	printf '{"whitelist":["read","execve"],"policy":1}' >a
	merged -F docker a >out
}

# -v says what came from where
t_merge_verbose() {
	printf 'read\nwrite\n' >a
	printf 'read\nioctl(arg1 == 1)\n' >b
	printf 'ioctl(arg1 == 2)\nbind\nacct\n' >c
	"$UTRACE" -m -v -F list a b c - <a >/dev/null 2>err
	equal "$(cat err)" 'utrace: a adds read, write
utrace: b adds ioctl
utrace: c adds acct, bind, ioctl
utrace: - adds no call'
	"$UTRACE" -m -v --intersect -F list a b >/dev/null 2>err
	silent err
}

# the rules for capabilities that --caps names
t_merge_caps() {
	cat >profile <<-'END'
		{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[
		{"names":["mount"],"action":"SCMP_ACT_ALLOW",
		 "includes":{"caps":["CAP_SYS_ADMIN"]}},
		{"names":["chroot"],"action":"SCMP_ACT_ALLOW",
		 "includes":{"caps":["CAP_SYS_CHROOT","CAP_SYS_ADMIN"]}},
		{"names":["setns"],"action":"SCMP_ACT_ALLOW",
		 "excludes":{"caps":["CAP_CHOWN","CAP_KILL"]}}]}
	END
	while read -r caps calls; do
		"$UTRACE" -m --caps "$caps" -F list profile >list 2>err
		# shellcheck disable=SC2086
		equal "$caps: $(grep -v always list | tr '\n' ' ')" "$caps: $calls "
	done <<-'END'
		none setns
		CAP_SYS_ADMIN mount setns
		SYS_CHROOT,CAP_SYS_ADMIN chroot mount setns
		CAP_SYS_CHROOT setns
		CAP_SYS_ADMIN,CAP_KILL mount
		SYS_ADMI,SYS_ADMINN,KILLS setns
		all chroot mount
	END
	contains err 'ignoring 1 rule for other capabilities, see --caps'
}

# the rules for capabilities stay as they are: what is written is the same
# policy as before, whatever the capabilities
t_merge_caps_keep() {			# up to 240 s
	cat >default <<-'END'
		{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"syscalls":[
		{"names":["clone"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,
		"value":2114060288,"op":"SCMP_CMP_MASKED_EQ"}],
		"excludes":{"caps":["CAP_SYS_ADMIN"],"arches":["s390"]}},
		{"names":["clone3"],"action":"SCMP_ACT_ERRNO","errnoRet":38,
		"excludes":{"caps":["CAP_SYS_ADMIN"]},"comment":"]}\""},
		{"names":["read","openat"],"action":"SCMP_ACT_ALLOW"},
		{"names":["bpf"],"action":"SCMP_ACT_ERRNO","errnoRet":13},
		{"names":["bpf","clone","clone3","mount"],
		"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_ADMIN"]}},
		{"names":["bpf"],"action":"SCMP_ACT_ALLOW",
		"includes":{"caps":["CAP_BPF"],"minKernel":"2.6"}},
		{"names":["ptrace"],"action":"SCMP_ACT_ALLOW",
		"includes":{"minKernel":"2.6"}},
		{"names":["settimeofday"],"action":"SCMP_ACT_ALLOW",
		"includes":{"caps":["CAP_SYS_TIME"]},"excludes":{
		"caps":["CAP_CHOWN","CAP_BPF"]}}]}
	END
	for profile in default /usr/share/containers/seccomp.json; do
		[ -e "$profile" ] || continue
		"$UTRACE" -m --caps keep -F docker -f kept "$profile" 2>err
		contains kept '"includes"'
		for caps in none all CAP_SYS_ADMIN CAP_BPF CAP_SYS_TIME \
				CAP_SYS_TIME,CAP_BPF; do
			"$UTRACE" -m --caps $caps -F docker "$profile" >want 2>err
			"$UTRACE" -m --caps $caps -F docker kept >got 2>err
			diff want got >differ || fail "$caps: $(cat differ)"
		done
		# once more, from the format of the file
		cp kept again
		"$UTRACE" -m --caps keep -f again again 2>err
		same kept again
	done
	# all of them need a capability
	printf '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["bpf"],
		"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_BPF"]}}]}' >one
	"$UTRACE" -m --caps keep -F docker one >kept 2>err || fail "$(cat err)"
	contains kept '"CAP_BPF"'
	# any other use would lose these rules, and YAML is no JSON
	cat >spo <<-'END'
		kind: SeccompProfile
		spec:
		  defaultAction: SCMP_ACT_ERRNO
		  syscalls:
		  - names: [read]
		    action: SCMP_ACT_ALLOW
		    includes:
		      caps: [CAP_KILL]
	END
	"$UTRACE" -m --caps keep -F docker spo >out 2>err && fail 'YAML'
	silent out
	contains err "utrace can't express this"
	printf '{"defaultAction":"SCMP_ACT_KILL","syscalls":[]}' >small
	for args in '-m -F oci small' '-m -F docker small small' \
			'-d small small' '-e small true'; do
		# shellcheck disable=SC2086
		"$UTRACE" --caps keep $args 2>err >out && fail "$args"
		silent out
		equal "$(cat err)" \
			'utrace: --caps keep: only for -m -F docker of one file'
	done
}

# what runc needs of a call is added as long as there is room for its rules
t_merge_rules_for_runc() {
	seq 1000 1506 | sed 's/.*/prctl(arg0 == &)/' >list
	"$UTRACE" -m -F oci -f fits list
	equal "$(grep -c '"prctl"' fits)" 512
	echo 'prctl(arg0 == 1507)' >>list
	"$UTRACE" -m -F oci -f full list 2>err
	equal "$(grep -c '"prctl"' full)" 1
	contains err 'prctl is allowed with any arguments'
}

# runc maps its own memory without PROT_EXEC
t_merge_mmap_for_runc() {
	echo 'mmap((arg2 & 4) == 4)' >list
	"$UTRACE" -m -F oci -f oci list 2>err
	sed -n '/"mmap"/,/"op"/s/.*"value\(Two\)*": \([0-9]*\).*/\2/p' oci >values
	equal "$(echo $(cat values))" '4 0 4 4'
}

t_compare_too_many_rules() {
	seq 400 | sed 's/.*/prctl(arg0 == &)/' >old
	seq 401 800 | sed 's/.*/prctl(arg0 == &)/' >new
	got=0
	"$UTRACE" -d old new >out 2>err || got=$?
	equal $got 2
	silent out
	contains err 'utrace: more than there is room for'
}

# conditions of another machine's calls: it is allowed, and a line says so
t_merge_other_machines_rules() {
	[ "$(uname -m)" = x86_64 ] || skip 'mmap2 is no call of x86-64'
	printf '{ "defaultAction": "SCMP_ACT_KILL", "syscalls": [ { "names": [
		"exit", "read" ], "action": "SCMP_ACT_ALLOW" }, { "names": [ "exit",
		"mmap2" ], "action": "SCMP_ACT_ALLOW", "args": [ { "index": 2,
		"value": 4, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ" } ] } ] }\n' >a
	"$UTRACE" -m a >out 2>err
	contains out '"mmap2"'
	contains err "a: ignoring 1 rule on arguments of unknown calls"
	# of an OCI profile they would hold for i386
	sed 's/"syscalls"/"architectures": [ "SCMP_ARCH_X86_64" ], &/' a >oci
	"$UTRACE" -m oci >out 2>err
	lacks out mmap2
	contains err 'ignoring 1 rule for unknown calls'
}
