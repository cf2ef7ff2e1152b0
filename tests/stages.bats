#!/usr/bin/env bats
# stages.bats - which stages an edit of the project makes anew, by the digests of their LLB; no engine.

setup() {
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project before after
    cd project || exit
    project
    cat >cog.yaml <<'END'
build:
  python_version: "3.13"
  python_requirements: requirements.txt
  system_packages: [ffmpeg, libpq-dev]
  run: [echo built]
environment: [GREETING=hello]
run: predict.py:Predictor
END
    echo 'packaging==24.1' >requirements.txt
    mkdir weights
    head -c 2000000 /dev/zero >weights/small.bin
    head -c 3000000 /dev/zero >weights/large.bin
    lower before
}

# lower DIR: writes the documents, and to stages.json the digests of each stage's operations.
lower() {
    stages "../$1"
    cog-plan --schema <"../$1/project.json" >"../$1/plan.json" # as cog build does it
    jq -c '.images = {"python:3.13-slim-trixie": {from: "engine", config: {os: "linux", architecture: "amd64"}}}' \
        <"../$1/plan.json" | cog-llb >"../$1/build.json"
    jq -S '.vertices | to_entries | map(select(.value.stage)) | group_by(.value.stage)
        | map({(.[0].value.stage): (map(.key) | sort)}) | add' <"../$1/build.json" >"../$1/stages.json"
}

# anew: the stages that are not what they were.
anew() {
    lower after
    jq -nr --slurpfile a ../before/stages.json --slurpfile b ../after/stages.json \
        '[($a[0] + $b[0]) | keys[] | select($a[0][.] != $b[0][.])] | join(" ")'
}

@test "every stage that has operations has digests" {
    [ "$(jq -r 'keys | join(" ")' ../before/stages.json)" = \
        "apt build-tools cog-sdk cog-server frameworks freeze large packages pip python run schema sdk server source uv venv weights" ]
    [ "$(jq '.weights | length' ../before/stages.json)" = 2 ]
}

@test "predict.py: the documents are equal, byte for byte" {
    echo '# edited' >>predict.py
    lower after
    cmp ../before/build.json ../after/build.json
    cmp ../before/plan.json ../after/plan.json
}

# The engine finds that frameworks and large mount what they did before.
@test "a requirement: /venv and what stands on it, neither the server nor apt" {
    echo 'six' >>requirements.txt
    [ "$(anew)" = "frameworks freeze large packages pip python run schema source weights" ]
}

@test "a system package that is needed to run: neither /venv nor the server" {
    sed -i 's/ffmpeg/ffmpeg, libgl1/' cog.yaml
    [ "$(anew)" = "apt freeze packages python run schema sdk source weights" ]
}

@test "a system package that is needed to build: all but the server" {
    sed -i 's/ffmpeg/ffmpeg, g++/' cog.yaml
    [ "$(anew)" = "apt build-tools frameworks freeze large packages pip python run schema sdk source venv weights" ]
}

@test "the order of system packages: nothing" {
    sed -i 's/ffmpeg, libpq-dev/libpq-dev, ffmpeg/' cog.yaml
    [ -z "$(anew)" ]
}

@test "a folder to be built: building gets every system package" {
    echo './package' >>requirements.txt
    mkdir package
    touch package/setup.py
    [ "$(anew)" = "build-tools frameworks freeze large packages pip python run schema source venv weights" ]
}

@test "a command of build.run: itself and what stands on it" {
    sed -i 's/echo built/echo rebuilt/' cog.yaml
    [ "$(anew)" = "freeze run schema source weights" ]
}

@test "the environment, which building packages may read: neither the server nor apt" {
    sed -i 's/GREETING=hello/GREETING=goodbye/' cog.yaml
    [ "$(anew)" = "frameworks freeze large packages pip python run schema source weights" ]
}

contexts_of() { # DIR PROGRAM: the contexts of weights that the jq program leaves
    jq -c "[.contexts | to_entries[] | select(.key | startswith(\"weights-\"))] | $2" "../$1/build.json"
}

@test "weights: what they contain, nothing; one more, not the larger ones, nor any context" {
    head -c 500000 /dev/zero >>weights/small.bin
    [ -z "$(anew)" ]
    head -c 1500000 /dev/zero >weights/third.bin
    [ "$(anew)" = "schema source weights" ]
    [ "$(jq -nc --slurpfile a ../before/stages.json --slurpfile b ../after/stages.json \
        '[$a[0], $b[0]] | map(.weights) | [.[0] - .[1], .[1] - .[0] | length]')" = '[0,1]' ]
    [ "$(contexts_of after length)" = 3 ]
    [ "$(contexts_of before .)" = "$(contexts_of after 'map(select(.value.include != ["weights/third.bin"]))')" ]
}

@test "the server is the same in projects of any kind" {
    printf 'build:\n  python_version: "3.13"\nrun: predict.py:Predictor\n' >cog.yaml
    rm -r weights requirements.txt
    lower after
    for stage in cog-server server; do
        [ "$(jq -c ".\"$stage\"" ../before/stages.json)" = "$(jq -c ".\"$stage\"" ../after/stages.json)" ]
    done
}
