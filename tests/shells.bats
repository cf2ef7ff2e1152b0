#!/usr/bin/env bats
# shells.bats - what users, folders and the environment say is never run, whatever shell runs cog.

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    unset COG_BUILDER COG_CATALOG COG_SDK_WHEEL
    export HOME=$PWD TMPDIR=$PWD/tmp DOCKER_HOST=unix://$PWD/no.sock
    mkdir project tmp
    load spy
    spies
    # What would run if a shell read it, by this name.
    # shellcheck disable=SC2016 # it is the script that expands it
    printf '#!/bin/sh\n: >"$SPY/hacked"\n' >usr/bin/payload
    chmod +x usr/bin/payload
    hostile=("x
payload
y" "x'; payload; '\"; payload; \"" "\$(payload)\`payload\`" '-x; payload && payload' '* payload | \payload')
}

# each COMMAND...: runs it with `cog` being run by one shell after the other.
each() {
    local shell variables=()
    for shell in dash bash 'busybox ash'; do
        rm -rf "$SPY"
        mkdir "$SPY"
        # shellcheck disable=SC2086 # two words
        cog() { env "${variables[@]}" $shell "$BATS_TEST_TMPDIR/usr/bin/cog" "$@"; }
        "$@" || told "with $shell" "$@" || return
        [ ! -e "$SPY/hacked" ] || told "$shell has run the payload" "$@" || return
        [ -z "$(ls "$BATS_TEST_TMPDIR/tmp")" ] || told "$shell leaves files" "$@" || return
    done
}

builds_in() {
    cog build 2>../err || told "does not build" "$1" || return
    tag=$(tr '\0' '\n' <"$SPY/cog-submit" | sed -n 's/^--default-tag=//p')
    [[ $tag =~ ^cog-[a-z0-9-]*[a-z0-9]$ ]] || told "the tag is $tag" "$1" || return
    [[ $1 != *payload* || $tag = *payload* ]] || told "the tag is $tag" "$1"
}

@test "the names of folders" {
    for name in "${hostile[@]}" -- ' '; do
        mkdir "./$name"
        cd "$BATS_TEST_TMPDIR/$name"
        project
        each builds_in "$name"
        cd "$BATS_TEST_TMPDIR"
    done
}

takes_folder() {
    cog plan --file "$1/cog.yaml" >../plan.json 2>../err && jq -e .schema ../plan.json >/dev/null || return
    rm -rf "./$1/kept"
    cog plan --keep "$1/kept" --file "$1/cog.yaml" >/dev/null 2>../err && [ -e "./$1/kept/plan.json" ]
}

@test "--file and --keep in such folders" {
    mkdir below
    cd below
    for name in "${hostile[@]}"; do
        mkdir "./$name"
        (cd "./$name" && project)
        each takes_folder "$name"
    done
}

takes_options() {
    : >"./$1"
    cog build -t "$1" --tag="$1" --secret "$1" --ssh "$1" --progress "$1" --no-cache="$1" \
        --wheelhouse "$1" --policy "$1" || return
    for option in tag secret ssh progress context=wheelhouse; do given cog-submit "--$option=$1" || return; done
    given cog-llb "--no-cache=$1" && given cog-validate "--policy=$1" || return
    cog run an-image -i "a=$1" --input="b=$1" -o "$1" --setup-timeout="$1" || return
    for word in --input=a --input=b --output --setup-timeout; do given cog-predict "$word=$1" || return; done
    cog run "image$1" --json "$1" || return
    given cog-predict "--json=$1" && given cog-predict "--image=image$1"
}

@test "options reach the programs as they are written" {
    cd project
    project
    for value in "${hostile[@]}"; do each takes_options "$value" 2>../err; done
}

refuses_options() {
    for option in stack base catalog diff; do
        status=0
        cog plan "--$option=$1" >../out 2>../err || status=$?
        [[ $status = [12] ]] || told "status $status" "--$option=$1" || return
    done
    for option in --nothing "-z$1" "--$1"; do fails 2 usage.option cog plan "$option" || return; done
    fails 2 usage.command cog "x$1"
}

@test "options and commands with a wrong value are refused, and messages have no control characters" {
    cd project
    project
    for value in "${hostile[@]}"; do
        each refuses_options "$value"
        ! grep -q '^payload' "$BATS_TEST_TMPDIR/err"
    done
}

knows_variables() {
    mkdir -p "$BATS_TEST_TMPDIR/./$1"
    variables=("TMPDIR=$BATS_TEST_TMPDIR/$1")
    for name in XDG_CONFIG_HOME HOME BUILDKIT_PROGRESS COG_BUILDER DOCKER_HOST DOCKER_CONTEXT DOCKER_CONFIG COG_CA_CERT \
        SSL_CERT_FILE SOURCE_DATE_EPOCH NO_COLOR COLUMNS IFS CDPATH ENV PS1 PS4; do
        variables+=("$name=$1")
    done
    cog build 2>../err && given cog-submit "--progress=$1" || return
    variables+=("COG_SDK_WHEEL=$1")
    refuses cog.sdk cog build || return
    variables+=(COG_SDK_WHEEL=dist "COG_CATALOG=$1" "COG_DATA_DIR=$1")
    refuses file.missing cog build && rmdir "$BATS_TEST_TMPDIR/$1"
}

@test "variables of the environment" {
    cd project
    project
    for value in "${hostile[@]}"; do each knows_variables "$value"; done
    BUILDKIT_PROGRESS='plain; payload; true' each cog build 2>../err
}

@test "COG_SDK_WHEEL is a file, or a folder with one wheel" {
    cd project
    project
    mkdir "./-wheels' x"
    for version in 1 2; do
        wheel="cog-0.$version.0-py3-none-any.whl"
        : >"./-wheels' x/$wheel"
        [ $version = 2 ] || COG_SDK_WHEEL="-wheels' x" each built_with "$wheel"
        COG_SDK_WHEEL="-wheels' x/$wheel" each built_with "$wheel"
    done
    COG_SDK_WHEEL="-wheels' x" refuses cog.sdk cog build
    COG_SDK_WHEEL=nowhere refuses cog.sdk cog build
    grep -q 'path not found' "$BATS_TEST_TMPDIR/err"
}

built_with() {
    cog build >../out 2>../err && given cog-submit "--context=sdk=-wheels' x/"
}
