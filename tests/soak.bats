#!/usr/bin/env bats
# soak.bats - builds and predictions that are killed at random moments: nothing stays, and the next one works.
# COG_SOAK says how many; 500 by hand. Only by hand: COG_SOAK_ENGINE=yes kills the engine, too, which has to be a private one that
# nobody else uses, and COG_SOAK_BUILDKIT=DIR has the buildkitd of `scripts/buildkit start DIR` build, and be killed.
# bats file_tags=engine

setup() {
    load lib
    export TMPDIR=$BATS_TEST_TMPDIR/tmp
    mkdir -p "$TMPDIR" "$BATS_TEST_TMPDIR/model"
    cd "$BATS_TEST_TMPDIR/model" || exit
    [ -z "${COG_SOAK_BUILDKIT:-}" ] || export BUILDKIT_HOST="unix://$COG_SOAK_BUILDKIT/sock"
    image=cog-test-soak-$$
    printf 'build:\n  python_version: "3.13"\n  run: ["echo 0"]\nenvironment: [MARK=%s]\nrun: predict.py:run\n' "$image" >cog.yaml
    printf 'import time\n\n\ndef run(text: str) -> str:\n    time.sleep(0.5)\n    return text\n' >predict.py
    cog build -t "$image" --load --progress=quiet
}

teardown() {
    ours | xargs -r kill -KILL 2>/dev/null || true
    containers | xargs -r docker rm -f >/dev/null
    docker image rm -f "$image" >/dev/null 2>&1 || true
}

# containers: those of this test, whichever of its images they run.
containers() {
    docker ps -aq | xargs -r docker inspect --format '{{.Id}} {{.Config.Env}}' 2>/dev/null | grep -F "MARK=$image" | cut -d' ' -f1 || true
}

# ours: every process that was started in this test, but for what runs the test.
ours() {
    grep -lz "^TMPDIR=$TMPDIR\$" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 |
        while read -r process; do
            grep -qzE '(^|/)cog' "/proc/$process/cmdline" 2>/dev/null && echo "$process"
        done || true
}

idle() {
    [ -z "$(ours)" ]
}

# begin NUMBER: an edit, and a build or a prediction in the background.
begin() {
    case $((RANDOM % 4)) in
    0) sed -i "s/echo .*\"/echo $1\"/" cog.yaml ;;
    1) echo "# $1" >>predict.py ;;
    esac
    case $((RANDOM % 3)) in
    0) cog build -t "$image" --load --progress=plain ;;
    1) cog run -t "$image" --progress=plain -i text=hi ;;
    2) cog run "$image" -i text=hi ;;
    esac >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
    pid=$!
}

# kill_engine: as when a machine loses its power, but for what is not the engine's.
kill_engine() {
    local run=${DOCKER_HOST#unix://} processes
    run=${run%/docker.sock}
    processes=("$(cat "$run/dockerd.pid")" "$(cat "$run/exec/containerd/containerd.pid")")
    mapfile -d '' engine_words <"/proc/${processes[0]}/cmdline"
    kill -KILL "${processes[@]}"
    while kill -0 "${processes[@]}" 2>/dev/null; do sleep 0.1; done
    engine=
    await engine_answers
}

# engine_answers: on a machine with much to do dockerd may give up waiting for its own containerd, and is started again.
engine_answers() {
    if [ -z "$engine" ] || ! kill -0 "$engine"; then
        setsid env -u TMPDIR "${engine_words[@]}" </dev/null >>"$BATS_TEST_TMPDIR/dockerd.log" 2>&1 3>&- &
        engine=$!
    fi
    docker version
}

kill_buildkit() {
    kill -KILL "$(cat "$COG_SOAK_BUILDKIT/pid")"
    env -u TMPDIR "$TOP/scripts/buildkit" start "$COG_SOAK_BUILDKIT"
}

# harm: at some moment one of its processes is sent a signal, or its container is killed.
harm() {
    sleep "$((RANDOM % 3)).$((RANDOM % 10))"
    local processes=() harms=(container interrupt process process)
    [ -z "${COG_SOAK_ENGINE:-}" ] || harms+=(engine)
    [ -z "${COG_SOAK_BUILDKIT:-}" ] || harms+=(buildkit)
    mapfile -t processes < <(ours)
    case ${harms[RANDOM % ${#harms[@]}]} in
    engine) kill_engine ;;
    buildkit) kill_buildkit ;;
    container) containers | xargs -r docker kill >/dev/null 2>&1 || true ;;
    interrupt) kill -s INT "$pid" 2>/dev/null || true ;;
    process) [ ${#processes[@]} = 0 ] || kill -s KILL "${processes[RANDOM % ${#processes[@]}]}" 2>/dev/null || true ;;
    esac
    wait "$pid" || true
    await idle
}

@test "killed at random, ${COG_SOAK:-12} times" {
    RANDOM=${COG_SOAK_SEED:-1}
    before=$(docker network ls --format '{{.Name}}' | sort)
    for ((number = 1; number <= ${COG_SOAK:-12}; number++)); do
        begin "$number"
        harm
        if ((number % 4 == 0)); then
            timeout 300 cog run -t "$image" --progress=plain -i text="$number" >out 2>"$BATS_TEST_TMPDIR/log" ||
                { cat "$BATS_TEST_TMPDIR/log" && return 1; }
            [ "$(cat out)" = "$number" ]
            rm out
        fi
    done
    find "$TMPDIR" -mindepth 1 -maxdepth 1 -exec touch -d '2 minutes ago' {} +
    timeout 300 cog run "$image" -i text=last 2>"$BATS_TEST_TMPDIR/log" | grep -x last
    [ -z "$(containers)" ]
    [ "$(docker network ls --format '{{.Name}}' | sort)" = "$before" ]
    find "$TMPDIR" . -mindepth 1 | sort | tee ../left
    [ "$(tr '\n' ' ' <../left)" = './cog.lock ./cog.yaml ./predict.py ' ]
    flock -n cog.yaml true
}
