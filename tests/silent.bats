#!/usr/bin/env bats
# silent.bats - cog-submit and engines that stop answering: it ends by itself and says what it waited for.

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
}

teardown() {
    xargs -r kill <pids || true
}

# serve MODE: a silent engine at the socket MODE.
serve() {
    "$BATS_TEST_DIRNAME/silent-server" "$1" "$1" 3>&- &
    echo $! >>pids
    await test -S "$1"
}

# ask MODE: the exit status in MODE.status, the message in MODE.err.
ask() {
    local status=0
    timeout 600 cog-submit --capabilities --builder "unix://$PWD/$1" >"$1.out" 2>"$1.err" || status=$?
    echo "$status" >"$1.status"
}

@test "an engine that is silent is waited for, but not for ever" {
    for mode in accept upgrade frame busy; do serve $mode; done
    # fills the queue of the one that accepts nothing
    python3 -c '
import socket, time
kept = []
for _ in range(3):
    s = socket.socket(socket.AF_UNIX); s.setblocking(False); s.connect_ex("busy"); kept.append(s)
open("full", "w").close()
time.sleep(900)' 3>&- &
    echo $! >>pids
    await test -e full
    local asking=()
    for mode in accept upgrade frame busy; do
        ask $mode 3>&- &
        asking+=($!)
    done
    wait "${asking[@]}"
    for mode in accept upgrade frame busy; do
        [ "$(cat $mode.status)" = 3 ]
        [ ! -s $mode.out ]
    done
    grep -q 'waited 30 s for an answer to the upgrade of /grpc \[engine.unreachable\]' accept.err
    grep -q 'waited 30 s for the first frame of HTTP/2 \[engine.refused\]' upgrade.err
    grep -q 'waited 30 s for an answer to a ping \[engine.lost\]' frame.err
    grep -q 'it takes no connection (waited 10 s) \[engine.unreachable\]' busy.err
}
