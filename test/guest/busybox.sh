#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# busybox.sh ARCH [static|dynamic]: Debian's busybox source built with the musl
# of cross.sh, $CACHE/busybox/ARCH-KIND/busybox; prints its folder.  Beside it:
# "links", the names it answers to, one a line, and, if dynamic, "lib", the
# files of /lib that it needs.
#
# What a router has: ash, the usual tools, httpd, start-stop-daemon, init.

. "${BASH_SOURCE[0]%/*}/cross.sh"

# Of busybox's default configuration these applets stay, with their default
# features; a third of the time to build all.
applets='
ASH ASH_SLEEP AWK BASENAME BRCTL CAT CHGRP CHMOD CHOWN CHROOT CHRT CLEAR CMP COMM CP
CPIO CROND CRONTAB CTTYHACK CUT DATE DD DF DIFF DIRNAME DMESG DU ECHO EGREP ENV
EXPAND EXPR FACTOR FALLOCATE FALSE FGREP FIND FLOCK FOLD FREE FSYNC FTPGET FUSER
GETOPT GETTY GREP GROUPS GUNZIP GZIP HALT HEAD HEXDUMP HOSTNAME HTTPD ID IFCONFIG
INETD INIT INSTALL IONICE IP IPCS KILL KILLALL KILLALL5 KLOGD LESS LINK LN LOGGER
LOGIN LOGREAD LS MD5SUM MESG MKDIR MKFIFO MKNOD MKTEMP MODPROBE MOUNT MOUNTPOINT
MV NC NETSTAT NICE NL NOHUP NPROC NSENTER NSLOOKUP OD PASTE PGREP PIDOF PING
PIVOT_ROOT PKILL POWEROFF PRINTENV PRINTF PS PWD READLINK REALPATH REBOOT RENICE
RESET REV RM RMDIR ROUTE RUN_PARTS SED SEQ SETPRIV SETSID SH SHA256SUM SHRED SHUF
SLEEP SORT SPLIT START_STOP_DAEMON STAT STRINGS STTY SU SWITCH_ROOT SYNC SYSCTL
SYSLOGD TAC TAIL TAR TASKSET TEE TELNETD TEST TEST1 TEST2 TIME TIMEOUT TOP TOUCH
TR TRUE TRUNCATE TS TTY UDHCPC UMOUNT UNAME UNIQ UNLINK UNSHARE UPTIME USLEEP
UUENCODE VI WATCH WC WGET WHICH WHO WHOAMI XARGS XXD YES ZCAT
'

# config SRC: turns off the other applets in ./.config
config() {
	local all
	all=$(cd "$1" && find . -name '*.c' -exec sed -n \
		's/^\/\/ *applet: *IF_\([A-Z0-9_]*\)(.*/\1/p' {} + | sort -u)
	comm -23 - <(printf '%s\n' $applets | sort -u) <<<"$all" |
		sed 's/.*/s,^CONFIG_&=y$,# CONFIG_& is not set,/' >off.sed
	cat >>off.sed <<-SED
		s,.*CONFIG_STATIC[ =].*,$([ "$kind" = static ] &&
			echo CONFIG_STATIC=y || echo "# CONFIG_STATIC is not set"),
		# a link of our own making leads to it, with or without /proc
		s,.*CONFIG_BUSYBOX_EXEC_PATH=.*,CONFIG_BUSYBOX_EXEC_PATH="/bin/busybox",
		s,.*CONFIG_INSTALL_NO_USR[ =].*,# CONFIG_INSTALL_NO_USR is not set,
	SED
	sed -i -f off.sed .config
}

build() {
	local cc bin src dir=$1
	cc=$("${BASH_SOURCE[0]%/*}/cross.sh" "$name" "$kind")
	bin=${cc%/cc}
	src=$(source_of busybox)
	tmp=$(mktemp -d -p "$CACHE/busybox")
	# shellcheck disable=SC2064
	trap "rm -rf '$tmp'" EXIT
	mkdir "$tmp/build"
	(
		cd "$tmp/build"
		m=(make -C "$src" O="$PWD" CROSS_COMPILE="$bin/" CC="$cc" -j"$(nproc)")
		logged "$name.busybox" "${m[@]}" defconfig
		config "$src"
		logged "$name.busybox" oldconfig "${m[@]}"
		logged "$name.busybox" "${m[@]}" busybox busybox.links
		cp busybox busybox.links .config "$tmp/"
	)
	rm -rf "$tmp/build"
	sed 's,^/,,' "$tmp/busybox.links" >"$tmp/links"
	if [ "$kind" = dynamic ]; then
		mkdir "$tmp/lib"
		cp "$bin/../lib/libc.so" "$tmp/$(cat "$bin/../lib/loader")"
		"$bin/strip" "$tmp"/lib/*
	fi
	publish "$tmp" "$dir" "$2"
	trap - EXIT
}

# oldconfig MAKE...: the answer to what it asks is the default
oldconfig() {
	"$@" oldconfig < <(yes '')
}

main() {
	local dir k
	name=$1 kind=${2:-static}
	case $kind in static | dynamic) ;; *) die "not \"static\" or \"dynamic\": $kind" ;; esac
	arch "$name"
	mkdir -p "$CACHE/busybox" "$CACHE/lock"
	need make gcc libc6-dev bzip2
	locked "busybox-$name-$kind"
	dir=$CACHE/busybox/$name-$kind
	k=$({
		echo "$applets"
		declare -f config build oldconfig
		sysroot_key "$kind"
	} | key busybox)
	if ! is_fresh "$dir" "$k"; then
		echo "building busybox for $name ($kind)" >&2
		build "$dir" "$k"
	fi
	echo "$dir"
}

[ $# -ge 1 ] || die "usage: ${0##*/} ARCH [static|dynamic]"
main "$@"
