#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# build.sh LIBC PROGRAM: build a program from Debian's source against glibc or
# musl, as $CACHE/reach/LIBC/PROGRAM, unless it is there.  Prints that path, as
# the only thing on standard output.
set -eu

. "$(dirname "$0")/../guest/cross.sh"
libc=$1
program=$2
out=$CACHE/reach/$libc/$program
[ ! -x "$out" ] || { echo "$out"; exit 0; }

case $libc in
glibc) cc=gcc opt="-O1 -w" ;;
# the kernel's headers, which musl does not have
musl) cc=musl-gcc opt="-O1 -w -idirafter /usr/include
	-idirafter /usr/include/$(gcc -print-multiarch)" ;;
*) die "no C library \"$libc\"" ;;
esac
opt=$(echo $opt)

compile() { # FILE... LIBRARY...
	$cc $opt -o result "$@"
}

configure() { # OPTION...
	./configure CC="$cc $opt" "$@"
}

build_bzip2() {
	compile -D_FILE_OFFSET_BITS=64 blocksort.c huffman.c crctable.c \
		randtable.c compress.c decompress.c bzlib.c bzip2.c
}

build_dnsmasq() {
	make CC="$cc $opt"
	cp src/dnsmasq result
}

build_dropbear() {
	# Debian's musl has no crypt()
	echo '#define DROPBEAR_SVR_PASSWORD_AUTH 0' >localoptions.h
	configure --disable-zlib
	make PROGRAMS='dropbear dbclient dropbearkey'
	cp dropbear result
	cp dbclient dropbearkey "${out%/*}"
}

build_mawk() {
	configure
	make mawk
	cp mawk result
}

build_mini_httpd() {
	make mime_encodings.h mime_types.h
	# Debian's musl has no crypt()
	sed -i 's/ crypt( authpass, cryp )/ cryp/' mini_httpd.c
	compile mini_httpd.c match.c tdate_parse.c
}

build_nginx() {
	# Debian's musl has no crypt(), and crypt.h in /usr/include is glibc's
	if [ "$libc" = musl ]; then
		sed -i '/include <crypt.h>/d' src/os/unix/ngx_linux_config.h
		sed -i 's/ crypt((char \*) key, .*;/ (char *) key;/' \
			src/os/unix/ngx_user.c
	fi
	./configure --with-cc="$cc" --with-cc-opt="$opt" --with-threads \
		--without-http_rewrite_module --without-http_gzip_module
	make
	cp objs/nginx result
}

build_ncompress() { compile compress42.c; }

build_netcat() {
	# declared nowhere, and a macro in glibc
	if [ "$libc" = glibc ]; then opt="$opt -Dres_init=__res_init"; fi
	compile -DLINUX -DGAPING_SECURITY_HOLE netcat.c
}

build_rinetd() {
	configure
	make
	cp rinetd result
}

build_tinyproxy() {
	configure --disable-manpage_support
	make -C src
	cp src/tinyproxy result
}

build_tree() { compile -D_GNU_SOURCE ./*.c; }

build_unifdef() { compile unifdef.c; }

source=$(source_of "${program/_/-}")
mkdir -p "${out%/*}" "$CACHE/log"
work=$(mktemp -d -p "$CACHE")
log=$CACHE/log/$libc.$program
finish() {
	rm -rf "$work"
	[ -x "$out" ] || { tail -5 "$log"; echo "build.sh: $program: $log"; } >&2
}
trap finish EXIT
cp -a "$source/." "$work"
cd "$work"
"build_$program" >"$log" 2>&1 </dev/null
mv result "$out"
echo "$out"
