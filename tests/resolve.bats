#!/usr/bin/env bats
# resolve.bats - cog-resolve with a real engine and real registries: open, with a password, with tokens.
# bats file_tags=engine
# shellcheck disable=SC2030,SC2031 # every test is a shell of its own
# shellcheck disable=SC2034,SC2154 # variables that registry.bash reads and sets

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    load registry
    cd "$BATS_TEST_TMPDIR" || exit
    export DOCKER_CONFIG=$BATS_TEST_TMPDIR/docker
    mkdir docker
    pids=()
}

teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
    docker image rm -f "cog-test-resolve:$$" >/dev/null 2>&1 || true
}

# resolve IMAGE OPTION...: the image's entry.
resolve() {
    plan "$1" >plan.json
    cog-resolve "${@:2}" <plan.json >resolved.json || return
    [ "$(jq -S 'del(.images)' resolved.json)" = "$(jq -S . plan.json)" ] || return
    jq -c '.images[]' resolved.json
}

refused() { # CODE IMAGE OPTION...
    plan "$2" >plan.json
    refuses "$1" cog-resolve "${@:3}" <plan.json
    [[ $(<err) == cog.yaml:3:3:* ]]
}

locked() {
    jq -r --arg image "$1" '.images[$image]["linux/amd64"]' cog.lock
}

@test "from a registry: pinned, its config added, locked; the lock holds when the tag moves" {
    registry
    push a/model 1 amd64
    first=$pushed
    run -0 resolve "$host/a/model:1"
    [ "$(jq -r .digest <<<"$output")" = "$first" ]
    [ "$(jq -c '[.from, .config.config.Env, .config.architecture]' <<<"$output")" = '["registry",["MADE=here"],"amd64"]' ]
    [ "$(locked "$host/a/model:1")" = "$first" ]
    before=$(stat -c %i cog.lock)

    push a/model 1 amd64 MOVED=yes
    run -0 resolve "$host/a/model:1"
    [ "$(jq -r .digest <<<"$output")" = "$first" ]
    run -0 resolve "$host/a/model:1" --locked
    [ "$(stat -c %i cog.lock)" = "$before" ] # not even written
    run -0 resolve "$host/a/model:1" --no-lock
    [ "$(jq -r .digest <<<"$output")" = "$pushed" ]
    run -0 resolve "$host/a/model:1" --update
    [ "$(jq -r .digest <<<"$output")" = "$pushed" ]
    [ "$(locked "$host/a/model:1")" = "$pushed" ]

    refused lock.missing "$host/a/model:2" --locked
    run -0 resolve "$host/a/model@$pushed" --no-lock
    jq --arg n "$host/a/model@$pushed" --arg d "$first" '.images[$n] = {"linux/amd64": $d}' cog.lock >other
    mv other cog.lock
    refused lock.differs "$host/a/model@$pushed" --locked
    fails 2 usage.option cog-resolve --locked --update <plan.json
}

@test "an index: the manifest of the platform, the digest of the index" {
    registry
    for arch in amd64 arm64; do
        push a/model $arch $arch
        jq -n --arg digest "$pushed" --arg arch $arch --argjson size "$(stat -c %s manifest)" \
            '{mediaType: "application/vnd.docker.distribution.manifest.v2+json", $digest, $size,
              platform: {os: "linux", architecture: $arch}}' >entry-$arch
    done
    type=application/vnd.docker.distribution.manifest.list.v2+json
    jq -s --arg type $type '{schemaVersion: 2, mediaType: $type, manifests: .}' entry-* >index
    put_manifest a/model all $type index
    run -0 resolve "$host/a/model:all"
    [ "$(jq -r .digest <<<"$output")" = "$pushed" ]
    [ "$(jq -r .config.architecture <<<"$output")" = amd64 ]
    jq -s --arg type $type '{schemaVersion: 2, mediaType: $type, manifests: .[1:]}' entry-* >index
    put_manifest a/model arm $type index
    refused image.platform "$host/a/model:arm"
    refused image.platform "$host/a/model:arm64"
    [[ $(<err) == *"it is for linux/arm64"* ]]
}

# faulty FAULT...: puts a server with these faults before the registry; $front is its address.
faulty() {
    rm -f log
    listening "$TOP/tests/faulty-server" 0 "http://$host" log "$@"
    front=127.0.0.1:$port
}

@test "a registry that is busy, broken or restarting is asked again" {
    registry
    push a/model 1 amd64
    faulty 503 429:1 reset - 500 502 504
    run -0 resolve "$front/a/model:1" # twice three faults: the manifest, then its config
    [ "$(jq -r .digest <<<"$output")" = "$pushed" ]
    [ "$(cut -d' ' -f1 log | tr '\n' ' ')" = '503 429:1 reset - 500 502 504 - ' ]
}

@test "a registry that stays broken: four tries, then exit 3; what is refused is asked once" {
    registry
    push a/model 1 amd64
    faulty 503 503 503 503 503
    plan "$front/a/model:1" >plan.json
    fails 3 registry.unreachable cog-resolve <plan.json
    grep -q 'it answers 503' err
    [ "$(grep -c . log)" = 4 ]

    faulty 429:3600
    plan "$front/a/model:1" >plan.json
    fails 3 registry.unreachable timeout 300 cog-resolve <plan.json
    grep -q 'it answers 429' err
    [ "$(grep -c . log)" = 1 ] # an hour is not waited for

    for status in 400 403 404 410; do
        faulty $status
        plan "$front/a/model:1" >plan.json
        cog-resolve <plan.json 2>err >out && return 1
        [ "$(grep -c . log)" = 1 ]
    done
}

@test "an index with attestations: they are no platforms" {
    registry
    push a/model one amd64
    image=$pushed
    type=application/vnd.oci.image.index.v1+json
    jq -n --arg image "$image" --arg type $type --argjson size "$(stat -c %s manifest)" '
        {mediaType: "application/vnd.docker.distribution.manifest.v2+json", digest: $image, $size} as $entry |
        {schemaVersion: 2, mediaType: $type, manifests: [
            ($entry + {platform: {os: "unknown", architecture: "unknown"},
             annotations: {"vnd.docker.reference.type": "attestation-manifest"}}),
            ($entry + {platform: {os: "linux", architecture: "arm64", variant: "v8"}})]}' >index
    put_manifest a/model attested $type index
    refused image.platform "$host/a/model:attested"
    [[ $(<err) == *"it is for linux/arm64/v8"* ]]
    [[ $(<err) != *unknown* ]]
    jq '.manifests |= .[:1]' index >only
    put_manifest a/model only $type only
    refused image.platform "$host/a/model:only"
    [[ $(<err) == *"it is for no platform"* ]]
}

@test "two at once: cog.lock has the images of both; its platforms are sorted" {
    registry
    for name in b/model a/model c/model d/model; do
        push $name 1 amd64
    done
    for name in b/model a/model c/model d/model; do
        plan "$host/$name:1" >"plan-${name%/*}.json"
        cog-resolve <"plan-${name%/*}.json" >/dev/null &
        waiting+=($!)
    done
    wait "${waiting[@]}"
    [ "$(jq -r '.images | keys_unsorted[]' cog.lock)" = "$(printf '%s\n' "$host"/{a,b,c,d}/model:1)" ]
    cmp cog.lock <(jq -S --indent 2 . cog.lock)
    [ -z "$(find . -name 'cog.lock.*')" ]
    jq '.platform.arch = "arm64"' plan-a.json >plan.json
    refuses image.platform cog-resolve <plan.json
    [ "$(jq -c '.images[] | keys' cog.lock | sort -u)" = '["linux/amd64"]' ]
}

@test "what does not exist or is no name is told at the line that asks for it" {
    registry
    refused image.missing "$host/a/none:1"
    refused image.name "$host/A/model:1"
    refused image.missing "cog-test-resolve:none-$$" --offline
    [ ! -e cog.lock ]
}

@test "a registry that sends other bytes than it was asked for" {
    registry
    push a/model 1 amd64
    name=$(digest <config | cut -d: -f2)
    sed -i s/here/HERE/ registry/docker/registry/v2/blobs/sha256/*/"$name"/data
    plan "$host/a/model:1" >plan.json
    fails 3 registry.content cog-resolve <plan.json
    [ ! -e cog.lock ]
}

@test "a registry with a password: none, wrong, right, by a helper" {
    hash=$(python3 -W ignore -c 'import crypt; print(crypt.crypt("pa:ss", crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)))')
    echo "me:$hash" >htpasswd
    registry "auth: {htpasswd: {realm: test, path: $PWD/htpasswd}}"
    auth=(-u me:pa:ss)
    push a/model 1 amd64
    refused registry.denied "$host/a/model:1"
    jq -n --arg h "$host" '{auths: {($h): {auth: ("me:wrong" | @base64)}}}' >docker/config.json
    refused registry.denied "$host/a/model:1"
    jq -n --arg h "$host" '{auths: {($h): {auth: ("me:pa:ss" | @base64)}}}' >docker/config.json
    run -0 resolve "$host/a/model:1"
    [ "$(jq -r .digest <<<"$output")" = "$pushed" ]

    echo '{"credsStore":"nowhere"}' >docker/config.json
    plan "$host/a/model:1" >plan.json
    refuses credentials.helper cog-resolve --update <plan.json # a warning; then it is denied
    grep -q 'warning.*credentials.helper' err
    mkdir bin
    printf '#!/bin/sh\necho %s\n' "'{\"Username\":\"me\",\"Secret\":\"pa:ss\"}'" >bin/docker-credential-shop
    chmod +x bin/docker-credential-shop
    echo '{"credsStore":"shop"}' >docker/config.json
    PATH=$PWD/bin:$PATH run -0 resolve "$host/a/model:1"
    echo '{"auths":' >docker/config.json
    plan "$host/a/model:1" >plan.json
    refuses credentials.config cog-resolve --update <plan.json
}

@test "a registry with tokens" {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=test -days 2 2>/dev/null
    listening "$TOP/tests/token-server" 0 .
    rights="auth: {token: {realm: 'http://127.0.0.1:$port/token', service: s, issuer: test, rootcertbundle: $PWD/cert.pem}}"
    registry
    push a/model 1 amd64
    kill "${pids[1]}"
    registry "$rights" # on the same storage
    refused registry.denied "$host/a/model:1"
    jq -n --arg h "$host" '{auths: {($h): {auth: ("me:pa:ss" | @base64)}}}' >docker/config.json
    run -0 resolve "$host/a/model:1"
    [ "$(jq -r .digest <<<"$output")" = "$pushed" ]
}

@test "a registry with a certificate of one's own: COG_CA_CERT as file, folder, text, base64" {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=test -days 2 \
        -addext subjectAltName=IP:127.0.0.1 2>/dev/null
    registry
    push a/model 1 amd64
    kill "${pids[0]}"
    with_tls >tls.yml
    serve_registry tls
    plan "$host/a/model:1" >plan.json
    fails 3 registry.certificate cog-resolve <plan.json # as nobody vouches for it
    mkdir certificates
    cp cert.pem certificates/ours.crt
    echo 'not read' >certificates/README
    cp key.pem certificates # passed over
    for value in cert.pem certificates "$(<cert.pem)" "$(base64 -w 0 cert.pem)"; do
        COG_CA_CERT=$value run -0 --separate-stderr resolve "$host/a/model:1"
        [ "$(jq -r .digest <<<"$output")" = "$pushed" ]
    done
    mkdir empty
    for value in key.pem empty nowhere.pem "$(base64 -w 0 key.pem)" '-----BEGIN'; do
        COG_CA_CERT=$value refuses ca.invalid cog-resolve --update <plan.json
        [[ $(<err) != *PRIVATE* ]]
    done
    SSL_CERT_FILE=nowhere.pem refuses file.missing cog-resolve --update <plan.json
}

@test "from the engine: by its digest; what is only there, without one, has an id and is not locked" {
    docker pull -q python:3.13-slim-trixie
    wanted=$(docker inspect python:3.13-slim-trixie --format '{{index .RepoDigests 0}}')
    run -0 resolve python:3.13-slim-trixie --offline
    [ "$(jq -r '.from + "@" + .digest' <<<"$output")" = "engine@${wanted#*@}" ]
    [ "$(locked python:3.13-slim-trixie)" = "${wanted#*@}" ]
    run -0 resolve python:3.13-slim-trixie --offline --locked

    docker import -c 'ENV MADE=here' - "cog-test-resolve:$$" < <(tar c --files-from=/dev/null)
    run -0 resolve "cog-test-resolve:$$"
    id=$(docker inspect "cog-test-resolve:$$" --format '{{.Id}}')
    [ "$(jq -r '.id // .digest' <<<"$output")" = "$id" ] # containerd's store gives digests to all
    [ "$(jq -c .config.config.Env <<<"$output")" = '["MADE=here"]' ]
    [ "$(locked "cog-test-resolve:$$")" = "$(jq -r .digest <<<"$output")" ]
}

@test "from a mirror of Docker Hub that the engine names" {
    host=${COG_ENGINE_REGISTRY:-}
    [ -n "$host" ] || skip "only the private engine's mirror is pushed to"
    push library/cog-test-mirror 1 amd64
    run -0 resolve cog-test-mirror:1
    [ "$(jq -r '.from + "@" + .digest' <<<"$output")" = "registry@$pushed" ]
}

@test "a broken cog.lock is told and left as it is" {
    for text in '{' '{"schema":"cog/lock-2","images":{}}' '{"schema":"cog/lock-1","images":{"a":{"linux/amd64":"x"}}}'; do
        echo "$text" >cog.lock
        plan python:3.13-slim-trixie >plan.json
        code=schema.value
        [[ $text == '{' ]] && code=doc.syntax
        [[ $text == *lock-2* ]] && code=doc.schema
        refuses $code cog-resolve <plan.json
        [[ $(<err) == cog.lock:[12]:* ]]
        [ "$(<cog.lock)" = "$text" ]
    done
}

@test "no engine: registries are asked alone; nobody: exit 3, all that was tried" {
    registry
    push a/model 1 amd64
    export DOCKER_HOST=unix:///nowhere/docker.sock
    run -0 --separate-stderr resolve "$host/a/model:1"
    # shellcheck disable=SC2154 # set by run
    [[ $stderr == *"warning: "*"unix:///nowhere/docker.sock"*"[engine.unreachable]"* ]]
    plan "$host/a/model:1" >plan.json
    cog-resolve --offline <plan.json >/dev/null # it was found before
    rm cog.lock
    fails 3 engine.unreachable cog-resolve --offline <plan.json
    plan 127.0.0.1:1/a/model:1 >plan.json
    fails 3 registry.unreachable cog-resolve <plan.json
    grep -q 'http://127.0.0.1:1: .*; https://127.0.0.1:1: ' err
}

@test "which engine: option, variable, context" {
    plan python:3.13-slim-trixie >plan.json
    refuses engine.endpoint cog-resolve --builder=nonsense <plan.json
    fails 3 engine.unreachable cog-resolve --offline --builder=unix:///nowhere.sock <plan.json
    unset DOCKER_HOST
    DOCKER_CONTEXT=none refuses engine.context cog-resolve <plan.json
    id=$(printf mine | sha256sum | cut -d' ' -f1)
    mkdir -p "docker/contexts/meta/$id"
    echo '{"Name":"mine","Endpoints":{"docker":{"Host":"unix:///mine.sock"}}}' >"docker/contexts/meta/$id/meta.json"
    echo '{"currentContext":"mine"}' >docker/config.json
    fails 3 engine.unreachable cog-resolve --offline <plan.json
    grep -q 'unix:///mine.sock (from the Docker context "mine")' err
}

@test "an image that says it holds something else than the plan was made for" {
    registry
    holds() { plan "$host/a/model:$1" | jq --argjson holds "$2" '.stages[0].holds = $holds' | cog-resolve; }
    push a/model py amd64 PYTHON_VERSION=3.12.4
    refuses image.contents holds py '{"python": "3.11"}'
    [[ $(<err) == cog.yaml:3:3:*"$host/a/model:py has Python 3.12.4"*"made for Python 3.11;"* && ! -e cog.lock ]]
    holds py '{"python": "3.12", "cuda": "12.4"}' >/dev/null # of CUDA it says nothing
    push a/model cuda amd64 'CUDA_VERSION=12.4.1","NV_CUDNN_VERSION=9.1.0.70-1","PYTHON_VERSION=latest'
    holds cuda '{"cuda": "12.4.1", "cudnn": "9", "python": "3.11"}' >/dev/null
    refuses image.contents holds cuda '{"cuda": "12.6.0", "cudnn": "8"}'
    [ "$(grep -c 'image.contents' err)" = 2 ]
}
