#!/usr/bin/env bats
# progress.bats - what a build looks like on a terminal, seen with tmux.
# bats file_tags=engine

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    MARK=$BATS_TEST_NUMBER-$$-$RANDOM
    export TMUX_TMPDIR=$BATS_TEST_TMPDIR
    mkdir tree
}

teardown() {
    tmux capture-pane -p 2>/dev/null || true # is shown when the test failed
    tmux kill-server 2>/dev/null || true
}

# terminal WIDTH COMMAND: runs it on a terminal of that width, which stays when it has ended.
terminal() {
    tmux -f /dev/null new-session -d -x "$1" -y 24 "$2; cat" 3>&-
}

# screen: what is on the terminal, without empty lines.
screen() {
    tmux capture-pane -p | grep .
}

# shows PATTERN: whether the screen has it.
shows() {
    screen | grep -- "$1"
}

# yellow: whether something on the screen is.
yellow() {
    tmux capture-pane -ep | grep $'\033\[33m'
}

# build SHELL: a build that copies the folder tree and runs the command.
build() {
    jq -n --arg shell "$1" '{
      schema: "cog/plan-1", platform: {os: "linux", arch: "amd64"}, decisions: [], images: {},
      contexts: {source: {path: "tree"}}, source: {file: "cog.yaml", positions: {}},
      stages: [{id: "run", phase: "build.base", source: {image: "python:3.13-slim"}, provides: [], operations: [
        {op: "copy", from: {local: "source"}, src: ["/"], dest: "/src/", contents: true, why: [{rule: "test"}]},
        {op: "exec", shell: $shell, mounts: [], why: []}]}],
      export: {stage: "run", tags: [], label_files: {}, labels: {}, image: {
        env: {}, entrypoint: [], cmd: ["true"], workdir: "/src", user: "", exposed_ports: []}}}' |
        cog-resolve --no-lock | cog-llb >build.json
}

# whole WIDTH [MESSAGE-LINES]: one block is on the screen, no line is broken, and each step's time is at the right.
whole() {
    screen >drawn
    [ "$(grep -c '^\[+\] Building' drawn)" = 1 ] && [ "$(grep -vc '^\(\[+\] Building\| => \)' drawn)" = "${2:-0}" ] &&
        python3 - "$1" <<'END'
import sys, unicodedata
for line in open("drawn").read().splitlines():
    columns = sum(2 if unicodedata.east_asian_width(c) == "W" else 1 for c in line)
    assert columns < int(sys.argv[1])
    assert columns == int(sys.argv[1]) - 1 or not line.startswith(" => ") or line.startswith(" => => ")
END
}

@test "80 and 200 columns, and others while it runs; Ctrl-C" {
    build "printf '漢字%.0s' \$(seq 150); echo; echo last-$MARK; sleep 1000; : a long command that differs at its end only: end-$MARK"
    terminal 80 'cog-submit --no-export --progress=tty <build.json'
    await shows "=> => # last-$MARK"
    await whole 80
    await shows "… .*end-$MARK .*s$\|…[^…]*end-$MARK .*s$"
    await shows '=> => # 漢字'
    tmux resize-window -x 200 -y 24
    await shows "its end only: end-$MARK"
    await whole 200
    tmux resize-window -x 60 -y 12
    await shows "…[^…]*end-$MARK *[0-9.]*s$"
    await whole 60
    tmux send-keys C-c
    await shows "=> CANCELED \[run\]"
    await whole 60
    await yellow
}

@test "NO_COLOR; a pipe gets lines without escapes" {
    build "echo $MARK; exit 3"
    terminal 200 'NO_COLOR=1 cog-submit --no-export --progress=tty <build.json'
    await shows '^ *\[build.step\]$'
    await whole 200 3
    screen | grep '=> ERROR \[run\]'
    [ "$(tmux capture-pane -ep | grep -c $'\033')" = 0 ]
    cog-submit --no-export --progress=auto <build.json 2>log || true
    grep -q "^#[0-9]* [0-9.]*s $MARK$" log
    [ "$(grep -c $'\033' log)" = 0 ]
}

@test "a push is a step with a bar for each layer, by the Engine API too" {
    [ -n "${COG_ENGINE_REGISTRY:-}" ] || skip "there is no registry: needs the private engine of scripts/engine"
    local name=$COG_ENGINE_REGISTRY/test/progress:$MARK
    build "head -c 20000000 /dev/urandom >/made; : $MARK"
    cog-submit -t "$name" --push --progress=rawjson <build.json 2>log >/dev/null
    docker image rm -f "$name"
    jq -se 'last(.[].vertexes[]? | select(.name | startswith("push "))) | .completed and .started and (.error | not)' log
    jq -se '[.[].statuses[]? | select(.id | startswith("layer ")) | select(.current > 0 and .total >= 20000000)] | length > 0' log
    jq -se '[.[].statuses[]? | select(.id | startswith("layer ")) | select(.completed).id] | unique | length > 1' log
    fails 3 registry.unreachable cog-submit -t 127.0.0.1:9/x/y:1 --push --progress=plain <build.json
    docker image rm -f 127.0.0.1:9/x/y:1
    grep -q '^#[0-9]* push 127.0.0.1:9/x/y:1$' err
    grep -q '^#[0-9]* ERROR: .*refused' err
    grep -q '\[registry.unreachable\]$' err
}
