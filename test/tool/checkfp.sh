#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# checkfp.sh ARCH BINARY: fails if BINARY has a floating-point instruction, or
# says that it passes arguments in such registers.  OpenWrt's mips kernels have
# no FPU emulator and ARMv5 no FPU: one such instruction is a SIGILL.
# checkfp.sh ARCH --selftest: the check finds what it is for.
#
# BINARY must not be stripped: on arm only symbols tell a constant among the
# instructions from an instruction.  The words are matched, not their names, so
# that no list of mnemonics can miss one.

. "${BASH_SOURCE[0]%/*}/../guest/cross.sh"

# The eight hex digits of an instruction of a coprocessor that computes.
#
# mips: major opcodes COP1, COP1X, LWC1, LDC1, SWC1, SDC1 (017, 19, 49, 53, 57,
# 61 in the top six bits); movf and movt, which are SPECIAL with function 1.
# MIPS16, printed in halves, has none.
fp_mips='^(4[4-7c-f]|[cdef][4-7])......$|^0[0-3]....[048c]1$'
# arm: bits 27-24 say ldc, stc, mcrr, cdp, mcr, mrc (c, d, e) and bits 11-8 which
# coprocessor: 14 and 15 are the system's.  1111001x and 11110100: NEON (Thumb's
# bl looks the same, see below; the rest of Thumb-1 has 16 bits).
fp_arm='^.[cde].. ?.[0-9a-d]..$|^f[234]'

# words BINARY: address, instruction word and instruction, without data
words() {
	"$bin/objdump" -dz "$1" | awk -F '\t' '
	/^[ 0-9a-f]+:\t/ && $3 !~ /^\./ && !($3 ~ /^blx?$/ && $2 ~ /^.... /) {
		sub(/ +$/, "", $2)
		sub(/^ +/, "", $1)
		print $1 "\t" $2 "\t" $3 " " $4
	}'
}

# float_abi BINARY: what its attributes say, if it is hard-float
float_abi() {
	"$bin/readelf" -A "$1" | grep -E 'FP ABI: *Hard|Tag_ABI_VFP_args'
}

check() { # BINARY
	local n
	"$bin/nm" "$1" | grep -q . || die "$1: no symbols, is it stripped?"
	n=$(words "$1" | wc -l)
	[ "$n" -gt 0 ] || die "$1: no instructions found"
	if words "$1" | awk -F '\t' -v re="$fp" '$2 ~ re { print; bad = 1 }
	    END { exit !bad }' | head -n 20 | grep . || float_abi "$1"; then
		echo "$1: floating point, see above"
		return 1
	fi
	echo "$1: $n instructions, none of floating point"
}

# --- selftest -----------------------------------------------------------------

# expect 0|1 WHAT FLAGS... : compiles (or links) standard input and checks it
expect() {
	local want=$1 what=$2 got=0
	shift 2
	"$@" -o "$tmp/x" -x c - || die "selftest: $what does not compile"
	check "$tmp/x" >"$tmp/out" || got=$?
	if [ "$got" != "$want" ]; then
		cat "$tmp/out"
		die "selftest: $what: got $got instead of $want"
	fi
	echo "ok $what"
}

selftest() {
	local soft="$bin/cc -O1" raw="$triple-gcc -O1 -c" narrow insn hard
	local hard_abi i
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	case $1 in
	mips*)
		hard='-march=mips32r2 -mhard-float' hard_abi=$hard narrow=-mips16
		insn='add.d $f0,$f2,$f4|bc1t .+8|lwc1 $f1,0($4)|sdc1 $f2,8($4)
			mfc1 $2,$f0|ctc1 $2,$31|cvt.w.s $f0,$f1|movt $2,$3,$fcc0
			madd.d $f0,$f2,$f4,$f6|c.lt.s $f0,$f1'
		insn=".set hardfloat;${insn//|/|.set hardfloat;}"
		insn=${insn//$'\n'/|.set hardfloat;}
		;;
	arm)
		# softfp: its attributes are those of soft float
		hard='-march=armv7-a -mfpu=neon -mfloat-abi=softfp'
		hard_abi='-march=armv7-a -mfpu=vfpv3 -mfloat-abi=hard'
		narrow=-mthumb
		insn='.fpu neon;vadd.f64 d0,d1,d2|.fpu vfp;vldr s0,[r0]
			.fpu vfp;vmrs r0,fpscr|.arch armv7-a;.fpu neon;vadd.i32 q0,q1,q2
			.fpu vfp;vstmia r0!,{d8-d15}|.fpu vfp;vmov r0,s1
			.arch armv7-a;.fpu neon;vld1.8 {d0},[r0]|cdp p1,0,c0,c0,c0,0'
		insn=${insn//$'\n'/|}
		;;
	*) die "nothing to test for $1" ;;
	esac
	# constants that look like instructions of the FPU
	expect 0 'integers only' $soft <<-'C'
		unsigned f(unsigned x)
		{
			return x ^ 0x46200000 ^ (x * 0xee300b00) ^ (x + 0xfee1dead);
		}
		int main(int n, char **v) { return f(n); }
	C
	expect 0 "integers only, $narrow" $soft $narrow -c <<-'C'
		unsigned g(unsigned *);
		unsigned f(unsigned *x) { return g(x) + x[296]; }
	C
	expect 0 'doubles in software' $soft <<-'C'
		#include <stdio.h>
		int main(int n, char **v) { return printf("%g\n", n / 3.0); }
	C
	while read -rd '|' i; do
		expect 1 "${i##*;}" $soft -c <<-C
			void f(void) { __asm__ volatile ("$i"); }
		C
		! float_abi "$tmp/x" || die "selftest: told by the attributes: $i"
	done <<<"${insn//[$'\t']/}|"
	expect 1 'an FPU for doubles' $raw $hard <<-'C'
		double f(double *a) { return a[0] * a[1] < 1 ? a[2] : a[3]; }
	C
	expect 1 'arguments in FPU registers' $raw $hard_abi <<-'C'
		int f(int a) { return a; }
	C
	# the reason for soft_float in cross.sh
	case $1 in mips*)
		expect 1 'a hard-float libgcc' $soft -nodefaultlibs -Wl,--start-group \
			"$dir/lib/libc.a" "$($triple-gcc -print-libgcc-file-name)" \
			-Wl,--no-warnings <<-'C' 2>/dev/null
			#include <stdio.h>
			int main(int n, char **v) { return printf("%g\n", n / 3.0); }
		C
		;;
	esac
}

[ $# = 2 ] || die "usage: ${0##*/} ARCH BINARY|--selftest"
case $1 in
mips | mipsel) fp=$fp_mips ;;
arm) fp=$fp_arm ;;
*)
	echo "$1 has an FPU: not checked"
	exit
	;;
esac
arch "$1"
dir=$CACHE/cross/$1 bin=$CACHE/cross/$1/bin
[ -x "$bin/cc" ] || "${BASH_SOURCE[0]%/*}/../guest/cross.sh" "$1" >/dev/null
if [ "$2" = --selftest ]; then
	selftest "$1"
else
	check "$2"
fi
