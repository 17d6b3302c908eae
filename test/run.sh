#!/bin/sh
# run.sh [PATTERN...]: run the unit tests and the cases, or only those whose
# name matches a PATTERN.  test/README tells how to write one.
#
#   UTRACE   the program to test                       (../utrace)
#   VICTIMS  the folder that build.sh filled           (../build/test)
#   UNIT     the folder of the unit_* programs         (as VICTIMS)
#   SMALL_UTRACE  a build with SMALL=1      (../build/small/utrace-small)
#   TAPS     the taps that the cases try               (each that works here)
#   JOBS     how many tests run side by side           (4 for each CPU)
#   V        1: print each check, not only the failed ones
#   FIRST_FAILURE  1: start no more tests when one has failed
#   SLOW     multiplies the seconds that a test may take, instead of 4; above 1,
#            tests run one at a time and repeat less, as in an emulated guest (1)
#
# A case is a function t_NAME of case/case_*.sh.  It runs in its own shell and
# its own empty folder.  It passes if it returns 0 and leaves no process behind,
# 77 skips it.  Two remarks on its first line change how it runs: "# up to N s"
# says how long it takes on a slow machine (60; it is killed after four times
# that, as others run beside it), "# alone" runs it when no other test runs.  A
# unit test takes up to 150 s.
#
# Output: each failed check, each skip with its reason, a line for each file,
# and "N passed, N failed[, N skipped]" as the last line.
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 1
: "${UTRACE:=$here/../utrace}" "${VICTIMS:=$here/../build/test}"
: "${SMALL_UTRACE:=$here/../build/small/utrace-small}"
: "${UNIT:=$VICTIMS}" "${TEST_SH:=sh}" "${SLOW:=1}" "${V:=}"
: "${FIRST_FAILURE:=}"
: "${JOBS:=$([ "$SLOW" = 1 ] && nproc | awk '{ print $1 * 4 }' || echo 1)}"
times=$([ "$SLOW" = 1 ] && echo 4 || echo "$SLOW")
UTRACE=$(cd "$(dirname "$UTRACE")" && pwd)/$(basename "$UTRACE")
UTRACE=/${UTRACE#"${UTRACE%%[!/]*}"}   # in / it would begin with two slashes
VICTIMS=$(cd "$VICTIMS" && pwd) && UNIT=$(cd "$UNIT" && pwd) &&
	cd "$here" || exit 1
unset SECCOMP_FILE TRACE_DEBUG CDPATH MAKEFLAGS MAKELEVEL MFLAGS
LC_ALL=C
export UTRACE SMALL_UTRACE VICTIMS LC_ALL SLOW
umask 022
tmp=$(mktemp -d "${TMPDIR:-/tmp}/utrace-test.XXXXXX") &&
	chmod 755 "$tmp" &&     # for cases that become another user
	mkdir "$tmp/run" "$tmp/taken" || exit 1
trap 'rm -rf "$tmp"' EXIT
# the workers' tests end with them
trap 'kill $(cat "$tmp/workers") 2>/dev/null; wait; exit 130' HUP INT TERM

chosen() { # NAME PATTERN...
	name=$1
	shift
	[ $# != 0 ] || return 0
	for pattern; do
		case $name in $pattern) return 0 ;; esac
	done
	return 1
}

# --- the tests, one a line: FILE NAME SECONDS [alone]

list_tests() { # [PATTERN...]
	for program in "$UNIT"/unit_*; do
		name=$(basename "$program")
		[ ! -x "$program" ] || ! chosen "$name" "$@" ||
			echo "$name $name 150"
	done
	for file in case/case_*.sh; do
		sed -n '/^t_/ {
			s/^t_\([a-z0-9_]*\)()[^#]*/\1 /
			s/# up to \([0-9]*\) s/\1/
			s/ #/ 60 #/
			s/ $/ 60/
			s/[#,]//g
			p
		}' "$file" >"$tmp/functions"
		while read -r name rest; do
			! chosen "$name" "$@" ||
				echo "$(basename "$file" .sh) $name $rest"
		done <"$tmp/functions"
	done
}

# --- running one: its output goes to $tmp/NAME.log, the cases that it left out
# to $tmp/NAME.skips

run_unit() { # FILE SECONDS
	"$VICTIMS/tool_run" $(($2 * times)) "$UNIT/$1" </dev/null \
		>"$tmp/$1.log" 2>&1
}

run_case() { # FILE NAME SECONDS
	mkdir "$tmp/run/$2"
	: >"$tmp/$2.log"
	"$VICTIMS/tool_run" $(($3 * times)) "$TEST_SH" -euc '
		here=$1 test_log=$5.log test_skips=$5.skips
		. "$1/case/lib.sh"; . "$1/case/$2.sh"; cd "$3"; "$4"' \
		sh "$here" "$1" "$tmp/run/$2" "t_$2" "$tmp/$2" </dev/null \
		>>"$tmp/$2.log" 2>&1
	ended=$?
	rm -rf "$tmp/run/$2"
	return $ended
}

# run the tests of the list that no other worker has taken; a line for each that
# has ended: FILE NAME STATUS SECONDS
work() { # LIST
	while read -r file name seconds _; do
		[ ! -e "$tmp/failed" ] || return 0
		(set -C && : >"$tmp/taken/$name") 2>/dev/null || continue
		begun=$(date +%s)
		status=0
		case $file in
		unit_*) run_unit "$file" "$seconds" || status=$? ;;
		*) run_case "$file" "$name" "$seconds" || status=$? ;;
		esac
		echo "$file $name $status $(($(date +%s) - begun))"
		case $FIRST_FAILURE:$status in
		1:0 | 1:77) ;;
		1:*) : >"$tmp/failed" ;;
		esac
	done <"$1"
}

work_in_parallel() { # LIST
	n=0
	while [ $n -lt "$JOBS" ]; do
		work "$1" &
		echo $! >>"$tmp/workers"
		n=$((n + 1))
	done
	wait
}

# --- what has ended: only one process prints

passed=0 failed=0 skipped=0     # of all, and since the last end_file

counts() { # PASSED FAILED SKIPPED
	echo "$1 passed, $2 failed$([ "$3" = 0 ] || echo ", $3 skipped")"
}

# the checks of a unit test are lines of its log
unit_ended() { # NAME STATUS
	good=$(grep -c '^ok ' "$tmp/$1.log")
	bad=$(grep -c '^not ok ' "$tmp/$1.log")
	left_out=$(grep -c '^skip ' "$tmp/$1.log")
	if [ "$V" = 1 ]; then
		grep -v '^[0-9]* passed, ' "$tmp/$1.log"
	else
		grep -E '^(not ok|skip) ' "$tmp/$1.log"
	fi
	if [ "$2" != 0 ] && [ "$bad" = 0 ]; then
		bad=1
		echo "not ok $1: exit status $2"
		grep -v '^ok ' "$tmp/$1.log"
	elif [ "$2" = 0 ] && [ "$good$bad$left_out" = 000 ]; then
		good=1
	fi
}

case_ended() { # NAME STATUS SECONDS
	good=0 bad=0 left_out=0
	case $2 in
	0)
		good=1
		[ "$V" != 1 ] || echo "ok $1$([ "$3" = 0 ] || echo ", $3 s")"
		;;
	77)
		left_out=1
		echo "skip $1: $(tail -n 1 "$tmp/$1.log")"
		;;
	*)
		bad=1
		echo "not ok $1 (exit status $2)"
		sed 's/^/    /' "$tmp/$1.log"
		;;
	esac
	[ -e "$tmp/$1.skips" ] || return 0
	sed "s/^/skip $1: /" "$tmp/$1.skips"
	left_out=$((left_out + $(wc -l <"$tmp/$1.skips")))
}

# add to a file's counts; print them with its last test
count_for() { # FILE SECONDS
	eval "set -- $1 $2 \$counts_$1"
	rest=$(($3 - 1)) p=$(($4 + good)) f=$(($5 + bad)) s=$(($6 + left_out))
	took=$(($7 + $2))
	eval "counts_$1='$rest $p $f $s $took'"
	passed=$((passed + good))
	failed=$((failed + bad))
	skipped=$((skipped + left_out))
	if [ $rest = 0 ]; then
		echo "$1: $(counts $p $f $s)$([ $took -lt 10 ] ||
			echo ", $took s")"
	fi
}

# read what `work` prints
report() {
	for file in $files; do
		eval "counts_$file='$(grep -c "^$file " "$tmp/all") 0 0 0 0'"
	done
	while read -r file name status seconds; do
		case $file in
		unit_*) unit_ended "$name" "$status" ;;
		*) case_ended "$name" "$status" "$seconds" ;;
		esac
		count_for "$file" "$seconds"
		rm -f "$tmp/$name.log" "$tmp/$name.skips"
		sed -i "/^$file $name /d" "$tmp/all"
	done
	if [ -s "$tmp/all" ] && [ ! -e "$tmp/failed" ]; then
		echo 'not ok: these tests did not end:'
		cat "$tmp/all"
		failed=$((failed + $(wc -l <"$tmp/all")))
	fi
}

if [ -z "${TAPS-}" ]; then
	TAPS=stop
	if "$VICTIMS/tool_probe" seccomp; then
		TAPS='stop seccomp'
	else
		echo 'skip tap_seccomp: this kernel has no seccomp filters'
		skipped=$((skipped + 1))
	fi
	if "$VICTIMS/tool_probe" ebpf; then
		TAPS="$TAPS ebpf"
	else
		echo 'skip tap_ebpf: no BPF on tracepoints, or not root'
		skipped=$((skipped + 1))
	fi
fi
export TAPS

# the longest first, so that none of them is the last to end
list_tests "$@" | sort -s -k 3,3nr >"$tmp/all"
files=$(cut -d ' ' -f 1 "$tmp/all" | sort -u)
grep -v ' alone$' "$tmp/all" >"$tmp/parallel"
grep ' alone$' "$tmp/all" >"$tmp/alone"
{
	work_in_parallel "$tmp/parallel"
	JOBS=1
	work_in_parallel "$tmp/alone"
} | {
	report
	counts $passed $failed $skipped
	[ $failed = 0 ] && [ $passed != 0 ]
} &
# a trap interrupts this alone
wait $!
