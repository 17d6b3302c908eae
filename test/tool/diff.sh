#!/bin/bash
# diff.sh [PATTERN...]: utrace against strace, on real commands; with PATTERNs
# only the rows whose name matches one.
#
#   UTRACE   the binary to test             (../../utrace)
#   STRACE   what to compare with           (strace)
#   VICTIMS  where build.sh puts tool_run   (../../build/test)
#
# Each command runs three times under strace -f and three times under each tap,
# in turn.  The unions of the names must be equal.  Where they are not, all
# sides run again, up to five times and beside a busy loop on each CPU, for what
# is a matter of timing (futex, restart_syscall) to show up on both; the column
# "runs" tells, and for what.  A name that still differs fails the row, unless
# strace's own runs differ by it, or the table of commands says that it hangs
# on the clock: then it stands in the column noise.  A run also fails the
# row that ends with another status than the row's, says "utrace: ..." or leaves
# processes behind.
#
# All files are in one folder that goes at the end.
# Status: 0, 1 if a row failed, 77 without strace.
set -u

self=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
here=${self%/*}
: "${UTRACE:=$here/../../utrace}" "${VICTIMS:=$here/../../build/test}"
: "${STRACE:=strace}"
ROUNDS=3
MORE=5
SECONDS_A_RUN=40

# the traced command: the rest of the line
t() {
	case $TOOL in
	strace)
		# As -qq, but it leaves the lines that tell when a process
		# changes its ABI, without which open(2) of i386 and of x86_64
		# look the same.
		"$STRACE" -f -e quiet=attach,exit -o "$OUT" "$@"
		;;
	*)
		"$UTRACE" -q -t "$TOOL" -F list -s exec -f "$OUT" "$@"
		;;
	esac
}

. "$here/commands.sh"

# --- one run: diff.sh -run TOOL OUT ROW, in a folder of its own

if [ "${1-}" = -run ]; then
	TOOL=$2 OUT=$3 server='' ready=answers
	eval "${codes[$4]}"
	exit
fi

# --- names, one a line, sorted

# strace's record.  Where it prints another thing than utrace's table has:
#   PID <... NAME resumed>, PID --- SIGNAL, PID +++ exit: no entry of a call;
#   a call stands in the line that it began with
#   PID ????(: a thread that was killed before its registers could be read
#   [ Process PID=N runs in 32 bit mode. ]: from here on it is i386:NAME; a new
#   process is taken to run in the mode of the one before it in the record
#   syscall_0xNUMBER: newer than this strace; its name, if utrace has one, else
#   the number, of 32 bits and signed, as a call's number is
# and nothing else: pread64, newfstatat, arch_prctl, rt_sigaction, fadvise64,
# umount2 and so on are the kernel's names in both, for x86_64 and i386, as the
# row all-numbers shows for the first.
strace_names() { # FILE
	awk '
	BEGIN {
		while ((getline <ARGV[1]) > 0)
			if (split($0, f, /SYS\(|, |\)/) > 2)
				name[f[2]] = f[3]
		ARGV[1] = ""
	}
	function number(hex,   n, i) {
		for (i = 3; i <= length(hex); i++)
			n = n * 16 + index("0123456789abcdef",
			    substr(hex, i, 1)) - 1
		return n >= 2147483648 ? n % 4294967296 - 4294967296 : n
	}
	$1 != last && !($1 in abi) { abi[$1] = abi[last] }
	{ last = $1 }
	/^[0-9]+ +\[ Process PID=[0-9]+ runs in / {
		abi[$1] = / in 32 bit / ? "i386:" : / in x32 / ? "x32:" : ""
		next
	}
	match($0, /^[0-9]+ +[a-z_0-9]+(#64)?\(/) {
		call = substr($0, 1, RLENGTH - 1)
		sub(/^[0-9]+ +/, "", call)
		if (call ~ /^syscall_0x/) {
			n = number(substr(call, 9))
			call = !abi[$1] && n in name ? name[n] : n
		}
		print abi[$1] call
	}' "$here/../../syscalls/x86_64.h" "$1" | sort -u
}

# utrace's list.  A name with a reason behind it was added, not seen.
utrace_names() { # FILE
	awk -F '\t' 'NF == 1 && !/^#/' "$1" | sort -u
}

# --- the comparison

one_run() { # TOOL ROW: the names are added to $tmp/names/TOOL.ROUND
	local tool=$1 row=$2 status
	rm -rf "$tmp/dir" "$tmp/out"
	mkdir "$tmp/dir"
	port=$((port + 1))
	(cd "$tmp/dir" && PORT=$port exec "$VICTIMS/tool_run" $SECONDS_A_RUN \
		bash "$self" -run "$tool" "$tmp/out" "$row") \
		</dev/null >"$tmp/log" 2>&1
	status=$?
	case $status in
	0) ;;
	99) said="$tool left processes behind" ;;
	124) said="$tool took longer than $SECONDS_A_RUN s" ;;
	*) said="$tool ended with status $status" ;;
	esac
	[ "$tool" = strace ] || ! grep -q '^utrace: ' "$tmp/log" ||
		said="$tool said: $(grep '^utrace: ' "$tmp/log" | head -n 1)"
	if ! [ -s "$tmp/out" ]; then
		said="$tool wrote nothing"
		: >"$tmp/names/$tool.$round"
	elif [ "$tool" = strace ]; then
		strace_names "$tmp/out" >"$tmp/names/$tool.$round"
	else
		! grep -q '^# incomplete' "$tmp/out" ||
			said="$tool: incomplete"
		utrace_names "$tmp/out" >"$tmp/names/$tool.$round"
	fi
	if [ "$said" ]; then
		tail -n 5 "$tmp/log" | sed "s/^/    $tool: /"
		return 1
	fi
}

# what all runs of a tool saw together, and what not each of them saw
union() { # TOOL
	sort -u "$tmp/names/$1".*
}
varying() { # TOOL
	sort "$tmp/names/$1".* | uniq -c | awk -v n="$round" '$1 < n { print $2 }' |
		sort -u
}

# sets missing, extra, noise and bad from the runs so far
compare() { # INDEX TAP...
	local tap name
	missing='' extra='' noise='' bad=''
	union strace >"$tmp/s"
	{
		varying strace
		# shellcheck disable=SC2086
		printf '%s\n' ${needs[$1]} | sed -n 's/^now://p'
	} >"$tmp/v"
	shift
	for tap; do
		union "$tap" >"$tmp/u"
		for name in $(comm -3 "$tmp/s" "$tmp/u"); do
			# its tracer stopped a sleeping program, ebpf does not
			if [ "$tap:$name" = ebpf:restart_syscall ] ||
			    grep -qxF -- "$name" "$tmp/v"; then
				noise="$noise $tap:$name"
			elif grep -qxF -- "$name" "$tmp/s"; then
				missing="$missing $tap:$name"
			else
				extra="$extra $tap:$name"
			fi
		done
	done
	bad=$missing$extra
}

busy=()
make_busy() {
	local i
	for ((i = $(nproc 2>/dev/null || echo 1); i > 0; i--)); do
		while :; do :; done &
		busy+=($!)
	done
}
stop_busy() {
	[ ${#busy[@]} = 0 ] || kill "${busy[@]}"
	wait
	busy=()
}

print_row() {
	printf '%-18s %-26s %-26s %-26s %s\n' "$@"
}

check_row() { # INDEX
	local i=$1 name=${names[$1]} lacks row_taps=$taps call
	# shellcheck disable=SC2086
	lacks=$(missing_program ${needs[i]})
	if [ "$lacks" ]; then
		echo "$name: skipped, no $lacks here"
		skipped=$((skipped + 1))
		return
	fi
	case " ${needs[i]} " in *' stop '*) row_taps=stop ;; esac
	rm -rf "$tmp/names"
	mkdir "$tmp/names"
	said='' first=''
	for ((round = 1; ; round++)); do
		for tool in strace $row_taps; do
			one_run "$tool" "$i" || break 2
		done
		[ $round -ge $ROUNDS ] || continue
		# shellcheck disable=SC2086
		compare "$i" $row_taps
		[ $round != $ROUNDS ] || first=$bad$noise
		[ "$bad$noise" ] && [ $round -lt $((ROUNDS + MORE)) ] || break
		[ $round != $ROUNDS ] || make_busy
	done
	stop_busy
	if [ "$said" ]; then
		echo "$name: FAILED, $said"
		failed=$((failed + 1))
		return
	fi
	print_row "$name" "${missing:- -}" "${extra:- -}" "${noise:- -}" \
		" $round${first:+, for$first}${bad:+ FAILED}"
	if [ "$bad" ]; then
		failed=$((failed + 1))
		for call in $bad; do
			echo "    $call: in $(cat "$tmp/names/${call%%:*}".* |
				grep -cxF -- "${call#*:}") of $round runs"
		done
	else
		passed=$((passed + 1))
	fi
}

if ! command -v "$STRACE" >/dev/null; then
	echo "skipped: there is no $STRACE here to compare with"
	exit 77
fi
[ -x "$VICTIMS/tool_run" ] ||
	sh "$here/../build.sh" "$(command -v musl-gcc || echo cc)" "$VICTIMS" ||
	exit 1
VICTIMS=$(cd "$VICTIMS" && pwd)
UTRACE=$(cd "$(dirname "$UTRACE")" && pwd)/$(basename "$UTRACE")

tmp=$(mktemp -d "${TMPDIR:-/tmp}/utrace-diff.XXXXXX") || exit 1
trap 'stop_busy; rm -rf "$tmp"' EXIT
trap 'exit 130' HUP INT TERM
mkdir "$tmp/home"

quiet_environment "$tmp/home"
export UTRACE STRACE VICTIMS

taps=stop
for tap in seccomp ebpf; do
	why=$("$UTRACE" -q -t $tap -f /dev/null true 2>&1) &&
		taps="$taps $tap" || echo "tap $tap: skipped, $why"
done
passed=0 failed=0 skipped=0
port=$((20000 + RANDOM % 5000))

print_row command missing extra noise runs
for i in "${!names[@]}"; do
	chosen "${names[i]}" "$@" && check_row "$i"
done

summary="$passed passed, $failed failed"
[ $skipped = 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ $failed = 0 ] && [ $passed != 0 ]
