#!/usr/bin/env bats
# builders.bats - cog-submit with BuildKit itself, without a Docker Engine around it, and what leaves a build. The images
# come from the registry of scripts/engine, buildkitd is built from its Go modules (scripts/buildkit).
# bats file_tags=engine

setup_file() {
    BUILDKIT=$(mktemp -d /tmp/cog-buildkit.XXXXXX)
    export BUILDKIT TLS=$BUILDKIT/tls BK_TOOLS=$BATS_TEST_DIRNAME/../build/buildkit/bin
    [ -n "${COG_ENGINE_REGISTRY:-}" ] || return 0
    command -v go || [ -x "$BK_TOOLS/buildx" ] || [ -x /usr/local/go/bin/go ] || return 0
    certificates
    PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    export PORT
    "$BATS_TEST_DIRNAME/../scripts/buildkit" start "$BUILDKIT/d" --addr "unix://$BUILDKIT/d/sock" \
        --addr "tcp://127.0.0.1:$PORT" --tlscacert "$TLS/ca.pem" --tlscert "$TLS/server.pem" --tlskey "$TLS/server-key.pem"
}

teardown_file() {
    "$BATS_TEST_DIRNAME/../scripts/buildkit" stop "$BUILDKIT/d"
    rm -rf "$BUILDKIT"
}

# certificates: an authority, and what it has signed for 127.0.0.1.
certificates() {
    mkdir "$TLS"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout "$TLS/ca-key.pem" -out "$TLS/ca.pem" 2>/dev/null
    printf 'subjectAltName=IP:127.0.0.1,DNS:builder.example\n' >"$TLS/names"
    for name in server client; do
        openssl req -newkey rsa:2048 -nodes -subj "/CN=$name" -keyout "$TLS/$name-key.pem" -out "$TLS/$name.csr" 2>/dev/null
        openssl x509 -req -in "$TLS/$name.csr" -CA "$TLS/ca.pem" -CAkey "$TLS/ca-key.pem" -CAcreateserial -days 2 \
            -extfile "$TLS/names" -out "$TLS/$name.pem" 2>/dev/null
    done
    cp "$TLS/client.pem" "$TLS/cert.pem"
    cp "$TLS/client-key.pem" "$TLS/key.pem"
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    [ -n "${COG_ENGINE_REGISTRY:-}" ] || skip "there is no registry: needs the private engine of scripts/engine"
    [ -S "$BUILDKIT/d/sock" ] || skip "Go is missing, with which buildkitd is built"
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir tree bin
    BUILDER=unix://$BUILDKIT/d/sock
    MARK=$BATS_TEST_NUMBER-$$-$RANDOM
    NAME=$COG_ENGINE_REGISTRY/test/builders:$MARK
    IMAGES=()
}

teardown() {
    docker image rm -f "$NAME" "${IMAGES[@]}" >/dev/null 2>&1 || true
}

# plan SHELL: the folder tree is copied to /src, then the command runs.
plan() {
    jq -n --arg name "$NAME" --arg shell "$1" '{
      schema: "cog/plan-1", platform: {os: "linux", arch: "amd64"}, decisions: [], images: {},
      contexts: {source: {path: "tree"}}, source: {file: "cog.yaml", positions: {}},
      stages: [{id: "run", phase: "build.base", source: {image: "python:3.13-slim"}, provides: [], operations: [
        {op: "copy", from: {local: "source"}, src: ["/"], dest: "/src/", contents: true, why: [{rule: "test"}]},
        {op: "exec", shell: $shell, mounts: [], why: []}]}],
      export: {stage: "run", tags: [$name], label_files: {}, labels: {}, image: {
        env: {}, entrypoint: [], cmd: ["true"], workdir: "/src", user: "", exposed_ports: []}}}'
}

# build SHELL: the build document of such a plan.
build() {
    plan "$1" | cog-resolve --no-lock | cog-llb >build.json
}

submit() {
    cog-submit "$@" <build.json 2>log || { cat log; false; }
}

# transferred: the bytes of the folder that were sent, by the reports in the file log.
transferred() {
    jq -s '[.[].statuses[]? | select(.id | startswith("transferring")) | .current] | max' log
}

# twice OPTION...: builds, and again, which sends no file.
twice() {
    head -c 300000 /dev/urandom >tree/large
    build "sha256sum < /src/large; : $MARK $*"
    submit --no-export --progress=rawjson "$@"
    [ "$(transferred)" -gt 300000 ]
    submit --no-export --progress=rawjson "$@"
    [ "$(transferred)" -lt 1000 ]
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

@test "a second build sends no file: ssh, to BuildKit and to a Docker Engine" {
    stand_in ssh <<'END'
#!/bin/sh
echo "$@" >>ssh.log
while [ "$1" != -- ]; do shift; done
[ "$2" = me@there ] && exec sh -c "$3"
END
    # shellcheck disable=SC2016 # for the shell that runs it
    printf '#!/bin/sh\n[ "$1 $2" = "system dial-stdio" ] && exec "%s/relay-stdio" "%s"\n' "$BATS_TEST_DIRNAME" \
        "${DOCKER_HOST#unix://}" >bin/docker
    chmod +x bin/docker
    twice --builder ssh://me@there:2222
    rm bin/docker
    BUILDKIT_HOST=ssh://me@there twice
    grep -q -e '-p 2222 -- me@there sh -c' ssh.log
    grep -q -e '-- me@there buildctl dial-stdio' ssh.log
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

@test "an image is pushed, and runs elsewhere" {
    build "echo $MARK > /made"
    submit --builder "$BUILDER" --push --iidfile id --metadata-file metadata >image.json
    [ "$(docker run --rm "$NAME" cat /made)" = "$MARK" ]
    [ "$(cat id)" = "$(jq -r .digest image.json)" ]
    [ "$(jq -r '."containerimage.descriptor".digest' metadata)" = "$(cat id)" ]
    jq -e --arg name "$NAME" '."image.name" == $name' metadata
}

@test "an image is pushed by a Docker Engine that keeps no blobs" {
    build "echo $MARK > /made"
    submit --push >image.json
    [ "$(docker image inspect -f '{{.Id}}' "$NAME")" = "$(jq -r .id image.json)" ]
    curl -sf --noproxy '*' -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
        "http://$COG_ENGINE_REGISTRY/v2/test/builders/manifests/$MARK" >manifest.json
    [ "sha256:$(sha256sum <manifest.json | cut -c1-64)" = "$(jq -r .digest image.json)" ]
    fails 3 engine.push cog-submit -t 127.0.0.1:9/x:1 --push <build.json
}

@test "an image goes into the Docker Engine without a file in between" {
    build "echo $MARK > /made"
    submit --builder "$BUILDER" --load >image.json
    [ "$(docker run --rm "$NAME" cat /made)" = "$MARK" ]
    [ "$(docker image inspect -f '{{.Id}}' "$NAME")" = "$(jq -r .id image.json)" ]
    DOCKER_HOST=unix:///none fails 3 engine.load cog-submit --builder "$BUILDER" --load <build.json
}

@test "archives and folders come out, several at once" {
    build "echo $MARK > /made; ln /made /twice; ln -s /made /soft; chmod 751 /made"
    cog-submit --builder "$BUILDER" -o type=oci <build.json | tar t | grep -x index.json
    submit --builder "$BUILDER" -o folder -o type=tar,dest=all.tar -o type=docker,dest=image.tar --document image.json >stdout
    [ ! -s stdout ]
    [ "$(cat folder/made)" = "$MARK" ]
    [ "$(stat -c %a:%h folder/made)" = 751:2 ]
    [ "$(readlink folder/soft)" = /made ]
    [ "$(tar xOf all.tar made)" = "$MARK" ]
    tar tf image.tar | grep -x manifest.json
    jq -e '.schema == "cog/image-1"' image.json
    run ! compgen -G '*.tar.*'
    submit -o folder2
    [ "$(cat folder2/made)" = "$MARK" ]
    cog-submit -o - <build.json | tar t | grep -x made
}

@test "what cannot come out is refused before anything is built" {
    build true
    refuses build.output cog-submit -o type=oci,dest=x.tar <build.json
    refuses build.output cog-submit -o folder -o type=tar,dest=x.tar <build.json
    refuses build.output cog-submit --provenance <build.json
    refuses build.output cog-submit --cache-to type=registry,ref=x <build.json
    refuses output.write cog-submit --builder "$BUILDER" -o type=oci,dest=none/x.tar <build.json
    fails 2 usage.option cog-submit -o type=zip <build.json
    fails 2 usage.option cog-submit -o type=oci -o type=tar <build.json
    run ! compgen -G 'x.tar*'
    touch file
    refuses output.write cog-submit --builder "$BUILDER" -o file <build.json
    submit --builder "$BUILDER"
    grep -q 'warning: .* \[build.output\]' log
}

@test "a failed build leaves no part of an output" {
    build "exit 3"
    refuses build.step cog-submit --builder "$BUILDER" -o type=oci,dest=x.tar <build.json
    run ! compgen -G 'x.tar*'
}

# The record that BuildKit keeps of a build, and prints itself, is the same as what was passed on of it.
@test "rawjson is what BuildKit's own client prints" {
    build "echo out; echo err >&2; head -c 300000 /dev/urandom >/made; echo $MARK"
    head -c 300000 /dev/urandom >tree/large
    "$BK_TOOLS/buildctl" --addr "$BUILDER" prune --all >/dev/null
    submit --builder "$BUILDER" --progress=rawjson -o type=tar,dest=x.tar
    "$BK_TOOLS/buildctl" --addr "$BUILDER" debug histories --format json >records
    "$BK_TOOLS/buildctl" --addr "$BUILDER" debug logs --progress=rawjson \
        "$(jq -rs 'max_by(.record.CreatedAt | [.seconds, .nanos]) | .record.Ref' records)" >record
    # shellcheck disable=SC2016 # a variable of jq
    flat='[.[] | to_entries[] | .key as $kind | .value[] | {$kind} + .]'
    jq -s "$flat" log >ours
    jq -s "$flat" record >theirs
    jq -e 'length > 8 and ([.[].kind] | unique) == ["logs", "statuses", "vertexes"]' theirs
    jq -ne --slurpfile ours ours --slurpfile theirs theirs '$theirs[0] - $ours[0] == []'
}

@test "images are resolved by the builder that builds, with its mirrors" {
    export XDG_CACHE_HOME=$PWD/cache
    plan true >plan.json
    COG_BUILDER=$BUILDER cog-resolve --no-lock <plan.json >resolved.json
    jq -e '.images["python:3.13-slim"] | .digest and .config.config.Env' resolved.json
    [ "$(jq -r '.images["python:3.13-slim"].digest' resolved.json)" = \
        "$(cog-resolve --no-lock --update <plan.json | jq -r '.images["python:3.13-slim"].digest')" ]
    sed 's/python:3.13-slim/python:none/' plan.json >missing.json
    COG_BUILDER=$BUILDER refuses image.missing cog-resolve --no-lock <missing.json
    COG_BUILDER=unix:///none fails 3 engine.unreachable cog-resolve --no-lock <missing.json
}

@test "a cache goes to a registry and comes back, to a builder that has none" {
    local cache=$COG_ENGINE_REGISTRY/test/cache:$MARK
    build "head -c 20 /dev/urandom | sha256sum; : $MARK"
    submit --builder "$BUILDER" --no-export --cache-to "type=registry,ref=$cache,mode=max"
    "$BK_TOOLS/buildctl" --addr "$BUILDER" prune --all >/dev/null
    submit --builder "$BUILDER" --no-export --progress=rawjson --cache-from "$cache"
    jq -se 'last(.[].vertexes[]? | select(.name | startswith("[run] head"))).cached' log
    submit --builder "$BUILDER" --push --cache-to type=inline
    "$BK_TOOLS/buildctl" --addr "$BUILDER" prune --all >/dev/null
    submit --builder "$BUILDER" --no-export --progress=rawjson --cache-from "type=registry,ref=$NAME"
    jq -se 'last(.[].vertexes[]? | select(.name | startswith("[run] head"))).cached' log
    fails 2 usage.option cog-submit --cache-to type=local,dest=x <build.json
    refuses build.output cog-submit --cache-to "type=registry,ref=$cache" <build.json
}

@test "attestations are attached" {
    build "echo $MARK"
    submit --builder "$BUILDER" --push --provenance=mode=max --metadata-file metadata >/dev/null
    jq -e '."containerimage.descriptor".mediaType | endswith("index.v1+json")' metadata
    curl -sf --noproxy '*' -H 'Accept: application/vnd.oci.image.index.v1+json' \
        "http://$COG_ENGINE_REGISTRY/v2/test/builders/manifests/$MARK" |
        jq -e '[.manifests[].annotations["vnd.docker.reference.type"] // empty] == ["attestation-manifest"]'
}

@test "the cache of a builder is listed and removed" {
    build "head -c 3000000 /dev/urandom >/made; : $MARK"
    submit --builder "$BUILDER" --no-export
    cog-cache --builder "$BUILDER" >cache.json
    jq -e '.schema == "cog/cache-1" and .size > 3000000 and (.records | length > 2)' cache.json
    jq -e --arg mark "$MARK" 'any(.records[]; (.description // "") | contains($mark))' cache.json
    [ "$(cog-cache --builder "$BUILDER" du --filter type==exec.cachemount | jq '.records | length')" = 0 ]
    cog-cache --builder "$BUILDER" prune --all | jq -e '.size > 3000000'
    [ "$(cog-cache --builder "$BUILDER" | jq .size)" = 0 ]
    cog-cache du | jq -e '.records | length > 0' # of the Docker Engine
    fails 3 engine.cache cog-cache --builder "$BUILDER" --filter '==' du
    fails 2 usage.operand cog-cache remove
    fails 2 usage.option cog-cache prune --keep-storage=x
}

@test "a builder that is killed during the build" {
    "$BATS_TEST_DIRNAME/../scripts/buildkit" start "$BUILDKIT/e"
    build "sleep 97 # $MARK"
    local status=0
    (
        await pgrep -f "sleep 97 # $MARK"
        kill -KILL "$(cat "$BUILDKIT/e/pid")"
    ) 3>&- &
    timeout 60 cog-submit --builder "unix://$BUILDKIT/e/sock" -o type=oci,dest=x.tar <build.json >stdout 2>err || status=$?
    pgrep -f "sleep 97 # $MARK" | xargs -r kill || true
    "$BATS_TEST_DIRNAME/../scripts/buildkit" stop "$BUILDKIT/e"
    [ "$status" = 3 ]
    grep -qF '[engine.lost]' err
    [ ! -s stdout ]
    run ! compgen -G 'x.tar*'
}

@test "cog build: with another builder, to an archive, a registry, the engine" {
    project
    export COG_BUILDER=$BUILDER
    cog build --progress quiet -o type=oci | tar t | grep -x index.json
    cog build --progress quiet -t "$NAME" --push --load --iidfile id
    [ -s id ]
    docker image inspect "$NAME" >/dev/null
    docker image rm "$NAME"
    docker pull -q "$NAME"
    [ "$(docker run --rm "$NAME" cat /src/cog.yaml)" = "$(cat cog.yaml)" ]
}
