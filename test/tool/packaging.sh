#!/bin/sh
# SPDX-License-Identifier: MIT
#
# packaging.sh [NAME...]: what a distribution's build system does with the
# Makefile, in copies of the source.  The last line is N passed, N failed.
set -u

cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

# ok NAME COMMAND...: does the command succeed?
ok() {
	name=$1
	shift
	if "$@" >"$tmp/log" 2>&1; then
		echo "ok $name"
		passed=$((passed + 1))
	else
		echo "not ok $name"
		sed 's/^/# /' "$tmp/log"
		failed=$((failed + 1))
	fi
}

no() {
	if "$@"; then return 1; fi
}

# build FOLDER ARGUMENT...: make, with its objects in FOLDER of the temporary
# one, the program there as stripped
build() {
	folder=$tmp/$1
	shift
	make -s B="$folder" OUT="$folder/stripped" "$@"
}

# --- DEFAULTS

records_as_procd() {
	build defaults CFLAGS=-O0 DEFAULTS='-D -F procd' || return 1
	"$tmp/defaults/stripped" -f "$tmp/result" -q \
		sh -c 'echo $$ >"$0"' "$tmp/pid" &
	wait $!
	[ "$(cat "$tmp/pid")" = $! ] &&
		grep -q '"defaultAction": "SCMP_ACT_KILL_PROCESS"' "$tmp/result"
}

# rejects MESSAGE DEFAULTS ARGUMENT...
rejects() {
	message=$1 defaults=$2
	shift 2
	no build wrong CFLAGS=-O0 DEFAULTS="$defaults" "$@" \
		>"$tmp/said" 2>&1 || return 1
	cat "$tmp/said"
	[ ! -e "$tmp/wrong/stripped" ] &&
		grep -qF -e "$message" "$tmp/said"
}

# A compiler that claims to be for another machine: utrace can't be run.
foreign_cc() {
	cat >"$tmp/cc" <<-EOF
	#!/bin/sh
	[ "\$*" != -dumpmachine ] || { echo mips-openwrt-linux-musl; exit; }
	exec $(command -v musl-gcc || echo cc) "\$@"
	EOF
	chmod +x "$tmp/cc"
}

test_defaults() {
	ok defaults_are_used records_as_procd
	ok defaults_unknown_option rejects '-Z: no such option' -Z
	ok defaults_unknown_format rejects '-F x: no such format' '-D -F x'
	ok defaults_without_argument rejects '-F needs an argument' -F
	ok defaults_action rejects '-p x: not an errno' '-p x'
	ok defaults_mode rejects "can't be a default" '-c policy'
	ok defaults_help rejects "can't be a default" -h
	ok defaults_program rejects "can't be a default" '-D prog'
	ok defaults_pid rejects "can't be a default" '-a 1'
	ok defaults_small rejects '-w: no such option' '-w all' SMALL=1
	foreign_cc
	ok defaults_cross rejects '-F x: no such format' '-F x' CC="$tmp/cc"
	ok defaults_cross_right build cross CFLAGS=-O0 CC="$tmp/cc" \
		DEFAULTS='-D -F procd'
}

for topic in "${@:-defaults}"; do
	"test_$topic"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
