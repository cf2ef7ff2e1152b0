#!/usr/bin/env bats
# registries.bats - mirrors of registries, by option and by registries.conf, with a real registry and without an engine.
# shellcheck disable=SC2030,SC2031 # every test is a shell of its own
# shellcheck disable=SC2154 # variables that registry.bash sets

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

# resolve IMAGE OPTION...: the digest of the image.
resolve() {
    plan "$1" | cog-resolve "${@:2}" 2>err | jq -r '.images[].digest'
}

refused() { # CODE IMAGE OPTION...
    plan "$2" >plan.json
    refuses "$1" cog-resolve "${@:3}" <plan.json
}

@test "registries.conf and --registry-mirror: mirrors below a path, by digest, blocked, insecure" {
    registry
    export CONTAINERS_REGISTRIES_CONF=$PWD/containers.conf
    push hub/library/only-here 1 amd64
    hub=$pushed
    push copy/a/model 1 amd64 COPY=yes
    cat >containers.conf <<END
[[registry]]
prefix = "docker.io"
[[registry.mirror]]
location = "$host/hub"
[[registry]]
prefix = "far.example/a"
location = "$host/copy/a"
[[registry]]
prefix = "far.example/a/blocked"
blocked = true
END
    [ "$(resolve only-here:1)" = "$hub" ]
    [ "$(resolve far.example/a/model:1)" = "$pushed" ]
    refused registry.blocked far.example/a/blocked:1
    grep -q '^cog.yaml:3:3: ' err
    grep -q 'containers.conf:8:1' err
    mkdir containers.conf.d
    printf '[[registry]]\nprefix = "far.example/a"\nlocation = "%s/none"\n' "$host" >containers.conf.d/50-other.conf
    refused image.missing far.example/a/model:1 --no-lock
    rm -r containers.conf containers.conf.d
    push library/by-option 1 amd64
    [ "$(resolve by-option:1 --registry-mirror "http://$host")" = "$pushed" ]
    push library/by-option 1 amd64 OTHER=yes
    [ "$(resolve far.example/library/by-option:1 --registry-mirror "far.example=http://$host")" = "$pushed" ]
    fails 2 usage.option cog-resolve --registry-mirror mirror.example <plan.json
}

@test "a registries.conf that is wrong is told at its line" {
    export CONTAINERS_REGISTRIES_CONF=$PWD/containers.conf
    plan far.example/a/model:1 >plan.json
    while IFS='|' read -r line text; do
        printf '%b' "$text" >containers.conf
        refuses registry.config cog-resolve <plan.json
        [[ $(<err) == "$CONTAINERS_REGISTRIES_CONF:$line:"* ]]
    done <<'END'
2|[[registry]]\nprefix = "https://far.example"
2|[[registry]]\nlocation = "far.example/"
1|[[registry]]\ninsecure = true
1|[registry]\nprefix = "far.example"
1|[[registry]]\nprefix = "*.example/a"
3|[[registry]]\nprefix = "far.example"\ninsecure = "yes"
3|[[registry]]\nprefix = "far.example"\n[[registry.mirror]]\ninsecure = true
5|[[registry]]\nprefix = "far.example"\n[[registry.mirror]]\nlocation = "m"\npull-from-mirror = "never"
1|[registries.search]\nregistries = ["docker.io"]
1|mirror-by-digest-only = 1
END
    echo 'prefix = ' >containers.conf
    refuses toml.syntax cog-resolve <plan.json
    [ ! -e cog.lock ]
}
