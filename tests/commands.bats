#!/usr/bin/env bats
# commands.bats - the commands and options that users of Cog know, and which program gets what.

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    unset COG_BUILDER COG_CATALOG COG_SDK_WHEEL COG_OPENAPI_SCHEMA BUILDKIT_PROGRESS
    mkdir folder
    load spy
    spies
    cd folder || exit
    project
    echo '{"KEY": "1"}' >in.json
}

# gives PROGRAM WORD COMMAND...: the program gets this word; `none` as the program: it is taken, and nobody gets it.
gives() {
    rm -rf "$SPY"
    mkdir "$SPY"
    "${@:3}" >../out 2>../err </dev/null || told "status $?" "${@:3}" || return
    [ "$1" = none ] || given "$1" "$2" || told "$1 is not given $2" "${@:3}"
}

@test "cog build: Cog's options" {
    gives cog-submit --tag=demo cog build -t demo
    gives cog-submit --tag=demo cog build --tag=demo
    gives cog-submit --tag=demo cog build -tdemo
    gives cog-submit --default-tag=cog-folder cog build
    gives cog-submit --progress=auto cog build
    gives cog-submit --progress=plain cog build --progress plain
    BUILDKIT_PROGRESS=quiet gives cog-submit --progress=quiet cog build
    gives cog-submit --secret=id=a,src=b cog build --secret id=a,src=b
    gives cog-llb --no-cache cog build --no-cache
    gives cog-config ./cog.yaml cog build -f cog.yaml
    for option in --separate-weights --use-cog-base-image --use-cog-base-image=false --use-cuda-base-image=false --strip \
        --precompile --timestamp=5 --skip-schema-validation --x-fast --x-localimage=true; do
        gives none '' cog build "$option"
    done
    fails 2 usage.option cog build --dockerfile=Dockerfile
    grep -q 'without a Dockerfile' "$BATS_TEST_TMPDIR/err"
    fails 2 usage.operand cog build here
    echo '{"components": {"schemas": {"Input": {}}}}' >model.json
    gives cog-plan --schema cog build --openapi-schema=model.json
    refuses cog.openapi cog build --openapi-schema nowhere.json
    for text in '' '{}' '[1]' '{"components": {"schemas": {"Input": 1}}}' "$(cat in.json)"; do
        echo "$text" >other.json
        refuses cog.openapi cog build --openapi-schema other.json
    done
}

@test "cog build: several builders, by commas or one after the other" {
    for program in cog-resolve cog-submit; do
        gives $program --builder=tcp://a,tcp://b,unix:///c cog build --builder tcp://a --builder=tcp://b,unix:///c
        COG_BUILDER=tcp://a gives $program --builder=tcp://b cog build --builder tcp://b
    done
    gives cog-exec --builder=tcp://a cog exec --builder tcp://a true
    gives cog-predict --builder=tcp://a cog run --builder tcp://a -i text=a
    fails 2 usage.option cog build --builder ''
}

@test "cog push: the name is that of the command line, or of cog.yaml" {
    gives cog-submit --push cog push registry.example.com/team/model
    given cog-submit --tag=registry.example.com/team/model
    gives cog-submit --push cog push -t registry.example.com/team/model
    echo 'image: registry.example.com/team/model' >>cog.yaml
    gives cog-submit --push cog push
    run -1 grep -qzE '^--(tag|default-tag)=' "$SPY/cog-submit"
}

@test "cog run and its old name: Cog's options" {
    gives cog-predict --input=text=hi cog run -i text=hi
    gives cog-predict --input=text=@a cog run --input=text=@a an-image
    gives cog-predict --image=an-image cog run an-image -i text=hi
    gives cog-predict --image=cog-folder cog run -i text=hi
    gives cog-predict --json=@in.json cog run an-image --json @in.json
    gives cog-predict --output=file cog run an-image -o file
    gives cog-predict --setup-timeout=5 cog run an-image --setup-timeout 5
    gives cog-predict --env=A=b cog run an-image -e A=b
    gives cog-predict --gpus=all cog run --gpus all an-image
    gives cog-predict --input=text=hi cog predict an-image -i text=hi
    grep -qxF 'cog: "cog predict" is deprecated, use "cog run"' ../err
    gives cog-predict --input=text=hi cog train an-image -i text=hi
    grep -q 'Command "train" is deprecated' ../err
    fails 2 usage.operand cog run text=hi
    grep -q 'did you mean -i text=hi' "$BATS_TEST_TMPDIR/err"
}

@test "cog exec: what follows the command is the command's" {
    gives cog-exec --gpus=device=0,1 cog exec --gpus device=0,1 python
    gives cog-exec --env=A=b cog exec -e A=b python
    gives cog-exec --publish=8888 cog exec -p 8888 python
    gives cog-exec -x cog exec python -x --debug -t
    given cog-exec --debug
    [ ! -e "$SPY/cog-submit" ] || ! grep -q -e '^-x' "$SPY/cog-submit"
    gives cog-exec --weird cog exec -- --weird
    gives cog-exec "--source=$PWD" cog exec python
    gives cog-plan --environment cog exec python
    mkdir -p below/it
    (cd below/it && gives cog-exec "--source=${PWD%/below/it}" cog exec ls)
    echo 'build: {python_version: "3.13"}' >cog.yaml
    gives cog-exec ls cog exec ls
    fails 2 usage.operand cog exec
}

@test "cog serve: Cog's options" {
    gives cog-exec --publish=127.0.0.1:8393:5000 cog serve
    grep -q 'http://127.0.0.1:8393/docs' ../err
    gives cog-exec --publish=0.0.0.0:80:5000 cog serve --host 0.0.0.0 -p 80
    gives cog-exec --upload-url=http://unused/ cog serve --upload-url http://unused/
    [ "$(tr "\0" "\n" <"$SPY/cog-exec" | tail -n 5)" = "$(printf '%s\n' -- python -m cog.server.http --upload-url=http://unused/)" ]
    given cog-exec --add-host=host.docker.internal:host-gateway
    gives cog-exec --gpus=all cog serve --gpus=all --playground --playground-port 9000
    gives cog-exec "--watch=$PWD" cog serve --watch
    gives cog-exec --env=A=1 cog serve -e A=1 -e B=2 --upload-url http://unused/ --gpus all
    given cog-exec --env=B=2
    given cog-exec --gpus=all
    given cog-exec --upload-url=http://unused/
    fails 2 usage.operand cog serve image
}

@test "options that stand before the command; COG_REGISTRY_HOST" {
    gives none '' cog --debug build
    grep -q '^cog: cog-submit' ../err
    gives none '' cog --no-color --registry registry.example.com build
    gives none '' cog --registry=registry.example.com build
    fails 2 usage.option cog --registry
}

@test "help is of one command, and misspelt words get a suggestion" {
    run -0 cog help build
    [[ $output == *--no-cache* && $output != *--input* ]]
    run -0 cog run --help
    [[ $output == *--input* && $output != *--publish* ]]
    run -0 cog help detect
    [[ $output == 'Usage: cog-detect'* ]]
    run -0 cog help --all
    [[ $output == *--publish* && $output == *--input* ]]
    for pair in biuld/build sevre/serve new/init auth/login; do
        fails 2 usage.command cog "${pair%/*}"
        grep -qF "did you mean \"${pair#*/}\"?" "$BATS_TEST_TMPDIR/err"
    done
    fails 2 usage.option cog build --no-cahce
    grep -qF 'did you mean --no-cache?' "$BATS_TEST_TMPDIR/err"
    fails 2 usage.command cog xyzzy
    run -1 grep -q 'did you mean' "$BATS_TEST_TMPDIR/err"
}

@test "validate, config, debug, weights, playground, completion" {
    run -0 --separate-stderr cog validate
    [ -z "$output" ]
    # shellcheck disable=SC2154 # set by run
    [[ $stderr == *"cog.yaml is valid" ]]
    cog config | jq -e '.config.run == "predict.py:Predictor"'
    (mkdir below && cd below && cog config) | jq -e .config
    run -0 --separate-stderr cog debug
    [[ $output == Decisions* && $stderr == *"no Dockerfile"* ]]
    refuses cog.weights cog weights status
    run -0 --separate-stderr cog playground --no-open --target http://localhost:1/
    [[ $stderr == *http://localhost:1/docs ]]
    for shell in bash zsh fish; do
        cog completion $shell >../$shell
        ! command -v $shell >/dev/null || $shell -n ../$shell
    done
    fails 2 usage.operand cog completion tcsh
}

@test "two builds of one project take turns" {
    exec 9<cog.yaml
    flock 9
    cog build 2>../err 9<&- &
    await grep -q 'another build of this project runs' ../err
    exec 9<&-
    wait $!
}
