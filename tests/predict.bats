#!/usr/bin/env bats
# predict.bats - cog-predict with a real container of a real model.
# bats file_tags=engine
# shellcheck disable=SC2154 # port, which lib.bash sets

setup_file() {
    load lib
    export IMAGE=cog-test-predict:$$
    model=$BATS_FILE_TMPDIR/model
    mkdir "$model"
    printf 'run: predict.py:Predictor\ntrain: predict.py:train\n' >"$model/cog.yaml"
    cat >"$model/predict.py" <<'END'
import os
import subprocess
import time

from cog import BasePredictor, Input, Path, current_scope


def train(steps: int = Input(le=9)) -> str:
    return f"trained {steps}"


class Predictor(BasePredictor):
    def setup(self) -> None:
        print("setting up")
        if os.environ.get("SETUP") == "fail":
            raise FileNotFoundError("no weights")
        if os.environ.get("SETUP") == "sleep":
            time.sleep(600)

    def predict(
        self,
        text: str,
        count: int = Input(default=1, ge=1, le=3),
        size: str = Input(default="small", choices=["small", "large"]),
        file: Path | None = None,
    ) -> list[Path]:
        print(f"text is {text}")
        if text == "fail":
            raise ValueError("out of cheese")
        if text == "die":
            os.kill(os.getppid(), 9)
        if text == "sleep":
            time.sleep(600)
        if text == "token":
            print("token is", current_scope().context.get("replicate_api_token"))
        if text == "eat":
            Path("/tmp/eat").touch()
            while Path("/tmp/eat").exists():
                time.sleep(0.1)
            print(len(b"x" * (1 << 30)))
        if text.startswith("run "):
            print(subprocess.run(text[4:], shell=True, capture_output=True, text=True).stdout)
        paths = [Path(f"/tmp/{index}.txt") for index in range(count)]
        for path in paths:
            path.write_text(text + (file.read_text() if file else ""))
        return paths
END
    (cd "$model" && cog build -t "$IMAGE" 2>../log) || { cat "$model/../log" && return 1; }
}

teardown_file() {
    docker image rm -f "$IMAGE" >/dev/null 2>&1 || true
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    pids=()
}

teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
    drop_containers "$IMAGE"
}

containers() {
    containers_of "$IMAGE"
}

# written PATTERN: the model has written a line like this.
written() {
    logged "$(containers)" "$1"
}

predict() {
    cog-predict --image "$IMAGE" "$@"
}

# fails_and_prints STATUS CODE COMMAND...: as fails, but there are predictions in the file out.
fails_and_prints() {
    local status=0
    "${@:3}" >out 2>err || status=$?
    [ "$status" = "$1" ] && [ -s out ] && grep -qF "[$2]" err
}

# serve: runs the model for --url; sets $url and $container.
serve() {
    container=$(docker run -d --rm -p 127.0.0.1::5000 "$IMAGE")
    url=http://$(docker port "$container" 5000 | head -n 1)
}

@test "requests on stdin, one container, a line each in their order; nothing stays" {
    printf '{"input":{"text":"a"}}\n{"id":"two","input":{"text":"fail"}}\n{"input":{"text":"c"}}\n' >requests
    fails_and_prints 1 predict.failed predict <requests
    [ "$(jq -r .status out | tr '\n' ' ')" = 'succeeded failed succeeded ' ]
    [ "$(jq -r 'select(.id == "two").error' out)" = 'out of cheese' ]
    jq -r 'select(.id == "two").logs' out | grep 'text is fail'
    [ -z "$(containers)" ]
    "$TOP/build/tools/bin/jsonschema" "$TOP/schemas/prediction-1.json" -i <(head -n 1 out)
}

@test "wrong inputs are all told before anything is started" {
    begin=$(date +%s.%N)
    fails 1 predict.input.missing predict -i txet=a -i count=9 -i size=big
    for code in unknown range choice; do grep -q "\[predict.input.$code\]" err; done
    grep -q 'unknown input "txet"; did you mean "text"?' err
    grep -q 'invalid input "size": must be one of: small, large' err
    fails 1 predict.input.type predict -i text=a -i count=two
    grep -q 'invalid input "count": expected integer, got string' err
    echo '{"input":{"text":null}}' | fails 1 predict.input.null predict
    docker inspect "$IMAGE" --format '{{index .Config.Labels "run.cog.openapi_schema"}}' >schema.json
    DOCKER_HOST=unix:///nowhere.sock run -0 cog-predict --check --schema schema.json -i text=a
    [ -z "$output" ]
    fails 1 predict.input.missing cog-predict --check --schema schema.json -i count=1
    [ -z "$(docker events --since "$begin" --until "$(date +%s.%N)" --filter type=container --filter "image=$IMAGE")" ]
}

@test "progress: what the model prints, on stderr as it comes" {
    run -0 --separate-stderr predict -i text=a --progress
    # shellcheck disable=SC2154 # set by run
    [ "$stderr" = $'setting up\ntext is a' ]
    run -0 --separate-stderr predict -i text=a --progress -e COG_LOG_LEVEL=info
    [[ $stderr == *"server starts"* ]]
}

@test "files: in by @, out by name; nothing that was not named is overwritten" {
    printf ' from a file' >in.txt
    run -0 --separate-stderr predict -i text=a -i file=@in.txt --output-only
    [ "$stderr" = 'Written output to: output.0.txt' ]
    [ "$(cat output.0.txt)" = 'a from a file' ]
    run -0 predict -i text=b -i count=2 --output-only
    [ "$(cat output.0.txt output.0.1.txt output.1.txt)" = 'a from a filebb' ]
    run -0 predict -i text=c -i count=2 -o named.dat
    run -0 predict -i text=d -i count=2 -o named.dat
    [ "$(cat named.0.dat named.1.dat)" = dd ]
    fails 1 file.missing predict -i text=a -i file=@none.txt
}

@test "setup fails, is late, or the server dies: its log is shown, nothing stays" {
    fails 1 predict.setup predict -e SETUP=fail -i text=a
    grep -q 'no weights' err && grep -q 'what it printed is above' err
    fails 1 predict.timeout predict -e SETUP=sleep -i text=a --setup-timeout 2
    fails 1 predict.exited predict -e PORT=none -i text=a
    grep -q 'PORT' err
    fails 1 predict.exited predict -i text=die
    [ -z "$(containers)" ]
}

# started WORD ARGUMENT...: runs in the background; $pid, and $id of its container once WORD is in its log.
started() {
    env --default-signal=HUP cog-predict --image "$IMAGE" "${@:2}" >out 2>err & # which nohup(1) has ignored
    pid=$!
    await written "$1"
    id=$(containers)
}

# interrupted SIGNAL WORD ARGUMENT...: once WORD is in the container's log.
interrupted() {
    started "${@:2}"
    kill "-$1" "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" = 130 ] && [ ! -s out ] && [ -z "$(containers)" ]
}

@test "interrupted in setup and in a prediction, by whatever signal: 130, the container is gone" {
    interrupted INT 'setting up' -e SETUP=sleep -i text=a
    for signal in HUP PIPE QUIT TERM; do interrupted $signal 'text is sleep' -i text=sleep; done
}

killed() {
    started 'text is sleep' -i text=sleep
    kill -KILL "$pid"
    wait "$pid" || true
    [ "$(containers)" = "$id" ]
    other=$(docker create --label run.cog.owner=1-2-3/pid:[1]/1/2 "$IMAGE") # of another machine
    predict -i text=a >answer 2>told
    grep "removed the container $id.*\[engine.leftover\]" told
    [ "$(containers)" = "${other:0:12}" ]
    docker rm "$other"
    started 'text is sleep' -i text=sleep
    predict -i text=a >answer 2>told
    [ ! -s told ]
    kill "$pid"
    wait "$pid" || true
}

@test "killed: the container stays, until the next run finds that nobody owns it" {
    export -f started written containers predict
    apart killed
}

@test "the container can do what it must, and no more; unless it is trusted" {
    confined='[.CapDrop == ["ALL"], .PidsLimit == 8192, .SecurityOpt == ["no-new-privileges"]] | all'
    started 'text is sleep' -i text=sleep --mount "src=.,dst=/here,readonly" --shm-size 64m
    docker inspect "$id" | jq -e ".[0].HostConfig | $confined"
    docker inspect "$id" | jq -e '.[0].HostConfig.ShmSize == 67108864'
    docker exec "$id" sh -c 'grep NoNewPrivs:.1 /proc/1/status; ls /here/out; ! touch /here/x'
    [ "$(docker exec "$id" awk '$1 == "CapEff:" {print $2}' /proc/1/status)" = 000000000000000b ]
    kill "$pid"
    wait "$pid" || true
    run -0 --separate-stderr predict -i 'text=run grep -c NoNewPrivs:.0 /proc/self/status' --trusted --progress
    [[ $stderr == *$'\n1'* ]]
    fails 1 engine.refused predict -i text=a --mount src=/none/there,dst=/x
    for wrong in --gpus=some --mount=/a:/b --mount=src=a,dst=b --shm-size=9x --shm-size=0; do
        fails 2 usage.option predict -i text=a "$wrong"
    done
}

@test "no driver for GPUs: refused if they were asked for, else gone on without" {
    fails 1 engine.gpu predict -i text=a --gpus all
    gpu=$(docker commit -c 'LABEL run.cog.config="{\"build\":{\"gpu\":true}}"' "$(docker create "$IMAGE")")
    run -0 --separate-stderr cog-predict --image "$gpu" -i text=a
    [[ $stderr == *"warning: "*"going on without one [engine.gpu]" ]]
    [ "$(jq -r .status <<<"$output")" = succeeded ]
    containers | xargs docker rm
    docker image rm "$gpu"
}

@test "an image that cog did not build is refused, with what to do" {
    other=$(docker import - cog-test-other:$$ < <(tar -c -T /dev/null))
    fails 1 predict.image cog-predict --image cog-test-other:$$ -i text=a
    grep -q 'was not built by cog.*cog build -t' err
    docker image rm "$other"
    fails 1 predict.image cog-predict --image cog-test-none -i text=a
    grep -q 'cog build -t cog-test-none' err
}

@test "killed because memory ran out: said so" {
    started 'text is eat' -i text=eat
    docker update --memory 256m --memory-swap 256m "$id"
    docker exec "$id" rm /tmp/eat
    status=0
    wait "$pid" || status=$?
    [ "$status" = 1 ]
    grep -q 'killed because memory ran out (137).*\[predict.memory\]' err
}

@test "--train runs a training; --use-replicate-token hands the token on" {
    run -0 --separate-stderr predict --train -i steps=3 --output-only
    [ "$output" = 'trained 3' ]
    fails 1 predict.input.range predict --train -i steps=10
    fails 1 predict.input.unknown predict --train -i text=a
    fails 2 usage.option predict -i text=token --use-replicate-token
    export REPLICATE_API_TOKEN=r8_secret
    predict -i text=token --use-replicate-token | jq -e '.logs | contains("token is r8_secret")'
    printf '{"input": {"text": "token"}}\n{"input": {"text": "token"}, "context": {"a": "b"}}\n' >in.jsonl
    predict --use-replicate-token <in.jsonl >out
    [ "$(grep -c 'token is r8_secret' out)" = 2 ]
}

@test "a server at a URL" {
    serve
    run -0 cog-predict --url "$url" -i text=a
    [ "$(jq -r .status <<<"$output")" = succeeded ]
    run -0 --separate-stderr cog-predict --url "$url" -i text=b --progress
    [[ $stderr == *"setting up"*"text is b"* ]]
    [ "$(wc -l <<<"$output")" = 1 ]
    fails 1 predict.input.missing cog-predict --url "$url" -i count=1
    cog-predict --url "$url" -i text=sleep 2>/dev/null &
    pid=$!
    await logged "$container" 'text is sleep'
    fails 3 predict.unavailable cog-predict --url "$url" -i text=a
    kill -INT "$pid"
    ! wait "$pid" || return
    await logged "$container" 'prediction canceled' # whoever goes away cancels
    docker kill "$container"
    fails 3 predict.timeout cog-predict --url "$url" -i text=a
}

@test "something that is no model's server" {
    mkdir web
    echo '{"status":"READY"}' >web/health-check
    listening python3 -u -m http.server -b 127.0.0.1 -d web 0
    fails 3 predict.schema cog-predict --url "http://127.0.0.1:$port" -i text=a
    docker inspect "$IMAGE" --format '{{index .Config.Labels "run.cog.openapi_schema"}}' >web/openapi.json
    fails 3 predict.answer cog-predict --url "http://127.0.0.1:$port" -i text=a
}

@test "stdin, options, engines" {
    fails 4 '' predict </dev/null
    echo '{"input":{' | fails 1 doc.syntax predict
    echo '{"inputs":{}}' | fails 1 schema.unknown predict
    fails 2 usage.option cog-predict -i text=a
    fails 2 usage.option cog-predict --image x --url y -i text=a
    fails 2 usage.option predict -i text=a -e =BROKEN
    fails 2 usage.input predict -i text
    fails 1 predict.stream predict -i text=a --stream
    fails 1 predict.image cog-predict --image cog-test-none -i text=a
    fails 3 engine.unreachable predict --builder unix:///nowhere.sock -i text=a
    broken=$(docker commit -c 'ENTRYPOINT ["/none"]' "$(docker create "$IMAGE")")
    fails 1 engine.command cog-predict --image "$broken" -i text=a
    docker image rm -f "$broken"
    containers | xargs docker rm -f
    run -3 bash -c "cog-predict --image $IMAGE -i text=a >/dev/full"
    [ -z "$(containers)" ]
}

@test "cog run may fetch from this machine, a container started otherwise only what it is allowed, metadata nobody" {
    mkdir web
    echo from the host >web/data.txt
    listening python3 -u -m http.server -b "$(docker network inspect bridge --format '{{(index .IPAM.Config 0).Gateway}}')" -d web 0
    url=http://host.docker.internal:$port/data.txt
    cog run "$IMAGE" -i text=x -i "file=$url" -o out.txt 2>log || { cat log && return 1; }
    [ "$(cat out.0.txt)" = "xfrom the host" ]
    refuses predict.failed predict --add-host host.docker.internal:host-gateway -i text=x -i "file=$url" -o out.txt
    grep -q 'COG_ALLOWED_NETWORKS' "$BATS_TEST_TMPDIR/err"
    COG_ALLOWED_NETWORKS=10.99.0.0/16 refuses predict.failed cog run "$IMAGE" -i text=x -i "file=$url" -o out.txt
    refuses predict.failed cog run "$IMAGE" -e COG_ALLOWED_NETWORKS=0.0.0.0/0 -i text=x -i file=http://169.254.169.254/latest -o out.txt
    grep -q 'never connected to' "$BATS_TEST_TMPDIR/err"
    fails 2 usage.option predict --add-host nothing -i text=x
}
