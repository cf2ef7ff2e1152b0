#!/usr/bin/env bats
# build.bats - from a project folder to a prediction, with a real engine and real packages.
# bats file_tags=engine

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project
    cd project || exit
    cp -r "$TOP/tests/projects/minimal/." .
    image=cog-test-$BATS_TEST_NUMBER-$$
}

teardown() {
    drop_containers "$image"
    docker rmi -f "$image" >/dev/null 2>&1 || true
}

pipeline() { # as typed by hand
    cog-config cog.yaml | cog-detect | cog-plan | cog-resolve | cog-validate | cog-llb |
        cog-submit -t "$image" "$@"
}

# serve: starts the image; sets $url and $container.
serve() {
    container=$(docker run -d --rm -p 127.0.0.1::5000 "$image")
    url=http://$(docker port "$container" 5000 | head -n 1)
    await ready "$url" || { docker logs "$container" && return 1; }
}

# written PATTERN: the model has written a line like this.
written() {
    logged "$(containers_of "$image")" "$1"
}

label() {
    docker inspect "$image" --format "{{index .Config.Labels \"$1\"}}"
}

ran() { # the commands that were not cached, by stage
    jq -r '.steps[] | select(.cached | not) | .stage // empty' "$1" | sort -u | tr '\n' ' '
}

@test "the pipe, with a user put in by jq" {
    cog plan | jq '.export.image.user="10001:10001"' | cog-resolve | cog-validate | cog-llb |
        cog-submit -t "$image" >../image.json
    [ "$(docker run --rm "$image" id -u)" = 10001 ]
    jq -e '.schema == "cog/image-1"' ../image.json
    serve
    run -0 curl -s "$url/predictions" -H 'content-type: application/json' \
        -d '{"input":{"text":"ab","n":2}}'
    [ "$(jq -r .status <<<"$output")" = succeeded ]
    docker rm -f "$container"
}

@test "labels: version, configuration, OpenAPI document, packages" {
    cog build -t "$image" --progress=quiet
    version=0.22.0 # of Cog's API
    [ "$(label run.cog.version)" = "$version" ]
    label run.cog.openapi_schema | jq -e --arg v "$version" '.info.version == $v'
    label run.cog.openapi_schema | jq -e '.components.schemas.Input.properties.text'
    label run.cog.config | jq -e '.run == "predict.py:Predictor"'
    [ "$(label run.cog.pip_freeze)" = "cog==$(cat "$TOP/VERSION")" ]
    label run.cog.server_freeze | grep '^uvicorn=='
    label run.cog.server_freeze | diff - <(docker run --rm "$image" /venv/bin/python -m pip --python=/opt/cog/bin/python freeze --all)
}

@test "the same project twice: equal plans, equal LLB, everything cached" {
    cog build -t "$image" --progress=quiet --keep=../first
    cog build -t "$image" --progress=quiet --keep=../second
    for document in plan resolved build; do
        cmp "../first/$document.json" "../second/$document.json"
    done
    [ -z "$(ran ../second/image.json)" ]
    cp -r . ../elsewhere
    (cd ../elsewhere && cog-config cog.yaml | cog-detect | cog-plan --schema) | cmp - ../first/plan.json
}

@test "an edit of predict.py runs no command: it copies the project, and the OpenAPI document if that is another one" {
    cog build -t "$image" --progress=quiet --keep=../first
    date '+# edited %s.%N' >>predict.py # as never before: the engine may remember another run
    cog build -t "$image" --progress=quiet --keep=../kept
    [ "$(ran ../kept/image.json)" = "source " ]
    cmp ../first/build.json ../kept/build.json
    sed -i "s/How many times/$(date +%s.%N)/" predict.py
    cog build -t "$image" --progress=quiet --keep=../kept
    [ "$(ran ../kept/image.json)" = "schema source " ]
    (umask 077 && cog build -t "$image" --progress=quiet)
    (umask 002 && cog build -t "$image" --progress=quiet --keep=../second)
    [ -z "$(ran ../second/image.json)" ]
    cmp ../first/build.json ../kept/build.json
    jq -e '[.stages[] | select(.id == "schema" or .id == "source") | .operations[].op] | unique == ["copy"]' ../kept/plan.json
    docker run --rm --user 10001 "$image" cat /var/lib/cog/openapi.json | cmp - ../kept/openapi.json
    [ "$(label run.cog.openapi_schema)" = "$(cat ../kept/openapi.json)" ]
    [ "$(label run.cog.openapi_schema)" != "$(cat ../first/openapi.json)" ]
}

@test "the OpenAPI document that is given is that of the image" {
    cog build -t "$image" --progress=quiet --keep=../kept
    jq '.info.title = "given"' ../kept/openapi.json >given.json
    cog build -t "$image" --progress=quiet --openapi-schema given.json
    [ "$(label run.cog.openapi_schema)" = "$(cat given.json)" ]
}

@test "cog run: of the project, then of the image; the container is gone" {
    run -0 --separate-stderr cog run -t "$image" -i text=ab -i n=2
    [[ $output == *ab*ab* ]]
    run -0 --separate-stderr cog run "$image" -i text=cd
    [[ $output == *cd* ]]
    [ -z "$(containers_of "$image")" ]
    fails 1 predict.input.type cog run "$image" -i text=cd -i n=two
}

@test "a requirement that does not exist: pip's message, at its line" {
    printf 'packaging==24.1\nno-such-package-of-cog==1.0\n' >requirements.txt
    sed -i 's/^build:/build:\n  python_requirements: requirements.txt/' cog.yaml
    run -1 --separate-stderr pipeline
    [ -z "$output" ]
    # shellcheck disable=SC2154 # set by run
    [[ $stderr == *"requirements.txt:2: error:"* ]]
    [[ $stderr == *"No matching distribution found for no-such-package-of-cog==1.0"* ]]
    [[ $stderr == *"[build.step]"* ]]
    run -1 docker image inspect "$image"
}

@test "requirements of the project: a wheel, a folder, limits; an edit of predict.py leaves them" {
    mkdir -p wheels package/greeting
    python3 - <<'END'
import zipfile

info = "shout-1.5.dist-info"
with zipfile.ZipFile("wheels/shout-1.5-py3-none-any.whl", "w") as wheel:
    wheel.writestr("shout.py", "def shout(text):\n    return text.upper()\n")
    wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: shout\nVersion: 1.5\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(f"{info}/RECORD", "")
END
    cat >package/pyproject.toml <<'END'
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "greeting"
version = "2.0"
dependencies = ["idna"]

[tool.setuptools]
packages = ["greeting"]
END
    printf 'import idna\n\nNAME = f"hello {idna.__version__}"\n' >package/greeting/__init__.py
    printf -- '-r deps/all.txt\n-c limits.txt\n' >requirements.txt
    mkdir deps
    printf -- '--find-links ../wheels\nshout\n-e ./package ; python_version > "3"\n' >deps/all.txt
    printf 'idna==3.9\n' >limits.txt
    printf 'wheels\n' >.dockerignore
    sed -i 's/^build:/build:\n  python_requirements: requirements.txt/' cog.yaml
    printf 'from greeting import NAME\nfrom shout import shout\n\n\ndef run(text: str) -> str:\n    return shout(text + NAME)\n' >predict.py
    sed -i 's/^run:.*/run: predict.py:run/' cog.yaml
    run -0 --separate-stderr cog run -t "$image" -i "text=oh "
    [[ $output == "OH HELLO 3.9" ]]
    docker run --rm "$image" sh -c 'test ! -e /src/wheels && test ! -e /mnt/project'
    date '+# edited %s.%N' >>predict.py
    cog build -t "$image" --progress=quiet --keep=../kept
    [ "$(ran ../kept/image.json)" = "source " ]
}

@test "a system package, a variable and a command" {
    cat >cog.yaml <<'END'
build:
  python_version: "3.11"
  system_packages: [tree]
  run:
    - tree --version > /etc/tree-version
    - test -d /venv && echo "$GREETING" > /etc/greeting
environment:
  - GREETING=good morning
run: predict.py:Predictor
END
    cog build -t "$image" --progress=quiet
    run -0 docker run --rm "$image" sh -c 'cat /etc/tree-version /etc/greeting; python -V'
    [[ $output == tree*"good morning"*"Python 3.11"* ]]
}

@test "a system package that does not exist, at its place" {
    sed -i 's/^build:/build:\n  system_packages: [tree, no-such-package-of-cog]/' cog.yaml
    run -1 --separate-stderr pipeline
    [[ $stderr == *"cog.yaml:"*":27: error:"*"no-such-package-of-cog"*"[build.step]"* ]]
}

@test "a failing command, at its line" {
    printf 'build:\n  run:\n    - "true"\n    - echo oh no && exit 7\nrun: predict.py:Predictor\n' >cog.yaml
    run -1 --separate-stderr pipeline
    [[ $stderr == *"cog.yaml:4:7: error:"*"exit code: 7"*"oh no"* ]]
}

@test "a secret is seen by its command and by nothing else" {
    cat >cog.yaml <<'END'
build:
  run:
    - command: sha256sum < /run/token > /etc/token-sum
      mounts: [{type: secret, id: token, target: /run/token}]
run: predict.py:Predictor
END
    refuses secret.missing cog build -t "$image" --progress=quiet
    printf 'very-secret-7341' >../token
    cog build -t "$image" --progress=quiet --secret id=token,fd=4 --keep=../kept 4<../token
    [ "$(docker run --rm "$image" cut -c1-64 /etc/token-sum)" = "$(sha256sum <../token | cut -c1-64)" ]
    [ "$(grep -rlF very-secret-7341 ../kept | wc -l)" = 0 ]
    # What is searched is what the image has: its sum is found, so the secret would be.
    saved "$image" >../saved
    [ "$(grep -acF "$(sha256sum <../token | cut -c1-64)" ../saved)" != 0 ]
    [ "$(grep -acF very-secret-7341 ../saved)" = 0 ]
}

@test "HTTPS in a command trusts what the host trusts, and the image does not" {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out ca.pem -days 2 -subj /CN=ours 2>/dev/null
    # The step is one that no earlier run left in the engine's cache: a secret does not count there.
    cat >cog.yaml <<END
build:
  run:
    - cp "\$SSL_CERT_FILE" /etc/seen.pem && echo $(date +%s.%N)
run: predict.py:Predictor
END
    rm key.pem
    printf 'ca.pem\n' >.dockerignore
    COG_CA_CERT=$PWD/ca.pem cog build -t "$image" --progress=quiet
    docker run --rm "$image" cat /etc/seen.pem | cmp - <(cat "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" <(echo) ca.pem)
    run -0 docker run --rm "$image" env
    [[ $output != *SSL_CERT_FILE* ]]
    run -1 docker run --rm "$image" test -s /run/cog-ca-certificates.crt
}

@test "what uv locked is what is installed, for the Python of the image and by its hashes" {
    printf 'run: predict.py:Predictor\n' >cog.yaml
    cat >pyproject.toml <<'END'
[project]
name = "locked"
version = "1"
requires-python = ">=3.11"
dependencies = ["filetype>=1", "six; python_version < '3.12'", "packaging; sys_platform == 'win32'"]
END
    uv lock --quiet --project .
    cat >predict.py <<'END'
from importlib import metadata

from cog import BasePredictor


class Predictor(BasePredictor):
    def predict(self) -> list[str]:
        return sorted(f"{d.name}=={d.version}" for d in metadata.distributions() if d.name != "pip")
END
    cog plan >plan.json
    jq -e '[.contexts.generated.files[] | .text | scan("(?m)^[a-z]+==")] == ["filetype=="]' plan.json
    cog run -t "$image" --progress=quiet >../installed
    version=$(grep -A1 '^name = "filetype"' uv.lock | sed -n 's/^version = "\(.*\)"/\1/p')
    jq -e --arg v "filetype==$version" '[.[] | select(startswith("cog==") | not)] == [$v]' ../installed
    echo '3.11' >.python-version
    cog run -t "$image" --progress=quiet >../installed
    jq -e 'any(.[]; startswith("six=="))' ../installed
    sed -i 's/sha256:[0-9a-f]\{8\}/sha256:00000000/' uv.lock
    run -1 cog build -t "$image" --progress=quiet
    [[ $output == *"DO NOT MATCH THE HASHES"* ]]
}

@test "an interrupted build ends with 130 and leaves nothing running" {
    printf 'build:\n  run: [sleep 7341.%s]\nrun: predict.py:Predictor\n' $$ >cog.yaml
    set -m
    cog build -t "$image" --progress=plain 2>../err &
    pid=$!
    await pgrep -f "sleep 7341.$$"
    kill -INT -- "-$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" = 130 ]
    await gone "sleep 7341.$$"
    run -1 docker image inspect "$image"
}

@test "an interrupted prediction ends with 130 and removes its container" {
    printf 'import time\n\n\ndef run(text: str) -> str:\n    print("begun", flush=True)\n    time.sleep(7341)\n    return text\n' >predict.py
    printf 'run: predict.py:run\n' >cog.yaml
    cog build -t "$image" --progress=quiet
    set -m
    cog run "$image" -i text=hi 2>../err &
    pid=$!
    await written begun
    kill -INT -- "-$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" = 130 ]
    [ -z "$(containers_of "$image")" ]
}

@test "kill -9 of the worker: the server answers, the model comes back" {
    cog build -t "$image" --progress=quiet
    serve
    # shellcheck disable=SC2016 # it is the container's shell that expands it
    run -0 docker exec "$container" sh -c 'for process in /proc/[0-9]*; do
        tr "\0" " " <"$process/cmdline" | grep -q "cog[.]worker --fd" &&
            kill -9 "${process#/proc/}" && echo killed
    done; true'
    [ "$output" = killed ]
    await logged "$container" 'worker ended' # it dies when its turn comes
    curl -sf "$url/health-check"
    await ready "$url"
    run -0 curl -sf "$url/predictions" -H 'content-type: application/json' -d '{"input":{"text":"ab"}}'
    [ "$(jq -r .status <<<"$output")" = succeeded ]
    docker rm -f "$container"
}

@test "a package in src/ is imported, by the model and by the reader of its inputs" {
    mkdir -p src/shop
    cat >pyproject.toml <<'END'
[project]
name = "shop"
version = "1"
dependencies = []
END
    touch src/shop/__init__.py
    printf 'from .sizes import SIZES\n\n\ndef price(size: str) -> int:\n    return SIZES.index(size)\n' >src/shop/prices.py
    printf 'SIZES = ["small", "large"]\n' >src/shop/sizes.py
    cat >predict.py <<'END'
from cog import Input
from shop.prices import price
from shop.sizes import SIZES


def run(size: str = Input(choices=SIZES)) -> int:
    return price(size)
END
    printf 'run: predict.py:run\n' >cog.yaml
    fails 1 predict.input.choice cog run -t "$image" -i size=huge
    run -0 --separate-stderr cog run -t "$image" --progress=quiet -i size=large
    [ "$output" = 1 ]
    label run.cog.openapi_schema | jq -e '.components.schemas.size.enum == ["small", "large"]'
    run -0 docker run --rm -w / "$image" python -c 'import shop, sys; print(shop.__file__, sys.path[-1])'
    [ "$output" = "/src/src/shop/__init__.py /src/src" ]
    cog explain python.import-paths | grep 'python.import-paths = /src/src'
    date '+# edited %s.%N' >>src/shop/sizes.py
    cog build -t "$image" --progress=quiet --keep=../kept
    [ "$(ran ../kept/image.json)" = "source " ]
}
