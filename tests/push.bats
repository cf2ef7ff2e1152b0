#!/usr/bin/env bats
# push.bats - cog push and cog pull with a real engine and real registries: what is sent, and what is told when it is not.
# bats file_tags=engine
# shellcheck disable=SC2154 # port, which lib.bash sets

setup_file() {
    load lib
    cd "$BATS_FILE_TMPDIR" || return
    mkdir folder
    export PROJECT=$PWD/folder HOME=$PWD BUILDKIT_PROGRESS=quiet
    (cd folder && project)
    hash=$(python3 -W ignore -c 'import crypt; print(crypt.crypt("pa:ss", crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)))')
    echo "me:$hash" >htpasswd
    (cd folder && cog build -t cog-test-push)
}

teardown_file() {
    docker rmi -f cog-test-push >/dev/null
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    load registry
    cd "$BATS_TEST_TMPDIR" || exit
    pids=()
    export DOCKER_CONFIG=$PWD/docker
    unset COG_REGISTRY_HOST COG_BUILDER
    mkdir docker
}

teardown() {
    docker images --format '{{.Repository}}:{{.Tag}}' | { grep -F "${host:-none}/" || true; } | xargs -r docker rmi -f >/dev/null
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}"
}

pushes() {
    (cd "$PROJECT" && cog push "$@")
}

# has TEXT: standard error of the last `fails` has it.
has() {
    grep -qF -- "$1" "$BATS_TEST_TMPDIR/err" || told "\"$1\" is missing" stderr
}

# front: a registry behind one that misbehaves as files in $PWD say; sets $host.
front() {
    registry
    listening "$TOP/tests/registry-front" 0 "$host" "$PWD"
    host=127.0.0.1:$port
}

# odd: a manifest of something that is no image, whose parts are there.
odd() {
    printf '{}' >part
    put_blob me/odd part
    jq -n --arg digest "$(digest <part)" '{schemaVersion: 2, mediaType: "application/vnd.docker.distribution.manifest.v2+json",
        config: {mediaType: "application/vnd.example+json", size: 2, digest: $digest}, layers: []}'
}

# kept PASSWORD: it is what Docker's configuration has for $host.
kept() {
    jq -n --arg host "$host" --arg auth "$(printf 'me:%s' "$1" | base64)" '{auths: {($host): {auth: $auth}}}' >docker/config.json
}

@test "no password, a wrong one, the right one; then pull on a machine without" {
    registry "auth: {htpasswd: {realm: test, path: $BATS_FILE_TMPDIR/htpasswd}}"
    refuses registry.login pushes "$host/me/model"
    has "$host wants a login, and none is kept here; log in with \"cog login --registry $host\""
    kept wrong
    refuses registry.login pushes "$host/me/model"
    has "refuses the password that is kept here for me; log in again"
    refuses registry.login cog pull "$host/me/model"
    cog login --registry "$host" --username me --token-stdin <<<pa:ss
    pushes "$host/me/model"
    docker rmi -f "$host/me/model"
    cog pull "$host/me/model" 2>told
    grep -qE "^cog: Image pulled as $host/me/model:latest, sha256:[0-9a-f]{64}\$" told
    run -0 --separate-stderr cog run "$host/me/model" -i text=hello
    [ "$output" = hello ]
    docker rmi -f "$host/me/model"
    [ "$(cog run "$host/me/model" -i text=fetched --progress plain 2>told)" = fetched ]
    grep -qxF "#1 pull $host/me/model:latest" told
    rm docker/config.json
    cog pull --missing "$host/me/model" 2>told
    [ ! -s told ]
    refuses registry.login cog pull "$host/me/model"
    docker rmi -f "$host/me/model"
    refuses registry.login cog run "$host/me/model" -i text=hello
    refuses predict.image cog run me/model -i text=hello
}

@test "no rights, no repository, no image, no registry, no network: told apart" {
    front
    kept pa:ss
    touch denied
    refuses registry.denied pushes "$host/me/model"
    has "me has no right to push $host/me/model:latest; ask its owner for it"
    rm docker/config.json
    refuses registry.login pushes "$host/me/model"
    rm denied && touch unknown
    refuses registry.missing pushes "$host/me/model"
    has "$host has no repository for $host/me/model:latest; make it there first"
    rm unknown && touch refused
    fails 3 engine.push pushes "$host/me/model"
    has 'the operation is unsupported'
    rm refused
    refuses registry.missing cog pull "$host/me/none:1"
    has "$host has no image $host/me/none:1; is the name right, and its tag?"
    nowhere=127.0.0.1:9
    fails 3 registry.unreachable pushes "$nowhere/me/model"
    has "the engine cannot reach $nowhere: "
    docker rmi -f "$nowhere/me/model"
    fails 3 registry.unreachable cog pull nowhere.invalid/model
    has 'is there a network? Try "curl -I https://nowhere.invalid/v2/"'
    fails 3 engine.unreachable cog pull --builder "unix://$PWD/none" model
    odd >manifest.json
    put_manifest me/odd 1 "$(jq -r .mediaType manifest.json)" manifest.json
    fails 3 engine.pull cog pull "$host/me/odd:1"
    refuses build.output pushes
    has 'an image without a name cannot be pushed; name it with -t'
    fails 2 usage.operand cog pull
    refuses pull.name cog pull UPPER
}

@test "several names, each pushed; each push has an id of its own, but for reproducible images" {
    registry
    pushes "$host/me/model" -t "$host/me/model:two" -t "$host/other" 2>told
    for name in me/model:latest me/model:two other:latest; do
        grep -qxF "cog: Image built as $host/$name" told
        grep -qxF "cog: Image pushed as $host/$name" told
    done
    for tag in me/model/manifests/latest me/model/manifests/two other/manifests/latest; do
        curl -sf -o /dev/null -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' "http://$host/v2/$tag"
    done
    id='{{index .Config.Labels "run.cog.push_id"}}'
    one=$(docker inspect -f "$id" "$host/other")
    [[ $one =~ ^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$ ]]
    time=$((16#${one:0:8}${one:9:4} / 1000))
    ((time > $(date +%s) - 3600 && time <= $(date +%s)))
    COG_REGISTRY_HOST=$host pushes other
    two=$(docker inspect -f "$id" "$host/other")
    [[ $two > $one ]]
    SOURCE_DATE_EPOCH=1735689600 pushes "$host/other"
    [ -z "$(docker inspect -f "$id" "$host/other")" ]
    [ -z "$(docker inspect -f "$id" cog-test-push)" ]
    cog --registry "$host" pull other
    cog pull --registry "$host" other --progress plain 2>told
    grep -qxF "#1 pull $host/other:latest" told
}

@test "an interrupted push goes on where it was; layers that are there are not sent" {
    front
    touch hold
    env --default-signal=TERM cog push -f "$PROJECT/cog.yaml" "$host/me/model" 2>told &
    pid=$!
    await grep '^PUT 201 .*digest=' log
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    [ "$status" = 130 ]
    grep -o '^PUT 201 .*digest=.*' log | sed 's/.*digest=//; s/&.*//' | sort >first
    [ -s first ]
    rm hold
    mv log log.first
    pushes "$host/me/model" -t "$host/me/model:again"
    grep -o '^PUT 201 .*digest=.*' log | sed 's/.*digest=//; s/&.*//' | sort >second
    [ "$(wc -l <second)" -ge 2 ]
    [ -z "$(comm -12 first second)" ]
    mv log log.second
    pushes "$host/me/model" # its configuration is new, by the id
    [ "$(grep -c '^PUT 201 .*digest=' log)" = 1 ]
}

@test "bars of a push on a terminal" {
    front
    touch hold
    COLUMNS=100 BUILDKIT_PROGRESS=tty timeout 900 script -qec "cd '$PROJECT' && cog push $host/me/model" /dev/null >shown </dev/null 3>&- &
    pid=$!
    await grep "=> push $host/me/model:latest" shown
    await grep -E 'layer [0-9a-f]{12}.* [0-9.]+(k|M)?B' shown
    rm hold
    wait "$pid"
}
