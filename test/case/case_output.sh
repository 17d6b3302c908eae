# shellcheck shell=sh
# The result: its formats, where it goes, and that it is never lost.

# --- formats; the names of victim_bare and the five that are always added

bare() { # OPTION...
	"$UTRACE" -t "$TAP" "$@" -f result "${v}_bare" >out
}

whitelist() {
	bare
	cat >wanted <<-END
	{
	@"whitelist": [
	@@"write",
	@@"rt_sigaction",
	@@"rt_sigreturn",
	@@"exit",
	@@"$mark",
	@@"exit_group"
	@],
	@"policy": 1
	}
	END
	tr @ '\t' <wanted >tabbed
	same result tabbed
}

t_whitelist() {
	[ "$(uname -m)" = x86_64 ] || skip 'the order is that of the numbers'
	each_tap whitelist
	equal "$(find result -perm 644)" result
}

t_whitelist_policy() {
	for pair in kill=0 0=0 EPERM=1 1=1 ENOENT=2 13=13; do
		bare -p "${pair%=*}"
		contains result "\"policy\": ${pair#*=}"
	done
}

t_json_formats_parse() {
	need jq
	for format in whitelist procd oci docker; do
		bare -F $format
		jq -e . result >parsed || fail "$format: $(cat result)"
	done
}

t_oci() {
	need jq
	bare -F oci
	equal "$(jq -r .defaultAction result)" SCMP_ACT_ERRNO
	equal "$(jq -r .defaultErrnoRet result)" 1
	jq -e '[.syscalls[].names[]] | index("execve")' result >out
	jq -e '[.syscalls[].names[]] | . == sort' result >out
	bare -F oci -p kill
	jq -e '.defaultAction | startswith("SCMP_ACT_KILL")' result >out
	bare -F oci -p log
	equal "$(jq -r .defaultAction result)" SCMP_ACT_LOG
	bare -F oci -p 38
	equal "$(jq -r .defaultErrnoRet result)" 38
	need_victim victim_i386
	"${v}_i386" >out || [ $? = 6 ] || skip 'no 32-bit programs in this kernel'
	equal "$(jq -c .architectures result)" '["SCMP_ARCH_X86_64"]'
	"$UTRACE" -F oci -f result sh -c "${v}_i386; true" >out
	jq -e '.architectures | index("SCMP_ARCH_X86")' result >out
}

# never both archMap and architectures; what runc itself calls is added, as in
# oci
t_docker() {
	need jq
	bare -F docker
	jq -e 'has("archMap") and (has("architectures") | not)' result >out
	jq -e '[.syscalls[].names[]] | index("futex")' result >out
}

# an errno as default would be silently 0 to procd
t_procd() {
	need jq
	bare -F procd -p 13 2>err
	contains err 'utrace: '
	jq -e '.defaultAction | startswith("SCMP_ACT_KILL")' result >out
	jq -e '(has("architectures") | not) and (has("defaultErrnoRet") | not)' \
		result >out
	bare -F procd 2>err
	silent err
	jq -e '.defaultAction | startswith("SCMP_ACT_KILL")' result >out
}

# loaders of these kill other ABIs: left out, and said
t_foreign_abi_is_left_out() {
	need_victim victim_int80
	"${v}_int80" >direct || skip 'no 32-bit calls in this kernel'
	for format in whitelist procd; do
		"$UTRACE" -F $format -f result "${v}_int80" >out 2>err
		contains err 'utrace: ' i386
		contains result "\"$mark2\""
		lacks result i386 9999 "\"$mark\""
	done
}

t_list_gives_reasons() {
	bare -F list
	for call in rt_sigaction rt_sigreturn exit; do
		grep -q "^$call	." result || fail "$call has no reason: $(cat result)"
	done
	grep -qx exit_group result || fail "exit_group was seen: $(cat result)"
	cut -f 1 result | sort -c || fail 'not in order'
}

t_output_is_deterministic() {
	for format in whitelist procd oci docker list; do
		for TAP in $TAPS; do
			"$UTRACE" -t "$TAP" -F $format -f "$TAP" "${v}_birth" fork
			"$UTRACE" -t "$TAP" -F $format -f again "${v}_birth" fork
			same "$TAP" again
			same "$TAP" stop
		done
	done
}

t_table() {
	tally "${v}_call" 99999 -1 >out
	equal "$(count 99999)" 1
	tally "${v}_threads" 30
	equal "$(count $mark)" 30
	awk 'length > 80 { exit 1 }' table || fail "too wide: $(cat table)"
}

# --- where it goes

t_to_standard_output() {
	for TAP in $TAPS; do
		utrace -F list -f - sh -c "echo before; ${v}_mark" >list
		equal "$(head -n 1 list)" before
		saw $mark
	done
}

# what is written before its parent learns of its end is not written again
t_to_standard_output_once() {
	for TAP in $TAPS; do
		utrace -D -F list -f - "${v}_mark" | cat >list
		equal "$(grep -c "^$mark$" list)" 1
	done
}

# of several results a file keeps the last, behind what stood there
last_of_several() {
	{
		echo before
		utrace -F list -f - sh -c "kill -USR1 \$PPID; sleep 0.2
			${v}_mark; kill -USR1 \$PPID; sleep 0.2; umask 22"
	} >list
	equal "$(head -n 1 list)" before
	saw $mark umask
	equal "$(grep -c '^execve$' list)" 1
}

t_to_standard_output_several() {
	each_tap last_of_several
}

t_to_descriptor() {
	for TAP in $TAPS; do
		utrace -F list -f +5 "${v}_state" out 5>list
		saw umask
		lacks out 'fd-flags 5'
	done
}

t_to_devices_and_fifos() {
	for TAP in $TAPS; do
		status 3 utrace -f /dev/null "${v}_mark" 3
		[ -c /dev/null ] || fail '/dev/null is gone'
		mkfifo fifo
		cat fifo >list &
		status 3 utrace -F list -f fifo "${v}_mark" 3
		wait $!
		saw $mark
		[ -p fifo ] || fail 'the FIFO is gone'
		rm fifo
	done
}

# replaced at once by a new file, not rewritten
t_to_existing_file() {
	echo read >list
	chmod 600 list
	ln list other
	record "${v}_mark"
	saw $mark
	equal "$(cat other)" read
	equal "$(find . -type f | wc -l)" 2
}

# the link stays; what it points to is replaced, with its mode and owner
t_to_link() {
	mkdir sub
	echo read >sub/target
	chmod 640 sub/target
	[ "$(id -u)" != 0 ] || chown 65534 sub/target
	ln -s sub/target list
	record "${v}_mark"
	saw $mark
	[ -h list ] || fail 'the link is gone'
	equal "$(find sub/target -perm 640)" sub/target
	[ "$(id -u)" != 0 ] ||
		equal "$(find sub/target -user 65534)" sub/target
	equal "$(find sub -type f | wc -l)" 1
}

# where it points to is where the result is made; a loop is nowhere
t_to_dangling_link() {
	mkdir sub
	ln -s sub/target list
	record "${v}_mark"
	saw $mark
	[ -f sub/target ] || fail 'not at the target'
	ln -s loop loop
	each_tap not_started loop
}

# names of descriptors that utrace itself has closed by then
t_to_dev_stdout() {
	[ -e /dev/stdout ] || skip 'no /dev/stdout'
	for TAP in $TAPS; do
		utrace -F list -f /dev/stdout "${v}_mark" | cat >list
		saw $mark
		utrace -F list -f /dev/fd/7 "${v}_mark" 7>list
		saw $mark
	done
}

default_path() {
	program=$(utrace "$@" sh -c 'echo $$' 2>err)
	result=/tmp/sh.$program.json
	# with -D the tracer may end after PROGRAM
	await 5 says "utrace: the result is in $result" err
	[ -f "$result" ] || fail "no $result"
	says whitelist "$result" || fail "that is no whitelist: $(cat "$result")"
	equal "$(find "$result" -perm 600 -o -perm 644)" "$result"
	rm "$result"
}

t_default_path() {
	each_tap default_path
	each_tap default_path -D
}

# PROGRAM says its pid and waits until something has been planted
planted() { # COMMAND to plant at $result
	rm -f pid gate
	mkfifo gate
	$with default=2 "$UTRACE" -t "$TAP" \
		sh -c 'echo $$ >pid; read x <gate; exit 3' 2>err &
	await 5 [ -s pid ]
	result=/tmp/sh.$(cat pid).json
	"$@"
	echo >gate
	got=0
	wait $! || got=$?
	[ -e "$result" ] || [ -h "$result" ] || got=gone
	rm -rf "$result"
	equal $got 125
	contains err "utrace: " "$result" whitelist
}

link_to_file() {
	echo precious >target
	ln -s "$PWD/target" "$result"
}

dangling_link() {
	ln -s "$PWD/created" "$result"
}

fifo() {
	mkfifo "$result"
}

folder() {
	mkdir "$result"
}

foreign_file() {
	echo foreign >"$result"
	chown 65534 "$result"
}

# others may write to /tmp; the result goes to standard error then
t_planted_link() {
	each_tap planted link_to_file
	equal "$(cat target)" precious
	each_tap planted dangling_link
	[ ! -e created ] || fail 'the link was followed'
}

t_planted_fifo() {
	each_tap planted fifo
}

t_planted_folder() {
	each_tap planted folder
}

t_planted_foreign_file() {
	need_root
	each_tap planted foreign_file
}

# --- never lost

lost_nothing() { # FILE
	status 125 utrace -F list -f "$1" "${v}_mark" 3 2>list
	contains list "utrace: " "$1"
	saw $mark
}

# what shows before PROGRAM has run for a week is an error then
not_started() { # FILE
	status 125 utrace -F list -f "$1" sh -c ': >started' 2>err
	contains err "utrace: $1: "
	[ ! -e started ] || fail "started in spite of -f $1"
}

t_no_such_folder() {
	each_tap not_started no/such/folder/x
	: >plain
	each_tap not_started plain/x
	mkdir sub
	each_tap not_started sub
	each_tap not_started "$(printf %0256d 1)"
	equal "$(find . -name '.utrace*')" ''
}

# a folder in which nothing can be created any more
t_no_free_inode() {
	need_root
	need unshare
	unshare -m true || skip 'no mount namespaces here'
	mkdir disk
	for TAP in $TAPS; do
		status 125 unshare -m sh -c 'mount -t tmpfs -o nr_inodes=1 \
			none disk && exec "$@"' sh "$UTRACE" -t "$TAP" \
			-f disk/result sh -c ': >started' 2>err
		contains err 'utrace: disk/result: No space left'
		[ ! -e started ] || fail 'started without a free inode'
	done
}

t_descriptor_for_reading() {
	: >plain
	for TAP in $TAPS; do
		status 125 utrace -f +5 sh -c ': >started' 5<plain 2>err
		contains err 'utrace: descriptor 5: '
		[ ! -e started ] || fail 'started with a read-only descriptor'
	done
}

t_full_device() {
	[ -c /dev/full ] || skip 'no /dev/full'
	each_tap lost_nothing /dev/full
}

# known before the start, so that nothing was lost
t_closed_standard_output() {
	for TAP in $TAPS; do
		status 125 utrace -F list -f - sh -c ': >started' >&- 2>err
		contains err 'utrace: '
		[ ! -e started ] || fail 'the result of a run is lost'
	done
}

# PROGRAM shares the pipe and makes it non-blocking: what utrace writes has to
# wait until the reader has made room
full_pipe() { # OPTION...
	rm -f full
	{
		got=0
		utrace "$@" "${v}_nonblock" 2>&1 || got=$?
		echo $got >status
	} | {
		await 5 [ -e full ]
		sleep 1
		tr -d '~'
	} >out
}

full_pipe_for_result() {
	full_pipe -F list -f -
	equal "$(cat status)" 0
	contains out "$mark"
}

full_pipe_for_messages() {
	grep -vx "$mark" all >part
	full_pipe -c part
	equal "$(cat status)" 124
	says "$mark is not in part" out
}

t_full_pipe() {
	each_tap full_pipe_for_result
	mv out all
	each_stopping_tap full_pipe_for_messages
}

t_broken_pipe_for_result() {
	for TAP in $TAPS; do
		mkfifo pipe
		(: <pipe) &
		status 125 utrace -F list -f - sh -c "sleep 0.1; ${v}_mark" \
			>pipe 2>list
		saw $mark
		rm pipe
	done
}

# 4 KiB for everything, of which little is left
t_full_file_system() {
	need_root
	need unshare
	unshare -m true || skip 'no mount namespaces here'
	mkdir disk
	for TAP in $TAPS; do
		status 125 unshare -m sh -c 'mount -t tmpfs -o size=4k none disk
			echo read >disk/result
			"$@"
			status=$?
			cp disk/* .
			ls -A disk >left
			exit $status' sh \
			"$UTRACE" -t "$TAP" -F list -f disk/result "${v}_mark" 2>list
		contains list 'utrace: ' disk/result
		saw $mark
		equal "$(cat result)" read
		equal "$(cat left)" result
	done
}

t_read_only_file_system() {
	need_root
	need unshare
	unshare -m true || skip 'no mount namespaces here'
	mkdir disk
	for TAP in $TAPS; do
		status 125 unshare -m sh -c 'mount -t tmpfs -o ro none disk
			exec "$@"' sh "$UTRACE" -t "$TAP" -f disk/result \
			sh -c ': >started' 2>err
		contains err 'utrace: disk/result: Read-only file system'
		[ ! -e started ] || fail 'started with a read-only folder'
	done
}

# it becomes read-only while PROGRAM runs
t_read_only_meanwhile() {
	need_root
	need unshare
	unshare -m true || skip 'no mount namespaces here'
	mkdir disk
	for TAP in $TAPS; do
		status 125 unshare -m sh -c 'mount -t tmpfs none disk && exec "$@"' \
			sh "$UTRACE" -t "$TAP" -F list -f disk/result \
			sh -c 'mount -o remount,ro disk; umask 22' 2>list
		contains list 'utrace: disk/result: Read-only file system'
		saw umask
	done
}

# with -D, standard error is given up if it is a pipe: /tmp has the result then
rescued_to_tmp() {
	mkdir disk
	utrace -D -F list -f disk/lost sh -c 'rmdir disk
		umask 22' 2>&1 | cat >err
	await 5 is_rescued
	saw umask
}

is_rescued() {
	set -- /tmp/lost.[0-9]*.list
	[ -e "$1" ] && mv "$1" list
}

t_rescued_to_tmp() { # alone
	each_tap rescued_to_tmp
}

# PROGRAM's limit on file sizes is utrace's too, but must not kill it
t_file_size_limit() {
	for TAP in $TAPS; do
		(
			ulimit -f 0
			status=0
			utrace -F list -f result true 2>&1 || status=$?
			echo "status $status"
		) | cat >list
		contains list 'status 125' 'utrace: '
		saw execve
	done
}

# --- before the end

snapshot_by_usr1() {
	start -P tracer sh -c ": >one; while [ ! -e go ]; do sleep 0.05; done
		${v}_mark; : >two; while [ ! -e stop ]; do sleep 0.05; done; exit 3"
	await 5 [ -e one ]
	await 5 [ -s tracer ]
	[ ! -e list ] || fail 'a result too early'
	kill -USR1 "$(cat tracer)"
	await 5 [ -e list ]
	saw execve
	did_not_see $mark
	: >go
	await 5 [ -e two ]
	kill -USR1 "$(cat tracer)"
	await 5 says $mark list
	: >stop
	status 3 wait $pid
	saw $mark
	[ ! -e tracer ] || fail 'the file of -P is still there'
	rm one two go stop
}

t_snapshot_by_usr1() {
	each_tap snapshot_by_usr1
}

snapshot_by_interval() {
	start -i 1 sh -c "${v}_mark; : >one
		while [ ! -e stop ]; do sleep 0.05; done; exit 3"
	await 5 says $mark list
	rm list
	await 5 says $mark list
	: >stop
	status 3 wait $pid
	saw $mark
	rm one stop
}

t_snapshot_by_interval() {
	each_tap snapshot_by_interval
}

pid_file() {
	start -P tracer sh -c 'while [ ! -e stop ]; do sleep 0.05; done'
	await 5 [ -s tracer ]
	kill -0 "$(cat tracer)" || fail "that is no process: $(cat tracer)"
	equal "$(tr -d 0-9 <tracer)" ''
	equal "$(wc -l <tracer)" 1
	: >stop
	wait $pid
	[ ! -e tracer ] || fail 'the file of -P is still there'
	rm stop
}

t_pid_file() {
	each_tap pid_file
	status 125 record -P no/such/folder "${v}_mark" 2>err
	contains err 'utrace: ' no/such/folder
}

pid_file_refused() { # FILE
	status 125 record -P "$1" sh -c ': >started' 2>err
	contains err "utrace: $1: "
	[ ! -e started ] || fail "started in spite of -P $1"
}

# what is no PID is not replaced; a FIFO without a reader doesn't hang
t_pid_file_of_others() {
	echo precious >file
	mkfifo fifo
	each_tap pid_file_refused file
	each_tap pid_file_refused fifo
	equal "$(cat file)" precious
	echo 99 >old
	record -P old true
	[ ! -e old ] || fail 'the file of -P is still there'
	record -P new sh -c 'echo mine >new'
	equal "$(cat new)" mine
}

# --- what is replaced

# only a policy or an empty file
replaces_no_other() {
	cp "${v}_mark" prog
	printf '#!/bin/sh\nexit 3\n' >script
	printf 'a sentence\nread\n' >text
	printf '{ "ociVersion": "1.0", "syscalls": [] }\n' >config.json
	printf '%s\n' root:x:0:0:root:/root:/bin/sh \
		sync:x:4:65534:sync:/bin:/bin/sync >passwd
	printf '%s\n' accept accepts access acid >words
	printf '{ "user": "x", "whitelist": [ "read" ] }\n' >user.json
	for other in prog script text config.json passwd words user.json; do
		cp $other before
		not_started $other
		echo read >policy
		status 125 "$UTRACE" -m -f $other policy 2>err
		same $other before
	done
	: >result
	record -f result true
	record -f result true
}

t_replaces_no_other_file() {
	each_tap replaces_no_other
	for format in whitelist procd oci docker lxc systemd minijail firejail \
		kafel spo bpf list table; do
		status 0 utrace -F $format -f "$format" true
		status 0 utrace -F list -f "$format" true
		says read "$format" || :
		equal "$(head -n 1 "$format")" access ||
			contains "$format" exit_group
	done
}

# also of a file that appears while PROGRAM runs
t_replaces_no_new_file() {
	for TAP in $TAPS; do
		rm -f list
		status 125 record sh -c 'echo a sentence >list; umask 22' 2>err
		equal "$(cat list)" 'a sentence'
		contains err 'utrace: list: exists and is no policy that utrace wrote' umask
	done
}

unchanged() {
	rm -f list
	utrace -i 1 -F list -f list sleep 6 &
	pid=$!
	await 5 [ -s list ]
	sleep 0.3
	before=$(stat -c %i list)
	: >other        # takes the inode that a replaced file had
	sleep 2.2
	equal "$(stat -c %i list)" "$before"
	wait $pid
}

# flash wears out
t_unchanged_file_stays() {
	each_tap unchanged
}

# no snapshot waits for its reader, and the timer interrupts none
fifo_and_interval() {
	mkfifo fifo
	utrace -i 1 -F list -f fifo sh -c "sleep 2.2; ${v}_mark; : >ended" 2>err &
	pid=$!
	await 10 [ -e ended ]
	cat fifo >list
	status 0 wait $pid
	silent err
	saw $mark
	rm fifo ended
}

t_fifo_and_interval() {
	each_tap fifo_and_interval
}

# a link that fs.protected_symlinks forbids to follow
t_protected_link() {
	need_root
	[ "$(cat /proc/sys/fs/protected_symlinks)" = 1 ] ||
		skip 'fs.protected_symlinks is off'
	mkdir sticky
	chmod 1777 sticky
	ln -s ../created sticky/link
	chown -h 65534 sticky/link sticky
	chown 65533 sticky
	for TAP in $TAPS; do
		not_started sticky/link
		[ ! -e created ] || fail 'the link was followed'
	done
}

# --- files that several recorders share

# N recorders at once, each with a call of its own
crowd() { # N OPTION...
	recorders=$1
	shift
	i=0
	while [ $i -lt "$recorders" ]; do
		utrace "$@" "${v}_call" $((70000 + i)) >>out 2>>err &
		i=$((i + 1))
	done
	wait
	silent err
}

has_all() { # FILE
	i=0
	while [ $i -lt "$recorders" ]; do
		contains "$1" $((70000 + i))
		i=$((i + 1))
	done
	equal "$(find . -name '.utrace*')" ''
}

shared() {
	rm -rf list D
	: >err
	SECCOMP_FILE=list
	export SECCOMP_FILE
	crowd $((SLOW > 1 ? 10 : 50)) -F list
	unset SECCOMP_FILE
	has_all list
	echo read >list
	crowd 20 -F list -k ./list -f list
	has_all list
}

t_shared_file() { # up to 240 s
	each_tap shared
}

t_shared_folder() { # up to 240 s
	: >err
	each_stopping_tap crowd 20 -F list -x D
	has_all D/victim_call.list
	"$UTRACE" -F list -x D "${v}_mark"
	contains D/exec.tsv victim_call victim_mark
}

# whoever holds the lock can be killed; whoever keeps it does not stop others
t_lock_is_left() {
	need flock
	echo read >list
	flock . sh -c 'echo $$ >locked; exec sleep 60' &
	await 5 [ -s locked ]
	SECCOMP_FILE=list $UTRACE -F list "${v}_mark" 2>err &
	pid=$!
	sleep 0.5
	did_not_see $mark
	kill -KILL "$(cat locked)"
	await 5 saw_quietly $mark
	wait $pid
	silent err
	SECCOMP_FILE=list status 0 flock . "$UTRACE" -F list "${v}_call" 99999 \
		2>err >out
	contains err 'utrace: list: its folder' lost
	saw 99999
}

# whether -k and -f name one file is asked while nobody can replace it
t_lock_same_file() {
	need flock
	echo read >list
	flock . sh -c 'echo $$ >locked; exec sleep 60' &
	await 5 [ -s locked ]
	$UTRACE -F list -k ./list -f list "${v}_call" 70000 >out &
	pid=$!
	sleep 0.5
	[ ! -s out ] || fail "$TAP: started without the lock"
	kill -KILL "$(cat locked)"
	wait $pid
	contains out 70000
	contains list 70000 'read	known'
}

saw_quietly() { # NAME
	grep -qx "$1" list
}

# a folder that can't be opened for reading can't be locked: said
t_folder_without_permission() {
	need_root
	need setpriv
	mkdir sub
	chown 65534 sub
	chmod 300 sub
	chmod 755 .
	# the folder that these are in may be closed to others
	cp "$UTRACE" utrace
	cp "${v}_mark" mark
	# written twice, but said once
	SECCOMP_FILE=sub/list setpriv --reuid 65534 --clear-groups ./utrace \
		-t stop -F list sh -c 'kill -USR1 $PPID; sleep 0.3; ./mark' 2>err
	contains err 'utrace: sub/list: its folder' 'Permission denied'
	equal "$(grep -c 'its folder' err)" 1
	cp sub/list list
	saw $mark
}

# a result that is nowhere can't be checked
t_summary_of_no_result() {
	mkdir folder
	record -v -f folder/x sh -c 'rm -r folder' 2>err >out || :
	contains err 'kinds allowed'
	lacks err 'allowed: ' 'next, check'
	record -v -f 'a b' true 2>err
	contains err "allowed: a b" "next, check it: utrace -c 'a b' true"
}
