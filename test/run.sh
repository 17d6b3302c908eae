#!/bin/sh
# run.sh [PATTERN...]: the unit tests, then the end-to-end cases; with PATTERNs
# only those whose name matches one.
#
#   UTRACE   the binary to test          (../utrace)
#   VICTIMS  where build.sh put its work (../build/test)
#   UNIT     where the unit_* programs are (as VICTIMS)
#   TAPS     which taps each test tries  (stop; seccomp and ebpf if the kernel
#            can)
#   SLOW     how much more time than usual everything gets; if more than 1,
#            what is only repeated for good measure is so less often  (1)
#
# A test is a function t_NAME of a case_*.sh.  It gets a shell and an empty
# folder of its own, and a minute, or what "# up to N s" on its line says.  It
# passes if it ends with 0 and has left no process behind; 77 skips it.
# A unit test's lines are its own; "ok" and "not ok" are counted.
set -u

cd "$(dirname "$0")" || exit 1
here=$(pwd)
: "${UTRACE:=$here/../utrace}" "${VICTIMS:=$here/../build/test}"
: "${UNIT:=$VICTIMS}" "${TEST_SH:=sh}" "${SLOW:=1}"
VICTIMS=$(cd "$VICTIMS" && pwd) || exit 1
unset SECCOMP_FILE TRACE_DEBUG CDPATH
LC_ALL=C
export UTRACE VICTIMS LC_ALL SLOW
umask 022
passed=0 failed=0 skipped=0
tmp=${TMPDIR:-/tmp}/utrace-test.$$
mkdir "$tmp" || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' HUP INT TERM

ok() {
	echo "ok $1"
	passed=$((passed + 1))
}

not_ok() { # NAME LOG
	echo "not ok $1"
	sed 's/^/    /' "$2"
	failed=$((failed + 1))
}

skip() {
	echo "skip $1: $2"
	skipped=$((skipped + 1))
}

chosen() { # NAME PATTERN...
	name=$1
	shift
	[ $# != 0 ] || return 0
	for pattern; do
		case $name in $pattern) return 0 ;; esac
	done
	return 1
}

unit() { # PROGRAM
	"$1" >"$tmp/log" 2>&1
	status=$?
	cat "$tmp/log"
	good=$(grep -c '^ok ' "$tmp/log")
	bad=$(grep -c '^not ok ' "$tmp/log")
	passed=$((passed + good))
	failed=$((failed + bad))
	: >"$tmp/log"
	if [ $status != 0 ] && [ "$bad" = 0 ]; then
		not_ok "$name (exit status $status)" "$tmp/log"
	elif [ $status = 0 ] && [ "$good$bad" = 00 ]; then
		ok "$name"
	fi
}

# run in $tmp/dir; what the test says goes to $tmp/log
case_() { # FILE NAME SECONDS
	mkdir "$tmp/dir"
	begun=$(date +%s)
	: >"$tmp/log"
	"$VICTIMS/tool_run" $(($3 * SLOW)) "$TEST_SH" -euc \
		'here=$1 test_log=$5; . "$1/case/lib.sh"; . "$1/case/$2"; cd "$3"; "$4"' \
		sh "$here" "$1" "$tmp/dir" "t_$2" "$tmp/log" </dev/null \
		>>"$tmp/log" 2>&1
	status=$?
	rm -rf "$tmp/dir"
	took=$(($(date +%s) - begun))
	case $status in
	0) ok "$2$([ $took -lt 10 ] || echo ", $took s")" ;;
	77) skip "$2" "$(tail -n 1 "$tmp/log")" ;;
	*) not_ok "$2" "$tmp/log" ;;
	esac
}

if [ -z "${TAPS-}" ]; then
	TAPS=stop
	if "$VICTIMS/tool_probe" seccomp; then
		TAPS='stop seccomp'
	else
		skip tap_seccomp 'this kernel has no seccomp filters'
	fi
	if "$VICTIMS/tool_probe" ebpf; then
		TAPS="$TAPS ebpf"
	else
		skip tap_ebpf 'no BPF on tracepoints, or not root'
	fi
fi
export TAPS

for program in "$UNIT"/unit_*; do
	name=$(basename "$program")
	[ -x "$program" ] && chosen "$name" "$@" && unit "$program"
done
for file in case/case_*.sh; do
	sed -n 's/^t_\([a-z0-9_]*\)().*# up to \([0-9]*\) s$/\1 \2/p; t
		s/^t_\([a-z0-9_]*\)().*/\1 60/p' "$file" >"$tmp/tests"
	while read -r name seconds; do
		chosen "$name" "$@" && case_ "${file#case/}" "$name" "$seconds"
	done <"$tmp/tests"
done

summary="$passed passed, $failed failed"
[ "$skipped" = 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
