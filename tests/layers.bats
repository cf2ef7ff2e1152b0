#!/usr/bin/env bats
# layers.bats - which layers of an image an edit makes anew, and what is sent for it, with a real engine.
# bats file_tags=engine

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project
    cd project || exit
    image=cog-test-layers-$BATS_TEST_NUMBER-$$
}

teardown() {
    docker rmi -f "$image" >/dev/null 2>&1 || true
}

# build: its documents are in ../kept, its reports in ../log; sets $layers, one to a line.
build() {
    cog build -t "$image" --progress=rawjson --keep=../kept "$@" 2>../log
    layers=$(docker inspect "$image" --format '{{range .RootFS.Layers}}{{println .}}{{end}}')
}

ran() { # the stages with commands that were not cached
    jq -r '.steps[] | select(.cached | not) | .stage // empty' ../kept/image.json | sort -u | tr '\n' ' ' | tee -a /dev/stderr
}

# sent: bytes of all contexts.
sent() {
    grep '^{' ../log | jq -s '[.[].statuses[]? | select(.id | startswith("transferring"))] | group_by(.vertex + .id)
        | map(map(.current) | max) | add // 0'
}

# changed OLD NEW: how many layers of NEW are not in OLD.
changed() {
    comm -13 <(sort <<<"$1") <(sort <<<"$2") | wc -l
}

layer_of() { # STAGE: the sizes of its layers, as docker history prints them, the newest first
    docker history --no-trunc --format '{{.Size}} {{.CreatedBy}}' "$image" | sed -n "s/ \[$1\].*//p" | tr '\n' ' '
}

# tree: every file and folder of /src with its mode, owner, size, target and time, and what files have in them.
tree() {
    docker run --rm "$image" sh -c 'find . ! -type d -printf "%p %y%m %U:%G %s %l %T@\n" -o -printf "%p %y%m %U:%G\n" |
        sort; find . -type f -print0 | sort -z | xargs -0 sha256sum'
}

@test "a model with its weights: they are a layer, and an edit of predict.py is sent without them" {
    cp -r "$TOP/tests/projects/digits/." .
    build
    [ -z "$(layer_of weights)" ]
    docker run --rm -v "$PWD:/src" "$image" python train.py
    build
    [ "$(layer_of weights)" = "7.42MB " ]
    [ "$(sent)" -gt 7400000 ]
    run -0 --separate-stderr cog run "$image" --json @examples/input.json
    [ "$(jq -S .output <<<"$output")" = "$(jq -S . examples/output.json)" ]
    before=$layers
    date '+# edited %s.%N' >>predict.py # as never before: the engine may remember another run
    build
    [ "$(ran)" = "source " ]
    [ "$(sent)" -lt 100000 ]
    [ "$(changed "$before" "$layers")" -le 2 ]
    [ "$(changed "$before" "$layers")" -ge 1 ]
}

@test "layers that are made again are the same layers, and pip finds in them what the label lists" {
    cp -r "$TOP/tests/projects/minimal/." .
    sed -i 's/^build:/build:\n  python_requirements: requirements.txt/' cog.yaml
    mkdir own && printf '[project]\nname = "own"\nversion = "1"\n' >own/pyproject.toml
    printf 'PyYAML\nsix\nnumpy\n./own\n' >requirements.txt
    build
    before=$layers
    docker inspect "$image" --format '{{index .Config.Labels "run.cog.pip_freeze"}}' >../label
    docker run --rm "$image" python -m pip freeze | diff ../label -
    [ "$(cut -d ' ' -f 1 ../label | sed 's/=.*//' | tr '\n' ' ')" = "cog numpy own PyYAML six " ]
    docker run --rm "$image" python -m pip check
    build --no-cache=pip --no-cache=large --no-cache=frameworks --no-cache=venv --no-cache=cog-sdk --no-cache=cog-server
    [ "$(ran)" = "cog-sdk cog-server frameworks large pip venv " ]
    [ "$layers" = "$before" ]
    echo toml >>requirements.txt
    build
    [ "$(jq -r '[.steps[] | select(.cached | not) | select(.stage and (.name | test("\\] (create|fetch|install) "))) | .stage] | join(" ")' ../kept/image.json)" = pip ]
}

# The folder of a project with weights of which one changes, and names that patterns could mistake.
weighty() {
    cp -r "$TOP/tests/projects/minimal/." .
    mkdir -p 'we ights/deep' secret
    head -c 3000000 /dev/urandom >'we ights/#large!.bin'
    head -c 2000000 /dev/urandom >'we ights/deep/s[m]all.bin'
    head -c 2500000 /dev/urandom >model.onnx
    head -c 2600000 /dev/urandom >secret/hidden.bin
    ln -s ../model.onnx 'we ights/link.onnx'
    echo read >'we ights/deep/readme'
    chmod 750 'we ights'
    chmod 640 'we ights/#large!.bin'
    touch -d 2020-02-02 model.onnx 'we ights/deep/s[m]all.bin'
    echo 'secret/*.bin' >>.dockerignore
}

@test "/src is the same tree with layers for weights and without" {
    weighty
    build --filter "jq 'del(.stages[] | select(.id == \"weights\")) | .contexts.source.exclude -= [.contexts[].include[0]?]
        | .stages |= map(if .id == \"schema\" then .source.stage = \"freeze\" else . end)'"
    [ -z "$(layer_of weights)" ]
    tree >../without
    grep -q 'readme f' ../without
    build
    [ "$(layer_of weights)" = "2MB 2.5MB 3MB " ]
    tree >../with
    diff ../without ../with
    run -1 grep hidden.bin ../with
}

@test "a weight that changes is the only one that is sent, and the larger ones stay" {
    weighty
    build
    before=$layers
    head -c 1000 /dev/urandom | dd of=model.onnx conv=notrunc status=none
    build
    [ "$(sent)" -gt 2500000 ]
    [ "$(sent)" -lt 2600000 ]
    [ "$(ran)" = "schema source weights " ]
    # The base, /opt/cog, /venv, the list of packages and the largest file stay; of the four others those that are made
    # in the second of their first making may, too.
    [ "$(changed "$before" "$layers")" -le 4 ]
    [ "$(changed "$before" "$layers")" -ge 1 ]
}

@test "a system package runs neither pip nor the server's installation, and leaves the server's layer" {
    cp -r "$TOP/tests/projects/minimal/." .
    sed -i "s/^build:/build:\n  run: [\"true\"]/" cog.yaml
    build
    before=$layers
    sed -i "s/^  run:.*/  system_packages: [tree]\n  run: [\"tree --version; : $RANDOM\"]/" cog.yaml
    build
    [ "$(ran | tr ' ' '\n' | grep -cE '^(venv|pip|build-tools|cog-sdk|cog-server|server)$')" = 0 ]
    shared=$(head -n -6 <<<"$before") # without /venv, the SDK, what run made, the list of packages, /src, the OpenAPI document
    [ "$(head -n "$(wc -l <<<"$shared")" <<<"$layers")" = "$shared" ]
    docker run --rm "$image" tree --version
}

# pushed: the layers that the registry has of the image, "DIGEST SIZE", compressed.
pushed() {
    curl -sf --noproxy '*' -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
        "http://$COG_ENGINE_REGISTRY/v2/${image#*/}/manifests/latest" | jq -r '.layers[] | "\(.digest) \(.size)"' | sort -u
}

total() { awk '{ sum += $2 } END { print sum + 0 }'; }

@test "after an edit of one requirement a push sends nothing of the framework" {
    image=$COG_ENGINE_REGISTRY/$image
    cp -r "$TOP/tests/projects/filetype/." .
    cog push "$image" --progress=quiet
    pushed >../before
    [ "$(total <../before)" -gt 40000000 ] # ONNX Runtime, NumPy, the base
    date '+# %s.%N' >>predict.py # as never before: nothing else is in the registry by chance
    echo six==1.17.0 >>requirements.txt
    cog push "$image" --progress=quiet
    pushed >../after
    sent=$(comm -13 ../before ../after | total)
    echo "$sent of $(total <../after) bytes"
    [ "$sent" -gt 10000 ]
    [ "$sent" -lt $(($(total <../after) / 20)) ]
}

@test "a package that is compiled by what system_packages lists" {
    cp -r "$TOP/tests/projects/minimal/." .
    mkdir native
    printf '#include <Python.h>\nstatic struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "native"};\nPyObject *PyInit_native(void) { return PyModule_Create(&def); }\n' >native/native.c
    printf 'from setuptools import Extension, setup\n\nsetup(name="native", version="1", ext_modules=[Extension("native", ["native.c"])])\n' >native/setup.py
    echo ./native >requirements.txt
    sed -i 's/^build:/build:\n  python_requirements: requirements.txt\n  system_packages: [gcc, libc6-dev, libpython3.13-dev]/' cog.yaml
    printf 'import native\n\n\ndef run() -> str:\n    return native.__name__\n' >predict.py
    sed -i 's/^run:.*/run: predict.py:run/' cog.yaml
    run -0 --separate-stderr cog run -t "$image"
    [ "$output" = native ]
    docker run --rm "$image" gcc --version
}
