# Makefile - the one build file. `make` builds, `make demo` shows, `make test` proves; see CONTRIBUTING.md.
#
# SAN=1 builds the same tree into build/san with AddressSanitizer and UndefinedBehaviorSanitizer,
# FUZZ=1 into build/fuzz with clang, both sanitizers and libFuzzer's coverage, COVERAGE=1 into build/coverage
# with clang and a count of every line that a fuzzer reaches.

PREFIX ?= /usr/local
DESTDIR ?=
VERSION := $(shell cat VERSION)
B := build$(if $(COVERAGE),/coverage,$(if $(FUZZ),/fuzz,$(if $(SAN),/san)))
TOOLS := build/tools/bin

# The plain build is the one that warns: the checks of the sanitizers mislead gcc.
CC := $(if $(FUZZ)$(COVERAGE),clang,$(CC))
CFLAGS ?= -O2 -g $(if $(SAN)$(FUZZ)$(COVERAGE),,-D_FORTIFY_SOURCE=2)
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wwrite-strings -Wformat=2 -Wvla -Wundef -Wno-missing-field-initializers $(if $(SAN)$(FUZZ)$(COVERAGE),-w,-Werror)
CPPFLAGS += -D_XOPEN_SOURCE=700 -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -DCOG_VERSION='"$(VERSION)"' -Ilib -I$(B)/gen
STD := -std=c17 -fPIE -fstack-protector-strong -ffunction-sections -fdata-sections
SANITIZE := $(if $(SAN)$(FUZZ),-fsanitize=address -fsanitize=undefined -fno-omit-frame-pointer) \
	$(if $(FUZZ),-fsanitize=fuzzer-no-link) $(if $(COVERAGE),-fprofile-instr-generate -fcoverage-mapping)
LDFLAGS += -pie -Wl,--as-needed -Wl,--gc-sections -Wl,-z,relro,-z,now
# Of libcrypto all need SHA-256; to load all of it takes longer than they run (lib/base/openssl.h).
LDLIBS = -lyaml -ljansson -lpcre2-8 -lprotobuf-c -lnghttp2 -l:libcrypto.a -lm

Q := $(if $(V),,@)

SOURCES := $(wildcard lib/*/*.c)
PROTOS := $(wildcard schemas/*.proto)
SCHEMAS := $(wildcard schemas/*.json)
PROGRAMS := $(patsubst cmd/%.c,%,$(wildcard cmd/*.c))
NETWORKED := cog-cache cog-exec cog-login cog-resolve cog-submit cog-predict cog-pull
SCRIPTS := $(filter-out %.c %.h cmd/porcelain,$(wildcard cmd/*))
PORCELAIN := $(patsubst cmd/%,build/share/cog/%,$(wildcard cmd/porcelain/*.sh))
PAGES := $(wildcard man/*.[1-8])
PB := $(PROTOS:schemas/%.proto=$(B)/gen/%.pb-c.c)
TABLES := $(sort $(wildcard lib/versions/data/*.tsv))
OBJECTS := $(SOURCES:%.c=$(B)/%.o) $(PB:.c=.o) $(B)/gen/schemas.o $(B)/gen/tables.o
UNITS := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*.c))
ORACLES := $(patsubst tests/oracle/%.c,$(B)/oracle/%,$(wildcard tests/oracle/*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
BINARIES := $(PROGRAMS:%=$(B)/bin/%)
WHEELS := build/share/cog/wheels
SDK := build/share/cog/python
SHEBANG = $(shell grep -lsE '^\#!.*[/ ]$(1)' cmd/* scripts/* tests/* tests/oracle/* python/* .ci/run)

LINTS := $(addprefix lint-,format tidy shell ruff mypy layers sizes names docs pages)

.PHONY: all html units oracles fuzzers fuzz fuzz-coverage sanitized wheels install uninstall dist deb static setup demo check check-browser test corpus bench format clean lint $(LINTS)
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BINARIES) $(SCRIPTS:cmd/%=$(B)/bin/%) $(PORCELAIN) $(if $(SAN),$(B)/share)

$(B)/bin/%: $(B)/cmd/%.o $(B)/libcog.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(SCRIPTS:cmd/%=$(B)/bin/%): $(B)/bin/%: cmd/%
	@mkdir -p $(@D)
	$(Q)sed 's/@VERSION@/$(VERSION)/' $< > $@ && chmod 755 $@

$(PORCELAIN): build/share/cog/%: cmd/%
	@mkdir -p $(@D)
	$(Q)cp $< $@

$(B)/libcog.a: $(OBJECTS)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(B)/share:
	ln -sfn ../share $@

# Generated headers exist before anything that may include them is compiled.
$(B)/%.o: %.c VERSION | $(PB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(STD) $(CPPFLAGS) $(CFLAGS) $(SANITIZE) $(WARN) -include lib/base/banned.h -MMD -MP -c -o $@ $<

$(B)/gen/%.o: $(B)/gen/%.c
	$(Q)$(CC) $(STD) $(CPPFLAGS) $(CFLAGS) $(SANITIZE) -c -o $@ $<

$(B)/gen/%.pb-c.c: schemas/%.proto
	@mkdir -p $(@D)
	$(Q)protoc-c --c_out=$(@D) -Ischemas $<

# Made together with the source, so that what includes it is compiled again in the same run.
$(PB:.c=.h): %.h: %.c ;

# The JSON Schemas, compiled, so that a program needs neither a file nor time to check a document.
$(B)/gen/schemas.c: $(B)/gen/schema-tables $(SCHEMAS)
	$(Q)$< $(SCHEMAS) > $@

$(B)/gen/schema-tables: $(B)/scripts/schema-tables.o $(filter-out %/schema/schema.o,$(filter $(B)/lib/base/% $(B)/lib/schema/%,$(OBJECTS)))
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The tables of versions, as texts, sorted by name as enum cog_table_name is.
$(B)/gen/tables.c: $(TABLES)
	@mkdir -p $(@D)
	$(Q){ echo '#include "versions/tables.h"' && echo 'const char *const cog_table_texts[] = {' && \
		sed -s 's/.*/"&\\n"/; $$s/$$/,/' $^ && echo '};'; } > $@

-include $(wildcard $(B)/lib/*/*.d $(B)/cmd/*.d $(B)/scripts/*.d $(B)/tests/*/*.d)

units: $(UNITS)

$(B)/unit/%: $(B)/tests/unit/%.o $(B)/libcog.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

# Programs through which tests/oracle/NAME compares our readers with other implementations.
oracles: $(ORACLES)

$(B)/oracle/%: $(B)/tests/oracle/%.o $(B)/libcog.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Fuzzers of what reads foreign bytes; tests/fuzz/NAME/ is the corpus of tests/fuzz/NAME.c.
fuzzers:
	$(Q)$(MAKE) FUZZ=1 $(FUZZERS:%=build/fuzz/fuzz/%)

# How many lines of each reader the committed inputs reach.
fuzz-coverage: export LLVM_PROFILE_FILE := $(CURDIR)/build/coverage/make.profraw
fuzz-coverage:
	$(Q)$(MAKE) COVERAGE=1 $(FUZZERS:%=build/coverage/fuzz/%)
	$(Q)scripts/fuzz-coverage

$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(B)/libcog.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LDLIBS)

# make fuzz SECONDS=600 NAME=yaml: what is found is left in build/fuzz/found/.
SECONDS ?= 60
NAME ?= $(FUZZERS)
fuzz: fuzzers
	$(Q)mkdir -p build/fuzz/found $(NAME:%=build/fuzz/corpus/%)
	$(Q)for n in $(NAME); do build/fuzz/fuzz/$$n -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=1024 \
		-artifact_prefix=build/fuzz/found/$$n- build/fuzz/corpus/$$n $$(ls -d tests/fuzz/$$n/ 2>/dev/null) || exit 1; done

# Makes single allocations fail, for tests/allocation.
build/nomem.so: tests/nomem.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(STD) $(CPPFLAGS) $(CFLAGS) $(WARN) -shared -fPIC -o $@ $<

sanitized:
	$(Q)$(MAKE) SAN=1 all units

# The wheels of the SDK and the server, made again when their sources or VERSION change, and the SDK unpacked
# for cog itself: compiled, with the digest of the source in each file, so that Python uses none that is stale.
wheels: build/wheels.made

build/wheels.made: python/build-wheels VERSION $(shell find python/cog python/cog_server python/cog_install -name '*.py' -o -name '*.txt' -o -name '*.html' -o -name '*.toml' -o -name '*.typed' -o -name '*.lock')
	@rm -rf $(WHEELS) && mkdir -p $(WHEELS)
	$(Q)PATH="$(CURDIR)/$(TOOLS):$$PATH" python/build-wheels $(WHEELS)
	@rm -rf $(SDK) && mkdir -p $(SDK)
	$(Q)python3 -m zipfile -e $(WHEELS)/cog-*.whl $(SDK) && rm -r $(SDK)/*.dist-info
	$(Q)cd $(SDK) && python3 -m compileall -q --invalidation-mode checked-hash .
	@touch $@

SHARE = $(DESTDIR)$(PREFIX)/share

install: all wheels
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/cog/schemas $(SHARE)/cog/porcelain
	install $(BINARIES) $(SCRIPTS:cmd/%=$(B)/bin/%) $(DESTDIR)$(PREFIX)/bin
	rm -rf $(SHARE)/cog/wheels && cp -R $(WHEELS) $(SHARE)/cog/wheels
	rm -rf $(SHARE)/cog/python && cp -R $(SDK) $(SHARE)/cog/python
	install -m 644 $(SCHEMAS) $(SHARE)/cog/schemas
	install -m 644 $(PORCELAIN) $(SHARE)/cog/porcelain
	for page in $(PAGES); do install -D -m 644 -t $(SHARE)/man/man$${page##*.} $$page; done

uninstall:
	cd $(DESTDIR)$(PREFIX)/bin && rm -f $(PROGRAMS) $(SCRIPTS:cmd/%=%)
	rm -rf $(SHARE)/cog
	for page in $(PAGES:man/%=%); do rm -f $(SHARE)/man/man$${page##*.}/$$page; done

# The source archive of the last commit, the same bytes every time.
DIST := build/cog-$(VERSION).tar.gz
dist:
	@mkdir -p build
	$(Q)git archive --format=tar --prefix=cog-$(VERSION)/ HEAD >$(DIST:.gz=)
	$(Q)gzip -9nf $(DIST:.gz=)

# build/cog-ml_VERSION_ARCH.deb
deb: dist wheels
	$(Q)scripts/deb $(DIST) build

# build/cog-VERSION-linux-ARCH.tar.gz, which needs nothing of a machine but a kernel and a shell.
STATIC := $(filter-out $(NETWORKED),$(PROGRAMS))
static: all wheels $(STATIC:%=build/static/bin/%)
	$(Q)scripts/portable build

build/static/bin/%: build/cmd/%.o build/libcog.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -static-pie -o $@ $^ -lyaml -ljansson -lpcre2-8 -lprotobuf-c -l:libcrypto.a -lm

# What a Debian 12 machine lacks; needs root if anything is missing.
setup:
	$(Q)scripts/setup

demo: setup
	$(Q)$(MAKE) all wheels
	$(Q)scripts/engine run sh -c 'scripts/base-image --python 3.13 && tests/demo'

# Without an engine. `tests/run LEG` runs one leg of it.
check: all units oracles sanitized fuzzers build/nomem.so wheels
	$(Q)tests/run check

test: setup
	$(Q)$(MAKE) all units oracles sanitized fuzzers build/nomem.so wheels
	@rm -rf build/tap
	$(Q)status=0; tests/run check || status=1; \
	scripts/engine run sh -c 'scripts/base-image --python 3.13 && scripts/base-image --python 3.11 && \
		tests/run engine' || status=1; exit $$status

# The page of /docs in a real browser, which takes a minute to install.
check-browser:
	$(Q)scripts/setup browser
	$(Q)tests/run browser

# Every project below a folder, planned: make corpus DIR=FOLDER [BUILD=1]; see cog-migration(7).
corpus: all wheels
	$(Q)scripts/corpus $(if $(BUILD),--build) $(or $(DIR),$(error say which folder: make corpus DIR=FOLDER))

# JSON=FILE: the rows also go there, an object a line, for tests/bench-compare.
bench: export COG_BENCH_JSON := $(if $(JSON),$(abspath $(JSON)))
bench: all wheels
	@rm -f $(JSON)
	$(Q)scripts/engine run sh -c 'scripts/base-image --python 3.13 && tests/bench && tests/bench-packages'
	$(Q)tests/bench-server

LINTED := $(wildcard lib/*/*.[ch] cmd/*.[ch] scripts/*.c tests/*.c tests/unit/*.[ch] tests/oracle/*.[ch] tests/fuzz/*.[ch])
TIDIED := $(wildcard lib/*/*.c cmd/*.c)

lint: $(LINTS)

lint-format:
	$(Q)clang-format --dry-run -Werror $(LINTED)

lint-tidy: build/tidied

# An object is newer than its headers, so only what changed since the last clean run is looked at.
build/tidied: $(TIDIED:%.c=build/%.o) .clang-tidy
	$(Q)printf '%s\n' $(patsubst build/%.o,%.c,$(filter %.o,$(if $(filter .clang-tidy,$?),$^,$?))) | \
	xargs -P 2 -I @@ clang-tidy --quiet @@ -- $(STD) $(CPPFLAGS) -include lib/base/banned.h \
		2>build/tidy.log || { grep -v ' generated\.$$' build/tidy.log; false; }
	@touch $@

lint-shell:
	$(Q)shellcheck -x -a $(call SHEBANG,(ba)?sh)
	$(Q)shellcheck -s bats -e SC2030,SC2031 $(wildcard tests/*.bats tests/*.bash)

PYTHONS = $(call SHEBANG,python3)
RUFF = $(TOOLS)/ruff $(1) --cache-dir build/ruff

lint-ruff:
	$(Q)$(call RUFF,check) python
	$(Q)$(call RUFF,check) --config python/pyproject.toml --extend-per-file-ignores '*:D' $(PYTHONS)
	$(Q)$(call RUFF,format) --check python
	$(Q)$(call RUFF,format) --check --config python/pyproject.toml $(PYTHONS)

lint-mypy:
	$(Q)$(TOOLS)/mypy --cache-dir build/mypy --config-file python/pyproject.toml python/cog python/cog_server python/cog_install
	$(Q)MYPYPATH=python:tests $(TOOLS)/mypy --cache-dir build/mypy --strict --scripts-are-modules --explicit-package-bases $(PYTHONS)

lint-layers lint-sizes lint-names: lint-%: scripts/check-%
	$(Q)$<

lint-names: all # whose objects it reads

lint-docs: all
	$(Q)scripts/check-docs

lint-pages:
	$(Q)mandoc -Tlint -W warning $(or $(PAGES),/no/pages)

# The pages for a browser, with links to each other, and none to those of others.
html: $(PAGES)
	@rm -rf build/html && mkdir -p build/html
	$(Q)for page in $^; do mandoc -T html -O toc,style=pages.css,man=%N.%S.html $$page | \
		sed -E 's,<a class="Xr" href="([^c]|c[^o]|co[^g])[^"]*">([^<]*)</a>,\2,g' > build/html/$${page##*/}.html || exit 1; done
	$(Q)cp build/html/cog.7.html build/html/index.html && cp man/pages.css build/html

format:
	clang-format -i $(LINTED)
	$(call RUFF,format) python
	$(call RUFF,format) --config python/pyproject.toml $(PYTHONS)

# Keeps what took a download: the tools, BuildKit and the engine's images.
clean:
	rm -rf $(filter-out build/tools build/buildkit build/engine%,$(wildcard build/*))
