#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# dropbear.sh ARCH: Debian's dropbear source built with the dynamic musl of
# cross.sh, $CACHE/dropbear/ARCH/dropbear; prints its folder.  One program: server,
# client and key generator, by the name it is called by.

. "${BASH_SOURCE[0]%/*}/cross.sh"

# The libraries that come with it, as on a router; no zlib.  The tests log in
# with a key, so no crypt.
configuration='--disable-zlib --enable-bundled-libtom --disable-lastlog
	--disable-utmp --disable-utmpx --disable-wtmp --disable-wtmpx
	--disable-harden'
programs='dropbear dbclient dropbearkey'

build() {
	local cc bin src dir=$1
	cc=$("${BASH_SOURCE[0]%/*}/cross.sh" "$name" dynamic)
	bin=${cc%/cc}
	src=$(source_of dropbear)
	tmp=$(mktemp -d -p "$CACHE/dropbear")
	# shellcheck disable=SC2064
	trap "rm -rf '$tmp'" EXIT
	mkdir "$tmp/build"
	(
		cd "$tmp/build"
		echo '#define DROPBEAR_SVR_PASSWORD_AUTH 0' >localoptions.h
		# shellcheck disable=SC2086
		CC=$cc AR=$bin/ar RANLIB=$bin/ranlib STRIP=$bin/strip CFLAGS=-Os \
			logged "$name.dropbear" "$src/configure" \
			--host="$musl_name" $configuration
		logged "$name.dropbear" make -j"$(nproc)" PROGRAMS="$programs" \
			MULTI=1
		"$bin/strip" -o "$tmp/dropbear" dropbearmulti
	)
	rm -rf "$tmp/build"
	publish "$tmp" "$dir" "$2"
	trap - EXIT
}

main() {
	local dir k
	name=$1
	arch "$name"
	mkdir -p "$CACHE/dropbear" "$CACHE/lock"
	need make gcc libc6-dev bzip2
	locked "dropbear-$name"
	dir=$CACHE/dropbear/$name
	k=$({
		echo "$configuration $programs"
		declare -f build
		sysroot_key dynamic
	} | key dropbear)
	if ! is_fresh "$dir" "$k"; then
		echo "building dropbear for $name" >&2
		build "$dir" "$k"
	fi
	echo "$dir"
}

[ $# = 1 ] || die "usage: ${0##*/} ARCH"
main "$@"
