#!/usr/bin/env bats
# confined.bats - a model's image needs no rights: any user, no capability, a root that is read-only.
# bats file_tags=engine

setup_file() {
    load lib
    export image=cog-test-confined:$$
    mkdir "$BATS_FILE_TMPDIR/project"
    cd "$BATS_FILE_TMPDIR/project" || return
    project
    cog build -t "$image" --progress=quiet >&2
}

teardown_file() {
    docker image rm -f "$image" >/dev/null
}

setup() {
    load lib
}

teardown() {
    [ -z "$container" ] || docker rm -f "$container" >/dev/null
}

# confined OPTION...: starts one that may do nothing that it need not; sets $url.
confined() {
    container=$(docker run -d --read-only --cap-drop ALL --security-opt no-new-privileges --user 12345:12345 \
        -p 127.0.0.1::5000 "$@" "$image")
    url=http://$(docker port "$container" 5000 | head -n 1)
}

# health STATUS: waits for it.
health() {
    for _ in $(seq 900); do
        curl -s "$url/health-check" >health || true
        ! grep -q "\"status\":\"$1\"" health || return 0
        sleep 0.1
    done
    cat health
    docker logs "$container"
    return 1
}

@test "it predicts as any user, without capabilities, on a read-only root" {
    cd "$BATS_TEST_TMPDIR"
    confined
    health READY
    # Longer than what is sent to the worker in a line.
    python3 -c 'import json; print(json.dumps({"input": {"text": "x" * 9000000}}))' >request
    [ "$(curl -s "$url/predictions" --data-binary @request | jq '.output | length')" = 9000000 ]
}

@test "without any place to write to it says so" {
    cd "$BATS_TEST_TMPDIR"
    confined --tmpfs /dev/shm:ro
    health SETUP_FAILED
    jq -r .setup.logs health | grep -F -- '--tmpfs /tmp'
}

@test "nobody but root can change what is in it" {
    container=$(docker create "$image")
    docker export "$container" | tar -tv | grep -v '^[lh]' | grep '^.\{8\}w' >"$BATS_TEST_TMPDIR/writable" || true
    # Those of the base, which have the sticky bit, and devices.
    run grep -vE '^(d.{8}t|c)' "$BATS_TEST_TMPDIR/writable"
    [ -z "$output" ]
}

@test "build.user: the server and the model are an ordinary user's, who may write into the project" {
    mkdir "$BATS_TEST_TMPDIR/project"
    cd "$BATS_TEST_TMPDIR/project"
    container=
    cat >run.py <<'END'
import os

from cog import BaseRunner


class Runner(BaseRunner):
    def run(self) -> str:
        with open("written", "w") as file:
            file.write(os.path.expanduser("~"))
        return f"{os.getuid()} {os.getgid()} {open('written').read()}"
END
    printf 'build:\n  python_version: "3.13"\n  user: 10001:10002\nrun: run.py:Runner\n' >cog.yaml
    cog build -t "$image-user" --progress=plain 2>"$BATS_FILE_TMPDIR/log" || { cat "$BATS_FILE_TMPDIR/log" && return 1; }
    [ "$(cog run "$image-user")" = '10001 10002 /tmp' ]
    cog exec -t "$image-user" id -u >"$BATS_FILE_TMPDIR/number" 2>"$BATS_FILE_TMPDIR/log" || { cat "$BATS_FILE_TMPDIR/log" && return 1; }
    [ "$(cat "$BATS_FILE_TMPDIR/number")" = 0 ]
    docker image rm -f "$image-user" >/dev/null
}
