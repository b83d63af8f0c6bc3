# SPDX-License-Identifier: GPL-2.0-or-later
# make bench   install what is missing, build, measure, report
# make test    the same for the tests; make test-full adds the long ones
# V=1 shows the commands, NO_DEPS=1 installs nothing, SANITIZE=1 builds with ASan and UBSan

SHELL := /bin/bash
PREFIX ?= /usr/local
COMMIT := $(or $(shell git describe --always --dirty --abbrev=12 2>/dev/null),unknown)
BUILD := build
V ?= 0
Q := $(if $(filter 0,$(V)),@)
say = $(if $(filter 0,$(V)),@printf '  %-7s %s\n' '$(1)' '$(2)',@:)

CC := gcc
PKGS := hwloc jansson gsl nettle cmocka
CFLAGS ?= -O2 -g
VERSION := 0.1.0
ALL_CFLAGS = -std=gnu11 $(CFLAGS) -Iharness -I$(BUILD) -D_GNU_SOURCE -DNODEHOP_VERSION='"$(VERSION)"' -MMD -MP -pthread \
	-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-missing-field-initializers \
	$(if $(CI),-Werror) $(if $(SANITIZE),-fsanitize=address -fsanitize=undefined -fno-omit-frame-pointer) \
	$(if $(FUZZER),-fsanitize=fuzzer-no-link -fno-sanitize-recover=undefined) $(EXTRA_CFLAGS)
# -z now: or each forked trial binds each function again.
ALL_LDFLAGS = -pthread -Wl,-z,now $(if $(SANITIZE),-fsanitize=address -fsanitize=undefined) $(LDFLAGS)
LIBS = -lhwloc -lnuma -lpapi -lcsv -ljansson -linih -lgsl -lgslcblas -lnettle -lm

HARNESS := $(sort $(wildcard harness/*/*.c))
PLUGIN := $(sort $(wildcard harness/lab/plugin/*.c))
BENCHMARKS := $(sort $(wildcard benchmarks/*/*.c))
OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(HARNESS) $(BENCHMARKS))
# LAYOUT=WORD links them in an order that hangs on the word: the same code, elsewhere in memory.
ifdef LAYOUT
OBJECTS := $(shell printf '%s\n' $(OBJECTS) | sort -R --random-source=<(yes '$(LAYOUT)'))
endif
LIB_OBJECTS := $(filter-out $(BUILD)/harness/cli/main.o,$(OBJECTS))
TEST_BENCHMARKS := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/benchmarks/*.c)))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(sort $(wildcard tests/unit/*.c)))
FUZZ_DRIVERS := $(patsubst tests/fuzz/drivers/%.c,$(BUILD)/tests/fuzz/%,$(sort $(wildcard tests/fuzz/drivers/*.c)))
TEST_TOOLS := $(patsubst tests/tools/%.c,$(BUILD)/tests/tools/%,$(sort $(wildcard tests/tools/*.c)))

# What a machine needs: to build, to draw reports, to boot the lab, to test.
PACKAGES := gcc libc6-dev make pkg-config cpio gzip libnuma-dev libhwloc-dev libpapi-dev libcsv-dev libjansson-dev \
	libinih-dev libgsl-dev nettle-dev libcmocka-dev python3-minimal python3-matplotlib python3-numpy python3-jinja2 \
	python3-scipy qemu-system-x86 lz4 zstd xz-utils zsh locales

MACHINE_PACKAGES := $(PACKAGES)	# what the ordinary machine has, whatever is installed here

# What only test-full needs: a browser, for the reports; what makes the disk of the ordinary machine; libFuzzer; a kernel.
FULL_PACKAGES := chromium chromium-driver mmdebstrap e2fsprogs fdisk clang libclang-rt-14-dev clang-tidy-14 \
	linux-source-6.12 flex bison bc libelf-dev patch
test-full test-machine machine-image fuzz lint-full: PACKAGES += $(FULL_PACKAGES)

# What make lint reads the source with, as make test does; clang-tidy, for make lint-full, is in FULL_PACKAGES.
LINT_PACKAGES := clang-format-14 shellcheck flake8 codespell mypy
test test-full lint lint-full: PACKAGES += $(LINT_PACKAGES)

# The first python that imports what reports need: the one first on the PATH may not be Debian's. Looked for once, when it
# is needed: where the environment has a PYTHON, make expands this for every command.
PYTHON = $(eval PYTHON := $$(shell for p in $(PYTHON3) /usr/bin/python3 python3; do \
	$$$$p -c 'import matplotlib, numpy, jinja2' 2>/dev/null && echo $$$$p && break; done))$(PYTHON)

# So that no measurement goes on when make itself is killed.
DIES_WITH_US := setpriv --pdeathsig TERM

.PHONY: all deps bench test test-full test-machine machine-image machine-packages report gate lint lint-full fmt install clean
.DELETE_ON_ERROR:
.SECONDARY:	# or make removes the objects of tests, and compiles them again next time

all: $(BUILD)/nodehop $(BUILD)/lab/image.cpio $(BUILD)/lab/functions.so

deps:
	$(Q)NO_DEPS=$(NO_DEPS) ci/deps $(PACKAGES)

bench: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)PYTHON="$(PYTHON)" $(DIES_WITH_US) ci/bench $(BENCH_ARGS)

test test-full: deps
	$(Q)$(MAKE) --no-print-directory all tests-build
	$(Q)PYTHON="$(PYTHON)" tests/run $(if $(filter test-full,$@),--full) $(TESTS)

# The tests on the ordinary machine alone, and its image: tests/machine/boot says how to use it by hand.
test-machine: machine-image
	$(Q)$(MAKE) --no-print-directory all tests-build
	$(Q)PYTHON="$(PYTHON)" tests/run --full machine/

machine-image: deps
	$(Q)tests/machine/make-image

machine-packages: # for make-image, whose recipe they are a part of
	@echo $(MACHINE_PACKAGES)

.PHONY: tests-build
tests-build: $(BUILD)/nodehop-test unit-tests $(TEST_TOOLS) $(FUZZ_DRIVERS)

# FUZZ=name one driver alone, FUZZ_SECONDS=30 for each; docs/testing.md tells the rest.
FUZZ_CC := clang
.PHONY: fuzz fuzz-build fuzz-drivers
fuzz: deps
	$(Q)$(MAKE) --no-print-directory fuzz-build
	$(Q)FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run $(FUZZ)

fuzz-build:
	$(Q)$(MAKE) --no-print-directory fuzz-drivers BUILD=$(BUILD)/fuzz CC="$(FUZZ_CC)" CFLAGS='-O1 -g' SANITIZE=1 FUZZER=1

fuzz-drivers: $(FUZZ_DRIVERS)

# The unit tests and a few commands (list, plan, topo, run null, show, compare) with ASan and UBSan; no host or lab tests.
# Without -Werror: what the sanitizers add makes gcc warn of what cannot be.
.PHONY: sanitize unit-tests
sanitize: deps
	$(Q)$(MAKE) --no-print-directory unit-tests $(BUILD)/sanitize/nodehop BUILD=$(BUILD)/sanitize \
		CFLAGS='-O1 -g' SANITIZE=1 CI=
	$(Q)BUILD=$(BUILD)/sanitize tests/sanitize

unit-tests: $(UNIT_TESTS)

# How much of each room the unit tests run; ROOM=engine adds a line for each of its files.
.PHONY: coverage
coverage: deps
	$(Q)tests/coverage $(ROOM)

# Small faults, planted one at a time: do the tests notice? FAULTS=engine: those whose name has that word.
.PHONY: mutate
mutate: deps
	$(Q)PYTHON="$(PYTHON)" tests/mutate/run $(FAULTS)

$(BUILD)/nodehop: $(OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# The same program with the benchmarks that lie, hang and crash.
$(BUILD)/nodehop-test: $(OBJECTS) $(TEST_BENCHMARKS)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# The plugin's code, with the test in QEMU's place.
$(BUILD)/tests/unit/plugin_events: $(BUILD)/harness/lab/plugin/events.o
$(BUILD)/tests/unit/plugin: $(addprefix $(BUILD)/harness/lab/plugin/, annotate.o events.o guest.o names.o stacks.o tree.o window.o)

# What the kernel says of counting is the test's to say.
$(BUILD)/tests/unit/counters: LDFLAGS += -Wl,--wrap=sysfile_read,--wrap=syscall,--wrap=access,--wrap=geteuid
$(BUILD)/tests/unit/folios: LDFLAGS += -Wl,--wrap=open,--wrap=close,--wrap=pread,--wrap=fopen
$(BUILD)/tests/unit/settings: LDFLAGS += -Wl,--wrap=sysfile_read_u64
$(BUILD)/tests/unit/churn: LDFLAGS += -Wl,--wrap=mmap,--wrap=munmap
$(BUILD)/tests/unit/fingerprint: LDFLAGS += -Wl,--wrap=sysfile_text,--wrap=sysconf
$(BUILD)/tests/unit/confinement: LDFLAGS += -Wl,--wrap=sysfile_read,--wrap=sysfile_read_u64
$(BUILD)/tests/unit/idle: LDFLAGS += -Wl,--wrap=open
$(BUILD)/tests/unit/sampler: LDFLAGS += -Wl,--wrap=syscall,--wrap=ioctl
$(BUILD)/tests/unit/tracing: LDFLAGS += -Wl,--wrap=knob_file_write
$(BUILD)/tests/unit/contamination: LDFLAGS += -Wl,--wrap=vmstat_read
$(BUILD)/tests/unit/load: LDFLAGS += -Wl,--wrap=pread
$(BUILD)/tests/unit/file: LDFLAGS += -Wl,--wrap=fsync,--wrap=fdatasync,--wrap=rename,--wrap=renameat,--wrap=renameat2

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIB_OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

# Without FUZZER a driver reads the files on its command line; with it, it is libFuzzer's.
$(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/drivers/%.o $(BUILD)/tests/fuzz/fuzz.o $(BUILD)/tests/fuzz/replay.o $(LIB_OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $(if $(FUZZER),-fsanitize=fuzzer) -o $@ $(if $(FUZZER),$(filter-out %/replay.o,$^),$^) $(LIBS)

$(BUILD)/tests/tools/%: tests/tools/%.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O2 -Wall -Wextra -D_GNU_SOURCE -o $@ $< -lnuma

$(BUILD)/%.o: %.c Makefile $(BUILD)/flags | $(BUILD)/commit.h
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Which code this is, and how it is compiled; touched only when that changed, so that nothing is built for nothing.
keep = cmp -s $@.draft $@ && rm $@.draft || mv $@.draft $@
$(BUILD)/commit.h: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)printf '#define NODEHOP_COMMIT "%s"\n#define NODEHOP_CFLAGS "%s"\n' '$(COMMIT)' '$(CFLAGS)' >$@.draft
	$(Q)$(keep)
$(BUILD)/flags: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(CC) $(subst ','\'',$(ALL_CFLAGS))' >$@.draft
	$(Q)$(keep)

.PHONY: FORCE
FORCE:

# The lab's guest: a static init (it mounts, then runs the harness), and the harness with its libraries.
$(BUILD)/lab/init: harness/lab/guest/init.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O2 -Wall -Wextra -D_GNU_SOURCE -static -o $@ $<

$(BUILD)/lab/image.cpio: $(BUILD)/nodehop $(BUILD)/lab/init harness/lab/make-image
	$(call say,IMAGE,$@)
	$(Q)harness/lab/make-image $@ $(BUILD)/lab/init $(BUILD)/nodehop

# QEMU's plugin that reports which functions a counted boot's instructions are in. QEMU brings the functions it calls.
$(BUILD)/lab/functions.so: $(PLUGIN) $(wildcard harness/lab/plugin/*.h) harness/instruments/window.h harness/functions/calltree.h \
		harness/functions/annotation.h
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O2 -g -Wall -Wextra -Wshadow $(if $(CI),-Werror) -D_GNU_SOURCE -Iharness -fPIC -fvisibility=hidden -shared \
		-o $@ $(PLUGIN)

report:
	$(Q)test -n "$(RUN)" || { echo 'make report: say which run, like make report RUN=results/runs/latest'; exit 2; }
	$(Q)$(BUILD)/nodehop report $(RUN) $(BASE) $(if $(VARIANT),--variant $(VARIANT))

gate: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)PYTHON="$(PYTHON)" $(DIES_WITH_US) ci/gate $(GATE_ARGS)

lint: deps
	$(Q)ci/lint

lint-full: deps
	$(Q)$(MAKE) --no-print-directory $(BUILD)/commit.h
	$(Q)ci/lint shell types format python words tidy

fmt:
	$(Q)ci/lint --fix

install: all
	install -D $(BUILD)/nodehop $(DESTDIR)$(PREFIX)/bin/nodehop
	install -D -m 644 $(BUILD)/lab/image.cpio $(DESTDIR)$(PREFIX)/lib/nodehop/image.cpio
	install -m 644 $(BUILD)/lab/image.cpio.symbols $(DESTDIR)$(PREFIX)/lib/nodehop/image.cpio.symbols
	install -m 644 $(BUILD)/lab/functions.so $(DESTDIR)$(PREFIX)/lib/nodehop/functions.so
	install -d $(DESTDIR)$(PREFIX)/share/nodehop/topologies $(DESTDIR)$(PREFIX)/share/nodehop/reports
	install -m 644 topologies/*.topo $(DESTDIR)$(PREFIX)/share/nodehop/topologies
	install -m 644 harness/lab/kernels.ini $(DESTDIR)$(PREFIX)/share/nodehop/kernels.ini
	install -m 644 harness/functions/kinds.csv $(DESTDIR)$(PREFIX)/share/nodehop/kinds.csv
	install -m 644 ci/gate.ini $(DESTDIR)$(PREFIX)/share/nodehop/gate.ini
	cp -r reports/. $(DESTDIR)$(PREFIX)/share/nodehop/reports
	install -D -m 644 man/nodehop.1 $(DESTDIR)$(PREFIX)/share/man/man1/nodehop.1

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(PLUGIN:%.c=$(BUILD)/%.d) $(TEST_BENCHMARKS:.o=.d) $(UNIT_TESTS:=.d) $(wildcard $(BUILD)/tests/fuzz/*.d $(BUILD)/tests/fuzz/drivers/*.d)
