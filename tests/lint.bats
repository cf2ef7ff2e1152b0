#!/usr/bin/env bats
# lint.bats - each check of `make lint` can fail: one planted fault a test, in a copy of the tree.

setup_file() {
    load lib
    mkdir "$BATS_FILE_TMPDIR/tree"
    (cd "$TOP" && git ls-files -z --cached --others --exclude-standard |
        while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
        xargs -0 cp -a --parents -t "$BATS_FILE_TMPDIR/tree")
    mkdir "$BATS_FILE_TMPDIR/tree/build"
    ln -s "$TOP/build/tools" "$BATS_FILE_TMPDIR/tree/build/tools"
    cp -a "$TOP/build/gen" "$TOP/build/bin" "$BATS_FILE_TMPDIR/tree/build"
}

setup() {
    load lib
    cp -a "$BATS_FILE_TMPDIR/tree" "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR/tree" || exit
    unset MAKEFLAGS MAKELEVEL
}

# finds FAULT COMMAND...: it fails, and what it prints matches FAULT.
finds() {
    local fault=$1 status=0
    shift
    "$@" >"$BATS_TEST_TMPDIR/found" 2>&1 || status=$?
    if [ "$status" = 0 ] || ! grep -qE -e "$fault" "$BATS_TEST_TMPDIR/found"; then
        echo "status $status, and nothing like: $fault"
        tail -n 30 "$BATS_TEST_TMPDIR/found"
        return 1
    fi
}

# fault_c FILE: a C file that is faultless but for what is on stdin.
fault_c() {
    {
        printf '/* %s - a planted fault. */\n' "${1##*/}"
        cat
    } >"$1"
}

blank_lines() {
    head -c "$1" /dev/zero | tr '\0' '\n'
}

@test "the compiler refuses a banned function" {
    fault_c lib/base/fault.c <<'END'
void cog_fault(char *to, const char *from);
void cog_fault(char *to, const char *from)
{
    strcpy(to, from);
}
END
    finds 'sorry_strcpy_is_a_banned_function' make build/lib/base/fault.o
}

@test "lint-format: a line that clang-format would write otherwise" {
    fault_c lib/base/fault.c <<'END'
extern   int cog_fault;
END
    finds 'lib/base/fault.c:2:7: error: code should be clang-formatted' make lint-format
}

@test "lint-tidy: a null pointer followed" {
    fault_c lib/base/fault.c <<'END'
int cog_fault(const int *p);
int cog_fault(const int *p)
{
    return p ? 0 : *p;
}
END
    finds 'lib/base/fault.c:5.*Dereference of null pointer' make lint-tidy TIDIED=lib/base/fault.c
}

@test "lint-shell: a script, a bats file and the bash that they share" {
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nrm $1\n' >scripts/fault
    finds 'In scripts/fault line 2' make lint-shell
    rm scripts/fault
    # shellcheck disable=SC2016
    printf '@test "fault" {\n    rm $1\n}\n' >tests/fault.bats
    finds 'In tests/fault.bats line 2' make lint-shell
    rm tests/fault.bats
    # shellcheck disable=SC2016
    printf 'rm $1\n' >tests/fault.bash
    finds 'In tests/fault.bash line 1' make lint-shell
}

@test "lint-ruff: ruff's rules, in the packages and in scripts" {
    printf '"""A fault."""\n\nimport os\n' >python/cog/fault.py
    finds 'python/cog/fault.py:3' make lint-ruff
    rm python/cog/fault.py
    printf '#!/usr/bin/env python3\n"""A fault."""\n\nimport os\n' >scripts/fault
    finds 'scripts/fault:4' make lint-ruff
}

@test "lint-ruff: ruff's format" {
    printf '"""A fault."""\n\nfault  =  1\n' >python/cog/fault.py
    finds 'would be reformatted' make lint-ruff
}

@test "lint-mypy: a wrong type, in the packages and in scripts" {
    printf '"""A fault."""\n\nfault: int = "text"\n' >python/cog/fault.py
    finds 'python/cog/fault.py:3: error: Incompatible types' make lint-mypy
    rm python/cog/fault.py
    printf '#!/usr/bin/env python3\n"""A fault."""\n\nfault: int = "text"\n' >scripts/fault
    finds 'scripts/fault:4: error: Incompatible types' make lint-mypy
}

@test "lint-layers: includes upwards, sideways and of what belongs to others" {
    fault_c lib/yaml/fault.c <<'END'
#include "model/config.h"
#include "pep/version.h"
#include <curl/curl.h>
#include <nghttp2/nghttp2.h>
#include "llb.pb-c.h"
#include "nowhere/else.h"
END
    fault_c lib/base/fault.c <<'END'
#include <yaml.h>
END
    finds 'lib/yaml/fault.c:2: yaml may not include model' make lint-layers
    finds 'lib/yaml/fault.c:3: yaml may not include pep' make lint-layers
    finds 'lib/yaml/fault.c:4: curl/curl.h belongs to http' make lint-layers
    finds 'lib/yaml/fault.c:5: nghttp2/nghttp2.h belongs to grpc, session' make lint-layers
    finds 'lib/yaml/fault.c:6: llb.pb-c.h belongs to llb' make lint-layers
    finds 'lib/yaml/fault.c:7: "nowhere/else.h" names no layer' make lint-layers
    finds 'lib/base/fault.c:2: yaml.h belongs to yaml' make lint-layers
}

@test "lint-layers: what does not belong at the top level" {
    touch default.profraw
    finds '^default.profraw: does not belong at the top level' make lint-layers
}

@test "lint-layers: functions in the wrong place, but not their names in text" {
    fault_c lib/yaml/fault.c <<'END'
/* exit(1) and getenv("A") are only named here, as is stderr. */
static const char *const names[] = {"exit(1)", "stderr"};
exit(1);
_exit(1);
getenv("A");
fputs("", stderr);
END
    finds 'lib/yaml/fault.c:4: exit\( belongs to' make lint-layers
    finds 'lib/yaml/fault.c:6: getenv\( belongs to' make lint-layers
    finds 'lib/yaml/fault.c:7: stderr belongs to' make lint-layers
    if grep -E 'fault.c:[2358]:' "$BATS_TEST_TMPDIR/found"; then return 1; fi
}

@test "lint-sizes: a long file, a long program, a long function" {
    blank_lines 600 | fault_c lib/base/fault.c
    finds 'lib/base/fault.c: 601 lines, the limit is 600' make lint-sizes
    blank_lines 150 | fault_c cmd/fault.c
    finds 'cmd/fault.c: 151 lines, the limit is 150' make lint-sizes
    { printf 'void cog_fault(void)\n{\n'; blank_lines 58; echo '}'; } | fault_c lib/base/long.c
    finds 'lib/base/long.c:cog_fault: 61 lines, the limit is 60' make lint-sizes
    rm lib/base/fault.c lib/base/long.c cmd/fault.c
}

@test "lint-names: two of a name, what nothing uses, a circle of files" {
    cp -a "$TOP/build/lib" "$TOP/build/cmd" build
    fault_c lib/base/one.c <<'END'
struct cog_diags {
    int fault;
};
void cog_fault_one(void);
void cog_fault_two(void);
char *cog_strdup(void);
char *cog_strdup(void)
{
    return 0;
}
void cog_fault_one(void)
{
    cog_fault_two();
}
END
    fault_c lib/base/two.c <<'END'
void cog_fault_one(void);
void cog_fault_two(void);
void cog_fault_lonely(void) {}
void cog_fault_two(void)
{
    cog_fault_one();
    cog_fault_lonely();
}
END
    for name in one two; do gcc -c -o build/lib/base/$name.o lib/base/$name.c; done
    finds 'one.c: cog_strdup is defined in lib/base/alloc.c, too' scripts/check-names
    finds 'one.c: cog_diags is a tag of lib/base/diag.h, too' scripts/check-names
    finds 'two.c: cog_fault_lonely is used in this file alone' scripts/check-names
    finds 'a circle of files: lib/base/one.c, lib/base/two.c' scripts/check-names
    sed -i 's/    cog_fault_lonely();//' lib/base/two.c
    finds 'two.c: nothing uses cog_fault_lonely, or only tests' scripts/check-names
}

@test "lint-docs: options of a page that are not those of --help" {
    printf '.Bl -tag -width Ds\n.It Fl Fl fault\nA fault.\n.El\n' >>man/cog-config.1
    finds 'man/cog-config.1: --fault: not in --help' scripts/check-docs
    printf '#!/bin/sh\necho "Usage: cog-plan"\necho "  -z, --zeal  a fault"\n' >build/bin/cog-plan
    finds 'man/cog-plan.1: --zeal: in --help but no item' scripts/check-docs
    finds 'man/cog-plan.1: --zeal: not in SYNOPSIS' scripts/check-docs
    finds 'man/cog-plan.1: --help: not in --help' scripts/check-docs
}

@test "lint-docs: a diagnostic without a page or a test" {
    local area=fault # this file is one of the tests that are searched
    fault_c lib/base/fault.c <<END
int f(struct cog_diags *diags) { return cog_report(diags, COG_ERROR, at("a", 1),
                                                   "$area.one", "text: %s", text(")")); }
static int fail(struct cog_diags *diags, const char *code) { return fails(diags, code); }
int g(struct cog_diags *diags) { return fail(diags, diags->json ? "$area.two" : "$area.three"); }
END
    for number in one two three; do
        finds "lib/base/fault.c: $area.$number is in no page" scripts/check-docs
        finds "lib/base/fault.c: $area.$number is in no test" scripts/check-docs
    done
}

@test "lint-docs: a page without a program, a program without a page" {
    mv man/cog-config.1 man/cog-fault.1
    finds 'man/cog-fault.1: the program does not exist' scripts/check-docs
    finds 'cog-config: has no page' scripts/check-docs
}

@test "lint-docs: a page without a subject, with a macro in a heading, without a key" {
    sed -i '/^\.Sh DESCRIPTION/{n;d}' man/cog-config.1
    sed -i 's/^\.Ss The image/.Ss In the image/' man/cog-design.7
    sed -i 's/system_packages/other_packages/' man/cog.yaml.5
    echo '.Dl {"lost": 1}' >>man/cog-detect.1
    finds 'man/cog-config.1: DESCRIPTION does not begin with .Nm' scripts/check-docs
    finds 'man/cog-design.7: the heading "In the image" begins with a macro' scripts/check-docs
    finds 'man/cog-detect.1: .Dl .* for the quotation marks' scripts/check-docs
    finds 'man/cog.yaml.5: says nothing of the key system_packages' scripts/check-docs
}

@test "lint-docs: README shows what is not there" {
    # shellcheck disable=SC2016
    printf '```sh\nmake fault\ncog faultily\ncog-config x | cog-fault\n```\nSee `lib/fault`.\n' >>README.md
    finds 'README.md: make fault: no such target' scripts/check-docs
    finds 'README.md: cog faultily: no such command' scripts/check-docs
    finds 'README.md: cog-fault: no such program or page' scripts/check-docs
    finds 'README.md: lib/fault: no such file' scripts/check-docs
}

@test "lint-pages: a page that mandoc warns of" {
    echo '.Xyz fault' >>man/cog-config.1
    finds 'man/cog-config.1:[0-9:]* ERROR: skipping unknown macro' make lint-pages
}

@test "a benchmark tells its parts where it is asked for another" {
    for bench in bench bench-packages; do
        run -2 "$TOP/tests/$bench" none
        [[ $output == *"tests/$bench [PART...]"* ]]
    done
}

@test "bench-compare tells what has become worse, by the ratio where there is one" {
    bats_require_minimum_version 1.5.0
    printf '%s\n' '{"what": "build", "cog": 100, "reference": 100, "unit": "ms"}' '{"what": "memory", "cog": 10, "unit": "MiB"}' >old
    printf '%s\n' '{"what": "build", "cog": 200, "reference": 195, "unit": "ms"}' '{"what": "memory", "cog": 10.5, "unit": "MiB"}' >same
    printf '%s\n' '{"what": "build", "cog": 90, "reference": 70, "unit": "ms"}' '{"what": "more", "cog": 1, "unit": "ms"}' >worse
    run -0 "$TOP/tests/bench-compare" old same
    run -1 "$TOP/tests/bench-compare" old worse
    [[ ${lines[1]} =~ ^build\ +1\.00\ +1\.29\ +1\.29x\ worse$ ]]
    [[ ${lines[2]} =~ ^more\ +-\ +1\.00$ && ${lines[3]} =~ ^memory\ +10\.00\ +-$ ]]
    echo nothing >bad
    run -2 "$TOP/tests/bench-compare" old bad
    [[ $output == "bench-compare: bad: "* ]]
    run -2 "$TOP/tests/bench-compare" old
}
