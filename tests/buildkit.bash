# buildkit.bash - a buildkitd for the tests of a file, in $BUILDKIT/d, and builds that it is given. Loaded with `load buildkit`.
# The images come from the registry of scripts/engine, buildkitd is built from its Go modules (scripts/buildkit).
# shellcheck shell=bash
# shellcheck disable=SC2034 # what it sets is for the tests

# buildkit_start: for setup_file. It listens at unix://$BUILDKIT/d/sock, and at tcp://127.0.0.1:$PORT with the TLS of $TLS.
buildkit_start() {
    BUILDKIT=$(mktemp -d /tmp/cog-buildkit.XXXXXX)
    export BUILDKIT TLS=$BUILDKIT/tls BK_TOOLS=$BATS_TEST_DIRNAME/../build/buildkit/bin
    [ -n "${COG_ENGINE_REGISTRY:-}" ] || return 0
    command -v go || [ -x "$BK_TOOLS/buildx" ] || [ -x /usr/local/go/bin/go ] || return 0
    certificates
    "$BATS_TEST_DIRNAME/../scripts/buildkit" start "$BUILDKIT/d" --addr "unix://$BUILDKIT/d/sock" \
        --addr tcp://127.0.0.1:0 --tlscacert "$TLS/ca.pem" --tlscert "$TLS/server.pem" --tlskey "$TLS/server-key.pem"
    await grep 'running server on 127' "$BUILDKIT/d/log"
    PORT=$(sed -n 's/.*running server on 127.0.0.1:\([0-9]*\).*/\1/p' "$BUILDKIT/d/log")
    export PORT
}

# buildkit_stop: for teardown_file. A test that failed may have left another one.
buildkit_stop() {
    for pid in "$BUILDKIT"/*/pid; do
        [ ! -e "$pid" ] || "$BATS_TEST_DIRNAME/../scripts/buildkit" stop "${pid%/pid}"
    done
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

# buildkit_setup: for setup.
buildkit_setup() {
    [ -n "${COG_ENGINE_REGISTRY:-}" ] || skip "there is no registry: needs the private engine of scripts/engine"
    [ -S "$BUILDKIT/d/sock" ] || skip "Go is missing, with which buildkitd is built"
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir tree bin
    BUILDER=unix://$BUILDKIT/d/sock
    MARK=$BATS_TEST_NUMBER-$$-$RANDOM
    pids=()
    NAME=$COG_ENGINE_REGISTRY/test/builders:$MARK
    IMAGES=()
}

buildkit_teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
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
