#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# UTRACE_BIN=BINARY qemu.sh ARCH [VARIANT [PATTERN...]]: the tests in a guest of
# ARCH under a kernel of kernel.sh.  BINARY is utrace built for it by the compiler
# of cross.sh; PATTERNs are for run.sh.  Makes what is missing.
#
#   UNIT=DIR        also run the unit_* programs there
#   UTRACE_RUN=CMD  a shell command instead of the test runner; like it, it ends
#                   with a line "N passed, N failed"
#   UTRACE_TREE=DIR instead of utrace, the victims and the tests, these files are
#                   put over the guest's; its /init ends as UTRACE_INIT does
#   UTRACE_INIT=FILE the guest's /init; it must itself say "@guest: 0 N passed,
#                   0 failed" and reboot
#   QEMU_APPEND=...  more of the kernel's command line: "rdinit=/utrace -- -f -
#                   /init" makes utrace the first process
#   QEMU_TIMEOUT=S  for the whole run (3600)
#   QEMU_LOG=FILE   also put the console's output there
#   SLOW=N          for run.sh in the guest (5)
#   RANDOM_SEEDS=FIRST:COUNT  for the case random_seeds (1:10)
#
# The guest is an initramfs, its /init a script that runs the tests, says how
# they ended in one line with a mark, and reboots, at which qemu ends.  Whatever
# else happens is a failure, and the console is shown.
# Emulation only: with /dev/kvm what is tested would depend on the machine.

. "${BASH_SOURCE[0]%/*}/cross.sh"
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
tests=${here%/*}

# ARCH, that of the programs, kernel's default variant, MB, CPUs, console, qemu.
# Four CPUs where the kernel can, so that races show.
boards='
mips     mips     full    256 1  ttyS0    qemu-system-mips -M malta -cpu 24Kc
mipsel   mipsel   debian  256 1  ttyS0    qemu-system-mipsel -M malta -cpu 24Kc
arm      arm      full    256 1  ttyAMA0  qemu-system-arm -M versatilepb -cpu arm926
armv7    arm      debian  512 4  ttyAMA0  qemu-system-arm -M virt -cpu cortex-a7
aarch64  aarch64  debian  512 4  ttyAMA0  qemu-system-aarch64 -M virt -cpu cortex-a53
x86_64   x86_64   debian  512 4  ttyS0    qemu-system-x86_64 -M pc -cpu max -accel tcg,thread=single
i386     i386     debian  512 4  ttyS0    qemu-system-x86_64 -M pc -cpu max -accel tcg,thread=single
riscv64  riscv64  full    512 4  ttyS0    qemu-system-riscv64 -M virt
'
mark='@guest:'

qemu_packages() {
	case $1 in
	qemu-system-mips*) echo qemu-system-mips ;;
	qemu-system-riscv64) echo qemu-system-misc opensbi ;;
	qemu-system-x86_64) echo qemu-system-x86 ;;
	*) echo qemu-system-arm ;;
	esac
}

# node NAME MAJOR MINOR: a cpio archive of one character device.  The kernel
# takes archives one after the other, and nobody needs to be root for this one.
node() {
	# ino mode uid gid nlink mtime size dev rdev namesize check
	printf '070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x' \
		1 $((020600)) 0 0 1 0 0 0 0 "$2" "$3" $((${#1} + 1)) 0
	printf '%s\0' "$1"
	head -c $(((4 - (110 + ${#1} + 1) % 4) % 4)) /dev/zero
	: | cpio -o -H newc --quiet
}

# init COMMAND: the script
init() {
	cat <<-INIT
		#!/bin/sh
		export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/ LC_ALL=C
		export UTRACE=/utrace VICTIMS=/victims SLOW=${SLOW:-5} ABI=$programs
		export RANDOM_SEEDS=${RANDOM_SEEDS-}
		for fs in proc sys:sysfs dev:devtmpfs dev/pts:devpts tmp:tmpfs; do
			mkdir -p "/\${fs%:*}"
			mount -t "\${fs#*:}" none "/\${fs%:*}" 2>/dev/null
		done
		ifconfig lo 127.0.0.1
		cd /test
		{
			/victims/kernel_is $variant && $1
			echo \$? >/tmp/status
		} </dev/null 2>&1 | tee /tmp/log
		echo "$mark \$(cat /tmp/status) \$(tail -n 1 /tmp/log)"
		reboot -f
	INIT
}

# userland DIR: busybox, /bin and so on; the dynamic one below /dynamic
userland() {
	local box link
	box=$("$here/busybox.sh" "$programs")
	mkdir -p "$1"/{bin,sbin,usr/bin,usr/sbin,etc,lib,root,dev,proc,sys}
	mkdir -m 1777 "$1/tmp"
	cp "$box/busybox" "$1/bin/"
	while read -r link; do
		ln -s /bin/busybox "$1/$link"
	done <"$box/links"
	case $programs in i386) ;; *)
		box=$("$here/busybox.sh" "$programs" dynamic)
		mkdir -p "$1/dynamic/bin"
		cp "$box/busybox" "$1/dynamic/bin/"
		cp "$box"/lib/* "$1/lib/"
		while read -r link; do
			ln -sf busybox "$1/dynamic/bin/${link##*/}"
		done <"$box/links"
		;;
	esac
	echo root:x:0:0::/:/bin/sh >"$1/etc/passwd"
	echo nobody:x:65534:65534::/:/bin/sh >>"$1/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$1/etc/group"
}

# victims CC DIR: made once, beside the binary; the dynamic ones need the loader
# that userland brings
victims() (
	made=$(dirname "$UTRACE_BIN")/test dynamic=false
	mkdir -p "$made"
	exec {made_fd}>"$made/.lock"
	flock "$made_fd"
	[ "$programs" = i386 ] || dynamic=$("$here/cross.sh" "$programs" dynamic)
	"$tests/build.sh" "$1" "$made" "$dynamic" >&2
	"$1" -Os -o "$made/kernel_is" "$here/kernel/is.c"
	# what a kernel of 64 bits runs, too
	[ "$programs" != aarch64 ] || for victim in birth args; do
		"$("$here/cross.sh" arm)" -Os -D_GNU_SOURCE \
			-o "$made/victim_arm_$victim" "$tests/victim/victim_$victim.c"
	done
	[ "$programs" != aarch64 ] || "$("$here/cross.sh" arm)" -O1 -std=c11 \
		-D_GNU_SOURCE -static -o "$made/victim_random.32" \
		"$tests/victim/victim_random.c"
	cp "$made"/* "$2/"
	[ -z "${UNIT-}" ] || cp "$UNIT"/unit_* "$2/"
)

# testbed CC ROOT PATTERN...: utrace, the victims, the tests, and what runs them
testbed() {
	local file root=$2
	[ -f "${UTRACE_BIN-}" ] || die "UTRACE_BIN names no file"
	mkdir -p "$root"/{test,victims}
	victims "$1" "$root/victims"
	cp "$UTRACE_BIN" "$root/utrace"
	cp -r "$tests"/{run.sh,case,golden} "$root/test/"
	for file in "$here"/guest_*.sh; do
		cp "$file" "$root/test/case/case_${file##*/guest_}"
	done
	shift 2
	if [ -n "${UTRACE_INIT-}" ]; then
		cp "$UTRACE_INIT" "$root/init"
	else
		init "{ ${UTRACE_RUN:-sh run.sh ${*@Q}}; }" >"$root/init"
	fi
	chmod 755 "$root/init" "$root/utrace"
}

# initramfs ROOT OUT
initramfs() {
	(cd "$1" && find . | cpio -o -H newc -R 0:0 --quiet) >"$2"
	node dev/console 5 1 >>"$2"
}

# boot KERNELDIR INITRAMFS [ARG...]: the console on standard output
boot() {
	local kernel=$1 initrd=$2 dtb=
	shift 2
	[ ! -e "$kernel/board.dtb" ] || dtb="-dtb $kernel/board.dtb"
	# sockets: SeaBIOS' MP table names one CPU of each
	# thread: where each CPU has one (qemu 7.2), some do not see that the
	# kernel patches a tracepoint: x86's run into its breakpoint for ever
	# after it is gone, aarch64's miss that there is somebody to call
	# mitigations: they make a call ten times slower when emulated
	# shellcheck disable=SC2086
	QEMU_AUDIO_DRV=none timeout -k 5 "${QEMU_TIMEOUT:-3600}" $qemu -accel tcg,thread=single -m "$memory" -smp "$cpus,sockets=$cpus" $dtb \
		-nodefaults -nographic -audiodev none,id=none -no-reboot -net none -monitor none -serial stdio \
		-kernel "$kernel/kernel" -initrd "$initrd" \
		-append "console=$console quiet panic=-1 reboot=t mitigations=off kpti=off $*" \
		</dev/null 2>&1 | sed -u 's/\r//g'
}

main() {
	local programs variant memory cpus console qemu kernel cc root log start end
	name=$1
	read -r _ programs variant memory cpus console qemu < <(grep "^$name " <<<"$boards") ||
		die "no board for \"$name\":$(awk 'NF { printf " %s", $1 }' <<<"$boards")"
	variant=${2:-$variant}
	shift $(($# < 2 ? $# : 2))
	mkdir -p "$CACHE/lock" "$CACHE/log"
	# shellcheck disable=SC2046
	need cpio $(qemu_packages "${qemu%% *}")
	kernel=$("$here/kernel.sh" "${name/i386/x86_64}" "$variant")
	cc=$("$here/cross.sh" "$programs")
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	root=$tmp/root
	userland "$root"
	if [ -n "${UTRACE_TREE-}" ]; then
		# some of the links that these replace lead to files of this machine
		cp -a --remove-destination "$UTRACE_TREE/." "$root/"
	else
		testbed "$cc" "$root" "$@"
	fi
	initramfs "$root" "$tmp/initramfs"

	# two at once do not mix theirs
	log=$CACHE/log/qemu.$name-$variant.$$
	start=$SECONDS
	boot "$kernel" "$tmp/initramfs" "${QEMU_APPEND-}" >"$log"
	mv "$log" "${log%.*}"
	log=${log%.*}
	[ -z "${QEMU_LOG-}" ] || cp "$log" "$QEMU_LOG"
	# the firmware's last line has no end
	end=$(sed -n "s/^.*$mark //p" "$log")
	if ! grep -qE '^0 [1-9][0-9]* passed, 0 failed(,|$)' <<<"$end"; then
		cat "$log"
		echo "$name $variant: FAILED after $((SECONDS - start)) s: ${end:-no end}"
		exit 1
	fi
	grep '^skip ' "$log" || :
	echo "$name $variant: $((SECONDS - start)) s in the guest"
	echo "${end#0 }"
}

[ $# -ge 1 ] || die "usage: UTRACE_BIN=... ${0##*/} ARCH [VARIANT [PATTERN...]]"
main "$@"
