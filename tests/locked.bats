#!/usr/bin/env bats
# locked.bats - what cog.lock has of an image, nobody needs to be asked for. With a real registry and without an engine.
# shellcheck disable=SC2154 # host, pushed: set by registry and push

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    load registry
    cd "$BATS_TEST_TMPDIR" || exit
    export DOCKER_HOST=unix:///nowhere/docker.sock DOCKER_CONFIG=$PWD
    pids=()
}

teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
}

# away: nobody answers any more.
away() {
    kill "${pids[@]}"
    wait "${pids[@]}" || true
    pids=()
}

# without LIBRARY COMMAND...: where LIBRARY is none.
without() {
    mkdir -p "no-$1"
    touch "no-$1/$1"
    LD_LIBRARY_PATH=$PWD/no-$1 "${@:2}"
}

@test "libcurl is loaded where a registry is asked, and only there" {
    registry
    push a/model 1 amd64
    plan "$host/a/model:1" >plan.json
    cog-resolve <plan.json >first.json
    without libcurl.so.4 cog-resolve <plan.json | cmp - first.json
    fails 3 machine.library without libcurl.so.4 cog-resolve --update <plan.json
}

@test "libssl is loaded where TLS with a builder begins, and only there" {
    registry
    push a/model 1 amd64
    plan "$host/a/model:1" >plan.json
    : >ca.pem
    for library in libssl.so.3 libcrypto.so.3; do
        rm -f cog.lock
        # libcurl needs both, so what asks the registry has them.
        cog-resolve <plan.json >first.json
        without $library cog-resolve <plan.json | cmp - first.json
        fails 3 machine.library without $library cog-resolve --update --builder "tcp://$host" --tlscacert ca.pem <plan.json
        grep -q "cannot load $library" err
    done
}

@test "from cog.lock alone: no network, no engine, nothing of the user's" {
    [ "$(id -u)" = 0 ] || skip 'a network of our own takes root'
    registry
    push a/model 1 amd64
    plan "$host/a/model:1" >plan.json
    jq '.stages[0].source.image += "@" + $pushed' --arg pushed "$pushed" plan.json >pinned.json
    for plan in plan pinned; do
        cog-resolve <$plan.json >$plan.first 2>log
    done
    away
    cp cog.lock kept
    for plan in plan pinned; do
        for options in '' --offline --locked "--builder unix:///nowhere.sock"; do
            # shellcheck disable=SC2086 # words
            env -i PATH="$PATH" HOME=/nonexistent unshare -n cog-resolve $options <$plan.json >out 2>err
            [ ! -s err ]
            cmp out $plan.first
        done
    done
    cmp cog.lock kept
    fails 3 registry.unreachable cog-resolve --update <plan.json
    fails 3 registry.unreachable cog-resolve --no-lock <plan.json
    jq '.platform.arch = "arm64"' plan.json >other.json
    fails 3 registry.unreachable cog-resolve <other.json
}

@test "a lock that has digests alone gets what was found, but not with --locked" {
    registry
    push a/model 1 amd64
    plan "$host/a/model:1" >plan.json
    cog-resolve <plan.json >first.json
    cp cog.lock whole
    jq 'del(.found)' whole >bare
    cp bare cog.lock
    cog-resolve --locked <plan.json | cmp - first.json
    cmp cog.lock bare
    cog-resolve <plan.json | cmp - first.json
    cmp cog.lock whole
}

@test "a configuration goes with the last name that stood for its image, and stays out when it is large" {
    registry
    push a/model 1 amd64
    plan "$host/a/model:1" >plan.json
    cog-resolve <plan.json >first.json
    before=$pushed
    [ "$(jq -r '.found | keys[]' cog.lock)" = "$before" ]
    push a/model 1 amd64 "MOVED=$(head -c 60000 /dev/zero | tr '\0' x)"
    cog-resolve --update <plan.json >second.json
    [ "$(jq -r '.found | keys[]' cog.lock)" = "$pushed" ]
    push a/model 1 amd64 "MOVED=$(head -c 70000 /dev/zero | tr '\0' x)"
    cog-resolve --update <plan.json >third.json
    [ "$(jq -c '[.images[][], .found]' cog.lock)" = "[\"$pushed\",{}]" ]
    cog-resolve <plan.json | cmp - third.json
    away
    fails 3 registry.unreachable cog-resolve <plan.json
}

@test "a configuration in cog.lock that is none is told at its line" {
    plan a/model:1 >plan.json
    digest=sha256:$(printf x | sha256sum | cut -d' ' -f1)
    for config in '7' '{"os": "linux"}' '{"os": "linux", "architecture": 1}'; do
        [ "$config" = 7 ] || config='{"from": "registry", "config": '$config'}'
        printf '{"schema": "cog/lock-1", "images": {"a/model:1": {"linux/amd64": "%s"}},\n"found": {"%s": {"linux/amd64": %s}}}' \
            "$digest" "$digest" "$config" >cog.lock
        run -1 --separate-stderr cog-resolve <plan.json
        [[ $stderr == cog.lock:2:*"[schema."* ]]
    done
    # One of another platform than it says is as if it were not there.
    jq -n --arg digest "$digest" '{schema: "cog/lock-1", images: {"127.0.0.1:1/a/model:1": {"linux/amd64": $digest}},
        found: {($digest): {"linux/amd64": {from: "registry", config: {os: "linux", architecture: "arm64"}}}}}' >cog.lock
    plan 127.0.0.1:1/a/model:1 >plan.json
    fails 3 registry.unreachable cog-resolve <plan.json
}
