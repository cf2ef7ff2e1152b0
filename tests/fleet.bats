#!/usr/bin/env bats
# fleet.bats - two BuildKits and a registry: what cog-fleet(7) says of them, with its own ten projects.
# bats file_tags=engine
# shellcheck disable=SC2153,SC2154 # variables that buildkit.bash and registry.bash set

setup_file() {
    load lib
    load buildkit
    buildkit_start
    [ ! -S "$BUILDKIT/d/sock" ] || "$TOP/scripts/buildkit" start "$BUILDKIT/second"
}

teardown_file() {
    load buildkit
    buildkit_stop
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    load registry
    load buildkit
    buildkit_setup
    page=$TOP/man/cog-fleet.7
    export COG_BUILDER=$BUILDER,unix://$BUILDKIT/second/sock
}

teardown() {
    buildkit_teardown
}

# follow TITLE: has this shell do what stands in the page, with the registry, base images and builders of this run.
follow() {
    sed -n "/^\.Ss $1\$/,/^\.Ed/{/^\.Bd/,/^\.Ed/{//!p}}" "$page" |
        sed -E "s/\\\\e/\\\\/g; s/^\\$ //; s/registry\.example\.com/$host/g; s/\b(python|debian):/$host\/&/g; /^export COG_BUILDER=/d" \
            >recipe.sh
    [ -s recipe.sh ] || told "no such recipe" "$1" || return
    # shellcheck source=/dev/null
    . ./recipe.sh
}

# bases: the images that the projects of the page begin with, each another one, in the registry.
bases() {
    local name
    for name in python:3.11-slim python:3.12-slim python:3.13-slim debian:bookworm-slim debian:trixie-slim; do
        mkdir -p base
        printf 'environment: [IT_IS=%s]\n' "$name" >base/cog.yaml
        COG_BUILDER=$BUILDER cog build -f base/cog.yaml --stack custom --base python:3.13-slim -t "$host/$name" --push 2>log ||
            { cat log && return 1; }
    done
}

# first KEY: the builder that comes first for it, by what the page says of weights.
first() {
    local address
    for address in ${COG_BUILDER//,/ }; do
        echo "$(printf '%s %s' "$1" "$address" | sha256sum) $address"
    done | sort -r | sed 's/.* //; q'
}

# folder ADDRESS: that of the builder.
folder() {
    local path=${1#unix://}
    echo "${path%/sock}"
}

@test "every recipe of the page is followed here" {
    while IFS= read -r title; do
        grep -qF "follow '$title'" "$BATS_TEST_FILENAME" || told "is not tried" "$title"
    done < <(sed -n '/^\.Sh EXAMPLE/,/^\.Sh SEE/s/^\.Ss //p' "$page")
    [ "$(grep -c "follow '" "$BATS_TEST_FILENAME")" -ge 6 ]
}

@test "ten projects: the same builder each time, what is built once, another builder for one that is gone" {
    registry
    bases
    follow 'Ten projects'
    follow 'One way to build each'
    follow 'All of them, wherever they go' 2>log || { cat log && return 1; }
    follow 'Which builder each went to' >went
    [ "$(wc -l <went)" = 10 ]
    for project in p?; do
        expected=$(first "$(jq -r .base "keep/$project/build.json")")
        grep -xF "$expected $host/team/$project:latest" went
    done
    # those with the same base went to the same builder
    for n in 0 1 2 3 4; do
        [ "$(jq -r .builder keep/p$n/image.json)" = "$(jq -r .builder keep/p$((n + 5))/image.json)" ]
    done
    [ "$(follow 'Which of them ran a step' | wc -l)" = 10 ]

    follow 'All of them, wherever they go' 2>log || { cat log && return 1; }
    follow 'Which builder each went to' | cmp - went
    [ -z "$(follow 'Which of them ran a step')" ]
    [ "$(grep -c '; 0B sent; no new layers; built by unix://' log)" = 10 ]

    # the builder of p0 and p5 is gone: from the registry cache, and without it
    lost=$(jq -r .builder keep/p0/image.json)
    "$TOP/scripts/buildkit" stop "$(folder "$lost")"
    build p0 2>log || { cat log && return 1; }
    grep "warning: a builder is passed over: no engine at $lost .*\[engine.unreachable\]" log
    [ "$(jq -r .builder keep/p0/image.json)" != "$lost" ]
    [ -z "$(jq -r 'select(any(.steps[]; .stage and (.cached | not))) | .tags[0]' keep/p0/image.json)" ]
    cog build -f p5/cog.yaml --stack custom --base "$(cat p5/base)" -t "$host/team/p5" --push --keep keep/p5 2>log || { cat log && return 1; }
    jq -e 'any(.steps[]; .stage and (.cached | not))' keep/p5/image.json

    # an empty one in its place gets its projects back
    "$TOP/scripts/buildkit" start "$(folder "$lost")"
    build p0 2>log || { cat log && return 1; }
    [ "$(jq -r .builder keep/p0/image.json)" = "$lost" ]
    jq -e 'all(.steps[]; (.stage | not) or .cached)' keep/p0/image.json
    run ! grep engine.unreachable log
}

@test "a builder that dies in the middle: the build fails, and is not begun on the other" {
    build "sleep 97 # $MARK"
    base=$(jq -r .base build.json)
    chosen=$(first "$base")
    (
        await pgrep -f "sleep 97 # $MARK"
        kill -KILL "$(cat "$(folder "$chosen")/pid")"
    ) 3>&- &
    status=0
    timeout 900 cog-submit --no-export <build.json >stdout 2>err || status=$?
    pgrep -f "sleep 97 # $MARK" | xargs -r kill || true
    "$TOP/scripts/buildkit" stop "$(folder "$chosen")"
    [ "$status" = 3 ]
    [ ! -s stdout ]
    [ "$(grep -c '' err)" = 1 ]
    grep -F '[engine.lost]' err
    # the command is in the first stage of this plan, but is to go where the other would
    build "echo $MARK"
    jq --arg base "$base" '.base = $base' build.json >same.json && mv same.json build.json
    submit --no-export >image.json
    grep -F '[engine.unreachable]' log
    [ "$(jq -r .builder image.json)" != "$chosen" ]
    "$TOP/scripts/buildkit" start "$(folder "$chosen")"
}

@test "all are gone" {
    build "echo $MARK"
    for address in ${COG_BUILDER//,/ }; do "$TOP/scripts/buildkit" stop "$(folder "$address")"; done
    fails 3 engine.unreachable cog-submit --no-export <build.json
    grep -F 'none of the 2 builders answers' "$BATS_TEST_TMPDIR/err"
}
