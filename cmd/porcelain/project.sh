# project.sh - from a project to a plan and to an image, for the commands that do that.
# shellcheck shell=sh

# The folder of the documents, which is removed in the end unless --keep names one.
make_work() {
    trap interrupted HUP INT QUIT PIPE TERM
    if [ -n "$keep" ]; then
        mkdir -p -- "$keep"
        # Requirements may hold passwords of indexes; what programs write elsewhere is as the user wants it.
        mask=$(umask)
        umask 077
        work=$(cd -- "$keep" && pwd -P)
    else
        trap 'rm -rf -- "$work"' EXIT
        work=$(mktemp -d "${TMPDIR:-/tmp}/cog.XXXXXX") ||
            die 3 "cannot make a folder for the documents of a build; name one that exists with TMPDIR" machine.write
        command -v flock >/dev/null || return 0
        exec 8<"$work" # which the programs that are started inherit
        flock 8
        remove_stale
    fi
}

# Whoever is killed leaves a folder, with the passwords of indexes in its documents. No lock: nobody uses it any more.
remove_stale() {
    set +f
    for folder in "${TMPDIR:-/tmp}"/cog.??????; do
        [ "$folder" = "$work" ] ||
            find "$folder" -prune -type d -mmin +1 -exec flock -n {} rm -rf -- {} \; 2>/dev/null || true
    done
    set -f
}

# Sets $root and $file: the folder of cog.yaml, here or above, and its name in it.
find_project() {
    case $file in
    /*) root=${file%/*}/ ;;
    */*) root=./${file%/*} ;;
    *) root=. ;;
    esac
    file=${file##*/}
    while [ ! -e "$root/$file" ]; do
        if [ "$(cd "$root" && pwd -P)" = / ]; then
            [ "$file" != cog.yaml ] || hint='; "cog init" writes one'
            die 1 "found no $file in this folder or a parent of it${hint:-}" cog.project
        fi
        root=$root/..
    done
}

# run IN OUT PROGRAM WORD...: one link of the chain, from one document to the next.
run() {
    in=$1 out=$2
    shift 2
    call "$@" <"$work/$in.json" >"$work/$out.json" || exit "$status"
}

# Runs cog.schema from the folder that comes first; 42: this Python is too old for it, 43: only the image tells, which it has said.
start_schema='import sys
if sys.version_info < (3, 10): sys.exit(42)
sys.path.insert(0, sys.argv.pop(1))
from cog.schema.__main__ import main
sys.exit(main())'

check_schema='import json, sys
json.load(sys.stdin)["components"]["schemas"]["Input"].items()'

# COG_SDK_WHEEL says which cog package the image gets; a folder stands for the one wheel in it.
choose_sdk() {
    sdk=$COG_SDK_WHEEL
    case $sdk in
    dist | pypi | pypi:* | *://*) return ;;
    esac
    if [ -d "$sdk" ]; then
        set +f
        for wheel in "$sdk"/cog-*.whl; do
            [ "$sdk" = "$COG_SDK_WHEEL" ] || die 1 "there are several wheels in $COG_SDK_WHEEL" cog.sdk
            sdk=$wheel
        done
        set -f
    fi
    [ -f "$sdk" ] || die 1 "COG_SDK_WHEEL names $sdk, which is not a file: path not found" cog.sdk
    case $sdk in
    */*) sdk_folder=${sdk%/*}/ ;;
    *) sdk_folder=. ;;
    esac
}

note_unread() { # WHY
    note "python3 is $1: mistakes in the model are found when the image is built"
}

# Reads the model's inputs from its source, and sets $schema if it could, so that mistakes are found before anything is built. A machine
# without a Python finds them later, and so does one that would have to run the source.
read_schema() {
    [ "$stack" = python ] || return 0
    openapi=${openapi:-${COG_OPENAPI_SCHEMA:-}}
    if [ -n "$openapi" ]; then
        [ -f "$openapi" ] || die 1 "there is no file $openapi" cog.openapi
        cat <"$openapi" >"$work/openapi.json"
        chmod 644 "$work/openapi.json"
        schema=1
    fi
    command -v python3 >/dev/null || {
        [ -n "$schema" ] || note_unread 'not installed'
        return 0
    }
    if [ -n "$schema" ]; then
        stage python3 -I -S -c "$check_schema" <"$work/openapi.json" 2>/dev/null || [ "$status" != 130 ] || exit 130
        [ "$status" = 0 ] || die 1 "$openapi is not an OpenAPI document of a model, with components.schemas.Input" cog.openapi
        return
    fi
    find_record
    if read_record; then
        schema=1
        trace 'the schema is known'
        return
    fi
    # Records of projects that are gone.
    [ -z "$record" ] || find "${record%/*}" -type f -mtime +30 -exec rm -f -- {} +
    # Without site and the variables for Python, which are the user's and take half of the time.
    stage python3 -I -S -c "$start_schema" "$share/python" --config - -C "$root" ${record:+"--record=$record"} \
        <"$work/project.json" >"$work/openapi.json" || case $status in
        42) note_unread 'older than 3.10' ;;
        43) ;;
        *) exit "$status" ;;
        esac
    chmod 644 "$work/openapi.json"
    [ "$status" != 0 ] || schema=1
}

# Sets $record: where the schema of this project is kept, with what it was read from and by. Empty: nowhere.
find_record() {
    record=${COG_CACHE_DIR:-}
    [ -n "$record" ] || record=${XDG_CACHE_HOME:+$XDG_CACHE_HOME/cog}
    [ -n "$record" ] || [ ! -d "${HOME:-}" ] || record=$HOME/.cache/cog
    case $record in
    /*) [ -d "$record/schemas" ] || mkdir -p -- "$record/schemas" 2>/dev/null || record='' ;;
    *) record='' ;;
    esac
    [ -n "$record" ] || return 0
    sum=$(sha256sum <"$work/project.json")
    record=$record/schemas/${sum%% *}
}

# Gives $work/openapi.json when all that it was read from, and the reader, are as they were: the contents of files, and what
# is there or not. The engine knows a file by its mode, too.
read_record() {
    [ -n "$record" ] && [ -f "$record" ] || return 1
    last=$(umask 022 && cd "$work" && sed -n -e '1w openapi.json' -e '/^[fFdD] /w schema.paths' -e 's/^= //w schema.sums' -e '$p' <"$record")
    [ "$last" = "end $share/python" ] || return 1
    (cd "$root" && sha256sum -c <"$work/schema.sums") >/dev/null 2>&1 || return 1
    while IFS= read -r line; do
        path=$root/${line#? }
        case $line in
        'f '*) [ -f "$path" ] ;;
        'F '*) [ ! -f "$path" ] ;;
        'd '*) [ -d "$path" ] ;;
        'D '*) [ ! -d "$path" ] ;;
        esac || return 1
    done <"$work/schema.paths"
}

make_project() {
    find_project
    call cog-config "cog-config $root/$file" >"$work/config.json" || exit "$status"
    run config project cog-detect "cog-detect -C" "cog-detect $root"
}

# A filter leads a group of processes, so that all of them can be ended.
run_filter() {
    trace "$1"
    if command -v setsid >/dev/null; then
        stage setsid sh -c "$1"
    else
        stage sh -c "$1"
    fi <"$work/plan.json" >"$work/filtered.json"
}

make_plan() {
    # The user's own catalogue, unless another one is named.
    if [ "$stack" = python ] && [ -z "$catalog${COG_CATALOG:-}" ]; then
        catalog=${XDG_CONFIG_HOME:-${HOME:-}/.config}/cog/catalog.tsv
        [ -e "$catalog" ] || catalog=
    fi
    set -- ${catalog:+"cog-plan --catalog=$catalog"} "$@"
    if [ -n "${COG_SDK_WHEEL:-}" ] && [ "$stack" = python ]; then
        choose_sdk
        set -- "$@" "cog-plan --sdk=$sdk"
    fi
    run project plan cog-plan ${schema:+"cog-plan --schema"} "$@"
    for word; do
        case $word in
        'filter '*) filter=${word#filter } ;;
        *) continue ;;
        esac
        run_filter "$filter" || [ "$status" = 130 ] ||
            die 1 "the filter \"$filter\" ended with status $status" cog.filter
        [ "$status" = 0 ] || exit "$status"
        # It reads what can be a plan, and nothing else.
        cog-explain <"$work/filtered.json" >/dev/null ||
            die 1 "the filter \"$filter\" wrote no plan" cog.filter
        mv -- "$work/filtered.json" "$work/plan.json"
    done
}

# Sets $name: "cog-" and the folder's name, as far as an image's name can hold it.
default_tag() {
    name=$(cd "$root" && pwd -P)
    name=${name##*/}
    case $name in
    *--* | *[!abcdefghijklmnopqrstuvwxyz0123456789-]*)
        name=$(printf '%s' "$name" | tr '[:upper:]' '[:lower:]' | tr -cs 'a-z0-9' '-')
        ;;
    esac
    name=${name#-}
    [ ${#name} -le 30 ] || name=$(printf '%.30s' "$name")
    name=${name%-}
    name=cog-${name:-model}
}

# run_programs DOCUMENT WORD...: runs each jq program over the plan; what it gives last must be true.
run_programs() {
    in=$1
    shift
    for word; do
        case $word in
        'policy /'*) policy=${word#policy } ;;
        'policy '*) policy=./${word#policy } ;;
        *) continue ;;
        esac
        stage jq -e -f "$policy" <"$work/$in.json" >/dev/null || true
        case $status in
        0) ;;
        1 | 4 | 5) die 1 "the plan is refused by $policy" policy.refused ;;
        127) die 3 "$policy needs jq, which is not installed" policy.jq ;;
        130) exit 130 ;;
        *) die 1 "jq cannot run $policy" policy.program ;;
        esac
    done
}

# What would be found wrong only after the base images were looked up.
check_words() { # WORD...
    call cog-submit 'cog-submit --check' "$@" || exit "$status"
    for word; do
        case $word in
        'policy '*) policy=${word#policy } ;;
        'cog-validate --policy='*) policy=${word#*=} ;;
        *) continue ;;
        esac
        [ -r "$policy" ] || die 1 "the policy $policy cannot be read" policy.missing
    done
}

# One build of a project at a time: they share cog.lock and the image's name. What is locked is cog.yaml, because
# cog-resolve locks the folder while it writes cog.lock.
take_turns() {
    command -v flock >/dev/null && exec 9<"$root/$file" || return 0
    flock -n 9 || {
        note "another build of this project runs; waiting for it"
        stage flock 9 || exit "$status"
    }
}

make_image() {
    check_words "$@"
    take_turns
    make_plan "$@"
    set -- "cog-submit --progress=${BUILDKIT_PROGRESS:-auto}" ${wheelhouse:+"cog-submit --context=wheelhouse=$wheelhouse"} "$@"
    set -- "$@" "cog-resolve -C" "cog-resolve $root" "cog-submit -C" "cog-submit $root"
    [ "$command" = push ] || { default_tag && set -- "$@" "cog-submit --default-tag=$name"; }
    set -- "$@" ${sdk_folder:+"cog-submit --context=sdk=$sdk_folder"}
    run plan resolved cog-resolve "$@"
    run_programs resolved "$@"
    run resolved validated cog-validate "$@"
    run validated build cog-llb "$@"
    # A filter may have left out what needs it.
    if [ -n "$schema" ] && { [ -z "$filter" ] || grep -q '"schema":{"given":true' "$work/build.json"; }; then
        set -- "$@" "cog-submit --context=schema=$work"
    fi
    outputs=
    for word; do
        case $word in "cog-submit --output"*) outputs=yes ;; esac
    done
    if [ -n "$outputs" ]; then # one of which may go to standard output
        call cog-submit "$@" "cog-submit --document=$work/image.json" <"$work/build.json" || exit "$status"
    else
        run build image cog-submit "$@"
    fi
    exec 9<&-
}
