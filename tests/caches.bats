#!/usr/bin/env bats
# caches.bats - what goes wrong beside the packages: broken caches, two builds at once, hostile wheels, a full disk. A real engine.
# bats file_tags=engine

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project
    cd project || exit
    cp -r "$TOP/tests/projects/minimal/." .
    sed -i 's/^build:/build:\n  python_requirements: requirements.txt/' cog.yaml
    version=1.$(date +%s%N) # that no earlier run left in the engine's caches
    image=cog-test-caches-$BATS_TEST_NUMBER-$$
}

teardown() {
    [ ! -d ../small ] || drop_engine
    docker rmi -f "$image" "$image-two" >/dev/null 2>&1 || true
}

# own: a package of the project, with modules in two folders.
own() {
    mkdir -p own/deep
    printf 'X = "%s"\n' "$version" | tee own/__init__.py own/a.py own/deep/__init__.py >own/deep/b.py
    printf '[project]\nname = "own"\nversion = "%s"\n[tool.setuptools]\npackages = ["own", "own.deep"]\n' "$version" >pyproject.toml
    echo . >requirements.txt
}

# wheel NAME PATH...: a wheel of the project that has these files, which hold its name, beside its module. It is required.
wheel() {
    python3 - "$version" "$@" <<'END'
import base64, hashlib, sys, zipfile
version, name, *paths = sys.argv[1:]
info = f"{name}-{version}.dist-info"
digest = base64.urlsafe_b64encode(hashlib.sha256(name.encode()).digest()).decode().rstrip("=")
with zipfile.ZipFile(f"{name}-{version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr(f"{name}.py", "")
    for path in paths:
        wheel.writestr(path, name)
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(f"{info}/RECORD", "".join(f"{path},sha256={digest},{len(name)}\n" for path in paths))
END
    echo "./$1-$version-py3-none-any.whl" >>requirements.txt
}

# small_engine: with a disk of 900 MB, which has the base image; points the client at it.
small_engine() {
    export COG_ENGINE_DIR=$BATS_TEST_TMPDIR/small/engine # the one that is stopped at the end
    mkdir ../small
    docker pull -q python:3.13-slim-trixie
    docker save -o ../base.tar python:3.13-slim-trixie
    mount -t tmpfs -o size=900m cog-test "$BATS_TEST_TMPDIR/small"
    "$TOP/scripts/engine" start
    eval "$("$TOP/scripts/engine" env)"
    docker load -q -i ../base.tar
}

environments() { # the files of the model's and of the server's
    docker run --rm "$image" sh -c 'find /opt/cog /venv -type f -exec sha256sum {} + | sort -k 2'
}

drop_engine() {
    "$TOP/scripts/engine" stop --force
    umount "$BATS_TEST_TMPDIR/small"
}

layers() { # IMAGE
    docker inspect "$1" --format '{{join .RootFS.Layers "\n"}}'
}

# spoil COMMAND: a filter, by which the step of the packages begins with this command in the cache of bytecode.
spoil() {
    jq -n --arg c "cd /bytecode && $1" '{op: "exec", shell: $c,
        mounts: [{type: "cache", id: "cog-bytecode", target: "/bytecode", sharing: "shared"}]}' >"$BATS_TEST_TMPDIR/spoil.json"
    # shellcheck disable=SC2016 # it is jq that expands it
    printf 'jq --slurpfile op %q %q' "$BATS_TEST_TMPDIR/spoil.json" '(.stages[] | select(.id == "pip")).operations |= $op + .'
}

@test "a cache of bytecode that is cut off, mixed up or foreign: everything is compiled again" {
    own
    cog build -t "$image" --progress=quiet
    # shellcheck disable=SC2016 # it is the shell of the step that expands it
    for command in 'find . -type f -exec truncate -s 40 {} +' 'for f in */*; do echo foreign >"$f"; done' \
        'for f in */*; do cat "${last:-$f}" >"$f.new" && mv "$f.new" "$f"; last=$f; done' \
        '{ for f in */*; do rm "$f"; mkdir "$f"; done; :; }' 'rm -rf ./*; touch 00 01 ff'; do
        cog build -t "$image-two" --progress=quiet --filter "$(spoil "[ -n \"\$(ls)\" ] && $command")"
        [ "$(layers "$image-two")" = "$(layers "$image")" ] || told "other layers" "$command"
    done
    [ "$(docker run --rm "$image-two" python -c 'import own.deep.b; print(own.deep.b.X)')" = "$version" ]
    cog build -t "$image-two" --progress=quiet --filter "$(spoil 'find . -ignore_readdir_race -type f -delete')" # what cannot be written to is of no use to others
}

@test "two builds that fill the caches at once: both have what each alone would have" {
    own
    printf '.\nsix\nidna\n' >requirements.txt
    cp -r . ../two
    printf 'environment: [TWO=2]\n' >>../two/cog.yaml
    cog build -t "$image" --progress=quiet --filter "$(spoil 'find . -ignore_readdir_race -type f -delete')" &
    (cd ../two && cog build -t "$image-two" --progress=quiet --filter "$(spoil 'find . -ignore_readdir_race -type f -delete')")
    wait "$!"
    for name in "$image" "$image-two"; do
        [ "$(docker run --rm "$name" python -c 'import own.deep.b, six, idna; print(own.deep.b.X)')" = "$version" ]
    done
    layers "$image" >../alone
    cog build -t "$image" --progress=quiet --no-cache=pip
    [ "$(layers "$image")" = "$(cat ../alone)" ]
    [ "$(layers "$image-two" | head -n -3)" = "$(head -n -3 ../alone)" ] # without the list, the OpenAPI document and the project
}

@test "a wheel whose paths lead out of the environment writes nothing there" {
    for path in ../../../../../cog-odd /cog-odd ../cog-odd; do
        version=1.$(date +%s%N)
        rm -f -- *.whl requirements.txt
        wheel odd "$path"
        cog build -t "$image" --progress=quiet
        docker run --rm "$image" python -c 'import odd'
        [ -z "$(docker run --rm "$image" find / -xdev -name cog-odd)" ]
    done
}

@test "two packages with the same file: uv and pip install them, and a line names them" {
    for installer in uv pip; do
        version=1.$(date +%s%N)
        rm -f -- *.whl requirements.txt
        wheel even same/file
        wheel odd same/file
        [ "$installer" = uv ] || echo 'six>=1.17.0rc1' >>requirements.txt # a range with a pre-release is left to pip
        cog build -t "$image" --progress=plain 2>../log
        [ "$(grep -c 'cog: warning: even and odd both have same/file, with different content' ../log)" = 1 ]
        [ "$(grep -c 'pip installs, because' ../log)" = "$([ "$installer" = uv ] && echo 0 || echo 1)" ]
        docker run --rm "$image" sh -c 'grep -qxE "even|odd" /venv/lib/python3.*/site-packages/same/file'
    done
}

@test "a disk that is full in the middle: the step says so, and the next build is whole" {
    rm cog.yaml
    cp "$TOP/tests/projects/minimal/cog.yaml" .
    cog build -t "$image" --progress=quiet
    environments >../whole
    ran=$DOCKER_HOST
    rm cog.lock
    small_engine
    for left in 15 40; do
        free=$(df --output=avail -B1 ../small | tail -n 1)
        fallocate -l $((free - left * 1000000)) ../small/fill
        fails 3 engine.disk cog build -t "$image" --progress=quiet --offline
        grep -q 'No space left on device' "$BATS_TEST_TMPDIR/err"
        rm ../small/fill
    done
    cog build -t "$image" --progress=quiet --offline
    environments | diff ../whole -
    DOCKER_HOST=$ran
}
