#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# procd.sh ARCH...: the packages of packaging/openwrt in guests, where busybox
# init is process 1 and starts tool_procd, and that dropbear and an HTTP server.
# Each guest is booted twice: it records the services and runs them under their
# policies; then it makes one policy of the recordings of all guests, merging its
# own last, and starts the services under that.  All guests must make the same
# policy.  The last line is N passed, N failed.

. "${BASH_SOURCE[0]%/*}/cross.sh"
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
cd "$here/../.."
. test/tool/openwrt.sh
services='dropbear httpd'
passed=0 failed=0

# service TREE NAME WORD...: its init script
service() {
	cat >"$1/etc/init.d/$2" <<-SH
		#!/bin/sh /etc/rc.common

		USE_PROCD=1

		start_service() {
			procd_open_instance
			procd_set_param command ${*:3}
			procd_set_param seccomp /etc/seccomp/$2.json
			procd_set_param respawn
			procd_close_instance
		}
	SH
	chmod 755 "$1/etc/init.d/$2"
}

# tool OUT SOURCE: a program for the guest, from test/
tool() {
	"$cc" -O1 -std=c11 -D_GNU_SOURCE -iquote . -o "$1" "test/$2"
}

# tree ARCH: its files, in $tmp/ARCH/tree
tree() {
	local arch=$1 dir=$tmp/$1 cc dropbear flags=-Os
	local tree=$dir/tree
	cc=$("$here/cross.sh" "$arch")
	case $arch in mips*) flags='-Os -mips16 -minterlink-mips16' ;; esac
	mkdir -p "$dir/made" "$tree"/{usr/bin,usr/sbin,www,root}
	logged "$arch.openwrt" openwrt_build "$dir/openwrt" "$cc" "${cc%cc}" \
		"$flags"
	openwrt_install "$dir/openwrt" utrace "$tree"
	tool "$dir/made/tool_procd" tool/tool_procd.c
	tool "$dir/made/victim_service" victim/victim_service.c
	tool "$tree/usr/bin/mark" victim/victim_mark.c
	tool "$tree/sbin/seed" guest/kernel/seed.c
	openwrt_furnish "$tree" "$dir/made"
	rm "$tree/var/run/procd/request"
	service "$tree" dropbear /usr/sbin/dropbear -F \
		-P /var/run/dropbear.pid -p 127.0.0.1:22 -K 300 -T 3
	service "$tree" httpd /dynamic/bin/httpd -f -p 127.0.0.1:80 -h /www
	dropbear=$("$here/dropbear.sh" "$arch")
	cp "$dropbear/dropbear" "$tree/usr/sbin/"
	ln -s /usr/sbin/dropbear "$tree/usr/bin/dbclient"
	ln -s /usr/sbin/dropbear "$tree/usr/bin/dropbearkey"
	echo 'a router' >"$tree/etc/motd"
	echo root:x:0:0::/root:/bin/sh >"$tree/etc/passwd"
	seq 5000 >"$tree/www/page"
	# OpenWrt's has -e
	printf '#!/bin/sh\nbusybox logread | grep "$@"\n' >"$tree/sbin/logread"
	chmod 755 "$tree/sbin/logread"
	cp "$here/procd_guest.sh" "$tree/etc/"
	ln -s bin/busybox "$tree/init"
}

# received LOG DIR: the files that the guest sent; not one may be damaged
received() {
	local file sum _
	mkdir -p "$2"
	awk -v dir="$2" '
		/^@end / { print file, $2; close(file); file = "" }
		file { print >file }
		/^@file / { file = $2; sub(/.*\//, dir "/", file) }' "$1" |
		while read -r file sum; do
			[ "$(sha256sum <"$file" | cut -d ' ' -f 1)" = "$sum" ] ||
				die "$file was damaged on its way"
		done
}

# boot ARCH record|enforce
boot() {
	local dir=$tmp/$1 p f _
	cat >"$dir/tree/etc/inittab" <<-INITTAB
		::sysinit:/bin/sh /etc/procd_guest.sh boot
		::respawn:/sbin/procd /var/run/procd
		::once:/bin/sh /etc/procd_guest.sh $2
	INITTAB
	echo "== $1: $2"
	UTRACE_TREE=$dir/tree QEMU_LOG=$dir/log QEMU_TIMEOUT=${QEMU_TIMEOUT:-600} \
		bash "$here/qemu.sh" "$1" >"$dir/out" 2>&1 || {
		cat "$dir/out"
		exit 1
	}
	grep -E '^(not )?ok ' "$dir/log"
	tail -n 2 "$dir/out"
	read -r p _ f _ < <(tail -n 1 "$dir/out")
	passed=$((passed + p)) failed=$((failed + f))
	grep -q 'reboot: Restarting system' "$dir/log" || {
		cat "$dir/log"
		die "$1 did not reboot"
	}
	received "$dir/log" "$dir/$2"
}

main() {
	local arch other service
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	for arch; do
		tree "$arch"
		boot "$arch" record
	done
	for arch; do
		for other; do
			[ "$other" = "$arch" ] || echo "$other"
			mkdir -p "$tmp/$arch/tree/recordings"
			cp -r "$tmp/$other/record" \
				"$tmp/$arch/tree/recordings/$other"
		done >"$tmp/$arch/tree/machines"
		echo "$arch" >>"$tmp/$arch/tree/machines"
		boot "$arch" enforce
		for service in $services; do
			cmp "$tmp/$1/enforce/$service.json" \
				"$tmp/$arch/enforce/$service.json" ||
				die "$1 and $arch make different policies"
		done
	done
	[ $# = 1 ] || echo "ok the same policies, whichever merges last: $*"
	echo "$passed passed, $failed failed"
}

[ $# -ge 1 ] || die "usage: ${0##*/} ARCH..."
main "$@"
