# shellcheck shell=sh
# How PROGRAM ends is how utrace ends.

ends() { # HOW COMMAND...
	want=$1
	shift
	"$VICTIMS/tool_ends" "$@" 9>ended >out 2>err
	equal "$(cat ended)" "$want"
}

exits() {
	for n in 0 1 3 125 255; do
		ends "exit $n" "$UTRACE" -t "$TAP" -f list -F list sh -c "exit $n"
		silent err
		lacks list no-such-text
		rm list
	done
}

t_exit_status() {
	each_tap exits
}

# for pid 42 to die of signal 15 is more than to exit with 143
dies() {
	for n in 1 2 3 4 6 8 9 11 13 14 15 31 34 64; do
		# busybox's shell ignores 3
		"$VICTIMS/tool_ends" sh -c "kill -$n \$\$" 9>direct
		[ $n = 3 ] || equal "$(cat direct)" "signal $n"
		ends "$(cat direct)" "$UTRACE" -t "$TAP" -f list -F list \
			sh -c "kill -$n \$\$"
		lacks list no-such-text
		rm list
	done
}

t_death_by_signal() {
	ulimit -c 0
	each_tap dies
}

one_core() {
	ends "signal 6" "$UTRACE" -t "$TAP" -f list -F list "${v}_core"
	tr '\0' '\n' <core >text
	says "THE VICTIM'S OWN CORE" text || fail 'that is not the core of PROGRAM'
	equal "$(find . -name 'core*' | wc -l)" 1
	rm core*
}

t_one_core_only() {
	ulimit -c unlimited 2>/dev/null || skip 'core limit'
	"$VICTIMS/tool_ends" "${v}_core" >how
	[ -e core ] || skip 'cores do not go to the working directory'
	rm core
	each_tap one_core
}

survives() {
	ends 'exit 143' "$with" nosuicide "$UTRACE" -t "$TAP" -f list -F list \
		sh -c 'kill -TERM $$'
	saw kill
	rm list
}

# who can't die of it tells as a shell does
t_alive_after_death_by_signal() {
	need_filters
	ends 'exit 0' "$with" nosuicide sh -c 'kill -TERM $$'
	each_tap survives
}

not_found() {
	ends 'exit 127' env PATH="$path" "$UTRACE" -t "$TAP" -f list "$@"
	contains err "utrace: $1"
	[ ! -e list ] || fail 'a result of nothing'
}

t_not_found_is_127() {
	path=/bin:/no/such/folder
	each_tap not_found no-such-program
	each_tap not_found ./no-such-program
	each_tap not_found /no/such/program x
	each_tap not_found ''
	path=
	each_tap not_found true
}

not_executable() {
	ends 'exit 126' env PATH="$PWD/bin:$PATH" "$UTRACE" -t "$TAP" -f list "$@"
	contains err "utrace: $1"
	[ ! -e list ] || fail 'a result of nothing'
}

t_not_executable_is_126() {
	echo true >plain
	each_tap not_executable ./plain
	mkdir folder
	each_tap not_executable ./folder
	mkdir bin
	cp plain bin/in_path
	each_tap not_executable in_path
	printf '\177ELF not really' >garbage
	chmod +x garbage
	each_tap not_executable ./garbage
}

# a message that names what is at fault
explains() { # STATUS MESSAGE PROGRAM
	for option in -D -q; do
		ends "exit $1" "$UTRACE" $option -t "$TAP" -f list "$3"
		equal "$(cat err)" "utrace: $3: $2"
		[ ! -e list ] || fail 'a result of nothing'
	done
}

script() { # FIRST-LINE
	printf '%b\n' "$1" >script
	chmod +x script
}

# nobody opens it to tell why: its writer would go on
t_not_executable_pipe() {
	mkfifo pipe
	chmod 755 pipe
	(echo x >pipe; : >opened) &
	writer=$!
	status 126 "$UTRACE" ./pipe 2>err
	contains err 'Permission denied'
	[ ! -e opened ] && timeout 5 cat pipe >out || fail 'it was opened'
	wait $writer
}

t_missing_interpreter() {
	script '#!/no/such/interpreter -x'
	each_tap explains 127 'it needs /no/such/interpreter: No such file or directory' \
		./script
	cp script only_here
	PATH=/no/such:$PWD:$PATH
	each_tap explains 127 'it needs /no/such/interpreter: No such file or directory' \
		only_here
	script '#! /bin/sh\r'
	explains 127 'it needs /bin/sh\x0d: No such file or directory; its line ends with CR LF' \
		./script
	cp script inner
	script "#!$PWD/inner"
	explains 127 "it needs $PWD/inner: it needs /bin/sh\\x0d: No such file or directory; its line ends with CR LF" \
		./script
	script 'echo no line with an interpreter'
	explains 126 'Exec format error; it is neither ELF nor a script with #!' \
		./script
	echo >plain
	script "#!$PWD/plain"
	explains 126 "it needs $PWD/plain: Permission denied" ./script
	chmod -x script
	explains 126 'Permission denied' ./script
	status 126 "$UTRACE" -s exec ./script 2>err
	contains err 'Permission denied'
}

t_missing_loader() {
	need_victim victim_nointerp
	each_tap explains 127 'it needs /nonexistent/ld.so: No such file or directory' \
		"${v}_nointerp"
}

# a file that begins as a program of another machine does
t_other_machine() {
	case $(uname -m) in
	x86_64) own='x86-64, little-endian' ;;
	*) skip 'the name of this machine in messages' ;;
	esac
	while read -r class order machine name; do
		printf "\\177ELF\\0$class\\0$order\\01\\0\\0\\0\\0\\0\\0\\0\\0\\0$machine" |
			tr -d '\n' >program
		chmod +x program
		explains 126 "Exec format error; it is for $name; this machine is $own" \
			./program
	done <<-'END'
	1 2 \0\2\0\10 MIPS, big-endian
	1 1 \2\0\10\0 MIPS, little-endian
	2 1 \2\0\267\0 AArch64, little-endian
	2 1 \2\0\363\0 RISC-V, little-endian
	2 2 \0\2\0\26 another machine, big-endian
	END
}

t_noexec() {
	need_root
	mkdir folder
	unshare -m true 2>/dev/null || skip 'no mount namespace here'
	cat >mounted <<-'END'
	mount -t tmpfs -o noexec none folder
	cp "$1" script folder
	"$2" folder/victim_mark 2>mark
	echo $? >>mark
	"$2" folder/script 2>sh
	END
	script '#!/bin/sh'
	unshare -m sh mounted "${v}_mark" "$UTRACE" || :
	equal "$(cat mark)" "utrace: folder/victim_mark: Permission denied; its file system is mounted noexec
126"
	equal "$(cat sh)" "utrace: folder/script: Permission denied; its file system is mounted noexec"
}

# the dynamic loader itself exits with 127
missing_library() {
	ends 'exit 127' "$UTRACE" -t "$TAP" -F list -f list "$@" "${v}_ctor.dyn"
	contains err libvictim_ctor.so
}

t_missing_library() {
	need_victim victim_ctor.dyn
	unset LD_LIBRARY_PATH
	each_tap missing_library -s exec
	sed -i s/openat/open/ list
	saw open writev
	each_tap missing_library -s main
	contains err 'utrace: '
	did_not_see openat open
}

t_path_is_searched() {
	mkdir one two
	echo 'exit 4' >one/prog
	printf '#!/bin/sh\nexit 5\n' >two/prog
	chmod +x two/prog
	PATH=$PWD/none:$PWD/one:$PWD/two:$PATH
	each_tap status 5 record prog
	saw execve
}

# children that came with an exec are not PROGRAM, and are no tracees
t_foreign_children() {
	each_tap foreign_children ''
	each_tap foreign_children -D
}

foreign_children() { # OPTION
	status 4 sh -c 'sh -c "exit 9" & sleep 0.3 & exec "$@"' sh \
		"$UTRACE" -t "$TAP" -F list -f list $1 \
		sh -c 'sleep 0.1; exit 4'
	lacks list no-such-text
	rm list
}
