#!/usr/bin/env bats
# credentials.bats - the credentials of several registries at once, with real ones: over TLS with an authority of their own, by
# password, token and identity token, from helpers that take their time.
# bats file_tags=engine
# shellcheck disable=SC2030,SC2031 # every test is a shell of its own
# shellcheck disable=SC2154 # variables that registry.bash sets

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    load registry
    [ -n "${COG_ENGINE_REGISTRY:-}" ] || skip "there is no registry: needs the private engine of scripts/engine"
    cd "$BATS_TEST_TMPDIR" || exit
    export DOCKER_CONFIG=$PWD/docker NO_PROXY=127.0.0.1
    mkdir docker bin
    PATH=$PWD/bin:$PATH
    pids=()
    hash=$(python3 -W ignore -c 'import crypt; print(crypt.crypt("pa:ss", crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)))')
    echo "me:$hash" >htpasswd
    password="auth: {htpasswd: {realm: test, path: $PWD/htpasswd}}"
}

teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
}

# helper NAME SECONDS: a credential helper that takes so long, and notes what it is asked.
helper() {
    cat >"bin/docker-credential-$1" <<END
#!/bin/sh
read -r server
echo "$1 \$1 \$server" >>"$PWD/asked"
sleep $2
echo '{"Username":"me","Secret":"pa:ss"}'
END
    chmod +x "bin/docker-credential-$1"
}

# The image of these names, as all the images of a plan.
resolve() {
    jq -n '{schema: "cog/plan-1", platform: {os: "linux", arch: "amd64"}, contexts: {}, decisions: [],
      stages: [$ARGS.positional | to_entries[] | {id: "s\(.key)", phase: "build.base", source: {image: .value}}],
      export: {stage: "s0"}, source: {file: "cog.yaml", positions: {}}}' --args "$@" | cog-resolve --no-lock --builder docker
}

@test "registries with TLS and an authority of one's own: by password, by token, by identity token, at once" {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=test -days 2 \
        -addext subjectAltName=IP:127.0.0.1 2>/dev/null
    registry
    push a/model 1 amd64
    kill "${pids[@]}"
    pids=()
    listening "$TOP/tests/token-server" 0 . tls
    tokens="auth: {token: {realm: 'https://127.0.0.1:$port/token', service: s, issuer: test, rootcertbundle: $PWD/cert.pem}}"
    hosts=()
    for auth in "$password" "$tokens" "$tokens"; do
        { with_tls && echo "$auth"; } >"registry-${#hosts[@]}.yml"
        serve_registry "registry-${#hosts[@]}"
        hosts+=("$host")
    done
    jq -n '{auths: {($ARGS.positional[0]): {auth: ("me:pa:ss" | @base64)}, ($ARGS.positional[1]): {auth: ("me:pa:ss" | @base64)},
        ($ARGS.positional[2]): {auth: "", identitytoken: "who-i-am"}}}' --args "${hosts[@]}" >docker/config.json
    COG_CA_CERT=cert.pem resolve "${hosts[0]}/a/model:1" "${hosts[1]}/a/model:1" "${hosts[2]}/a/model:1" >resolved.json
    [ "$(jq -c '[.images[].digest] | unique' resolved.json)" = "[\"$pushed\"]" ]
    fails 3 registry.certificate resolve "${hosts[0]}/a/model:1" # nobody vouches for it
    sed -i 's/who-i-am/somebody-else/' docker/config.json
    COG_CA_CERT=cert.pem refuses registry.denied resolve "${hosts[2]}/a/model:1"
}

# build TAG...: the build document of a small image with these names.
build() {
    docker pull -q python:3.13-slim-trixie >/dev/null
    jq -n '{schema: "cog/plan-1", platform: {os: "linux", arch: "amd64"}, decisions: [], images: {}, contexts: {},
      source: {file: "cog.yaml", positions: {}},
      stages: [{id: "run", phase: "build.base", source: {image: "python:3.13-slim-trixie"}, provides: [], operations: []}],
      export: {stage: "run", tags: $ARGS.positional, label_files: {}, labels: {}, image: {
        env: {}, entrypoint: [], cmd: ["true"], workdir: "/", user: "", exposed_ports: []}}}' --args "$@" |
        cog-resolve --no-lock --offline | cog-llb
}

@test "credHelpers come before credsStore; a slow one holds up no session" {
    registry "$password"
    auth=(-u me:pa:ss)
    push a/model 1 amd64
    first=$host
    registry "$password"
    push a/model 1 amd64
    helper slow 12 # as long as an engine waits for a session to begin, and longer
    helper store 0
    jq -n --arg h "$first" '{credsStore: "store", credHelpers: {($h): "slow"}}' >docker/config.json
    resolve "$first/a/model:1" "$host/a/model:1" >/dev/null
    [ "$(sort -u asked)" = "$(printf '%s\n' "slow get $first" "store get $host")" ]
    build "$first/x:1" "$host/x:1" >build.json
    rm asked
    cog-submit -o type=image,push=true <build.json >image.json
    for name in "$first" "$host"; do
        curl -sf -u me:pa:ss "http://$name/v2/x/manifests/1" -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' >/dev/null
        docker image rm "$name/x:1" >/dev/null
    done
}

@test "a helper is asked once for each registry; Docker Hub goes by its old name" {
    helper store 0
    echo '{"credsStore": "store"}' >docker/config.json
    build mirror.example/a:1 mirror.example/b:2 hub-name:1 docker.io/library/hub-name:2 index.docker.io/library/hub-name:3 >build.json
    rm -f asked # docker(1) has asked, too
    cog-submit --no-export --cache-from mirror.example/a:1 --cache-from mirror.example/b:1 --cache-from hub-name <build.json >image.json
    [ "$(sort asked)" = "$(printf '%s\n' 'store get https://index.docker.io/v1/' 'store get mirror.example')" ]
}
