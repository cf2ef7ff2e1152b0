#!/usr/bin/env bats
# login.bats - cog login with real registries: what they take is kept, and nothing else.
# shellcheck disable=SC2154 # host, port, stderr: set by registry, listening and run

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    load registry
    cd "$BATS_TEST_TMPDIR" || exit
    pids=()
    export DOCKER_CONFIG=$PWD/docker HOME=$PWD
    unset COG_REGISTRY_HOST COG_TOKEN_SERVERS
    hash=$(python3 -W ignore -c 'import crypt; print(crypt.crypt("pa:ss", crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)))')
    echo "me:$hash" >htpasswd
}

teardown() {
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}"
}

with_password() {
    registry "auth: {htpasswd: {realm: test, path: $PWD/htpasswd}}"
}

# typed QUESTION ANSWER...: cog login at a terminal, which is in the file shown, where this is typed when it is asked for.
typed() {
    mkfifo keys
    timeout 900 script -qec "cog login --registry $host" /dev/null <keys >shown 3>&- &
    pids+=($!)
    exec 6>keys
    while [ $# -gt 0 ]; do
        await grep -q -- "$1" shown
        printf '%s\n' "$2" >&6
        shift 2
    done
    wait "${pids[-1]}" || told "does not log in" cat shown
    unset 'pids[-1]'
    exec 6>&-
}

logs_in() { # PASSWORD
    printf '%s\n' "$1" | cog login --registry "$host" --username me --token-stdin
}

@test "a right password is kept for its owner alone, what else is in the file stays" {
    with_password
    mkdir docker
    echo '{"currentContext": "mine", "auths": {"other.example.com": {"auth": "eDp5"}}}' >docker/config.json
    run -0 --separate-stderr logs_in pa:ss
    [ -z "$output" ]
    [[ $stderr == *"logged in to $host as me"* && $stderr != *pa:ss* ]]
    jq -e --arg h "$host" '.auths[$h].auth == ("me:pa:ss" | @base64) and .currentContext == "mine" and
        .auths["other.example.com"].auth == "eDp5"' docker/config.json
    rm -r docker
    logs_in pa:ss
    [ "$(stat -c '%a' docker/config.json)" = 600 ]
    COG_REGISTRY_HOST=$host cog login --username me --token-stdin <<<pa:ss
    for operand in "$host" "https://$host/v1/"; do
        rm -r docker
        cog login -u me --token-stdin "$operand" <<<pa:ss
        jq -e --arg h "$host" '.auths | keys == [$h]' docker/config.json
    done
    fails 2 usage.operand cog login "$host" other.example.com
}

@test "what the registry does not take is not kept" {
    with_password
    refuses login.refused logs_in wrong
    [ ! -e docker ]
    host=127.0.0.1:1
    fails 3 registry.unreachable logs_in pa:ss
    [ ! -e docker ]
    listening python3 -u -m http.server --bind 127.0.0.1 0
    host=127.0.0.1:$port
    refuses login.registry logs_in pa:ss
    [ ! -e docker ]
}

@test "a registry that knows the user, who may do nothing" {
    cat >forbidding.py <<'END'
import http.server


class Forbidding(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = "Authorization" in self.headers
        self.send_response(403 if known else 401)
        self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.end_headers()


server = http.server.HTTPServer(("127.0.0.1", 0), Forbidding)
print("port", server.server_port, flush=True)
server.serve_forever()
END
    listening python3 forbidding.py
    host=127.0.0.1:$port
    refuses login.forbidden logs_in pa:ss
}

# with_tokens HOST [https]: a registry that names a token server, on this host.
with_tokens() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=test -days 2 2>/dev/null
    listening "$TOP/tests/token-server" 0 .
    registry "auth: {token: {realm: '${2:-http}://$1:$port/token', service: s, issuer: test, rootcertbundle: $PWD/cert.pem}}"
}

@test "a registry with tokens" {
    with_tokens 127.0.0.1
    logs_in pa:ss
    refuses login.refused logs_in wrong
}

@test "a token server of another party gets no password" {
    with_tokens 0.0.0.0
    refuses login.token-server logs_in pa:ss
    grep -qF "to allow it, it needs https" "$BATS_TEST_TMPDIR/err"
    with_tokens 0.0.0.0 https
    refuses login.token-server logs_in pa:ss
    grep -qF "to allow it, set COG_TOKEN_SERVERS=$host=HOST" "$BATS_TEST_TMPDIR/err"
    [ ! -e docker/config.json ]
}

@test "a registry where a token is enough says whose it is, and where people see theirs" {
    cat >tokens.py <<'END'
import base64, http.server, json, urllib.parse

known = "Basic " + base64.b64encode(b"ann:r8+token").decode()


class Tokens(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body=None, *header):
        self.send_response(status)
        if header:
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(json.dumps(body or {}).encode())

    def do_GET(self):
        if self.path == "/cog/v1/display-token-url":
            self.answer(200, {"url": "https://models.example.com/my-token"})
        elif self.headers.get("Authorization") == known:
            self.answer(200)
        else:
            self.answer(401, None, "WWW-Authenticate", 'Basic realm="x"')

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        right = self.path == "/cog/v1/verify-token" and form == {"token": ["r8+token"]}
        self.answer(200, {"username": "ann"}) if right else self.answer(404)


server = http.server.HTTPServer(("127.0.0.1", 0), Tokens)
print("port", server.server_port, flush=True)
server.serve_forever()
END
    listening python3 tokens.py
    host=127.0.0.1:$port
    run -0 --separate-stderr cog login --registry "$host" --token-stdin <<<r8+token
    [[ $stderr == *"logged in to $host as ann"* ]]
    jq -e --arg h "$host" '.auths[$h].auth == ("ann:r8+token" | @base64)' docker/config.json
    rm -r docker
    refuses login.refused cog login --registry "$host" --token-stdin <<<another
    [ ! -e docker ]
    typed 'oken: ' r8+token
    grep -q 'Your token is shown at https://models.example.com/my-token' shown
    run -1 grep -qE 'User name|r8\+token' shown
    jq -e --arg h "$host" '.auths[$h].auth' docker/config.json
    with_password
    fails 2 usage.option cog login --registry "$host" --token-stdin <<<pa:ss
}

@test "a credential helper keeps it instead of the file" {
    with_password
    mkdir docker bin
    # shellcheck disable=SC2016 # it is the script that expands it
    printf '#!/bin/sh\necho "$1" >verb; cat >stored\n' >bin/docker-credential-shop
    chmod +x bin/docker-credential-shop
    echo '{"credsStore": "shop"}' >docker/config.json
    PATH=$PWD/bin:$PATH logs_in pa:ss
    [ "$(cat verb)" = store ]
    jq -e --arg h "$host" '. == {ServerURL: $h, Username: "me", Secret: "pa:ss"}' stored
    [ "$(cat docker/config.json)" = '{"credsStore": "shop"}' ]
    refuses credentials.helper logs_in pa:ss # which is not there now
    echo '{"auths":' >docker/config.json
    refuses credentials.config logs_in pa:ss
    [ "$(cat docker/config.json)" = '{"auths":' ]
}

@test "no terminal, no questions; an empty name or password is refused; help names Replicate" {
    fails 2 usage.option cog login --registry localhost:1 </dev/null
    fails 2 usage.option cog login --registry localhost:1 --username '' --token-stdin </dev/null
    fails 2 usage.option cog login --registry localhost:1 --username me --token-stdin </dev/null
    run -0 cog login --help
    [[ $output == *Replicate* && $output == *"other registries"*"username"* && $output == *"and password"* ]]
}

@test "at a terminal, what is typed for the password is not shown" {
    with_password
    typed 'User name: ' me 'Password or token: ' pa:ss
    run -1 grep -q 'pa:ss' shown
    jq -e --arg h "$host" '.auths[$h].auth' docker/config.json
}

# keeps USER:PASSWORD: it is what Docker's configuration has for $host.
keeps() {
    mkdir -p docker
    jq -n --arg host "$host" --arg auth "$(printf %s "$1" | base64)" '{auths: {($host): {auth: $auth}}}' >docker/config.json
}

# submits: pushes with an engine that is not there, which ends with engine.unreachable when the registry does not refuse before.
submits() {
    jq -n '{schema: "cog/plan-1", platform: {os: "linux", arch: "amd64"}, decisions: [], images: {}, contexts: {},
      source: {file: "cog.yaml", positions: {}}, stages: [{id: "run", phase: "build.base", source: {scratch: true}, provides: [],
        operations: [{op: "mkdir", path: "/d"}]}],
      export: {stage: "run", tags: [], label_files: {}, labels: {}, image: {
        env: {}, entrypoint: [], cmd: ["true"], workdir: "/", user: "", exposed_ports: []}}}' |
        cog-llb | cog-submit --tag="$host/me/model" --builder="unix://$PWD/none" "${@:---push}"
}

# goes_on: the registry has nothing against it.
goes_on() {
    fails 3 engine.unreachable submits "$@"
}

@test "a push is refused before anything is built, where the registry refuses the password" {
    with_password
    refuses registry.login submits
    grep -q "$host wants a login, and none is kept here; log in with \"cog login --registry $host\"" err
    keeps me:wrong
    refuses registry.login submits
    grep -q 'refuses the password that is kept here for me; log in again' err
    keeps me:pa:ss
    goes_on
    keeps me:wrong # and nothing is pushed there
    goes_on --load
    goes_on -o "type=image,push=true,name=127.0.0.1:1/other"
    refuses registry.login submits --push -o "type=image,push=true,name=127.0.0.1:1/other"
}

@test "the same of a registry with tokens, but where the password is not sent" {
    with_tokens 127.0.0.1
    goes_on # who has no password may have rights there
    keeps me:wrong
    refuses registry.login submits
    keeps me:pa:ss
    goes_on
    jq -n --arg host "$host" '{auths: {($host): {identitytoken: "old"}}}' >docker/config.json
    goes_on
    with_tokens 0.0.0.0 # another party's, for all that is known
    keeps me:wrong
    goes_on
}

@test "a push goes on where a registry gives no clear answer" {
    host=127.0.0.1:1
    keeps me:wrong
    goes_on
    listening python3 -u -m http.server --bind 127.0.0.1 0
    host=127.0.0.1:$port
    keeps me:wrong
    goes_on
}
