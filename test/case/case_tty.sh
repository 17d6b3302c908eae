# shellcheck shell=sh
# Job control, from real shells on a real terminal: as without utrace.

# each script for each shell there is and each tap; $U is utrace there, and >>
# the prompt
on_tty() { # NAME of a function that writes a script for tool_pty
	"$VICTIMS/tool_probe" pty || skip 'no pseudo-terminals here'
	unset ENV
	export HOME="$PWD" TERM=dumb PS1='>> ' V="$v"
	tried=
	for sh in 'bash --norc --noprofile --noediting -i' 'dash -i' \
	    'busybox sh -i' 'sh -i'; do
		command -v "${sh%% *}" >/dev/null || continue
		shell=$sh
		case $sh in
		sh*) [ -z "$tried" ] || continue ;;
		busybox*) shell="-e $sh" ;;
		esac
		tried=yes
		each_tap one_session "$1"
	done
}

one_session() { # SCRIPT
	rm -f list
	export U="$UTRACE -q -t $TAP -F list -s exec -f list"
	{ echo 'expect >> '; "$1"; } >script
	"$VICTIMS/tool_pty" $shell <script >transcript ||
		fail "$TAP, $shell: $(cat transcript)"
	await 5 [ -e list ]
	saw execve
}

ctrl_c() {
	cat <<-'END'
	send $U ${V}_tick\r
	expect <tick>
	send \x03
	expect >>
	send echo st=$?\r
	expect st=130
	END
	leave
}

leave() {
	cat <<-'END'
	send exit 9\r
	exit 9
	END
}

t_ctrl_c() {
	on_tty ctrl_c
}

case $ABI in
mips*) tstp=24 winch=20 ;;
*) tstp=20 winch=28 ;;
esac

# once, from the kernel, though utrace is in the group as well
key_arrives_once() {
	cat <<-'END'
	send $U ${V}_signals 150\r
	expect pid
	END
	echo "send $key"
	cat <<-'END'
	expect got
	expect >>
	times 1 got
	END
	echo "times 1 got $signal 128 0"
	leave
}

t_keys_arrive_once() {
	key='\x03' signal=2
	on_tty key_arrives_once
	key='\x1c' signal=3
	on_tty key_arrives_once
	key='\x1a' signal=$tstp
	on_tty key_arrives_once
}

ctrl_backslash() {
	cat <<-'END'
	send $U ${V}_tick\r
	expect <tick>
	send \x1c
	expect >>
	send echo st=$?\r
	expect st=131
	END
	leave
}

t_ctrl_backslash() {
	ulimit -c 0
	on_tty ctrl_backslash
}

# busybox's shell now and then reads on behind bg without its prompt, whatever
# the job is, so don't wait for that
stop_and_go() {
	cat <<-'END'
	send $U ${V}_tick\r
	expect <tick>
	send \x1a
	expect topped
	expect >>
	absent 150 <tick>
	send fg\r
	expect <tick>
	send \x1a
	expect topped
	expect >>
	absent 150 <tick>
	send bg\r
	expect [1]
	expect <tick>
	sleep 150
	send fg\r
	expect _tick
	sleep 100
	expect <tick>
	send \x03
	expect >>
	send echo st=$?\r
	expect st=130
	END
	leave
}

t_ctrl_z_fg_bg() {
	on_tty stop_and_go
}

# many times over, as each way goes through several processes
stop_and_go_often() {
	cat <<-'END'
	send $U ${V}_tick\r
	expect <tick>
	END
	for n in 1 2 3 4 5 6 7 8 9 10; do
		cat <<-'END'
		send \x1a
		expect topped
		expect >>
		send fg\r
		expect <tick>
		END
	done
	cat <<-'END'
	send \x03
	expect >>
	send echo st=$?\r
	expect st=130
	END
	leave
}

t_ctrl_z_often() {
	on_tty stop_and_go_often
}

ignores_stop() {
	cat <<-'END'
	send $U ${V}_tick ignore\r
	expect <tick>
	send \x1a
	absent 150 topped
	expect <tick>
	expect <tick>
	send \x03
	expect >>
	send echo st=$?\r
	expect st=130
	END
	leave
}

t_program_ignores_ctrl_z() {
	on_tty ignores_stop
}

handles_stop() {
	cat <<-'END'
	send $U ${V}_tick handle\r
	expect <tick>
	send \x1a
	expect <tidy>
	expect topped
	expect >>
	absent 150 <tick>
	send fg\r
	expect <again>
	expect <tick>
	send \x1a
	expect <tidy>
	expect topped
	expect >>
	send fg\r
	expect <again>
	expect <tick>
	times 2 <tidy>
	send \x03
	expect >>
	send echo st=$?\r
	expect st=130
	END
	leave
}

t_program_handles_ctrl_z() {
	on_tty handles_stop
}

stops_itself() {
	cat <<-'END'
	send $U sh -c 'kill -STOP $$; echo a""gain; exit 3'\r
	expect topped
	expect >>
	absent 100 again
	send fg\r
	expect again
	expect >>
	send echo st=$?\r
	expect st=3
	END
	leave
}

t_program_stops_itself() {
	on_tty stops_itself
}

# its last word is the news that it goes on
ends_when_continued() {
	for n in 1 2 3; do
		cat <<-'END'
		send $U ${V}_bulky 64\r
		expect topped
		expect >>
		send fg\r
		expect _bulky
		expect >>
		send echo st=$?\r
		expect st=3
		END
	done
	leave
}

t_ends_when_continued() {
	on_tty ends_when_continued
}

continued_by_pid() {
	cat <<-'END'
	send $U ${V}_tick &\r
	expect >>
	expect <tick>
	send u=$!\r
	expect >>
	send fg\r
	expect _tick
	sleep 100
	expect <tick>
	send \x1a
	expect topped
	expect >>
	absent 150 <tick>
	send kill -CONT $u\r
	expect <tick>
	expect <tick>
	send fg\r
	expect _tick
	sleep 100
	send \x03
	expect >>
	send echo st=$?\r
	expect st=130
	END
	leave
}

t_sigcont_to_utrace() {
	on_tty continued_by_pid
}

stopped_by_pid() {
	cat <<-'END'
	send $U ${V}_tick &\r
	expect >>
	expect <tick>
	send kill -TSTP $!\r
	until topped
	absent 150 <tick>
	send fg\r
	expect <tick>
	send \x03
	expect >>
	END
	leave
}

t_sigtstp_to_utrace() {
	on_tty stopped_by_pid
}

reads_in_background() {
	cat <<-'END'
	send $U sh -c 'x=$(head -n 1); echo got=$x' &\r
	expect >>
	until topped
	expect >>
	send fg\r
	expect got=
	sleep 100
	send hello\r
	expect got=hello
	expect >>
	END
	leave
}

t_background_read() {
	on_tty reads_in_background
}

writes_in_background() {
	cat <<-'END'
	send stty tostop\r
	expect >>
	send $U sh -c 'echo by""e' &\r
	expect >>
	until topped
	absent 50 bye
	send fg\r
	expect bye
	expect >>
	END
	leave
}

t_background_write() {
	need stty
	on_tty writes_in_background
}

in_a_pipe() {
	cat <<-'END'
	send $U ${V}_tick | cat\r
	expect <tick>
	send \x1a
	expect topped
	expect >>
	absent 150 <tick>
	send fg\r
	expect <tick>
	send \x03
	expect >>
	END
	leave
}

t_job_of_two() {
	on_tty in_a_pipe
}

# an interactive shell as PROGRAM moves the terminal from group to group
shell_inside() {
	printf 'send $U %s\\r\n' "$sh"
	cat <<-'END'
	expect >>
	send ${V}_tick\r
	expect <tick>
	send \x1a
	expect topped
	expect >>
	absent 150 <tick>
	send fg\r
	expect <tick>
	send \x03
	expect >>
	send echo st=$?\r
	expect st=130
	send exit 5\r
	expect >>
	send echo outer=$?\r
	expect outer=5
	END
	leave
}

t_shell_inside() {
	on_tty shell_inside
}

resized() {
	cat <<-END
	send \$U \${V}_signals 150\\r
	expect pid
	winsize 30
	expect got
	expect >>
	times 1 got
	times 1 got $winch 128 0
	END
	leave
}

t_resize_arrives_once() {
	on_tty resized
}

has_tty() {
	cat <<-'END'
	send $U sh -c '[ -t 0 ] && echo ye"s" >/dev/tty'\r
	expect yes
	expect >>
	END
	leave
}

t_controlling_terminal() {
	on_tty has_tty
}

# the shell's end takes PROGRAM along, and the result is written
hangs_up() {
	cat <<-'END'
	send $U ${V}_tick\r
	expect <tick>
	hangup
	exit
	END
}

t_hangup() {
	on_tty hangs_up
}

# as a terminal emulator or sshd starts it: utrace leads the session, so the
# kernel tells only utrace
leader() { # SCRIPT
	rm -f list out
	"$VICTIMS/tool_pty" "$UTRACE" -q -t "$TAP" -F list -s exec -f list \
		sh -c "exec ${v}_signals 300 >out" <script >transcript ||
		fail "$TAP: $(cat transcript)"
	await 5 [ -e list ]
}

hung_up_leader() {
	leader
	equal "$(grep -c '^got 1 ' out)" 1
	saw execve
}

t_hangup_of_session_leader() {
	"$VICTIMS/tool_probe" pty || skip 'no pseudo-terminals here'
	printf 'written out\nhangup\nexit\n' >script
	each_tap hung_up_leader
}

t_state_on_tty() {
	"$VICTIMS/tool_probe" pty || skip 'no pseudo-terminals here'
	echo 'exit 0' >script
	for TAP in $TAPS; do
		"$VICTIMS/tool_pty" sh -c '"$1" out && mv out direct && shift &&
			"$@" out; s=$?; exit $s' sh "${v}_state" "$UTRACE" -q -t "$TAP" \
			-F list -f list "${v}_state" <script >transcript ||
			fail "$(cat transcript)"
		same_state out direct
		contains out 'tty 1'
		saw umask
	done
}

# where the result is: on a terminal only, and not with -q
t_summary() {
	"$VICTIMS/tool_probe" pty || skip 'no pseudo-terminals here'
	printf 'expect result-file\nexit 3\n' >script
	"$VICTIMS/tool_pty" "$UTRACE" -f result-file "${v}_mark" 3 <script ||
		fail 'no summary'
	printf 'absent 200 result-file\nexit 3\n' >script
	"$VICTIMS/tool_pty" "$UTRACE" -q -f result-file "${v}_mark" 3 <script ||
		fail 'a summary in spite of -q'
}
