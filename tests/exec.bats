#!/usr/bin/env bats
# exec.bats - commands and servers in a container in the foreground: cog exec, cog serve, cog-exec.
# bats file_tags=engine
# shellcheck disable=SC2016,SC2094 # a shell in the container expands it; in and out are two pipes

setup_file() {
    load lib
    export IMAGE=cog-test-exec-$$
    mkdir "$BATS_FILE_TMPDIR/model"
    cd "$BATS_FILE_TMPDIR/model" || exit
    printf 'build:\n  python_version: "3.13"\n' >cog.yaml
    cog exec -t "$IMAGE" --progress=plain true 2>../log || { cat ../log && return 1; }
}

teardown_file() {
    docker image rm -f "$IMAGE" >/dev/null 2>&1 || true
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
}

teardown() {
    # What a test that failed has left running would keep bats waiting.
    [ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || true
    drop_containers "$IMAGE-serve"
    drop_containers "$IMAGE"
}

containers() {
    containers_of "$IMAGE"
}

run_it() {
    timeout -k 5 600 cog-exec --image "$IMAGE" "$@"
}

@test "output, errors, the exit status; nothing stays" {
    run -7 --separate-stderr run_it sh -c 'echo out; echo err >&2; exit 7'
    # shellcheck disable=SC2154 # set by run
    [ "$output" = out ] && [ "$stderr" = err ]
    [ -z "$(containers)" ]
    run_it --env A=b -e C=d -w /tmp sh -c 'echo $A $C $PWD' | grep -x 'b d /tmp'
    E=f run_it -e E -e NOT_SET sh -c 'echo $E ${NOT_SET-none}' | grep -x 'f none'
    run_it -- printf '%s|' -x --image '' ' ' | grep -xF -e '-x|--image|| |'
    run_it --shm-size 64m df -k /dev/shm | grep ' 65536 '
    fails 2 usage.option cog-exec true
    refuses predict.image cog-exec --image nowhere-$$ true
    fails 2 usage.option cog-exec --image "$IMAGE" -p nothing true
    [ -z "$(containers)" ]
}

@test "a command that does not exist, and a folder to watch" {
    printf 'FROM %s\nENTRYPOINT []\n' "$IMAGE" | docker build -q -t "$IMAGE-bare" - >/dev/null
    fails 127 engine.command cog-exec --image "$IMAGE-bare" no-such-command
    fails 127 engine.command cog-exec --image "$IMAGE-bare" /no/such
    fails 126 engine.command cog-exec --image "$IMAGE-bare" /etc/passwd
    docker image rm "$IMAGE-bare" >/dev/null
    (
        cd "$BATS_FILE_TMPDIR/model" # whose image has an init, which tells nothing of the kind
        run -127 cog exec -t "$IMAGE" no-such-command
        run -126 cog exec -t "$IMAGE" ./cog.yaml
        [ "$(cog exec -t "$IMAGE" printf '%s|' -x -- "it's" '' 2>log)" = "-x|--|it's||" ]
    )
    run -0 --separate-stderr run_it --watch nowhere echo hello
    [ "$output" = hello ]
    [[ $stderr == *exec.watch* ]]
}

@test "large output comes whole, and input of a pipe" {
    head -c 20000000 /dev/urandom >in
    run_it -i cat <in | cmp - in
    run_it -i sh -c 'cat >&2' <in 2>&1 >/dev/null | cmp - in
    [ "$(echo hello | run_it -i cat)" = hello ]
    [ -z "$(echo hello | run_it cat)" ]
    run_it -i sleep 0 <in # which reads nothing of it
    [ "$(run_it sh -c 'head -c 10000000 /dev/zero' | head -c 5 | wc -c)" = 5 ]
    [ -z "$(containers)" ]
}

@test "folders: the source, and others; who may write" {
    mkdir -p "a, b" out
    echo hello >"a, b/file"
    run_it --source "$PWD/a, b" sh -c 'cat file && pwd && echo written >new' >got
    [ "$(cat got)" = "$(printf 'hello\n/src')" ]
    [ "$(cat "a, b/new")" = written ]
    run -1 run_it --mount "src=out,dst=/out,readonly" sh -c 'echo x >/out/x || exit 1'
    run_it --mount "src=$PWD/out,dst=/out" sh -c 'echo x >/out/x'
    [ "$(cat out/x)" = x ]
}

@test "signals go to the command, and what it makes of them is its end" {
    for signal in INT TERM HUP QUIT; do
        rm -f err
        env --default-signal=INT,TERM,HUP,QUIT cog-exec --image "$IMAGE" \
            sh -c "trap 'exit 42' $signal; echo ready >&2; while :; do sleep 0.1; done" 2>err &
        pid=$!
        await grep -q ready err
        kill -s "$signal" "$pid"
        status=0
        wait "$pid" || status=$?
        [ "$status" = 42 ] || told "status $status" "$signal"
    done
    rm -f err
    cog-exec --image "$IMAGE" sh -c 'trap "" TERM; echo ready >&2; while :; do sleep 0.1; done' 2>err &
    pid=$!
    await grep -q ready err
    while kill "$pid" 2>/dev/null; do sleep 0.2; done # the third of those that it sees
    status=0
    wait "$pid" || status=$?
    [ "$status" = 137 ]
    [ -z "$(containers)" ]
}

killed() {
    cog-exec --image "$IMAGE" sh -c 'echo ready >&2; sleep 1000' 2>err &
    await grep -q ready err
    kill -s KILL $!
    wait $! || true
    [ -n "$(containers)" ]
    run_it true 2>told
    grep -q 'engine.leftover' told
    [ -z "$(containers)" ]
}

@test "a killed cog-exec leaves a container, which the next one removes" {
    export -f containers run_it
    apart killed
}

@test "a terminal: its size, its keys, its end" {
    script -qec "stty rows 33 cols 77; timeout --foreground -k 5 120 cog-exec -i --image $IMAGE sh -c 'until stty size | grep -x \"33 77\"; do sleep 0.1; done; test -t 0 && echo terminal'" /dev/null \
        </dev/null | tr -d '\r' >got
    grep -q '33 77$' got && grep -qx terminal got
    mkfifo keys
    timeout -k 5 120 script -qec "cog-exec -i --image $IMAGE sh -c 'trap \"echo caught; exit 3\" INT; echo ready; read x'; echo status \$?; stty -a" \
        /dev/null <keys >got &
    exec 6>keys
    await grep -q ready got
    printf '\003' >&6 # Ctrl-C is the command's
    await grep -q 'status 3' got
    exec 6>&-
    wait
    grep -q caught got
    grep -qE '^isig icanon|[^-]isig icanon' got # the terminal is as it was
    [ -z "$(containers)" ]
}

@test "ports are published where it is said, and a taken one is told" {
    port=$(free_port)
    cog-exec --image "$IMAGE" -p "$port:8000" python -m http.server 8000 2>err &
    pid=$!
    await curl -sf "http://127.0.0.1:$port/"
    run -3 run_it -p "$port:8000" true
    [[ $output == *"has the port: choose one with -p"* ]]
    kill "$pid"
    wait "$pid" || true
    [ -z "$(containers)" ]
}

@test "GPUs: none without a driver, unless they are asked for" {
    docker run --rm --gpus all "$IMAGE" true 2>/dev/null && skip "this engine has GPUs"
    refuses engine.gpu cog-exec --image "$IMAGE" --gpus all true
    printf 'FROM %s\nLABEL run.cog.config={\\"build\\":{\\"gpu\\":true}}\n' "$IMAGE" | docker build -q -t "$IMAGE-gpu" - >/dev/null
    run --separate-stderr timeout 900 cog-exec --image "$IMAGE-gpu" echo hello
    [ "$status" = 0 ] || { echo "status $status: $stderr" && return 1; }
    [ "$output" = hello ]
    [[ $stderr == *engine.gpu* ]]
    docker image rm "$IMAGE-gpu" >/dev/null
}

@test "cog exec builds the environment once, for all folders of the project" {
    printf 'build:\n  python_version: "3.13"\n' >cog.yaml
    mkdir below
    echo 'print("mine")' >below/script.py
    (cd below && timeout 900 cog exec -t "$IMAGE-two" --progress=quiet python below/script.py) | grep -x mine
    id=$(docker image inspect -f '{{.Id}}' "$IMAGE-two")
    echo '# edited' >>below/script.py
    run -5 --separate-stderr timeout 900 cog exec -t "$IMAGE-two" --progress=quiet python -c 'import cog, sys; sys.exit(5)'
    [ "$(docker image inspect -f '{{.Id}}' "$IMAGE-two")" = "$id" ]
    docker run --rm "$IMAGE-two" ls /src 2>/dev/null | grep . && return 1
    docker image rm -f "$IMAGE-two" >/dev/null
}

@test "cog serve: the model answers, edits start it again with --watch, Ctrl-C ends it with 0" {
    project
    port=$(free_port)
    env --default-signal=INT cog serve -t "$IMAGE-serve" --progress=quiet -p "$port" --watch --upload-url http://127.0.0.1:9/ 2>err &
    pid=$!
    answer() { curl -sf "http://127.0.0.1:$port/predictions" -d '{"input": {"text": "hi"}}' | jq -r .output; }
    says() { [ "$(answer)" = "$1" ]; }
    await says hi
    grep -qF "serving at http://127.0.0.1:$port, with a page to try the model at http://127.0.0.1:$port/docs" err
    curl -sf "http://127.0.0.1:$port/docs" >docs
    grep -q '<html' docs
    docker inspect --format '{{.Config.Cmd}}' "$(containers_of "$IMAGE-serve")" | grep -F -- --upload-url=http://127.0.0.1:9/
    sed -i 's/return text/return text.upper()/' predict.py
    await says HI
    grep -q 'a file has changed' err
    kill -s INT "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" = 0 ] || told "status $status" cat err
    [ -z "$(containers_of "$IMAGE-serve")" ]
    docker image rm -f "$IMAGE-serve" >/dev/null
}

@test "cog train: inputs are checked, the weights are a file, and the next run takes them" {
    cat >cog.yaml <<'END'
build:
  python_version: "3.13"
run: model.py:Runner
train: model.py:train
END
    cat >model.py <<'END'
from cog import BaseModel, BaseRunner, Input, Path


class Learned(BaseModel):
    weights: Path


class Runner(BaseRunner):
    def setup(self, weights: Path | None = None) -> None:
        self.word = weights.read_text() if weights else "none"

    def run(self) -> str:
        return self.word


def train(word: str, steps: int = Input(default=2, ge=1, le=9)) -> Learned:
    for step in range(steps):
        print(f"step {step}")
    Path("/tmp/learned.txt").write_text(word)
    return Learned(weights=Path("/tmp/learned.txt"))
END
    mkdir project
    mv cog.yaml model.py project
    cd project || exit
    refuses predict.input.range cog train -t "$IMAGE-train" -i word=servus -i steps=10
    run -0 --separate-stderr timeout 900 cog train -t "$IMAGE-train" --progress=quiet -i word=servus -e COLOUR=red
    [ -z "$output" ]
    [[ $stderr == *'Command "train" is deprecated'*'step 1'*'Written output to: weights' ]]
    [ "$(cat weights)" = servus ]
    run -0 timeout 900 cog train "$IMAGE-train" -i word=hallo
    [ "$(cat weights) $(cat weights.1)" = 'servus hallo' ]
    run -0 timeout 900 cog train "$IMAGE-train" -i word=hej -o mine
    [ "$(cat mine)" = hej ]
    run -0 --separate-stderr timeout 900 cog run "$IMAGE-train" -e COG_WEIGHTS=/src/mine --mount "src=$PWD/mine,dst=/src/mine"
    [ "$output" = hej ]
    docker image rm -f "$IMAGE-train" >/dev/null
}
