#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# cross.sh ARCH [dynamic]: a musl compiler for ARCH in the cache folder,
# $CACHE/cross/ARCH[-dynamic]/bin/cc (with ar, nm, objdump, ... beside it).
# Prints the compiler's path, as the only thing on standard output.
#
#   cc [CFLAGS] -static -o x x.c		static; the plain sysroot can do only this
#   cross.sh ARCH dynamic; cc -o x x.c	needs lib/libc.so as the loader
#
# Made of Debian's cross gcc and Debian's musl source: there are no musl
# packages for big-endian mips, and the mipsel one is hard-float.
#
# The other scripts here source this file for the table of architectures, the
# cache and the package helpers.  What is in the cache carries a key made of
# everything that it was made from, so an edit here rebuilds it and nothing else
# does; it is built beside its place and renamed into it, under a lock.

set -eu
# "make check-qemu ARCH=mipsel" would tell musl's makefile its ARCH, too
unset MAKEFLAGS MAKELEVEL MFLAGS
CACHE=${UTRACE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/utrace}

# ARCH, triple of the binutils and gcc, musl's name, flags.
# -mno-abicalls: no GOT and no $gp set-up, a tenth smaller; static only.
# -DSYSCALL_NO_TLS: musl's calls need no thread pointer.
# The dynamic sysroot leaves out what follows the bar.
architectures='
mips     mips-linux-gnu       mips-linux-muslsf    -march=mips32r2 -mabi=32 -msoft-float -mno-mips16 | -mno-abicalls -G0
mipsel   mipsel-linux-gnu     mipsel-linux-muslsf  -march=mips32r2 -mabi=32 -msoft-float -mno-mips16 | -mno-abicalls -G0
arm      arm-linux-gnueabi    arm-linux-musleabi   -march=armv5te -mfloat-abi=soft -marm
aarch64  aarch64-linux-gnu    aarch64-linux-musl   -march=armv8-a
x86_64   x86_64-linux-gnu     x86_64-linux-musl    -march=x86-64
i386     x86_64-linux-gnu     i386-linux-musl      -m32 -march=i686 | -DSYSCALL_NO_TLS
riscv64  riscv64-linux-gnu    riscv64-linux-musl   -march=rv64gc -mabi=lp64d
'
tools='ar as ld nm objcopy objdump ranlib readelf size strip'

die() {
	echo "${0##*/}: $*" >&2
	exit 2
}

# arch NAME: sets triple, musl_name, flags, flags_static
arch() {
	local line
	line=$(grep "^$1 " <<<"$architectures") || die "no architecture \"$1\": $(
		awk 'NF { printf " %s", $1 }' <<<"$architectures")"
	read -r _ triple musl_name flags <<<"$line"
	flags_static=${flags/|/}
	flags=${flags%|*}
}

# gcc_packages ARCH: the Debian packages of its compiler and kernel headers.
# Never gcc-multilib for i386: it conflicts with, and so removes, every cross
# gcc.  All that a static musl program needs of it is libgcc.a.
gcc_packages() {
	case $1 in
	x86_64) echo gcc linux-libc-dev ;;
	i386) echo gcc linux-libc-dev lib32gcc-12-dev ;;
	arm) echo gcc-arm-linux-gnueabi linux-libc-dev-armel-cross ;;
	aarch64) echo gcc-aarch64-linux-gnu linux-libc-dev-arm64-cross ;;
	*) echo "gcc-$1-linux-gnu linux-libc-dev-$1-cross" ;;
	esac
}

# need PACKAGE...: installs those that are missing
need() {
	local p missing=
	for p; do
		dpkg-query -W -f '${Status}\n' "$p" 2>/dev/null |
			grep -q ' installed$' || missing="$missing $p"
	done
	[ -n "$missing" ] || return 0
	echo "installing$missing" >&2
	local root=
	[ "$(id -u)" = 0 ] || root=sudo
	# two scripts at once: the second waits for the first one's dpkg
	exec {need_lock}>"$CACHE/lock/apt"
	flock "$need_lock"
	$root apt-get -qq update >&2
	$root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
		-o DPkg::Lock::Timeout=300 --no-install-recommends install $missing >&2
	exec {need_lock}>&-
}

# apt_private NAME TYPE [DEBARCH]: apt commands against lists of our own, so
# that neither source nor foreign-architecture lists enter the machine's
# configuration.  Sets the array apt_get.  The mirrors are the machine's.
apt_private() {
	local d=$CACHE/apt/$1 a=${3:-$(dpkg --print-architecture)}
	mkdir -p "$d/parts" "$d/lists/partial" "$d/archives/partial"
	apt_get=(-qq -o Dir::Etc::SourceList="$d/sources.list"
		-o Dir::Etc::SourceParts="$d/parts" -o Dir::State::Lists="$d/lists"
		-o Dir::Cache="$d" -o Dir::State::status="$d/status"
		-o APT::Architecture="$a" -o APT::Architectures="$a"
		-o APT::Sandbox::User=root)
	: >"$d/status"
	apt-get indextargets --format "$2 \$(REPO_URI) \$(RELEASE) \$(COMPONENT)" \
		'Created-By: Packages' | grep -E ' [^ ]+/debian(-security)?/? ' |
		sort -u >"$d/sources.list"
	# one update a day
	if [ -z "$(find "$d/updated" -mtime -1 -newer "$d/sources.list" \
		2>/dev/null)" ]; then
		# a mirror in the middle of an update lacks one list: go on with
		# the others
		apt-get "${apt_get[@]}" update >&2 || :
		touch "$d/updated"
	fi
}

# source_of PACKAGE: upstream's source of a Debian package, unpacked; prints
# the folder
source_of() (
	mkdir -p "$CACHE/src"
	cd "$CACHE/src"
	locked "source-$1"
	if ! [ -d "$1" ]; then
		apt_private source deb-src
		t=$(mktemp -d -p .)
		(cd "$t" && apt-get "${apt_get[@]}" --download-only source "$1" >&2)
		mkdir "$t/x"
		tar -C "$t/x" --strip-components=1 -xf "$t/$1"_*.orig.tar.*[!c]
		mv "$t/x" "$1"
		rm -rf "$t"
	fi
	echo "$PWD/$1"
)

# deb_files PACKAGE DIR PATTERN...: files out of a package, without installing it
deb_files() {
	local p=$1 d=$2 t
	shift 2
	t=$(mktemp -d -p "$CACHE")
	(cd "$t" && apt-get -qq -o APT::Sandbox::User=root download "$p" >&2)
	mkdir -p "$d"
	dpkg-deb --fsys-tarfile "$t"/*.deb | tar -C "$d" -xf - --wildcards "$@"
	rm -rf "$t"
}

# locked NAME: waits for and holds the lock until this (sub)shell ends
locked() {
	mkdir -p "$CACHE/lock"
	exec {lock_fd}>"$CACHE/lock/$1"
	flock "$lock_fd"
}

# key WORD... <stuff: a digest of both
key() {
	{
		echo "$CACHE $*"
		cat
	} | sha256sum | cut -c1-16
}

is_fresh() { # DIR KEY
	[ "$(cat "$1/.key" 2>/dev/null)" = "$2" ]
}

# publish TMPDIR DIR KEY [CHECK...]: the key comes last, so that what fails its
# check is built again
publish() {
	local from=$1 to=$2 k=$3
	shift 3
	chmod 755 "$from"
	rm -rf "$to"
	mv "$from" "$to"
	[ $# = 0 ] || "$@"
	echo "$k" >"$to/.key"
}

# logged NAME COMMAND...: its output goes to a file, and is shown if it fails
logged() {
	local log=$CACHE/log/$1
	shift
	mkdir -p "$CACHE/log"
	"$@" >"$log" 2>&1 </dev/null && return
	tail -n 40 "$log" >&2
	die "\"$*\" failed; all of its output: $log"
}

# --- soft float for mips -----------------------------------------------------
#
# Debian's mips gcc has only a hard-float libgcc: with -msoft-float its
# __adddf3 and so on still use $f12, and ld merely warns.  The routines that
# are right stand in glibc's source, in files that may be linked into anything.
# libgcc's 64-bit shifts and divisions are free of floating point but marked
# hard-float, hence ld's warning again; with these instead of them the warning
# always means something, and -Wl,--fatal-warnings can be used.
int64_c='
typedef unsigned long long u64;
typedef long long s64;

static u64
divide(u64 n, u64 d, u64 *rest)
{
	u64 q = 0, bit = 1;

	for (; d < n && !(d >> 63); d <<= 1)
		bit <<= 1;
	for (; bit; bit >>= 1, d >>= 1) {
		if (n >= d) {
			n -= d;
			q |= bit;
		}
	}
	*rest = n;
	return q;
}

static u64 mag(s64 x) { return x < 0 ? -(u64)x : (u64)x; }
u64 __udivdi3(u64 a, u64 b) { u64 r; return divide(a, b, &r); }
u64 __umoddi3(u64 a, u64 b) { u64 r; divide(a, b, &r); return r; }

s64
__divdi3(s64 a, s64 b)
{
	u64 r, q = divide(mag(a), mag(b), &r);

	return (a < 0) != (b < 0) ? -q : q;
}

s64
__moddi3(s64 a, s64 b)
{
	u64 r;

	divide(mag(a), mag(b), &r);
	return a < 0 ? -r : r;
}
'
shift_c='
/* no 64-bit shift in here: the compiler would call these for it */
union words {
	unsigned long long v;
	struct {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		unsigned hi, lo;
#else
		unsigned lo, hi;
#endif
	} w;
};

unsigned long long
__ashldi3(unsigned long long v, int n)
{
	union words x = { v };

	if (n & 32) {
		x.w.hi = x.w.lo << (n & 31);
		x.w.lo = 0;
	} else if (n) {
		x.w.hi = x.w.hi << n | x.w.lo >> (32 - n);
		x.w.lo <<= n;
	}
	return x.v;
}

static unsigned long long
right(unsigned long long v, int n, unsigned sign)
{
	union words x = { v };

	if (n & 32) {
		x.w.lo = x.w.hi >> (n & 31);
		if (n & 31)
			x.w.lo |= sign << (32 - (n & 31));
		x.w.hi = sign;
	} else if (n) {
		x.w.lo = x.w.lo >> n | x.w.hi << (32 - n);
		x.w.hi = x.w.hi >> n | sign << (32 - n);
	}
	return x.v;
}

unsigned long long
__lshrdi3(unsigned long long v, int n)
{
	return right(v, n, 0);
}

long long
__ashrdi3(long long v, int n)
{
	union words x = { v };

	return right(v, n, (int)x.w.hi < 0 ? ~0u : 0);
}
'

# soft_float CC OUT.a: CC with its flags
soft_float() {
	local g=$CACHE/src/glibc t f
	(
		locked source-glibc
		[ -d "$g" ] && exit
		t=$(mktemp -d -p "$CACHE")
		deb_files glibc-source "$t" './usr/src/glibc/glibc-*.tar.xz'
		mkdir "$t/x"
		tar -C "$t/x" --strip-components=1 -xf "$t"/usr/src/glibc/*.tar.xz \
			--wildcards '*/soft-fp/*.[ch]' '*/stdlib/longlong.h' \
			'*/sysdeps/mips/mips32/sfp-machine.h'
		mv "$t/x" "$g"
		rm -rf "$t"
	)
	t=$(mktemp -d)
	printf %s "$int64_c" >"$t/int64.c"
	printf %s "$shift_c" >"$t/shift.c"
	for f in "$t"/*.c "$g"/soft-fp/*.c; do
		# float and double: no other kind on o32
		case ${f##*/} in *[thx]f* | *ti.c | *ti[sd]f.c | test*) continue ;; esac
		$1 -Os -nostdinc -I"$g/soft-fp" -I"$g/sysdeps/mips/mips32" \
			-I"$g/stdlib" -D__BYTE_ORDER=__BYTE_ORDER__ \
			-D__BIG_ENDIAN=__ORDER_BIG_ENDIAN__ \
			-D__LITTLE_ENDIAN=__ORDER_LITTLE_ENDIAN__ \
			'-Dstrong_alias(f,a)=extern __typeof(f) a __attribute__((alias(#f)))' \
			-Werror=implicit-int -Werror=implicit-function-declaration \
			-ffunction-sections -fno-stack-protector \
			-fno-asynchronous-unwind-tables -fomit-frame-pointer \
			-c -o "$t/$(basename "$f" .c).o" "$f" || return
	done
	"$triple-ar" rcsD "$2" "$t"/*.o
	rm -rf "$t"
}

# --- the sysroot --------------------------------------------------------------

# wrapper DIR FLAGS: what is written to bin/cc and lib/cc.specs.  The specs
# replace what gcc would add of Debian's glibc on its own, and leave it to gcc
# to know when (not for -c, -r, -nostdlib, ...).  No crtbegin.o: musl runs
# constructors without it, and mips' is hard-float.
wrapper() {
	local lib=$1/lib gcc="$triple-gcc"
	cat >"$tmp/lib/cc.specs" <<-SPECS
		*startfile:
		%{shared:;pie:$lib/Scrt1.o;:$lib/crt1.o} $lib/crti.o

		*endfile:
		$lib/crtn.o

		*libgcc:
		${libcc:+$lib/libsoft.a} $($gcc $flags -print-libgcc-file-name)

		*lib:
		%{!static:%{!shared:-dynamic-linker $loader}} -lc

	SPECS
	cat >"$tmp/bin/cc" <<-CC
		#!/bin/sh
		exec $gcc -specs=$lib/cc.specs -L$lib -nostdinc -isystem $1/include \\
			-isystem $($gcc -print-file-name=include) \\
			$2 "\$@"
	CC
	chmod +x "$tmp/bin/cc"
}

# kernel_headers: they come with Debian's cross gcc.  Links to the single
# folders: the one above them holds glibc's headers.
kernel_headers() {
	local d=/usr/$triple/include asm=
	if [ "$triple" = x86_64-linux-gnu ]; then
		d=/usr/include asm=/usr/include/x86_64-linux-gnu/asm
	fi
	ln -s "$d/linux" "$d/asm-generic" "$d/mtd" "${asm:-$d/asm}" "$tmp/include/"
}

# musl static|dynamic, in the build folder: makes it and installs it in $tmp
musl() {
	local what t
	CC="$triple-gcc $all" CFLAGS="-Os $pic -fno-stack-protector \
		-fno-unwind-tables -fno-asynchronous-unwind-tables" \
		LIBCC="$libcc $($triple-gcc $all -print-libgcc-file-name)" \
		CROSS_COMPILE="$triple-" \
		logged "$name.configure" "$(source_of musl)/configure" \
		--target="$musl_name" --prefix="$tmp" --syslibdir="$tmp/lib" \
		--disable-wrapper $only
	logged "$name.headers" make install-headers
	if [ "$1" = dynamic ]; then
		logged "$name.make" make -j"$(nproc)" install-libs
		rm -f "$tmp"/lib/ld-musl-*
		return
	fi
	# by name: "all" has the start files for PIE, which do not compile
	# without abicalls
	what="lib/libc.a lib/crt1.o lib/crti.o lib/crtn.o"
	logged "$name.make" make -j"$(nproc)" $what
	cp $what "$tmp/lib/"
	# empty in musl, but asked for by name
	for t in m rt pthread crypt util xnet resolv dl; do
		"$triple-ar" rcD "$tmp/lib/lib$t.a"
	done
}

# sysroot DIR static|dynamic
sysroot() {
	local dir=$1 kind=$2 all only pic libcc='' loader t
	case $kind in
	static) all=$flags_static only=--disable-shared pic='-fno-pie -fno-pic' ;;
	dynamic) all=$flags only=--disable-static pic=-fPIC ;;
	esac
	tmp=$(mktemp -d -p "$CACHE/cross")
	# shellcheck disable=SC2064
	trap "rm -rf '$tmp'" EXIT
	mkdir "$tmp"/{build,bin,lib,include}
	case $name in
	mips*)
		libcc=$tmp/lib/libsoft.a
		logged "$name.soft-float" soft_float "$triple-gcc $all $pic" "$libcc"
		;;
	esac
	(
		cd "$tmp/build"
		musl "$kind"
	)
	loader=/lib/ld-musl-$(awk '/^(ARCH|SUBARCH) =/ { printf "%s", $3 }' \
		"$tmp/build/config.mak").so.1
	rm -rf "$tmp/build"
	echo "$loader" >"$tmp/lib/loader"
	kernel_headers
	# Debian's gcc makes PIE when not told
	all="$all -no-pie -fno-pie"
	[ "$kind" = dynamic ] || all="$all -fno-pic -static"
	# shellcheck disable=SC2116 # one space between the words
	wrapper "$dir" "$(echo $all)"
	for t in $tools; do
		ln -s "$(command -v "$triple-$t")" "$tmp/bin/$t"
	done
	publish "$tmp" "$dir" "$(sysroot_key "$kind")" links "$dir"
	trap - EXIT
}

sysroot_key() {
	{
		declare -f soft_float wrapper kernel_headers musl sysroot
		echo "$int64_c $shift_c $tools"
		arch "$name"
		echo "$triple $musl_name $flags $flags_static"
		"$triple-gcc" -dumpfullversion
	} | key "$1"
}

# links DIR: a program that needs much of libc links, without a warning
links() {
	local t
	t=$(mktemp -d)
	cat >"$t/t.c" <<-'C'
		#include <stdio.h>
		#include <stdlib.h>
		#include <linux/ptrace.h>
		int main(int n, char **v)
		{
			return printf("%.3f %lld\n", strtod(v[0], 0) / n, atoll(v[0]) / n);
		}
	C
	"$1/bin/cc" -Os -Wl,--fatal-warnings -o "$t/t" "$t/t.c" ||
		die "$1/bin/cc is broken"
	if "$1/bin/nm" "$t/t" | grep -E 'GLIBC|_IO_file'; then
		die "$1/bin/cc links glibc"
	fi
	rm -rf "$t"
}

main() {
	local kind=${2:-static} dir
	name=$1
	case $kind in
	static) dir=$CACHE/cross/$name ;;
	dynamic) dir=$CACHE/cross/$name-dynamic ;;
	*) die "not \"static\" or \"dynamic\": $kind" ;;
	esac
	arch "$name"
	mkdir -p "$CACHE"/{cross,lock,log,src}
	# shellcheck disable=SC2046
	need make xz-utils $(gcc_packages "$name")
	locked "cross-$name-$kind"
	if ! is_fresh "$dir" "$(sysroot_key "$kind")"; then
		echo "building musl for $name ($kind)" >&2
		sysroot "$dir" "$kind"
	fi
	echo "$dir/bin/cc"
}

if [ "$0" = "${BASH_SOURCE[0]}" ]; then
	[ $# -ge 1 ] || die "usage: ${0##*/} ARCH [dynamic]"
	main "$@"
fi
