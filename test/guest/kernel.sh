#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# kernel.sh ARCH VARIANT: a kernel for a test guest, in the cache folder; prints
# its folder, $CACHE/kernel/ARCH-VARIANT, which holds "kernel", "config" and for
# some boards "board.dtb".
#
#   full    /proc, /sys, seccomp, process_vm_readv
#   bare    none of these
#   old     full, but PTRACE_GET_SYSCALL_INFO fails as before Linux 5.3
#   bpf     full and what the ebpf tap needs
#   debian  the distribution's own kernel, where it has one (below)
#
# All but the last are built from Debian's linux-source-6.12 and the fragments
# in kernel/: common, ARCH, VARIANT.

. "${BASH_SOURCE[0]%/*}/cross.sh"
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
version=6.12

# ARCH, the kernel's name of it, image, device tree
images='
mips     mips    vmlinux
mipsel   mips    vmlinux
arm      arm     arch/arm/boot/zImage      arch/arm/boot/dts/arm/versatile-pb.dtb
aarch64  arm64   arch/arm64/boot/Image
x86_64   x86     arch/x86/boot/bzImage
riscv64  riscv   arch/riscv/boot/Image
'
# ARCH, Debian's architecture, meta package of a kernel that a qemu board boots.
# There is none for big-endian mips or ARMv5; riscv64 is no release architecture.
debian='
mipsel   mipsel  linux-image-4kc-malta
armv7    armhf   linux-image-armmp
aarch64  arm64   linux-image-cloud-arm64
x86_64   amd64   linux-image-cloud-amd64
'

# source_tree: prints the folder of the kernel's source
source_tree() (
	d=$CACHE/src/linux-source-$version
	locked "linux-$version"
	if ! [ -d "$d" ]; then
		echo "unpacking linux-source-$version" >&2
		need xz-utils
		mkdir -p "$CACHE/src"
		t=$(mktemp -d -p "$CACHE/src")
		deb_files "linux-source-$version" "$t" './usr/src/linux-source-*.tar.xz'
		tar -C "$t" -xf "$t"/usr/src/*.tar.xz
		mv "$t/linux-source-$version" "$d"
		rm -rf "$t"
	fi
	echo "$d"
)

# fragments: what the variant's configuration is made of
fragments() {
	local f="common $name $variant"
	case $variant in
	old) f="common $name full" ;;
	bpf) f="common $name full bpf" ;;
	esac
	(cd "$here/kernel" && cat $f)
}

# lost FRAGMENTS CONFIG: wishes that the kernel's configuration did not grant
lost() {
	local line
	while read -r line; do
		case $line in
		CONFIG_*) grep -qxF "$line" "$2" || echo "$line" ;;
		'# CONFIG_'*) # off, or not even there to be on
			line=${line#\# }
			! grep "^${line%% *}=" "$2" || : ;;
		esac
	done <"$1"
}

build() {
	local out=$1 objects=$variant m extra='' karch image dtb src
	read -r _ karch image dtb < <(grep "^$name " <<<"$images") ||
		die "no kernel of our own for $name"
	need make flex bison bc rsync kmod libc6-dev libelf-dev libssl-dev gcc xz-utils
	src=$(source_tree)
	if [ "$variant" = old ]; then
		# shared: either is made in seconds after the other
		objects=full
		extra="-include $here/kernel/no_syscall_info.h"
	fi
	locked "kernel-$name-$objects"
	objects=$CACHE/kernel/objects/$name-$objects
	mkdir -p "$objects"
	tmp=$(mktemp -d -p "$CACHE/kernel")
	# shellcheck disable=SC2064
	trap "rm -rf '$tmp'" EXIT
	m=(make -C "$src" O="$objects" ARCH="$karch" CROSS_COMPILE="$triple-"
		KBUILD_BUILD_TIMESTAMP=@0 -j"$(nproc)")
	fragments >"$tmp/fragments"
	logged "$name.kernel-config" "${m[@]}" \
		KCONFIG_ALLCONFIG="$tmp/fragments" allnoconfig
	lost "$tmp/fragments" "$objects/.config" >"$tmp/lost"
	[ ! -s "$tmp/lost" ] || die "$name $variant: the kernel has no" \
		"$(tr '\n' ' ' <"$tmp/lost")"
	# kernel/ptrace.o and the architecture's: there it does nothing
	logged "$name.kernel" "${m[@]}" "CFLAGS_ptrace.o=$extra" \
		"${image##*/}" ${dtb:+dtbs}
	if [ "$image" = vmlinux ]; then
		"$triple-strip" -o "$tmp/kernel" "$objects/$image"
	else
		cp "$objects/$image" "$tmp/kernel"
	fi
	[ -z "$dtb" ] || cp "$objects/$dtb" "$tmp/board.dtb"
	cp "$objects/.config" "$tmp/config"
	case $variant in bare | bpf) rm -rf "$objects" ;; esac
	publish "$tmp" "$out" "$2"
	trap - EXIT
}

# what a build is made of
build_key() {
	{
		declare -f build
		grep "^$name " <<<"$images"
		fragments
		cat "$here/kernel/no_syscall_info.h"
		"$triple-gcc" -dumpfullversion
	} | key "$variant $version"
}

# fetch DIR: Debian's kernel, as it is
fetch() {
	local out=$1 arch package
	read -r _ arch package < <(grep "^$name " <<<"$debian") ||
		die "Debian has no kernel for $name"
	tmp=$(mktemp -d -p "$CACHE/kernel")
	# shellcheck disable=SC2064
	trap "rm -rf '$tmp'" EXIT
	apt_private "$arch" deb "$arch"
	# the meta package names the current one
	package=$(apt-cache "${apt_get[@]}" depends "$package" |
		sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
	(
		cd "$tmp"
		logged "$name.kernel-deb" apt-get "${apt_get[@]}" download "$package"
		dpkg-deb --fsys-tarfile ./*.deb | tar -xf - ./boot
		mv boot/vmlinu[xz]-* kernel
		mv boot/config-* config
		rm -rf boot ./*.deb
	)
	publish "$tmp" "$out" "$2"
	trap - EXIT
}

main() {
	local dir k make
	name=$1 variant=$2
	mkdir -p "$CACHE/kernel" "$CACHE/lock"
	dir=$CACHE/kernel/$name-$variant
	case $variant in
	full | bare | old | bpf)
		arch "$name"
		# shellcheck disable=SC2046
		need $(gcc_packages "$name")
		make=build k=$(build_key)
		;;
	debian)
		make=fetch k=$(declare -f fetch | cat - <(echo "$debian") | key debian)
		;;
	*) die "no such variant: $variant" ;;
	esac
	locked "kernel-$name-$variant-out"
	if ! is_fresh "$dir" "$k"; then
		echo "making the $variant kernel for $name" >&2
		$make "$dir" "$k"
	fi
	echo "$dir"
}

[ $# = 2 ] || die "usage: ${0##*/} ARCH full|bare|old|bpf|debian"
main "$@"
