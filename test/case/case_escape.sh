# shellcheck shell=sh
# A tracee chooses names and paths.  None of them can break a line, forge one,
# or send a control sequence to the terminal.

# a name of 254 bytes: each that a file's name can have
every_byte() {
	i=1
	while [ $i -lt 256 ]; do
		# shellcheck disable=SC2059
		[ $i = 47 ] || printf "\\$(printf %03o $i)"
		i=$((i + 1))
	done
}

# FILE has a text, of printable ASCII, tabs and newlines
plain() { # FILE
	[ -s "$1" ] || fail "$TAP: $1 is empty"
	LC_ALL=C tr -d '\t\n -~' <"$1" >odd
	[ ! -s odd ] || fail "$TAP: control characters in $1: $(cat -v "$1")"
}

# each line of FILE is a message of utrace
only_messages() { # FILE
	plain "$1"
	! grep -v '^utrace: ' "$1" >odd || fail "$TAP: no message: $(cat odd)"
}

run_odd() { # [OPTION...]
	rm -rf err D
	got=0
	utrace "$@" sh -c '"$1"; :' sh "./$odd_name" >out 2>err || got=$?
}

odd_messages() {
	run_odd -v -f list -F list
	only_messages err
	contains err 'exec ' '\x01\x02\x03' '\x1f !"#' '[\\]'
	# its path needs an end that says so
	contains err '...'
	echo execve >policy
	run_odd -c policy
	equal $got 124
	only_messages err
	contains err "utrace: \\x01\\x02" "...[" "]: $mark is not in policy"
	lacks out .
}

t_escape_messages() {
	odd_name=$(every_byte)
	cp "${v}_mark" "./$odd_name"
	each_stopping_tap odd_messages
}

odd_files() {
	run_odd -x D -F list
	plain D/exec.tsv
	awk -F '\t' 'NF != 5 { exit 1 }' D/exec.tsv || fail "$(cat D/exec.tsv)"
	# the path is not cut
	contains D/exec.tsv '\xfc\xfd\xfe\xff'
	(cd D && for file in *; do echo "$file"; done) >names
	plain names
	equal "$(wc -l <names)" 3
	name=$(cut -f 2 D/exec.tsv | grep 'x01')
	contains "D/$name.list" $mark
	tally sh -c '"$1"; :' sh "./$odd_name" >out
	plain table
	awk 'length > 80 { exit 1 }' table || fail "too wide: $(cat table)"
	contains table '\x01'
}

t_escape_files() {
	odd_name=$(every_byte)
	cp "${v}_mark" "./$odd_name"
	each_stopping_tap odd_files
}

forgery() {
	got=0
	utrace -v -c policy sh -c '"$1"; :' sh "./$odd_name" 2>err || got=$?
	equal $got 124
	only_messages err
	! grep -q '^utrace: sshd' err || fail "forged: $(cat err)"
	contains err \
		'a\x1b[31mRED\x0autrace: sshd[1]: execve is allowed['
}

t_escape_forgery() {
	odd_name=$(printf 'a\033[31mRED\nutrace: sshd[1]: execve is allowed')
	cp "${v}_mark" "./$odd_name"
	echo execve >policy
	each_stopping_tap forgery
}

# what the user types reaches messages and the default result's name
t_escape_arguments() {
	odd_name=$(printf 'no\n\033[31m\302\233\177')
	safe_name='no\x0a\x1b[31m\xc2\x9b\x7f'
	for wrong in "-f$odd_name/x" "-c$odd_name" "-e$odd_name" \
	    "-x$odd_name/x/y" "-p$odd_name" "-F$odd_name" "-t$odd_name" \
	    "-w$odd_name" "-a$odd_name" "-i$odd_name" "-k$odd_name" \
	    "--$odd_name" "-s$odd_name" "-P$odd_name/x" "$odd_name"; do
		"$UTRACE" "$wrong" true >out 2>err || :
		# -f: the result follows the message
		plain err
		contains err "$safe_name"
	done
	"$UTRACE" -m "$odd_name" 2>err || :
	"$UTRACE" -d "$odd_name" "$odd_name" 2>>err || :
	only_messages err
	equal "$(grep -cF "$safe_name" err)" 2
	cp "${v}_mark" "./$odd_name"
	"$UTRACE" -v "./$odd_name" 2>err
	only_messages err
	# the file's name has the escapes, and the message escapes these
	result=$(sed -n 's,.* allowed: ,,p' err | sed 's,\\\\,\\,g')
	case $result in
	"/tmp/$safe_name".*.json) [ -f "$result" ] || fail "no $result" ;;
	*) fail "the result is $result" ;;
	esac
	rm "$result"
}

# nor a policy's text
t_escape_policies() {
	for policy in 'a\033[31m' '{ "\033": 1 }' '{ "whitelist": [ "\\u001b" ] }' \
	    '{ "defaultAction": "\302\233" }' '\302\233:read' 'read(arg\033)'; do
		# shellcheck disable=SC2059
		printf "$policy\n" >policy
		status 125 "$UTRACE" -c policy true 2>err
		only_messages err
	done
}
