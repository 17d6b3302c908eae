#!/bin/sh
# SPDX-License-Identifier: MIT
#
# systemd.sh UTRACE: services of each type, recorded by the drop-in of README
# under a systemd that is process 1 of a PID namespace.  Needs root, systemd,
# python3 and the cgroup file system of version 2.  The last line is N passed, N
# failed.
set -u

utrace=$(realpath "$1")
systemd=/lib/systemd/systemd

skip() {
	echo "skip systemd: $*"
	exit 0
}

[ "$(id -u)" = 0 ] || skip 'needs root'
[ -x $systemd ] || skip 'no systemd here'

tmp=$(realpath "$(mktemp -d)")
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
mkdir -m 1777 "$tmp/result"
cp "$utrace" "$tmp/utrace"

# service NAME SETTINGS COMMAND [RESULT]: a drop-in puts COMMAND behind utrace
service() {
	echo "$1" >>"$tmp/names"
	mkdir -p "$tmp/units/sd$1.service.d"
	printf '[Unit]\nDefaultDependencies=no\n[Service]\n%b\nExecStart=%s\n' \
		"$2" "$3" >"$tmp/units/sd$1.service"
	printf '[Service]\nExecStart=\nExecStart=%s %s %s %s\n' \
		/run/utrace '-D -F systemd -f' "${4-$tmp/result/$1.conf}" "$3" \
		>"$tmp/units/sd$1.service.d/record.conf"
}

service simple 'Type=simple' '/bin/sh -c "cd /; umask 7; exit 3"'
service exec 'Type=exec' '/bin/sh -c "cd /; umask 7; exit 3"'
service notify 'Type=notify\nNotifyAccess=all\nWatchdogSec=60' \
	"/bin/sh -c \"umask 7; echo \$WATCHDOG_USEC \$NOTIFY_SOCKET >$tmp/result/env; systemd-notify --ready --status=up; sleep 1000\""
service forking "Type=forking\nPIDFile=/run/f.pid" \
	'/bin/sh -c "(umask 7; sleep 1000) & echo $$! >/run/f.pid"'
service oneshot 'Type=oneshot\nRemainAfterExit=yes' '/bin/sh -c "umask 7; cd /"'
service user 'Type=oneshot\nUser=nobody' '/bin/sh -c "umask 7"'
service dynamic 'Type=oneshot\nDynamicUser=yes\nStateDirectory=sd' \
	'/bin/sh -c "umask 7"' /var/lib/sd/result
service nnp 'Type=oneshot\nUser=nobody\nNoNewPrivileges=yes' \
	'/bin/sh -c "umask 7"'
service filtered 'Type=oneshot\nSystemCallFilter=~umask\nSystemCallErrorNumber=EPERM' \
	'/bin/sh -c "umask 7"'
# gets its socket as LISTEN_FDS, for the PID that it sees as its own
printf '[Unit]\nDefaultDependencies=no\n[Socket]\nListenStream=/run/socket\n' \
	>"$tmp/units/sdlisten.socket"
service listen 'Type=oneshot\n[Unit]\nRequires=sdlisten.socket\n[Service]' \
	"/bin/sh -c \"umask 7; echo \$\$LISTEN_FDS \$\$((\$\$LISTEN_PID - \$\$\$\$)) >$tmp/result/fds\""

# the same as simple, held to its result; the second makes one call more
held() { # NAME SCRIPT
	printf '[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=%s "%s"\n' \
		'/bin/sh -c' "$2" >"$tmp/units/sd$1.service"
}
held held 'cd /; umask 7; exit 3'
held strict 'cd /; umask 7; kill -0 $$$$ && exit 4; exit 3'

{
	printf '[Unit]\nDefaultDependencies=no\nAllowIsolate=yes\nWants=collect.service'
	sed 's/.*/ sd&.service/' "$tmp/names" | tr -d '\n'
	echo
} >"$tmp/units/record.target"
printf '[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/sh %s\n' \
	"$tmp/collect" >"$tmp/units/collect.service"
cat >"$tmp/collect" <<END
for try in \$(seq 100); do
	[ -z "\$(systemctl list-jobs --plain --no-legend | grep -v collect)" ] &&
		[ -e $tmp/result/env ] && break
	sleep 0.1
done
sleep 0.5
for name in \$(cat $tmp/names); do
	pid=\$(systemctl show sd\$name -p MainPID --value)
	echo "\$name \$(systemctl show sd\$name -p Result --value)" \\
		"\$(systemctl show sd\$name -p ExecMainStatus --value)" \\
		"\$(systemctl show sd\$name -p SubState --value)" \\
		"\$(cat /proc/\$pid/comm)" >>$tmp/states
done
cp /var/lib/private/sd/result $tmp/result/dynamic.conf
for name in strict held; do
	[ \$name = strict ] && systemctl start sdstrict && sleep 0.5 &&
		systemctl show sdstrict -p ExecMainStatus --value >>$tmp/held
	mkdir /run/systemd/system/sd\$name.service.d
	cp $tmp/result/simple.conf /run/systemd/system/sd\$name.service.d
done
systemctl daemon-reload
systemctl start sdstrict sdheld
sleep 0.5
for name in strict held; do
	systemctl show sd\$name -p ExecMainStatus --value >>$tmp/held
done
systemctl stop sdnotify sdforking
sleep 0.5
: >$tmp/done
END

cat >"$tmp/boot" <<END
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
mkdir -p /run/lock /run/systemd
cp -r $tmp/units /run/systemd/system
# not in /tmp, which DynamicUser= makes private
cp $tmp/utrace /run/utrace
umount -R -l /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup || exit 1
mkdir -p /sys/fs/cgroup/utrace_sd
echo 0 >/sys/fs/cgroup/utrace_sd/cgroup.procs
exec unshare -C sh -c 'umount /sys/fs/cgroup
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	container=docker exec $systemd --unit=record.target --log-target=console \
		--show-status=0'
END
# systemd ignores SIGTERM as process 1, so unshare kills it
unshare -m -p -i -f --kill-child sh "$tmp/boot" >"$tmp/log" 2>&1 </dev/null &
namespace=$!
tries=0
until [ -e "$tmp/done" ] || [ $tries -ge 900 ] || ! kill -0 $namespace 2>/dev/null; do
	tries=$((tries + 1))
	sleep 0.1
done
kill -KILL $namespace 2>/dev/null
wait $namespace 2>/dev/null
[ -e "$tmp/states" ] || skip "systemd does not start: $(tail -n 1 "$tmp/log")"

passed=0 failed=0
report() { # NAME FAULT
	if [ -z "$2" ]; then
		passed=$((passed + 1))
		echo "ok $1"
	else
		failed=$((failed + 1))
		echo "not ok $1: $2"
	fi
}
check() { # NAME WANTED
	got=$(sed -n "s/^$1 //p" "$tmp/states")
	fault=
	if [ "$got" != "$2" ]; then
		fault="$got, not $2"
	elif ! grep -q 'umask' "$tmp/result/$1.conf" 2>/dev/null; then
		fault='no umask in the result'
	elif grep -q '^# incomplete' "$tmp/result/$1.conf"; then
		fault=incomplete
	fi
	report "$1" "$fault"
}
check simple 'exit-code 3 failed '
check exec 'exit-code 3 failed '
check notify 'success 0 running sh'
check forking 'success 0 running sleep'
check oneshot 'success 0 exited '
for name in user dynamic nnp filtered listen; do
	check $name 'success 0 dead '
done
fault='wrong, or none'
! grep -q '^60000000 /run/systemd/notify' "$tmp/result/env" || fault=
report environment "$fault"
fault=$(cat "$tmp/result/fds" || echo 'no file')
[ "$fault" != '1 0' ] || fault=
report socket "$fault"
# without the result, with it, and as recorded
fault=$(tr '\n' ' ' <"$tmp/held")
[ "$fault" != '4 3 3 ' ] || fault=
report 'result as SystemCallFilter=' "$fault"
find /sys/fs/cgroup -depth -type d -path '*/utrace_sd*' -exec rmdir {} + 2>/dev/null
echo "$passed passed, $failed failed"
[ $failed = 0 ]
