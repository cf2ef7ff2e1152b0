#!/usr/bin/env bats
# failures.bats - what can go wrong between cog-submit and an engine or a registry: how it ends, what it says, and that
# nothing is left behind. With a Docker Engine, and with a buildkitd where there is Go to build it (scripts/buildkit).
# bats file_tags=engine
# shellcheck disable=SC2154 # port, which lib.bash sets

setup_file() {
    BUILDKIT=$(mktemp -d /tmp/cog-failures.XXXXXX)
    export BUILDKIT TOOL=$BATS_TEST_DIRNAME/../scripts/buildkit
    command -v go || [ -x "$BATS_TEST_DIRNAME/../build/buildkit/bin/buildx" ] || [ -x /usr/local/go/bin/go ] || return 0
    "$TOOL" start "$BUILDKIT/d"
}

teardown_file() {
    "$TOOL" stop "$BUILDKIT/d"
    rm -rf "$BUILDKIT"
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    load registry
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir tree
    echo hello >tree/a
    MARK=$BATS_TEST_NUMBER-$$-$RANDOM
    pids=()
}

teardown() {
    ((${#pids[@]} == 0)) || kill -TERM "${pids[@]}" 2>/dev/null || true
    ((${#pids[@]} == 0)) || kill -CONT "${pids[@]}" 2>/dev/null || true # what was stopped
}

# needs_buildkit: sets BUILDER to the buildkitd.
needs_buildkit() {
    [ -S "$BUILDKIT/d/sock" ] || skip "Go is missing, with which buildkitd is built"
    BUILDER=unix://$BUILDKIT/d/sock
}

# resolved [SHELL]: the plan: the folder tree alone, or copied to an image in which the command runs; resolved.
resolved() {
    jq -n --arg shell "${1:-}" '{
      schema: "cog/plan-1", platform: {os: "linux", arch: "amd64"}, decisions: [], images: {},
      contexts: {source: {path: "tree"}}, source: {file: "cog.yaml", positions: {}},
      stages: [{id: "run", phase: "build.base", provides: [],
        source: (if $shell == "" then {scratch: true} else {image: "python:3.13-slim"} end), operations: ([
        {op: "copy", from: {local: "source"}, src: ["/"], dest: "/src/", contents: true, why: [{rule: "test"}]}] +
        if $shell == "" then [] else [{op: "exec", shell: $shell, mounts: [], why: []}] end)}],
      export: {stage: "run", tags: [], label_files: {}, labels: {}, image: {
        env: {}, entrypoint: [], cmd: ["true"], workdir: "/src", user: "", exposed_ports: []}}}' |
        cog-resolve --no-lock
}

# build [SHELL]: build.json, of that.
build() {
    resolved "$@" | cog-llb >build.json
}

# running TEXT: whether a process has it in its command line; idle TEXT: whether none has.
running() {
    pgrep -f -- "$1" >/dev/null
}
idle() {
    ! running "$1"
}

# left: the files of an output, whole or not.
left() {
    compgen -G 'x.tar*'
}

# ends STATUS PID: it ends with it, within ten minutes.
ends() {
    local actual=0
    timeout 600 tail --pid="$2" -f /dev/null || told "does not end" cat log
    wait "$2" || actual=$?
    [ "$actual" = "$1" ] || told "status $actual instead of $1" cat log
}

# engine_relay: starts a relay in front of the Docker Engine; sets $relay, its process.
engine_relay() {
    "$TOP/tests/relay" "${DOCKER_HOST:-unix:///var/run/docker.sock}" relay.sock 3>&- &
    relay=$!
    pids+=("$relay")
    await test -S relay.sock
}

# begin OPTION...: cog-submit, whose step sleeps by now; sets $program.
begin() {
    build "sleep 97 # $MARK"
    env --default-signal=HUP,INT,QUIT,PIPE,TERM cog-submit --progress=plain -o type=tar,dest=x.tar "$@" \
        <build.json >out 2>log 3>&- &
    program=$!
    pids+=("$program")
    await running "sleep 97 # $MARK" || { cat log; return 1; }
}

# over: what `begin` began is gone, and so is what it made.
over() {
    [ ! -s out ]
    run ! left
    await idle "sleep 97 # $MARK"
}

# faulty FAULT...: a registry that only answers so; sets $port.
faulty() {
    listening "$TOP/tests/faulty-server" 0 http://127.0.0.1:9 requests.log "$@"
}

@test "the connection is cut: at every tenth byte of a question, at many of a build" {
    build
    # shellcheck disable=SC2016 # for the shell that runs it
    "$TOP/tests/cuts" "${DOCKER_HOST:-unix:///var/run/docker.sock}" 10 sh -c 'exec cog-submit --builder "$BUILDER" --capabilities'
    # shellcheck disable=SC2016
    # COG_CUT_STEP=10: at every tenth, which takes minutes
    FROM=$PWD "$TOP/tests/cuts" "${DOCKER_HOST:-unix:///var/run/docker.sock}" "${COG_CUT_STEP:-70}" sh -c \
        'exec cog-submit --builder "$BUILDER" -C "$FROM" -o type=tar,dest=x.tar <"$FROM/build.json"'
}

@test "the connection is cut: BuildKit without an engine" {
    needs_buildkit
    build
    # shellcheck disable=SC2016 # for the shell that runs it
    FROM=$PWD "$TOP/tests/cuts" "$BUILDER" "${COG_CUT_STEP:-90}" sh -c \
        'exec cog-submit --builder "$BUILDER" -C "$FROM" -o type=tar,dest=x.tar <"$FROM/build.json"'
}

@test "signals: each ends the build here and there; a second one does not wait for an engine that is stuck" {
    for signal in HUP INT QUIT PIPE TERM; do
        begin
        kill "-$signal" "$program"
        ends 130 "$program"
        over
    done
    engine_relay
    begin --builder "unix://$PWD/relay.sock"
    kill -STOP "$relay"
    while kill -INT "$program" 2>/dev/null; do sleep 0.2; done # the second of those that it sees
    ends 130 "$program"
    kill "$relay"
    kill -CONT "$relay"
    over
}

@test "a gap, as of a laptop asleep: the build goes on, or is told to be lost" {
    build "for i in \$(seq 200); do echo \$i; sleep 0.1; done; echo woken; : $MARK"
    cog-submit --no-export --progress=plain <build.json >out 2>log 3>&- &
    program=$!
    pids+=("$program")
    await grep -q ' 5$' log
    kill -STOP "$program"
    sleep 3 # the gap itself
    kill -CONT "$program"
    local status=0
    wait "$program" || status=$?
    if [ "$status" = 0 ]; then
        grep -q 's woken$' log
    else # Docker 20.10 gives up a client that is silent for ten seconds, which a loaded machine may make of three
        [ "$status" = 3 ]
        grep -qF '[engine.lost]' log
    fi
}

@test "packets that are lost for ever: given up" {
    engine_relay
    begin --builder "unix://$PWD/relay.sock"
    kill -STOP "$relay"
    ends 3 "$program"
    grep -qF '[engine.lost]' log
    kill "$relay"
    kill -CONT "$relay"
    over
}

@test "the engine's disk is full" {
    needs_buildkit
    [ "$(id -u)" = 0 ] || skip 'a disk of our own takes root'
    mkdir "$BUILDKIT/small"
    mount -t tmpfs -o size=32m cog-small "$BUILDKIT/small"
    "$TOOL" start "$BUILDKIT/small/d" || { umount -l "$BUILDKIT/small"; false; }
    build
    head -c 60000000 /dev/urandom >tree/large
    local status=0
    cog-submit --builder "unix://$BUILDKIT/small/d/sock" -o type=tar,dest=x.tar --iidfile id <build.json >out 2>err || status=$?
    "$TOOL" stop "$BUILDKIT/small/d"
    umount -l "$BUILDKIT/small"
    [ "$status" = 3 ]
    grep -q 'no space left on device \[engine.build\]' err
    [ ! -s out ] && [ ! -e id ]
    run ! left
}

@test "a registry refuses a push: 401, 403, 404, 429, 5xx, no answer" {
    needs_buildkit
    build
    for fault in 401 403 404 429 500 503 reset; do
        faulty "$fault!"
        case $fault in
        40[13]) expected='1 registry.login' ;;
        404) expected='1 registry.missing' ;;
        reset) expected='3 registry.unreachable' ;;
        *) expected='3 engine.build' ;;
        esac
        # shellcheck disable=SC2086 # two words
        fails $expected cog-submit --builder "$BUILDER" -t "127.0.0.1:$port/x/y:1" --push --iidfile id <build.json
        grep -q "127.0.0.1:$port.*\(: $fault \|connection reset\|wants a login\|no repository\)" err
        [ ! -e id ]
    done
    for fault in 401 403 404 429 reset; do # with 5xx an engine is patient for a minute
        faulty "$fault!"
        case $fault in
        401) expected='1 registry.login' ;;
        reset) expected='3 registry.unreachable' ;;
        *) expected='3 engine.push' ;;
        esac
        # shellcheck disable=SC2086 # two words
        fails $expected cog-submit -t "127.0.0.1:$port/x/y:1" --push --iidfile id <build.json
        grep -q "127.0.0.1:$port.*\($fault\|connection reset\|wants a login\)" err
        [ ! -e id ]
        docker image rm -f "127.0.0.1:$port/x/y:1" >/dev/null
    done
}

# answers STATUS CODE: $status and the file err are so.
answers() {
    [ "$status" = "$1" ] || { echo "$fault: $status" && cat err && return 1; }
    grep -qF "[$2]" err || { echo "$fault:" && cat err && return 1; }
}

@test "a registry refuses an image: 401, 403, 404, 429, 5xx, no answer" {
    needs_buildkit
    resolved true >resolved.json
    for fault in 401 403 404 429 500 reset; do
        faulty "$fault!"
        jq --arg image "127.0.0.1:$port/x/y:1" '.stages[0].source.image = $image | .images |= with_entries(.key = $image)' \
            resolved.json >plan.json
        cog-llb <plan.json >build.json
        local status=0
        cog-submit --builder "$BUILDER" -o type=tar,dest=x.tar <build.json >out 2>err || status=$?
        case $fault in
        404) answers 1 build.missing ;;
        *) answers 3 engine.build ;;
        esac
        grep -q "127.0.0.1:$port/x/y" err
        [ ! -s out ]
        run ! left
        status=0
        jq '.images = {}' plan.json | cog-resolve >out 2>err || status=$?
        case $fault in
        403) answers 1 registry.denied ;;
        404) answers 1 image.missing ;;
        *) answers 3 registry.unreachable ;;
        esac
        grep -q "127.0.0.1:$port/x/y:1" err
        [ ! -s out ] && [ ! -e cog.lock ]
    done
}

@test "no DNS, a wrong authority, a certificate that has expired" {
    build
    fails 3 engine.unreachable cog-submit --builder tcp://nowhere.invalid:1234 <build.json
    grep -q 'nowhere.invalid:1234.*\(not known\|failure in name resolution\)' err
    DOCKER_HOST=tcp://nowhere.invalid:1234 fails 3 engine.unreachable cog-submit <build.json
    openssl req -newkey rsa:2048 -nodes -subj /CN=x -keyout key.pem -out csr.pem 2>/dev/null
    echo subjectAltName=IP:127.0.0.1 >names
    openssl x509 -req -in csr.pem -signkey key.pem -days -1 -extfile names -out expired.pem 2>/dev/null
    openssl x509 -req -in csr.pem -signkey key.pem -days 2 -extfile names -out other.pem 2>/dev/null
    listening "$TOP/tests/tls-server" 127.0.0.1 0 expired.pem key.pem
    fails 3 engine.unreachable cog-submit --builder "tcp://127.0.0.1:$port" --tlscacert expired.pem <build.json
    grep -q 'certificate has expired' err
    listening "$TOP/tests/tls-server" 127.0.0.1 0 other.pem key.pem
    fails 3 engine.unreachable cog-submit --builder "tcp://127.0.0.1:$port" --tlscacert expired.pem <build.json
    grep -q 'TLS: .*certificate' err
}

@test "builds of one project at once: all end well, each with its own output" {
    build "cat /src/a; : $MARK"
    local programs=()
    for i in {1..10}; do
        cog-submit --progress=plain -o "type=tar,dest=x.tar$i" <build.json >"out$i" 2>"log$i" 3>&- &
        programs+=($!)
    done
    for i in {1..10}; do wait "${programs[i - 1]}" || { cat "log$i"; return 1; }; done
    for i in {1..10}; do [ "$(tar xOf "x.tar$i" src/a)" = hello ]; done
}

@test "cog build, four at once in one folder" {
    mkdir project
    cd project || exit
    project
    local programs=() name=cog-test-failures:$MARK
    for i in {1..4}; do
        cog build -t "$name-$i" >"../out$i" 2>"../log$i" 3>&- &
        programs+=($!)
    done
    for i in {1..4}; do wait "${programs[i - 1]}" || { cat "../log$i"; return 1; }; done
    for i in {1..4}; do docker run --rm "$name-$i" cat /src/predict.py | cmp - predict.py; done
    docker image rm "$name-1" "$name-2" "$name-3" "$name-4"
}
