#!/usr/bin/env bats
# examples.bats - one project of each kind, really built and predicted with; local wheels, system packages and
# secret files are in build.bats, indexes and wheelhouses in networks.bats.
# bats file_tags=engine
# shellcheck disable=SC2154 # port, which lib.bash sets

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project
    cd project || exit
    image=cog-test-example-$BATS_TEST_NUMBER-$$
    pids=()
    model
}

teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
    drop_containers "$image"
    docker rmi -f "$image" >/dev/null 2>&1 || true
}

# model: one that tells which packages it has besides cog and pip.
model() {
    printf 'run: predict.py:run\n' >cog.yaml
    cat >predict.py <<'END'
from importlib import metadata


def run() -> list[str]:
    found = {d.name: d.version for d in metadata.distributions() if d.name not in ("cog", "pip")}
    return sorted(f"{name}=={version}" for name, version in found.items())
END
}

# has PACKAGE...: the project's model has exactly these, in that order.
has() {
    cog run -t "$image" --progress=quiet >../installed
    jq -e --args '. == $ARGS.positional' "$@" ../installed || told "$*" cat ../installed
}

# hash_of NAME VERSION: of its wheel, as the index has it.
hash_of() {
    python3 -m pip download -q --no-deps --only-binary=:all: --python-version 3.13 -d ../wheels "$1==$2"
    sha256sum ../wheels/"$1-$2"-*.whl | cut -d' ' -f1
}

@test "requirements with markers: those that hold for the image, not for the host" {
    printf '%s\n' 'six==1.17.0 ; python_version >= "3.10" and sys_platform == "linux"' \
        'idna==3.9 ; sys_platform == "win32" or python_version < "3.12"' \
        'packaging==24.1 ; python_version < "3.12"' 'iniconfig==2.0.0;implementation_name=="cpython"' >requirements.txt
    has iniconfig==2.0.0 six==1.17.0
}

@test "hashed requirements; another hash is refused at its line" {
    six=$(hash_of six 1.17.0) idna=$(hash_of idna 3.9)
    printf 'six==1.17.0 \\\n    --hash=sha256:%s\nidna==3.9 --hash=sha256:%s\n' "$six" "$idna" >requirements.txt
    has idna==3.9 six==1.17.0
    sed -i "s/$idna/$six/" requirements.txt
    refuses build.step cog build -t "$image" --progress=quiet
    grep -q '^requirements.txt:3: error:.*' ../err
    grep -q 'DO NOT MATCH THE HASHES' ../err
}

@test "uv.lock with groups: that for cog, and no other" {
    cat >pyproject.toml <<'END'
[project]
name = "grouped"
version = "1"
requires-python = ">=3.11"
dependencies = ["six"]

[dependency-groups]
cog = ["idna>=3", {include-group = "more"}]
more = ["iniconfig"]
dev = ["packaging"]
END
    uv lock --quiet --project .
    locked() { grep -A1 "^name = \"$1\"" uv.lock | sed -n "s/^version = \"\(.*\)\"/$1==\1/p"; }
    [ -n "$(locked packaging)" ]
    has "$(locked idna)" "$(locked iniconfig)" "$(locked six)"
}

@test "a pyproject.toml without a lock" {
    cat >pyproject.toml <<'END'
[project]
name = "unlocked"
version = "1"
requires-python = ">=3.11,<3.14"
dependencies = ["six==1.17.0", "idna>=3.8,<3.10 ; sys_platform == 'linux'", "packaging ; os_name == 'nt'"]

[project.optional-dependencies]
test = ["iniconfig"]
END
    has idna==3.9 six==1.17.0
    hash_of six 1.17.0
    mv ../wheels vendor
    printf '[project]\nname = "flat"\nversion = "1"\ndependencies = ["six"]\n\n[tool.uv]\nfind-links = ["vendor"]\nno-index = true\n' >pyproject.toml
    has six==1.17.0
}

@test "poetry.lock: the main group, by its hashes" {
    cat >pyproject.toml <<'END'
[tool.poetry]
name = "poetic"
version = "1"

[tool.poetry.dependencies]
python = "^3.11"
six = "^1.16"

[tool.poetry.group.dev.dependencies]
idna = "*"
END
    lock() { # SIX-HASH
        cat <<END
[[package]]
name = "idna"
version = "3.9"
description = ""
optional = false
python-versions = ">=3.6"
groups = ["dev"]
files = [{file = "idna-3.9-py3-none-any.whl", hash = "sha256:$1"}]

[[package]]
name = "six"
version = "1.17.0"
description = ""
optional = false
python-versions = ">=2.7"
groups = ["main"]
files = [{file = "six-1.17.0-py2.py3-none-any.whl", hash = "sha256:$1"}]

[metadata]
lock-version = "2.1"
python-versions = "^3.11"
content-hash = "$(printf 0%.0s {1..64})"
END
    }
    lock "$(hash_of six 1.17.0)" >poetry.lock
    has six==1.17.0
    lock "$(printf 0%.0s {1..64})" >poetry.lock
    refuses build.step cog build -t "$image" --progress=quiet
}

@test "a single file that says what it needs" {
    { printf '%s\n' '# /// script' '# requires-python = ">=3.11"' '# dependencies = ["six==1.17.0"]' '# ///'; cat predict.py; } >../script
    mv ../script predict.py
    has six==1.17.0
}

@test "a requirement of a git repository, for which the image has no git" {
    git init -q -b main ../greeting
    cat >../greeting/pyproject.toml <<'END'
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "greeting"
version = "2.0"
END
    date '+MADE = "%s.%N"' >../greeting/greeting.py
    git -C ../greeting add .
    git -C ../greeting -c user.name=me -c user.email=me@example.com commit -qm first
    commit=$(git -C ../greeting rev-parse HEAD)
    git clone -q --bare ../greeting ../served/greeting.git
    git -C ../served/greeting.git update-server-info
    host=$(docker network inspect bridge --format '{{(index .IPAM.Config 0).Gateway}}')
    listening python3 -u -m http.server --bind "$host" --directory ../served 0
    echo "greeting @ git+http://$host:$port/greeting.git@$commit" >requirements.txt
    printf 'import greeting\n\n\ndef run() -> str:\n    return greeting.MADE\n' >predict.py
    run -0 --separate-stderr cog run -t "$image" --progress=quiet
    [ "MADE = \"$output\"" = "$(cat ../greeting/greeting.py)" ]
    docker inspect "$image" --format '{{index .Config.Labels "run.cog.pip_freeze"}}' | grep "greeting.*$commit"
    docker run --rm "$image" test ! -e /usr/bin/git
}

@test "a secret of a file and one of a variable: neither is left anywhere" {
    stamp=$(date +%s%N)
    cat >cog.yaml <<END
build:
  run:
    - command: cat /run/token /run/word | sha256sum >/etc/sum && echo $stamp >/etc/stamp
      mounts: [{type: secret, id: token, target: /run/token}, {type: secret, id: word, target: /run/word}]
run: predict.py:run
END
    printf 'file-secret-7341' >../token
    WORD=word-secret-7341 cog build -t "$image" --progress=plain --debug --keep=../kept \
        --secret id=token,src=../token --secret id=word,env=WORD 2>../kept.log
    sum=$(printf 'file-secret-7341word-secret-7341' | sha256sum | cut -d' ' -f1)
    [ "$(docker run --rm "$image" cut -c1-64 /etc/sum)" = "$sum" ]
    docker save "$image" | tar -xO --wildcards '*.json' '*/layer.tar' >../kept/image
    jq -r .definition ../kept/build.json | base64 -d >../kept/llb
    for searched in ../kept/image ../kept/plan.json ../kept/llb ../kept.log; do
        grep -qaF "$stamp" "$searched" # so the secrets would be found
    done
    for secret in file-secret-7341 word-secret-7341; do
        [ "$(grep -rlaF "$secret" ../kept ../kept.log | wc -l)" = 0 ]
    done
    cog run "$image" | jq -e '. == []'
}

@test "filters: an async model of a user without rights, in files that cannot be written" {
    cat >cog.yaml <<'END'
build:
  run:
    - ls /sys/class/net | tr '\n' ' ' >/etc/networks
run: predict.py:Predictor
concurrency:
  max: 2
END
    cat >predict.py <<'END'
import asyncio
import os
from pathlib import Path

from cog import BasePredictor


class Predictor(BasePredictor):
    async def setup(self) -> None:
        self.barrier = asyncio.Barrier(2)

    async def predict(self) -> str:
        await self.barrier.wait()  # two at a time, or none ends
        (Path.home() / "written").write_text("it")
        return f"{os.getuid()} {os.access('/src', os.W_OK)} {Path('/etc/networks').read_text()}"
END
    filters=$TOP/tests/projects/filters
    cog build -t "$image" --progress=quiet --filter "jq -f $filters/nonroot.jq" --filter "python3 $filters/closed.py" 2>../err
    grep -q 'closed.py: no network for: ls' ../err
    container=$(docker run -d --rm --read-only --tmpfs /tmp -p 127.0.0.1::5000 "$image")
    url=http://$(docker port "$container" 5000 | head -n 1)
    await ready "$url"
    for number in 1 2; do
        curl -s -m 900 "$url/predictions" -H 'content-type: application/json' -d '{"input":{}}' >../answer$number &
    done
    wait
    docker rm -f "$container"
    for number in 1 2; do
        jq -e '.status == "succeeded" and .output == "10001 False lo "' ../answer$number
    done
}
