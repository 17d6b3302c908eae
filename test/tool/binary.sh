#!/bin/sh
# SPDX-License-Identifier: MIT
#
# binary.sh DIR: nothing in DIR/utrace (not stripped) allocates memory, is stdio
# or computes in floating point: its link map DIR/utrace.map, symbols and code.
# In DIR/*.o, our own code, not even a register of the FPU or vector unit is
# used; the C library may move and clear memory by them.
# binary.sh --selftest CC: each check finds what it is for.
#
# mips and arm, where such an instruction is fatal: see checkfp.sh.
set -u
: "${NM:=nm}" "${OBJDUMP:=objdump}" "${STRIP:=strip}"
LC_ALL=C
export LC_ALL

# functions, as symbols and as members of libc.a, libc.a(NAME.lo) in the map
allocates='(__libc_|lite_)?(malloc|calloc|realloc|free)|reallocarray|'
allocates=$allocates'aligned_alloc|(posix_)?memalign'
is_stdio='__stdio_(read|write|seek|close)|__(towrite|fwritex|ofl_lock|uflow)|'
is_stdio=$is_stdio'(__)?std(in|out|err)(_FILE)?|v?[fsd]?n?(printf|scanf)|'
is_stdio=$is_stdio'f(open|dopen|close|flush|read|write|seek|puts|putc|gets)|'
is_stdio=$is_stdio'perror|fgetc|puts|putc|putchar|getc|getchar|getline|'
is_stdio=$is_stdio'setv?buf|tmpfile'
# libgcc's, and libc's text to number and back
computes='__(add|sub|mul|div|neg|cmp|eq|ne|g[et]|l[et]|unord)[sdtx]f[23]|'
computes=$computes'__(extend|trunc)[sdtx]f[sdtx]f2|__fix(uns)?[sdtx]f[sdt]i|'
computes=$computes'__float(un)?[sdt]i[sdtx]f|strto(f|d|ld)|fmt_fp|__floatscan'

found() { # WHAT, on standard input
	sed "s/^/binary: $1: /" | head -n 50 | grep .
}

# libc's members in the map: the first part, up to what was discarded
members() {
	sed -n '/^Archive member included/,/^$/!{
		/^\(Discarded\|Merging\|Memory\)/q
		s/.*libc\.a(\([^)]*\)\.l*o).*/\1/p
	}' "$1" | sort -u
}

check_members() { # DIR
	members "$1/utrace.map" >"$tmp/members"
	[ -s "$tmp/members" ] || echo 'binary: no map of a static musl program'
	grep -xE "$allocates" "$tmp/members" | found 'linked, allocates'
	grep -xE "$is_stdio" "$tmp/members" | found 'linked, stdio'
	grep -xE "$computes" "$tmp/members" | found 'linked, floating point'
}

check_symbols() { # DIR
	"$NM" "$1/utrace" 2>/dev/null |
		sed -n 's/^[0-9a-f]* [A-Za-z] //p' >"$tmp/symbols"
	[ -s "$tmp/symbols" ] || echo 'binary: no symbols'
	grep -xE "$allocates" "$tmp/symbols" | found 'symbol, allocates'
	grep -xE "$is_stdio" "$tmp/symbols" | found 'symbol, stdio'
	grep -xE "$computes" "$tmp/symbols" | found 'symbol, floating point'
}

# what our code may not contain, and the moves that libc's may: extended
# regular expressions for mnemonics and registers
machine() { # FILE
	architecture=$("$OBJDUMP" -f "$1" |
		sed -n 's/^architecture: \([^,]*\).*/\1/p')
	case $architecture in
	i386*)
		suspect='^f|%[xyz]mm|%mm|%st|%k[0-7]'
		moves='v?(p(xor|cmpeqd|unpcklqdq|shufd)|xorps|mov([aul]|h)p[sd]'
		moves="$moves|movdq[au]|mov[dq])"
		;;
	aarch64*)
		suspect='^f|^[su]cvtf|[ {,[][vqdsbh][0-9]'
		moves='ldu?[rp]|stu?[rp]|movi|dup|[su]?mov|st1|ld1'
		;;
	riscv*)
		suspect='^f[^e]|[ (,]f[ast][0-9]'
		moves='none'
		;;
	*) return 1 ;;
	esac
}

# FILE: function, instruction and operands
vector_code() {
	"$OBJDUMP" -d --no-show-raw-insn "$1" | awk -F '\t' -v re="$suspect" '
	/^[0-9a-f]+ </ {
		where = $1
		sub(/^[^ ]* /, "", where)
		sub(/:$/, "", where)
	}
	/^ *[0-9a-f]+:\t/ {
		code = $2 " " $3
		sub(/[0-9a-f]+ <.*|#.*|\/\/.*/, "", code) # addresses, comments
		if (code ~ re)
			print where, code
	}'
}

check_code() { # DIR
	machine "$1/utrace" || return 0
	for object in "$1"/*.o; do
		vector_code "$object" | found "${object##*/}, register"
	done
	vector_code "$1/utrace" | grep -vE "^<[^ ]*> *($moves) " |
		found 'code, floating point'
}

check() { # DIR
	result=$(
		check_members "$1"
		check_symbols "$1"
		check_code "$1"
	)
	[ -z "$result" ] && return
	echo "$result"
	return 1
}

# --- selftest

# standard input, compiled, has findings as expect_found wants them
expect() { # NAME [PATTERN]...
	rm -f "$tmp/x.o" "$tmp/utrace"
	# shellcheck disable=SC2086 # it may carry options
	$cc -Os -fno-builtin -fno-pie -c -x c -o "$tmp/x.o" - &&
		$cc -static -no-pie -Wl,--gc-sections \
			-Wl,-Map="$tmp/utrace.map" -o "$tmp/utrace" "$tmp/x.o"
	expect_found "$@"
}

# findings that match, one a line; or none at all
expect_found() { # NAME [PATTERN]...
	name=$1 wrong=
	shift
	got=$(check "$tmp")
	for pattern; do
		echo "$got" | grep -qE "^binary: $pattern" || wrong=$pattern
	done
	[ $# != 0 ] || wrong=$got
	if [ -n "$wrong" ]; then
		echo "not ok binary_$name: no '$wrong' in: $got"
		: >"$tmp/failed"
	fi
}

selftest() {
	c='#include <stdlib.h>
	#include <stdio.h>
	#include <string.h>
	#include <time.h>
	#include <unistd.h>
	void *volatile p; volatile int n;
	int main(int argc, char **argv) { (void)argv; n = argc;'
	echo "$c"' return write(1, "", strlen(argv[0])) < 0; }' | expect clean
	"$STRIP" "$tmp/utrace"
	: >"$tmp/utrace.map"
	expect_found stripped 'no symbols' 'no map'
	echo "$c"' p = malloc(9); return 0; }' |
		expect malloc 'linked, allocates: (lite_)?malloc' \
			'symbol, allocates: malloc'
	echo "$c"' p = calloc(9, 9); return 0; }' |
		expect calloc 'linked, allocates: calloc' \
			'symbol, allocates: calloc'
	echo "$c"' p = realloc(p, 9); return 0; }' |
		expect realloc 'linked, allocates: realloc' \
			'symbol, allocates: realloc'
	echo "$c"' free(p); return 0; }' |
		expect free 'linked, allocates: free' 'symbol, allocates: free'
	echo "$c"' p = strdup(argv[0]); return 0; }' |
		expect strdup 'linked, allocates: '
	echo "$c"' return printf("x"); }' |
		expect printf 'linked, stdio: ' 'symbol, stdio: ' \
			'symbol, floating point: '
	echo "$c"' p = stdout; return 0; }' |
		expect stdout 'linked, stdio: stdout' 'symbol, stdio: '
	echo "$c"' return fputs("x", stderr); }' |
		expect fputs 'linked, stdio: fputs' 'symbol, stdio: fputs'
	echo "$c"' return fwrite("x", 1, 1, p); }' |
		expect fwrite 'linked, stdio: fwrite' 'symbol, stdio: fwrite'
	echo "$c"' strtod(argv[0], 0); return 0; }' |
		expect strtod 'linked, floating point: strtod' \
			'symbol, floating point: strtod'
	machine "$tmp/utrace" || return 0
	echo "$c"' n = n * 1.5; return 0; }' |
		expect double 'x.o, register: <main>' \
			'code, floating point: <main>'
	echo "$c"' difftime(n, 1); return 0; }' |
		expect libc_double 'code, floating point: <(__)?difftime(64)?>'
	case $architecture in i386:x86-64 | aarch64)
		echo "$c"'
			typedef int vector __attribute__((vector_size(16)));
			vector *v = p;
			v[0] = v[1] + v[2]; return 0; }' |
			expect vector 'x.o, register: <main>' ;;
	esac
}

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
case ${1-} in
--selftest)
	shift
	cc=$*
	selftest
	[ ! -e "$tmp/failed" ]
	;;
?*)
	check "$1" || exit 1
	echo "binary: no allocation, no stdio, no floating point"
	;;
*)
	echo 'usage: binary.sh DIR | --selftest CC' >&2
	exit 2
	;;
esac
