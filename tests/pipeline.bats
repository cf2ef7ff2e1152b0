#!/usr/bin/env bats
# pipeline.bats - what holds for every program alike, and for several in a pipe; no engine.

setup() {
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project empty doc
    cd project || exit
    project
}

# The programs that need no network, each with a document that it accepts, in $doc.
stages_and() {
    local program
    stages ../doc
    cp ../doc/plan.json ../doc/any.json
    jq -c . "$(accepted cog-llb)" >../doc/resolved.json
    for program in 'cog-config cog.yaml' 'cog-detect config' 'cog-plan project' \
        'cog-validate any' 'cog-llb resolved'; do
        # shellcheck disable=SC2086 # the program and its document
        "$@" $program || return
    done
}

# accepted PROGRAM: the input of a case that the program accepts.
accepted() {
    local case
    for case in "$TOP/tests/cases/$1"/*/; do
        if [ -e "$case/out.json" ] && [ -e "$case/in.json" ]; then
            echo "$case/in.json"
            return
        fi
    done
    echo "no case of $1 has in.json and out.json" >&2
    return 1
}

document() {
    case $1 in
    *.*) echo "$1" ;;
    *) echo "$BATS_TEST_TMPDIR/doc/$1.json" ;;
    esac
}

programs() {
    (cd "$TOP/cmd" && printf '%s\n' cog-*.c | sed 's/\.c$//')
}

@test "all eight programs and the wrapper are there" {
    for program in config detect plan resolve validate llb submit predict; do
        [ -x "$COG_BIN/cog-$program" ] || { echo "cog-$program is missing"; return 1; }
    done
    [ -x "$COG_BIN/cog" ]
}

@test "--help names the program and its options, on stdout, with status 0" {
    for program in $(programs); do
        "$program" --help >out 2>err
        [ ! -s err ]
        head -n 1 out | grep "^Usage: $program "
        grep -q -- '--diagnostics' out
        "$program" -h | cmp - out
    done
}

@test "--version names the program and the version" {
    for program in $(programs); do
        [ "$("$program" --version)" = "$program $(cat "$TOP/VERSION")" ]
    done
}

@test "an unknown option, an option without its value: status 2" {
    for program in $(programs); do
        fails 2 usage.option "$program" --no-such-option </dev/null
        fails 2 usage.option "$program" --diagnostics </dev/null
        fails 2 usage.option "$program" --diagnostics=xml </dev/null
    done
}

@test "--diagnostics=json: one object a line" {
    for program in $(programs); do
        status=0
        "$program" --diagnostics=json --no-such-option >out 2>err </dev/null || status=$?
        [ "$status" = 2 ]
        [ ! -s out ]
        jq -es 'length == 1 and .[0].severity == "error" and .[0].code == "usage.option"' err
    done
    printf 'build: [\n' >cog.yaml
    refuses yaml.syntax cog-config cog.yaml
    cog-config --diagnostics=json cog.yaml 2>err || [ $? = 1 ]
    jq -e '.code == "yaml.syntax" and .file == "cog.yaml" and .line > 0 and .column > 0' err
}

@test "nothing on stdin: status 4, silent" {
    for program in $FILTERS cog-submit; do
        fails 4 '' "$program" </dev/null
        printf ' \n' | fails 4 '' "$program"
    done
    fails 4 '' cog-config </dev/null
}

@test "truncated JSON on stdin is refused with its place" {
    stages ../doc
    head -c 100 ../doc/plan.json >cut.json
    for program in $FILTERS cog-submit; do
        refuses doc.syntax "$program" <cut.json
        grep -q '^<stdin>:1:[0-9]*: error: ' "$BATS_TEST_TMPDIR/err"
    done
}

@test "nesting without end is refused, not a crash" {
    { printf '{"schema":"cog/plan-1","x-deep":'; head -c 100000 /dev/zero | tr '\0' '['; } >deep.json
    for program in $FILTERS cog-submit; do
        refuses doc.syntax "$program" <deep.json
    done
}

@test "another document than the program reads is refused" {
    echo '{"schema":"cog/nothing-1"}' >nothing.json
    echo '{"schema":"cog/plan-2"}' >newer.json
    echo '{}' >untagged.json
    for program in cog-detect cog-plan cog-resolve cog-llb cog-submit; do
        refuses doc.schema "$program" <nothing.json
        refuses doc.schema "$program" <newer.json
        refuses doc.schema "$program" <untagged.json
    done
    for document in nothing newer untagged; do
        refuses doc.schema cog-validate <$document.json
    done
}

# unwritable PROGRAM STATUS: what it said is in err.
unwritable() {
    echo "$1: status $2"
    [ "$2" = 3 ] && grep -qF '[machine.write]' err
}

full() {
    local status=0
    "$1" <"$(document "$2")" >/dev/full 2>err || status=$?
    unwritable "$1" "$status"
}

@test "no room for the output: status 3" {
    stages_and full
}

closed() {
    local status=0
    "$1" <"$(document "$2")" >&- 2>err || status=$?
    unwritable "$1" "$status"
}

@test "a closed stdout: status 3" {
    stages_and closed
}

twice() {
    "$1" <"$(document "$2")" >first
    "$1" <"$(document "$2")" | cmp - first
}

@test "a stdin that cannot be read: status 3" {
    for program in cog-config $FILTERS cog-submit; do
        fails 3 machine.read "$program" <.
    done
}

@test "the same input gives the same bytes" {
    stages_and twice
}

# isolated PROGRAM DOCUMENT: the same bytes without a network, in an empty folder, without a
# home, a PATH, or any other variable.
isolated() {
    case $1 in
    cog-config | cog-detect) return ;;
    esac
    "$1" <"$(document "$2")" >here
    (cd ../empty && unshare "$UNSHARE" env -i "$(command -v "$1")" <"$(document "$2")") | cmp - here
}

# elsewhere COMMAND...: as another user in another folder, without a network, with other settings.
elsewhere() {
    (cd ../empty && umask 077 && LC_ALL=C TZ=Asia/Kathmandu HOME=/nowhere \
        unshare -n setpriv --reuid=65534 --regid=65534 --clear-groups "$@")
}

@test "a plan gives the same LLB whoever lowers it, in whatever order its members are" {
    unshare -n setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null || skip "this needs root"
    there=$(mktemp -d) # where that user may read
    chmod 755 "$there"
    install "$(command -v cog-llb)" "$there"
    count=0
    for in in "$TOP"/tests/cases/cog-llb/*/in.json; do
        [ ! -e "${in%/in.json}/status" ] || continue
        cog-llb --raw <"$in" >here 2>/dev/null
        elsewhere "$there/cog-llb" --raw <"$in" 2>/dev/null | cmp - here
        jq 'walk(if type == "object" then to_entries | reverse | from_entries else . end)' "$in" >reversed
        [ "$(jq -c . "$in")" != "$(jq -c . reversed)" ]
        cog-llb --raw <reversed 2>/dev/null | cmp - here
        # All but the digest of the plan's own bytes.
        cog-llb <reversed 2>/dev/null | jq -c 'del(.plan)' | cmp - <(cog-llb <"$in" 2>/dev/null | jq -c 'del(.plan)')
        count=$((count + 1))
    done
    rm -r "$there"
    [ "$count" -ge 10 ]
}

@test "cog-plan, cog-validate and cog-llb need neither network nor files" {
    UNSHARE=-n
    unshare -n true 2>/dev/null || UNSHARE=-rn
    unshare $UNSHARE true || skip "this machine gives no network namespace"
    stages_and isolated
    [ -z "$(ls ../empty)" ]
}

# unwritten PROGRAM DOCUMENT: a filter writes nothing into the project.
unwritten() {
    "$1" <"$(document "$2")" >/dev/null
    [ -z "$(find . -newer ../doc/now -type f)" ]
}

@test "the filters leave the project as it is" {
    touch ../doc/now
    stages_and unwritten
}

unnetworked() {
    ! ldd "$COG_BIN/$1" | grep -E 'libcurl|libnghttp2|libssl|libgnutls'
}

# hardened PROGRAM: it lies anywhere, what it was linked to cannot be changed, and its stack and the calls of libc are checked.
hardened() {
    readelf --wide --file-header --program-headers --dynamic --dyn-syms "$COG_BIN/$1" >elf
    for sign in 'Type: *DYN' 'GNU_STACK .* RW ' GNU_RELRO 'Flags: NOW PIE' __stack_chk_fail '__[a-z]*_chk@'; do
        grep -q "$sign" elf || told "$sign is missing" "$1" || return
    done
}

# other_than_file PATH INPUT COMMAND...: refuses the file at once when it is a pipe, a socket or a device.
other_than_file() {
    local make status
    for make in 'mkfifo' 'ln -s /dev/zero' 'python3 -c "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"'; do
        rm -f "$1"
        eval "$make $1"
        status=0
        timeout 300 "${@:3}" <"$2" >out 2>err || status=$?
        [ "$status" = 1 ] && [ ! -s out ] || told "status $status, for $make" "$@" || return
        grep -qE "(^|[^a-z])$1([^a-z]|$).*\[(file.unreadable|[a-z]+.(outside|missing))\]" err || told 'another error' "$@" || return
    done
    rm "$1"
}

@test "pipes, devices and sockets where the project has files are refused at once" {
    other_than_file cog.yaml /dev/null cog-config cog.yaml
    cog-config >config.json <<<$'build:\n  python_version: "3.13"\n  python_requirements: requirements.txt\nrun: predict.py:Predictor'
    other_than_file requirements.txt config.json cog-detect
    for option in -r -c; do
        echo "$option other.txt" >requirements.txt
        other_than_file other.txt config.json cog-detect
    done
    echo six >requirements.txt
    for file in .dockerignore predict.py; do other_than_file $file config.json cog-detect; done
    rm requirements.txt && project
    cog-config <cog.yaml >config.json
    for file in uv.lock poetry.lock pdm.lock pylock.toml Pipfile.lock pyproject.toml .python-version; do
        other_than_file $file config.json cog-detect
    done
    mkdir -p .git/objects .git/refs/tags
    echo 'ref: refs/heads/main' >.git/HEAD
    mkfifo .git/packed-refs # what cannot be read of a repository is not said
    timeout 300 cog-detect <config.json | cog-plan >plan.json
    other_than_file cog.lock plan.json cog-resolve --builder unix:///nowhere.sock
    cp plan.json old.json
    cog-explain --diff=<(cat old.json) <plan.json # the command line may name one
}

@test "programs are hardened" {
    [[ $COG_BIN == */build/bin ]] || skip "they are of another build"
    for program in $(programs); do hardened "$program"; done
}

@test "programs that need no network link no network library" {
    stages_and unnetworked
}

@test "cog-validate writes the bytes that it read" {
    stages ../doc
    for name in config project plan; do
        cog-validate <../doc/$name.json >compact
        cmp compact ../doc/$name.json
        jq . ../doc/$name.json >../doc/indented.json
        cog-validate <../doc/indented.json >indented
        cmp indented ../doc/indented.json
    done
}

@test "a document changed with jq between two stages goes on" {
    cog-config cog.yaml | cog-detect | cog-plan |
        jq '.export.image.user = "10001:10001"' | cog-validate |
        jq -e '.export.image.user == "10001:10001"'
}

@test "a refusal upstream is told once, by the program that found it" {
    printf 'buidl: {}\n' >cog.yaml
    { { cog-config cog.yaml || echo "$?" >one; } | { cog-detect || echo "$?" >two; } |
        { cog-plan || echo "$?" >three; }; } >out 2>err
    [ "$(cat one two three)" = $'1\n4\n4' ]
    [ ! -s out ]
    [ "$(grep -c . err)" = 1 ]
    grep -q '^cog.yaml:1:1: error: .*build' err
}
