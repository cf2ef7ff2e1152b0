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
    python3 -c 'import os, socket, time; s = socket.socket(socket.AF_UNIX); s.bind("new.sock"); s.listen(); os.rename("new.sock", "there.sock"); time.sleep(600)' 3>&- &
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

@test "several builders: each is an address, none stands there twice, one answers" {
    cog-llb <"$TOP/tests/cases/cog-llb/minimal/in.json" >build.json
    for wrong in unix:///a,,unix:///b 'unix:///a,' ',' ',unix:///a'; do
        says 1 engine.endpoint 'in which a comma has no address beside it' cog-submit --builder "$wrong" <build.json
    done
    says 1 engine.endpoint '--builder gives "unix:///a" twice' cog-submit --builder unix:///a --builder unix:///a <build.json
    says 1 engine.endpoint 'COG_BUILDER gives "tcp://a" twice' env COG_BUILDER=tcp://a,unix:///b,tcp://a cog-submit <build.json
    says 1 engine.endpoint '--builder gives "foo://b", which is not' cog-submit --builder unix:///a,foo://b <build.json
    says 1 engine.endpoint '--builder gives ""' cog-submit --builder '' <build.json
    says 3 engine.unreachable 'none of the 3 builders answers' \
        cog-submit --builder "unix://$PWD/a,unix://$PWD/b" --builder tcp://127.0.0.1:9 <build.json
    [ "$(grep -c 'warning: a builder is passed over: no engine at .*\[engine.unreachable\]$' err)" = 3 ]
    says 3 engine.unreachable 'no engine at unix:///a,unix:///b' env BUILDKIT_HOST=unix:///a,unix:///b cog-submit <build.json
}

@test "several builders where one is needed" {
    says 1 engine.endpoint '2 engines are given, and this takes one' cog-submit --capabilities --builder unix:///a,unix:///b
    says 1 engine.endpoint '2 engines are given, and this takes one' env COG_BUILDER=unix:///a,unix:///b cog-cache
    # what needs a Docker Engine takes docker's
    says 3 engine.unreachable "unix://$PWD/no.sock (from DOCKER_HOST)" \
        env COG_BUILDER=unix:///a,unix:///b DOCKER_HOST="unix://$PWD/no.sock" cog-predict --image x -i a=b
}

@test "no right to Docker's socket: join its group" {
    [ "$(id -u)" = 0 ] || skip 'somebody else is needed'
    listens 0700
    chmod go+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" .
    install "$(command -v cog-predict)" .
    says 3 engine.unreachable 'Permission denied; you may not use it: join its group ("sudo usermod -aG docker' \
        setpriv --reuid 65534 --regid 65534 --clear-groups \
        "$PWD/cog-predict" --builder "unix://$PWD/there.sock" --image x -i a=b
}

@test "a full disk: free some space" {
    project
    status=0
    cog-config cog.yaml >/dev/full 2>err || status=$?
    [ "$status" = 3 ]
    grep -q 'No space left on device; free some space.*\[machine.write\]' err
}

@test "a wrong folder: where cog.yaml was looked for, and how to write one" {
    says 1 cog.project 'found no cog.yaml in this folder or a parent of it; "cog init" writes one' cog build
}

@test "a server that is not there" {
    says 3 predict.timeout 'http://127.0.0.1:9 is not ready after' cog-predict --url http://127.0.0.1:9 -i a=b
}
