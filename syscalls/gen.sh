#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Make the system call tables in this directory, one an ABI, from the unistd
# tables of a kernel tree.  The result is committed: nobody needs a kernel tree
# to build utrace.  The numbers are those seccomp and ptrace show, so what the
# program put in the register, with the ABI's base or bit in it.
#
#	gen.sh KERNELTREE [OUTDIR]	OUTDIR: default this directory
#	gen.sh --check KERNELTREE	differences from this directory: exit 1
#
# Works for trees from 6.11 on: before it arm64 and riscv had no table, only
# a C header full of conditions.

set -eu
export LC_ALL=C

# A line an ABI: what is added to the number in the table, the table, and which
# values of the table's second column belong to the ABI.  kbuild: the list is
# in the architecture's Makefile.syscalls.
#
# 1073741824 is __X32_SYSCALL_BIT, 0x40000000; x32 shares most numbers with
# x86_64, 512..547 are its own.  arm's table also has oabi, the ABI before EABI:
# left out, for a kernel that takes both has no seccomp filters.
abis='
x86_64    0           arch/x86/entry/syscalls/syscall_64.tbl      common,64
i386      0           arch/x86/entry/syscalls/syscall_32.tbl      common,i386
x32       1073741824  arch/x86/entry/syscalls/syscall_64.tbl      common,x32
arm       0           arch/arm/tools/syscall.tbl                  common,eabi
aarch64   0           arch/arm64/tools/syscall_64.tbl             kbuild:arm64
mips_o32  4000        arch/mips/kernel/syscalls/syscall_o32.tbl   common,o32
mips_n32  6000        arch/mips/kernel/syscalls/syscall_n32.tbl   common,n32
mips_n64  5000        arch/mips/kernel/syscalls/syscall_n64.tbl   common,n64
riscv64   0           scripts/syscall.tbl                         kbuild:riscv
'

# Calls newer than 6.12: a policy made today should name them on the kernel of
# tomorrow.  Since 5.1 a new call gets one number everywhere, to which the base
# is added.  The third field lists the ABIs if not all have it.  If the tree has
# an entry already, as 6.12 has uretprobe, the two must agree.
newer='
335 uretprobe x86_64,x32
336 uprobe x86_64,x32
463 setxattrat
464 getxattrat
465 listxattrat
466 removexattrat
467 open_tree_attr
468 file_getattr
469 file_setattr
470 listns
471 rseq_slice_yield
'

die() {
	echo "gen.sh: $*" >&2
	exit 1
}

usage() {
	echo "usage: gen.sh KERNELTREE [OUTDIR]" >&2
	echo "       gen.sh --check KERNELTREE" >&2
	exit 2
}

kernel_version() {
	awk '
	$1 ~ /^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)$/ && $2 == "=" {
		if (!($1 in part))
			part[$1] = $3
	}
	END {
		if (part["VERSION"] == "" || part["PATCHLEVEL"] == "")
			exit 1
		printf "%s.%s", part["VERSION"], part["PATCHLEVEL"]
		if (part["SUBLEVEL"] != "")
			printf ".%s", part["SUBLEVEL"]
		print part["EXTRAVERSION"]
	}' "$tree/Makefile" || die "$tree/Makefile: no version in it"
}

# kbuild_abis ARCH: what the build selects from its table for 64 bits,
# the same lines kbuild reads: "syscall_abis_64 += renameat rlimit".
kbuild_abis() {
	awk '
	$1 == "syscall_abis_64" && $2 == "+=" {
		for (i = 3; i <= NF; i++)
			printf "%s,", $i
		files[FILENAME]
	}
	END { for (f in files) n++; exit n != 2 }
	' "$tree/scripts/Makefile.asm-headers" \
	  "$tree/arch/$1/kernel/Makefile.syscalls" ||
		die "$1: no syscall_abis_64 in the tree's makefiles"
}

# read_table TABLE ABIS: "nr name" lines, nr without base.
# A name whose call does nothing, as tuxcall, stays in: other tools name it too.
# reservedNNN and unusedNNN, in the tables of mips, are no names, and libseccomp
# knows none of them: they are left out and show as numbers, also the two of
# o32 that do something (4059 and 4109, older forms of uname).
read_table() {
	awk -v abis="$2" '
	BEGIN {
		n = split(abis, list, ",")
		for (i = 1; i <= n; i++)
			want[list[i]]
	}
	NF == 0 || $1 ~ /^#/ { next }
	$1 !~ /^[0-9]+$/ || NF < 3 {
		print "gen.sh: " FILENAME ":" FNR ": what is this?" >"/dev/stderr"
		exit 1
	}
	!($2 in want) || $3 ~ /^(reserved|unused)[0-9]+$/ { next }
	{ print $1, $3 }
	' "$1"
}

# missing_newer ABI LIST: the entries of newer that LIST lacks.  Both the
# number and the name must be free, or belong to each other.
missing_newer() {
	echo "$newer" | awk -v abi="$1" '
	function bad(why) {
		print "gen.sh: " abi ": newer: " $0 "; " why >"/dev/stderr"
		exit 1
	}
	FNR == NR { name_of[$1] = $2; nr_of[$2] = $1; next }
	NF == 0 || NF > 2 && !index("," $3 ",", "," abi ",") { next }
	($1 in name_of) && name_of[$1] == $2 { next }
	$1 in name_of {
		bad("the tree: " $1 " is " name_of[$1])
	}
	$2 in nr_of {
		bad("the tree: " $2 " is " nr_of[$2])
	}
	{ print $1, $2 }
	' "$2" -
}

# The calls that arm's kernel takes outside its table.  In EABI's header
# __NR_SYSCALL_BASE is 0.
arm_private() {
	base=$(awk '$2 == "__ARM_NR_BASE" {
		gsub(/[()]|__NR_SYSCALL_BASE\+/, "", $3)
		print $3
	}' "$1")
	case $base in
	0x*[!0-9a-fA-F]* | 0x) die "$1: __ARM_NR_BASE is $base?" ;;
	0x*) ;;
	*) die "$1: __ARM_NR_BASE is $base?" ;;
	esac
	awk -v base=$((base)) '
	$2 ~ /^__ARM_NR_/ && $3 ~ /^\(__ARM_NR_BASE\+[0-9]+\)$/ {
		name = substr($2, 10)
		gsub(/[^0-9]/, "", $3)
		printf "%d %s\n", base + $3, name
		n++
	}
	END { exit !n }
	' "$1" || die "$1: no private calls found"
}

# verify ABI LIST: abi.c searches by number and the writers by name; a slip of
# the tables or of this script must not get as far.
verify() {
	awk -v abi="$1" '
	function bad(why) {
		print "gen.sh: " abi ": " $0 ": " why >"/dev/stderr"
		failed = 1
	}
	NF != 2 || $2 !~ /^[a-z_][a-z0-9_]*$/ { bad("malformed") }
	NR > 1 && $1 == last { bad("the number is there twice") }
	NR > 1 && $1 < last { bad("not sorted") }
	seen[$2]++ { bad("the name is there twice") }
	{ last = $1 }
	END {
		if (NR <= 250) {
			$0 = NR " entries"
			bad("too few")
		}
		exit failed
	}' "$2"
}

# make_table ABI BASE TABLE SELECTION: $tmp/ABI.h
make_table() {
	case $4 in
	kbuild:*) selection=$(kbuild_abis "${4#kbuild:}") ;;
	*) selection=$4 ;;
	esac
	raw=$tmp/$1.raw
	read_table "$tree/$3" "$selection" >"$raw"
	missing_newer "$1" "$raw" >"$tmp/newer"
	cat "$tmp/newer" >>"$raw"
	if [ "$1" = arm ]; then
		arm_private "$tree/arch/arm/include/uapi/asm/unistd.h" >>"$raw"
	fi

	awk -v base="$2" '{ printf "%d %s\n", base + $1, $2 }' "$raw" |
		sort -k 1,1n >"$tmp/$1.list"
	verify "$1" "$tmp/$1.list"

	# Hex where a bit or a range makes the number: 0x40000001, 0xf0002.
	awk -v version="$version" '
	BEGIN {
		print "/* Linux " version " and a few newer calls:" \
			" generated by syscalls/gen.sh */"
	}
	{ printf($1 < 65536 ? "SYS(%d, %s)\n" : "SYS(0x%x, %s)\n", $1, $2) }
	' "$tmp/$1.list" >"$tmp/$1.h"
}

# make_names: $tmp/names.h, sorted
make_names() {
	echo "/* all names of the tables here, Linux $version:" \
		"generated by syscalls/gen.sh */"
	for abi in $names; do
		cat "$tmp/$abi.list"
	done | awk '{ print "NAME(" $2 ")" }' | sort -u
}

here=$(cd "$(dirname "$0")" && pwd)
check=
case ${1-} in
--check) check=1; shift ;;
-*) usage ;;
esac
case $# in
1) out=$here ;;
2) [ -z "$check" ] || usage; out=$2 ;;
*) usage ;;
esac
tree=$1
[ -f "$tree/scripts/syscall.tbl" ] ||
	die "$tree: no scripts/syscall.tbl: not a kernel tree of 6.11 or later"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# All are made before the first is replaced.
version=$(kernel_version)
names=
echo "$abis" >"$tmp/abis"
while read -r abi base table selection; do
	[ -n "$abi" ] || continue
	make_table "$abi" "$base" "$table" "$selection"
	names="$names $abi"
done <"$tmp/abis"
make_names >"$tmp/names.h"

status=0
for name in $names names; do
	if [ -n "$check" ]; then
		diff -u "$out/$name.h" "$tmp/$name.h" || status=1
	else
		cp "$tmp/$name.h" "$out/$name.h"
	fi
done
exit $status
