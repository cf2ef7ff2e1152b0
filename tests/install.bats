#!/usr/bin/env bats
# install.bats - what `make install` puts where, that it works there, and that uninstall takes
# it all away again.

setup() {
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    root=$BATS_TEST_TMPDIR/root
}

# quietly TARGET: make's jobs and flags are not inherited, its output is shown on failure only.
quietly() {
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "$TOP" PREFIX=/opt/cog DESTDIR="$root" "$1" >/dev/null
}

@test "install puts programs, wheels, schemas and pages below DESTDIR and PREFIX" {
    quietly install
    cd "$root/opt/cog"
    [ -x bin/cog ]
    for source in "$TOP"/cmd/cog-*.c; do
        name=$(basename "$source" .c)
        [ -x "bin/$name" ]
    done
    for page in "$TOP"/man/*.[1-8]; do
        cmp "$page" "share/man/man${page##*.}/${page##*/}"
    done
    for schema in "$TOP"/schemas/*.json; do
        cmp "$schema" "share/cog/schemas/${schema##*/}"
    done
    [ "$(find share/cog/wheels -name '*.whl' | wc -l)" -ge 2 ]
    [ -z "$(find "$root" -type f ! -path "$root/opt/cog/*")" ]
}

@test "what is installed runs from where it is" {
    quietly install
    mkdir project
    cd project
    project
    PATH=$root/opt/cog/bin:/usr/bin:/bin
    cog --version | grep -F "$(cat "$TOP/VERSION")"
    cog plan >plan.json
    jq -e '.schema == "cog/plan-1"' plan.json
}

@test "the schema reader is installed compiled, and never stale" {
    quietly install
    python=$root/opt/cog/share/cog/python
    file=$python/cog/schema/__main__.py
    [ "$(find "$python" -name '*.py' | wc -l)" = "$(find "$python" -name '*.pyc' | wc -l)" ]
    usage() { python3 -I -S -c "import sys; sys.path[:0] = ['$python']; import cog.schema.__main__ as m; print(m._USAGE)"; }
    usage | grep '^usage:'
    # The same size, at the same time.
    cp -p "$file" before
    sed -i 's/"usage:/"USAGE:/' "$file"
    touch -r before "$file"
    usage | grep '^USAGE:'
}

@test "uninstall leaves what it did not put there, and nothing else" {
    quietly install
    echo mine >"$root/opt/cog/bin/mine"
    quietly uninstall
    [ "$(find "$root" ! -type d)" = "$root/opt/cog/bin/mine" ]
}

@test "dist: the same bytes at another time, with other settings" {
    git -C "$TOP" rev-parse --verify -q HEAD || skip "it takes a repository of git"
    quietly dist
    archive=$TOP/build/cog-$(cat "$TOP/VERSION").tar.gz
    cp "$archive" first
    now=$(date +%s)
    until [ "$(date +%s)" -gt "$now" ]; do sleep 0.1; done
    (umask 077 && TZ=Asia/Kathmandu LC_ALL=C quietly dist)
    cmp first "$archive"
}

@test "html: every page, readable on a phone, with links that lead somewhere" {
    make -s -C "$TOP" html
    cd "$TOP/build/html"
    for page in "$TOP"/man/*.[1-8] index; do
        grep -q 'name="viewport"' "${page##*/}.html"
        grep -q 'href="pages.css"' "${page##*/}.html"
    done
    while IFS= read -r link; do
        [ -s "$link" ] || { echo "$link is linked, and is not there" && return 1; }
    done < <(grep -oh 'href="[^"#:]*' ./*.html | sed 's/href="//; /^$/d' | sort -u)
}
