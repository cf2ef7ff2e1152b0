#!/usr/bin/env bats
# pipelines.bats - the recipes of cog-pipelines(7), as they stand there; the images get names of this run's own.
# bats file_tags=engine
# shellcheck disable=SC2154 # run sets output

setup_file() {
    load lib
    export IMAGE=cog-test-pipelines-$$ MIRROR=${COG_ENGINE_REGISTRY:-}
    fresh_project "$BATS_FILE_TMPDIR/project"
    (cd "$BATS_FILE_TMPDIR/project" && cog build -t "$IMAGE" --progress=plain 2>../log) || {
        cat "$BATS_FILE_TMPDIR/log" && return 1
    }
}

teardown_file() {
    docker image rm -f "$IMAGE" "$IMAGE-swapped" cog-project >/dev/null 2>&1 || true
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    load registry
    page=$TOP/man/cog-pipelines.7
    pids=()
    fresh_project "$BATS_TEST_TMPDIR/project"
    cd "$BATS_TEST_TMPDIR/project" || exit
}

teardown() {
    [ -z "${container:-}" ] || docker rm -f "$container" >/dev/null
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
}

fresh_project() {
    mkdir "$1"
    cp "$BATS_TEST_DIRNAME"/projects/minimal/* "$1"
}

# recipe TITLE: what its literal block has.
recipe() {
    sed -n "/^\.Ss $1\$/,/^\.Ed/{/^\.Bd/,/^\.Ed/{//!p}}" "$page" | sed 's/\\e/\\/g; s/^\\&//'
}

# follow TITLE: runs it.
follow() {
    recipe "$1" | sed "s/^\\$ //; s/\\bdemo\\b/$IMAGE/g; s/mirror\\.example\\.com/$MIRROR/" >recipe.sh
    [ -s recipe.sh ] || told "no such recipe" "$1"
    timeout 900 bash -euo pipefail recipe.sh
}

# image_has FILTER: its configuration.
image_has() {
    docker inspect "$IMAGE" | jq -e ".[0].Config | $1" >/dev/null || { docker inspect "$IMAGE" && return 1; }
}

@test "every recipe is followed here" {
    [ "$(grep -c '^\.Ss ' "$page")" -ge 20 ]
    while IFS= read -r title; do
        grep -qE "(follow|recipe|steps_of) '${title}'" "$BATS_TEST_FILENAME" || told "is not tried" "$title"
    done < <(sed -n 's/^\.Ss //p' "$page")
}

@test "looking at a build" {
    follow 'The stages, in their order' >told
    [ "$(head -n 1 told)" = base ]
    [ "$(follow 'The images that a build begins with')" = python:3.13-slim-trixie ]
    follow 'All decisions, as a table' >told
    grep -P '^python.version\t3.13\t' told
    follow 'The stages as a graph'
    grep -qxF '  "base" -> "venv"' plan.dot
    [ "$(grep -c '' plan.dot)" = $(($(cog plan --json | jq '.stages | length') + 2)) ]
    follow 'What an edit costs' >told
    grep -q MODE told
    follow 'Whether two machines would build the same' >digest
    follow 'Whether two machines would build the same' | cmp - digest
}

@test "changing a build: user, label, mirror" {
    follow 'Not as root'
    image_has '.User == "10001:10001"'
    follow 'One more label'
    image_has '.Labels."com.example.team" == "vision"'
    [ -z "$MIRROR" ] || follow 'Base images from a mirror'
    [ -z "$MIRROR" ] || grep -F "$MIRROR/library/python:3.13-slim-trixie" cog.lock
}

@test "changing a build: tests as a step" {
    printf 'import unittest\n\nfrom predict import Predictor\n\n\nclass Test(unittest.TestCase):\n    def test(self) -> None:\n        assert Predictor().predict("a", 2) == "a a"\n' >test_predict.py
    follow 'Tests of the project as a step of the build'
    sed -i 's/"a a"/"b"/' test_predict.py
    run -1 follow 'Tests of the project as a step of the build'
    [[ $output == *AssertionError* ]]
}

@test "changing a build: a stage of another image, one stage alone" {
    follow 'A stage of another image in place of one that is built'
    [ "$(cog run "$IMAGE-swapped" -i text=swapped)" = swapped ]
    follow 'One stage alone, as files for another tool' >told
    grep -qx venv/bin/python told
    tar tf venv.tar >told
    ! grep -q '^src/' told || return
}

@test "plans that are kept, files of an image" {
    follow 'A plan that is kept, and built later'
    jq -e '.images[].digest | startswith("sha256:")' release.json
    follow 'The files of an image, without an image' >told
    grep -qx src/predict.py told
}

@test "rules for builds" {
    follow 'A policy in jq'
    follow 'A policy as a JSON Schema'
    printf '  run:\n    - curl -o /x https://example.com/\n' >>cog.yaml
    sed -i '/^  run:/,$d' cog.yaml
    sed -i 's/^build:/build:\n  run: [curl -o \/x https:\/\/example.com\/]/' cog.yaml
    refuses policy.refused follow 'A policy in jq'
    sed -i 's/amd64/arm64/' "$BATS_TEST_TMPDIR/project/policy.json"
    refuses policy.refused cog validate --policy policy.json
    sed -i 's/run: predict.py/predict: predict.py/' cog.yaml
    follow 'Findings where a review shows them' >told
    grep -q '^::warning file=cog.yaml,line=[0-9]*::deprecated field' told
}

@test "predictions" {
    follow 'Many at once'
    [ "$(jq -r .output out.jsonl | tr '\n' ' ')" = 'a b c ' ]
    follow 'A column of a table in, a column out'
    [ "$(cat table.csv)" = "$(printf 'ada,ada\ngrace,grace')" ]
    follow 'Those that failed, once more' >told
    grep -qx 'some failed' told
    [ "$(cat again.jsonl)" = '{"input":{"txt":"b"}}' ]
    follow 'How long they took' >told
    jq -e '.worst * 1.001 >= .mean' told # the mean is rounded
    follow 'The inputs of an image' >told
    jq -e '. == {text: "string", n: "integer"}' told
    [ "$(DOCKER_HOST=unix:///nowhere follow 'Without a container')" = hi ]
}

@test "a bill of materials" {
    follow 'A bill of materials'
    jq -e '.components | map(.purl) | any(startswith("pkg:pypi/pydantic_core@")) and any(startswith("pkg:deb/debian/libc6@2"))' bom.json
    jq -e '.components | length > 60 and all(.version != "")' bom.json
}

# steps_of TITLE: the shell of a job's steps but of the one that installs.
steps_of() {
    recipe "$1" | "$TOP/build/tools/bin/python" -c 'import sys, yaml
[job] = yaml.safe_load(sys.stdin)["jobs"].values()
print("\n".join(step["run"] for step in job["steps"] if step.get("name", "install") != "install"))'
}

@test "a job" {
    cd .. # a build of the project would send what the registry writes
    registry
    cd project || exit
    steps_of 'A job that builds, tries and pushes' >steps.sh
    grep -q 'cog push' steps.sh
    IMAGE=$host/team/demo bash -euo pipefail steps.sh || { cat ../registry.log && return 1; }
    curl -sf "http://$host/v2/team/demo/tags/list" | jq -e '.tags == ["latest"]'
    docker image rm "$host/team/demo" >/dev/null
    sed -i 's/: str = Input(description="What to repeat")/=1/' predict.py
    ! IMAGE=$host/team/demo bash -euo pipefail steps.sh || return
}

# As Kubernetes would start it, as far as Docker does the same.
@test "a deployment" {
    recipe 'A deployment on Kubernetes' | "$TOP/build/tools/bin/python" -c 'import json, sys, yaml
json.dump(yaml.safe_load(sys.stdin), sys.stdout)' >deployment.json
    jq -e '.spec.selector.matchLabels == .spec.template.metadata.labels' deployment.json
    jq '.spec.template.spec' deployment.json >pod.json
    jq -r '.securityContext.runAsUser as $user | .containers[0] |
        "--user=\($user)", (.volumeMounts[] | "--tmpfs=\(.mountPath):mode=1777"),
        (.securityContext | (select(.readOnlyRootFilesystem) | "--read-only"), (.capabilities.drop[] | "--cap-drop=\(.)"),
        (select(.allowPrivilegeEscalation == false) | "--security-opt=no-new-privileges"))' pod.json >options
    mapfile -t options <options
    [ "${#options[@]}" = 6 ]
    container=$(docker run -d -e KUBERNETES_SERVICE_HOST=here -p 127.0.0.1::5000 "${options[@]}" "$IMAGE")
    mapfile -t probe < <(jq -r '.containers[0].readinessProbe.exec.command[]' pod.json)
    await docker exec "$container" "${probe[@]}"
    url=http://$(docker port "$container" 5000 | head -n 1)
    curl -sf "$url$(jq -r '.containers[0].livenessProbe.httpGet.path' pod.json)" | jq -e '.status == "READY"'
    [ "$(cog-predict --url "$url" -i text=hi | jq -r .output)" = hi ]
}
