# shellcheck shell=sh
# Who called what: the table for people, a policy for each program.

# a number that no kernel has; arm answers -1 by SIGILL
no_call=-1
[ "${ABI-}" != arm ] || no_call=99997

# a shell that starts four programs, one in the background, one a script; calls
# that nothing else makes tell them apart; wait's own depend on chance
init_script() {
	mkdir -p bin
	mkfifo fifo
	cp "${v}_mark" bin/one
	cp "${v}_call" bin/two
	cp "${v}_call" bin/three
	cat >bin/four <<-END
		#! /bin/sh
		echo four
		$PWD/bin/three $no_call
		exit 4
	END
	cat >init <<-END
		#!/bin/sh
		$PWD/bin/one
		$PWD/bin/two 99999 >fifo &
		$PWD/bin/three 99998
		$PWD/bin/four
		read line <fifo
		echo "\$line"
		$PWD/bin/one
	END
	chmod +x bin/four init
}

# --- the table

row() { # PATTERN
	grep -qE -- "$1" table || fail "$TAP: no row $1 in:
$(cat table)"
}

programs() {
	tally ./init >out
	equal "$(count $mark) $(count 99999) $(count 99998) $(count $no_call)" \
		'2 1 1 1'
	row " $mark +[#]* +one$"
	row ' 99999 +[#]* +two$'
	row ' 99998 +[#]* +three$'
	row ' execve +[#]* +init'
	row '%  *exit_group +[#]* +all$'
	row '^ +1 +[0-9]+ +[0-9]+  init \(by /bin/sh\)$'
	row '^ +2 +[0-9]+ +[0-9]+    one$'
	row '^ +1 +[0-9]+ +[0-9]+    two$'
	row '^ +1 +[0-9]+ +[0-9]+    three$'
	row '^ +1 +[0-9]+ +[0-9]+    four \(by /bin/sh\)$'
	row '^ +1 +      three \(see above\)$'
	awk 'length > 80 { exit 1 }' table || fail "too wide: $(cat table)"
}

t_table_programs() {
	not_with ebpf
	init_script
	each_stopping_tap programs
}

# the tree of the table says what exec.tsv does
agrees() {
	rm -rf D
	tally ./init >out
	utrace -x D -F list ./init >out
	sed '1d' D/exec.tsv | awk -F '\t' '{
		print $1, $2, $3 ($5 == "" ? "" : " (by " $5 ")")
	}' | sort >want
	# the interpreter is shown with a program's calls only, so once
	sed '1,/times *calls/d' table | awk '
	{
		times = $1
		sub(/ \(see above\)$/, "")
		$0 = substr($0, 27)     # behind three numbers
		match($0, /^ */)
		depth = RLENGTH / 2
		by = depth ? above[depth - 1] : "-"
		above[depth] = $1
		if (NF > 1)
			script[$1] = " " $2 " " $3
		print by, $1, times script[$1]
	}' | sort >got
	same got want
}

t_table_agrees_with_exec_tsv() {
	not_with ebpf
	init_script
	each_stopping_tap agrees
}

t_table_plurals() {
	printf 'read\n' >one
	"$UTRACE" -m -F table one | grep -q ' 1 kind$' || fail plural
	printf 'read\nwrite\n' >two
	"$UTRACE" -m -F table two | grep -q ' 2 kinds$' || fail plural
}

# what a terminal of that width shows, in ./seen; tool_pty shows it only if a
# step fails
on_terminal() { # COLUMNS [VARIABLE...]
	columns=$1
	shift
	printf 'expect ready\nwinsize 24 %d\nsend go\\r\nexit\n%s\n' \
		"$columns" 'times 99 nothing' >script
	! env "$@" "$VICTIMS/tool_pty" sh -c 'echo ready; read go; exec "$@"' \
		sh "$UTRACE" -q -F table -f - ./init <script >out ||
		fail 'it can not have shown that'
	sed -n '/   count/,/^---/p' out >seen
	contains seen three
}

# with colours or without: \x1b[... is one of them
width() { # COLUMNS
	for term in TERM=vt100 TERM=dumb; do
		on_terminal "$1" $term
		sed 's/\\x1b\[[0-9]*m//g' seen | awk -v n="$1" 'length > n' >wide
		silent wide
	done
}

t_table_widths() {
	"$VICTIMS/tool_probe" pty || skip 'no pseudo-terminals here'
	init_script
	width 40
	width 80
	contains seen four '(by /bin/sh)'
	cp seen seen80
	width 200
	lines=$(awk 'length > 80' seen | wc -l)
	[ "$lines" != 0 ] || fail "no wider: $(cat seen)"
}

t_table_colours() {
	"$VICTIMS/tool_probe" pty || skip 'no pseudo-terminals here'
	init_script
	on_terminal 80 TERM=vt100 NO_COLOR=
	contains seen '\x1b['
	for plain in TERM=dumb TERM= NO_COLOR=1; do
		on_terminal 80 TERM=vt100 $plain
		lacks seen '\x1b['
	done
	TERM=vt100 utrace -F table -f table ./init >out
	! grep -q "$(printf '\033')" table || fail 'colours in a file'
}

# --- -x

# how a relative path becomes absolute: it stays as it is without /proc
absolute_folder() {
	folder=.
	[ ! -e /proc/self ] || folder=$PWD
}

# what a program of ./init shows, without and under its policy of folder D, where
# the kernel can; what it starts is not its own to allow, so those that start
# others are checked
alone() { # SCOPE EXTENSION
	for run in one 'two 99999' 'three 99998' "three $no_call"; do
		[ $filters = 0 ] || break
		name=${run%% *}
		# shellcheck disable=SC2086
		"bin/"$run >want
		# shellcheck disable=SC2086
		status 0 "$UTRACE" -e "D/$name.$2" -p kill -s "$1" bin/$run \
			>got
		same got want
	done
	for run in 'init one' 'bin/four three'; do
		name=${run% *}
		got=0
		utrace -c "D/${name#*/}.$2" -s "$1" "./$name" 2>err \
			>/dev/null || got=$?
		equal $got 124
		contains err ": ${run#* }["
		lacks err ": ${name#*/}["
	done
}

each_alone() {
	absolute_folder
	filters=0
	"$VICTIMS/tool_probe" seccomp || filters=$?
	for format in whitelist=main.json list=exec.list; do
		scope=${format#*=}
		rm -rf D
		utrace -x D -F "${format%=*}" ./init >out 2>err
		silent err
		alone "${scope%.*}" "${scope#*.}"
		# who executed whom is known, so a union of some can be made
		"$UTRACE" -m -F list -f union D/[!e]*.*
		[ $filters = 0 ] || continue
		"$UTRACE" -e union -p kill -s "${scope%.*}" \
			./init >got 2>err || fail "$format: $(cat err)"
		same got out
	done
	printf 'by\tprogram\ttimes\tpath\tinterpreter\n' >want
	{
		printf -- '-\tinit\t1\t%s/init\t/bin/sh\n' "$folder"
		printf 'init\tone\t2\t%s\t\n' "$PWD/bin/one"
		printf 'init\ttwo\t1\t%s\t\n' "$PWD/bin/two"
		printf 'init\tthree\t1\t%s\t\n' "$PWD/bin/three"
		printf 'init\tfour\t1\t%s\t/bin/sh\n' "$PWD/bin/four"
		printf 'four\tthree\t1\t%s\t\n' "$PWD/bin/three"
	} | sort >>want
	{ head -n 1 D/exec.tsv; sed 1d D/exec.tsv | sort; } >got
	same got want
	equal "$(cd D && echo *)" \
		'exec.tsv four.list init.list one.list three.list two.list'
	for only in one:$mark two:99999 three:99998 three:$no_call; do
		equal "$(cd D && grep -lx -- "${only#*:}" ./*)" \
			"./${only%:*}.list"
	done
}

t_per_exe() {
	init_script
	each_stopping_tap each_alone
}

t_per_exe_with_union() {
	init_script
	utrace -x D -F list ./init >out
	[ ! -e union ] || fail 'a union that nobody asked for'
	utrace -x D -F list -f union -q ./init >out
	contains union $mark 99999 99998
	lacks D/one.list 9999
	printf 'gettid\n' >known
	utrace -x E -F list -k known ./init >out
	contains E/one.list gettid $mark
	contains E/four.list gettid
}

# what is known passes uncounted, also in a program that was executed when the
# rest was written already
late() {
	rm -rf D
	start "$@" -x D sh -c "trap '${v}_mark; exit 0' TERM; : >ready
		while :; do cd /; cd - >out; sleep 0.05; done"
	await 5 [ -e ready ]
	nap
	kill -TERM $pid
	status 0 wait $pid
	contains D/victim_mark.list $mark
	grep -q 'victim_mark' D/exec.tsv || fail "$(cat D/exec.tsv)"
	mv list known
	rm ready
}

late_twice() {
	late
	late -k known
}

# what earlier runs wrote stays, however much it is
t_images_keep_a_long_table() {
	not_with ebpf
	mkdir D
	awk 'BEGIN {
		OFS = "\t"
		print "by", "program", "times", "path", "interpreter"
		for (i = 1; i <= 3000; i++)
			print "sh", "tool" i, 1, "/usr/lib/tools/tool" i, ""
	}' >old
	cp old D/exec.tsv
	for TAP in $TAPS; do
		utrace -x D "${v}_mark"
		grep -v '^-' D/exec.tsv >got
		same got old
		equal "$(grep -c '^-' D/exec.tsv)" 1
	done
}

t_per_exe_late() {
	each_stopping_tap late_twice
}

# the same name, but not the same file; the same file by another path
clashes() {
	rm -rf D
	utrace -x D -F list sh -c "$PWD/a/tool; $PWD/b/tool 99999;
		$PWD/a/tool-2; $PWD/c/tool; $PWD/a/tool" >out
	contains D/tool.list $mark
	contains D/tool-2.list 99999
	contains D/tool-2-2.list $mark
	cut -f 2-4 D/exec.tsv | grep tool >got
	printf '%s\t%d\t%s\n' tool 3 "$PWD/a/tool" tool-2 1 "$PWD/b/tool" \
		tool-2-2 1 "$PWD/a/tool-2" >want
	same got want
}

t_per_exe_clashes() {
	mkdir a b c
	cp "${v}_mark" a/tool
	cp "${v}_mark" a/tool-2
	cp "${v}_call" b/tool
	ln -s "$PWD/a/tool" c/tool
	each_stopping_tap clashes
}

# a name that would be another line or no file's name
t_per_exe_odd_names() {
	name=$(printf 'a\tb\nc')
	long=$(printf %0250d 7)
	cp "${v}_mark" "$name"
	cp "${v}_mark" "$long"
	utrace -x D -F list sh -c "'./$name'; './$long'"
	contains 'D/a\x09b\x0ac.list' $mark
	contains "D/$(printf %0200d 0)....list" $mark
	absolute_folder
	equal "$(sed -n 3p D/exec.tsv)" "$(printf 'sh\t%s\t1\t%s/%s\t' \
		'a\x09b\x0ac' "$folder" 'a\x09b\x0ac')"
}

# the same relative path in other folders is another program
relative() {
	rm -rf D
	utrace -v -x D -F list sh -c 'cd a; ./tool; cd ../b; ./tool 99999
		cd ../a; ../a/tool; ./script' >out 2>err
	contains err "exec $PWD/b/tool"
	contains D/tool.list $mark
	contains D/tool-2.list 99999
	lacks D/tool-2.list $mark
	cut -f 2-5 D/exec.tsv | grep -e tool -e script >got
	{
		printf 'tool\t2\t%s\t\n' "$PWD/a/tool"
		printf 'tool-2\t1\t%s\t\n' "$PWD/b/tool"
		printf 'script\t1\t%s\t/bin/sh\n' "$PWD/a/script"
	} >want
	same got want
}

t_per_exe_relative_paths() {
	[ -e /proc/self ] || skip 'no /proc here'
	mkdir a b
	cp "${v}_mark" a/tool
	cp "${v}_call" b/tool
	printf '#!/bin/sh\n:\n' >a/script
	chmod +x a/script
	each_stopping_tap relative
}

# an absolute path of that length
path_of_length() { # N PATH
	path=
	left=$(($1 - ${#2}))
	while [ $left -gt 1 ]; do
		path=$path/.
		left=$((left - 2))
	done
	[ $left = 0 ] || path=$path/
	path=$path$2
}

long_paths() {
	for length in 255 256 257 1022 1023 1024 1025 4095; do
		path_of_length $length "${v}_mark"
		rm -rf D
		utrace -v -x D -F list sh -c '"$1"; :' sh "$path" 2>err
		contains D/victim_mark.list $mark
		equal "$(sed -n 3p D/exec.tsv)" \
			"$(printf 'sh\tvictim_mark\t1\t%s\t' "$path")"
		[ $length -le 256 ] || path=$(printf %.256s "$path")...
		grep -q ": exec $path\$" err || fail "$length: $(cat err)"
	done
}

t_per_exe_long_paths() { # up to 120 s
	each_stopping_tap long_paths
}

# paths that differ only behind the first 1,024 bytes
late_difference() {
	rm -rf D
	utrace -x D -F list sh -c '"$1/a/tool"; "$1/b/tool" 99999' sh "$path"
	contains D/tool.list $mark
	contains D/tool-2.list 99999
}

t_per_exe_late_difference() {
	folder=$(printf %0200d 7)
	path=$folder/$folder/$folder/$folder/$folder/$folder
	mkdir -p "$path/a" "$path/b"
	cp "${v}_mark" "$path/a/tool"
	cp "${v}_call" "$path/b/tool"
	each_stopping_tap late_difference
}

many() {
	rm -rf D
	got=0
	utrace -P pid -x D -F list sh -c "for i in $seventy; do ./p\$i; done
		kill -USR1 \$(cat pid)
		until [ -e D/exec.tsv ]; do :; done
		[ ! -e /proc/self ] ||
			grep VmHWM /proc/\$(cat pid)/status >memory" 2>err || got=$?
	equal "$got $(wc -l <err)" '0 1'
	[ ! -e memory ] || awk '$2 > 512 { exit 1 }' memory ||
		fail "$(cat memory)"
	contains err 'more than 64 programs'
	equal "$(find D -name 'p*.list' | wc -l)" 63
	contains D/p63.list $mark
	[ ! -e D/p64.list ] || fail 'a 65th'
	contains D/others.list $mark
	# cat and grep, too, as often as they are not the shell's
	grep -qE "$(printf '^sh\tothers\t([789]|10)\t')" D/exec.tsv ||
		fail "$(cat D/exec.tsv)"
}

t_per_exe_more_than_64() {
	not_sanitized 'it measures memory'
	seventy=
	i=0
	while [ $i -lt 70 ]; do
		i=$((i + 1))
		ln "${v}_mark" p$i 2>/dev/null || cp "${v}_mark" p$i
		seventy="$seventy $i"
	done
	each_stopping_tap many
}

per_exe_snapshot() {
	rm -rf D ready
	$UNDER "$UTRACE" -t "$TAP" -x D -F list sh -c \
		"${v}_mark; : >ready; read x <fifo; ${v}_call 9999; :" >out &
	pid=$!
	await 20 [ -e ready ]
	[ ! -e D/victim_mark.list ] || fail 'too soon'
	kill -USR1 $pid
	await 20 [ -e D/exec.tsv ]
	contains D/victim_mark.list $mark
	[ ! -e D/victim_call.list ] || fail 'how can it know?'
	echo x >fifo
	status 0 wait $pid
	contains D/victim_call.list 9999
}

t_per_exe_snapshot() {
	mkfifo fifo
	each_stopping_tap per_exe_snapshot
}

# a tap that counts in the kernel sees no programs: auto takes another
t_per_exe_not_by_ebpf() {
	status 125 "$UTRACE" -t ebpf -x D touch started 2>err
	contains err 'ebpf'
	[ ! -e started ] || fail 'it went on'
	status 0 "$UTRACE" -x D -F list "${v}_mark"
	contains D/victim_mark.list $mark
	"$UTRACE" -F table -f table sh -c "${v}_mark; :"
	row ' victim_mark$'
}

# nothing is started
t_per_exe_errors() {
	: >file
	for wrong in '-x file' '-x file/D' '-x nowhere/D' '-x D -F table' \
	    '-x D -c file'; do
		# shellcheck disable=SC2086
		status 125 "$UTRACE" $wrong touch started 2>err
		equal "$(wc -l <err)" 1
		[ ! -e started ] || fail "$wrong went on"
	done
	[ "$(id -u)" != 0 ] || return 0
	mkdir locked
	chmod 555 locked
	status 125 "$UTRACE" -x locked touch started 2>err
	contains err 'utrace: locked: Permission denied'
}

# only what -f names may be a link or a pipe
planted() {
	rm -rf D
	mkdir D
	echo precious >target
	ln -s "$PWD/target" D/victim_mark.list
	status 125 utrace -x D -F list "${v}_mark" 2>err
	contains err 'D/victim_mark.list: exists and is not a regular file' $mark
	rm D/exec.tsv
	ln -s "$PWD/created" D/exec.tsv
	status 125 utrace -x D -F list sh -c ': >started' 2>err
	contains err 'D/exec.tsv: exists and is not a regular file'
	[ ! -e started ] || fail 'started in spite of the link'
	equal "$(cat target)" precious
	[ ! -e created ] || fail 'the link was followed'
}

t_per_exe_follows_no_link() {
	each_stopping_tap planted
}

t_per_exe_is_not_lost() {
	status 125 utrace -x D -F list sh -c "${v}_mark; rm -rf D; : >D" 2>err
	contains err 'D/victim_mark.list: ' 'could not be written' $mark
	: >err
	utrace -x D/E -F list true 2>err || :
	contains err 'D/E: '
}
