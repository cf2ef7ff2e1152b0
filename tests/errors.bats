#!/usr/bin/env bats
# errors.bats - what goes wrong on a machine, as a person meets it: what, why, and what to do next. No engine.

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    unset DOCKER_HOST DOCKER_CONTEXT COG_BUILDER
    export DOCKER_CONFIG=$PWD/none
}

# says STATUS CODE TEXT COMMAND...: as fails; all on one line with the code.
says() {
    fails "$1" "$2" "${@:4}" || return
    grep -F "[$2]" err | grep -F -- "$3" || told "\"$3\" is missing" "${@:4}"
}

# listens: the name of a socket where somebody listens.
listens() {
    python3 -c 'import socket, time; s = socket.socket(socket.AF_UNIX); s.bind("there.sock"); s.listen(); time.sleep(30)' 3>&- &
    pid=$!
    await test -S there.sock
    chmod "$1" there.sock
}

teardown() {
    [ -z "${pid:-}" ] || kill "$pid"
}

@test "no Docker: how to start it, or to name another" {
    says 3 engine.unreachable 'start Docker ("sudo systemctl start docker")' \
        cog-predict --builder "unix://$PWD/no.sock" --image x -i a=b
    says 3 engine.unreachable "unix://$PWD/no.sock (from DOCKER_HOST): No such file or directory" \
        env DOCKER_HOST="unix://$PWD/no.sock" cog-predict --image x -i a=b
    listens 0777
    kill $pid # a socket that Docker left behind
    wait $pid || pid=
    says 3 engine.unreachable 'Connection refused; start Docker' cog-predict --builder "unix://$PWD/there.sock" --image x -i a=b
    says 3 engine.unreachable 'does DOCKER_HOST or the context name the right machine?' \
        cog-predict --builder tcp://127.0.0.1:9 --image x -i a=b
}

@test "no right to Docker's socket: join its group" {
    [ "$(id -u)" = 0 ] || skip 'somebody else is needed'
    listens 0700
    chmod 0755 .
    cp "$(command -v cog-predict)" "$BATS_RUN_TMPDIR" && chmod -R go+rX "$BATS_RUN_TMPDIR"
    says 3 engine.unreachable 'Permission denied; you may not use it: join its group ("sudo usermod -aG docker' \
        setpriv --reuid 65534 --regid 65534 --clear-groups \
        "$BATS_RUN_TMPDIR/cog-predict" --builder "unix://$PWD/there.sock" --image x -i a=b
}

@test "a full disk: free some space" {
    project
    status=0
    cog-config cog.yaml >/dev/full 2>err || status=$?
    [ "$status" = 3 ]
    grep -q 'No space left on device; free some space.*\[machine.write\]' err
}

@test "a wrong folder: where cog.yaml was looked for, and how to write one" {
    says 1 cog.project 'there is no cog.yaml here or in a folder above; "cog init" writes one' cog build
}

@test "a server that is not there" {
    says 3 predict.timeout 'http://127.0.0.1:9 is not ready after' cog-predict --url http://127.0.0.1:9 -i a=b
}
