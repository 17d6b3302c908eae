#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# UTRACE_BIN=BINARY rdinit.sh ARCH [VARIANT]: boots guests whose first process
# is utrace, and looks at what becomes of their /init and of the result.  For
# ARCH and so on see qemu.sh.

set -eu
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
passed=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

fail() {
	cat "$tmp/log"
	echo "not ok $name: $*"
	exit 1
}

# boot NAME OPTIONS <INIT: the end of its /init is the same for all
boot() {
	name=$1
	{
		cat <<-'INIT'
			#!/bin/sh
			export PATH=/bin:/sbin:/usr/bin:/usr/sbin
			bad() { echo "@guest: 1 $*"; reboot -f; }
			good() { echo "@guest: 0 1 passed, 0 failed"; }
			[ $$ = 1 ] || bad "/init is process $$"
		INIT
		cat
	} >"$tmp/init"
	UTRACE_INIT=$tmp/init QEMU_LOG=$tmp/log QEMU_TIMEOUT=300 \
		QEMU_APPEND="rdinit=/utrace -- $2 /init" \
		bash "$here/qemu.sh" "${arch[@]}" >"$tmp/out" 2>&1 || {
		cat "$tmp/out"
		echo "not ok $name"
		exit 1
	}
	! grep -q 'Kernel panic' "$tmp/log" || fail "the kernel's panic"
}

ok() {
	echo "ok $name"
	passed=$((passed + 1))
}

# lines of the console's output, whatever the kernel puts before them
says() {
	local line
	for line; do
		grep -qE "(^|[] ])$line\$" "$tmp/log" || fail "no \"$line\""
	done
}

arch=("$@")

# There is nothing: no /proc, no /dev but the console, no /tmp.  The result comes
# when /init has the machine rebooted.
boot console '-F list -s exec -f -' <<'INIT'
[ ! -e /proc/self ] && [ ! -e /dev/null ] || bad 'that is not nothing'
/victims/victim_mark
/victims/victim_mark &
wait
good
reboot -f
INIT
says execve sched_get_priority_max reboot
ok

# /init goes on in another root; the file is to be there, at the latest when it
# tells all processes to end.  It outlives utrace.
boot switch_root '-F list -s exec -f /list' <<'INIT'
mkdir /new
mount -t tmpfs none /new
mkdir /new/dev
mount -t devtmpfs none /new/dev
cp -a /bin /sbin /victims /new/
{
	sed 5q /init
	cat <<-'INIT2'
		/victims/victim_mark
		[ ! -e /list ] || bad 'a result too early'
		kill -TERM -1
		i=0
		until [ -s /list ]; do
			sleep 0.1
			i=$((i + 1))
			[ $i -lt 100 ] || bad 'no /list'
		done
		for call in sched_get_priority_max chroot mount; do
			grep -qx $call /list || bad "$call is not in /list"
		done
		kill -KILL -1
		/victims/victim_mark || bad 'a program fails without utrace'
		sync
		good
		reboot -f
	INIT2
} >/new/bin/init
chmod 755 /new/bin/init
exec switch_root -c /dev/console /new /bin/init
INIT
ok

# a file that is there only later: the kernel's log
boot kmsg '-F whitelist -s exec -f /dev/kmsg' <<'INIT'
mount -t devtmpfs none /dev
/victims/victim_mark
kill -TERM -1
sleep 1
dmesg | grep -q '"sched_get_priority_max"' || bad 'not in the log'
dmesg | grep -q '"policy": 1' || bad 'not all is in the log'
good
reboot -f
INIT
ok

echo "$passed passed, 0 failed"
