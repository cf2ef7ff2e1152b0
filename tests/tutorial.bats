#!/usr/bin/env bats
# tutorial.bats - what cog-tutorial(7) has its reader do, with the model that stands there.
# bats file_tags=engine

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    page=$TOP/man/cog-tutorial.7
    mkdir "$BATS_TEST_TMPDIR/thumbs"
    cd "$BATS_TEST_TMPDIR/thumbs" || exit
    image=cog-test-tutorial-$$
    containers=()
}

teardown() {
    [ -z "${serving:-}" ] || kill -INT "$serving" 2>/dev/null || true
    ((${#containers[@]} == 0)) || docker rm -f "${containers[@]}" >/dev/null
    docker image rm -f "$image" cog-thumbs cog-thumbs-environment >/dev/null 2>&1 || true
}

# says TEXT: the page has this command, as it is typed here.
says() {
    grep -qxF "\$ $1" "$page" || grep -F ".Ql $1" "$page" || { echo "not in the page: $1" && return 1; }
}

# until_ready URL: waits for the model.
until_ready() {
    await ready "$1" || { cat serve.log && return 1; }
}

@test "from nothing to a model that answers" {
    says 'mkdir thumbs && cd thumbs'
    says 'cog init'
    cog init
    says 'cog run -i text=world'
    run -0 --separate-stderr cog run -i text=world
    [ "$output" = 'hello world' ]
    says 'cog run -i txt=world'
    run -1 cog run -i txt=world
    [[ $output == *'unknown input "txt"'* ]]

    sed -n '/^from cog import/,/^\.Ed/{/^\.Ed/!p}' "$page" >run.py
    says 'echo pillow==11.3.0 >requirements.txt'
    echo pillow==11.3.0 >requirements.txt
    cp "$TOP/tests/projects/thumbnail/examples/input.png" photo.png
    says 'cog run -i image=@photo.png -i size=32 -o small.png'
    cog run -i image=@photo.png -i size=32 -o small.png
    python3 -c 'import sys; assert 32 in sys.stdin.buffer.read(24)[16:24]' <small.png # its width or height
    says 'cog explain pillow'
    cog explain pillow | grep requirements.txt:1
    says "cog plan --json | jq '.stages[].id'"
    cog plan --json | jq -e '.stages[].id' >/dev/null

    says 'cog serve --watch'
    port=$(free_port)
    cog serve --watch -p "$port" >serve.log 2>&1 3>&- &
    serving=$!
    until_ready "http://127.0.0.1:$port"
    curl -s "http://127.0.0.1:$port/docs" >page.html
    grep -qi '<html' page.html
    printf '{"input": {"image": "data:image/png;base64,%s"}}' "$(base64 photo.png | tr -d '\n')" |
        curl -s "http://127.0.0.1:$port/predictions" -d @- | jq -e '.output | startswith("data:image/png")'
    kill -INT "$serving"
    wait "$serving" || true
    serving=

    says 'cog build -t thumbs'
    cog build -t "$image"
    containers=("$(docker run -d -p 127.0.0.1::5000 "$image")")
    url=http://$(docker port "${containers[0]}" 5000 | head -n 1)
    until_ready "$url"

    says 'cog-predict --image thumbs -j 8 <requests.jsonl >predictions.jsonl'
    says "jq -nc '{input: {image: \"@photo.png\", size: (16, 32, 48)}}' >requests.jsonl"
    jq -nc '{input: {image: "@photo.png", size: (16, 32, 48)}}' >requests.jsonl
    cog-predict --image "$image" -j 8 <requests.jsonl >predictions.jsonl
    [ "$(jq -r .status predictions.jsonl)" = $'succeeded\nsucceeded\nsucceeded' ]
}
