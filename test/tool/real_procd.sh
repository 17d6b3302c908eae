#!/bin/sh
# SPDX-License-Identifier: MIT
#
# real_procd.sh FOLDER SBIN: OpenWrt's own procd in place of tool_procd, as
# process 1 of namespaces of its own.  It runs in FOLDER/root, a copy of the tree
# PROCD_ROOT in which /sbin/utrace and /sbin/seccomp-trace are those of SBIN.  A
# bridge obeys FOLDER/request and writes the files that tool_procd writes, by
# procd's own interface, ubus.  procd does not tell how a service ended that it
# was told to stop: "?" in FOLDER/NAME.ends.
set -eu

state_of() { # NAME: what procd says of the service, a word a line
	ubus call service list "{\"name\":\"$1\"}" 2>/dev/null |
		sed -n 's/^.*"\(pid\|running\|exit_code\)": \([a-z0-9]*\).*/\1 \2/p'
}

# instance NAME: its file as procd's JSON
instance() {
	awk -v name="$1" '
	{ value = substr($0, length($1) + 2) }
	$1 == "command" { command = command ",\"" value "\"" }
	$1 == "seccomp" { more = more ",\"seccomp\":\"" value "\"" }
	$1 == "user" { more = more ",\"user\":\"nobody\"" }
	$1 == "trace" { more = more ",\"trace\":true" }
	$1 == "respawn" { more = more ",\"respawn\":[\"3600\",\"1\",\"0\"]" }
	$1 == "term_timeout" { more = more ",\"term_timeout\":1" }
	END {
		printf "{\"name\":\"%s\",\"instances\":{\"one\":{" \
			"\"command\":[%s]%s}}}", name, substr(command, 2), more
	}' "$1"
}

delete() { # NAME
	ubus call service delete "{\"name\":\"$1\"}" 2>/dev/null || return 0
	while state_of "$1" | grep -q 'running true'; do
		sleep 0.1
	done
	[ ! -e "$1.known" ] || echo '?' >>"$1.ends"
	rm -f "$1.known"
}

# look NAME: note a new PID, or that the service has ended
look() {
	state=$(state_of "$1")
	pid=$(echo "$state" | sed -n 's/^pid //p')
	known=$(cat "$1.known" 2>/dev/null || :)
	if [ "$pid" ] && [ "$pid" != "$known" ]; then
		echo "$pid" >"$1.pid"
		echo "$pid" >"$1.known"
	elif [ "$known" ] && [ ! "$pid" ]; then
		rm "$1.known"
		echo "$state" | sed -n 's/^exit_code //p' >>"$1.ends"
	fi
}

# The reader of the requests, and who looks at the services in between.
bridge() {
	until ubus list service >/dev/null 2>&1; do
		sleep 0.1
	done
	: >started
	exec 3<>request
	while :; do
		verb='' name=''
		read -r -t 0.1 verb name <&3 || :
		case $verb in
		reboot) kill -TERM 1 ;;
		stop | start)
			delete "$name"
			[ "$verb" = stop ] || ubus call service set "$(instance "$name")"
			;;
		esac
		for known in *.pid; do
			[ ! -e "$known" ] || look "${known%.pid}"
		done
		[ "$verb" != start ] || look "$name"
	done
}

main() {
	folder=$(cd "$1" && pwd)
	above=${folder%/*} root=$folder/root
	mkdir "$root"
	cp -a "$PROCD_ROOT/." "$root/"
	for name in utrace seccomp-trace; do
		ln -sf "$2/$name" "$root/sbin/$name"
	done
	# none of the tree's own services
	rm -f "$root"/etc/rc.d/*
	echo '::shutdown:/etc/init.d/rcS K shutdown' >"$root/etc/inittab"
	grep -qs ^nobody: "$root/etc/passwd" ||
		echo nobody:x:65534:65534::/: >>"$root/etc/passwd"
	mkdir -p "$root/dev" "$root/proc" "$root/tmp" "$root$above"
	chmod 1777 "$root/tmp"
	mount -t tmpfs dev "$root/dev"
	for device in null:3 zero:5 random:8 urandom:9 console:3; do
		mknod -m 666 "$root/dev/${device%:*}" c 1 "${device#*:}"
	done
	mount -t proc none "$root/proc"
	mount --bind "$above" "$root$above"
	cp "$0" "$root/bridge"
	# it leaves devices and the host alone
	export container=utrace
	chroot "$root" /bin/sh -c 'cd "$0" && . /bridge' "$folder" bridge &
	exec chroot "$root" /sbin/procd
}

if [ "${1-}" = bridge ]; then
	bridge
else
	main "$@"
fi
