#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# guests.sh [ARCH[:VARIANT]...]: the tests in guests of these kinds (of all that
# there are to be), as many at once as there are CPUs, each one's output when it
# has ended.  The last line is N passed, N failed, N skipped of all together.

set -u
cd "${BASH_SOURCE[0]%/*}/../.." || exit
[ $# != 0 ] || set -- mips arm x86_64 aarch64 mipsel mips:bare mips:old
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# guest ARCH[:VARIANT]: the tests, then those of its first process
guest() {
	local arch=${1%:*} variant=
	case $1 in *:*) variant=${1#*:} ;; esac
	make -s check-qemu ARCH="$arch" KERNEL=$variant &&
		case $1${TESTS:+:} in mips | x86_64)
			make -s check-rdinit ARCH="$arch" KERNEL=$variant ;;
		esac
}

for kind; do
	while [ "$(jobs -pr | wc -l)" -ge "$(nproc)" ]; do
		wait -n
	done
	{
		guest "$kind" >"$tmp/$kind" 2>&1
		echo $? >"$tmp/$kind.status"
		# at once, so that they do not mix
		{
			echo "== guest $kind"
			cat "$tmp/$kind"
		} | flock "$tmp" cat
	} </dev/null &
done
wait

passed=0 failed=0 skipped=0
for kind; do
	[ "$(cat "$tmp/$kind.status")" = 0 ] || failed=$((failed + 1))
	# each part ends with such a line
	while read -r p _ f _ s _; do
		passed=$((passed + p)) failed=$((failed + f))
		skipped=$((skipped + ${s:-0}))
	done < <(sed -n 's/,//g; /^[0-9]* passed [0-9]* failed/p' "$tmp/$kind")
done
echo "$passed passed, $failed failed$([ $skipped = 0 ] ||
	echo ", $skipped skipped")"
[ $failed = 0 ]
