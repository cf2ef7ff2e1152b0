#!/usr/bin/env bats
# image_cache.bats - what cog-resolve finds out about an image, it need not ask for again.
# bats file_tags=engine
# shellcheck disable=SC2154 # host, pushed: set by registry and push

setup() {
    load lib
    load registry
    cd "$BATS_TEST_TMPDIR" || exit
    pids=()
}

teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
}

@test "what cog.lock pins and was found before takes no engine and no registry" {
    registry
    push a/model 1 amd64
    plan "$host/a/model:1" >plan.json
    cog-resolve <plan.json >first.json
    kill "${pids[@]}"
    pids=()
    cog-resolve --builder unix:///nowhere.sock <plan.json 2>err | cmp - first.json
    [ ! -s err ]
    fails 3 registry.unreachable cog-resolve --update <plan.json
    # What is not the record of this digest is as if it were not there.
    file=("$XDG_CACHE_HOME"/cog/images/*.json)
    [ "${#file[@]}" = 1 ]
    for text in '' '{' '{"digest":"sha256:00","config":{},"from":"engine"}' '{"config":{},"from":"engine"}'; do
        printf %s "$text" >"${file[0]}"
        fails 3 registry.unreachable cog-resolve <plan.json
    done
    # A folder that cannot be made costs time only.
    rm -r "$XDG_CACHE_HOME"
    touch "$XDG_CACHE_HOME"
    fails 3 registry.unreachable cog-resolve <plan.json
}
