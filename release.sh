#!/bin/sh
# release.sh: pack dist/ from build/ARCH/utrace-ARCH and the files in git, for
# `make release`.  The same source always gives the same bytes.
set -eu

: "${VERSION:?}" "${ARCHES:?}"
date=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}

# pack NAME DIR: pack the folder NAME of DIR into dist/NAME.tar.gz
pack() {
	tar -c --format=ustar --sort=name --owner=0 --group=0 --numeric-owner \
		--mode=u+w,go+rX,go-w --mtime="@$date" -C "$2" "$1" |
		gzip -9n >"dist/$1.tar.gz"
}

# The source archive must hold exactly the source of the binaries.
git diff --quiet HEAD || { echo 'release.sh: uncommitted changes' >&2; exit 1; }

rm -rf dist
mkdir dist
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

mkdir "$temp/source"
git archive --prefix="utrace-$VERSION/" HEAD | tar -x -C "$temp/source"
pack "utrace-$VERSION" "$temp/source"

for arch in $ARCHES; do
	dir=$temp/$arch/utrace-$VERSION-$arch
	mkdir -p "$dir"
	cp "build/$arch/utrace-$arch" "$dir/utrace"
	cp utrace.1 README LICENSE "$dir"
	chmod 755 "$dir/utrace"
	pack "utrace-$VERSION-$arch" "$temp/$arch"
	cp "$dir/utrace" "dist/utrace-$VERSION-$arch"
done
(cd dist && sha256sum utrace-* >SHA256SUMS)
