#!/bin/sh
# SPDX-License-Identifier: MIT
#
# measure.sh [PROGRAM...]: how far a short recording with -w all reaches.
#
#   UTRACE	the binary to measure		(../../utrace)
#   RECORDED	folder of PROGRAM.light and PROGRAM.heavy, lists of the names
#		that a program called in a short run and in many long ones
#   MAX_MISSED	of 1,000 names of all heavy lists: more is a failure (5)
#   MAX_OTHERS	names of another class a program, on average (16)
#
#   MIN_HINTED	percentage of the names that light lacks and heavy has: fewer
#		in the hint of at most 25 names is a failure (85)
#
# A name is of another class if the heavy runs did not call it, nor any sibling
# of it: it is not in the heavy list widened by what a recording alone gives.
# Interpreters are not counted: for those imports are a hint only.
# shellcheck disable=SC2046,SC2048,SC2035 # words of a command, and names
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${UTRACE:=$here/../../utrace}" "${RECORDED:=$here/recorded}"
: "${MAX_MISSED:=5}" "${MAX_OTHERS:=16}" "${MIN_HINTED:=85}"
export LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
unset SECCOMP_FILE TRACE_DEBUG
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

names() { # LIST
	sed 's/[	(].*//; /^#/d; /^$/d' "$1" | sort -u
}

widen() { # WIDENINGS LIST...
	widenings=$1
	shift
	"$UTRACE" -m -w "$widenings" -F list -f - "$@" 2>/dev/null
}

# the program of a recording, and an option with which it only starts
command_of() {
	case $1 in
	redis) echo redis-server --version ;;
	python) echo python3 --version ;;
	nginx) echo nginx -v ;;
	lighttpd) echo lighttpd -v ;;
	mosquitto) echo mosquitto -h ;;
	dropbear) echo dropbear -V ;;
	*) echo "$1" --version ;;
	esac
}

# lists of what $1 can call by its files, and of all that -w all then allows
measure() {
	light=$RECORDED/$1.light
	heavy=$RECORDED/$1.heavy
	"$UTRACE" -q -t stop -s exec -w imports -F list -f "$tmp/started" \
		$(command_of "$1") >/dev/null 2>&1 || :
	grep '	imports' "$tmp/started" >"$tmp/imports" || :
	widen siblings,vdso,death,restart "$light" >"$tmp/narrow"
	# A line with this reason brings no siblings.  What the start called, it
	# can call, too.
	cat "$light" "$tmp/imports" >"$tmp/both"
	widen siblings,vdso,death,restart "$tmp/both" >"$tmp/wide"
	case $1 in
	python) ;;
	*) cat "$tmp/started" >>"$tmp/wide" ;;
	esac
	names "$tmp/wide" >"$tmp/policy"
	widen siblings,vdso,death,restart "$heavy" >"$tmp/class"
	names "$tmp/class" >"$tmp/heavy_class"
	names "$heavy" >"$tmp/heavy"
	"$UTRACE" -q -t stop -s exec -k "$light" -F table -f "$tmp/table" \
		$(command_of "$1") >/dev/null 2>&1 || :
	sed -n '/^not seen, but possible/,$s/^  \([a-z0-9_]*\) by .*/\1/p' \
		"$tmp/table" | sort >"$tmp/hint"
	names "$light" >"$tmp/light"
}

count() { # FILE FILE: names that only the second has
	comm -13 "$1" "$2" | wc -l
}

lacking=0 hinted=0 total=0 missed=0 before=0 others=0 programs=0
printf '%-12s %6s %6s %6s %6s %6s %6s\n' \
	program heavy light -w0.1 -wall others hinted
for list in ${*:-$(cd "$RECORDED" && ls *.heavy)}; do
	program=${list%.heavy}
	set -- $(command_of "$program")
	command -v "$1" >/dev/null || { echo "skip $program: not installed"; continue; }
	measure "$program"
	names "$tmp/narrow" >"$tmp/narrow_names"
	n=$(wc -l <"$tmp/heavy")
	m=$(count "$tmp/policy" "$tmp/heavy")
	o=$(count "$tmp/heavy_class" "$tmp/policy")
	l=$(count "$tmp/light" "$tmp/heavy")
	# the start that was recorded for the hint called some of them
	{ cat "$tmp/light"; grep -v '	' "$tmp/started"; } | sort -u >"$tmp/seen"
	h=$(comm -13 "$tmp/seen" "$tmp/heavy" | comm -12 - "$tmp/hint" | wc -l)
	printf '%-12s %6d %6d %6d %6d %6d %6d  %s\n' "$program" "$n" "$l" \
		"$(count "$tmp/narrow_names" "$tmp/heavy")" "$m" "$o" "$h" \
		"$(comm -13 "$tmp/policy" "$tmp/heavy" | tr '\n' ' ')"
	if [ "${OTHERS-}" ]; then
		comm -13 "$tmp/heavy_class" "$tmp/policy" | tr '\n' ' '
		echo
	fi
	lacking=$((lacking + $(count "$tmp/seen" "$tmp/heavy"))) hinted=$((hinted + h))
	case $program in python) continue ;; esac
	total=$((total + n)) missed=$((missed + m)) others=$((others + o))
	programs=$((programs + 1))
done
[ $programs -gt 0 ] || { echo 'measure.sh: no program is installed' >&2; exit 1; }
echo "$missed of $total missed, $((others / programs)).$((others * 10 / programs % 10)) of another class a program"
echo "$hinted of $lacking names that light lacks are among the hints"
[ $((hinted * 100)) -ge $((lacking * MIN_HINTED)) ] &&
	[ $((missed * 1000)) -le $((total * MAX_MISSED)) ] &&
	[ $others -le $((programs * MAX_OTHERS)) ]
