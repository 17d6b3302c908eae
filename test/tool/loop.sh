#!/bin/bash
# loop.sh [PATTERN...]: record, widen, enforce, on the real commands of
# commands.sh; with PATTERNs only the rows whose name matches one.
#
#   UTRACE   the binary to test             (../../utrace)
#   VICTIMS  where build.sh puts tool_run   (../../build/test)
#   LOAD     seconds that servers are kept busy for
#   EACH     names of rows, for each of whose calls -c is tried on a policy that
#            lacks just that one
#
# Each command is recorded twice, the second time from what the first one saw,
# from its execve on (oci) and from its entry point on (whitelist), and widened.
# Under these policies, where a miss kills, it must do as it does without: the
# same status and, if two runs without agree in it, the same output; by -e, and
# by bubblewrap with the bpf form.
# Status: 0, or 1 if a row failed.
set -u

self=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
here=${self%/*}
: "${UTRACE:=$here/../../utrace}" "${VICTIMS:=$here/../../build/test}"
: "${EACH=sh-pipe tar gcc nginx redis dnsmasq}"
SECONDS_A_RUN=$((60 + ${LOAD:-0}))
SECONDS_A_RUN=${SECONDS_A_RUN%.*}

# the command under what is tried: the rest of the line; in POLICY.FORMAT
t() {
	case $TOOL in
	plain) "$@" ;;
	record-*)
		local format=${TOOL#record-}
		local file=$POLICY.$format
		if [ -e "$file" ]; then
			"$UTRACE" -q -w all -p kill -F "$format" -k "$file" \
				-f "$file" "$@"
		else
			"$UTRACE" -q -w all -p kill -F "$format" -f "$file" "$@"
		fi ;;
	enforce-*) "$UTRACE" -e "$POLICY.${TOOL#enforce-}" "$@" ;;
	bwrap) bwrap --dev-bind / / --seccomp 11 -- "$@" 11<"$POLICY.bpf" ;;
	list) "$UTRACE" -q -F list -s exec -f "$POLICY.list" "$@" ;;
	check) "$UTRACE" -q -s exec -c "$POLICY.part" "$@" 2>>"$POLICY.misses" ;;
	esac
}

. "$here/commands.sh"

if [ "${1-}" = -run ]; then
	TOOL=$2 POLICY=$3 server='' ready=answers
	eval "${codes[$4]}"
	exit
fi

# run TOOL ROW: the output in $tmp/TOOL; its status
run() {
	rm -rf "$tmp/dir"
	mkdir "$tmp/dir"
	port=$((port + 1))
	(cd "$tmp/dir" && PORT=$port exec "$VICTIMS/tool_run" "$SECONDS_A_RUN" \
		bash "$self" -run "$1" "$tmp/policy" "$2") \
		</dev/null >"$tmp/$1" 2>&1
}

# not the pids, ports, times and hashes that may stand in it, nor what the shell
# says of a child that a signal ended
same_output() { # FILE FILE
	local same='s/[0-9a-f]\{7,\}/H/g; s/[0-9][0-9.]*/N/g; /Terminated/d'
	cmp -s <(sed "$same" "$1") <(sed "$same" "$2")
}

row_failed() { # WHAT FILE
	printf '%-18s FAILED: %s\n' "$name" "$1"
	tail -n 5 "$2" | sed 's/^/    /'
	failed=$((failed + 1))
}

check_row() { # INDEX
	local i=$1 name=${names[$1]} lacks tool tools output=yes count
	# shellcheck disable=SC2086
	lacks=$(missing_program ${needs[i]})
	case " ${needs[i]} " in
	*' stop '*) return ;;
	*' victim_int80 '* | *' victim_i386 '*) tools='oci' ;;
	*) tools='oci whitelist' ;;
	esac
	if [ "$lacks" ]; then
		echo "$name: skipped, no $lacks here"
		skipped=$((skipped + 1))
		return
	fi
	rm -f "$tmp/policy".*
	run plain "$i" || { row_failed 'without utrace' "$tmp/plain"; return; }
	cp "$tmp/plain" "$tmp/first"
	run plain "$i" && same_output "$tmp/plain" "$tmp/first" || output=no
	for tool in $tools; do
		run "record-$tool" "$i" && run "record-$tool" "$i" ||
			{ row_failed "recorded as $tool" "$tmp/record-$tool"; return; }
	done
	tools=$(printf 'enforce-%s ' $tools)
	if [ $bwrap = yes ] && [ "$name" != bwrap ]; then
		"$UTRACE" -m -F bpf -p kill -f "$tmp/policy.bpf" "$tmp/policy.oci" &&
			tools="$tools bwrap"
	fi
	for tool in $tools; do
		run "$tool" "$i" || { row_failed "$tool, status $?" "$tmp/$tool"; return; }
		if [ $output = yes ] && ! same_output "$tmp/plain" "$tmp/$tool"; then
			diff "$tmp/plain" "$tmp/$tool" >"$tmp/diff"
			row_failed "$tool, output" "$tmp/diff"
			return
		fi
	done
	count=$("$UTRACE" -m -F list "$tmp/policy.oci" 2>/dev/null | wc -l)
	printf '%-18s ok: %d names; output %s\n' "$name" "$count" \
		"$([ $output = yes ] && echo compared || echo varies)"
	passed=$((passed + 1))
}

# each recorded call taken out alone is the one that -c names
check_each() { # INDEX
	local i=$1 name=${names[$1]} call calls found quiet=
	rm -f "$tmp/policy".*
	run list "$i" || { row_failed recorded "$tmp/list"; return; }
	calls=$(awk -F '\t' 'NF == 1' "$tmp/policy.list")
	# what another run may call as well, by its timing
	cp "$tmp/policy.list" "$tmp/all"
	run list "$i" && cat "$tmp/policy.list" >>"$tmp/all"
	echo restart_syscall >>"$tmp/all"
	for call in $calls; do
		grep -vx -- "$call" "$tmp/all" >"$tmp/policy.part"
		: >"$tmp/policy.misses"
		run check "$i"
		found=$(sed -n 's/.*: \([^ ]*\) is not in .*/\1/p' \
			"$tmp/policy.misses" | sort -u)
		[ "$found" ] || { quiet="$quiet $call"; continue; }
		[ "$found" = "$call" ] || {
			row_failed "without $call: $(echo $found)" "$tmp/check"
			return
		}
	done
	printf '%-18s ok: each of %d names%s\n' "$name" "$(wc -w <<<"$calls")" \
		"${quiet:+, but not every time:$quiet}"
	passed=$((passed + 1))
}

[ -x "$VICTIMS/tool_run" ] ||
	sh "$here/../build.sh" "$(command -v musl-gcc || echo cc)" "$VICTIMS" ||
	exit 1
VICTIMS=$(cd "$VICTIMS" && pwd)
UTRACE=$(cd "$(dirname "$UTRACE")" && pwd)/$(basename "$UTRACE")
export UTRACE VICTIMS

tmp=$(mktemp -d "${TMPDIR:-/tmp}/utrace-loop.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' HUP INT TERM
mkdir "$tmp/home"
quiet_environment "$tmp/home"

passed=0 failed=0 skipped=0
port=$((25000 + RANDOM % 5000))
bwrap=yes
command -v bwrap >/dev/null && bwrap --dev-bind / / true 2>/dev/null || {
	bwrap=no
	echo 'bubblewrap: skipped, it does not work here'
	skipped=$((skipped + 1))
}
for i in "${!names[@]}"; do
	chosen "${names[i]}" "$@" || continue
	check_row "$i"
	case " $EACH " in *" ${names[i]} "*) check_each "$i" ;; esac
done

summary="$passed passed, $failed failed"
[ $skipped = 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ $failed = 0 ] && [ $passed != 0 ]
