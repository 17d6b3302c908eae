#!/bin/sh
# SPDX-License-Identifier: MIT
#
# cut_sections.sh BINARY: cut off the section headers and the names of sections,
# which no kernel reads and strip leaves behind; OpenWrt's sstrip does the same.
# strip and objdump can't read BINARY afterwards.  Needs readelf (binutils).
set -eu

end=$(readelf -lW "$1" | awk '$1 == "LOAD" { print $2, $5 }' | {
	end=0
	while read -r offset size; do
		[ $((offset + size)) -le "$end" ] || end=$((offset + size))
	done
	echo "$end"
})
[ "$end" -gt 0 ] || {
	echo "cut_sections.sh: $1: no segments" >&2
	exit 1
}

zero() { # FILE OFFSET BYTES
	dd if=/dev/zero of="$1" bs=1 seek="$2" count="$3" conv=notrunc 2>/dev/null
}

# e_shoff; and e_shnum and e_shstrndx, the last members of the header
case $(od -An -tx1 -j4 -N1 "$1" | tr -d ' ') in
01) zero "$1" 32 4 && zero "$1" 48 4 ;;
02) zero "$1" 40 8 && zero "$1" 60 4 ;;
esac
truncate -s "$end" "$1"
