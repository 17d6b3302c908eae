#!/bin/sh
# SPDX-License-Identifier: MIT
#
# source.sh CC [FLAG...]: checks of the source below the current folder that a
# compiler doesn't make; nothing is built.  First each check is run on a source
# that it has to reject.  Prints what is wrong, or one line.
#
#   layers      folders include only those below them (layers.awk)
#   headers     each header compiles alone
#   own header  x.c includes x.h before anything else
#   names       no two files define a function of the same name, static or not
#   lengths     no function over 60 lines, no file over 500
#
# The tables of syscalls/ and lib/errnos.h are data, included in the middle of
# other files.
#
#   CHECKS  which of them (all)
#
# no file's name has a space
# and the checks are called by name
# shellcheck disable=SC2046,SC2317
set -u

here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { echo 'usage: source.sh CC [FLAG...]' >&2; exit 2; }
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

sources() { # SUFFIX
	find . -name "*.$1" -type f | sed 's/^\.\///' |
		grep -vE '^(build|dist|test|packaging)/' | sort
}

layers() {
	awk -f "$here/layers.awk" $(sources c) $(sources h)
}

headers() {
	result=0
	for header in $(sources h | grep -vxE 'lib/errnos\.h|syscalls/.*' ) \
	    syscalls/abi.h; do
		[ -e "$header" ] || continue
		echo "#include \"$header\"" >"$tmp/alone.c"
		"$@" -Werror -fsyntax-only "$tmp/alone.c" 2>"$tmp/log" && continue
		echo "$header: does not compile alone:"
		sed -n 1,3p "$tmp/log"
		result=1
	done
	return $result
}

own_header() {
	for source in $(sources c); do
		header=${source%.c}.h
		[ ! -e "$header" ] || awk -v own="$header" '
			/^#include/ {
				found = $2 == "\"" own "\""
				exit
			}
			END {
				if (!found) {
					print FILENAME ": does not include " \
						own " first"
					exit 1
				}
			}' "$source" || echo
	done | grep . && return 1
	return 0
}

# FILE NAME LINES for each function: its name starts a line, as do its braces
functions() {
	awk '
	/^[A-Za-z_][A-Za-z0-9_]*\(/ {
		name = substr($0, 1, index($0, "(") - 1)
		first = FNR
	}
	/;$/ && !open { name = "" }
	/^\{/ { open = name != "" }
	/^\}/ {
		if (open)
			print FILENAME, name, FNR - first + 1
		open = 0
		name = ""
	}' $(sources c)
}

names() {
	functions | awk '
	$2 in file && file[$2] != $1 {
		print $1 ": " $2 "() is also in " file[$2]
		bad = 1
	}
	{ file[$2] = $1 }
	END { exit bad }'
}

lengths() {
	{
		functions | awk '$3 > 60 {
			print $1 ": " $2 "() has " $3 " lines, over 60" }'
		wc -l $(sources c) | awk '$2 != "total" && $1 > 500 {
			print $2 ": " $1 " lines, over 500" }'
	} | grep . && return 1
	return 0
}

# --- does each check find what it is for?

# rejects CHECK TEXT [ARG...]: standard input is the source, FILE: before each
rejects() {
	check=$1 text=$2
	shift 2
	rm -rf "$tmp/tree"
	mkdir "$tmp/tree"
	while IFS= read -r line; do
		case $line in
		*.[ch]:)
			file=$tmp/tree/${line%:}
			mkdir -p "${file%/*}"
			;;
		*) echo "$line" >>"$file" ;;
		esac
	done
	if (cd "$tmp/tree" && "$check" "$@") >"$tmp/found" 2>&1; then
		echo "source.sh: $check accepts what it should reject"
		exit 1
	fi
	grep -qF -- "$text" "$tmp/found" || {
		echo "source.sh: $check does not say \"$text\", but:"
		cat "$tmp/found"
		exit 1
	}
}

selftest() { # CC [FLAG...]
	rejects layers 'policy may not include this' <<-'END'
		policy/a.c:
		#include "trace/b.h"
		trace/b.h:
		int b;
	END
	rejects layers 'an architecture outside ptrace_arch.h' <<-'END'
		lib/a.c:
		#ifdef __mips__
		#endif
	END
	rejects headers 'lib/a.h: does not compile alone' "$@" <<-'END'
		lib/a.h:
		extern uint32_t a;
	END
	rejects own_header 'lib/a.c: does not include lib/a.h first' <<-'END'
		lib/a.c:
		#include <errno.h>
		#include "lib/a.h"
		lib/a.h:
		extern int a;
	END
	rejects names 'lib/b.c: twice() is also in lib/a.c' <<-'END'
		lib/a.c:
		static int
		once(void)
		{
		}
		static int
		twice(void)
		{
		}
		lib/b.c:
		static int
		once(void);
		int
		twice(int a,
		    int b)
		{
		}
	END
	{
		printf 'lib/a.c:\nint\nlong_one(void)\n{\n'
		seq 58
		echo '}'
	} | rejects lengths 'lib/a.c: long_one() has 61 lines, over 60'
	{
		echo lib/a.c:
		seq 501
	} | rejects lengths 'lib/a.c: 501 lines, over 500'
}

(selftest "$@") || exit 1
status=0
: "${CHECKS:=layers headers own_header names lengths}"
for check in $CHECKS; do
	"$check" "$@" || status=1
done
[ $status != 0 ] || echo "source: $(sources '[ch]' | wc -l) files pass: $CHECKS"
exit $status
