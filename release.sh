#!/bin/sh
# release.sh: dist/ from build/ARCH/utrace-ARCH and what git has.  `make release`
# calls it.  The same source gives the same bytes, wherever and whenever.
set -eu

: "${VERSION:?}" "${ARCHES:?}"
date=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}

# pack NAME DIR: DIR as dist/NAME.tar.gz
pack() {
	tar -c --format=ustar --sort=name --owner=0 --group=0 --numeric-owner \
		--mode=go-w,u+w --mtime="@$date" -C "$2" . |
		gzip -9n >"dist/$1.tar.gz"
}

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
	chmod 644 "$dir/utrace.1" "$dir/README" "$dir/LICENSE"
	pack "utrace-$VERSION-$arch" "$temp/$arch"
	cp "build/$arch/utrace-$arch" "dist/utrace-$VERSION-$arch"
done
(cd dist && sha256sum utrace-* >SHA256SUMS)
