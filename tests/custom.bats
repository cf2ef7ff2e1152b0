#!/usr/bin/env bats
# custom.bats - images of the stack custom, with a real engine.
# bats file_tags=engine

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cp -r "$TOP/tests/projects/custom" "$BATS_TEST_TMPDIR/project"
    cd "$BATS_TEST_TMPDIR/project" || exit
    image=cog-test-custom-$BATS_TEST_NUMBER-$$
    printf secret >../token
}

teardown() {
    docker rmi -f "$image" >/dev/null 2>&1 || true
}

build() {
    cog build --stack custom --base python:3.13-slim-trixie --secret "id=token,src=../token" -t "$image" --progress=quiet "$@"
}

label() {
    docker inspect "$image" --format "{{index .Config.Labels \"$1\"}}"
}

@test "a project without Python: base, packages, commands, environment, source, labels" {
    build --keep=../documents --debug 2>../told
    run -0 docker run --rm "$image" ./render 12
    [[ $output == *"<title>Powers of two</title>"*"<p>4096"* ]]
    [ "$(docker run --rm "$image" cat /etc/token-size)" = 6 ]
    docker run --rm "$image" grep -q ^bc /etc/page-maker
    [ "$(docker inspect "$image" --format '{{.Config.WorkingDir}}')" = /src ]
    [ "$(label run.cog.version)" = 0.22.0 ]
    label run.cog.config | jq -e '.build.system_packages == ["bc"]'
    # Its command is the base's, and there is nothing of cog's: not in the image, and not on the way to it.
    docker pull -q python:3.13-slim-trixie
    [ "$(docker inspect "$image" --format '{{.Config.Cmd}}')" = "$(docker inspect python:3.13-slim-trixie --format '{{.Config.Cmd}}')" ]
    run -1 docker run --rm "$image" sh -c 'ls -d /venv /opt/cog /var/lib/cog 2>/dev/null || exit 1'
    run -1 docker run --rm "$image" python -c 'import cog'
    [[ $output == *ModuleNotFoundError* ]]
    run -1 grep -E 'python3|cog\.schema' ../told
    run -0 jq -r '.. | strings | select(test("venv|pip|cog[._]server"))' ../documents/plan.json
    [ -z "$output" ]
}

@test "an edit makes only the source anew" {
    build
    echo "<p>$image" >>page.html
    build --keep=../documents
    run -0 jq -r '[.steps[] | select(.cached | not) | .stage // empty] | unique[]' ../documents/image.json
    [ "$output" = source ]
    run -0 docker run --rm "$image" ./render 1
    [[ $output == *"<p>$image"* ]]
}

@test "the pipe by hand, with an image that the engine has and without commands" {
    docker pull -q python:3.13-slim-trixie
    cog-config cog.yaml | cog-detect | cog-plan --stack=custom --base=python:3.13-slim-trixie |
        jq 'del(.stages[].operations[]? | select(.op == "exec"))' |
        cog-resolve --offline | cog-validate | cog-llb | cog-submit -t "$image" >../image.json
    [ "$(docker run --rm "$image" sh -c 'echo "$TITLE $PWD"')" = "Powers of two /src" ]
}

@test "a failed command is told at its line" {
    sed -i 's/bc --version .*/exit 3/' cog.yaml
    refuses build.step build
    grep -q '^cog.yaml:8:7: ' "$BATS_TEST_TMPDIR/err"
}
