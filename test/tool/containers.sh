#!/bin/sh
# SPDX-License-Identifier: MIT
#
# containers.sh UTRACE VICTIMS: record containers by --oci-hook under crun and
# runc, and compare with strace -f of the same container from its execve on.
# RUNTIMES, TAPS, ONLY (names of containers) choose; STARTS is how often the
# first call of a container has to be seen, ROUNDS how many containers run in a
# row without leaving anything behind.  Needs root, strace, busybox (static) and
# python3; go, nginx and podman if they are there.  Podman's containers belong to
# root, and to the first user of /etc/subuid.  The last line is N passed, N failed.
set -u

utrace=$(realpath "$1") victims=$(realpath "$2")
packaging=$(realpath "$(dirname "$0")/../../packaging")
: "${RUNTIMES:=crun runc}" "${TAPS:=auto stop}" "${STARTS:=100}" "${ROUNDS:=200}"
: "${ONLY:=}"

skip() {
	echo "skip containers: $*"
	exit 0
}

[ "$(id -u)" = 0 ] || skip 'needs root'
for command in strace busybox python3 unshare; do
	command -v $command >/dev/null || skip "no $command here"
done

# crun wants the cgroup file system of version 2 alone
if [ ! -e /sys/fs/cgroup/cgroup.procs ] && [ -z "${IN_NAMESPACE-}" ]; then
	IN_NAMESPACE=1 exec unshare -m sh -c '
		mount --make-rprivate /
		umount -R -l /sys/fs/cgroup 2>/dev/null
		mount -t cgroup2 cgroup2 /sys/fs/cgroup &&
			exec sh "$0" "$@"
		echo "skip containers: no cgroup version 2"' "$0" "$utrace" "$victims"
fi

tmp=$(realpath "$(mktemp -d)")
chmod 755 "$tmp"        # for the user namespace
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

pass() {
	passed=$((passed + 1))
	echo "ok $name"
}

fail() { # MESSAGE
	failed=$((failed + 1))
	echo "not ok $name: $*"
}

await() { # COMMAND...
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 1000 ] || return 1
		sleep 0.02
	done
}

# --- bundles

rootfs=$tmp/rootfs
for folder in bin usr lib lib64 etc var/log var/lib run proc dev sys tmp root; do
	mkdir -p "$rootfs/$folder"
done
cp "$(command -v busybox)" "$rootfs/root/busybox"
cp "$victims/victim_mark" "$rootfs/root/mark"
for applet in sh ls cat sleep true mkdir setsid; do
	ln -s /root/busybox "$rootfs/bin/$applet"
done
if command -v go >/dev/null; then
	cat >"$tmp/server.go" <<-'END'
		package main

		import (
			"fmt"
			"net"
			"sync"
		)

		func main() {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				panic(err)
			}
			var wg sync.WaitGroup
			for i := 0; i < 8; i++ {
				wg.Add(1)
				go func() {
					defer wg.Done()
					c, err := net.Dial("tcp", l.Addr().String())
					if err == nil {
						fmt.Fprintln(c, "hello")
						c.Close()
					}
				}()
			}
			for i := 0; i < 8; i++ {
				c, _ := l.Accept()
				b := make([]byte, 9)
				c.Read(b)
				c.Close()
			}
			wg.Wait()
			fmt.Println("served")
		}
	END
	(cd "$tmp" && CGO_ENABLED=0 GOCACHE="$tmp/go" GOFLAGS=-buildvcs=false \
		go build -o "$rootfs/root/server" server.go) 2>/dev/null
fi
printf 'daemon off; error_log /dev/null; pid /tmp/pid; events {}
http { access_log off; client_body_temp_path /tmp/a; proxy_temp_path /tmp/b;
fastcgi_temp_path /tmp/c; uwsgi_temp_path /tmp/d; scgi_temp_path /tmp/e;
server { listen 127.0.0.1:8099; } }\n' >"$rootfs/root/nginx.conf"

# bundle FOLDER ANNOTATION OPTIONS CONTAINER [SECCOMP]; the hook is left out if
# there is no annotation
bundle() {
	mkdir -p "$1"
	python3 - "$@" "$rootfs" "$utrace" <<-'END'
		import json, os, sys
		folder, annotation, options, kind = sys.argv[1:5]
		rest = sys.argv[5:]
		utrace, rootfs = rest.pop(), rest.pop()
		sh = lambda script: ['/bin/sh', '-c', script]
		programs = {
		    'shell': sh('cd /; ls / | cat; umask 7; (exit 2); : >/tmp/x; exit 3'),
		    'go': ['/root/server'],
		    'nginx': ['/usr/sbin/nginx', '-c', '/root/nginx.conf'],
		    'python': ['/usr/bin/python3', '-c', 'import json, os, tempfile, threading\n'
		        'threading.Thread(target=os.getpgid, args=(0,)).start()\n'
		        'f = tempfile.TemporaryFile(); f.write(b"x"); os.fsync(f)\n'
		        'raise SystemExit(4)'],
		    'many': sh('i=0; while [ $i -lt 200 ]; do (sleep 0.3; umask 7) & '
		        'i=$((i + 1)); done; wait; exit 5'),
		    'daemon': sh('setsid sh -c "sleep 0.2; cd /; mkdir /tmp/done" & '
		        'while [ ! -d /tmp/done ]; do sleep 0.05; done; exit 6'),
		    'true': ['/bin/true'],
		    'mark': ['/root/mark'],
		    'userns': sh('cd /; mkdir /tmp/x; exit 7'),
		    'sleep': sh('umask 7; mkdir /tmp/x; sleep 100; exit 8'),
		    'profile': sh('mkdir /tmp/x || umask 7; exit 9'),
		}
		ns = ['pid', 'mount', 'ipc', 'uts', 'network']
		linux = {}
		if kind == 'userns':
		    ns.append('user')
		    linux['uidMappings'] = linux['gidMappings'] = [
		        {'containerID': 0, 'hostID': 100000, 'size': 65536}]
		if kind == 'profile' and not rest:
		    linux['seccomp'] = {'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [
		        {'names': ['mkdir', 'mkdirat'], 'action': 'SCMP_ACT_ERRNO'}]}
		if rest:
		    linux['seccomp'] = json.load(open(rest[0]))
		    for key in ('complete',):
		        linux['seccomp'].pop(key, None)
		linux['namespaces'] = [{'type': n} for n in ns]
		bind = lambda d: {'destination': d, 'source': d, 'type': 'bind',
		    'options': ['rbind', 'ro', 'nosuid']}
		mounts = [{'destination': '/proc', 'type': 'proc', 'source': 'proc'}]
		mounts += [{'destination': d, 'type': 'tmpfs', 'source': 'tmpfs',
		    'options': ['mode=1777']} for d in ('/dev', '/tmp', '/run')]
		if kind in ('nginx', 'python'):
		    mounts += [bind(d) for d in ('/usr', '/lib', '/lib64', '/etc') if os.path.isdir(d)]
		caps = ['CAP_SETUID', 'CAP_SETGID', 'CAP_DAC_OVERRIDE', 'CAP_KILL', 'CAP_CHOWN']
		config = {'ociVersion': '1.0.2', 'hostname': 'x',
		    'process': {'args': programs[kind], 'cwd': '/', 'terminal': False,
		        'env': ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'PYTHONDONTWRITEBYTECODE=1'],
		        'user': {'uid': 0, 'gid': 0},
		        'capabilities': {k: caps for k in ('bounding', 'effective', 'permitted')}},
		    'root': {'path': rootfs, 'readonly': False},
		    'mounts': mounts, 'linux': linux}
		if annotation:
		    config['annotations'] = {'io.containers.trace-syscall': annotation}
		    config['hooks'] = {'createRuntime': [{'path': utrace,
		        'args': ['utrace', '--oci-hook'] + options.split()}]}
		json.dump(config, open(folder + '/config.json', 'w'))
	END
}

# run a container to its end; what that is depends on its kind
run() { # RUNTIME BUNDLE KIND
	case $3 in
	nginx | sleep | exec | dies)
		"$1" run -b "$2" c$$ >"$tmp/out" 2>"$tmp/err" </dev/null &
		runner=$!
		await is_running "$1" || return 99
		case $3 in
		nginx) sleep 0.5 ;;
		exec) "$1" exec c$$ /bin/sh -c 'cd /; mkdir /tmp/y; ls /' >/dev/null ;;
		dies) kill -KILL $runner ;;
		esac
		"$1" kill c$$ KILL
		wait $runner
		status=$?
		await ended "$1"
		"$1" delete -f c$$ 2>/dev/null
		;;
	*)
		"$1" run -b "$2" c$$ >"$tmp/out" 2>"$tmp/err" </dev/null
		status=$?
		;;
	esac
	return $status
}

# the container's own program runs, not the runtime before its execve
is_running() {
	"$1" state c$$ 2>/dev/null | grep -q '"status": *"running"' || return 1
	pid=$("$1" state c$$ | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p')
	case $(cat "/proc/$pid/comm" 2>/dev/null) in
	nginx) return 0 ;;
	sh) grep -q . "/proc/$pid/task/$pid/children" ;;
	*) return 1 ;;
	esac
}

ended() {
	! "$1" state c$$ 2>/dev/null | grep -q '"status": *"running"'
}

no_hook_left() {
	! pgrep -f "^utrace --oci-hook" >/dev/null
}

# the calls from the execve of the container's program on, with those of all
# that it starts
calls_of_strace() { # PROGRAM
	awk -v program="execve(\"$1\"" '
		# the PID is that of the container, if strace says no other
		function follow_child(line) {
			if (match(line, /[0-9]+ in strace/))
				followed[substr(line, RSTART, RLENGTH - 10)] = 1
			else if (match(line, /= [0-9]+$/))
				followed[substr(line, RSTART + 2)] = 1
		}
		{ pid = $1; line = $0; sub(/^[0-9]+ +/, "", line) }
		line ~ /^<\.\.\. / {
			match(line, /^<\.\.\. [a-z0-9_]+/)
			call = substr(line, 6, RLENGTH - 5)
			if (followed[pid] && call ~ /^(clone|clone3|fork|vfork)$/)
				follow_child(line)
			next
		}
		index(line, program) == 1 && !started {
			started = followed[pid] = 1
		}
		followed[pid] && match(line, /^[a-z0-9_]+\(/) {
			call = substr(line, 1, RLENGTH - 1)
			print call
			if (call ~ /^(clone|clone3|fork|vfork)$/)
				follow_child(line)
		}' "$tmp/strace" | sort -u
}

program_of() { # KIND
	case $1 in
	go) echo /root/server ;;
	nginx) echo /usr/sbin/nginx ;;
	python) echo /usr/bin/python3 ;;
	true) echo /bin/true ;;
	*) echo /bin/sh ;;
	esac
}

# --- the sets

compare() { # RUNTIME TAP KIND
	name="$1 $2 $3"
	kind=$3
	case $3 in exec | dies) kind='sleep' ;; esac
	rm -rf "$tmp/result" "$tmp/b"
	mkdir "$tmp/result"
	bundle "$tmp/b" "of:$tmp/result/list;format:list" "-t $2" $kind
	run "$1" "$tmp/b" "$3"
	got=$?
	await no_hook_left
	cut -f1 "$tmp/result/list" 2>/dev/null | sort -u >"$tmp/recorded"
	bundle "$tmp/b" '' '' $kind
	run "$1" "$tmp/b" "$3"
	wanted=$?
	if [ $got != $wanted ]; then
		fail "status $got, not $wanted: $(cat "$tmp/err")"
		return
	fi
	case $3 in
	exec)   # strace can't follow who enters later
		[ $2 != stop ] || { pass; return; }
		for call in mkdir getdents64 chdir; do
			if ! grep -qx $call "$tmp/recorded"; then
				fail "no $call of the process that entered"
				return
			fi
		done
		pass
		return ;;
	dies | sleep)
		for call in execve umask mkdir; do
			if ! grep -qx $call "$tmp/recorded"; then
				fail "no $call"
				return
			fi
		done
		pass
		return ;;
	nginx)  # strace's nginx is stopped by another signal
		"$1" delete -f s$$ 2>/dev/null
		rm -f "$tmp/strace"
		timeout -s INT 100 strace -f -qq --pidns-translation -o "$tmp/strace" "$1" run -b "$tmp/b" \
			s$$ >/dev/null 2>&1 </dev/null &
		runner=$!
		await grep -qs 'listen(' "$tmp/strace"
		sleep 1
		"$1" kill s$$ KILL
		wait $runner
		"$1" delete -f s$$ 2>/dev/null ;;
	*)
		strace -f -qq --pidns-translation -o "$tmp/strace" "$1" run -b "$tmp/b" s$$ \
			>/dev/null 2>&1 </dev/null
		;;
	esac
	calls_of_strace "$(program_of $kind)" >"$tmp/wanted"
	# these are always in a policy
	always='^(exit|exit_group|rt_sigaction|rt_sigreturn|sigreturn|restart_syscall)$'
	grep -Ev "$always" "$tmp/recorded" >"$tmp/a"
	grep -Ev "$always" "$tmp/wanted" >"$tmp/w"
	# what a Go program or threads need depends on the moment
	case $3 in
	nginx)
		for file in a w; do
			grep -vx recvmsg "$tmp/$file" >"$tmp/$file.x"
			mv "$tmp/$file.x" "$tmp/$file"
		done ;;
	go | python)
		timing='^(futex|nanosleep|sched_yield|epoll_p?wait|tgkill|madvise|getpid)$'
		for file in a w; do
			grep -Ev "$timing" "$tmp/$file" >"$tmp/$file.x"
			mv "$tmp/$file.x" "$tmp/$file"
		done ;;
	esac
	if [ ! -s "$tmp/w" ]; then
		fail 'strace saw nothing'
	elif cmp -s "$tmp/a" "$tmp/w"; then
		pass
	else
		fail "$(diff "$tmp/w" "$tmp/a" | grep '^[<>]' | tr '\n' ' ')"
	fi
}

# the result, given back, runs the same container
give_back() { # RUNTIME KIND
	name="$1 result $2"
	rm -rf "$tmp/result"
	mkdir "$tmp/result"
	bundle "$tmp/b" "of:$tmp/result/p.json" '' $2
	run "$1" "$tmp/b" "$2"
	wanted=$?
	await no_hook_left
	cp "$tmp/out" "$tmp/before"
	if [ ! -s "$tmp/result/p.json" ]; then
		fail 'no result'
		return
	fi
	bundle "$tmp/b" '' '' $2 "$tmp/result/p.json"
	run "$1" "$tmp/b" "$2"
	got=$?
	if [ $got = $wanted ] && cmp -s "$tmp/out" "$tmp/before"; then
		pass
	else
		fail "status $got, not $wanted: $(head -c 300 "$tmp/err")"
	fi
}

# what a profile rejects is seen by auto, and said by ebpf
profile() { # RUNTIME
	for tap in auto ebpf; do
		name="$1 $tap profile"
		rm -rf "$tmp/result"
		mkdir "$tmp/result"
		bundle "$tmp/b" "of:$tmp/result/p.json" "-t $tap" profile
		run "$1" "$tmp/b" profile
		got=$?
		await no_hook_left
		seen=0 said=0
		grep -q '"mkdir' "$tmp/result/p.json" && seen=1
		grep -q '"complete": false' "$tmp/result/p.json" && said=1
		case $got$tap$seen$said in
		9auto10 | 9ebpf01) pass ;;
		*) fail "status $got, seen $seen, said $said" ;;
		esac
	done
}

# --- many

bpf_objects() {
	python3 - <<-'END'
		import ctypes, struct, platform
		libc = ctypes.CDLL(None, use_errno=True)
		nr = {'x86_64': 321, 'aarch64': 280}.get(platform.machine())
		total = 0
		for command in (11, 12):        # BPF_PROG_GET_NEXT_ID, MAP
		    at = 0
		    while nr:
		        attr = ctypes.create_string_buffer(struct.pack('IIII', at, 0, 0, 0))
		        if libc.syscall(nr, command, attr, 16) < 0:
		            break
		        at = struct.unpack('IIII', attr.raw[:16])[1]
		        total += 1
		print(total)
	END
}

# the first call after the execve, in each start
starts() { # RUNTIME
	name="$1 $STARTS starts"
	first=$(strace "$victims/victim_mark" 2>&1 | sed -n '2s/(.*//p')
	bundle "$tmp/b" "of:$tmp/result/list;format:list" '' mark
	missed=0 i=0
	while [ $i -lt "$STARTS" ]; do
		i=$((i + 1))
		rm -rf "$tmp/result"
		mkdir "$tmp/result"
		run "$1" "$tmp/b" mark
		await test -s "$tmp/result/list"
		grep -q "^$first" "$tmp/result/list" || missed=$((missed + 1))
	done
	await no_hook_left
	if [ $missed = 0 ]; then pass; else fail "$missed without $first"; fi
}

now_ms() {
	echo $(($(date +%s%N) / 1000000))
}

in_a_row() { # RUNTIME
	name="$1 $ROUNDS containers leave nothing behind"
	rm -rf "$tmp/result"
	mkdir "$tmp/result"
	bundle "$tmp/b" "of:$tmp/result/list" '' true
	await no_hook_left
	before=$(bpf_objects)
	i=0
	while [ $i -lt "$ROUNDS" ]; do i=$((i + 1)); run "$1" "$tmp/b" true; done
	await no_hook_left || fail 'a process is left'
	sleep 1
	after=$(bpf_objects)
	if [ "$before" != "$after" ]; then
		fail "$before BPF objects, then $after"
	elif [ "$(ls -A "$tmp/result")" != list ]; then
		fail "files: $(ls -A "$tmp/result")"
	else
		pass
	fi
}

create() { # RUNTIME BUNDLE FILE
	t=$(date +%s%N)
	"$1" create -b "$2" d$$ >/dev/null 2>&1 </dev/null
	echo $((($(date +%s%N) - t) / 100000)) >>"$3"
	"$1" start d$$
	await no_hook_left
	"$1" delete -f d$$ 2>/dev/null
}

median() { # FILE
	sort -n "$1" | awk '{ a[NR] = $1 } END { printf "%.1f", a[int((NR + 1) / 2)] / 10 }'
}

# what the hook takes is what the creation of the container takes longer
start_delay() { # RUNTIME
	mkdir -p "$tmp/result" "$tmp/b2"
	bundle "$tmp/b" '' '' true
	bundle "$tmp/b2" "of:$tmp/result/list;format:list" '' true
	: >"$tmp/plain"
	: >"$tmp/hooked"
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do
		create "$1" "$tmp/b" "$tmp/plain"
		create "$1" "$tmp/b2" "$tmp/hooked"
	done
	echo "# $1: $(median "$tmp/plain") ms to create a container," \
		"$(median "$tmp/hooked") ms with the hook (medians of 21)"
}

# --- Podman: create and start are two runs of the runtime

# as root, or as the user that $as changes to
pod() { # RUNTIME ARGUMENT...
	pod_runtime=$1
	shift
	$as podman --root "$home/storage" --runroot "$home/run" \
		--storage-driver vfs --cgroup-manager cgroupfs \
		--runtime "$pod_runtime" --hooks-dir "$tmp/hooks" "$@" </dev/null
}

# limits that need no capability to set; crun runs without a cgroup of its own
pod_run() { # RUNTIME OPTION... IMAGE COMMAND...
	runtime_of_pod=$1
	shift
	cgroups=
	[ "$runtime_of_pod" != crun ] || cgroups=--cgroups=disabled
	pod "$runtime_of_pod" run --network none $cgroups \
		--ulimit nofile=1024:1024 --ulimit nproc=1000:1000 \
		--pids-limit 0 "$@"
}

podman_case() { # RUNTIME [USER]
	name="$1 podman${2+ rootless}" as= home=$tmp/pod${2+.$2}
	rm -rf "$home"
	mkdir -p "$home/result" "$tmp/hooks"
	if [ $# = 2 ]; then
		as="setpriv --reuid $2 --regid $2 --clear-groups"
		as="$as env HOME=$home XDG_RUNTIME_DIR=$home"
		chown -R "$2" "$home"
	fi
	cp "$utrace" "$tmp/hooks/utrace"        # where that user may read it
	sed "s,@SBINDIR@,$tmp/hooks," "$packaging/oci/utrace.json" \
		>"$tmp/hooks/utrace.json"
	tar -C "$rootfs" -cf "$tmp/image" .
	chmod 644 "$tmp/image"
	cd "$home" || exit 1
	pod "$1" import "$tmp/image" shell >"$tmp/out" 2>&1 &&
		pod_run "$1" --rm shell /bin/true >>"$tmp/out" 2>&1 || {
		echo "skip $name: $(tail -n 1 "$tmp/out")"
		return
	}
	set -- "$1" --annotation \
		"io.containers.trace-syscall=of:$home/result/p.json"
	script='cd /; ls / | cat; umask 7; exit 3'
	pod_run "$@" --rm shell /bin/sh -c "$script" >"$tmp/out" 2>&1
	got=$?
	await no_hook_left
	if [ $got != 3 ]; then
		fail "status $got: $(cat "$tmp/out")"
	elif ! grep -q '"umask"' "$home/result/p.json"; then
		fail 'no umask in the result'
	elif grep -Eq '"(mount|pivot_root|setns|sethostname|complete)"' \
	    "$home/result/p.json"; then
		fail "the runtime's calls, or incomplete: $(cat "$home/result/p.json")"
	else
		pass
	fi

	name="$name result"
	if pod_run "$1" --rm --security-opt "seccomp=$home/result/p.json" shell \
	    /bin/sh -c "$script" >"$tmp/out" 2>&1 || [ $? != 3 ]; then
		fail "$(cat "$tmp/out")"
	else
		pass
	fi

	name="${name% result} exec"
	# who enters is found by the cgroup
	if [ "$1" = crun ] || [ "$as" ]; then
		echo "skip $name: the container has no cgroup of its own"
	else
		pod_run "$@" -d --name s --rm shell /bin/sleep 100 >"$tmp/out" 2>&1
		pod "$1" exec s /bin/sh -c 'mkdir /tmp/y' >>"$tmp/out" 2>&1
		pod "$1" kill s >>"$tmp/out" 2>&1
		await no_hook_left
		if grep -q '"mkdir"' "$home/result/p.json"; then
			pass
		else
			fail "no mkdir of the process that entered: $(cat "$tmp/out")"
		fi
	fi

	name="${name% exec} annotation"
	pod_run "$1" --rm --annotation io.containers.trace-syscall=to:/x shell \
		/bin/true >"$tmp/out" 2>&1
	if [ $? = 126 ] && grep -Eq 'trace-syscall: not of:/FILE|code: 125' \
	    "$tmp/out"; then
		pass
	else
		fail "$(cat "$tmp/out")"
	fi
	cd "$tmp" || exit 1
	$as podman unshare rm -rf "$home" 2>/dev/null || rm -rf "$home"
}

wants() { # NAME
	case " ${ONLY:-$1} " in *" $1 "*) ;; *) return 1 ;; esac
}

for runtime in $RUNTIMES; do
	if ! command -v "$runtime" >/dev/null; then
		echo "skip $runtime: not here"
		continue
	fi
	for tap in $TAPS; do
		for kind in shell go nginx python many daemon true exec userns \
		    sleep dies; do
			wants $kind || continue
			if [ $kind = go ] && [ ! -x "$rootfs/root/server" ]; then
				echo "skip $runtime $tap go: no go here"
			elif [ $kind = nginx ] && [ ! -x /usr/sbin/nginx ]; then
				echo "skip $runtime $tap nginx: no nginx here"
			else
				compare "$runtime" "$tap" $kind
			fi
		done
	done
	! wants profile || profile "$runtime"
	for kind in shell go python many daemon true userns; do
		wants "result_$kind" || continue
		[ $kind != go ] || [ -x "$rootfs/root/server" ] || continue
		give_back "$runtime" $kind
	done
	if wants podman && ! command -v podman >/dev/null; then
		echo "skip $runtime podman: not here"
	elif wants podman; then
		podman_case "$runtime"
		user=$(sed -n '1s/:.*//p' /etc/subuid)
		if [ "$user" ]; then
			podman_case "$runtime" "$(id -u "$user")"
		else
			echo "skip $runtime podman rootless: no user in /etc/subuid"
		fi
	fi
	! wants starts || starts "$runtime"
	! wants start_delay || start_delay "$runtime"
	! wants in_a_row || in_a_row "$runtime"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
