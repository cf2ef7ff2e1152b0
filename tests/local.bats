#!/usr/bin/env bats
# local.bats - cog run --local and cog serve --local: no engine is needed, and none is asked.
# shellcheck disable=SC2154 # run sets output and stderr

setup_file() {
    load lib
    # The server is installed once, by whatever of uv and pip is there.
    export COG_CACHE_DIR=$BATS_FILE_TMPDIR/cache
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    export COG_CACHE_DIR=$BATS_FILE_TMPDIR/cache DOCKER_HOST=unix:///nowhere
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project
    cd project || exit
    model
}

teardown() {
    [ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || true
}

# A model that says what it runs under.
model() {
    printf 'run: run.py:Runner\nenvironment: [COLOUR=red]\n' >cog.yaml
    cat >run.py <<'END'
import os
import sys

from cog import BaseRunner, Input


class Runner(BaseRunner):
    def setup(self) -> None:
        print("setting up")

    def run(self, text: str, times: int = Input(default=2, ge=1)) -> str:
        print(f"running under {sys.executable}")
        return " ".join([text] * times + [os.environ["COLOUR"], os.environ.get("SIZE", "none")])
END
}

# serve WORD...: cog serve --local, as $pid, at a free $port, $url.
serve() {
    rm -f log
    env --default-signal=INT cog serve --local --port 0 "$@" 2>log &
    pid=$!
    await grep -q 'server starts' log
    port=$(sed -n 's/.*server starts .*port=\([0-9]*\).*/\1/p' log)
    url=http://127.0.0.1:$port
    await ready "$url"
}

says() { # TEXT
    curl -s "$url/predictions" -d '{"input": {"text": "hi"}}' | jq -e --arg text "$1" '.output == $text'
}

stopped() {
    ! curl -s "$url/health-check"
}

@test "a prediction, with the checks and the environment of an image" {
    run -0 --separate-stderr cog run --local -i text=hi -e SIZE=big
    [ "$output" = "hi hi red big" ]
    [[ $stderr == *"setting up"*"running under "* ]]
    cog run --local --json '{"text": "hi", "times": 1}' | jq -e '.status == "succeeded" and .output == "hi red none"'
    cog run --local --json '{"text": "hi"}' -o out 2>/dev/null
    jq -e '.output == "hi hi red none"' out
    refuses predict.input.unknown cog run --local -i txt=hi
    refuses predict.input.type cog run --local -i text=hi -i times=many
    refuses predict.input.range cog run --local -i text=hi -i times=0
}

@test "the Python is that of .venv; a version that the image will not have is told" {
    python3 -m venv --without-pip .venv
    printf 'build:\n  python_version: "3.10"\n' >>cog.yaml
    run -0 --separate-stderr cog run --local -i text=hi
    [[ $stderr == *"the image has 3.10 [local.version]"*"running under $PWD/.venv/bin/python"* ]]
    printf '#!/bin/sh\necho "[\\"/old\\", 3, 9]"\n' >old && chmod +x old && mv old .venv/bin/python
    refuses local.python cog run --local -i text=hi
    printf '#!/bin/sh\nexit 5\n' >.venv/bin/python
    refuses local.python cog run --local -i text=hi
}

@test "uv runs a project that it locks" {
    mkdir bin
    # shellcheck disable=SC2016 # it is the script that expands it
    printf '#!/bin/sh\necho "$*" >>uv.log\nshift 2\nexec "$@"\n' >bin/uv
    chmod +x bin/uv
    cog run --local -i text=hi >/dev/null 2>&1 # installs the server before this uv is in the way
    PATH=$PWD/bin:$PATH cog run --local -i text=hi 2>/dev/null
    [ ! -e uv.log ]
    printf 'version = 1\nrequires-python = ">=3.10"\n' >uv.lock
    printf '[project]\nname = "a"\nversion = "1"\n' >pyproject.toml
    PATH=$PWD/bin:$PATH cog run --local -i text=hi 2>/dev/null
    grep -q '^run --quiet python' uv.log
}

@test "packages of the project in src, and inputs that only the running model tells" {
    mkdir -p src/shop
    echo 'PRICES = {"a": 1, "b": 2}' >src/shop/__init__.py
    printf '[project]\nname = "shop"\nversion = "1"\n' >pyproject.toml
    cat >run.py <<'END'
import shop
from cog import Input


def run(name: str = Input(choices=sorted(map(str, shop.PRICES)))) -> int:
    return shop.PRICES[name]
END
    echo 'run: run.py:run' >cog.yaml
    [ "$(cog run --local -i name=b 2>/dev/null)" = 2 ]
    refuses predict.input.choice cog run --local -i name=c
}

@test "a training" {
    printf 'def train(steps: int) -> str:\n    return "x" * steps\n' >train.py
    echo 'train: train.py:train' >>cog.yaml
    [ "$(cog train --local -i steps=3 2>/dev/null)" = xxx ]
}

@test "what goes wrong in the model is shown, and is the exit status" {
    sed -i 's/print("setting up")/raise ValueError("no weights")/' run.py
    refuses predict.setup cog run --local -i text=hi
    grep -q 'ValueError: no weights' "$BATS_TEST_TMPDIR/err"
    model
    sed -i 's/print("setting up")/os._exit(3)/' run.py
    refuses predict.setup cog run --local -i text=hi
    model
    sed -i 's/print(f"running.*/raise ValueError("too blue")/' run.py
    refuses predict.failed cog run --local -i text=hi
    sed -i 's/print("setting up")/import time; time.sleep(600)/' run.py
    refuses predict.timeout cog run --local -i text=hi --setup-timeout 1
}

@test "what needs a container, or is no project, is refused" {
    fails 2 usage.option cog run --local -i text=hi --gpus all
    grep -q -- '--gpus is for containers' "$BATS_TEST_TMPDIR/err"
    fails 2 usage.option cog serve --local --mount src=.,dst=/x
    fails 2 usage.operand cog run --local my-image -i text=hi
    refuses doc.schema cog-local true <<<'{"schema": "cog/plan-1"}'
    refuses doc.syntax cog-local true <<<'{'
    mkdir bin
    for program in sh dirname readlink cog-config; do ln -s "$(command -v $program)" bin; done
    fails 3 local.python env PATH="$PWD/bin" "$COG_BIN/cog" run --local -i text=hi
    echo '{"schema": "cog/project-1", "config": {}, "facts": {}}' >project.json
    fails 3 local.installer env COG_CACHE_DIR="$PWD/cache" cog-local --wheelhouse "$PWD/bin" true <project.json
    [ -z "$(ls cache/server)" ]
}

@test "serve: requests, --watch, Ctrl-C" {
    serve --watch -e SIZE=small
    says "hi hi red small"
    curl -s "$url/predictions" -d '{"input": {}}' | jq -e '.detail[0].loc[2] == "text"'
    curl -sf "$url/openapi.json" | jq -e '.components.schemas.Input.required == ["text"]'
    sed -i 's/COLOUR"\]/COLOUR"].upper()/' run.py
    await says "hi hi RED small"
    fails 3 local.port cog serve --local --port "$port"
    kill -s INT "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" = 0 ] || told "status $status" cat log
    stopped
}

@test "serve: a server ends with the program that started it, also a killed one" {
    serve
    kill "$pid"
    wait "$pid"
    stopped
    serve
    kill -s KILL "$pid"
    await stopped
}

@test "run: an interrupt ends the prediction and the server" {
    sed -i 's/print(f"running.*/import time; open("started", "w").write(str(os.getpid())); time.sleep(600)/' run.py
    cog run --local -i text=hi 2>log &
    pid=$!
    await test -s started
    kill "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" = 130 ] || told "status $status" cat log
    worker=$(cat started)
    await test ! -e "/proc/$worker"
}
