#!/bin/sh
# SPDX-License-Identifier: MIT
#
# flash_size.sh BINARY...: the bytes that each needs on a router's flash: a
# squashfs of xz blocks of 256 KiB, with the filters for the architecture's
# branches, as OpenWrt makes it.  Needs mksquashfs (squashfs-tools).
set -eu

command -v mksquashfs >/dev/null || {
	echo 'flash_size.sh: no mksquashfs here (package squashfs-tools)' >&2
	exit 1
}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# e_machine, in either byte order, to mksquashfs's filters
filters() { # BINARY
	case $(od -An -tx1 -j18 -N2 "$1" | tr -d ' ') in
	3e00 | 0300) echo x86 ;;
	2800) echo arm,armthumb ;;
	esac
}

for binary; do
	[ -e "$binary" ] || continue
	mkdir "$tmp/root"
	cp "$binary" "$tmp/root/utrace"
	filter=$(filters "$binary")
	mksquashfs "$tmp/root" "$tmp/image" -comp xz -b 262144 -nopad \
		-all-root -noappend ${filter:+-Xbcj "$filter"} >/dev/null
	printf '%8d on flash  %8d bytes  %s\n' "$(stat -c %s "$tmp/image")" \
		"$(stat -c %s "$binary")" "$binary"
	rm -r "$tmp/root"
done
