#!/usr/bin/env bats
# edits.bats - plans that jq has changed, each validated, built by a real engine, and its effect looked at.
# bats file_tags=engine
# shellcheck disable=SC2154 # port, which lib.bash sets
# shellcheck disable=SC2016 # $name is a variable of jq

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    cp -r "$TOP/tests/projects/minimal" project
    cd project || exit
    image=cog-test-edit-$BATS_TEST_NUMBER-$$
    pids=()
}

teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}"
    docker rmi -f "$image" >/dev/null 2>&1 || true
}

# build [JQ OPTION...] EDIT: the project's plan, edited, becomes $image; ../image.json tells of it.
build() {
    cog plan >../plan.json
    jq "$@" ../plan.json >../edited.json
    run ! cmp -s ../plan.json ../edited.json
    cog-resolve <../edited.json | cog-validate | cog-llb | cog-submit -t "$image" >../image.json
}

# in_image COMMAND...: what it prints in a container of the image.
in_image() {
    docker run --rm --network none "$image" "$@"
}

configured() {
    docker inspect "$image" --format "{{json .Config.$1}}"
}

predicts() {
    [ "$(cog run "$image" -i text=ab -i n=2)" = 'ab ab' ]
}

@test "another user, which the model runs as" {
    build '.export.image.user = "10001:10002"'
    [ "$(in_image id -u):$(in_image id -g)" = 10001:10002 ]
    predicts
}

@test "variables of the image, and of one stage's commands alone" {
    build '.export.image.env.GREETING = "a b=c" |
        (.stages[] | select(.id == "freeze") | .operations) |=
            [{op: "exec", shell: "echo $ONLY_HERE >/var/lib/only", env: {ONLY_HERE: "seen"}, why: []}] + .'
    [ "$(in_image printenv GREETING)" = 'a b=c' ]
    [ "$(in_image cat /var/lib/only)" = seen ]
    run ! in_image printenv ONLY_HERE
    predicts
}

@test "a stage more, which is what is exported" {
    build '.stages += [{id: "stamp", phase: "export.config", source: {stage: .export.stage},
            operations: [{op: "exec", argv: ["touch", "/stamp"], why: [{rule: "team.stamp"}]}]}] |
        .export.stage = "stamp"'
    in_image test -e /stamp
    jq -e '[.steps[] | select(.stage == "stamp")] | length == 1' ../image.json
    predicts
}

@test "a stage less" {
    build 'del(.stages[] | select(.id == "freeze")) | del(.export.label_files["run.cog.pip_freeze"]) |
        (.stages[].source | select(.stage == "freeze")).stage = "python"'
    run ! in_image test -e /var/lib/cog/pip-freeze.txt
    [ "$(configured Labels | jq '."run.cog.pip_freeze"')" = null ]
    predicts
}

@test "a file of the web, by its checksum; another file is refused" {
    host=$(docker network inspect bridge --format '{{(index .IPAM.Config 0).Gateway}}')
    mkdir ../web
    date +%s%N >../web/data.bin
    listening python3 -u -m http.server --bind "$host" --directory ../web 0
    sum=$(sha256sum ../web/data.bin | cut -d' ' -f1)
    mounted='(.stages[] | select(.id == "freeze") | .operations) |= [{op: "exec", why: [],
        argv: ["cp", "/mnt/web/data.bin", "/var/lib/fetched"], mounts: [{type: "bind", target: "/mnt/web",
        from: {url: $url, checksum: ("sha256:" + $sum)}}]}] + .'
    build --arg url "http://$host:$port/data.bin" --arg sum "$sum" "$mounted"
    in_image cat /var/lib/fetched | cmp - ../web/data.bin
    run ! in_image test -e /mnt/web/data.bin

    id=$(docker inspect "$image" --format '{{.Id}}')
    run -1 build --arg url "http://$host:$port/data.bin" --arg sum "${sum//[0-4]/5}" "$mounted"
    [[ $output == *'[build.checksum]'* ]]
    [ "$(docker inspect "$image" --format '{{.Id}}')" = "$id" ]
}

@test "a cache of the team's own, kept from build to build" {
    counted='(.stages[] | select(.id == "freeze") | .operations) |= [{op: "exec", why: [],
        shell: ("echo \($name) >>/count/names; cp /count/names /var/lib/names"),
        mounts: [{type: "cache", id: ("team-" + $cache), target: "/count"}]}] + .'
    build --arg cache "$image" --arg name one "$counted"
    build --arg cache "$image" --arg name two "$counted"
    [ "$(in_image cat /var/lib/names | xargs)" = 'one two' ]
    run ! in_image test -e /count/names
}

@test "labels, a port, the working folder and the command" {
    build '.export.labels["com.example.team"] = "vision" | .export.image.exposed_ports += ["9000/udp"] |
        .export.image.workdir = "/tmp" | .export.image.cmd = ["pwd"]'
    [ "$(configured Labels | jq -r '."com.example.team"')" = vision ]
    [ "$(configured ExposedPorts | jq -c keys)" = '["5000/tcp","9000/udp"]' ]
    [ "$(in_image)" = /tmp ]
}

@test "files of the plan's own, with owner and mode" {
    build '(.stages[] | select(.id == "freeze") | .operations) |= [
        {op: "mkdir", path: "/etc/team", mode: 488, why: []},
        {op: "mkfile", path: "/etc/team/motd", text: "hello\n", mode: 416, why: []},
        {op: "copy", from: {stage: "base"}, src: ["/etc/debian_version"], dest: "/etc/team/", chown: "7:8", why: []},
        {op: "remove", path: "/etc/debian_version", why: []}] + .'
    [ "$(in_image stat -c '%a %U' /etc/team)" = '750 root' ]
    [ "$(in_image stat -c '%a' /etc/team/motd)" = 640 ]
    [ "$(in_image cat /etc/team/motd)" = hello ]
    [ "$(in_image stat -c '%u:%g' /etc/team/debian_version)" = 7:8 ]
    run ! in_image test -e /etc/debian_version
    predicts
}

@test "no network for a command that had one" {
    build '(.stages[] | select(.id == "freeze") | .operations) |= [{op: "exec", why: [], network: "none",
        argv: ["sh", "-c", "tail -n +3 /proc/net/dev | cut -d: -f1 | xargs >/var/lib/devices"]}] + .'
    [ "$(in_image cat /var/lib/devices)" = lo ]
}

@test "another base image for what runs, and what is copied into it" {
    # The image's own name stands for that of a company: the engine pulls it from the registry by itself.
    digest=$(cog plan | cog-resolve | jq -r '.images[].digest')
    build --arg digest "$digest" '(.stages[].source | select(.image)).image += "@" + $digest |
        (.stages[] | select(.id == "runtime")) |= (.source = {image: ("python:3.13-slim-trixie@" + $digest)})'
    jq -e --arg digest "$digest" '[.stages[].source.image // empty] | all(endswith($digest)) and length == 2' ../edited.json
    predicts
}
