# container.sh - cog exec, cog serve and cog playground.
# shellcheck shell=sh

# Makes an image of the environment alone, which edits of the project's files do not change, and starts a container of it that
# has these files at /src. Its own name keeps it apart from the model's image.
run_in_container() { # WORD...
    make_project
    default_tag
    image=${tag:-$name-environment}
    call cog-exec 'cog-exec --check' "cog-exec --image=$image" "$@" || exit "$status"
    make_image "$@" 'cog-plan --environment' "cog-submit --tag=$image" 'cog-submit --load'
    folder=$(cd "$root" && pwd -P)
    [ "$command" != serve ] || note_address
    replace cog-exec "cog-exec --image=$image" "cog-exec --source=$folder" ${watch:+"cog-exec --watch=$folder"} "$@"
}

cmd_exec() {
    [ "$verbatim" = 1 ] || die 2 "which command is to be run? such as: cog exec python" usage.operand
    make_work
    # The shell tells a command that does not exist from one that cannot be executed, as the image's init does not.
    begun=
    for word; do
        shift
        set -- "$@" "$word"
        case $begun$word in
        'cog-exec --') begun=1 && set -- "$@" 'cog-exec sh' 'cog-exec -c' 'cog-exec exec "$@"' 'cog-exec sh' ;;
        esac
    done
    run_in_container 'cog-exec --interactive' 'cog-exec --trusted' "$@"
}

cmd_serve() {
    check_port
    [ -z "$locally" ] || check_local "$@"
    make_work
    if [ -n "$locally" ]; then
        serve_locally "$@"
    else
        # An option of the server needs all of its command.
        [ -z "$upload_url" ] ||
            set -- "$@" 'cog-exec --' 'cog-exec python' 'cog-exec -m' 'cog-exec cog.server.http' "cog-exec --upload-url=$upload_url"
        run_in_container "cog-exec --publish=$host:$port:5000" "cog-exec --add-host=$host_name" \
            "cog-exec --env=COG_ALLOWED_NETWORKS=$networks" 'cog-exec --env=LOG_FORMAT=console' "$@"
    fi
}

check_port() {
    case $port in
    '' | *[!0-9]* | ??????*) ;;
    *) [ "$port" -gt 65535 ] || return 0 ;;
    esac
    die 2 "--port takes a number up to 65535, not \"$port\"" usage.option
}

note_address() {
    note "serving at http://$host:$port, with a page to try the model at http://$host:$port/docs; Ctrl-C ends it"
}

cmd_playground() {
    url=${url:-http://localhost:8393}
    url=${url%/}/docs
    note "the page of the model is $url"
    [ -z "$no_open" ] || return 0
    for browser in "${BROWSER:-xdg-open}" open; do
        ! command -v "$browser" >/dev/null || exec "$browser" "$url"
    done
    note 'no browser was found; open the address by hand, after "cog serve"'
}
