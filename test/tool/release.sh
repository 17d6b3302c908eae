#!/bin/sh
# SPDX-License-Identifier: MIT
#
# release.sh: `make release` in two clones of HEAD, in different places, at
# different times and with different settings, gives the same bytes, and what is
# in dist/ is what README says.  The last line is N passed, N failed.
set -eu

cd "$(dirname "$0")/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
here=$PWD
passed=0

fail() {
	echo "not ok $*"
	exit 1
}

ok() {
	echo "ok $*"
	passed=$((passed + 1))
}

# release FOLDER
release() {
	git clone -q "$here" "$1"
	make -C "$1" -s release >"$tmp/log" 2>&1 || {
		cat "$tmp/log"
		fail "make release"
	}
}

(umask 077 && TZ=Asia/Tokyo LC_ALL=C release "$tmp/a")
(umask 002 && TZ=UTC release "$tmp/somewhere else")
dist=$tmp/a/dist
diff -r "$dist" "$tmp/somewhere else/dist" || fail 'the two differ'
ok release_is_reproducible

version=$(sed -n 's/^VERSION = //p' Makefile)
cd "$dist"
sha256sum --quiet -c SHA256SUMS || fail 'SHA256SUMS'
[ "$(wc -l <SHA256SUMS)" = $(($(find . -type f | wc -l) - 1)) ] ||
	fail 'not all files have a sum'
ok release_sums

mkdir "$tmp/x"
for arch in $(sed -n 's/^ARCHES = //p' "$here/Makefile"); do
	name=utrace-$version-$arch
	tar -C "$tmp/x" -xzf "$name.tar.gz"
	[ "$(cd "$tmp/x/$name" && echo *)" = 'LICENSE README utrace utrace.1' ] ||
		fail "what is in $name.tar.gz"
	[ -x "$tmp/x/$name/utrace" ] && [ -x "$name" ] ||
		fail "$name is not executable"
	cmp "$name" "$tmp/x/$name/utrace" || fail "$name"
	grep -qF "$version" "$name" || fail "$name has another version"
done
ok release_archives

# what was released can be built from what was released
tar -C "$tmp/x" -xzf "utrace-$version.tar.gz"
make -s -C "$tmp/x/utrace-$version" cross-x86_64 >"$tmp/log" 2>&1 || {
	cat "$tmp/log"
	fail 'the source archive'
}
cmp "$tmp/x/utrace-$version/build/x86_64/utrace-x86_64" \
	"utrace-$version-x86_64" || fail 'the source archive gives other bytes'
ok release_source

echo "$passed passed, 0 failed"
