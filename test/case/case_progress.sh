# shellcheck shell=sh
# The line on a terminal that says how far a recording is.

# it makes calls until a signal lets it write a word, then until the next one
chatty='trap "stop=1" INT
	while [ -z "$stop" ]; do cd .; done
	stop=; echo hello
	while [ -z "$stop" ]; do cd .; done'

on_pty() { # COMMAND...
	TERM=vt100 NO_COLOR='' "$VICTIMS/tool_pty" "$@" <script >transcript ||
		fail "$*: $(cat transcript)"
}

need_pty() {
	"$VICTIMS/tool_probe" pty || skip 'no pseudo-terminals here'
	erase=$(printf '\033[K')
}

# gone before PROGRAM's word, and for good
shown() {
	cat >script <<-END
	expect calls by 1 process,
	expect kinds, newest
	expect ${erase}utrace:
	send \\x03
	expect ${erase}hello
	absent 600 newest
	send \\x03
	expect kinds allowed: list
	expect utrace: next, check it: utrace -c list sh -c 'trap
	exit 0
	END
	on_pty "$UTRACE" -t "$TAP" -F list -f list sh -c "$chatty"
}

t_progress() {
	need_pty
	each_stopping_tap shown
}

# nothing of it where it would be in the way, or is not asked for
not_shown() { # COMMAND...
	printf '%s\n' 'absent 700 newest' 'send \x03' 'absent 100 newest' \
		'send \x03' 'exit' >script
	on_pty "$@" sh -c "$chatty"
}

t_progress_is_not_shown() {
	need_pty
	for option in -q -v -D; do
		# with -D the terminal is PROGRAM's, too
		not_shown "$UTRACE" -t stop -f x "$option"
	done
	for variable in TERM=dumb TERM= NO_COLOR=1; do
		not_shown env "$variable" "$UTRACE" -t stop -f x
	done
	not_shown sh -c 'exec "$@" 2>err' sh "$UTRACE" -t stop -f x
	lacks err newest
	# what can't be seen to write
	for TAP in $TAPS; do
		[ "$TAP" != ebpf ] || not_shown "$UTRACE" -t ebpf -f x
		[ "$TAP" != seccomp ] || {
			printf '%s\n' write >known
			not_shown "$UTRACE" -t seccomp -f x -k known
		}
	done
	not_shown "$UTRACE" -t stop -s sh -f x env
}

# another job of the shell has the terminal
t_progress_not_in_background() {
	need_pty
	need bash
	printf '%s\n' 'absent 700 newest' 'exit' >script
	on_pty bash --norc --noprofile -imc '"$1" -t stop -f x sh -c \
		"until [ -e go ]; do cd .; done" & sleep 0.6; : >go; wait' \
		bash "$UTRACE"
}

# its processes may write what they like; four a second at most
attached() {
	sh -c 'until [ -e go ]; do echo; done' >out 2>&1 &
	pid=$!
	printf '%s\n' 'winsize 24 41' 'expect by 1' 'expect by 1' \
		'expect by 1' 'expect by 1' 'expect by 1' 'send \x03' \
		'expect allowed: list' 'exit 3' >script
	begin=$(date +%s%N)
	! TERM=vt100 NO_COLOR='' "$VICTIMS/tool_pty" "$UTRACE" -t "$TAP" \
		-F list -f list -a $pid <script >transcript ||
		fail 'exit status 3?'
	end=$(date +%s%N)
	: >go
	wait $pid
	rm go
	sed 's/.x1b/\n/g' transcript | grep 'utrace: .* by 1' >lines
	n=$(wc -l <lines)
	[ "$n" -ge 5 ] || fail "$TAP: $(cat transcript)"
	[ "$n" -le $(((end - begin) / 250000000 + 2)) ] ||
		fail "$TAP: $n lines in $(((end - begin) / 1000000)) ms"
	# the last column stays empty; each but the first follows "[K"
	sed 's/^\[K//; /allowed: list/d' lines >wide
	! grep '.\{41\}' wide || fail 'too wide'
	grep -q '.\{40\}' wide || fail "too narrow: $(cat wide)"
}

t_progress_attached() {
	need_pty
	not_with seccomp
	each_tap_with_pids attached
}

# a message begins a line
t_progress_and_messages() {
	need_pty
	printf '%s\n' 'expect newest' "expect ${erase}utrace: D/x: " \
		'send \x03' exit >script
	mkdir D
	on_pty "$UTRACE" -t stop -i 1 -F list -f D/x sh -c 'trap "stop=1" INT
		rm -r D; while [ -z "$stop" ]; do cd .; done'
}
