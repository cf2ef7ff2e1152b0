#!/usr/bin/env bats
# filter.bats - cog-predict with many requests on stdin, and with events, on a real server.
# bats file_tags=engine

setup_file() {
    load lib
    export IMAGE=cog-test-filter:$$
    model=$BATS_FILE_TMPDIR/model
    mkdir "$model"
    printf 'build:\n  python_version: "3.13"\npredict: predict.py:Predictor\n' >"$model/cog.yaml"
    cat >"$model/predict.py" <<'END_OF_MODEL'
import asyncio
import os
from collections.abc import AsyncIterator

from cog import BasePredictor, Path, concurrent, streaming


class Predictor(BasePredictor):
    async def setup(self) -> None:
        self.four = asyncio.Barrier(4)

    @concurrent(max=4)
    @streaming
    async def predict(
        self, text: str, pause: float = 0, file: Path | None = None
    ) -> AsyncIterator[str]:
        await asyncio.sleep(pause)
        if text == "meet":
            await self.four.wait()
        if text == "fail":
            raise ValueError("out of cheese")
        if text == "die":
            os.kill(os.getppid(), 9)
        yield file.read_text() if file else text
END_OF_MODEL
    (cd "$model" && cog build -t "$IMAGE" 2>../log) || { cat "$model/../log" && return 1; }
    container=$(docker run -d -p 127.0.0.1::5000 "$IMAGE")
    URL=http://$(docker port "$container" 5000 | head -n 1)
    export container URL
    await ready "$URL"
}

teardown_file() {
    load lib
    drop_containers "$IMAGE"
    docker image rm -f "$IMAGE" >/dev/null 2>&1 || true
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
}

# requests COUNT [PAUSE]: that many, whose texts are their numbers.
requests() {
    seq "$1" | jq -c --argjson pause "${2:-0}" '{input: {text: "\(.)", pause: $pause}}'
}

# answers FILE: what each line says in short.
answers() {
    jq -r 'if .status == "succeeded" then .output | join("") else "\(.id // "-"): \(.error)" end' "$1"
}

@test "answers come in order; what is wrong, refused or fails is an error object in its place" {
    {
        echo '{"input": {"text": "one", "pause": 0.5}}'
        echo '{"input": {"text": "two"}, "id": "two"}'
        echo '{"input": {"text":'
        echo '{"input": {"text": "fail"}, "id": "four"}'
        echo
        echo '{"input": {"txt": 5}, "id": "five"}{"input": {"text": "six"}}'
        printf '{\n  "input": {\n    "text": "seven"\n  }\n}\n'
        printf from-a-file >file.txt
        echo '{"input": {"text": "", "file": "@file.txt"}}'
        echo '{"input": {"text": "", "file": "@none.txt"}}'
    } >in.jsonl
    for jobs in 1 4 40; do # more than the model takes at once
        status=0
        cog-predict --url "$URL" -j "$jobs" <in.jsonl >out.jsonl 2>err || status=$?
        [ "$status" = 1 ]
        diff - <(answers out.jsonl) <<'END'
one
two
-: not a JSON document: unexpected token near end of file
four: out of cheese
five: unknown input "txt"; did you mean "text"? (the model takes file, pause, text); missing required input "text"
six
seven
from-a-file
-: cannot open: No such file or directory
END
        [ "$(sed 's/ error: .*//' err | sort)" = $'<stdin>:13:\n<stdin>:3:\n<stdin>:4:\n<stdin>:6:' ]
        [ "$(grep -c 'predict.failed' err)" = 4 ]
    done
}

@test "several run at once; in the container of an image, too" {
    for _ in {1..12}; do echo '{"input": {"text": "meet"}}'; done >in.jsonl # each waits for three others
    timeout 900 cog-predict --url "$URL" -j 4 <in.jsonl >out.jsonl
    [ "$(answers out.jsonl | uniq -c | xargs)" = '12 meet' ]
    timeout 900 cog-predict --image "$IMAGE" -j 4 <in.jsonl >out.jsonl
    [ "$(answers out.jsonl | uniq -c | xargs)" = '12 meet' ]
    requests 3 | cog-predict --image "$IMAGE" -j 2 >out.jsonl
    [ "$(answers out.jsonl)" = "$(seq 3)" ]
}

@test "an answer is written before the next request is there" {
    mkfifo in out
    cog-predict --url "$URL" -j 2 <in >out 3>&- &
    exec 8>in 9<out
    printf '{"input": {"text": "a"}}\n{"input": {"text": "b"}}\n' >&8
    for text in a b c; do
        read -r -t 90 line <&9
        [ "$(jq -r '.output[0]' <<<"$line")" = $text ]
        [ $text != b ] || echo '{"input": {"text": "c"}}' >&8
    done
    exec 8>&- 9<&-
    wait $!
}

@test "--resume goes on where the answers end, and cuts off half a line" {
    requests 9 >in.jsonl
    head -n 4 in.jsonl | cog-predict --url "$URL" -j 1 >out.jsonl
    printf '{"output": ["ha' >>out.jsonl
    cog-predict --url "$URL" --resume <in.jsonl >>out.jsonl
    [ "$(answers out.jsonl)" = "$(seq 9)" ]
    cp out.jsonl before
    cog-predict --url "$URL" --resume <in.jsonl >>out.jsonl
    cmp out.jsonl before
    fails 2 usage.option cog-predict --url "$URL" --resume <in.jsonl
    run -2 bash -o pipefail -c "cog-predict --url $URL --resume <in.jsonl | cat"
    for wrong in '-j 0' '-j x' '-j 1001' '--timeout 0' '-j 2 -i text=a' '--resume --json {}' '-j 2 --check'; do
        # shellcheck disable=SC2086 # several words
        fails 2 usage.option cog-predict --url "$URL" $wrong </dev/null
    done
}

@test "a server that dies: what was answered stays, and is gone on from" {
    {
        requests 3
        echo '{"input": {"text": "die", "pause": 1}}'
        requests 3
    } >in.jsonl
    three() { [ "$(wc -l <out.jsonl)" = 3 ]; }
    status=0
    { head -n 3 in.jsonl && await three >&2 && tail -n 4 in.jsonl; } |
        cog-predict --image "$IMAGE" -j 2 >out.jsonl 2>err || status=$?
    [ "$status" = 1 ]
    grep -qF '[predict.exited]' err
    [ "$(answers out.jsonl)" = "$(seq 3)" ]
    sed -i s/die/live/ in.jsonl
    cog-predict --image "$IMAGE" --resume -j 2 <in.jsonl >>out.jsonl
    [ "$(answers out.jsonl | tr '\n' ' ')" = '1 2 3 live 1 2 3 ' ]
}

@test "interrupted: 130, whole lines, no container" {
    requests 1000 1 >in.jsonl
    cog-predict --image "$IMAGE" -j 4 <in.jsonl >out.jsonl 2>err 3>&- &
    pid=$!
    await test -s out.jsonl
    kill -INT $pid
    status=0
    wait $pid || status=$?
    [ "$status" = 130 ]
    count=$(answers out.jsonl | wc -l)
    [ "$count" -gt 0 ] && [ "$(answers out.jsonl)" = "$(seq "$count")" ]
    [ "$(containers_of "$IMAGE")" = "${container:0:12}" ]
}

@test "--timeout: a slow prediction is an error, the others are not" {
    printf '{"input": {"text": "a"}}\n{"input": {"text": "b", "pause": 600}}\n{"input": {"text": "c"}}\n' >in.jsonl
    status=0
    cog-predict --url "$URL" -j 2 --timeout 30 <in.jsonl >out.jsonl 2>err || status=$?
    [ "$status" = 1 ]
    [ "$(answers out.jsonl)" = $'a\n-: no answer within 30 seconds\nc' ]
    fails 1 predict.timeout cog-predict --url "$URL" --timeout 1 -i text=a -i pause=600
}

@test "memory does not grow with the input" {
    python3 - "$URL" <<'END'
import resource, subprocess, sys
command = ["cog-predict", "--url", sys.argv[1], "-j", "4"]
peaks = []
for count in (300, 3000):
    with open("in.jsonl", "w") as requests:
        for _ in range(count): # in pieces: a child's peak is its parent's at least
            requests.write('{"input": {"text": "' + "x" * 20000 + '"}}\n')
    subprocess.run(command, stdin=open("in.jsonl"), stdout=open("out.jsonl", "w"), check=True)
    peaks.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
assert peaks[1] - peaks[0] < 5000, f"{peaks} kB for 6 and 60 MB"
END
    [ "$(wc -l <out.jsonl)" = 3000 ]
}

@test "a bar on a terminal, and only there" {
    requests 100 0.1 >in.jsonl
    TERM=xterm script -qec "cog-predict --url $URL -j 4 <in.jsonl >out.jsonl" /dev/null >screen </dev/null
    grep -q 'done, 0 failed' screen
    grep -q '\[#* *\] .*%, [0-9]*:[0-9][0-9] left' screen
    cog-predict --url "$URL" -j 4 <in.jsonl 2>err >out.jsonl
    [ ! -s err ]
}

@test "--stream prints events, --whole the whole prediction" {
    cog-predict --url "$URL" -i text=a --stream >out
    [ "$(jq -r .event out | tr '\n' ' ')" = 'start output completed ' ]
    [ "$(jq -c 'select(.event == "output").data.chunk' out)" = '"a"' ]
    status=0
    cog-predict --url "$URL" -i text=fail --stream >out 2>err || status=$?
    [ "$status" = 1 ] && grep -qF '[predict.failed]' err
    [ "$(jq -r 'select(.event == "completed").data.status' out)" = failed ]
    cog-predict --url "$URL" --json '{"text": "a"}' --whole >out
    [ "$(jq -c '[.status, .output, .error]' out)" = '["succeeded",["a"],null]' ] && [ "$(wc -l <out)" -gt 5 ]
    fails 1 predict.failed cog-predict --url "$URL" --json '{"text": "fail"}' --whole -o whole.json
    [ "$(jq -r .status whole.json)" = failed ]
}
