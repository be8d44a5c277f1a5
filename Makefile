# onset: build, test, measure. `make help` lists the targets.
#
# Objects live in build/<config>/ so that sanitizer and release objects never mix. CFLAGS of yours are added behind
# ours. DEVELOPER=1 turns warnings into errors. HAVE_X=1 demands a library, HAVE_X=0 leaves it out.

CONFIG   ?= release
BUILD    := build/$(CONFIG)
CC       ?= gcc
PKG      ?= pkg-config
PREFIX   ?= /usr/local

WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wundef -Wvla
OPT.release := -O3 -g
OPT.debug   := -O0 -g3
OPT.asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPT.tsan    := -O1 -g -fsanitize=thread
OPT.fuzz    := -O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined
OPT.static  := -O3 -ffunction-sections -fdata-sections -ffile-prefix-map=$(CURDIR)=. -fPIE
OPT      := $(OPT.$(CONFIG))
ifeq ($(DEVELOPER),1)
WARN     += -Werror
endif

# Libraries. Required: zstd, PCRE2, libyaml, xxHash (header only), zlib. Optional: ISA-L (gzip several times faster),
# libarchive (tar, zip and 7z archives; xz, bzip2 and lz4), libsystemd (.journal files),
# SQLite (baselines that are learnt).
REQUIRED := libzstd libpcre2-8 yaml-0.1 zlib
# A static program takes the libraries that distributions have archives of: not ISA-L, not libsystemd.
ifeq ($(CONFIG),static)
HAVE_ISAL    := 0
HAVE_SYSTEMD := 0
PKG_STATIC   := --static
LDFLAGS      += -static-pie -Wl,--gc-sections,-z,noseparate-code -s
endif
HAVE_ISAL ?= $(shell $(PKG) --exists libisal && echo 1 || echo 0)
ifeq ($(HAVE_ISAL),1)
REQUIRED += libisal
endif
HAVE_ARCHIVE ?= $(shell $(PKG) --exists libarchive && echo 1 || echo 0)
ifeq ($(HAVE_ARCHIVE),1)
REQUIRED += libarchive
endif
HAVE_SYSTEMD ?= $(shell $(PKG) --exists 'libsystemd >= 246' && echo 1 || echo 0)
ifeq ($(HAVE_SYSTEMD),1)
REQUIRED += libsystemd
endif
HAVE_SQLITE ?= $(shell $(PKG) --exists sqlite3 && echo 1 || echo 0)
ifeq ($(HAVE_SQLITE),1)
REQUIRED += sqlite3
endif
# Those of rare inputs are loaded when the first such input comes (src/base/late.h), if the linker finds them as shared
# objects; LATE=0 links them like the others.
LATE ?= 1
ifneq ($(CONFIG),static)
ifeq ($(LATE),1)
soname       = $(if $(filter $(or $(2),lib$(1)),$(REQUIRED)),$(shell readelf -d "$$($(CC) -print-file-name=lib$(1).so)" 2>/dev/null | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p'))
LATE_ARCHIVE := $(call soname,archive)
LATE_SYSTEMD := $(call soname,systemd)
LATE_SQLITE  := $(call soname,sqlite3,sqlite3)
endif
endif
LATE_LIBS   := $(if $(LATE_ARCHIVE),libarchive) $(if $(LATE_SYSTEMD),libsystemd) $(if $(LATE_SQLITE),sqlite3)
LATE_CFLAGS := $(if $(LATE_ARCHIVE),-DLATE_ARCHIVE='"$(LATE_ARCHIVE)"') $(if $(LATE_SYSTEMD),-DLATE_SYSTEMD='"$(LATE_SYSTEMD)"') $(if $(LATE_SQLITE),-DLATE_SQLITE='"$(LATE_SQLITE)"')
LINKED     := $(filter-out $(LATE_LIBS),$(REQUIRED))
LIB_CFLAGS := $(shell $(PKG) --cflags $(REQUIRED)) $(LATE_CFLAGS)
LIB_LIBS   := $(shell $(PKG) $(PKG_STATIC) --libs $(LINKED))
ifneq ($(MAKECMDGOALS),help)
ifeq ($(LIB_LIBS),)
$(error a library is missing: $(REQUIRED) (pkg-config); ./bootstrap installs them)
endif
endif

ALL_CFLAGS  = -std=c17 -D_GNU_SOURCE -DHAVE_ISAL=$(HAVE_ISAL) -DHAVE_ARCHIVE=$(HAVE_ARCHIVE) -DHAVE_SQLITE=$(HAVE_SQLITE) -DHAVE_SYSTEMD=$(HAVE_SYSTEMD) -Iinclude -Isrc $(OPT) $(WARN) $(LIB_CFLAGS) -pthread $(CFLAGS)
ALL_LDFLAGS = $(OPT) -pthread $(LDFLAGS)
ALL_LIBS    = $(LIB_LIBS) $(if $(strip $(LATE_LIBS)),-ldl) -lm

STAGES   := base input record pattern profile analysis report engine
LIB_SRC  := $(foreach s,$(STAGES),$(wildcard src/$(s)/*.c))
CLI_SRC  := $(wildcard src/cli/*.c)
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/%.o) $(BUILD)/rules.o $(BUILD)/wording_weights.o
CLI_OBJ  := $(CLI_SRC:%.c=$(BUILD)/%.o)

.PHONY: all help demo test lint format bench clean install eval test-long lib release
all: build/onset

help: ## print the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/src/pattern/mask_avx2.o: KERNEL_CFLAGS = -O3 -mavx2 -mbmi -mbmi2 -mlzcnt -mpopcnt
$(BUILD)/src/pattern/mask_avx512.o: KERNEL_CFLAGS = -O3 -mgfni -mavx512f -mavx512bw -mavx512vl -mavx512dq -mavx512vbmi -mavx512vbmi2 -mbmi -mbmi2 -mlzcnt -mpopcnt
$(BUILD)/src/pattern/mask_scalar.o: KERNEL_CFLAGS = -O3
$(BUILD)/src/record/marks_avx2.o: KERNEL_CFLAGS = -O3 -fno-tree-slp-vectorize -mavx2 -mbmi -mbmi2 -mlzcnt -mpopcnt -mpclmul
$(BUILD)/src/record/marks_avx512.o: KERNEL_CFLAGS = -O3 -mavx512f -mavx512bw -mavx512vl -mavx512dq -mavx512vbmi -mavx512vbmi2 -mbmi -mbmi2 -mlzcnt -mpopcnt -mpclmul

# The catalogue: rules are checked against their own samples while building, then become a C table.
RULE_YAML := $(sort $(wildcard patterns/*.yaml))
RULE_TOOL := $(BUILD)/rules_to_c
$(RULE_TOOL): src/analysis/rules_to_c/rules_to_c.c $(wildcard src/analysis/rule_*.[ch]) src/base/error.c src/base/arena.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.c,$^) $(ALL_LIBS)
$(BUILD)/rules.c: $(RULE_TOOL) $(RULE_YAML)
	$(RULE_TOOL) $(RULE_YAML) > $@.part
	@mv $@.part $@
# The model of wording: trained while building, in half a second.
WORDING_TSV  := $(sort $(wildcard patterns/wording/*.tsv))
WORDING_TOOL := $(BUILD)/wording_to_c
$(WORDING_TOOL): src/analysis/wording_to_c/wording_to_c.c $(wildcard src/analysis/wording*.[ch])
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< src/analysis/wording_features.c src/base/error.c src/base/arena.c $(ALL_LIBS)
$(BUILD)/wording_weights.c: $(WORDING_TOOL) $(WORDING_TSV)
	$(WORDING_TOOL) $(WORDING_TSV) > $@.part
	@mv $@.part $@
$(BUILD)/rules.o $(BUILD)/wording_weights.o: %.o: %.c
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/libonset.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^
lib: $(BUILD)/libonset.a ## the C library

$(BUILD)/onset: $(CLI_OBJ) $(BUILD)/libonset.a
	$(CC) $(ALL_LDFLAGS) -o $@ $(CLI_OBJ) $(BUILD)/libonset.a $(ALL_LIBS)
build/onset: $(BUILD)/onset FORCE ## the program
	@ln -sf $(CONFIG)/onset $@
FORCE: # a build of another kind may have been the last

# Tests: tests/STAGE/test_X.c are Criterion suites in one program; tests/STAGE/plain_X.c are programs of their own (threads,
# leaks); tests/STAGE/X.sh drive the built program.
TEST_SRC := $(wildcard tests/*/test_*.c)
TEST_OBJ := $(TEST_SRC:%.c=$(BUILD)/%.o)
PLAIN    := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*/plain_*.c))
$(BUILD)/tests/%.o: KERNEL_CFLAGS = -Itests
UNIT_LIBS = $(if $(LATE_ARCHIVE),-larchive) # whose writer makes the archives
$(BUILD)/unit: $(TEST_OBJ) $(BUILD)/libonset.a
	$(CC) $(ALL_LDFLAGS) -o $@ $(TEST_OBJ) $(BUILD)/libonset.a $(ALL_LIBS) $(UNIT_LIBS) -lcriterion
$(PLAIN): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/libonset.a
	$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(BUILD)/libonset.a $(ALL_LIBS) $(if $(LATE_SQLITE),-lsqlite3)

# Fuzz targets: tests/fuzz/fuzz_X.c. Replayed with what is kept of their inputs by plain_replay; `make fuzz` looks for new
# ones, with clang.
FUZZ     := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_OBJ := $(FUZZ:%=$(BUILD)/tests/fuzz/fuzz_%.o)
FUZZ_SECONDS ?= 600
$(BUILD)/tests/fuzz/plain_replay: $(FUZZ_OBJ)
$(BUILD)/tests/fuzz/fuzz_%.o: KERNEL_CFLAGS = -Itests $(if $(filter fuzz,$(CONFIG)),,-DLLVMFuzzerTestOneInput=$(notdir $*))
$(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/libonset.a
	$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(ALL_LIBS)
.PHONY: fuzz fuzz-programs
.SECONDARY: $(FUZZ_OBJ)
fuzz-programs: $(FUZZ:%=$(BUILD)/fuzz_%)
fuzz: ## look for inputs that break a decoder, FUZZ_SECONDS=600 for each of FUZZ="line stamp ..." (needs clang)
	$(MAKE) CONFIG=fuzz CC=clang fuzz-programs
	@for target in $(FUZZ); do \
	    mkdir -p build/fuzz/found/$$target && \
	    build/fuzz/fuzz_$$target -max_total_time=$(FUZZ_SECONDS) -max_len=8192 -timeout=10 -print_final_stats=1 \
	        -artifact_prefix=build/fuzz/found/$$target- build/fuzz/found/$$target tests/fuzz/corpus/$$target \
	        >build/fuzz/$$target.log 2>&1 || { tail -30 build/fuzz/$$target.log; exit 1; }; \
	    echo "$$target: $$(grep -o 'number_of_executed_units: .*' build/fuzz/$$target.log | tr -s ' '), nothing found"; \
	done

test: build/onset $(BUILD)/unit $(PLAIN) ## build and run every test
	tests/run --build $(BUILD)

demo: build/onset ## scan the recorded outage and print the answer
	@corpus/demo build/onset

lint: ## layers, formatting, static checks
	@tests/lint/run

format: ## reformat the C sources
	clang-format -i $$(git ls-files '*.c' '*.h')

eval: build/onset ## how well the recorded outages are answered (needs python3; corpus/eval has options)
	corpus/eval --onset build/onset

test-long: build/onset $(BUILD)/unit ## the long tier: every truth proved, two outages recorded anew and judged (root, ten minutes)
	tests/run --build $(BUILD) --long

bench: build/onset ## speed beside ripgrep, with counts
	bench/scan --onset build/onset

release: ## one static, stripped, reproducible file: build/static/onset
	$(MAKE) CONFIG=static build/static/onset
	@ls -l build/static/onset

install: build/onset $(BUILD)/libonset.a ## into $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(BUILD)/onset $(DESTDIR)$(PREFIX)/bin/onset
	install -m 644 $(BUILD)/libonset.a $(DESTDIR)$(PREFIX)/lib/libonset.a
	install -m 644 include/onset.h $(DESTDIR)$(PREFIX)/include/onset.h
	$(BUILD)/onset --man > $(DESTDIR)$(PREFIX)/share/man/man1/onset.1
	install -m 755 src/fleet/onset-fleet src/fleet/onset-slurm $(DESTDIR)$(PREFIX)/bin/
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/share/doc/onset/fleet
	install -m 644 src/fleet/README.md src/fleet/*.yaml $(DESTDIR)$(PREFIX)/share/doc/onset/fleet/
	sed 's|@PREFIX@|$(PREFIX)|' src/cli/units/onset-learn.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/onset-learn.service
	install -m 644 src/cli/units/onset-learn.timer $(DESTDIR)$(PREFIX)/lib/systemd/system/onset-learn.timer
	sed 's|@PREFIX@|$(PREFIX)|' src/cli/units/onset-learn.cron > $(DESTDIR)$(PREFIX)/share/doc/onset/onset-learn.cron
	printf 'prefix=%s\nName: onset\nDescription: find the line that started an outage\nVersion: 0.1.0\nRequires.private: %s\nLibs: -L$${prefix}/lib -lonset\nLibs.private: -pthread -lm\nCflags: -I$${prefix}/include\n' '$(PREFIX)' '$(LINKED)' > $(DESTDIR)$(PREFIX)/lib/pkgconfig/onset.pc

clean: ## remove build/
	rm -rf build

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(TEST_OBJ:.o=.d) $(PLAIN:=.d) $(FUZZ_OBJ:.o=.d)
