#!/bin/sh
# release.sh [dist]: pack dist/ for `make release` from build/ARCH/utrace-ARCH
# and the source, or with dist the source alone for `make dist`.  The same source
# always gives the same bytes.  In a git tree the source is that of HEAD;
# elsewhere, as in an unpacked source archive, it is every file here, and
# release-date is the date of its commit.
set -eu

: "${VERSION:?}" "${ARCHES=}"
umask 022
in_git=$([ ! -e .git ] || echo yes)
if [ "$in_git" ]; then
	date=$(git log -1 --format=%ct)
	# The source archive must hold exactly the source of the binaries.
	git diff --quiet HEAD ||
		{ echo 'release.sh: uncommitted changes' >&2; exit 1; }
else
	date=$(cat release-date)
fi
: "${SOURCE_DATE_EPOCH:=$date}"

# pack NAME DIR: pack the folder NAME of DIR into dist/NAME.tar.gz
pack() {
	tar -c --format=ustar --sort=name --owner=0 --group=0 --numeric-owner \
		--mode=u=rwX,go=rX --mtime="@$SOURCE_DATE_EPOCH" -C "$2" "$1" |
		gzip -9n >"dist/$1.tar.gz"
}

# write the source to standard output, as an archive
source_files() {
	if [ "$in_git" ]; then
		git archive HEAD
	else
		tar -c --exclude=./build --exclude=./dist --exclude=./utrace .
	fi
}

rm -rf dist
mkdir dist
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

mkdir -p "$temp/source/utrace-$VERSION"
source_files | tar -x -C "$temp/source/utrace-$VERSION"
echo "$date" >"$temp/source/utrace-$VERSION/release-date"
pack "utrace-$VERSION" "$temp/source"
[ "${1-}" != dist ] || exit 0

for arch in $ARCHES; do
	name=utrace-$VERSION-$arch
	dir=$temp/$arch/$name
	mkdir -p "$dir"
	cp "build/$arch/utrace-$arch" "$dir/utrace"
	cp utrace.1 README CHANGES LICENSE "$dir"
	sed 's|@SBINDIR@|/usr/local/sbin|' packaging/oci/utrace.json \
		>"$dir/oci-hook.json"
	chmod 755 "$dir/utrace"
	echo "$name: utrace $VERSION (MIT), statically linked with" \
		"musl $MUSL_VERSION (MIT)" | tee "$dir/SBOM" >>dist/SBOM
	pack "$name" "$temp/$arch"
	cp "$dir/utrace" "dist/$name"
done
(cd dist && sha256sum SBOM utrace-* >SHA256SUMS)
