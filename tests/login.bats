#!/usr/bin/env bats
# login.bats - cog login with real registries: what they take is kept, and nothing else.

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

logs_in() { # PASSWORD
    printf '%s\n' "$1" | cog login --registry "$host" --username me --token-stdin
}

@test "a right password is kept for its owner alone, what else is in the file stays" {
    with_password
    mkdir docker
    echo '{"currentContext": "mine", "auths": {"other.example.com": {"auth": "eDp5"}}}' >docker/config.json
    run -0 --separate-stderr logs_in pa:ss
    [ -z "$output" ]
    # shellcheck disable=SC2154 # set by run
    [[ $stderr == *"logged in to $host as me"* && $stderr != *pa:ss* ]]
    jq -e --arg h "$host" '.auths[$h].auth == ("me:pa:ss" | @base64) and .currentContext == "mine" and
        .auths["other.example.com"].auth == "eDp5"' docker/config.json
    rm -r docker
    logs_in pa:ss
    [ "$(stat -c '%a' docker/config.json)" = 600 ]
    COG_REGISTRY_HOST=$host cog login --username me --token-stdin <<<pa:ss
}

@test "what the registry does not take is not kept" {
    with_password
    refuses login.refused logs_in wrong
    [ ! -e docker ]
    host=127.0.0.1:$(free_port)
    fails 3 registry.unreachable logs_in pa:ss
    [ ! -e docker ]
    python3 -m http.server --bind 127.0.0.1 "${host#*:}" 3>&- >/dev/null 2>&1 &
    pids+=($!)
    await curl -so /dev/null "http://$host/"
    refuses login.registry logs_in pa:ss
    [ ! -e docker ]
}

@test "a registry that knows the user, who may do nothing" {
    host=127.0.0.1:$(free_port)
    python3 - "${host#*:}" <<'END' 3>&- 2>/dev/null &
import http.server, sys


class Forbidding(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = "Authorization" in self.headers
        self.send_response(403 if known else 401)
        self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.end_headers()


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Forbidding).serve_forever()
END
    pids+=($!)
    await curl -so /dev/null "http://$host/"
    refuses login.forbidden logs_in pa:ss
}

@test "a registry with tokens" {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=test -days 2 2>/dev/null
    port=$(free_port)
    "$TOP/tests/token-server" "$port" . 3>&- 2>/dev/null &
    pids+=($!)
    await curl -so /dev/null "http://127.0.0.1:$port/"
    registry "auth: {token: {realm: 'http://127.0.0.1:$port/token', service: s, issuer: test, rootcertbundle: $PWD/cert.pem}}"
    logs_in pa:ss
    refuses login.refused logs_in wrong
}

@test "a registry where a token is enough says whose it is, and where people see theirs" {
    host=127.0.0.1:$(free_port)
    python3 - "${host#*:}" <<'END' 3>&- 2>/dev/null &
import base64, http.server, json, sys, urllib.parse

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


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Tokens).serve_forever()
END
    pids+=($!)
    for _ in {1..600}; do curl -so /dev/null "http://$host/" && break; sleep 0.05; done
    run -0 --separate-stderr cog login --registry "$host" --token-stdin <<<r8+token
    [[ $stderr == *"logged in to $host as ann"* ]]
    jq -e --arg h "$host" '.auths[$h].auth == ("ann:r8+token" | @base64)' docker/config.json
    rm -r docker
    refuses login.refused cog login --registry "$host" --token-stdin <<<another
    [ ! -e docker ]
    { sleep 1 && echo r8+token; } | timeout 60 script -qec "cog login --registry $host" /dev/null >shown
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
    { sleep 1 && echo me && sleep 1 && echo pa:ss; } |
        timeout 20 script -qec "cog login --registry $host" /dev/null >shown
    grep -q 'User name: ' shown && grep -q 'Password or token: ' shown
    run -1 grep -q 'pa:ss' shown
    jq -e --arg h "$host" '.auths[$h].auth' docker/config.json
}
