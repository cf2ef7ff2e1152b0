# spy.bash - cog with programs that note what they are given; what needs an engine does nothing else. `load spy`.
# shellcheck shell=bash

# spies: installs them below the current folder, first in PATH.
spies() {
    export SPY=$PWD/spy
    mkdir -p spy usr/bin
    ln -s "$TOP/build/share" usr/share
    cp "$COG_BIN/cog" usr/bin
    for program in "$COG_BIN"/cog-*; do
        spy "${program##*/}" "exec \"$program\" \"\$@\""
    done
    for program in resolve validate llb; do spy "cog-$program" 'exec cat'; done
    # shellcheck disable=SC2016 # it is the script that expands it
    spy cog-submit 'for word; do case $word in --check) exit ;; --document=*) exec cat >"${word#*=}" ;; esac; done; exec cat'
    for program in predict exec; do spy "cog-$program" exit; done
    PATH=$PWD/usr/bin:$PATH
}

# spy PROGRAM LINE: one that leaves its words in $SPY/PROGRAM, each ended by NUL, and goes on as LINE says.
spy() {
    # shellcheck disable=SC2016 # it is the script that expands it
    printf '#!/bin/sh\n[ $# = 0 ] || printf "%%s\\0" "$@" >>"$SPY/%s"\n%s\n' "$1" "$2" >"usr/bin/$1"
    chmod +x "usr/bin/$1"
}

# given PROGRAM WORD: the program got this word.
given() {
    local words word
    mapfile -d '' words <"$SPY/$1"
    for word in "${words[@]}"; do [ "$word" != "$2" ] || return 0; done
    told "$1 did not get $2" tr '\0' '\n' "$SPY/$1"
}
