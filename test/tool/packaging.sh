#!/bin/sh
# SPDX-License-Identifier: MIT
#
# packaging.sh [NAME...]: what a distribution's build system does with the
# Makefile, in copies of the source.  The last line is N passed, N failed.
set -u

cd "$(dirname "$0")/../.." || exit 1
. test/tool/openwrt.sh
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

# ok NAME COMMAND...: does the command succeed?
ok() {
	name=$1
	shift
	if "$@" >"$tmp/log" 2>&1; then
		echo "ok $name"
		passed=$((passed + 1))
	else
		echo "not ok $name"
		sed 's/^/# /' "$tmp/log"
		failed=$((failed + 1))
	fi
}

no() {
	if "$@"; then return 1; fi
}

# build FOLDER ARGUMENT...: make, with its objects in FOLDER of the temporary
# one, the program there as stripped
build() {
	folder=$tmp/$1
	shift
	make -s B="$folder" OUT="$folder/stripped" "$@"
}

# --- DEFAULTS

records_as_procd() {
	build defaults CFLAGS=-O0 DEFAULTS='-D -F procd' || return 1
	"$tmp/defaults/stripped" -f "$tmp/result" -q \
		sh -c 'echo $$ >"$0"' "$tmp/pid" &
	wait $!
	[ "$(cat "$tmp/pid")" = $! ] &&
		grep -q '"defaultAction": "SCMP_ACT_KILL_PROCESS"' "$tmp/result"
}

# rejects MESSAGE DEFAULTS ARGUMENT...
rejects() {
	message=$1 defaults=$2
	shift 2
	no build wrong CFLAGS=-O0 DEFAULTS="$defaults" "$@" \
		>"$tmp/said" 2>&1 || return 1
	cat "$tmp/said"
	[ ! -e "$tmp/wrong/stripped" ] &&
		grep -qF -e "$message" "$tmp/said"
}

# A compiler that claims to be for another machine: utrace can't be run.
foreign_cc() {
	cat >"$tmp/cc" <<-EOF
	#!/bin/sh
	[ "\$*" != -dumpmachine ] || { echo mips-openwrt-linux-musl; exit; }
	exec $(command -v musl-gcc || echo cc) "\$@"
	EOF
	chmod +x "$tmp/cc"
}

test_defaults() {
	ok defaults_are_used records_as_procd
	ok defaults_unknown_option rejects '-Z: no such option' -Z
	ok defaults_unknown_format rejects '-F x: no such format' '-D -F x'
	ok defaults_without_argument rejects '-F needs an argument' -F
	ok defaults_action rejects '-p x: not an errno' '-p x'
	ok defaults_mode rejects "can't be a default" '-c policy'
	ok defaults_help rejects "can't be a default" -h
	ok defaults_program rejects "can't be a default" '-D prog'
	ok defaults_pid rejects "can't be a default" '-a 1'
	ok defaults_small rejects '-w: no such option' '-w all' SMALL=1
	foreign_cc
	ok defaults_cross rejects '-F x: no such format' '-F x' CC="$tmp/cc"
	ok defaults_cross_right build cross CFLAGS=-O0 CC="$tmp/cc" \
		DEFAULTS='-D -F procd'
	ok defaults_cross_small build cross CFLAGS=-O0 CC="$tmp/cc" \
		DEFAULTS='-D -F procd' SMALL=1
}

# --- CC, CFLAGS, LDFLAGS and STRIP, of the environment or make's command line

# what distributions ask for and a static program can't have
hard_cflags='-O1 -fPIC -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2 -flto'
hard_ldflags='-pie -Wl,-z,now -Wl,-z,relro'
any_cc=$(command -v musl-gcc || echo cc)

# does the program in this folder work?  STRIP left a mark.
works() {
	[ "$("$tmp/$1/stripped" -V)" = "utrace $version" ] &&
		[ -e "$tmp/strip-ran" ] && grep -q -e -O1 "$tmp/$1/flags" &&
		grep -q -e -fstack-protector-strong "$tmp/$1/flags" &&
		grep -q -e '-z,relro' "$tmp/$1/flags" &&
		! readelf -l "$tmp/$1/stripped" | grep -q INTERP
}

from_environment() {
	rm -f "$tmp/strip-ran"
	CC=$any_cc CFLAGS=$hard_cflags LDFLAGS=$hard_ldflags STRIP=$tmp/strip \
		build environment && works environment
}

from_command_line() {
	rm -f "$tmp/strip-ran"
	build line CC="$any_cc" CFLAGS="$hard_cflags" \
		LDFLAGS="$hard_ldflags" STRIP="$tmp/strip" && works line
}

# The C library jumps to lib/mem.c without changing the instruction set.
without_mips16() {
	cc=$(bash test/guest/cross.sh mips) || return 1
	build mips CC="$cc" STRIP="${cc%cc}strip" CFLAGS='-Os -mips16' ||
		return 1
	readelf -s "$tmp/mips/lib/mem.o" >"$tmp/symbols"
	! grep -q MIPS16 "$tmp/symbols" &&
		readelf -s "$tmp/mips/lib/util.o" | grep -q MIPS16
}

test_flags() {
	printf '#!/bin/sh\n: >%s/strip-ran\nexec strip "$@"\n' "$tmp" \
		>"$tmp/strip"
	chmod +x "$tmp/strip"
	ok flags_of_environment from_environment
	ok flags_of_command_line from_command_line
	if [ -x "${UTRACE_CACHE:-$HOME/.cache/utrace}/cross/mips/bin/cc" ]; then
		ok flags_mips16 without_mips16
	fi
}

# --- install and uninstall

# files below a folder, links with their target
tree() {
	(cd "$1" && find . ! -type d | sort | while read -r path; do
		echo "$path$(readlink "$path" | sed 's/^/ -> /')"
	done)
}

installs() { # WANTED ARGUMENT...
	wanted=$1
	shift
	build install CFLAGS=-O0 DESTDIR="$tmp/root" "$@" install || return 1
	tree "$tmp/root" | tee "$tmp/tree"
	[ "$(cat "$tmp/tree")" = "$wanted" ] || return 1
	[ -x "$tmp/root/sbin/utrace" ] || [ -x "$tmp/root/usr/local/sbin/utrace" ]
}

uninstalls() {
	build install DESTDIR="$tmp/root" "$@" uninstall &&
		[ ! "$(tree "$tmp/root")" ]
}

test_install() {
	local_share='./usr/local/share/bash-completion/completions/utrace
./usr/local/share/fish/vendor_completions.d/utrace.fish
./usr/local/share/man/man1/utrace.1
./usr/local/share/zsh/site-functions/_utrace'
	ok install installs "./usr/local/sbin/seccomp-trace -> utrace
./usr/local/sbin/utrace
$local_share"
	ok install_uninstall uninstalls
	ok install_sbin installs './man/man1/utrace.1
./sbin/seccomp-trace -> utrace
./sbin/utrace
./usr/share/bash-completion/completions/utrace
./usr/share/fish/vendor_completions.d/utrace.fish
./usr/share/zsh/site-functions/_utrace' PREFIX=/usr SBINDIR=/sbin MANDIR=/man
	ok install_uninstall_sbin uninstalls PREFIX=/usr SBINDIR=/sbin \
		MANDIR=/man
	ok install_small installs "./usr/local/sbin/utrace
$local_share" SMALL=1
}

# --- the recipes, with the variables of the build systems and make functions
# that run a recipe's commands

openwrt() {
	openwrt_build "$tmp/openwrt" "$any_cc" || return 1
	[ "$(tree "$tmp/openwrt/utrace")" = './usr/libexec/utrace
./usr/sbin/seccomp-merge' ] || return 1
	[ "$(tree "$tmp/openwrt/utrace-small")" = ./usr/libexec/utrace ] ||
		return 1
	for package in utrace utrace-small; do
		"$tmp/openwrt/$package/usr/libexec/utrace" -q \
			-f "$tmp/result" true || return 1
		grep -q SCMP_ACT_KILL_PROCESS "$tmp/result" || return 1
	done
	no "$tmp/openwrt/utrace-small/usr/libexec/utrace" -d x y 2>/dev/null
}

replaces_procd() { # PACKAGE TARGET-OF-SECCOMP-TRACE
	root=$tmp/root-$1
	rm -rf "$root"
	openwrt_install "$tmp/openwrt" "$1" "$root" || return 1
	tree "$root"
	[ "$(readlink "$root/sbin/utrace")" = /usr/libexec/utrace ] &&
		[ "$(readlink "$root/sbin/seccomp-trace")" = "$2" ] &&
		grep -q original "$root/usr/libexec/utrace-procd" || return 1
	rm -f "$root/usr/libexec/utrace" "$root/sbin/seccomp-trace" \
		"$root/usr/sbin/seccomp-merge"
	IPKG_INSTROOT=$root sh -e "$tmp/openwrt/$1.postrm" &&
		[ "$(tree "$root")" = './sbin/seccomp-trace -> utrace
./sbin/utrace' ] && grep -q original "$root/sbin/utrace"
}

buildroot() {
	cat >"$tmp/buildroot.mk" <<'EOF'
qstrip = $(strip $(subst ",,$(1)))
TARGET_CONFIGURE_OPTS = CC="$(TARGET_CC)" CFLAGS="-O1 -pipe -fPIE" \
	LDFLAGS="-Wl,-z,now"
TARGET_STRIP = strip
HOSTCC = cc
UTRACE_PKGDIR = packaging/buildroot/utrace
generic-package =
include $(UTRACE_PKGDIR)/utrace.mk
$(D)/done:
	mkdir -p $(D)
	cp -R $(UTRACE_SITE)/Makefile $(UTRACE_SITE)/[a-z]* $(D)
	rm -rf $(D)/build $(D)/utrace
	$(UTRACE_BUILD_CMDS)
	$(UTRACE_INSTALL_TARGET_CMDS)
$(D)/done: @D = $(D)
EOF
	make -s -f "$tmp/buildroot.mk" D="$tmp/buildroot" \
		TARGET_CC="$any_cc" TARGET_DIR="$tmp/target" \
		BR2_PACKAGE_UTRACE_DEFAULTS='"-D -F procd"' || return 1
	tree "$tmp/target"
	[ "$(tree "$tmp/target")" = './usr/sbin/seccomp-trace -> utrace
./usr/sbin/utrace
./usr/share/bash-completion/completions/utrace
./usr/share/fish/vendor_completions.d/utrace.fish
./usr/share/man/man1/utrace.1
./usr/share/zsh/site-functions/_utrace' ] || return 1
	"$tmp/target/usr/sbin/utrace" -q -f "$tmp/result" true &&
		grep -q SCMP_ACT_KILL_PROCESS "$tmp/result"
}

# the hash that buildroot checks
license_hash() {
	grep -qF "$(sha256sum LICENSE | cut -d ' ' -f 1)  LICENSE" \
		packaging/buildroot/utrace/utrace.hash
}

test_recipes() {
	ok recipe_openwrt openwrt
	ok recipe_openwrt_beside_procd replaces_procd utrace \
		/usr/libexec/utrace
	ok recipe_openwrt_small_beside_procd replaces_procd utrace-small \
		/usr/libexec/utrace-procd
	ok recipe_buildroot buildroot
	ok recipe_buildroot_license license_hash
}

# --- the installed tree under a stand-in for procd: the steps that utrace.1
# gives in PROCD, without one option of utrace

# the programs that the tree needs beside the package
furnish() { # FOLDER-OF-VICTIMS
	openwrt_furnish "$root" "$1"
	cp "$busybox" "$root/bin/busybox" || return 1
	for applet in sh ls cat grep sed sleep kill mkdir rm mv basename; do
		ln -s busybox "$root/bin/$applet"
	done
	printf '#!/bin/sh\nexec grep "$@" /var/run/procd/messages\n' \
		>"$root/sbin/logread"
	printf '#!/bin/sh\nsh /steps >/steps.log 2>&1 && : >/steps.done\n' \
		>"$root/run-steps"
	chmod 755 "$root/sbin/logread"
	printf 'command %s\n' /bin/sh /run-steps >"$root/var/run/procd/steps"
}

# start procd in the tree, run the steps as a service, and reboot
run_steps() {
	# shellcheck disable=SC2016
	root=$root unshare -m -p -f sh -c 'mount --make-rprivate / &&
		mount -t tmpfs dev "$root/dev" &&
		mknod -m 666 "$root/dev/null" c 1 3 &&
		mount -t proc none "$root/proc" &&
		exec chroot "$root" /sbin/procd /var/run/procd /sbin /dev/log' &
	procd=$!
	tries=600
	run=$root/var/run/procd
	echo 'start steps' >"$run/request"
	until [ -s "$run/steps.ends" ] || [ $tries = 0 ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
	echo reboot >"$run/request"
	wait $procd
	cat "$root/steps.log"
	[ -e "$root/steps.done" ]
}

follows_steps() {
	sh test/build.sh "$any_cc" "$tmp/victims" || return 1
	[ -d "$tmp/openwrt" ] || openwrt || return 1
	root=$tmp/root
	rm -rf "$root"
	openwrt_install "$tmp/openwrt" utrace "$root" &&
		furnish "$tmp/victims" && run_steps
}

test_procd() {
	busybox=$(command -v busybox || :)
	if [ "$(id -u)" = 0 ] && [ "$busybox" ] &&
	    ! readelf -l "$busybox" | grep -q INTERP &&
	    unshare -m -p -f true; then
		ok procd_steps follows_steps
	else
		echo 'skip procd_steps: needs root, namespaces, a static busybox'
	fi
}

version=$(sed -n 's/^VERSION = //p' Makefile)
for topic in ${*:-defaults flags install recipes procd}; do
	"test_$topic"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
