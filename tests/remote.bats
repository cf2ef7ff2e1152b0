#!/usr/bin/env bats
# remote.bats - containers of an engine on another machine: in a network of our own, where the ports that the engine
# publishes are not to be reached, with folders of our own, which it does not see.
# bats file_tags=engine

setup_file() {
    load lib
    export IMAGE=cog-test-remote:$$ ENGINE=${DOCKER_HOST:-unix:///var/run/docker.sock}
    export MODEL=$BATS_FILE_TMPDIR/remote$$
    mkdir "$MODEL"
    printf 'build:\n  python_version: "3.13"\npredict: predict.py:Predictor\n' >"$MODEL/cog.yaml"
    cat >"$MODEL/predict.py" <<'END'
import asyncio

from cog import BasePredictor, concurrent


class Predictor(BasePredictor):
    @concurrent(max=4)
    async def predict(self, text: str, pause: float = 0) -> str:
        print(f"text is {text[:9]}")
        await asyncio.sleep(pause)
        return text
END
    (cd "$MODEL" && cog build -t "$IMAGE" 2>../log) || { cat "$MODEL/../log" && return 1; }
    # The machine far away, as seen from the network of our own: 10.9.9.1 is the engine.
    cat >"$BATS_FILE_TMPDIR/far" <<'END'
ip link set lo up
ip address add 10.9.9.1/32 dev lo
python3 - "${ENGINE#unix://}" 3>&- <<'RELAY' &
import os, pathlib, socket, sys, threading
def pass_on(source, target):
    try:
        while data := source.recv(65536):
            if "HELD" in os.environ and b"/archive?" in data: # files that come, and get no further
                return pathlib.Path(os.environ["HELD"]).touch()
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
listener = socket.create_server(("10.9.9.1", 2375))
while True:
    client, engine = listener.accept()[0], socket.socket(socket.AF_UNIX)
    engine.connect(sys.argv[1])
    for pair in ((client, engine), (engine, client)):
        threading.Thread(target=pass_on, args=pair, daemon=True).start()
RELAY
pids=$!
[ -z "${SERVER:-}" ] || { $SERVER 3>&- & pids="$pids $!"; }
trap 'kill $pids' EXIT
for port in 2375 ${SERVER:+2376}; do
    await accepts 10.9.9.1 $port || exit
done
"$@"
END
}

teardown_file() {
    load lib
    drop_containers "$IMAGE"
    docker image rm -f "$IMAGE" "cog-${MODEL##*/}-environment" >/dev/null 2>&1 || true
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    [ "$(id -u)" = 0 ] || skip 'a network of our own takes root'
}

containers() {
    containers_of "$IMAGE"
}

# written PATTERN: the model has written a line like this.
written() {
    logged "$(containers)" "$1"
}

# far COMMAND...: where only the engine's API is to be reached, by TCP.
far() {
    export -f await accepts told
    DOCKER_HOST=${FAR:-tcp://10.9.9.1:2375} unshare -nm bash "$BATS_FILE_TMPDIR/far" "$@"
}

@test "over TCP: one prediction, many at once, large ones" {
    far cog-predict --image "$IMAGE" -i text=hello >out
    [ "$(jq -r .output out)" = hello ]
    seq 30 | jq -c '{input: {text: "\(.)", pause: 0.1}}' | far cog-predict --image "$IMAGE" -j 4 >out
    [ "$(jq -r .output out)" = "$(seq 30)" ]
    python3 -c 'import json; print(json.dumps({"text": "x" * 8_000_000}))' >large.json
    far cog-predict --image "$IMAGE" --json @large.json >out
    [ "$(jq '.output | length' out)" = 8000000 ]
    [ -z "$(containers)" ]
    await no_relays large.json
}

@test "interrupted there: the container is gone, the way to it, too" {
    far cog-predict --image "$IMAGE" -i text=sleep -i pause=600 >out 2>err 3>&- &
    await written 'text is sleep'
    kill -INT "$(pgrep -f "^cog-predict --image $IMAGE" -o)"
    wait $! || status=$?
    [ "$status" = 130 ]
    [ -z "$(containers)" ]
    ! pgrep -f "^cog-predict --image $IMAGE" || return
}

@test "over ssh: the system's, with what the host is called and nothing else" {
    mkdir bin
    cat >bin/ssh <<'END'
#!/bin/sh
echo "$*" >>"$SSH_LOG"
while [ "$1" != -- ]; do shift; done
[ "$2 $3" = 'me@far docker system dial-stdio' ] && DOCKER_HOST=$ENGINE exec $3
END
    chmod +x bin/ssh
    export SSH_LOG=$PWD/ssh.log
    DOCKER_HOST=ssh://me@far:2222 PATH=$PWD/bin:$PATH unshare -n cog-predict --image "$IMAGE" -i text=hello >out
    [ "$(jq -r .output out)" = hello ]
    [ "$(sort -u ssh.log)" = '-o BatchMode=yes -o ConnectTimeout=10 -p 2222 -- me@far docker system dial-stdio' ]
    [ -z "$(containers)" ]
    for host in ssh:// ssh://-oProxyCommand=id 'ssh://a b' "ssh://a'b" ssh://a/path; do
        DOCKER_HOST=$host fails 1 engine.endpoint cog-predict --image "$IMAGE" -i text=a
    done
    printf '#!/bin/sh\necho "ssh: connect to host far: No route to host" >&2\nexit 255\n' >bin/ssh
    DOCKER_HOST=ssh://far PATH=$PWD/bin:$PATH fails 3 engine.unreachable cog-predict --image "$IMAGE" -i text=a
    grep -q 'No route to host' err
}

# held: files are copied, which an engine that has stopped does not take, and signals come.
held() {
    local status signal
    for signal in INT TERM; do
        env --default-signal cog-exec --image "$IMAGE" --source "$PWD/files" -- true 2>err 3>&- &
        await test -e "$HELD"
        kill -s $signal $!
        status=0
        wait $! || status=$?
        [ "$status" = 130 ] || told "status $status" cat err
        rm "$HELD"
    done
}

@test "interrupted while files are copied there: the container is gone" {
    mkdir files
    truncate -s 100M files/large
    export -f held
    HELD=$PWD/held far bash -euo pipefail -c held
    [ -z "$(containers)" ]
    grep -q '^cog: copying ' err
}

# hidden: the folder of the model as one that only this machine has.
hidden() {
    cp "$MODEL"/* "$HERE"
    mount -t tmpfs none "$MODEL"
    cp "$HERE"/cog.* "$HERE/predict.py" "$MODEL"
    echo unused >"$MODEL/unused"
    cd "$MODEL" || return
}

# predicts TEXT: the prediction of the server is that text.
predicts() {
    [ "$(curl -sS -d '{"input": {"text": "hello"}}' -H content-type:application/json \
        http://127.0.0.1:8393/predictions | jq -r .output)" = "$1" ]
}

# serves: cog serve and cog exec in the network of our own, in the folder of the model.
serves() {
    hidden
    cog serve -p 8393 </dev/null >"$HERE/out" 2>"$HERE/log" 3>&- &
    local serving=$!
    await ready http://127.0.0.1:8393 || { cat "$HERE/log" && return 1; }
    predicts hello
    for i in 1 2 3 4; do
        curl -sS -d '{"input": {"text": "'$i'", "pause": 0.2}}' -H content-type:application/json \
            http://127.0.0.1:8393/predictions >"$HERE/answer$i" &
        curls+=($!)
    done
    wait "${curls[@]}"
    [ "$(jq -rs 'map(.output) | join(" ")' "$HERE"/answer?)" = '1 2 3 4' ]
    kill -INT "$serving"
    wait "$serving" || true
    grep -q 'serving at http://127.0.0.1:8393, ' "$HERE/log"
    grep -q "copying $MODEL (3 files and folders, .*B) to the engine $DOCKER_HOST; what is written to /src there" "$HERE/log"
    [ "$(echo in | cog exec sh -c 'cat; pwd; ls; exit 3' || echo $?)" = $'in\n/src\ncog.yaml\npredict.py\nunused\n3' ]
    cog-exec --image "$IMAGE" -p 8394:5000 2>"$HERE/log" 3>&- &
    await ready http://127.0.0.1:8394 || { cat "$HERE/log" && return 1; }
    kill -INT $!
    wait $! || true
}

# serves_far: the same through $FAR, where nothing else leads to the engine; SERVER listens there at port 2376.
serves_far() {
    export HERE=$PWD
    export -f "${1:-serves}" hidden predicts await ready accepts told
    far bash -euo pipefail -c "${1:-serves}"
    [ -z "$(containers_of "cog-${MODEL##*/}-environment")" ]
}

@test "cog serve and cog exec over TCP: the address that is told leads into the container" {
    serves_far
}

# watches: what changes there gets to the engine, and what is removed goes.
watches() {
    hidden
    cog serve -p 8393 --watch </dev/null >"$HERE/out" 2>"$HERE/log" 3>&- &
    local serving=$!
    await ready http://127.0.0.1:8393 || { cat "$HERE/log" && return 1; }
    predicts hello
    mkdir deep
    echo 'added = "added"' >deep/added.py
    sed -i 's/return text/import glob; from deep.added import added; return f"{added} {sorted(glob.glob("[a-z]*"))}"/' predict.py
    await predicts "added ['cog.yaml', 'deep', 'predict.py', 'unused']" || { cat "$HERE/log" && return 1; }
    rm unused
    sed -i 's/added = "added"/added = "gone"/' deep/added.py
    await predicts "gone ['cog.yaml', 'deep', 'predict.py']" || { cat "$HERE/log" && return 1; }
    kill -INT "$serving"
    wait "$serving" || true
}

@test "cog serve --watch over TCP: files that change, come and go" {
    serves_far watches
}

@test "cog serve and cog exec over TLS" {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=far -addext subjectAltName=IP:10.9.9.1 \
        -keyout key.pem -out cert.pem 2>/dev/null
    cp cert.pem ca.pem
    export DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=$PWD
    SERVER="$TOP/tests/tls-relay $ENGINE 10.9.9.1:2376 ca.pem cert.pem key.pem" FAR=tcp://10.9.9.1:2376 serves_far
}

@test "cog serve and cog exec over ssh" {
    [ -x /usr/sbin/sshd ] || skip "openssh-server is missing; run scripts/setup test"
    mkdir -p bin /run/sshd
    ssh-keygen -qt ed25519 -N '' -f host_key
    ssh-keygen -qt ed25519 -N '' -f key
    cat >sshd_config <<END
ListenAddress 10.9.9.1:2376
HostKey $PWD/host_key
PidFile none
AuthorizedKeysFile $PWD/key.pub
StrictModes no
UsePAM no
SetEnv PATH=/usr/bin:/bin DOCKER_HOST=$ENGINE
END
    echo "[10.9.9.1]:2376 $(<host_key.pub)" >known_hosts
    printf '#!/bin/sh\nexec /usr/bin/ssh -F none -i %s -o IdentityAgent=none -o UserKnownHostsFile=%s "$@"\n' \
        "$PWD/key" "$PWD/known_hosts" >bin/ssh
    chmod +x bin/ssh
    SERVER="/usr/sbin/sshd -D -e -f $PWD/sshd_config" FAR=ssh://$(id -un)@10.9.9.1:2376 PATH=$PWD/bin:$PATH serves_far
}

@test "cog-exec there: input, output, status; what is of that machine is told" {
    [ "$(echo in | far cog-exec -i --image "$IMAGE" -- sh -c 'cat; echo out; echo err >&2; exit 3' 2>err || echo "$?")" = $'in\nout\n3' ]
    [ "$(cat err)" = err ]
    mkdir files
    echo secret >files/.secret
    mkfifo files/pipe
    echo .secret >files/.dockerignore
    ln -s ../.. files/out
    far cog-exec --image "$IMAGE" --source "$PWD/files" -p 5999 -- find . >out 2>err
    [ "$(sort out)" = $'.\n./.dockerignore\n./out' ]
    volume=$(far cog-exec --image "$IMAGE" --source "$PWD/files" -- sed -n 's|.*/volumes/\(.*\)/_data /src .*|\1|p' /proc/self/mountinfo)
    [ "${#volume}" = 64 ]
    run -1 docker volume inspect "$volume"
    [ "$(grep -c '^cog: copying ' err)" = 1 ]
    refuses engine.refused far cog-exec --image "$IMAGE" --source "$PWD/nowhere" --files mount -- true
    grep -q 'source path does not exist.*--files copy' err
    refuses file.missing far cog-exec --image "$IMAGE" --source "$PWD/nowhere" -- true
    echo '[' >files/.dockerignore
    refuses ignore.pattern far cog-exec --image "$IMAGE" --source "$PWD/files" -- true
    fails 2 usage.option cog-exec --image "$IMAGE" --source "$PWD" --files move -- true
    fails 1 exec.port far cog-exec --image "$IMAGE" -p 10.9.9.1:2375:5000 -- true
    grep -q 'cannot listen at 10.9.9.1, port 2375: Address already in use' err
    fails 1 exec.port far cog-exec --image "$IMAGE" -p nowhere.invalid:5000:5000 -- true
    cog-exec --image "$IMAGE" --source "$PWD" -- true 2>err
    [ ! -s err ]
    [ -z "$(containers)" ]
}
