#!/usr/bin/env bats
# howto.bats - the worked examples of CONTRIBUTING.md, tests/howto/*.patch: they apply, compile, pass
# their own cases and the lints.

setup_file() {
    load lib
    tree=$BATS_FILE_TMPDIR/tree
    mkdir -p "$tree/build"
    (cd "$TOP" && git ls-files -z --cached --others --exclude-standard |
        while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
        xargs -0 cp -a --parents -t "$tree")
    ln -s "$TOP/build/tools" "$tree/build/tools"
    (cd "$TOP/build" && cp -a gen lib cmd scripts bin share libcog.a "$tree/build")
    cd "$tree" || exit
    for example in tests/howto/*.patch; do
        patch -p1 -F0 --no-backup-if-mismatch <"$example"
    done
    unset MAKEFLAGS MAKELEVEL
    make -j2 all build/unit/builder
}

setup() {
    load lib
    cd "$BATS_FILE_TMPDIR/tree" || exit
    unset COG_BIN COG_BLESS MAKEFLAGS MAKELEVEL
}

@test "a block" {
    tests/run-cases cog-plan/custom/note
}

@test "a stack" {
    tests/run-cases cog-plan/custom/files
}

@test "an operation" {
    tests/run-cases cog-llb/touch
}

@test "an engine" {
    build/unit/builder
}

@test "a diagnostic" {
    tests/run-cases cog-validate/long-id
}

@test "a member of a document" {
    tests/run-cases cog-detect/license
}

@test "a command of cog" {
    mkdir "$BATS_TEST_TMPDIR/model"
    echo 'run: predict.py:Predictor' >"$BATS_TEST_TMPDIR/model/cog.yaml"
    cog=$PWD/build/bin/cog
    cd "$BATS_TEST_TMPDIR/model"
    [ "$("$cog" where)" -ef . ]
    "$cog" help >told
    grep -q '^ *where ' told
    "$cog" completion bash >told
    grep -q where told
}

@test "what they add passes the lints" {
    make lint-layers lint-sizes lint-names lint-docs lint-pages
}
