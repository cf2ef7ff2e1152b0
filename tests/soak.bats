#!/usr/bin/env bats
# soak.bats - builds and predictions that are killed at random moments: nothing stays, and the next one works.
# COG_SOAK says how many; 500 by hand.
# bats file_tags=engine

setup() {
    load lib
    export TMPDIR=$BATS_TEST_TMPDIR/tmp
    mkdir -p "$TMPDIR" "$BATS_TEST_TMPDIR/model"
    cd "$BATS_TEST_TMPDIR/model" || exit
    image=cog-test-soak-$$
    printf 'build:\n  python_version: "3.13"\n  run: ["echo 0"]\nenvironment: [MARK=%s]\nrun: predict.py:run\n' "$image" >cog.yaml
    printf 'import time\n\n\ndef run(text: str) -> str:\n    time.sleep(0.5)\n    return text\n' >predict.py
    cog build -t "$image" --progress=quiet
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
    0) cog build -t "$image" --progress=plain ;;
    1) cog run -t "$image" --progress=plain -i text=hi ;;
    2) cog run "$image" -i text=hi ;;
    esac >../log 2>&1 3>&- &
    pid=$!
}

# harm: at some moment one of its processes is sent a signal, or its container is killed.
harm() {
    sleep "$((RANDOM % 3)).$((RANDOM % 10))"
    local processes=()
    mapfile -t processes < <(ours)
    case $((RANDOM % 4)) in
    0) containers | xargs -r docker kill >/dev/null 2>&1 || true ;;
    1) kill -s INT "$pid" 2>/dev/null || true ;;
    *) [ ${#processes[@]} = 0 ] || kill -s KILL "${processes[RANDOM % ${#processes[@]}]}" 2>/dev/null || true ;;
    esac
    wait "$pid" || true
    await idle
}

soak() {
    RANDOM=${COG_SOAK_SEED:-1}
    before=$(docker network ls -q | sort)
    for ((number = 1; number <= ${COG_SOAK:-12}; number++)); do
        begin "$number"
        harm
        if ((number % 4 == 0)); then
            timeout 900 cog run -t "$image" --progress=plain -i text="$number" >../out 2>../log || { cat ../log && return 1; }
            [ "$(cat ../out)" = "$number" ]
        fi
    done
    find "$TMPDIR" -mindepth 1 -maxdepth 1 -exec touch -d '2 minutes ago' {} +
    timeout 900 cog run "$image" -i text=last 2>../log | grep -x last
    [ -z "$(containers)" ]
    [ "$(docker network ls -q | sort)" = "$before" ]
    find "$TMPDIR" . -mindepth 1 | sort | tee ../left
    [ "$(tr '\n' ' ' <../left)" = './cog.lock ./cog.yaml ./predict.py ' ]
    flock -n cog.yaml true
}

@test "killed at random, ${COG_SOAK:-12} times" {
    export image
    export -f containers ours idle begin harm
    apart soak
}
