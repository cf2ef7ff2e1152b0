#!/usr/bin/env bats
# signals.bats - a signal to cog alone, or to its terminal, ends all that it has begun, leaves nothing behind, and gives 130.

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    unset COG_BUILDER
    export TMPDIR=$PWD/tmp DOCKER_HOST=unix://$PWD/silent.sock
    mkdir project tmp
    mkfifo nothing
    exec 7<>nothing # is opened, and never has anything
    cd project || exit
    project
    python3 - <<'PY' &
import pathlib, socket, threading

def silent(listener: socket.socket, name: str) -> None:
    kept = []
    while True:
        kept.append(listener.accept())
        pathlib.Path(f"../{name}").touch()

engine = socket.socket(socket.AF_UNIX)
engine.bind("../silent.sock")
registry = socket.create_server(("127.0.0.1", 0))
engine.listen()
pathlib.Path("../port").write_text(str(registry.getsockname()[1]))
threading.Thread(target=silent, args=(engine, "engine")).start()
silent(registry, "registry")
PY
    peers=$!
    await test -s ../port
}

teardown() {
    kill "$peers"
}

# ours: the environments of the processes that a test has begun.
ours() {
    grep -lz "^MARK=$BATS_TEST_TMPDIR\$" /proc/[0-9]*/environ 2>/dev/null || true
}

# runs PROGRAM: one of them is this program.
runs() {
    local environment
    for environment in $(ours); do
        [ "$(cat "${environment%environ}comm" 2>/dev/null)" != "$1" ] || return 0
    done
    return 1
}

# begin POINT SHELL...: cog at a point where it stays, run by this shell; sets $pid.
begin() {
    local point=$1
    shift
    set -- "$@" "$COG_BIN/cog"
    rm -f ../engine ../registry ../begun ../heard ../err
    case $point in
    filter) set -- "$@" build --filter 'touch ../begun; sleep 4243; true' ;;
    deaf) set -- "$@" build --filter 'exec 2>/dev/null; trap "touch ../heard" TERM; touch ../begun; while :; do sleep 4243; done' ;;
    stdin | copy) set -- "$@" run --json - ;;
    engine) set -- "$@" run an-image -i text=a ;;
    schema) set -- env PATH="$PWD/../bin:$PATH" XDG_CACHE_HOME=/dev/null "$@" validate ;;
    policy) set -- "$@" validate --policy ../endless.jq ;;
    turn) set -- "$@" build ;;
    builder) set -- env PATH="$PWD/../bin:$PATH" "$@" build --builder ssh://nowhere.example ;;
    registry) set -- env DOCKER_HOST=unix:///nowhere.sock "$@" build --base "127.0.0.1:$(cat ../port)/none:1,python=3.13" ;;
    esac
    MARK=$BATS_TEST_TMPDIR env --default-signal=HUP,INT,QUIT,PIPE,TERM "$@" <../nothing 2>../err &
    pid=$!
    for _ in {1..6000}; do
        case $point in
        filter | deaf | schema | builder) [ ! -e ../begun ] || return 0 ;;
        policy) ! runs jq || return 0 ;;
        turn) ! grep -qs 'another build' ../err || return 0 ;;
        stdin | copy) [ -z "$(find ../tmp -name inputs.json)" ] || return 0 ;;
        engine | registry) [ ! -e "../$point" ] || return 0 ;;
        esac
        sleep 0.05
    done
    told "does not come to $point" cat ../err
}

# cleared: nothing is left of what was begun.
cleared() {
    [ -z "$(ls ../tmp)" ] || told "files are left" ls ../tmp || return
    [ ! -e cog.lock ] || told "it is written" cat cog.lock || return
    for _ in {1..6000}; do # what was killed takes a moment
        left=$(ours)
        [ -n "$left" ] || return 0
        sleep 0.05
    done
    told "processes are left" echo "$left"
}

# ended COMMAND...: cog has ended as it should, for the test that is told.
ended() {
    local status=0
    wait "$pid" || status=$?
    [ "$status" = 130 ] || told "status $status" "$@" || return
    # What cog-resolve tells of engine and registry is true; a shell has nothing to say.
    ! grep -v '^cog-resolve: \|^--base: \|^cog: another build ' ../err || told "says $(cat ../err)" "$@" || return
    cleared || told "something is left" "$@"
}

# each POINT: every signal to cog alone, in every shell.
each() {
    for shell in dash bash 'busybox ash'; do
        for signal in HUP INT QUIT PIPE TERM; do
            # shellcheck disable=SC2086 # two words
            begin "$1" $shell || return
            kill -s "$signal" "$pid"
            ended "$shell" "$signal" || return
        done
    done
}

@test "a filter runs, with processes of its own" {
    each filter
}

@test "inputs are read" {
    each stdin
}

# What becomes of a signal at a moment that hardly lasts, so it is made longer: the shell has been copied for a program, and
# the copy still has the shell's traps.
@test "a program is about to be started" {
    for shell in dash bash 'busybox ash'; do
        for after in 0 0.1 0.3; do
            # shellcheck disable=SC2086 # two words
            begin copy strace -D -f -o /dev/null --inject=rt_sigaction:delay_enter=100ms $shell
            sleep "$after"
            kill -s TERM "$pid"
            ended "$shell" "$after"
        done
    done
}

@test "the engine is waited for" {
    each engine
}

@test "a registry is waited for" {
    each registry
}

# stands_in NAME: a program that begins and never ends.
stands_in() {
    mkdir -p ../bin
    # shellcheck disable=SC2016 # it is for the program
    printf '#!/bin/sh\ntouch ../begun\nexec sleep 4243\n' >"../bin/$1"
    chmod +x "../bin/$1"
}

@test "the schema is read" {
    stands_in python3
    each schema
}

@test "a policy runs" {
    echo 'last(range(1e15))' >../endless.jq
    each policy
}

@test "another build of the project is waited for" {
    exec 8<cog.yaml
    flock 8
    each turn
}

@test "the command of a builder is waited for" {
    stands_in ssh
    each builder
}

@test "a second signal ends a filter that ignores the first" {
    for shell in dash bash 'busybox ash'; do
        # shellcheck disable=SC2086 # two words
        begin deaf $shell
        kill -s TERM "$pid"
        await test -e ../heard
        kill -s TERM "$pid"
        ended "$shell"
    done
}

@test "the terminal is closed" {
    stands_in ssh
    echo 'last(range(1e15))' >../endless.jq
    for point in filter stdin engine registry policy builder; do
        begin "$point" "$BATS_TEST_DIRNAME/terminal"
        kill -s USR1 "$pid"
        ended "$point"
    done
}
