# lib.bash - what the bats files share. Loaded with `load lib`.
# shellcheck shell=bash

TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
COG_BIN=${COG_BIN:-$TOP/build/bin}
PATH=$(cd "$COG_BIN" && pwd):$TOP/build/tools/bin:$PATH
export TOP PATH LC_ALL=C.UTF-8
export XDG_CACHE_HOME=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}/cache
set -o pipefail

# The programs that read a document on stdin and write one.
export FILTERS='cog-detect cog-plan cog-resolve cog-validate cog-llb'

# fails STATUS CODE COMMAND...: it ends with exactly this status, says the code on stderr, and
# writes nothing to stdout. Its stdin is the caller's. An empty CODE: stderr is empty as well.
fails() {
    local expected=$1 code=$2 actual=0
    shift 2
    "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || actual=$?
    [ "$actual" = "$expected" ] || told "status $actual instead of $expected" "$@" || return
    [ ! -s "$BATS_TEST_TMPDIR/out" ] || told "something on stdout" "$@" || return
    if [ -z "$code" ]; then
        [ ! -s "$BATS_TEST_TMPDIR/err" ] || told "something on stderr" "$@"
    else
        grep -qF "[$code]" "$BATS_TEST_TMPDIR/err" || told "no [$code] on stderr" "$@"
    fi
}

# refuses CODE COMMAND...: the input is wrong; exit status 1. `! command` alone is never a test.
refuses() {
    fails 1 "$@"
}

# told WHAT COMMAND...: prints what went wrong, for bats to show; fails.
told() {
    echo "$2 ${*:3}: $1"
    head -c 2000 "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err"
    return 1
}

# await COMMAND...: waits until it succeeds, five minutes at most.
await() {
    for _ in {1..3000}; do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    told "does not come true" "$@"
}

# accepts HOST PORT: something accepts connections there.
accepts() {
    (: <"/dev/tcp/$1/$2")
}

# ready URL: the server there has its model.
ready() {
    [ "$(curl -s "$1/health-check" | jq -r .status)" = READY ]
}

# logged CONTAINER PATTERN: the container has written a line like this.
logged() {
    docker logs "$1" 2>&1 | grep "$2"
}

# containers_of IMAGE: those that were made from it by this name. Docker's filter "ancestor" also gives those of whatever
# has the same content, as other tests' images may, and of what was made from it.
containers_of() {
    local ids
    ids=$(docker ps -aq) || return
    { xargs -r docker inspect --format '{{.Id}} {{.Config.Image}}' <<<"$ids" 2>/dev/null || true; } | # some may have gone
        awk -v name="$1" '$2 == name { print substr($1, 1, 12) }'
}

# drop_containers IMAGE: removes them.
drop_containers() {
    containers_of "$1" | xargs -r docker rm -f >/dev/null
}

# apart FUNCTION: runs it with processes of its own, which need root: programs of other tests do not take what it kills for
# their neighbour, whose containers they would remove. What the function needs is exported.
apart() {
    [ "$(id -u)" = 0 ] || skip 'processes of our own take root'
    export -f "${1?}" await told logged containers_of
    export BATS_TEST_TMPDIR
    unshare --pid --fork --mount-proc --kill-child bash -euo pipefail -c "$1"
}

# no_relays FILE: no way to an engine is left that was made after the file; other tests' go away as well.
no_relays() {
    [ -z "$(find /tmp -maxdepth 1 -name 'cog-relay-*' -newer "$1")" ]
}

# gone PATTERN: no process has a command line with it.
gone() {
    ! pgrep -f "$1"
}

# free_port: a TCP port for what cannot choose one itself. The kernel gives those from 32768 on to whoever wants any.
free_port() {
    python3 - <<'END'
import random, socket
while True:
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", random.randrange(10000, 32768)))
        except OSError:
            continue
        print(s.getsockname()[1])
        break
END
}

# listening COMMAND...: starts a server that says its port once it listens; sets $port, and adds its process to $pids.
listening() {
    local said=$BATS_TEST_TMPDIR/said-${#pids[@]}
    : >"$said" # here, as the server may take its time, and what another one said is not for this one
    "$@" >>"$said" 2>"$said.err" 3>&- &
    pids+=($!)
    await grep 'port [0-9]' "$said" || { cat "$said.err" && return 1; }
    # shellcheck disable=SC2034 # it is for the tests
    port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$said")
}

# project: makes the current folder a small project without requirements from outside.
project() {
    printf 'build:\n  python_version: "3.13"\nrun: predict.py:Predictor\n' >cog.yaml
    cat >predict.py <<'END'
from cog import BasePredictor


class Predictor(BasePredictor):
    def predict(self, text: str) -> str:
        return text
END
}

# stages DIR: writes the documents of the project in the current folder to DIR, as far as that
# goes without an engine.
stages() {
    cog-config <cog.yaml >"$1/config.json"
    cog-detect <"$1/config.json" >"$1/project.json"
    cog-plan <"$1/project.json" >"$1/plan.json"
}

# saved IMAGE: all that is in it, to be searched; engines differ in the names and the packing of its parts.
saved() {
    mkdir -p "$BATS_TEST_TMPDIR/parts"
    docker save "$1" | tar -x -C "$BATS_TEST_TMPDIR/parts"
    find "$BATS_TEST_TMPDIR/parts" -type f -exec zcat -f {} +
    rm -r "$BATS_TEST_TMPDIR/parts"
}

# venv_tree IMAGE [--times]: the files of /venv, but for what installers write of themselves, and the scripts that start a
# function.
venv_tree() {
    local container
    container=$(docker create "$1" true)
    docker export "$container" | "$TOP/tests/image-tree" venv "${@:2}" | sed -E '/\.dist-info\/REQUESTED /d
        s/^([^ ]+\.dist-info\/(INSTALLER|RECORD)) .*/\1/; s/^(venv\/bin\/[^ ]+ 0 [0-7]+) .*/\1/'
    docker rm "$container" >/dev/null
}
