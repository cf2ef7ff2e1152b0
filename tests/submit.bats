#!/usr/bin/env bats
# submit.bats - cog-submit with a real engine: DOCKER_HOST, or the default socket.
# bats file_tags=engine

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir tree
    NAME=cog-test-submit:$BATS_TEST_NUMBER-$$
    MARK=$BATS_TEST_NUMBER-$$-$RANDOM # commands with it were never run before
}

teardown() {
    docker image rm -f "$NAME" >/dev/null 2>&1 || true
}

# plan SHELL...: a plan; the folder tree is copied to /src, then each command runs. In the
# environment: WHY, EXPORT and MOUNTS are JSON.
plan() {
    jq -n --arg image python:3.13-slim-trixie --arg name "$NAME" --argjson why "${WHY:-[]}" \
        --argjson export "${EXPORT:-{\}}" --argjson mounts "${MOUNTS:-[]}" '{
      schema: "cog/plan-1", platform: {os: "linux", arch: "amd64"}, decisions: [], images: {},
      contexts: {source: {path: "tree", exclude: ["*.skip"]}}, source: {file: "cog.yaml", positions: {}},
      stages: [{id: "run", phase: "build.base", source: {image: $image}, provides: [], operations: [
        {op: "copy", from: {local: "source"}, src: ["/"], dest: "/src/", contents: true, why: [{rule: "test"}]},
        ($ARGS.positional[] | {op: "exec", shell: ., mounts: $mounts, why: $why})]}],
      export: ({stage: "run", tags: [$name], label_files: {}, labels: {}, image: {
        env: {}, entrypoint: [], cmd: ["true"], workdir: "/src", user: "", exposed_ports: []}} + $export)}' \
        --args "$@" | cog-resolve --no-lock
}

# build SHELL...: the build document of such a plan.
build() {
    plan "$@" | cog-llb
}

submit() {
    cog-submit --progress=plain "$@" 2>log || { cat log; false; }
}

# running COMMAND-TEXT: whether a process on this machine has it in its command line.
running() {
    pgrep -f -- "$1" >/dev/null
}

@test "an image comes out, with labels from files, and is described" {
    export EXPORT='{"label_files": {"from.file": "/label"}, "labels": {"plain": "1"}}'
    build "echo $MARK > /label" | submit >image.json
    [ "$(jq -r .schema image.json)" = cog/image-1 ]
    [ "$(jq -r .tags[0] image.json)" = "docker.io/library/$NAME" ]
    [ "$(docker image inspect -f '{{.Id}}' "$NAME")" = "$(jq -r .id image.json)" ]
    docker image inspect "$NAME" | jq -e --arg mark "$MARK" \
        '.[0].Config | .Labels["from.file"] == $mark and .Labels.plain == "1" and .WorkingDir == "/src"'
    jq -e '.config.config.Labels["from.file"] and (.steps | length > 2)' image.json
}

@test "the folder arrives as it is: modes, times, links, names" {
    echo one >tree/a
    ln tree/a tree/hard
    ln -s a tree/soft
    mkdir -p tree/dir/empty
    printf '%s' "$MARK" >"tree/dir/n \"ä"
    touch tree/left.skip
    chmod 4751 tree/a
    touch -d @1000000000 tree/a
    build 'cd /src && stat -c "%n %a %s %Y %h" a hard && readlink soft && find . | LC_ALL=C sort' >build.json
    submit --no-export <build.json
    grep -q '^#[0-9]* [0-9.]*s a 4751 4 1000000000 2$' log
    grep -q '^#[0-9]* [0-9.]*s hard 4751 4 1000000000 2$' log
    grep -q '^#[0-9]* [0-9.]*s a$' log
    grep -q 's ./dir/empty$' log
    grep -qF './dir/n "ä' log
    run ! grep -q left.skip log
}

@test "what an image cannot have is left out and told; a name that is not UTF-8 is refused" {
    echo "$MARK" >tree/a
    mkfifo tree/pipe
    python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("tree/socket")'
    build 'cd /src && ls && wc -c < a' >build.json
    submit --no-export <build.json
    [ "$(grep -c 'warning: left out: .* \[context.special\]$' log)" = 2 ]
    grep -q '^tree/pipe: warning' log
    grep -q '^tree/socket: warning' log
    grep -qx '#[0-9]* [0-9.]*s a' log
    [ "$(grep -c 's \(pipe\|socket\)$' log)" = 0 ]
    ln -s $'to\xff' tree/link
    refuses context.name cog-submit --no-export <build.json
    rm tree/link
    touch tree/$'b\xff'
    refuses context.name cog-submit --no-export <build.json
    grep -q '^tree/b\\xff: error: ' err
}

@test "paths of nearly 4,096 bytes, with the engine's folder in front, and several folders at once" {
    mkdir other
    python3 - "$MARK" <<'END'
import os, sys
for folder in ("tree", "other"):
    os.chdir(folder)
    depth = 0
    for _ in range(15):
        os.mkdir("d" * 250)
        os.chdir("d" * 250)
        depth += 1
    with open("e" * 100, "w") as file:
        file.write(folder + sys.argv[1])
    for _ in range(depth + 1):
        os.chdir("..")
END
    # shellcheck disable=SC2016 # for the shell that runs it
    plan 'find /src /other -type f | while read -r f; do echo "${#f} $(cat "$f")"; done; : '"$MARK" | jq -c '
        .contexts.other = {path: "other"} | .stages[0].operations |= [.[0],
        (.[0] | .from = {local: "other"} | .dest = "/other/"), .[1]]' | cog-llb >build.json
    submit --no-export <build.json
    grep -q "s 3870 tree$MARK$" log
    grep -q "s 3872 other$MARK$" log
}

# transferred: the bytes of the folder that were sent, by the reports in the file log.
transferred() {
    jq -s '[.[].statuses[]? | select(.id | startswith("transferring")) | .current] | max' log
}

# sends LOW HIGH: builds, and so many bytes are sent: as soon as the engine has let go of what an earlier build sent.
sends() {
    cog-submit --no-export --progress=rawjson <build.json 2>log && [ "$(transferred)" -gt "$1" ] && [ "$(transferred)" -lt "$2" ]
}

sends_the_change() {
    echo changed >>tree/f7
    sends 20000 40000
}

@test "what did not change is not sent again, what changed is" {
    for i in {1..50}; do head -c 20000 /dev/urandom >"tree/f$i"; done
    build "sha256sum < /src/f7; : $MARK" >build.json
    cog-submit --no-export --progress=rawjson <build.json 2>log
    [ "$(transferred)" -gt 1000000 ]
    await sends -1 20000
    jq -se 'last(.[].vertexes[]? | select(.name | startswith("[run] sha256sum"))).cached' log
    await sends_the_change
    jq -rs '[.[].logs[]?.data | @base64d] | add' log | grep "^$(sha256sum <tree/f7)"
}

@test "builds that run at the same time do not get each other's files" {
    mkdir -p other/tree
    echo mine >tree/file
    echo theirs >other/tree/file
    build "cat /src/file; sleep 5; : $MARK" >slow.json
    build "cat /src/file; : $MARK" >build.json
    cog-submit -C other --no-export --progress=plain <slow.json >/dev/null 2>other.log 3>&- &
    local program=$!
    await grep -q theirs other.log
    submit --no-export <build.json
    wait "$program"
    grep -q theirs other.log
    grep -q 's mine$' log
}

# Files of /proc and /sys are longer and shorter than their size says, each time: what
# a file that is written to is only with luck.
@test "a file that grows or shrinks while it is sent is an error, not a mixture" {
    touch tree/changing
    build "true # $MARK" >build.json
    for file in /proc/version /sys/kernel/uevent_seqnum; do
        local status=0
        # shellcheck disable=SC2016 # expanded by the shell inside
        unshare --mount sh -c '
            mount --bind "$1" tree/changing && exec cog-submit --no-export' sh "$file" <build.json >out 2>err || status=$?
        [ "$status" = 1 ]
        grep -q '^tree/changing: error: .* \[context.changed\]$' err
        [ ! -s out ]
    done
}

@test "contexts stay inside the project" {
    build true >build.json
    for path in /etc .. a/../../b; do
        jq -c --arg path "$path" '.contexts.source.path = $path' build.json >bad.json
        refuses build.context cog-submit <bad.json
    done
    jq -c '.contexts.source.exclude = ["["]' build.json >bad.json
    refuses build.context cog-submit <bad.json
    jq -c '.contexts.source.path = "nowhere"' build.json >bad.json
    refuses file.missing cog-submit <bad.json
}

@test "thousands of files take little memory" {
    python3 -c '
import os
for i in range(3000):
    with open(f"tree/f{i}", "wb") as f: f.write(os.urandom(20000))'
    build 'ls /src | wc -l' >build.json
    /usr/bin/time -f %M -o peak cog-submit --no-export --progress=plain <build.json 2>log
    grep -q 's 3000$' log
    # with a sanitizer, a program takes several times as much
    nm "$(command -v cog-submit)" | grep __asan_init || [ "$(cat peak)" -lt 65536 ]
}

@test "secrets reach the step and no document" {
    export MOUNTS='[{"type": "secret", "id": "token", "target": "/run/secrets/token", "required": true}]'
    build "sha256sum < /run/secrets/token; : $MARK" >build.json
    refuses secret.missing cog-submit <build.json
    TOKEN=geheim submit --secret id=token,env=TOKEN <build.json >image.json
    grep -q "$(printf geheim | sha256sum | cut -c1-64)" log
    run ! grep -q geheim log image.json build.json
    printf geheim >file
    submit --secret id=token,src=file <build.json
    head -c 600000 /dev/zero >file
    refuses secret.size cog-submit --secret id=token,src=file <build.json
    build "sha256sum < /run/secrets/token; : $MARK fd" >build.json
    submit --progress=rawjson --secret id=token,fd=4 <build.json 4< <(printf 'geheim too')
    jq -r '.logs[]?.data | @base64d' log | grep "$(printf 'geheim too' | sha256sum | cut -c1-64)"
    run ! grep -q -e geheim -e "$(printf geheim | base64 | cut -c1-6)" log
    refuses secret.size cog-submit --secret id=token,fd=4 <build.json 4<file
    refuses secret.unreadable cog-submit --secret id=token,fd=77 <build.json
    for bad in fd=2 fd=x fd= fd=4,src=file; do
        fails 2 usage.option cog-submit --secret "id=token,$bad" <build.json
    done
}

@test "an epoch: the image is of that time, and its files where the engine can see to it" {
    SOURCE_DATE_EPOCH=1700000000 build "echo $MARK > /made" | submit >/dev/null
    [ "$(docker image inspect -f '{{.Created}}' "$NAME")" = 2023-11-14T22:13:20Z ]
    times=$(docker run --rm "$NAME" stat -c %Y /made)
    if docker info -f '{{.DriverStatus}}' | grep io.containerd.snapshotter; then
        [ "$times" = 1700000000 ]
        [ "$(grep -cF '[build.epoch]' log)" = 0 ]
    else
        [ "$times" -gt 1700000000 ]
        [ "$(grep -cF 'warning: ' log)" = 1 ]
        grep -F 'warning: ' log | grep -F '[build.epoch]'
    fi
}

@test "a failing step is told at the line that asked for it" {
    export WHY='[{"rule": "r", "at": "requirements.txt:1", "subject": "pillow==1"},
                 {"rule": "r", "at": "requirements.txt:3", "subject": "no_such==2.0"}]'
    build "echo no match for no-such; exit 7; : $MARK" >build.json
    refuses build.step cog-submit <build.json
    grep -q '^requirements.txt:3: error: .* exit code: 7; it said$' err
    grep -q '^    no match for no-such$' err
    run ! docker image inspect "$NAME"
}

@test "a label's file that is not there is an error" {
    export EXPORT='{"label_files": {"x": "/nowhere"}}'
    build true >build.json
    refuses build.label-file cog-submit <build.json
}

@test "an image that is not there fails at its step" {
    plan true | jq -c '.images[].digest = "sha256:" + ("0" * 64)' | cog-llb >build.json
    status=0
    cog-submit <build.json >out 2>err || status=$?
    [ "$status" = 1 ] || [ "$status" = 3 ] # the registry says so, or cannot be asked
    grep -q 'the step "image python:3.13-slim-trixie" failed: ' err
    [ ! -s out ]
}

@test "a definition that was tampered with is refused" {
    build true | jq -c '.digest |= sub("...$"; "000")' >build.json
    refuses build.definition cog-submit <build.json
}

@test "--tag replaces the names; bad ones are refused" {
    build true >build.json
    submit -t "$NAME" -t "${NAME}b" <build.json | jq -e '.tags | length == 2'
    docker image rm "${NAME}b"
    submit --default-tag unused:1 <build.json | jq -e --arg name "docker.io/library/$NAME" '.tags == [$name]'
    submit --no-export <build.json | jq -e '.tags == []'
    jq -c '.tags = []' build.json | submit --default-tag "${NAME}c" | jq -e --arg name "docker.io/library/${NAME}c" '.tags == [$name]'
    docker image rm "${NAME}c"
    refuses build.tag cog-submit -t 'Not A Name' <build.json
}

@test "Ctrl-C cancels, and leaves nothing running" {
    build "sleep 97 # $MARK" >build.json
    cog-submit --progress=plain <build.json >out 2>log 3>&- &
    local program=$! status=0
    await running "sleep 97 # $MARK"
    grep -q 'Max core file size  *0  *0 ' "/proc/$program/limits" # secrets are in no dump
    kill -INT "$program"
    wait "$program" || status=$?
    [ "$status" = 130 ]
    [ ! -s out ]
    await gone "sleep 97 # $MARK"
}

@test "progress is what was asked for, and nothing without asking" {
    build "echo $MARK" >build.json
    cog-submit --no-export <build.json >out 2>err || { cat err; false; }
    [ ! -s err ]
    cog-submit --no-export --progress=auto <build.json 2>err >out
    grep -qx '#[0-9]* image python:3.13-slim-trixie' err
    BUILDKIT_PROGRESS=rawjson cog-submit --no-export --progress=auto <build.json 2>err >out
    jq -es 'length > 0 and all(type == "object")' err
    fails 2 usage.option cog-submit --progress=loud <build.json
    fails 2 usage.option cog-submit --secret src=x <build.json
}

@test "a build ends with what it came to, and tells on request what its time was spent on" {
    build true | submit --no-export >/dev/null # has the engine unpack the base image
    now=$(date +%s)
    until [ "$(date +%s)" -gt "$now" ]; do sleep 0.1; done # layers are as old as their second
    head -c 12345 /dev/urandom >tree/data
    build "head -c 3000000 /dev/zero >/large; echo $MARK" >build.json
    submit --timings <build.json >image.json
    tail -n 1 log
    tail -n 1 log | grep -xE '2 steps, 0 cached, [0-9]+\.[0-9]s; 12\.3kB sent; 2 new layers, 3\.0MB'
    grep -xE 'seconds +network +unpack +compile +copy +export +run +total' log
    jq -e '.steps | any(.spent.run) and any(.spent.copy) and any(.spent.export) and
        all((.spent // {} | add // 0) == .milliseconds)' image.json

    again() { submit <build.json >image.json && tail -n 1 log | grep -xE '2 steps, 2 cached, [0-9]+\.[0-9]s; 0B sent; no new layers'; }
    await again # as soon as the engine has let go of what the first one sent
    SOURCE_DATE_EPOCH=1700000000 build "echo $MARK" | submit >image.json # layers of that time
    grep -xE '2 steps, [01] cached, [0-9]+\.[0-9]s; 0B sent' log
    cog-submit --timings <build.json >image.json 2>log
    [ "$(grep -c ' cached, ' log)" = 0 ]
    [ "$(sed -n '1s/ .*//p;$s/  .*//p' log)" = $'seconds\nall steps' ]
    cog-submit --progress=rawjson <build.json 2>log >image.json
    jq -es 'length > 0 and all(type == "object")' log
}

@test "no engine: says what was tried" {
    build true >build.json
    DOCKER_HOST=unix://$PWD/none fails 3 engine.unreachable cog-submit <build.json
    grep -q "unix://$PWD/none" err
    fails 3 engine.unreachable cog-submit --builder tcp://127.0.0.1:9 <build.json
    fails 3 engine.refused cog-submit --builder "unix://$(refusing)" <build.json
}

# refusing: the socket of a server that answers every request with an error, once.
refusing() {
    python3 -c '
import socket, os
s = socket.socket(socket.AF_UNIX); s.bind("refusing"); s.listen()
if os.fork() == 0:
    os.close(1)
    c = s.accept()[0]; c.recv(4096)
    c.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 22\r\n\r\n{\"message\":\"no grpc\"}\n")
    c.close()' 3>&-
    echo "$PWD/refusing"
}

@test "an engine that goes away during the build" {
    build "sleep 98 # $MARK" >build.json
    "$BATS_TEST_DIRNAME/relay" "${DOCKER_HOST:-unix:///var/run/docker.sock}" relay.sock 3>&- &
    local relay=$! status=0
    await test -S relay.sock
    (
        await running "sleep 98 # $MARK"
        kill "$relay"
    ) 3>&- &
    cog-submit --builder "unix://$PWD/relay.sock" <build.json >out 2>err || status=$?
    [ "$status" = 3 ]
    grep -qF '[engine.lost]' err
    [ ! -s out ]
    await gone "sleep 98 # $MARK"
}

@test "a full disk is told as such, with what frees it" {
    build "head -c 200000000 /dev/zero >/dev/shm/$MARK" >build.json
    fails 3 engine.disk cog-submit <build.json
    grep -q 'No space left on device' err
    grep -q '"docker system prune" frees some' err
}
