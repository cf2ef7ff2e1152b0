#!/usr/bin/env bats
# runners.bats - tests/run and tests/run-cases notice what fails, crashes, or does not happen.
# shellcheck disable=SC2016 # the programs are scripts in single quotes

setup() {
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir -p tests/cases/prog/name tests/unit build/bin build/unit
    cp "$TOP/tests/run" "$TOP/tests/run-cases" "$TOP/tests/golden.py" tests
    case=tests/cases/prog/name
    unset COG_BIN COG_BLESS
}

# program: what stands for prog, a shell script on stdin.
program() {
    { echo '#!/bin/sh'; cat; } >build/bin/prog
    chmod +x build/bin/prog
}

# unit: what stands for a unit test that prints TAP.
unit() {
    touch tests/unit/one.c
    { echo '#!/bin/sh'; cat; } >build/unit/one
    chmod +x build/unit/one
}

# says FAULT COMMAND...: it fails, and prints FAULT.
says() {
    local fault=$1 status=0
    shift
    "$@" >told 2>&1 || status=$?
    [ "$status" = 1 ] && grep -qF -e "$fault" told && return
    cat told
    return 1
}

@test "cases: what is as expected passes" {
    program <<<'cat; cat file; echo "$NAME $*"'
    mkdir "$case/tree"
    echo in >"$case/in.txt"
    echo file >"$case/tree/file"
    echo NAME=value >"$case/env"
    printf 'one\ntwo words\n' >"$case/args"
    printf 'in\nfile\nvalue one two words\n' >"$case/out.txt"
    tests/run-cases | grep -x 'ok 1 - prog/name'
    tests/run-cases --determinism | grep -x 'ok 1 - prog/name'
}

@test "cases: another stdout, stderr or status is a failure" {
    program <<<'echo out; echo err >&2; exit 0'
    echo out >"$case/out.txt"
    says '+err' tests/run-cases
    echo err >"$case/err.txt"
    tests/run-cases
    echo other >"$case/out.txt"
    says '-other' tests/run-cases
    program <<<'echo out; echo err >&2; exit 1'
    says 'stdout is not empty although' tests/run-cases
}

@test "cases: a sanitizer's report is not a refusal" {
    program <<<'echo refused >&2; exit ${ASAN_OPTIONS#exitcode=}'
    echo refused >"$case/err.txt"
    echo 1 >"$case/status"
    says '+99' tests/run-cases
    COG_BLESS=1 says 'status 99 is no result' tests/run-cases
}

@test "cases: JSON is compared as such, and must be canonical" {
    echo '{"a": 1, "b": [2]}' >"$case/out.json"
    program <<<"echo '{\"a\":1,\"b\":[2]}'"
    tests/run-cases
    program <<<"echo '{\"b\":[2],\"a\":1}'"
    says 'stdout is not canonical JSON' tests/run-cases
    program <<<"echo '{\"a\":1,\"b\":[3]}'"
    says '+  "b": [3]' tests/run-cases
}

@test "cases: blessing writes what the program does" {
    program <<<'echo "{\"b\":[2,3],\"a\":1}"'
    COG_BLESS=1 says 'not canonical' tests/run-cases
    program <<<'echo "{\"a\":1,\"b\":[2,3]}"'
    COG_BLESS=1 tests/run-cases
    printf '{\n  "a": 1,\n  "b": [2, 3]\n}\n' | cmp - "$case/out.json"
    program <<<'echo wrong >&2; exit 1'
    COG_BLESS=1 tests/run-cases
    [ "$(cat "$case/status" "$case/err.txt")" = $'1\nwrong' ]
    [ ! -e "$case/out.json" ]
}

@test "cases: a group, and what its select takes from the document" {
    mkdir -p tests/cases/prog/group
    mv "$case" tests/cases/prog/group/name
    program <<<'echo "{\"a\":1,\"b\":2}"'
    COG_BLESS=1 tests/run-cases
    grep -q '"b": 2' tests/cases/prog/group/name/out.json
    echo '{a}' >tests/cases/prog/group/select
    says '+  "a": 1' tests/run-cases prog/group
    COG_BLESS=1 tests/run-cases prog/group
    program <<<'echo "{\"a\":1,\"b\":3}"'
    tests/run-cases | grep -x 'ok 1 - prog/group/name'
    program <<<'echo "{\"a\":2,\"b\":3}"'
    says '+  "a": 2' tests/run-cases
    program <<<'echo "{\"b\": 3, \"a\": 1}"'
    says 'stdout is not canonical JSON' tests/run-cases
}

@test "cases: the variables of the caller do not reach the program" {
    program <<<'env | grep -c -e COG_SECRET -e SSL_CERT_FILE; exit 0'
    echo 0 >"$case/out.txt"
    COG_SECRET=1 SSL_CERT_FILE=/none tests/run-cases
}

@test "cases: the order of a folder, the time zone and the times of files are told apart" {
    program <<<'ls -U; echo "$TZ"; ls --full-time'
    mkdir "$case/tree"
    touch "$case/tree/a" "$case/tree/b"
    says 'stdout, C: expected' tests/run-cases --determinism
}

@test "cases: a program that is missing, or no case at all, is a failure" {
    says 'No such file' tests/run-cases
    rm -r tests/cases/prog
    says '1..0' tests/run-cases
}

@test "run: counts what passed and failed" {
    unit <<<'echo 1..3; echo "ok 1 - a"; echo "not ok 2 - b"; echo "# why"; echo "ok 3 - c"; exit 1'
    says '2 passed    1 failed' tests/run units
    grep -q '# why' told
    if grep -q 'ok 1 - a' told; then return 1; fi
}

@test "run: skipped tests are not counted as passed" {
    unit <<<'echo 1..2; echo "ok 1 - a # skip no"; echo "ok 2 - b"'
    tests/run units | grep ' 1 passed    0 failed'
}

@test "run: a crash after good results, a plan not met, no plan, no test are failures" {
    unit <<<'echo 1..1; echo "ok 1 - a"; kill -SEGV $$'
    says '1 passed    1 failed' tests/run units
    unit <<<'echo 1..2; echo "ok 1 - a"'
    says '1 passed    1 failed' tests/run units
    unit <<<'echo "ok 1 - a"'
    says '1 passed    1 failed' tests/run units
    unit <<<'echo 1..0'
    says '0 passed    1 failed' tests/run units
    rm build/unit/one
    says '0 passed    1 failed' tests/run units
    rm tests/unit/one.c
    says 'no test ran' tests/run units
}

@test "run: the total counts legs without a result as failures" {
    unit <<<'echo 1..1; echo "ok 1 - a"'
    tests/run units
    tests/run --total units | tail -n 1 | grep -x '1 passed, 0 failed'
    says '1 passed, 1 failed' tests/run --total units cases
    says '1 passed, 2 failed' tests/run --total units --also-failed 2
}

@test "run: a leg that it does not know is a usage error" {
    status=0
    tests/run nonsense || status=$?
    [ "$status" = 2 ]
}

# ci STATUS LEG...: runs .ci/run where `make` has results for these legs only, one test passed
# in each, and ends with that status (`make lint-…` with 0).
ci() {
    mkdir -p .ci fake
    cp "$TOP/.ci/run" .ci
    cat >fake/make <<END
#!/bin/sh
[ "\$1" = test ] || exit 0
mkdir -p build/tap
for leg in ${*:2}; do echo '{"passed": 1, "failed": 0, "seconds": 0}' >"build/tap/\$leg.json"; done
exit $1
END
    chmod +x fake/make
    PATH=$PWD/fake:$PATH bash .ci/run >said 2>&1
}

@test "ci: one closing line with the counts of all legs, those of lint among them" {
    # shellcheck disable=SC2046 # a list of names
    ci 0 $(tests/run --list check engine)
    expected=$(tests/run --list check engine | wc -l)
    lints=$(awk '$2 == "lint" { print $3 }' said | tail -n 1)
    [ "$lints" -gt 5 ]
    [ "$(tail -n 1 said)" = "$((expected + lints)) passed, 0 failed" ]
    [ "$(grep -cE '^[0-9]+ passed, [0-9]+ failed$' said)" = 1 ]
}

@test "ci: legs that did not run, and a make that fails for itself, are failures" {
    all=$(tests/run --list check engine)
    # shellcheck disable=SC2086 # a list of names
    says ' passed, 1 failed' ci_tail 1 $all
    # shellcheck disable=SC2086
    says ' passed, 2 failed' ci_tail 2 ${all//sanitized/gone}
    rm tests/run
    says '0 passed, 1 failed' ci_tail 0 units
}

# ci_tail ...: as ci, but prints the closing line.
ci_tail() {
    local status=0
    ci "$@" || status=$?
    tail -n 1 said
    return $status
}
