#!/usr/bin/env bats
# ignore.bats - .dockerignore: what cog sends beside what `docker build` copies, with a real engine.
#
# The files are chosen by the client. Debian's is Docker 20.10, whose rules were repaired in 23; cog
# follows the newer ones, which most people run. Where the two differ, the row says what the newer
# one leaves out (-) or copies (+) besides (tonistiigi/fsutil of November 2026):
#   - 20.10 made a regular expression of every pattern, whose scanner swallows a byte order mark and
#     in which ^ is no letter; without a slash, ** stood for folders only.
#   - It did not enter an excluded folder for an exception that has a wildcard, and copied an
#     excluded folder for an exception although nothing in it was taken back.
#   - An exception held for all below it, where now a folder must be excluded itself to be taken back.
# bats file_tags=engine

# A row: what is told apart | the file, for printf %b | where 20.10 differs
ROWS='
nothing|
name|a
name with text behind it|ab
name in a folder|lib/deep
name below|deep
leading slash|/a
leading slashes|///a
trailing slash|lib/
trailing slash on a file|x.py/
dot slash|./lib/./deep/.
doubled slash|lib//deep
parent inside|lib/../a
parent at the start|../a
parent behind the root|/../a
parent alone|..
dot|.
dot slash alone|./
slash|/
empty lines|\n\n \na\n\n
spaces around|  a  
tabs around|\ta\t
space before the slash|/ a
no-break space|\xc2\xa0a\xc2\xa0
wide space|a\xe3\x80\x80
space inside|sp ace
two names in a line|a lib
a name with a space at its end|tail 
the same, escaped|tail?
comment|#note\na
comment behind blanks|  #note
escaped comment|\\#note
comment behind a pattern|a #note
byte order mark|\xef\xbb\xbfa\nlib
byte order mark in the second line|lib\n\xef\xbb\xbfa|+a +a/b +a/b/c +a/b/d.txt +a/x.py
carriage returns|a\r\nlib\r\n
no newline at the end|a\nlib
case|A\nX.PY
NFC|\xc3\xa9
NFD|e\xcc\x81
star|*
star and dot files|.*
star in a folder|*/*
star at the end|a*
star in the middle|*.py
star does not cross folders|*.pyc
star between|lib/*/keep
question mark|q?
question mark is a letter|?
two stars|**
two stars and a slash|**/
two stars first|**/keep
two stars and a suffix|**/*.pyc
two stars last|lib/**
two stars in the middle|lib/**/keep
two stars twice|**/deep/**
two stars alone in the middle|**/**/keep
two stars without a slash|l**/keep
two stars in a name|**eep|-lib/deep -lib/deep/keep -lib/deep/more -lib/deep/more/keep -lib/deep/x.pyc
three stars|***
class|q[12]
range|q[0-9]
negated class|q[^1]
exclamation mark in a class|q[!1]
class over all letters|[a-z]*
class that has a bracket|[\\[]x]
class that takes a slash|a[^x]b
escaped star|star\\*
escaped bracket|\\[x\\]
escaped backslash|back\\\\slash
caret in a name|car^et|-car^et
bracket that closes nothing|x]
exception|*\n!x.py
exception of a folder|*\n!lib
exception in an excluded folder|lib\n!lib/deep/keep
exception of a star in an excluded folder|lib\n!lib/*.py
exception by two stars|*\n!**/*.py|+a +a/x.py +lib +lib/x.py
exception by two stars last|*\n!lib/**
exception by two stars below|lib\n!lib/**/keep|+lib +lib/deep +lib/deep/keep +lib/deep/more +lib/deep/more/keep
exception first|!lib\nlib|-lib
exception between|lib\n!lib/deep\nlib/deep/more
exception of nothing|*\n!none
exception and blanks|*\n!  x.py
exception and a slash|*\n!/x.py
exception of the root|*\n!.
exclamation mark twice|*\n!!bang
escaped exclamation mark|\\!bang
slash and exclamation mark|*\n/!x.py
file, then exception of its folder|lib/x.py\n!lib|-lib/x.py
Dockerfile|Dockerfile
itself|.dockerignore
both, and all else|*\n!Dockerfile\n!.dockerignore
link|link
through a link|link/x.py
dangling link|dangling
empty folder|empty
all in an empty folder|empty/*
empty folder by exception|*\n!empty
plus and dot are themselves|a.b\nx.p+
dollar and braces|$\n{a,lib}
'

CONFIG='{"schema": "cog/config-1", "config": {}, "source": {"file": "cog.yaml", "positions": {}}}'

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
}

setup_file() {
    load lib
    cd "$BATS_FILE_TMPDIR" || exit
    DOCKER=/usr/bin/docker # Debian's: 20.10
    [ -x "$DOCKER" ] || DOCKER=docker
    export DOCKER DOCKER_BUILDKIT=1
    mkdir rows sent copied newer
    printf 'FROM scratch\nCOPY . /\n' >Dockerfile
    tree
    local number=0 rule
    while IFS='|' read -r _ rule _; do
        number=$((number + 1))
        cp -a tree "rows/$number"
        printf '%b' "$rule" >"rows/$number/.dockerignore"
    done <<<"$(rows)"
    copy_all
    send_all
}

rows() {
    sed '/^$/d' <<<"$ROWS"
}

# tree: the folder that all rows are about.
tree() {
    mkdir -p tree/{a/b,A,.dir,lib/deep/more,empty}
    cd tree || return
    touch a/b/c a/b/d.txt a/x.py ab A/up .hidden .dir/in x.py y.pyc lib/{x.py,y.pyc} \
        lib/deep/{keep,x.pyc} lib/deep/more/keep q1 q2 'q!' Dockerfile \
        'sp ace' 'tail ' '#note' '!bang' '[x]' 'x]' 'star*' stars 'back\slash' 'car^et' \
        $'\xc3\xa9' $'e\xcc\x81' a.b aab '{a,lib}' '$'
    ln -s lib link
    ln -s nowhere dangling
    cd ..
}

# copy_all: what `docker build` copies of each row, to copied/NUMBER.
copy_all() {
    # shellcheck disable=SC2016 # the inner shell expands
    seq "$(rows | wc -l)" | xargs -P 4 -I N sh -c '
        "$DOCKER" build -q -f Dockerfile -o type=tar,dest=copied/N.tar rows/N 2>copied/N.err || exit
        tar --quoting-style=literal -tf copied/N.tar | sed "s,/$,," | sort >copied/N'
}

# send_all: the same of cog, to sent/NUMBER: all rows are contexts of one build, whose last step was
# never run before, so that the engine has no result of it.
send_all() {
    local number
    for number in $(seq "$(rows | wc -l)"); do
        cog-detect -C "rows/$number" <<<"$CONFIG" | jq -c --arg n "$number" '{($n): .facts.ignore}'
    done | jq -s --arg mark "$$-$RANDOM" 'add | {
      schema: "cog/plan-1", platform: {os: "linux", arch: "amd64"}, decisions: [], images: {},
      contexts: with_entries(.value = {path: "rows/\(.key)", exclude: .value} | .key = "r\(.key)"),
      source: {file: "cog.yaml", positions: {}},
      stages: [{id: "all", phase: "build.base", source: {image: "python:3.13-slim-trixie"}, provides: [], operations: [
        (keys[] | {op: "copy", from: {local: "r\(.)"}, src: ["/"], dest: "/rows/\(.)/", contents: true, why: [{rule: "test"}]}),
        {op: "exec", argv: ["find", "/rows", "-mindepth", "2", "-printf", "%P\n"],
         env: {MARK: $mark}, why: [{rule: "test"}]}]}],
      export: {stage: "all", tags: ["cog-test-ignore"], label_files: {}, labels: {}, image: {
        env: {}, entrypoint: [], cmd: ["true"], workdir: "/", user: "", exposed_ports: []}}}' |
        cog-resolve --no-lock | cog-llb >build.json
    cog-submit --progress=plain --no-export <build.json >/dev/null 2>log || { cat log; return 1; }
    for number in $(seq "$(rows | wc -l)"); do
        sed -n "s,^#[0-9]* [0-9.]*s $number/,,p" log | sort >"sent/$number"
    done
}

# newer NUMBER DIFFERENCE: what a newer docker build copies.
newer() {
    local left taken
    left=$(tr ' ' '\n' <<<"$2" | sed -n 's/^-//p')
    taken=$(tr ' ' '\n' <<<"$2" | sed -n 's/^+//p')
    { cat "copied/$1" && echo "$taken"; } | grep -vxF -e "$left" | sed '/^$/d' | sort -u
}

@test "cog sends what docker build copies" {
    cd "$BATS_FILE_TMPDIR"
    number=0 failed=0
    while IFS='|' read -r what _ difference; do
        number=$((number + 1))
        [ -s "copied/$number.tar" ] || cat "copied/$number.err"
        expected=copied/$number
        if [ -n "$difference" ]; then
            expected=newer/$number
            newer "$number" "$difference" >"$expected"
        fi
        diff -u "$expected" "sent/$number" || {
            echo "$number: $what"
            failed=1
        }
    done <<<"$(rows)"
    [ "$number" -ge 90 ]
    [ "$failed" = 0 ]
}

@test "what Docker refuses is refused, with its line" {
    mkdir folder
    for pattern in '[' 'a[b' '[^' 'a/[]x]' '[a-]' '[z-a]' '!' '! ' 'a/\d[' '[a'; do
        printf 'fine\n%s\n' "$pattern" >folder/.dockerignore
        touch folder/file
        if "$DOCKER" build -q -f "$BATS_FILE_TMPDIR/Dockerfile" -o type=tar,dest=- folder >tar 2>err; then
            echo "Docker takes $pattern" && return 1
        fi
        refuses ignore.pattern cog-detect -C folder <<<"$CONFIG"
        grep -q '^folder/.dockerignore:2:\|^.dockerignore:2:' "$BATS_TEST_TMPDIR/err"
    done
}

@test "what Docker reads as a piece of a regular expression is refused" {
    for pattern in 'bin\Debug' '\d*' '[\w]' '[*]' '[?]' '[[:alpha:]]' '^a*' '\é'; do
        printf '%s\n' "$pattern" >.dockerignore
        refuses ignore.pattern cog-detect <<<"$CONFIG"
    done
}
