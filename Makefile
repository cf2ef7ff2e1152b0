# Makefile - the one build file. `make` builds, `make demo` shows, `make test` proves; see CONTRIBUTING.md.
#
# SAN=1 builds the same tree into build/san with AddressSanitizer and UndefinedBehaviorSanitizer.

PREFIX ?= /usr/local
DESTDIR ?=
VERSION := $(shell cat VERSION)
B := build$(if $(SAN),/san)
TOOLS := build/tools/bin

CC ?= cc
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wwrite-strings -Wformat=2 -Wvla -Wundef -Werror
CPPFLAGS += -D_POSIX_C_SOURCE=200809L -DCOG_VERSION='"$(VERSION)"' -Ilib -I$(B)/gen
STD := -std=c17 -fstack-protector-strong -ffunction-sections -fdata-sections
SANITIZE := $(if $(SAN),-fsanitize=address -fsanitize=undefined -fno-omit-frame-pointer)
LDFLAGS += -Wl,--as-needed -Wl,--gc-sections -Wl,-z,relro,-z,now
LDLIBS := -lyaml -ljansson -lprotobuf-c -lcurl -lnghttp2 -lcrypto

Q := $(if $(V),,@)

SOURCES := $(wildcard lib/*/*.c)
PROTOS := $(wildcard schemas/*.proto)
SCHEMAS := $(wildcard schemas/*.json)
PROGRAMS := $(patsubst cmd/%.c,%,$(wildcard cmd/*.c))
SCRIPTS := $(filter-out %.c,$(wildcard cmd/*))
PAGES := $(wildcard man/*.[1-8])
PB := $(PROTOS:schemas/%.proto=$(B)/gen/%.pb-c.c)
OBJECTS := $(SOURCES:%.c=$(B)/%.o) $(PB:.c=.o) $(B)/gen/schemas.o
UNITS := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*.c))
BINARIES := $(PROGRAMS:%=$(B)/bin/%)

.PHONY: all clean wheels install uninstall demo check test bench lint format units
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BINARIES) $(SCRIPTS:cmd/%=$(B)/bin/%) $(if $(SAN),$(B)/share)

$(B)/bin/%: $(B)/cmd/%.o $(B)/libcog.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(SCRIPTS:cmd/%=$(B)/bin/%): $(B)/bin/%: cmd/%
	@mkdir -p $(@D)
	$(Q)sed 's/@VERSION@/$(VERSION)/' $< > $@ && chmod 755 $@

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

# The JSON Schemas as C strings, so that a program needs no file to check a document.
$(B)/gen/schemas.c: $(SCHEMAS) Makefile
	@mkdir -p $(@D)
	@{ echo '#include "schema/schema.h"'; \
	   echo 'const struct cog_schema_file cog_schema_files[] = {'; \
	   for f in $(SCHEMAS); do echo "{\"$$(basename $$f)\","; sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' $$f; echo '},'; done; \
	   echo '{0}};'; } > $@

-include $(wildcard $(B)/lib/*/*.d $(B)/cmd/*.d $(B)/unit/*.d)

clean:
	rm -rf build/lib build/cmd build/gen build/bin build/unit build/san build/libcog.a build/share
