# local.sh - cog run --local and cog serve --local: under the Python of the project, without a container.
# shellcheck shell=sh

# What only a container can do is refused.
check_local() { # WORD...
    [ -z "$operand" ] || die 2 "--local runs the project of this folder; leave out $operand" usage.operand
    command -v python3 >/dev/null || die 3 '--local needs python3, which is not installed' local.python
    for word; do
        case $word in
        'container --env='* | 'container --setup-timeout='*) ;;
        'container '*)
            word=${word#container }
            die 2 "${word%%=*} is for containers; leave it out with --local" usage.option
            ;;
        esac
    done
}

# run_locally WORD...: cog-predict with those words that are for it, and the server as long as it runs.
run_locally() {
    set -- "cog-local -C" "cog-local $root" ${schema:+"cog-local --openapi=$work/openapi.json"} "$@" 'cog-local cog-predict' 'cog-local --output-only'
    for word; do
        case $word in
        'cog-predict '*) set -- "$@" "cog-local ${word#cog-predict }" ;;
        esac
    done
    call cog-local "$@" <"$work/project.json"
}

# The server reads the model's schema by itself, with the Python of the project.
serve_locally() { # WORD...
    make_project
    set -- ${watch:+'cog-local --watch'} ${upload_url:+"cog-local --upload-url=$upload_url"} "$@"
    openapi=${openapi:-${COG_OPENAPI_SCHEMA:-}}
    note_address
    replace cog-local ${openapi:+"cog-local --openapi=$openapi"} "cog-local -C" "cog-local $root" "cog-local --host=$host" "cog-local --port=$port" "$@" <"$work/project.json"
}
