################################################################################
#
# utrace
#
################################################################################

# the source that this folder is part of
UTRACE_SITE = $(UTRACE_PKGDIR)/../../..
UTRACE_VERSION = $(shell sed -n 's/^VERSION = //p' $(UTRACE_SITE)/Makefile)
UTRACE_SITE_METHOD = local
UTRACE_LICENSE = MIT
UTRACE_LICENSE_FILES = LICENSE

# its own flags are for a static program
UTRACE_MAKE_OPTS = \
	$(TARGET_CONFIGURE_OPTS) \
	STRIP="$(TARGET_STRIP)" \
	HOSTCC="$(HOSTCC)" \
	SMALL=$(if $(BR2_PACKAGE_UTRACE_SMALL),1,0) \
	DEFAULTS=$(BR2_PACKAGE_UTRACE_DEFAULTS) \
	PREFIX=/usr

define UTRACE_BUILD_CMDS
	$(MAKE) -C $(@D) $(UTRACE_MAKE_OPTS)
endef

define UTRACE_INSTALL_TARGET_CMDS
	$(MAKE) -C $(@D) $(UTRACE_MAKE_OPTS) DESTDIR="$(TARGET_DIR)" install
endef

$(eval $(generic-package))
