#!/usr/bin/env bats
# sdk.bats - images with another cog package than ours, from the package index or from a file.
# bats file_tags=engine

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    mkdir "$BATS_TEST_TMPDIR/project"
    cd "$BATS_TEST_TMPDIR/project" || exit
    cp -r "$TOP/tests/projects/minimal/." .
    image=cog-test-sdk-$BATS_TEST_NUMBER-$$
}

teardown() {
    drop_containers "$image"
    docker rmi -f "$image" >/dev/null 2>&1 || true
}

label() {
    docker inspect "$image" --format "{{index .Config.Labels \"$1\"}}"
}

# predicts LINE: the image has that line in its list of packages, our schema, and a server that answers.
predicts() {
    label run.cog.pip_freeze | grep -x -e "$1"
    [ "$(label run.cog.openapi_schema | jq -r .info.version)" = "$(label run.cog.version)" ]
    fails 1 predict.input.range cog-predict --image "$image" -i text=a -i n=9
    run -0 --separate-stderr cog-predict --image "$image" -i text=a -i n=2
    [ "$(jq -r '.status, .output' <<<"$output")" = $'succeeded\na a' ]
    run -0 --separate-stderr cog-predict --image "$image" <<<'{"id": "one", "input": {"text": "b"}}'
    [ "$(jq -r '.id, .output' <<<"$output")" = $'one\nb' ]
}

@test "sdk_version: the public package, its server, our schema" {
    sed -i 's/^build:/&\n  sdk_version: 0.22.0/' cog.yaml
    cog build -t "$image" --progress=quiet
    predicts cog==0.22.0
    container=$(docker run -d --rm -p 127.0.0.1::5000 "$image")
    url=http://$(docker port "$container" 5000 | head -n 1)
    await ready "$url"
    curl -s "$url/health-check" | jq -e '.version.python_sdk == "0.22.0"'
    diff <(curl -s "$url/openapi.json" | jq -S .) <(label run.cog.openapi_schema | jq -S .)
}

@test "COG_SDK_WHEEL: an old one of the index, whatever cog.yaml says" {
    sed -i 's/^build:/&\n  sdk_version: 0.22.0/' cog.yaml
    sed -i "s,^run:,predict:," cog.yaml # as that version knows it
    COG_SDK_WHEEL=pypi:0.9.26 cog build -t "$image" --progress=quiet
    predicts cog==0.9.26
}

@test "COG_SDK_WHEEL: a wheel, by itself or in a folder" {
    mkdir 'a folder'
    cp "$TOP"/build/share/cog/wheels/cog-*.whl 'a folder'
    echo no wheel >'a folder/secret'
    COG_SDK_WHEEL='a folder' cog build -t "$image" --progress=quiet --keep=../kept
    predicts 'cog @ file:///mnt/sdk/cog-.*[.]whl.*'
    jq -e '.contexts.sdk.include | length == 1' ../kept/plan.json
    COG_SDK_WHEEL=$(echo 'a folder'/cog-*.whl) cog plan | jq -e '.decisions[] | select(.key == "cog.sdk").rule == "option.sdk"'
    COG_SDK_WHEEL='a folder/cog-0.whl' refuses cog.sdk cog build -t "$image"
    COG_SDK_WHEEL=. refuses cog.sdk cog build -t "$image"
    COG_SDK_WHEEL='a folder/secret' refuses plan.sdk cog build -t "$image"
}
