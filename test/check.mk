# The unit tests and the checks of the source and the binary; the Makefile
# includes this.  B, SRC, OBJ, CC, FLAGS and so on are its.

UNIT_SRC = $(wildcard test/unit/unit_*.c)
UNITS = $(UNIT_SRC:test/unit/%.c=$(B)/unit/%)
ASAN_UNITS = $(UNIT_SRC:test/unit/%.c=$(B)/asan/%)
HEADERS = $(wildcard *.h */*.h test/unit/*.h)

# TESTS="PATTERN..." chooses tests, V=1 prints each check, JOBS=N runs N at once
run_tests = V="$(V)" JOBS="$(JOBS)" sh test/run.sh

# the programs of tests that are gone, which run.sh would run, too
remove_others = @rm -f $(filter-out $(1),$(wildcard $(dir $(firstword $(1)))unit_*))

# make what follows on all CPUs
in_parallel = @$(MAKE) --no-print-directory -j$(shell nproc)

check: $(OUT) check-source check-binary
	$(in_parallel) units
	$(in_parallel) SMALL=1 B=build/small OUT=build/small/utrace-small
	@sh test/build.sh "$(CC)" build/test
	@set -f; UNIT=$(B)/unit $(run_tests) $(TESTS)

# SEEDS=FIRST:COUNT random programs with each TAP; see test/tool/tool_random.c.
# The compiler for 32 bits is that of the guests, if it was made.
SEEDS = 1:100
TAP = stop seccomp ebpf
CC32 := $(wildcard $(or $(UTRACE_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/utrace)/cross/i386/bin/cc)
check-random: $(OUT)
	@CC32="$(CC32)" sh test/build.sh "$(CC)" build/test
	@mkdir -p build/random
	@cd build/random && UTRACE="$(abspath $(OUT))" \
		VICTIMS="$(abspath build/test)" ../test/tool_random $(SEEDS) $(TAP)

# Let each system call of utrace's own fail; MODES=, TAPS=, CALLS=, ERRNOS= and
# WHEN= choose, see test/tool/tool_inject_all.c.
check-inject: $(OUT)
	@sh test/build.sh "$(CC)" build/test
	@mkdir -p build/inject
	@cd build/inject && UTRACE="$(abspath $(OUT))" V="$(V)" \
		VICTIMS="$(abspath build/test)" MODES="$(MODES)" TAPS="$(TAPS)" \
		CALLS="$(CALLS)" ERRNOS="$(ERRNOS)" WHEN="$(WHEN)" \
		../test/tool_inject_all

# RANDOM_POLICIES random policies, as many for each of the 12 formats that are
# read
RANDOM_POLICIES = 120000
check-properties: $(B)/unit/unit_policy_random
	@RANDOM_POLICIES="$(RANDOM_POLICIES)" $<

# The cases of tool_procd with OpenWrt's own procd: PROCD_ROOT is the tree of a
# system for this machine.
check-procd: $(OUT)
	@for program in sbin/procd sbin/ubusd bin/ubus bin/sh; do \
		[ -e "$(PROCD_ROOT)/$$program" ] || \
		[ -L "$(PROCD_ROOT)/$$program" ] || { \
			echo "make check-procd PROCD_ROOT=DIR: the files of an" \
			"OpenWrt for $$(uname -m); /$$program is missing"; \
			exit 1; }; done
	@sh test/build.sh "$(CC)" build/test
	@PROCD="$(CURDIR)/test/tool/real_procd.sh" \
		PROCD_ROOT="$(abspath $(PROCD_ROOT))" $(run_tests) 'procd_*'

# --- each test is linked with the program's objects that it does not include

units: $(UNITS)
	$(call remove_others,$(UNITS))

check-unit: $(UNITS)
	@sh test/build.sh "$(CC)" build/test
	@UNIT=$(B)/unit TAPS=stop $(run_tests) 'unit_*'

$(B)/unit/program.a: $(filter-out $(B)/main.o,$(OBJ))
	@mkdir -p $(@D)
	rm -f $@
	$(AR) rc $@ $^

$(B)/unit/unit_%: test/unit/unit_%.c $(B)/unit/program.a $(SRC) $(HEADERS)
	@echo '  $@'
	@$(CC) $(CFLAGS) $(FLAGS) $(CODE) -g -static -no-pie -o $@ $< \
		$(B)/unit/program.a

$(B)/unit/unit_mem: override CODE = $(CODE_MEM)

# --- the same, and all of the program, with gcc's or clang's sanitizers

ASAN_CC = gcc
ASAN_FLAGS = -std=c11 -D_GNU_SOURCE -iquote . -DVERSION='"$(VERSION)"' $(WARN) -g -O1 \
	-fsanitize=address,undefined -fno-sanitize-recover

# One tap is enough for the cases; those about ebpf run all the same.
check-asan: $(OUT)
	$(in_parallel) asan
	@sh test/build.sh "$(CC)" build/test
	@set -f; SANITIZED=1 UTRACE=$(B)/asan/utrace UNIT=$(B)/asan TAPS=stop \
		$(run_tests) $(TESTS)

asan: $(B)/asan/utrace $(ASAN_UNITS)
	$(call remove_others,$(ASAN_UNITS))

# not mem.c: the sanitizers have memory functions of their own
ASAN_SRC = $(filter-out main.c lib/mem.c,$(SRC))
# not from the archive: a weak reference takes no file out of it
$(B)/asan/utrace: $(B)/asan/main.o $(B)/asan/test/tool/asan_options.o \
		$(ASAN_SRC:%.c=$(B)/asan/%.o)
	$(ASAN_CC) $(ASAN_FLAGS) -o $@ $^

$(B)/asan/program.a: $(ASAN_SRC:%.c=$(B)/asan/%.o)
	rm -f $@
	$(AR) rc $@ $^

$(B)/asan/%.o: %.c $(HEADERS)
	@mkdir -p $(@D)
	$(ASAN_CC) $(ASAN_FLAGS) -c -o $@ $<

$(B)/asan/unit_%: test/unit/unit_%.c $(B)/asan/program.a $(SRC) $(HEADERS)
	@echo '  $@'
	@$(ASAN_CC) $(ASAN_FLAGS) -o $@ $< $(B)/asan/program.a

# --- what calls cost under a filter; beside libseccomp's where that is at hand

BENCH_SRC = test/tool/bench_filter.c \
	$(filter-out lib/mem.c,$(filter policy/% syscalls/% lib/%,$(SRC)))
bench-filter:
	@mkdir -p $(B)
	@gcc -std=c11 -O1 -D_GNU_SOURCE -iquote . -DLIBSECCOMP -o $(B)/bench_filter \
		$(BENCH_SRC) -lseccomp 2>/dev/null || \
	$(CC) -std=c11 -O1 -D_GNU_SOURCE -iquote . -static -o $(B)/bench_filter \
		$(BENCH_SRC)
	@$(B)/bench_filter

# --- what compilers and analysers say, without an exception.  Victims misbehave
# on purpose, so those and the tools are for the compilers alone.

LINT_SRC = $(SRC) $(UNIT_SRC)
LINT_FLAGS = -D_GNU_SOURCE -iquote . -DVERSION='"lint"'
MORE_SRC = $(filter-out %_i386.c %_int80.c, \
	$(wildcard test/tool/tool_*.c test/victim/victim_*.c))

lint: lint-gcc lint-tidy lint-cppcheck

# glibc's headers and musl's differ in types and macros
lint-gcc:
	@bad=0; for cc in gcc musl-gcc; do \
		for f in $(LINT_SRC) $(MORE_SRC); do \
			$$cc -std=c11 $(LINT_FLAGS) $(WARN) -Werror -O2 -c \
				-o /dev/null $$f || bad=1; \
		done; \
	done; exit $$bad

lint-tidy:
	@clang-tidy --quiet $(LINT_SRC) -- -std=c11 $(LINT_FLAGS) 2>/dev/null

# declarations stand at the top of a function; structs are the kernel's
lint-cppcheck:
	@cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr \
		--enable=warning,style,performance,portability \
		--suppress=variableScope --suppress=unusedStructMember \
		$(subst -iquote ,-I,$(LINT_FLAGS)) -D__$(shell uname -m)__ \
		$(LINT_SRC)

# --- what HACKING says of the source and the binary

check-source:
	@sh test/tool/source.sh $(CC) -std=c11 -D_GNU_SOURCE -iquote . $(WARN)

check-binary: $(B)/utrace
	@sh test/tool/binary.sh --selftest $(CC)
	@sh test/tool/binary.sh $(B)

.PHONY: check check-inject check-random check-properties check-procd units check-unit check-asan asan bench-filter lint lint-gcc lint-tidy \
	lint-cppcheck check-source check-binary

# --- the reader and the merge under libFuzzer; clang and llvm of one version

FUZZ_CC = clang
FUZZ_SECONDS = 60
# the reader itself is included by the target
FUZZ_SRC = $(filter-out format/policy_file.c lib/mem.c, $(filter json_% \
	syscalls/% policy/% image/% format/% lib/%,$(SRC)))
FUZZ_FLAGS = -std=c11 -D_GNU_SOURCE -iquote . -DVERSION='"fuzz"' -g -O2 \
	-Dwrite=fuzz_write -Duname=fuzz_uname \
	-fno-sanitize-recover=all

fuzz: $(B)/fuzz/fuzz_policy
	@mkdir -p $(B)/fuzz/found
	cd $(B)/fuzz && ./fuzz_policy -dict=$(CURDIR)/test/tool/fuzz.dict \
		-max_total_time=$(FUZZ_SECONDS) -max_len=8192 -timeout=60 \
		-print_final_stats=1 found $(CURDIR)/test/corpus

$(B)/fuzz/fuzz_policy: test/tool/fuzz_policy.c format/policy_file.c \
		$(FUZZ_SRC) $(HEADERS)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer,address,undefined -o $@ $< \
		$(FUZZ_SRC)

# the ELF reader and the scan of code; they start from the victims
fuzz-elf fuzz-code: fuzz-%: $(B)/fuzz/fuzz_%
	@mkdir -p $(B)/fuzz/found_$* $(B)/fuzz/seeds_elf
	@for f in mark reach libc bare; do \
		cp build/test/victim_$$f* $(B)/fuzz/seeds_elf; done 2>/dev/null || :
	cd $(B)/fuzz && ./fuzz_$* -max_total_time=$(FUZZ_SECONDS) \
		-max_len=65536 -timeout=60 -print_final_stats=1 \
		found_$* seeds_elf

FUZZ_ELF_SRC = $(filter-out syscalls/abi.c lib/mem.c, \
	$(filter syscalls/% lib/%,$(SRC)))
$(B)/fuzz/fuzz_elf: test/tool/fuzz_elf.c image/elf.c $(FUZZ_ELF_SRC) $(HEADERS)
	@mkdir -p $(@D)
	$(FUZZ_CC) -std=c11 -D_GNU_SOURCE -iquote . -g -O2 \
		-fno-sanitize-recover=all -fsanitize=fuzzer,address,undefined \
		-o $@ $< $(FUZZ_ELF_SRC)

$(B)/fuzz/fuzz_code: test/tool/fuzz_code.c syscalls/code.c $(HEADERS)
	@mkdir -p $(@D)
	$(FUZZ_CC) -std=c11 -D_GNU_SOURCE -iquote . -g -O2 \
		-fno-sanitize-recover=all -fsanitize=fuzzer,address,undefined \
		-o $@ $< syscalls/code.c

# the state of a container
fuzz-hook: $(B)/fuzz/fuzz_hook
	@mkdir -p $(B)/fuzz/found_hook $(B)/fuzz/seeds_hook
	@printf '{"ociVersion":"1.0","id":"x","pid":12,"annotations":{"a":"b","io.containers.trace-syscall":"of:/a/b;if:/c;format:list"}}' \
		>$(B)/fuzz/seeds_hook/state
	cd $(B)/fuzz && ./fuzz_hook -dict=$(CURDIR)/test/tool/fuzz.dict \
		-max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=60 \
		-print_final_stats=1 found_hook seeds_hook

$(B)/fuzz/fuzz_hook: test/tool/fuzz_hook.c mode/hook_state.c json_in.c \
		lib/util.c $(HEADERS)
	@mkdir -p $(@D)
	$(FUZZ_CC) -std=c11 -D_GNU_SOURCE -iquote . -g -O2 \
		-fno-sanitize-recover=all -fsanitize=fuzzer,address,undefined \
		-o $@ $< mode/hook_state.c json_in.c lib/util.c

# how much of each reader the corpus reaches: 90 % of its lines at least
FUZZ_READER = json_in.c format/policy_file.c format/reader.c \
	format/json_policy.c format/json_when.c format/list.c \
	format/scan.c format/scan_tests.c format/logs.c \
	format/lxc.c format/systemd.c format/minijail.c format/firejail.c \
	format/kafel.c format/spo.c format/bpf.c format/ways.c
fuzz-coverage:
	@mkdir -p $(B)/fuzz
	$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -fprofile-instr-generate \
		-fcoverage-mapping -o $(B)/fuzz/coverage \
		test/tool/fuzz_policy.c $(FUZZ_SRC)
	cd $(B)/fuzz && LLVM_PROFILE_FILE=raw ./coverage -runs=0 \
		$(CURDIR)/test/corpus 2>log || { cat log; exit 1; }
	llvm-profdata merge -o $(B)/fuzz/profile $(B)/fuzz/raw
	@llvm-cov report -instr-profile=$(B)/fuzz/profile \
		$(B)/fuzz/coverage $(FUZZ_READER) | awk ' \
		$$1 ~ /\.c$$/ { \
			bad = ($$8 - $$9) * 100 < $$8 * 90; any = 1; \
			printf "%s %s: %d of %d lines, %s\n", \
				bad ? "not ok" : "ok", $$1, $$8 - $$9, $$8, $$10; \
			failed += bad \
		} END { exit failed || !any }'

# how far short recordings of real programs reach with -w all: those that were
# given, and those that record.sh makes
check-reach: $(OUT)
	@sh test/reach/measure.sh
	@sh test/reach/record.sh $(B)/reach
	@RECORDED=$(B)/reach MAX_MISSED=20 MAX_OTHERS=20 MIN_HINTED=79 \
		sh test/reach/measure.sh

# Does a policy that was recorded with one C library hold for the other?  Builds
# programs from Debian's sources, in the cache; PROGRAMS= says which.
check-reach-libc: $(OUT)
	@V="$(V)" bash test/reach/libc.sh $(PROGRAMS)

# the policies that installed packages ship, and what their consumers make of
# them
check-policies: $(OUT)
	@UTRACE="$(abspath $(OUT))" V="$(V)" sh test/tool/policies.sh

# of the table of the C library's functions; needs musl-dev and binutils
check-imports:
	@sh syscalls/imports.sh --check

.PHONY: fuzz fuzz-elf fuzz-code fuzz-hook fuzz-coverage check-reach check-imports \
	check-policies
