#!/usr/bin/env bats
# transports.bats - how an engine is reached: each kind of address, with TLS, by ssh.
# bats file_tags=engine
# shellcheck disable=SC2030,SC2031 # every test is a shell of its own
# shellcheck disable=SC2153,SC2154 # variables that buildkit.bash sets

setup_file() {
    load lib
    load buildkit
    buildkit_start
}

teardown_file() {
    load buildkit
    buildkit_stop
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    load buildkit
    buildkit_setup
}

teardown() {
    buildkit_teardown
}

# transferred: the bytes of the folder that were sent, by the reports in the file log.
transferred() {
    jq -s '[.[].statuses[]? | select(.id | startswith("transferring")) | .current] | max' log
}

# sends_nothing OPTION...: builds, and no file is sent: as soon as the engine has let go of those that an earlier build sent.
sends_nothing() {
    submit --no-export --progress=rawjson "$@" && [ "$(transferred)" -lt 1000 ]
}

# twice OPTION...: builds, and again, which sends no file.
twice() {
    head -c 300000 /dev/urandom >tree/large
    build "sha256sum < /src/large; : $MARK $*"
    submit --no-export --progress=rawjson "$@"
    [ "$(transferred)" -gt 300000 ]
    await sends_nothing "$@"
    jq -se 'last(.[].vertexes[]? | select(.name | startswith("[run] sha256sum"))).cached' log
}

# stand_in NAME: a command that runs what comes behind its own options here, and not elsewhere.
stand_in() {
    cat >"bin/$1"
    printf '#!/bin/sh\nexec %s --addr %s "$@"\n' "$BK_TOOLS/buildctl" "$BUILDER" >bin/buildctl
    chmod +x "bin/$1" bin/buildctl
    PATH=$PWD/bin:$PATH
}

@test "a second build sends no file: unix" {
    twice --builder "$BUILDER"
}

@test "a second build sends no file: tcp with mutual TLS" {
    twice --builder "tcp://127.0.0.1:$PORT" --tlsdir "$TLS"
}

@test "a second build sends no file: a Docker Engine" {
    twice --builder docker
}

@test "a second build sends no file: kube-pod" {
    stand_in kubectl <<'END'
#!/bin/sh
echo "$@" >>kubectl.log
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
END
    twice --builder 'kube-pod://pod-0?namespace=n&container=c'
    grep -qx -e '--namespace=n exec --container=c -i pod-0 -- buildctl dial-stdio' kubectl.log
}

@test "a second build sends no file: docker-container, podman-container" {
    for program in docker podman; do
        stand_in $program <<'END'
#!/bin/sh
[ "$1 $2 $3" = "exec -i box" ] || { echo "no container $3" >&2; exit 1; }
shift 3
exec "$@"
END
        twice --builder $program-container://box
        fails 3 engine.unreachable cog-submit --builder $program-container://other <build.json
        grep -q 'no container other' err
    done
}

# server COMMAND...: runs it until the test ends, once it listens on $port.
server() {
    "$@" 3>&- >server.log 2>&1 &
    pids+=($!)
    await accepts 127.0.0.1 "$port" || { cat server.log && return 1; }
}

# ssh_server: a real one, which lets this user in by a key that the command ssh, of the folder bin, shows. What is there are
# the commands docker and buildctl, with these engines.
ssh_server() {
    [ -x /usr/sbin/sshd ] || skip "openssh-server is missing; run scripts/setup test"
    port=$(free_port)
    ssh-keygen -qt ed25519 -N '' -f host_key
    ssh-keygen -qt ed25519 -N '' -f key
    mkdir -p /run/sshd
    cat >sshd_config <<END
ListenAddress 127.0.0.1:$port
HostKey $PWD/host_key
PidFile none
AuthorizedKeysFile $PWD/key.pub
StrictModes no
UsePAM no
SetEnv PATH=$PWD/there:/usr/bin:/bin DOCKER_HOST=$DOCKER_HOST BUILDKIT_HOST=$BUILDER DOCKER_CONFIG=$PWD
END
    mkdir there
    ln -s "$BK_TOOLS/buildctl" there
    echo "[127.0.0.1]:$port $(<host_key.pub)" >known_hosts
    printf '#!/bin/sh\nexec /usr/bin/ssh -F none -i %s -o IdentityAgent=none -o UserKnownHostsFile=%s "$@"\n' \
        "$PWD/key" "$PWD/known_hosts" >bin/ssh
    chmod +x bin/ssh
    PATH=$PWD/bin:$PATH
    server /usr/sbin/sshd -D -e -f "$PWD/sshd_config"
    there=ssh://$(id -un)@127.0.0.1:$port
}

@test "a second build sends no file: ssh, to a Docker Engine and to BuildKit" {
    ssh_server
    twice --builder "$there"
    grep -q 'Accepted publickey' server.log
    BUILDKIT_HOST=$there twice
    : >known_hosts
    fails 3 engine.unreachable cog-submit --builder "$there" <build.json
    grep -q 'Host key verification failed' err
    rm key
    fails 3 engine.unreachable cog-submit --builder "$there" <build.json
}

@test "ssh: images are resolved, pushed and run by the engine there, by a Docker context, too" {
    ssh_server
    engine=$DOCKER_HOST id=$(printf far | sha256sum | cut -d' ' -f1)
    mkdir -p "docker/contexts/meta/$id"
    jq -n --arg there "$there" '{Name: "far", Endpoints: {docker: {Host: $there}}}' >"docker/contexts/meta/$id/meta.json"
    docker pull -q python:3.13-slim
    plan "echo $MARK >/made" >plan.json
    unset DOCKER_HOST
    export DOCKER_CONTEXT=far DOCKER_CONFIG=$PWD/docker
    cog-resolve --no-lock <plan.json >resolved.json 2>log
    [ ! -s log ]
    jq -e '.images["python:3.13-slim"].from == "engine"' resolved.json
    cog-llb <resolved.json >build.json
    submit --push >image.json
    [ "$(cog-exec --image "$NAME" cat /made)" = "$MARK" ]
    unset DOCKER_CONTEXT
    export DOCKER_HOST=$engine
    docker image rm "$NAME"
    cog-submit --builder "$there" --push <build.json | jq -e '.digest'
    [ "$(COG_BUILDER=$there cog-exec --image "$NAME" cat /made)" = "$MARK" ]
    await no_relays plan.json
}

@test "a Docker Engine behind TLS: one address and one set of files for all programs" {
    listening "$TOP/tests/tls-relay" "$DOCKER_HOST" 0 "$TLS/ca.pem" "$TLS/server.pem" "$TLS/server-key.pem"
    local tcp=tcp://127.0.0.1:$port
    docker pull -q python:3.13-slim
    plan "echo $MARK >/made" >plan.json
    local mine="DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=$TLS" ours="BUILDKIT_TLS_DIR=$TLS"
    for way in "$mine COG_BUILDER=$tcp" "$mine DOCKER_HOST=$tcp" "$ours COG_BUILDER=$tcp" \
        "$ours BUILDKIT_TLS_SERVER_NAME=builder.example COG_BUILDER=$tcp"; do
        read -ra words <<<"$way"
        env "${words[@]}" cog-resolve --no-lock --offline <plan.json >resolved.json
        jq -e '.images["python:3.13-slim"].from == "engine"' resolved.json
        cog-llb <resolved.json >build.json
        env "${words[@]}" cog-submit --push <build.json | jq -e .digest
        [ "$(env "${words[@]}" cog-exec --image "$NAME" cat /made)" = "$MARK" ]
        [ "$(echo hello | env "${words[@]}" timeout 120 cog-exec -i --image "$NAME" cat)" = hello ]
    done
    cog-resolve --no-lock --offline --builder "$tcp" --tlsdir "$TLS" <plan.json | cmp - resolved.json
    fails 3 engine.unreachable cog-resolve --offline --builder "$tcp" --tlsdir "$TLS" --tlsservername other.example <plan.json
    fails 3 engine.unreachable cog-resolve --offline --builder "$tcp" --tlscacert "$TLS/client.pem" <plan.json
    fails 3 engine.unreachable cog-resolve --offline --builder "$tcp" <plan.json
}

@test "tcp with TLS is verified, both ways" {
    build true
    local tcp=tcp://127.0.0.1:$PORT
    submit --no-export --builder "$tcp" --tlsdir "$TLS" --tlsservername builder.example
    BUILDKIT_HOST=$tcp BUILDKIT_TLS_DIR=$TLS submit --no-export
    DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=$TLS submit --no-export --builder "$tcp"
    fails 3 engine.unreachable cog-submit --builder "$tcp" --tlscacert "$TLS/ca.pem" <build.json
    grep -q 'certificate required' err
    fails 3 engine.unreachable cog-submit --builder "$tcp" --tlsdir "$TLS" --tlsservername other.example <build.json
    grep -q 'hostname mismatch' err
    fails 3 engine.unreachable cog-submit --builder "$tcp" --tlscacert "$TLS/client.pem" <build.json
    grep -q 'issuer certificate' err
    fails 3 engine.unreachable cog-submit --builder "$tcp" --tlscacert none.pem <build.json
    grep -q 'none.pem: No such file' err
    fails 3 engine.unreachable cog-submit --builder "$tcp" <build.json
}

@test "the option comes before COG_BUILDER, BUILDKIT_HOST and DOCKER_HOST" {
    build true
    DOCKER_HOST=unix:///none BUILDKIT_HOST=unix:///none COG_BUILDER=unix:///none submit --no-export --builder "$BUILDER"
    DOCKER_HOST=unix:///none BUILDKIT_HOST=unix:///none COG_BUILDER=$BUILDER submit --no-export
    DOCKER_HOST=unix:///none BUILDKIT_HOST=$BUILDER submit --no-export
    BUILDKIT_HOST=unix:///none COG_BUILDER=docker submit --no-export
    COG_BUILDER=unix:///none fails 3 engine.unreachable cog-submit <build.json
    grep -q 'unix:///none (COG_BUILDER)' err
    fails 1 engine.endpoint cog-submit --builder nonsense <build.json
}
