#!/usr/bin/env bats
# newer.bats - what only a newer engine can do, with Docker 28 and containerd's image store: Debian sid's, in two folders.
# bats file_tags=engine

setup_file() {
    cd "$BATS_TEST_DIRNAME/.." || return
    FOLDER=$(mktemp -d)
    # 2025, later than any file of the base image
    export FOLDER COG_ENGINE_SUITE=sid COG_ENGINE_STORE=containerd SOURCE_DATE_EPOCH=1735689600
    unset DOCKER_HOST DOCKER_CONTEXT
    use one
    scripts/base-image --python 3.13
}

teardown_file() {
    for engine in one two old; do
        COG_ENGINE_DIR=$FOLDER/$engine scripts/engine stop --force
    done
    rm -rf "$FOLDER"
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    MARK=$BATS_TEST_NUMBER-$$-$RANDOM # commands with it were never run before
}

# use ENGINE: starts it and points Docker's clients at it.
use() {
    export COG_ENGINE_DIR=$FOLDER/$1
    "$BATS_TEST_DIRNAME/../scripts/engine" start 3>&- # which would keep bats waiting for it
    eval "$("$BATS_TEST_DIRNAME/../scripts/engine" env)"
}

# model: a project with every kind of layer.
model() {
    project
    printf 'six==1.17.0\nPyYAML==6.0.2\n' >requirements.txt
    sed -i 's/^build:/&\n  python_requirements: requirements.txt\n  system_packages: [tini]\n  run: [cp \/etc\/passwd \/made]/' cog.yaml
}

@test "the engine is a newer one" {
    [ "$(docker info --format '{{.Driver}}')" = overlayfs ]
    [ "$(docker version --format '{{.Server.Version}}' | cut -d. -f1)" -ge 28 ]
}

@test "the same project, in two folders on two engines: the same image" {
    for engine in one two; do
        mkdir "$engine"
        use "$engine"
        (cd "$engine" && model && cog build -t model --progress=quiet --keep="../kept-$engine")
        [ "$(jq -r '.steps[] | select(.cached) | .name' "kept-$engine/image.json")" = '' ] # not copied
    done
    cmp kept-one/build.json kept-two/build.json
    jq -S 'del(.builder, .steps)' kept-one/image.json | diff - <(jq -S 'del(.builder, .steps)' kept-two/image.json)
    digest=$(jq -r .digest kept-one/image.json)
    [ "$(docker image inspect --format '{{.Id}}' model)" = "$digest" ]
    [ "$(docker image inspect --format '{{.Created}}' model)" = 2025-01-01T00:00:00Z ]
    [ "$(cog run model -i text=hello)" = hello ]
    # The engine named the steps as cog-submit did.
    jq -e '[.steps[] | select(.name | startswith("["))] | length > 12 and all(.stage)' kept-one/image.json
}

@test "an image that an older engine pushed, where its lowest layer is there in another compression" {
    use one
    docker pull -q python:3.13-slim-trixie
    name=$COG_ENGINE_REGISTRY/cog-newer/$MARK
    # Only this: other tests push to the registry meanwhile, and parts of what is being pushed come and go.
    local storage=docker/registry/v2
    mkdir -p "$FOLDER/old/registry/$storage/repositories/library" project
    cp -r "$TOP/build/engine/registry/$storage/blobs" "$FOLDER/old/registry/$storage"
    cp -r "$TOP/build/engine/registry/$storage/repositories/library/python" "$FOLDER/old/registry/$storage/repositories/library"
    (
        unset COG_ENGINE_SUITE COG_ENGINE_STORE SOURCE_DATE_EPOCH
        use old
        [ "$(docker version --format '{{.Server.Version}}' | cut -d. -f1)" -lt 28 ]
        cd project && project && cog push "$name" --progress=quiet
    )
    cog pull "$name"
    [ "$(cog run "$name" -i text=hello)" = hello ]
    refuses predict.input.missing cog run "$name"
    [ -z "$(docker ps -aq)" ]
}

@test "bytecode is valid, whatever the times of its sources" {
    use two
    docker run --rm -i model python - <<'END_OF_CHECK'
import importlib.util, pathlib, struct
count = 0
for path in (*pathlib.Path("/venv/lib").rglob("*.pyc"), *pathlib.Path("/opt/cog/lib").rglob("*.pyc")):
    data, source = path.read_bytes(), pathlib.Path(importlib.util.source_from_cache(str(path)))
    assert data[:4] == importlib.util.MAGIC_NUMBER, path
    assert struct.unpack("<I", data[4:8])[0] == (1 if path.is_relative_to("/opt") else 3), path
    assert data[8:16] == importlib.util.source_hash(source.read_bytes()), path
    count += 1
assert count > 500, count
END_OF_CHECK
}

@test "/venv in layers has the files of one installation, with their times" {
    use two
    project
    printf 'pillow==13.0.0\nsix==1.17.0\n' >requirements.txt
    sed -i 's/^build:/&\n  python_requirements: requirements.txt/' cog.yaml
    cog build -t many --progress=quiet
    printf 'environment:\n  - PIP_REQUIRE_VIRTUALENV=false\n' >>cog.yaml # which uv does not know, so pip makes one layer
    cog build -t one --progress=quiet
    for name in many one; do venv_tree "$name" --times >"$name.tree"; done
    diff one.tree many.tree
    [ "$(grep -c ' 0 ' many.tree)" -gt 800 ]
    [ "$(awk '$NF ~ /^[0-9]+$/ && $NF > 1735689600' many.tree)" = '' ]
    [ "$(docker history --format '{{.Size}} {{.CreatedBy}}' --no-trunc many | grep -c '^[1-9].*copy /venv of stage [flp]')" = 3 ]
}

# plan STAGE...: a plan whose last stage is exported; a stage is JSON.
plan() {
    jq -n '{schema: "cog/plan-1", platform: {os: "linux", arch: "amd64"}, decisions: [], images: {},
        contexts: {made: {files: [{path: "made.txt", mode: 420, text: "made\n"}]}}, source: {file: "cog.yaml", positions: {}},
        stages: ($ARGS.positional | map(fromjson | {phase: "build.base", provides: []} + .)),
        export: {stage: ($ARGS.positional[-1] | fromjson.id), tags: [], label_files: {}, labels: {},
            image: {env: {}, entrypoint: [], cmd: [], workdir: "/", user: "", exposed_ports: []}}}' --args "$@" |
        cog-resolve --no-lock
}

@test "the engine names the steps as cog-llb does" {
    use one
    answer=$(curl -sf --noproxy '*' "http://$COG_ENGINE_REGISTRY/v2/" | sha256sum | cut -d' ' -f1)
    plan '{"id": "page", "source": {"url": "http://'"$COG_ENGINE_REGISTRY"'/v2/", "checksum": "sha256:'"$answer"'"}, "operations": []}' \
        '{"id": "other", "source": {"scratch": true}, "operations": [{"op": "mkfile", "path": "/f", "text": "'"$MARK"'", "mode": 384}]}' \
        '{"id": "all", "source": {"image": "python:3.13-slim-trixie"}, "operations": [
            {"op": "env", "env": {"B": "2", "A": "1", "EMPTY": ""}},
            {"op": "mkdir", "path": "/d", "mode": 448}, {"op": "mkfile", "path": "/d/f", "text": ""},
            {"op": "symlink", "target": "f", "path": "/d/l"}, {"op": "remove", "path": "/d/l"},
            {"op": "copy", "from": {"stage": "other"}, "src": ["/f"], "dest": "/d/", "chown": "0:daemon", "chmod": 416},
            {"op": "copy", "from": {"stage": "page"}, "src": ["/"], "dest": "/p", "contents": true, "exclude": ["x"], "include": ["*"]},
            {"op": "exec", "shell": "echo '"$MARK"'", "env": {"Z": ""}, "dir": "/d", "user": "nobody", "network": "none", "mounts": [
                {"type": "bind", "from": {"local": "made"}, "target": "/mnt"}, {"type": "tmpfs", "target": "/t", "size": 65536},
                {"type": "cache", "id": "cog-newer", "target": "/c", "sharing": "private"},
                {"type": "secret", "id": "s", "target": "/s", "required": false}]},
            {"op": "exec", "argv": ["true", ""]}]}' | cog-llb >build.json
    cog-submit --no-export --progress=rawjson <build.json 2>log
    jq -r '.vertexes[]?.digest' log | sort -u >engine
    jq -r '.vertices | keys[]' build.json | sort | comm -23 - engine >unknown
    [ "$(jq '.vertices | length' build.json)" -ge 12 ]
    [ ! -s unknown ] || { grep -F -f unknown build.json log; return 1; }
}

@test "a failing step is told at its line" {
    use two
    model
    printf '# %s\n\nsix==1.17.0\nno-such-package-of-cog==1.0\n' "$MARK" >requirements.txt
    refuses build.step cog build -t failing --progress=quiet
    grep -q '^requirements.txt:4: error: ' "$BATS_TEST_TMPDIR/err"
}
