#!/usr/bin/env bats
# remote.bats - cog-predict with an engine on another machine: in a network of our own, where the ports that the
# engine publishes are not to be reached.
# bats file_tags=engine

setup_file() {
    load lib
    export IMAGE=cog-test-remote:$$ ENGINE=${DOCKER_HOST:-unix:///var/run/docker.sock}
    model=$BATS_FILE_TMPDIR/model
    mkdir "$model"
    printf 'build:\n  python_version: "3.13"\npredict: predict.py:Predictor\n' >"$model/cog.yaml"
    cat >"$model/predict.py" <<'END'
import asyncio

from cog import BasePredictor, concurrent


class Predictor(BasePredictor):
    @concurrent(max=4)
    async def predict(self, text: str, pause: float = 0) -> str:
        print(f"text is {text[:9]}")
        await asyncio.sleep(pause)
        return text
END
    (cd "$model" && cog build -t "$IMAGE" 2>log) || { cat "$model/log" && return 1; }
    # The machine far away, as seen from the network of our own: 10.9.9.1 is the engine.
    cat >"$BATS_FILE_TMPDIR/far" <<'END'
ip link set lo up
ip address add 10.9.9.1/32 dev lo
python3 - "${ENGINE#unix://}" 3>&- <<'RELAY' &
import socket, sys, threading
def pass_on(source, target):
    try:
        while data := source.recv(65536):
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
relay=$!
trap 'kill $relay' EXIT
while ! (: </dev/tcp/10.9.9.1/2375) 2>/dev/null; do sleep 0.05; done
"$@"
END
}

teardown_file() {
    docker ps -aq --filter "ancestor=$IMAGE" | xargs -r docker rm -f >/dev/null
    docker image rm -f "$IMAGE" >/dev/null 2>&1 || true
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    [ "$(id -u)" = 0 ] || skip 'a network of our own takes root'
}

containers() {
    docker ps -aq --filter "ancestor=$IMAGE"
}

# written PATTERN: the model has written a line like this.
written() {
    logged "$(containers)" "$1"
}

# far COMMAND...: where only the engine's API is to be reached, by TCP.
far() {
    DOCKER_HOST=tcp://10.9.9.1:2375 unshare -n bash "$BATS_FILE_TMPDIR/far" "$@"
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
    [ -z "$(find /tmp -maxdepth 1 -name 'cog-relay-*' -newer large.json)" ]
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

@test "cog-exec there: input, output, status; what is of that machine is told" {
    [ "$(echo in | far cog-exec -i --image "$IMAGE" -- sh -c 'cat; echo out; echo err >&2; exit 3' 2>err || echo "$?")" = $'in\nout\n3' ]
    [ "$(cat err)" = err ]
    far cog-exec --image "$IMAGE" --source /tmp -p 5999 -- true 2>err
    [ "$(grep -c '^cog-exec: warning: .* on another machine.*\[engine.remote\]$' err)" = 2 ]
    cog-exec --image "$IMAGE" --source "$PWD" -- true 2>err
    [ ! -s err ]
    [ -z "$(containers)" ]
}
