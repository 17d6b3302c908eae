# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# What packaging.sh and ../guest/procd.sh share, from the top of the source:
# OpenWrt's build system and package manager, as far as packaging/openwrt needs
# them, and what its user does, by utrace.1, PROCD.

# Build the packages; the tree of each is below DIR.
openwrt_build() { # DIR CC [TOOL-PREFIX [CFLAGS]]
	mkdir -p "$1/sdk/include"
	cat >"$1/sdk/rules.mk" <<'MK'
INCLUDE_DIR := $(TOPDIR)/include
PKG_BUILD_DIR = $(STAND_IN)/build_dir/$(PKG_NAME)-$(PKG_VERSION)
STAGING_DIR := $(STAND_IN)/staging_dir
TARGET_CROSS :=
TARGET_CFLAGS := -O1 -pipe -fno-caller-saves -fstack-protector -fPIC
TARGET_LDFLAGS := -L$(STAGING_DIR)/usr/lib -znow -zrelro
HOSTCC := cc
INSTALL_DIR := install -d -m0755
INSTALL_BIN := install -m0755
CP := cp -fpR
MK
	cat >"$1/sdk/include/package.mk" <<'MK'
all: compile
compile:
	$(Build/Prepare)
	$(Build/Configure)
	$(Build/Compile)
define BuildPackage
all: install-$(1)
install-$(1): compile
	$$(call Package/$(1)/install,$(STAND_IN)/$(1))
	$$(file >$(STAND_IN)/$(1).preinst,$$(Package/$(1)/preinst))
	$$(file >$(STAND_IN)/$(1).postrm,$$(Package/$(1)/postrm))
	$$(file >$(STAND_IN)/$(1).control,$$(Package/$(1)))
endef
MK
	make -s -C packaging/openwrt/utrace TOPDIR="$1/sdk" STAND_IN="$1" \
		TARGET_CC="$2" TARGET_CROSS="${3-}" ${4:+TARGET_CFLAGS="$4"}
}


# Put a package into the tree ROOT, in which procd's own programs are, as the
# package managers do it: alternatives replace links, never files.
openwrt_install() { # DIR PACKAGE ROOT
	mkdir -p "$3/sbin"
	echo original >"$3/sbin/utrace"
	ln -s utrace "$3/sbin/seccomp-trace"
	IPKG_INSTROOT=$3 sh -e "$1/$2.preinst" || return 1
	cp -R "$1/$2/." "$3"
	for alternative in $(grep -o '300:[^ ]*' "$1/$2.control"); do
		link=$3$(echo "$alternative" | cut -d : -f 2)
		[ -L "$link" ] || [ ! -e "$link" ] || return 1
		ln -sf "$(echo "$alternative" | cut -d : -f 3)" "$link"
	done
}

# Put tool_procd into the tree ROOT, with what runs init scripts for it, the
# service exampled, and openwrt_steps.sh as /steps.
openwrt_furnish() { # ROOT FOLDER-OF-VICTIMS
	mkdir -p "$1/bin" "$1/dev" "$1/proc" "$1/tmp" "$1/etc/init.d" \
		"$1/var/run/procd" "$1/var/log"
	chmod 1777 "$1/tmp"
	cp "$2/tool_procd" "$1/sbin/procd"
	cp "$2/victim_service" "$1/usr/sbin/exampled"
	cp test/tool/rc.common "$1/etc/"
	cp test/tool/openwrt_steps.sh "$1/steps"
	cat >"$1/etc/init.d/exampled" <<'SH'
#!/bin/sh /etc/rc.common

START=50
USE_PROCD=1

start_service() {
	procd_open_instance
	procd_set_param command /usr/sbin/exampled /var/log/exampled
	procd_set_param seccomp /etc/seccomp/exampled.json
	procd_set_param user 65534
	procd_set_param respawn
	procd_close_instance
}
SH
	chmod 755 "$1/etc/init.d/exampled" "$1/etc/rc.common"
	: >"$1/var/log/exampled"
	chmod 666 "$1/var/log/exampled"
	mkfifo "$1/var/run/procd/request"
}
