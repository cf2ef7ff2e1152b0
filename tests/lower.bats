#!/usr/bin/env bats
# lower.bats - a plan with every operation, input and mount (tests/operations), and what a real engine makes of it.
# bats file_tags=engine
# shellcheck disable=SC2154 # port, which lib.bash sets

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir -p source/sub srv
    echo a >source/a.txt
    echo one >source/1.txt
    echo brackets >'source/[1].txt'
    echo b >source/sub/b.txt
    ln -s a.txt source/link.txt
    touch -h -d @1500000000 source/* source/sub/*
    echo weights >srv/weights.bin
    printf 'to-ken-7341' >token
    id=cog-test-lower-$BATS_TEST_NUMBER-$$
    pids=()
    export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
    cog-submit --capabilities >engine.json
}

teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
    docker rmi -f "$id" >/dev/null 2>&1 || true
}

# serve: a repository and a file, where the engine reaches them; sets $server and $commit.
serve() {
    host=$(docker network inspect bridge --format '{{(index .IPAM.Config 0).Gateway}}')
    git init -q -b main work
    mkdir -p work/models/small
    echo small >work/models/small/model.txt
    echo read >work/readme.txt
    commit_all first
    commit=$(git -C work rev-parse HEAD)
    echo newer >work/newer.txt
    commit_all second
    git clone -q --bare work srv/open.git
    listening "$TOP/tests/git-server" "$host" 0 srv log
    server=$host:$port
}

commit_all() {
    git -C work add -A
    git -C work -c user.name=me -c user.email=me@example.com commit -q -m "$1"
}

# start_agent: an SSH agent with a new key.
start_agent() {
    eval "$(ssh-agent -s -a "$PWD/agent.sock" 3>&-)" >/dev/null
    pids+=("$SSH_AGENT_PID")
    ssh-keygen -q -t ed25519 -N '' -f key
    ssh-add -q key
}

# plan RUN: prints the plan.
plan() {
    docker pull -q python:3.13-slim-trixie >/dev/null
    config=$(docker image inspect python:3.13-slim-trixie --format '{"os":"{{.Os}}","architecture":"{{.Architecture}}","config":{{json .Config}},"rootfs":{"type":"layers","diff_ids":{{json .RootFS.Layers}}}}')
    jq -n --argjson config "$config" '{"python:3.13-slim-trixie": {from: "engine", config: $config}}' |
        jq --arg run "$1" --arg id "$id" --arg server "$server" --arg commit "$commit" --rawfile step "$TOP/tests/operations/step.py" \
            --arg checksum "sha256:$(sha256sum <srv/weights.bin | cut -d' ' -f1)" -f "$TOP/tests/operations/plan.jq" |
        jq --slurpfile engine engine.json -f "$TOP/tests/operations/newer.jq"
}

# build PLAN OPTION...: with all that it asks for.
build() {
    cog-validate <"$1" | cog-llb --engine=engine.json >build.json
    cog-submit -t "$id" --secret id=token,src=token --secret id=GIT_AUTH_TOKEN,src=token --progress=plain "${@:2}" <build.json 2>build.log >image.json ||
        { tail -30 build.log && return 1; }
}

# facts FILTER: of what check.py says in the image.
facts() {
    jq -cr "$1" said.json
}

@test "every operation, input and mount does what it says" {
    serve
    start_agent
    plan 1 >plan.json
    build plan.json --ssh default
    docker run --rm -i --user 0 --entrypoint python3 "$id" - <"$TOP/tests/operations/check.py" >said.json
    facts '.wrong[]'
    [ "$(facts '.wrong | length')" = 0 ]

    # the step with the mounts
    [ "$(facts .facts.key)" = "$(cut -d' ' -f2 key.pub | base64 -d | sha256sum | cut -d' ' -f1)" ]
    [ "$(facts '.facts | [.sign, ."remove all", .lock]')" = "[14,5,5]" ] # signed; both others are refused here
    ssh-add -l
    [ "$(facts .facts.secret)" = "$(sha256sum <token | cut -d' ' -f1)" ]
    [ "$(facts '.facts | [."secret mode", ."not given", .bind, .model, .tmpfs, .host, .user, .dir]')" = '["0o400",false,"seed\n","small\n",true,"192.0.2.7",0,"/made/by/dir"]' ]
    [ "$(facts '.facts."bind readonly"')" = "[true,false,true,false]" ]
    [ "$(facts '.facts | [."cache before", ."cache from", .caches]')" = '[[],"seed\n",[[],[]]]' ]
    [ "$(facts '.facts.env | del(.BASE, .PATH)')" = '{"A":"1","B":"of the step","STAGE":"base+app","MISSING":"<>"}' ]
    [ "$(facts '.facts.env | .BASE == .PATH')" = true ]
    [ "$(docker run --rm --entrypoint cat "$id" /tmp/user /tmp/dir)" = "$(printf 'uid=1000 gid=100(users) groups=100(users)\n/tmp')" ]

    # the image
    docker inspect "$id" >inspected.json
    image() { jq -Sc "$1" inspected.json; }
    [ "$(image '.[0].Config | [.User, .WorkingDir, .Entrypoint, .Cmd, .StopSignal, .Volumes]')" = '["1000:100","/w",["/usr/bin/env"],["python3","-V"],"SIGINT",{"/data":{}}]' ]
    [ "$(image '.[0].Config.ExposedPorts')" = '{"5000/tcp":{},"53/udp":{}}' ]
    [ "$(image '.[0].Config.Healthcheck')" = '{"Interval":30000000000,"Retries":3,"StartPeriod":60000000000,"Test":["CMD","true"],"Timeout":5000000000}' ]
    [ "$(image '.[0].Config.Labels | [."com.example.said", ."com.example.read"]')" = '["yes","täxt"]' ]
    [ "$(docker run --rm --entrypoint printenv "$id" B)" = 12 ]
    [[ $(docker run --rm "$id") == Python* ]]

    # nothing secret is in a layer, the configuration or a document
    mkdir saved.d
    docker save "$id" | tar -x -C saved.d
    find saved.d -type f -exec zcat -f {} + >saved
    [ "$(grep -acF 'täxt' saved)" != 0 ] # so it would be found
    [ "$(cat saved build.json build.log image.json | grep -acF to-ken-7341)" = 0 ]
    grep -q '^200 /closed/' log # which needs the token
    [ "$(grep -c 'nowhere' build.json)" = 0 ] # the stage that nothing uses
}

@test "what only newer engines can, where they can" {
    serve
    start_agent
    plan 1 >plan.json
    can() { jq -e --arg name "$1" '.capabilities | index($name)' engine.json >/dev/null; }
    for cap in exec.secretenv exec.mount.tmpfs.size file.symlink.create file.copy.includeexcludepatterns; do
        can "$cap" || lacking=${lacking:-$cap}
    done
    build plan.json --ssh default
    in_image() { docker run --rm --entrypoint sh "$id" -c "$1"; }
    ! can exec.secretenv || [ "$(in_image 'cut -c1-64 /token-digest; cat /absent')" = "$(sha256sum <token | cut -c1-64; echo)" ]
    ! can exec.mount.tmpfs.size || [ "$(in_image 'grep -o "[0-9]*" /small-size' | head -1)" = 1024 ]
    ! can file.symlink.create || [ "$(in_image 'readlink /symlink; stat -c %u:%g:%Y /symlink')" = "$(printf 'f\n1:2:1000000000')" ]
    ! can file.copy.includeexcludepatterns || [ "$(in_image 'cd /patterns && ls')" = "$(printf '1.txt\n[1].txt\na.txt\nlink.txt')" ]
    # an engine that cannot says so before anything runs: cog-llb when it is told of the engine, else the engine
    all=$(jq -c '.capabilities += ["exec.secretenv", "exec.mount.tmpfs.size", "file.symlink.create", "file.copy.includeexcludepatterns"]' engine.json)
    jq --slurpfile engine <(echo "$all") -f "$TOP/tests/operations/newer.jq" <(plan 1 | jq 'del(.stages[-1].operations[-4:])') >newer.json
    [ -z "${lacking:-}" ] && return
    refuses llb.engine cog-llb --engine=engine.json <newer.json
    grep -qF "\"$lacking\"" "$BATS_TEST_TMPDIR/err"
    cog-llb <newer.json >newer-build.json
    fails 3 engine.capability cog-submit --secret id=token,src=token --ssh default <newer-build.json
}

@test "a cache is kept from build to build" {
    serve
    start_agent
    plan 1 >plan.json
    build plan.json --ssh default --no-export
    plan 2 >plan.json
    build plan.json --ssh default
    docker run --rm --entrypoint cat "$id" /facts.json >said.json
    [ "$(facts '."cache before"')" = '["1"]' ]
}

@test "wrong inputs are refused: a checksum, a commit, a token, an agent" {
    serve
    start_agent
    plan 1 >plan.json
    [ "$(jq -r '.secrets | sort_by(.id) | map("\(.id) \(.required)") | join(", ")' <(cog-llb <plan.json))" = "GIT_AUTH_HEADER false, GIT_AUTH_TOKEN false, not-given false, token true" ]
    cog-llb <plan.json | refuses secret.missing cog-submit --secret id=token,src=token
    grep -q -e '--ssh default' err
    cog-llb <plan.json | refuses secret.missing cog-submit --ssh default
    submit() { cog-llb <"$1" | "${@:2}" cog-submit --no-export --secret id=token,src=token --ssh default "${given[@]}"; }
    given=()
    submit plan.json fails 3 engine.build # the closed repository, without its token
    grep -q 'could not read Username\|Authentication failed\|401' err
    given=(--secret 'id=GIT_AUTH_TOKEN,src=token')
    jq '(.stages[].operations[]?.from | select(.checksum)).checksum = "sha256:" + ("0" * 64)' plan.json >wrong.json
    submit wrong.json refuses build.checksum
    jq '(.. | objects | select(.git)).ref = "no-such-branch"' plan.json >wrong.json
    submit wrong.json fails 3 engine.build
    jq '.stages[-1].operations = [{op: "copy", from: {local: "source"}, src: ["/*.none"], dest: "/"}]' plan.json >wrong.json
    submit wrong.json refuses build.missing
    grep -qF '.none' err
    fails 2 usage.option env -u SSH_AUTH_SOCK cog-submit --ssh default </dev/null
}
