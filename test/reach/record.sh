#!/bin/sh
# SPDX-License-Identifier: MIT
#
# record.sh FOLDER [PROGRAM...]: record what programs call in a light workload, one
# simple use, and in a heavy one, their other features and errors, as
# FOLDER/PROGRAM.light and PROGRAM.heavy for measure.sh.
#
#   UTRACE	the binary to record with	(../../utrace)
#
# The programs are none of those in recorded/: they were chosen, and these
# workloads written, before they were measured.  Each works in a new folder.
set -u

here=$(cd "$(dirname "$0")" && pwd)
: "${UTRACE:=$here/../../utrace}"
export LC_ALL=C
unset SECCOMP_FILE TRACE_DEBUG
mkdir -p "$1" && to=$(cd "$1" && pwd) || exit 1
shift
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# record a command, which may fail; only the program's own calls count
run() {
	timeout -k 1 20 "$UTRACE" -q -t stop -s exec -F list -x "$tmp/$kind" \
		"$@" >out 2>err </dev/null || :
}

# the same with a text on its standard input
feed() { # TEXT COMMAND...
	printf '%b' "$1" >text
	shift
	timeout -k 1 20 "$UTRACE" -q -t stop -s exec -F list -x "$tmp/$kind" \
		"$@" >out 2>err <text || :
}

files() {
	mkdir -p a/b c
	seq 3000 >numbers
	seq 100 >a/one
	seq 90 >a/b/two
	ln -sf one a/link
	ln -f a/one a/hard
	mkfifo fifo 2>/dev/null
}

light_sort() { run sort numbers; }
heavy_sort() {
	run sort -n -r -o sorted numbers
	run sort -S 16k -T . --parallel=4 numbers numbers
	run sort -S 16k --compress-program=gzip -T . numbers numbers
	run sort -c numbers
	run sort -R -u numbers
	run sort --files0-from=none
	run sort -m numbers a/one
	feed '3\n1\n' sort -k1,1
	run sort -o /dev/full numbers
	run sort none
}

light_gzip() { run gzip numbers; }
heavy_gzip() {
	run gzip -k -9 numbers
	run gzip -d -f numbers.gz
	run gzip -r a
	run gzip -dr a
	run gzip -l -v numbers
	run gzip -t none
	feed 'text' gzip -c
	run gzip numbers fifo
	run gzip -f a/link
	run gzip -S .x numbers
	run sh -c 'gzip -c numbers >/dev/full'
}

light_find() { run find a; }
heavy_find() {
	run find . -name '*o*' -newer numbers -exec cat {} ';'
	run find . -type f -execdir ls {} +
	run find -L . -size +1 -ls
	run find . -fstype tmpfs -o -perm /222 -printf '%p %u %F\n'
	run find a -name two -delete
	run find . -user root -group root -fprint list
	run find none
	run find . -empty -ok rm {} ';'
	run find . -inum 5 -o -samefile numbers -o -xtype l -writable
}

light_cp() { run cp numbers copy; }
heavy_cp() {
	run cp -a a copy
	run cp -r --preserve=all a copy2
	run cp -l numbers hard
	run cp -s a/one soft
	run cp --reflink=auto --sparse=always numbers sparse
	run cp -b -f numbers sparse
	run cp -u --parents a/one c
	run cp -n numbers copy
	run cp numbers /dev/full
	run cp -R fifo c
	run cp none other
	run cp -P --attributes-only a/link c
	run cp --remove-destination numbers sparse
}

light_sed() { run sed s/1/2/ numbers; }
heavy_sed() {
	run sed -i s/1/2/ numbers
	run sed -i.old --follow-symlinks s/1/2/ a/link
	run sed -n 'w written' numbers
	run sed -e '1e date' numbers
	run sed -f none numbers
	run sed -u -s '$=' numbers a/one
	run sed 'r a/one' numbers
	feed 'x\n' sed p
	run sh -c 'sed p numbers >/dev/full'
	run sed --debug -z p numbers
}

light_rsync() { run rsync numbers copy; }
heavy_rsync() {
	run rsync -aH a copy
	run rsync -aH --delete --backup a/ copy
	run rsync -az --link-dest=../copy a/ linked
	run rsync -aX -A a/ other
	run rsync --inplace --sparse numbers sparse
	run rsync --append --fsync numbers copy
	run rsync --partial --bwlimit=9999 --log-file=log numbers copy
	run rsync rsync://127.0.0.1:9/none .
	run rsync -a --specials --devices . ../rsync_copy
	run rsync --list-only a
	run rsync none copy
	printf 'use chroot=yes\nuid=nobody\nport=8730\n[m]\npath=.\n' >conf
	kind_daemon=$kind
	timeout -k 1 4 "$UTRACE" -q -t stop -s exec -F list \
		-x "$tmp/$kind_daemon" rsync --daemon --no-detach \
		--config=conf --address=127.0.0.1 >/dev/null 2>&1 &
	sleep 1
	rsync rsync://127.0.0.1:8730/m/ >/dev/null 2>&1
	wait
}

light_openssl() { run openssl version; }
heavy_openssl() {
	run openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert \
		-days 2 -subj /CN=x
	run openssl speed -seconds 1 -multi 2 sha256
	run openssl rand -writerand seed -out random 100
	run openssl dgst -sha256 -sign key -out signed numbers
	run openssl enc -aes-256-cbc -pass pass:x -in numbers -out coded
	run openssl s_client -connect 127.0.0.1:9
	run openssl s_client -connect localhost:9
	run openssl rehash c
	run openssl pkcs12 -export -in cert -inkey key -passout pass:x -out p12
	run openssl none
}

light_make() {
	printf 'all:\n' >Makefile
	run make
}
heavy_make() {
	printf 'all: x y\nx y:\n\ttouch $@\nz: a/one\n\tfalse\n' >Makefile
	run make
	run make -j3 -l 9 x y
	run make -n -B
	run make z -k
	run make -C a none
	run make --output-sync -j2 -B
	run make -t
	run make -p -q
	printf 'include other\nother:\n\techo "all:" >$@\n$(shell date)\n' >m2
	run make -f m2
	run make -f none
}

light_xz() { run xz -k numbers; }
heavy_xz() {
	run xz -k -f -T 3 numbers
	run xz -d -f -k numbers.xz
	run xz -l numbers.xz
	run xz -t none
	feed 'text' xz -c
	run xz -9 -M 1MiB numbers
	run xz --sparse -f -v a/link
	run sh -c 'xz -c numbers.xz >/dev/full'
	run xz --info-memory
}

light_patch() {
	seq 3001 >new
	diff -u numbers new >changes
	run patch numbers changes
}
heavy_patch() {
	seq 3001 >new
	diff -u numbers new >changes
	run patch -b -p0 -i changes
	run patch -R -p0 -i changes
	run patch --dry-run numbers changes
	run patch -o other numbers changes
	run patch numbers none
	feed 'no patch' patch numbers
	diff -Nu none numbers | sed 's/none/x\/y\/z/' >diff2
	run patch -p0 -i diff2
	diff -u numbers /dev/null >diff3
	run patch -E -p0 -i diff3
}

light_cpio() {
	feed 'numbers\n' cpio -o -F archive
}
heavy_cpio() {
	feed 'numbers\na\na/one\na/hard\na/link\nfifo\n' cpio -o -H newc -F archive
	run cpio -t -F archive
	mkdir -p out.d
	(cd out.d && run cpio -i -d -m -F ../archive)
	feed 'a/one\nnumbers\nfifo\n' cpio -p -d -l c
	feed 'numbers\nnone\n' cpio -o -H ustar -F archive2
	run cpio -i -u --sparse -F archive2
	run cpio -i -F none
	run cpio -i --no-absolute-filenames -F text
}

light_ssh_keygen() { run ssh-keygen -q -t ed25519 -N '' -f key; }
heavy_ssh_keygen() {
	run ssh-keygen -q -t rsa -b 2048 -N '' -f key2
	run ssh-keygen -p -N y -f key2
	run ssh-keygen -y -P y -f key2
	run ssh-keygen -l -f key2.pub
	run ssh-keygen -A -f .
	run ssh-keygen -R host -f key2.pub
	run ssh-keygen -F host -f none
	run ssh-keygen -s key2 -P y -I me -n you key2.pub
	run ssh-keygen -q -t ed25519 -f key3
	feed 'y\n' ssh-keygen -q -t ed25519 -N '' -f key2
	run ssh-keygen -Y sign -n file -f key2 numbers
}

[ $# -gt 0 ] || set -- sort gzip find cp sed rsync openssl make xz patch cpio \
	ssh-keygen
for program; do
	command -v "$program" >/dev/null || {
		echo "skip $program: not installed"
		continue
	}
	for kind in light heavy; do
		mkdir -p "$tmp/$program.$kind" "$tmp/$kind"
		cd "$tmp/$program.$kind" || exit 1
		files
		"${kind}_$(echo "$program" | tr - _)"
		sed 's/[	(].*//; /^#/d; /^$/d' "$tmp/$kind/$program.list" |
			sort -u >"$to/$program.$kind"
	done
	# the heavy workload includes the light one
	sort -u "$to/$program.light" "$to/$program.heavy" >"$tmp/both"
	cp "$tmp/both" "$to/$program.heavy"
	echo "$program: $(wc -l <"$to/$program.light") light," \
		"$(wc -l <"$to/$program.heavy") heavy"
done
