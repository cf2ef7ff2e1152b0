#!/usr/bin/env bats
# schema.bats - models whose inputs only importing them tells, really built and predicted with.
# bats file_tags=engine

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project
    cd project || exit
    image=cog-test-schema-$BATS_TEST_NUMBER-$$
    model
}

teardown() {
    drop_containers "$image"
    docker rmi -f "$image" >/dev/null 2>&1 || true
}

# model: its choices come from an installed package, an Input() from a function that does more than return one.
model() {
    printf 'run: predict.py:Predictor\nbuild:\n  fast: true\n  python_version: "3.13"\n  python_packages: [iso639-lang==2.6.3]\nenvironment: [COUNT=3]\n' >cog.yaml
    cat >seeds.py <<'END'
from cog import Input


def seed():
    if True:
        return Input(default=7, description="Seed", ge=0)
END
    cat >predict.py <<'END'
import os

from cog import BasePredictor, Input
from iso639 import iter_langs

import seeds

print("importing")
NAMES = [lang.pt1 for lang in iter_langs() if lang.pt1][:int(os.environ["COUNT"])]


class Predictor(BasePredictor):
    def predict(self, name: str = Input(choices=NAMES), seed: int = seeds.seed()) -> str:
        return f"{name} {seed}"
END
}

# written: the same model with all written out.
written() {
    sed -i -e '/^NAMES/s/=.*/= ["ab", "aa", "af"]/' predict.py
    sed -i -e '/if True/d' -e 's/^        return/    return/' seeds.py
}

@test "choices of an installed package: the image says what a source that has all written out says" {
    run -0 --separate-stderr cog predict -t "$image" --progress=quiet -i name=ab
    [ "$output" = "ab 7" ]
    # shellcheck disable=SC2154
    [ "$(grep -c '\[schema.dynamic\]' <<<"$stderr")" = 1 ]
    [[ $stderr == *"predict.py:9:"*": warning: "*"cog: the inputs are checked once the image is built"* ]]
    label='{{index .Config.Labels "run.cog.openapi_schema"}}'
    docker inspect "$image" --format "$label" >../imported.json
    docker run --rm "$image" cat /var/lib/cog/openapi.json | cmp - ../imported.json
    written
    cog build -t "$image-written" --progress=quiet 2>../log
    refuses predict.input.choice cog predict -t "$image" -i name=zz
    grep -c schema.dynamic ../log && told "a warning" cat ../log
    docker inspect "$image-written" --format "$label" >../written.json
    docker rmi -f "$image-written" >/dev/null
    cmp ../imported.json ../written.json
}

@test "the inputs are checked against the image: by cog predict and by the server" {
    cog build -t "$image" --progress=quiet
    refuses predict.input.choice cog predict -t "$image" --progress=quiet -i name=zz
    grep -q 'must be one of: ab, aa, af' "$BATS_TEST_TMPDIR/err"
    refuses predict.input.range cog predict "$image" -i name=aa -i seed=-1
    id=$(docker run -d --rm -p 127.0.0.1::5000 "$image")
    url=http://$(docker port "$id" 5000)
    await ready "$url"
    curl -fsS "$url/openapi.json" >../openapi.json
    docker inspect "$image" --format '{{index .Config.Labels "run.cog.openapi_schema"}}' | cmp - ../openapi.json
    status=$(curl -s -o ../answer -w '%{http_code}' -d '{"input":{"name":"zz"}}' -H content-type:application/json "$url/predictions")
    docker stop -t 5 "$id" >/dev/null
    [ "$status" = 422 ]
    jq -e '.detail[0].loc == ["body", "input", "name"]' ../answer
}

@test "a model that cannot be imported, either: refused at its line, and nothing of the import is in an image" {
    echo 'open("absent.txt")' >>seeds.py
    refuses build.step cog build -t "$image" --progress=quiet
    grep -q 'seeds.py:7: error: predict.py cannot be imported .*FileNotFoundError.*\[schema.import\]' "$BATS_TEST_TMPDIR/err"
    model
    echo 'open("/var/lib/cog/left", "w").write(open("/src/left", "w").name)' >>seeds.py
    cog build -t "$image" --progress=quiet
    [ -z "$(docker run --rm "$image" find / -xdev -name __pycache__ -path '/src/*' -o -name left)" ]
}
