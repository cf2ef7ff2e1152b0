#!/usr/bin/env bats
# hostile.bats - cog-resolve with registries that lead it astray; no engine.
# shellcheck disable=SC2154 # port: set by listening

setup() {
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    export DOCKER_CONFIG=$BATS_TEST_TMPDIR/docker DOCKER_HOST=unix:///nowhere.sock
    mkdir docker
    pids=()
}

teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
}

# plan IMAGE: a plan with it; cog.yaml:3:3 asks for it.
plan() {
    jq -n --arg image "$1" '{schema: "cog/plan-1", platform: {os: "linux", arch: "amd64"}, contexts: {},
      stages: [{id: "base", phase: "build.base", source: {image: $image}}], export: {stage: "base"},
      decisions: [{key: "image.base", value: $image, rule: "test", at: "cog.yaml:3:3"}],
      source: {file: "cog.yaml", positions: {}}, "x-mine": 1}'
}

refused() { # CODE IMAGE OPTION...
    plan "$2" >plan.json
    refuses "$1" cog-resolve "${@:3}" <plan.json
    grep -q "^cog.yaml:3:3: error:.*\[$1\]" err
}

# astray ADDRESS ANSWER [CERTIFICATE KEY]: starts tests/hostile-registry; sets $astray, its log is $astray.log. The
# address 0.0.0.0 is this machine, and no loopback address to cog.
astray() {
    local log=log-${#pids[@]}
    : >"$log"
    listening "$TOP/tests/hostile-registry" "$1" 0 "$log" "${@:2}"
    astray=$1:$port
    ln "$log" "$astray.log"
}

@test "a registry's password goes to no other's token server, and to none without TLS" {
    export SSL_CERT_FILE=$PWD/cert.pem
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=test -days 2 \
        -addext subjectAltName=IP:127.0.0.1,IP:0.0.0.0 2>/dev/null
    basic="Basic $(printf me:pa:ss | base64)"
    login() { jq -n --arg h "$1" '{auths: {($h): {auth: ("me:pa:ss" | @base64)}}}' >docker/config.json; }

    # Another host, over http and over https: asked, without the password.
    astray 0.0.0.0 token && thief=$astray
    astray 127.0.0.1 "realm=http://$thief/token" && login "$astray"
    refused registry.denied "$astray/a/model:1" --no-lock # the token helps nobody
    grep -q '^/token.* -$' "$thief.log"
    ! grep -q Basic "$thief.log" || return
    astray 0.0.0.0 token cert.pem key.pem && thief=$astray
    astray 127.0.0.1 "realm=https://$thief/token" && login "$astray"
    refused registry.denied "$astray/a/model:1" --no-lock
    grep -q '^/token.* -$' "$thief.log" && ! grep -q Basic "$thief.log" || return

    # Unless it is listed, and for this registry.
    COG_TOKEN_SERVERS=$astray=0.0.0.0 refused registry.denied "$astray/a/model:1" --no-lock
    grep -qF "$basic" "$thief.log"

    # The registry's own host over http, when the registry itself is spoken to with TLS: never asked.
    astray 0.0.0.0 token && thief=$astray
    astray 0.0.0.0 "realm=http://$thief/token" cert.pem key.pem && login "$astray"
    plan "$astray/a/model:1" >plan.json
    fails 3 registry.unreachable cog-resolve <plan.json
    grep -q 'does not use https' err
    [ ! -s "$thief.log" ]
}

@test "what a registry redirects to gets no password, and never over http what came over https" {
    export SSL_CERT_FILE=$PWD/cert.pem
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=test -days 2 \
        -addext subjectAltName=IP:127.0.0.1,IP:0.0.0.0 2>/dev/null
    astray 0.0.0.0 token && thief=$astray
    astray 127.0.0.1 "login=http://$thief/there"
    jq -n --arg h "$astray" '{auths: {($h): {auth: ("me:pa:ss" | @base64)}}}' >docker/config.json
    plan "$astray/a/model:1" >plan.json
    fails 3 registry.content cog-resolve <plan.json
    grep -q 'Basic' "$astray.log"
    [ "$(<"$thief.log")" = '/there -' ]
    astray 0.0.0.0 "redirect=http://$thief/plain" cert.pem key.pem
    plan "$astray/a/model:1" >plan.json
    fails 3 registry.unreachable cog-resolve <plan.json
    [ "$(<"$thief.log")" = '/there -' ]
}

@test "an image whose configuration is wrong is refused where it is asked for" {
    for wrong in '{"Env": ["A=b\nC=d"]}' '{"Env": [7]}' '{"Env": "A=b"}' '{"Entrypoint": [["sh"]]}' '{"Cmd": "sh"}' \
        '{"WorkingDir": "/a\nb"}' '{"User": 7}'; do
        astray 127.0.0.1 "config={\"os\": \"linux\", \"architecture\": \"amd64\", \"config\": $wrong}"
        refused image.config "$astray/a/model:1"
        grep -q "of its configuration is wrong" err
        [ ! -e cog.lock ]
    done
    astray 127.0.0.1 'config={"os": "linux", "architecture": "amd64", "config": {"Env": ["A=b"], "Cmd": ["a\nb"], "Entrypoint": null}}'
    plan "$astray/a/model:1" >plan.json
    cog-resolve <plan.json 2>/dev/null | jq -e .images
}
