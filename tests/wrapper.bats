#!/usr/bin/env bats
# wrapper.bats - the shell program cog, as far as it goes without an engine.

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project
    cd project || exit
    unset COG_BUILDER
    export DOCKER_HOST=unix://$PWD/no.sock # no engine is needed here
}

@test "cog without a command is a mistake, and prints the usage" {
    run -2 cog
    [[ $output == Usage:* ]]
}

@test "cog --help lists the commands, cog --version the version" {
    run -0 cog --help
    for command in init build run exec serve plan; do
        [[ $output == *"  $command "* ]]
    done
    run -0 cog --version
    [ "$output" = "cog $(cat "$TOP/VERSION")" ]
}

@test "an unknown command, option or operand is a mistake" {
    project
    fails 2 usage.command cog frobnicate
    fails 2 usage.option cog --frobnicate
    fails 2 usage.option cog build --frobnicate
    fails 2 usage.option cog build --tag
    fails 2 usage.operand cog build somewhere
    fails 2 usage.option cog build -i text=hi
    fails 2 usage.option cog plan --output=file
}

@test "--stack: the default is python, custom reads no model, others are a mistake" {
    project
    cog plan --stack python >../plan.json
    cog plan | cmp - ../plan.json
    fails 2 usage.option cog plan --stack rust
    fails 2 usage.option cog run --stack custom
    refuses plan.stack cog build --stack=custom
    echo 'environment: [A=1]' >cog.yaml
    cog plan --stack custom --base=debian:12 | jq -e '.stages[0].source.image == "debian:12"'
}

@test "cog NAME runs a user's own cog-NAME" {
    mkdir bin
    # shellcheck disable=SC2016 # it is the script that expands it
    printf '#!/bin/sh\necho "mine: $*"\n' >bin/cog-mine
    chmod +x bin/cog-mine
    PATH=$PWD/bin:$PATH run -0 cog mine a 'b c'
    [ "$output" = "mine: a b c" ]
}

@test "cog init writes a project that can be planned, and never overwrites" {
    run -0 cog init
    [ -e cog.yaml ] && [ -e run.py ] && [ -e requirements.txt ] && [ -e .dockerignore ]
    run -0 cog plan
    echo mine >run.py
    run -0 cog init
    [ "$(cat run.py)" = mine ]
    [[ $output == *"run.py is there already"* ]]
}

@test "no cog.yaml here or above is said, with the way out" {
    refuses cog.project cog build
    grep -q 'cog init' "$BATS_TEST_TMPDIR/err"
}

@test "cog plan prints the plan, also from a folder below and with --file" {
    project
    cog plan >../here.json
    jq -e '.schema == "cog/plan-1"' ../here.json
    mkdir -p a/b
    (cd a/b && cog plan) | cmp - ../here.json
    (cd / && cog plan --file="$OLDPWD/cog.yaml") | cmp - ../here.json
    stages ..
    cmp ../plan.json ../here.json
}

@test "COGPACK=1 means nothing" {
    project
    cog plan >../plan.json
    COGPACK=1 cog plan | cmp - ../plan.json
}

@test "--keep leaves the documents, without it nothing is left" {
    project
    mkdir "$BATS_TEST_TMPDIR/tmp"
    TMPDIR=$BATS_TEST_TMPDIR/tmp cog plan --keep=../kept --filter "tee ../filtered.json" >/dev/null
    [ "$(ls "$BATS_TEST_TMPDIR/kept")" = "$(printf 'config.json\nplan.json\nproject.json')" ]
    [ "$(stat -c %a "$BATS_TEST_TMPDIR"/kept/* | sort -u)" = 600 ] # not for others to read
    [ "$(stat -c %a "$BATS_TEST_TMPDIR"/filtered.json)" = 644 ] # what programs write elsewhere is as usual
    TMPDIR=$BATS_TEST_TMPDIR/tmp cog plan >/dev/null
    [ -z "$(ls "$BATS_TEST_TMPDIR/tmp")" ]
}

@test "--debug prints each program" {
    project
    cog plan --debug >/dev/null 2>../err
    grep -q '^cog: cog-detect -C \.' ../err
    grep -q '^cog: cog-plan' ../err
}

@test "the status of the program that failed is cog's, and nothing is printed" {
    project
    sed -i s/predict.py/nowhere.py/ cog.yaml
    refuses predictor.missing cog plan
    grep -q '^cog.yaml:3:6: error:' "$BATS_TEST_TMPDIR/err"
}

@test "a folder's name with spaces and quotes is no trouble" {
    mkdir "it's a \$folder"
    cd "it's a \$folder"
    project
    cog plan | jq -e '.schema == "cog/plan-1"'
}

@test "a mistake in predict.py is found before an engine is asked for" {
    project
    echo 'def broken(' >>predict.py
    # A module of the project's is none of Python's.
    echo 'raise SystemExit(9)' >json.py
    run -1 cog build
    [[ $output == *"predict.py:"*"[schema."* ]]
}

@test "wrong inputs are refused before an engine is asked for" {
    project
    fails 1 predict.input.unknown cog run -i txet=hi
    grep -q 'text' "$BATS_TEST_TMPDIR/err"
    fails 1 predict.input.missing cog run
    fails 1 predict.train cog train
}

@test "no engine: status 3, and what was tried" {
    project
    run -3 cog build --offline
    [[ $output == *"$PWD/no.sock"*"[engine.unreachable]"* ]]
    [ ! -e cog.lock ]
}

@test "cog explain tells the plan, and cog plan --diff what is different" {
    project
    cog explain python | grep 'python.version = 3.13'
    refuses explain.unknown cog explain nonsense
    cog plan >old.json
    sed -i 's/"3.13"/"3.11"/' cog.yaml
    cog plan --diff old.json >told
    grep -qF '  python.version: "3.13" -> "3.11"' told
    grep -qx '  base runs again' told
    fails 2 usage.operand cog explain python pip
    fails 2 usage.option cog build --diff old.json
}

@test "cog plan is text on a terminal, and JSON with --json or in a pipe" {
    project
    script -qec 'cog plan' shown >/dev/null
    grep -q '^Decisions' shown
    script -qec 'cog plan --json' /dev/null | jq -e '.schema == "cog/plan-1"'
    cog plan | jq -e '.schema == "cog/plan-1"'
}

@test "filters change the plan, one after the other, and a failing one is told" {
    project
    cat >filter.py <<'END'
import json, sys

plan = json.load(sys.stdin)
plan["export"]["labels"]["user"] = plan["export"]["image"]["user"]
json.dump(plan, sys.stdout)
END
    run -0 --separate-stderr cog plan --filter 'jq ".export.image.user = \"10001\""' --filter='python3 filter.py'
    jq -e '.export.labels.user == "10001" and .export.image.user == "10001"' <<<"$output"
    refuses cog.filter cog plan --filter 'exit 7'
    grep -q '"exit 7" ended with status 7' "$BATS_TEST_TMPDIR/err"
}

@test "a filter that writes no plan, half a one or another document is named" {
    project
    for filter in true 'echo hello' 'head -c 1000' 'jq ".stages = 1"' 'cat ../other.json'; do
        cog-config cog.yaml >../other.json
        refuses cog.filter cog plan --filter cat --filter "$filter"
        grep -qF "the filter \"$filter\" wrote no plan" "$BATS_TEST_TMPDIR/err"
        refuses cog.filter cog build --offline --keep=../kept --filter cat --filter "$filter"
        cog-plan --schema <../kept/project.json | cmp - ../kept/plan.json
    done
    [ ! -e cog.lock ]
}

@test "no place for the documents is the machine's fault" {
    project
    TMPDIR=/dev/null/x fails 3 machine.write cog plan
}

# ended PROCESS: it is gone, but for what nobody has asked for yet.
ended() {
    ! grep -qs '^State:[[:space:]]*[^Z]' "/proc/$1/status"
}

@test "an interrupt ends a filter that hangs, and cog with 130" {
    project
    # shellcheck disable=SC2030,SC2031
    export TMPDIR=$PWD/../scratch
    mkdir ../scratch
    set -m
    env --default-signal=INT cog build --filter 'echo $$ >../pid; touch ../begun; exec sleep 4243' 2>../err &
    pid=$!
    await test -e ../begun
    kill -INT -- "-$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" = 130 ]
    await ended "$(cat ../pid)"
    [ -z "$(ls ../scratch)" ]
    [ ! -s ../err ]
    [ ! -e cog.lock ]
}

@test "the folder of a cog that was killed is removed by the next one, one in use is not" {
    project
    # shellcheck disable=SC2031 # each test has its own
    export TMPDIR=$PWD/../scratch
    mkdir "$TMPDIR"
    set -m
    cog build --filter "touch ../begun; exec sleep 4247.$$" 2>../err &
    pid=$!
    await test -e ../begun
    await pgrep -fx "sleep 4247.$$"
    folder=$(echo "$TMPDIR"/cog.??????)
    touch -d '2 minutes ago' "$folder"
    cog plan >/dev/null
    [ -d "$folder" ]
    kill -KILL "$pid"
    pkill -fx "sleep 4247.$$"
    await gone "^sleep 4247.$$\$"
    [ -d "$folder" ]
    cog plan >/dev/null
    [ -z "$(ls "$TMPDIR")" ]
}

# installed: the programs and a cog-resolve that pins what it is told to, so that no registry is needed. cog-submit finds no
# engine: exit status 3.
installed() {
    mkdir -p "$BATS_TEST_TMPDIR/usr/bin"
    ln -s "$COG_BIN"/cog-* "$BATS_TEST_TMPDIR/usr/bin"
    ln -s "$TOP/build/share" "$BATS_TEST_TMPDIR/usr/share"
    cp "$COG_BIN/cog" "$BATS_TEST_TMPDIR/usr/bin"
    rm "$BATS_TEST_TMPDIR/usr/bin/cog-resolve"
    cat >"$BATS_TEST_TMPDIR/usr/bin/cog-resolve" <<'END'
#!/bin/sh
exec jq -cS '.images = {"python:3.13-slim-trixie": {from: "registry", config: {os: "linux", architecture: .platform.arch}}}'
END
    chmod +x "$BATS_TEST_TMPDIR/usr/bin/cog-resolve"
    PATH=$BATS_TEST_TMPDIR/usr/bin:$PATH
}

@test "cog build --policy checks the plan against schemas and jq programs before anything is built" {
    project
    installed
    echo '.export.image.user == ""' >root.jq
    echo '{"required": ["images"]}' >resolved.json
    fails 3 engine.unreachable cog build --policy root.jq --policy=resolved.json
    echo 'all(.images[]; has("digest"))' >"pinned images.jq"
    refuses policy.refused cog build --policy=resolved.json --policy "pinned images.jq"
    echo '{"x-rule": "named", "properties": {"export": {"properties": {"tags": {"minItems": 1}}}}}' >named.json
    refuses policy.refused cog build --policy root.jq --policy named.json
    grep -q '(named)' "$BATS_TEST_TMPDIR/err"
    echo 'error("no")' >no.jq
    refuses policy.refused cog build --policy no.jq
}

@test "wrong options and names are found before a registry or an engine is asked" {
    project
    early() {
        fails "$@" && run -1 grep -E '^cog: cog-(plan|resolve)' "$BATS_TEST_TMPDIR/err"
    }
    early 1 build.tag cog build --debug -t 'BAD NAME'
    early 1 build.tag cog run --debug -i text=a -t 'BAD NAME'
    early 2 usage.option cog build --debug --secret nothing
    early 2 usage.option cog push --debug --output type=what a/b
    early 2 usage.option cog exec --debug -p nothing true
    early 2 usage.option cog serve --debug --files move
    early 1 engine.endpoint cog build --debug --builder foo://x
    grep -q -- '--builder gives "foo://x"' "$BATS_TEST_TMPDIR/err"
    early 1 policy.missing cog build --debug --policy missing.jq
    early 1 policy.missing cog build --debug --policy missing.json
}

@test "a jq program that is none, is missing, or has no jq is told from one that refuses" {
    project
    installed
    echo '.export.' >broken.jq
    refuses policy.program cog build --policy broken.jq
    refuses policy.program cog validate --policy missing.jq
    mkdir no-jq
    for tool in sh sed tr dirname basename readlink mktemp cat rm mkdir; do
        ln -s "$(command -v $tool)" no-jq
    done
    printf '#!/bin/sh\nexec cat\n' >"$BATS_TEST_TMPDIR/usr/bin/cog-resolve"
    echo true >true.jq
    fails 3 policy.jq env PATH="$BATS_TEST_TMPDIR/usr/bin:$PWD/no-jq" cog build --policy true.jq
}

@test "the policies that cog-validate(1) shows are those that the cases try" {
    page=$(cat "$TOP/man/cog-validate.1")
    for policy in "$TOP"/tests/cases/cog-validate/policy/tree/*.json; do
        # shellcheck disable=SC1003 # a backslash, as mdoc writes it
        [[ $page == *"$(sed 's/\\/\\e/g' "$policy")"* ]] || told "$policy is not in the page" cat "$policy"
    done
}

@test "--base and --catalog; the catalogue of the user's configuration when none is named" {
    project
    base() { cog plan "$@" | jq -r '.stages[0].source.image'; }
    row() { printf 'image\tbuild\tpython\tsource\tcuda\tcudnn\tuse\n%s:{python}\t-\t*\timage\t-\t-\tplan\n' "$1"; }
    mkdir -p ../home/.config/cog ../xdg/cog
    export HOME=$BATS_TEST_TMPDIR/home
    unset XDG_CONFIG_HOME COG_CATALOG
    [ "$(base)" = python:3.13-slim-trixie ]
    [ "$(base --base registry.example.com/own:1,python=3.13)" = registry.example.com/own:1 ]
    row registry.example.com/home >"$HOME/.config/cog/catalog.tsv"
    row registry.example.com/xdg >../xdg/cog/catalog.tsv
    row registry.example.com/env >../env.tsv
    row registry.example.com/option >"../the option's.tsv"
    [ "$(base)" = registry.example.com/home:3.13 ]
    export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/xdg
    [ "$(base)" = registry.example.com/xdg:3.13 ]
    echo 'build: {}' >other.yaml # of a stack that chooses no images
    [ "$(base -f other.yaml --stack custom)" = debian:trixie-slim ]
    rm other.yaml
    export COG_CATALOG=$BATS_TEST_TMPDIR/env.tsv
    [ "$(base)" = registry.example.com/env:3.13 ]
    [ "$(base --catalog "../the option's.tsv")" = registry.example.com/option:3.13 ]
    stages .. # the filter by itself knows the variable, and not the user's folder
    [ "$(jq -r '.stages[0].source.image' ../plan.json)" = registry.example.com/env:3.13 ]
    unset COG_CATALOG
    stages ..
    [ "$(jq -r '.stages[0].source.image' ../plan.json)" = python:3.13-slim-trixie ]
    fails 2 usage.option cog plan --base own:1,python
}

@test "cog init in a folder with code: cog.yaml is made of what is there" {
    printf 'numpy==2.1.0\n' >requirements.txt
    echo 3.12 >.python-version
    printf 'from cog import BaseRunner\n\n\nclass Speech(BaseRunner):\n    def run(self, text: str) -> str:\n        return text\n' >speech.py
    run -0 cog init </dev/null
    [ ! -e run.py ] && [ "$(cat requirements.txt)" = numpy==2.1.0 ]
    [ "$(tail -n +2 cog.yaml)" = "$(printf 'build:\n  python_version: "3.12" # as in .python-version\n  python_requirements: requirements.txt\nrun: speech.py:Speech')" ]
    cog plan | jq -e '[.decisions[] | select(.key == "python.version").value] == ["3.12"]'
    rm cog.yaml
    touch uv.lock poetry.lock
    refuses packages.ambiguous cog init
    [ ! -e cog.yaml ]
}
