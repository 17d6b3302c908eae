# shellcheck shell=sh
# --oci-hook: a process plays the container's, which waits for the hook and then
# executes.  test/tool/containers.sh does it with crun and runc.

# the process that will execute PROGRAM, $container; it is in $folder, if that
# is set
container() { # PROGRAM...
	rm -rf go out.d
	mkfifo go
	mkdir out.d
	sh -c '[ -z "$1" ] || echo $$ >"$1/cgroup.procs"; shift
		umask 77; read line <go; chroot / /usr/bin/true; exec "$@"' \
		sh "${folder-}" "$@" &
	container=$!
	[ -z "${folder-}" ] ||
		await 10 grep -qx $container "$folder/cgroup.procs"
}

run_container() {
	echo >go
	wait $container || :
}

state() { # ANNOTATION
	printf '{"ociVersion":"1.0.2","id":"x","status":"created","pid":%d,
"bundle":"/b","annotations":{"a":"b","io.containers.trace-syscall":"%s"}}' \
		"$container" "$1"
}

# the hook has returned, so nothing is missed; descriptor 9 shows when the
# process in the background has ended
hook() { # ANNOTATION [OPTION...]
	annotation=$1
	shift
	state "$annotation" | $UNDER "$UTRACE" --oci-hook -t "$TAP" "$@" \
		>hook.out 2>hook.err
}

is_written() {
	[ -s out.d/list ]
}

hooked() {
	container "${v}_mark"
	hook "of:$PWD/out.d/list;format:list" || fail "$(cat hook.err)"
	[ ! -e out.d/list ] || fail 'it wrote before the container ran'
	run_container
	await 10 is_written
	silent hook.err
	cp out.d/list list
	saw $mark execve
	# of the runtime, before the execve
	did_not_see umask chroot read
	equal "$(ls out.d)" list
}

t_hook() {
	need_root
	need_proc_and_openat2
	each_hook_tap hooked
}

each_hook_tap() {
	each_tap_with_pids if_hooks "$@"
}

if_hooks() {
	[ "$TAP" = seccomp ] || "$@"
}

need_proc_and_openat2() {
	[ -e /proc/self/cgroup ] || skip 'no /proc with cgroups'
	container true
	TAP=stop hook "of:$PWD/out.d/list" ||
		skip "no openat2(2): $(cat hook.err)"
	run_container
}

# what it does not wait for: the readers of its output see the end at once
t_hook_detaches() {
	need_root
	need_proc_and_openat2
	detaches() {
		container "${v}_mark"
		equal "$(state "of:$PWD/out.d/list" | "$UTRACE" --oci-hook \
			-t "$TAP" -P "$PWD/tracer" 2>&1)" ''
		tracer=$(cat tracer)
		equal "$(cut -d' ' -f6 /proc/$tracer/stat)" "$tracer"
		for fd in 0 1 2; do
			[ ! -e /proc/$tracer/fd/$fd ] ||
				case $(readlink /proc/$tracer/fd/$fd) in
				pipe:* | "$PWD"*) fail "it keeps $fd" ;;
				esac
		done
		run_container
		await 10 is_written
		await 10 gone $tracer
	}
	each_hook_tap detaches
}

t_hook_format_is_oci() {
	need_root
	need_proc_and_openat2
	container "${v}_mark"
	TAP=stop hook "of:$PWD/out.d/list" || fail "$(cat hook.err)"
	run_container
	await 10 is_written
	contains out.d/list SCMP_ACT_ERRNO "\"$mark\""
	lacks out.d/list complete
}

# -w imports adds what the container's program can call, not its runtime
t_hook_imports() {
	need_root
	need_proc_and_openat2
	need flock
	TAP=stop
	rm -rf out.d go
	mkdir out.d
	mkfifo go
	flock held sh -c ': >locked; read line <go' &
	await 5 [ -e locked ]
	# a runtime that is no shell, of which -w adds nothing
	flock -F held "${v}_mark" &
	container=$!
	await 5 grep -qx flock /proc/$container/comm
	hook "of:$PWD/out.d/list;format:list" -w imports || fail "$(cat hook.err)"
	run_container
	await 10 is_written
	contains out.d/list $mark
	lacks out.d/list imports:
}

# without the annotation it does nothing
t_hook_no_annotation() {
	printf '{"pid":1,"annotations":{"io.containers.trace":"of:/x"}}' >state
	status 0 utrace --oci-hook <state
	printf '{"pid":1,"annotations":null}' >state
	status 0 utrace --oci-hook <state
	# as a key of something else
	printf '{"pid":1,"b":{"io.containers.trace-syscall":"of:/x"}}' >state
	status 0 utrace --oci-hook <state
}

t_hook_bad_state() {
	for state in '' '{' '[]' '{"pid":0}' '{"pid":-1}' '{"pid":"1"}' '{}' \
		'{"pid":4294967297}' '{"pid":1}x' \
		'{"pid":1,"annotations":{"io.containers.trace-syscall":1}}' \
		'{"pid":1,"annotations":{"io.containers.trace-syscall":"of:/\\x"}}'; do
		printf '%s' "$state" >state
		status 125 utrace --oci-hook <state 2>err
		contains err 'standard input is no container'
	done
}

# no annotation of those who may not choose it decides where root writes
t_hook_paths() {
	need_root
	need_proc_and_openat2
	TAP=stop
	container true
	mkdir real
	ln -s real link
	ln -s "$PWD/out.d/x" out.d/link
	mkfifo out.d/fifo
	printf 'root:x:0:\nsync:x:1:\n' >out.d/passwd
	cp out.d/passwd before
	for path in x of: if:/x of:x of:../x "of:$PWD/none/x" "of:$PWD/link/x" \
		"of:$PWD/out.d/" "of:$PWD/out.d/link" "of:$PWD/out.d/fifo" \
		"of:$PWD/out.d/passwd" of:/dev/null "of:$PWD/real" \
		"of:$PWD/real/x;format:none" "of:$PWD/real/x;if:$PWD/none" \
		"of:$PWD/real/x;if:x" "of:$PWD/real/x;y"; do
		status 125 hook "$path"
		[ -s hook.err ] || fail "no message: $path"
	done
	# in a folder like /tmp, another user's file
	echo read >out.d/other
	chown 65534 out.d/other
	status 125 hook "of:$PWD/out.d/other"
	contains hook.err \
		"$PWD/out.d/other: exists and is not a regular file owned"
	same out.d/passwd before
	equal "$(echo real/*)" 'real/*'
	run_container
}

# the folder is the one that was there when the container started
t_hook_folder_stays() {
	need_root
	need_proc_and_openat2
	TAP=stop
	container "${v}_mark"
	hook "of:$PWD/out.d/list;format:list" || fail "$(cat hook.err)"
	mv out.d real
	mkdir elsewhere
	ln -s elsewhere out.d
	run_container
	await 10 [ -s real/list ]
	equal "$(echo elsewhere/*)" 'elsewhere/*'
}

# what the base allows is in the result, what it rejects by name stays rejected
t_hook_base() {
	need_root
	need_proc_and_openat2
	printf '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[
{"names":["vhangup"],"action":"SCMP_ACT_ALLOW"},
{"names":["%s"],"action":"SCMP_ACT_ERRNO"}]}' $mark >base
	based() {
		container "${v}_mark"
		hook "if:$PWD/base;of:$PWD/out.d/list;format:list" ||
			fail "$(cat hook.err)"
		run_container
		await 10 is_written
		cp out.d/list list
		says vhangup list || fail "$TAP: the base's call is missing"
		saw execve
		did_not_see $mark
	}
	each_hook_tap based
}

# a process that enters the container's cgroup is no descendant of its first
t_hook_exec() {
	# by ptrace it would be too short
	not_with stop
	not_with seccomp
	need_root
	need_cgroup cgroup2
	need_proc_and_openat2
	entered() {
		container sleep 100
		hook "of:$PWD/out.d/list;format:list" -i 1 || fail "$(cat hook.err)"
		echo >go
		await 10 is_written
		# its runtime enters the cgroup before it executes
		sh -c 'echo $$ >"$1/cgroup.procs"; umask 77; exec "$2"' sh \
			"$folder" "${v}_mark"
		kill -KILL $container
		wait $container || :
		await 10 grep -qs "^$mark$" out.d/list
		cp out.d/list list
		did_not_see umask
	}
	each_tap_with_pids entered
}

# it ends without an exec: there is no result
t_hook_no_exec() {
	need_root
	need_proc_and_openat2
	dies() {
		container true
		hook "of:$PWD/out.d/list" -P "$PWD/tracer" ||
			fail "$(cat hook.err)"
		kill -KILL $container
		wait $container || :
		await 10 gone "$(cat tracer)"
		equal "$(echo out.d/*)" 'out.d/*'
	}
	each_hook_tap dies
}

