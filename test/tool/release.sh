#!/bin/sh
# SPDX-License-Identifier: MIT
#
# release.sh [ARCH...]: `make release` in two clones of HEAD and once in its
# source archive, in different places, at different times, with different
# owners and settings, gives the same bytes, and what is in dist/ is what
# README says.  The last line is N passed, N failed.
set -eu

cd "$(dirname "$0")/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
here=$PWD
arches=${*:-$(sed -n 's/^ARCHES = //p' Makefile)}
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
	make -C "$1" -s release ARCHES="$arches" >"$tmp/log" 2>&1 || {
		cat "$tmp/log"
		fail "make release"
	}
}

# the same in a clone of HEAD
release_clone() {
	git clone -q "$here" "$1"
	release "$1"
}

(umask 077 && TZ=Asia/Tokyo LC_ALL=C release_clone "$tmp/a")
(umask 002 && TZ=UTC release_clone "$tmp/somewhere else")
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
for arch in $arches; do
	name=utrace-$version-$arch
	tar -C "$tmp/x" -xzf "$name.tar.gz"
	[ "$(cd "$tmp/x/$name" && echo *)" = 'CHANGES LICENSE README SBOM oci-hook.json utrace utrace.1' ] ||
		fail "what is in $name.tar.gz"
	[ -x "$tmp/x/$name/utrace" ] && [ -x "$name" ] ||
		fail "$name is not executable"
	cmp "$name" "$tmp/x/$name/utrace" || fail "$name"
	[ "$(cat "$tmp/x/$name/SBOM")" = "$(grep "^$name: " SBOM)" ] &&
		grep -q "^$name: utrace $version (MIT), .* musl [1-9][0-9.]* (MIT)$" \
		SBOM || fail "SBOM: $name"
	grep -qF "$version" "$name" || fail "$name has another version"
done
ok release_archives

# what was released can be released again: outside git, later, from files of
# another user
tar -C "$tmp/x" -xzf "utrace-$version.tar.gz"
again=$tmp/x/utrace-$version
find "$again" -exec touch {} +
[ "$(id -u)" != 0 ] || chown -R 65534 "$again"
release "$again"
diff -r "$dist" "$again/dist" || fail 'the source archive gives other bytes'
ok release_source

make -s -C "$again" dist
cmp "$again/dist/utrace-$version.tar.gz" "utrace-$version.tar.gz" ||
	fail 'make dist gives other bytes'
ok release_dist

# the version has one place
! grep -rnF "$version" "$again/packaging" || fail 'packaging has the version'
ok release_version

echo "$passed passed, 0 failed"
