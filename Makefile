# Build utrace, one static binary.  README lists the targets.
VERSION = 0.2
# Where `make install` puts the program, with the link seccomp-trace to it, its
# manual and the completions of three shells, all below DESTDIR.
PREFIX = /usr/local
SBINDIR = $(PREFIX)/sbin
MANDIR = $(PREFIX)/share/man
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR = $(PREFIX)/share/zsh/site-functions
FISHDIR = $(PREFIX)/share/fish/vendor_completions.d
# `make install OCI_HOOKS_DIR=/usr/share/containers/oci/hooks.d` lets Podman
# record containers.
OCI_HOOKS_DIR =

# CC, STRIP, CFLAGS and LDFLAGS are the user's: of the environment, of make's
# command line, or these.  CC is also known to make itself.
ifeq ($(origin CC),default)
CC := $(shell command -v musl-gcc || echo cc)
endif
STRIP ?= strip
# gcc accepts -Oz since version 12
ifeq ($(origin CFLAGS),undefined)
CFLAGS := $(shell $(CC) -Oz -E -x c /dev/null >/dev/null 2>&1 && \
	echo -Oz || echo -Os)
endif
WARN = -Wall -Wextra -Wshadow -Wconversion
# No floating point, so that variadic functions don't save its registers.
GENERAL := $(shell $(CC) -mgeneral-regs-only -E -x c /dev/null >/dev/null 2>&1 \
	&& echo -mgeneral-regs-only)
# Without these passes, alike source becomes alike instructions more often, which
# xz finds again: 6 to 9% less flash.  The code is hardly larger; neither
# recording nor a merge of policies is slower.  clang knows none of these flags.
REPEAT = -fno-schedule-insns2 -fno-tree-switch-conversion -fno-caller-saves \
	-fno-shrink-wrap -fno-if-conversion -fno-reorder-blocks \
	-fno-thread-jumps -fno-move-loop-invariants -fno-tree-loop-im \
	-fno-tree-dominator-opts -fno-optimize-sibling-calls \
	-fno-tree-fre -fno-ipa-sra -fno-guess-branch-probability -fno-tree-sra \
	-fno-ssa-phiopt -fno-forward-propagate -fno-tree-dse \
	-fno-tree-dce -fno-tree-slsr -fno-tree-tail-merge \
	-fno-tree-loop-optimize -fira-algorithm=priority
# On aarch64, xz stores two loads better than one load of two registers.  On
# x86-64, some of these passes save bytes.  On mips and arm, a function of its own
# is more like others than one that is part of its caller.
REPEAT_aarch64 = -fno-peephole2
REPEAT_mips = -fno-inline-functions-called-once
REPEAT_mipsel = $(REPEAT_mips)
REPEAT_arm = $(REPEAT_mips)
REPEAT_x86_64 = -fguess-branch-probability -ftree-sra -fforward-propagate \
	-fira-algorithm=CB -ftree-loop-optimize -ftree-slsr -fno-ipa-cp \
	-fno-cprop-registers -fno-if-conversion2 -mno-red-zone -fno-bit-tests
MACHINE := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
REPEAT += $(REPEAT_$(MACHINE))
REPEAT := $(shell $(CC) -Werror $(REPEAT) -E -x c /dev/null >/dev/null 2>&1 \
	&& echo '$(REPEAT)')
# What the program needs comes behind CFLAGS and LDFLAGS, which may ask for
# position-independent code, a stack protector or wrappers of memcpy.
FLAGS = -std=c11 -U_FORTIFY_SOURCE -D_GNU_SOURCE -iquote . -DVERSION='"$(VERSION)"' \
	$(FLAGS_SMALL_$(SMALL)) $(FLAGS_START_$(START)) $(FLAGS_DEFAULTS) $(WARN) \
	-ffunction-sections -fdata-sections -fno-pic -fno-pie \
	-fno-stack-protector -fno-lto \
	-fno-asynchronous-unwind-tables -fno-unwind-tables \
	-fomit-frame-pointer -fmerge-all-constants $(GENERAL) $(REPEAT)
# noexecstack: gcc for MIPS asks for an executable stack, which the kernel logs.
LINK = -static -no-pie -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,norelro \
	-Wl,-z,noexecstack -Wl,-z,noseparate-code -Wl,-z,common-page-size=512 \
	-Wl,--hash-style=sysv -Wl,--sort-section=alignment

# the folder of the objects, and the stripped program, which is not $(B)/utrace
B = build
OUT = utrace

# EBPF=0 builds without the tap ebpf; SMALL=1 builds the recorder alone, with
# neither that nor what reads, checks, enforces, merges and widens policies
EBPF = 1
SMALL = 0
SRC_EBPF_1 = mode/hook.c mode/hook_state.c ebpf/bpf.c ebpf/ebpf.c \
	ebpf/ebpf_find.c ebpf/ebpf_prog.c ebpf/tap_ebpf.c
SRC_SMALL_0 = json_in.c \
	trace/exec_error.c mode/check.c mode/compare.c mode/enforce.c \
	mode/input.c mode/install.c mode/launcher.c mode/merge.c \
	mode/per_exe.c mode/preselect.c mode/progress.c \
	mode/violations.c \
	image/elf.c image/image.c image/reach.c \
	policy/args.c policy/combine.c policy/filter.c policy/review.c \
	policy/sets.c policy/widen.c syscalls/code.c syscalls/groups.c \
	syscalls/imports.c \
	format/bpf.c format/exec_tsv.c format/firejail.c \
	format/json_policy.c format/json_when.c format/kafel.c \
	format/logs.c format/minijail.c \
	format/lxc.c format/policy_file.c format/reader.c format/recognize.c \
	format/scan.c format/scan_tests.c format/spo.c format/systemd.c \
	format/table.c format/ways.c \
	$(SRC_EBPF_$(EBPF))
FLAGS_SMALL_1 = -DSMALL

# DEFAULTS="-D -F procd" compiles in options that utrace parses before those of
# its command line.
DEFAULTS =
FLAGS_DEFAULTS = $(if $(strip $(DEFAULTS)),-DDEFAULTS='"$(strip $(DEFAULTS))"')

# START=1 replaces what musl does before main(), see lib/start.c
START = 0
SRC_START_1 = lib/start.c
FLAGS_START_1 = -include lib/start.h

SRC = $(SRC_START_$(START)) main.c json_out.c \
	mode/attach_option.c mode/option_table.c mode/options.c mode/output.c \
	mode/pid_file.c mode/record.c mode/session.c mode/target.c \
	trace/attach.c trace/calls.c trace/child.c trace/children.c \
	trace/entry.c trace/exec.c trace/filters.c trace/proc.c trace/proxy.c trace/regs.c \
	trace/requests.c trace/start.c trace/tap.c trace/trace.c trace/tracees.c \
	trace/untraced.c trace/wait.c \
	policy/action.c policy/order.c policy/policy.c policy/rules.c \
	format/call_name.c format/calls_text.c format/caps.c \
	format/format.c format/json_names.c format/list.c format/oci.c format/whitelist.c \
	syscalls/abi.c \
	lib/errors.c lib/log.c lib/mem.c lib/out.c lib/signals.c lib/sys.c \
	lib/util.c \
	$(SRC_SMALL_$(SMALL))
OBJ = $(SRC:%.c=$(B)/%.o)

all: $(OUT)

$(OUT): $(B)/utrace
	@$(if $(strip $(DEFAULTS)),$(check_defaults))
	$(STRIP) -s -R .comment -R .note.GNU-stack -R .gnu.attributes \
		-R .eh_frame -R .note.gnu.property -o $@ $(B)/utrace

# utrace parses its own DEFAULTS.  If it is for another machine, build one for
# this machine, which then does so.  Don't try to run it: a shell takes a program
# of another machine for a script.
HOSTCC = cc
check_defaults = case $$($(CC) -dumpmachine) in \
	$$(uname -m)-*) $(B)/utrace -V >/dev/null ;; \
	*) $(MAKE) -s --no-print-directory B=$(B)/host OUT=$(B)/host/checked \
		CC="$(HOSTCC)" CFLAGS=-O0 LINK="-no-pie -Wl,--gc-sections" LDFLAGS= \
		CODE= START=0 STRIP=strip ;; \
	esac || { echo 'DEFAULTS=$(DEFAULTS): see above' >&2; exit 1; }

$(B)/utrace: $(OBJ) $(B)/flags
	$(CC) $(CFLAGS) $(LDFLAGS) $(LINK) -Wl,-Map=$(B)/utrace.map -o $@ $(OBJ)

$(B)/%.o: %.c Makefile $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(FLAGS) $(CODE) -MMD -MP -c -o $@ $<

# Holds the flags of the last build: another EBPF=, CC= or CFLAGS= rebuilds all.
# Not for the tests, as the kernel takes another way where the environment is
# larger than a page.
$(B)/flags: export BUILT_WITH = $(CC) $(CFLAGS) $(FLAGS) $(CODE) $(LDFLAGS) $(SRC)
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo "$$BUILT_WITH" | cmp -s - $@ || echo "$$BUILT_WITH" >$@

# The C library jumps to these functions without changing the instruction set.
CODE_MEM = $(if $(filter -mips16,$(CFLAGS)),-mno-mips16) \
	$(if $(filter -mthumb,$(CFLAGS)),-marm)
$(B)/lib/mem.o: override CODE = $(CODE_MEM)

-include $(OBJ:.o=.d)

COMPLETION = packaging/completion/utrace
# The recorder alone does not know what seccomp-trace does.
install: $(OUT)
	mkdir -p $(DESTDIR)$(SBINDIR) $(DESTDIR)$(MANDIR)/man1 \
		$(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR)
	install -m 755 $(OUT) $(DESTDIR)$(SBINDIR)/utrace
	$(if $(FLAGS_SMALL_$(SMALL)),,ln -sf utrace $(DESTDIR)$(SBINDIR)/seccomp-trace)
	install -m 644 utrace.1 $(DESTDIR)$(MANDIR)/man1/utrace.1
	install -m 644 $(COMPLETION).bash $(DESTDIR)$(BASHDIR)/utrace
	install -m 644 $(COMPLETION).zsh $(DESTDIR)$(ZSHDIR)/_utrace
	install -m 644 $(COMPLETION).fish $(DESTDIR)$(FISHDIR)/utrace.fish
ifneq ($(OCI_HOOKS_DIR),)
	mkdir -p $(DESTDIR)$(OCI_HOOKS_DIR)
	sed 's|@SBINDIR@|$(SBINDIR)|' packaging/oci/utrace.json \
		>$(DESTDIR)$(OCI_HOOKS_DIR)/utrace.json
endif

uninstall:
	rm -f $(DESTDIR)$(SBINDIR)/utrace $(DESTDIR)$(SBINDIR)/seccomp-trace \
		$(DESTDIR)$(MANDIR)/man1/utrace.1 $(DESTDIR)$(BASHDIR)/utrace \
		$(DESTDIR)$(ZSHDIR)/_utrace $(DESTDIR)$(FISHDIR)/utrace.fish
	$(if $(OCI_HOOKS_DIR),rm -f $(DESTDIR)$(OCI_HOOKS_DIR)/utrace.json)

clean:
	rm -rf build dist utrace

# --- tests

# `make check` itself is in test/check.mk.
check-diff: $(OUT)
	bash test/tool/diff.sh

# Record, widen and enforce the policies of the same commands.
check-loop: $(OUT)
	bash test/tool/loop.sh

check-consumers: $(OUT)
	sh test/build.sh "$(CC)" build/test
	bash test/tool/consumers.sh

# STARTS= and ROUNDS= say how many containers, RUNTIMES, TAPS and ONLY which
check-containers: $(OUT)
	sh test/build.sh "$(CC)" build/test
	sh test/tool/containers.sh $(OUT) build/test

check-systemd: $(OUT)
	sh test/tool/systemd.sh $(OUT)

bench: $(OUT) bench-filter
	bash test/tool/bench.sh

check-tables:
	@test -n "$(KERNEL_TREE)" || \
		{ echo 'make check-tables KERNEL_TREE=linux-source-6.12'; exit 1; }
	sh syscalls/gen.sh --check $(KERNEL_TREE)

include test/check.mk

# --- other architectures; compilers, kernels and guests are in ~/.cache/utrace

ARCHES = mips mipsel arm aarch64 x86_64 i386 riscv64
# a guest's ARCH that runs the programs of another
CROSS_armv7 = arm
CROSS = $(or $(CROSS_$(ARCH)),$(ARCH))

# 16-bit instructions make the code a third smaller.  Every ARM since v4T has
# them, and so have the MIPS cores of routers (4KE, 24K, 34K, 74K, 1004K), for
# which OpenWrt also uses them.  Use "make cross-mips CODE_mips=" for other
# cores, such as Octeon and Ingenic.  Use "make cross-arm CODE_arm=" for kernels
# without CONFIG_ARM_THUMB, which enter a Thumb signal handler in ARM state.
CODE_mips = -mips16
CODE_mipsel = -mips16
CODE_arm = -mthumb
# See the script; it is for gcc.
CODE_x86_64 = -pipe -Btest/tool/absolute

# of a folder and a program
DASH_SMALL_1 = -small
DASH_SMALL = $(DASH_SMALL_$(SMALL))

cross: $(ARCHES:%=cross-%)

cross-%:
	@echo "$*: $$(echo $(ARCHES) | tr ' ' '\n' | grep -nx $* | \
		sed 's/:.*/ of $(words $(ARCHES))/')" >&2
	@cc=$$(bash test/guest/cross.sh $*) && \
	$(MAKE) --no-print-directory B=build/$*$(DASH_SMALL) \
		OUT=build/$*$(DASH_SMALL)/utrace-$*$(DASH_SMALL) CC="$$cc" STRIP="$${cc%cc}strip" LDFLAGS=-Wl,--fatal-warnings \
		CODE="$(CODE_$*)" START=1 && \
	sh test/tool/cut_sections.sh build/$*$(DASH_SMALL)/utrace-$*$(DASH_SMALL) && \
	bash test/tool/checkfp.sh $* build/$*$(DASH_SMALL)/utrace

check-qemu:
	@test -n "$(ARCH)" || \
		{ echo 'make check-qemu ARCH=mips [KERNEL=full|bare|old]' \
		'[TESTS="PATTERN..."]'; exit 1; }
	$(MAKE) --no-print-directory cross-$(CROSS)
	UTRACE_BIN=build/$(CROSS)/utrace-$(CROSS) \
		bash test/guest/qemu.sh $(ARCH) "$(KERNEL)" $(TESTS)

# Boot guests with utrace as process 1.
check-rdinit:
	$(MAKE) --no-print-directory cross-$(CROSS)
	UTRACE_BIN=build/$(CROSS)/utrace-$(CROSS) \
		bash test/guest/rdinit.sh $(ARCH) $(KERNEL)

# OpenWrt's packages in guests that are booted twice.
check-guest-procd:
	@test -n "$(ARCH)" || \
		{ echo 'make check-guest-procd ARCH="mips arm x86_64"'; exit 1; }
	bash test/guest/procd.sh $(ARCH)

check-guests:
	bash test/guest/guests.sh $(GUESTS)

# Build and install as distributions do.
check-packaging:
	sh test/tool/packaging.sh

check-release:
	sh test/tool/release.sh

# Bytes on flash of each architecture that is built, as a router's squashfs
# stores them, and bytes of each object file.
size: $(OUT)
	size -t $(OBJ)
	@sh test/tool/flash_size.sh $(OUT) build/*/utrace-*

# the archives, binaries and their sums, and the source alone
release: cross
	VERSION=$(VERSION) ARCHES="$(ARCHES)" \
		MUSL_VERSION=$$(bash -c '. test/guest/cross.sh && \
			cat "$$(source_of musl)/VERSION"') sh release.sh

dist:
	VERSION=$(VERSION) sh release.sh dist

.PHONY: FORCE all install uninstall clean check check-diff check-loop check-consumers check-containers check-systemd bench \
	check-tables cross check-qemu check-rdinit check-guest-procd check-guests check-packaging \
	check-release size release dist
