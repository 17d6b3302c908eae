# shellcheck shell=sh
# Each ABI's list of calls, to the last one, made by hand from the victims'
# source, in both scopes.  A static program's entry point is its first
# instruction, so the scopes differ in the execve alone.

# the golden list of a victim: ./wanted, and ./possible with what may be missing
golden() { # VICTIM
	awk -v abi="$ABI" -v victim="$1" '
	/^#/ { next }
	$1 == "ABI" { for (i = 2; i <= NF; i++) word[i] = $i; next }
	FILENAME ~ /abis$/ { if ($1 == abi)
		for (i = 2; i <= NF; i++) call[word[i]] = $i; next }
	$1 == victim { for (i = 2; i <= NF; i++) {
		optional = sub(/\?$/, "", $i) ? "?" : ""
		if ($i in call) $i = call[$i]
		n = split($i, part, ",")
		for (j = 1; j <= n; j++) print part[j] optional
	} }' "$here/golden/abis" "$here/golden/victims" >calls
	[ -s calls ] || fail "no golden list of $1 for $ABI"
	grep -v '?' calls | sort -u >wanted
	tr -d '?' <calls | sort -u >possible
}

# what is in the first file but not in the second
only() { # FILE FILE
	grep -vxFf "$2" "$1" || true
}

matches() { # SCOPE
	grep -v '	' list | sort >got || true
	missing=$(only wanted got) more=$(only got possible)
	[ -z "$missing$more" ] || fail "$TAP $UNDER $1:" \
		missing $missing, not expected $more
}

lists() { # VICTIM COMMAND...
	golden "$1"
	shift
	utrace -F list -s main -f list "$@" >out || true
	matches "main $*"
	echo execve >>wanted
	echo execve >>possible
	record "$@" >out || true
	matches "exec $*"
}

t_golden_lists() { # up to 120 s
	"$VICTIMS/tool_probe" musl || skip 'the victims are not of musl'
	for victim in bare mark; do
		each_tap_and_kernel lists $victim "${v}_$victim"
	done
	each_tap_and_kernel lists call "${v}_call" 99999 -1
	for way in fork vfork clone clone3; do
		each_tap_and_kernel lists $way "${v}_birth" $way
	done
	each_tap_and_kernel lists spawn "${v}_birth" spawn "${v}_mark"
	each_tap_and_kernel lists untraced "${v}_untraced" clone
	each_tap_and_kernel lists crowd "${v}_crowd" $((300 / SLOW))
	each_tap_and_kernel lists stopself "${v}_stopself"
	each_tap_and_kernel lists threads "${v}_threads" $((50 / SLOW))
	each_tap_and_kernel lists mtexec "${v}_mtexec" $((50 / SLOW))
}

daemon_lists() {
	rm -f list late
	golden daemon
	utrace -F list -s main -f list "${v}_daemon" late 50
	await 10 says $mark list
	matches main
}

t_golden_list_of_daemon() {
	"$VICTIMS/tool_probe" musl || skip 'the victims are not of musl'
	each_tap_and_kernel daemon_lists
}
