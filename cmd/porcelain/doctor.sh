# doctor.sh - cog doctor: what is wrong with a project, with its messages from all programs of the chain.
# shellcheck shell=sh

# ask COMMAND...: runs a program whose messages are what is wanted of it.
ask() {
    stage "$@" 2>>"$work/messages" || [ "$status" != 130 ] || exit 130
    return "$status"
}

# Makes the documents as far as that goes. Says whether there is a project.
collect() {
    set -- "--diagnostics=json"
    : >"$work/messages"
    ask cog-config "$@" "$root/$file" >"$work/config.json" || return 1
    ask cog-detect "$@" -C "$root" <"$work/config.json" >"$work/project.json" || return 1
    if ! command -v python3 >/dev/null; then
        note_unread 'not installed'
    else
        ask python3 -I -S -c "$start_schema" "$share/python" --config - -C "$root" \
            <"$work/project.json" >"$work/openapi.json" || [ "$status" != 42 ] || note_unread 'older than 3.10'
    fi
    ask cog-plan "$@" <"$work/project.json" >"$work/plan.json" || true
    gpu=
    [ -n "${COG_SKIP_GPU_CHECK:-}" ] || ! command -v nvidia-smi >/dev/null ||
        gpu=$(nvidia-smi --query-gpu=driver_version,compute_cap --format=csv,noheader 2>/dev/null | head -n 1)
    [ -n "${COG_SKIP_DOCKER_CHECK:-}" ] || ask cog-submit "$@" --capabilities >"$work/engine.json" || true
}

# report WORD...: what cog-doctor makes of it, with these options.
report() {
    if collect; then
        [ ! -s "$work/plan.json" ] || set -- "--plan=$work/plan.json" "$@"
        [ -z "$gpu" ] || set -- "--driver=${gpu%%,*}" "--compute-capability=${gpu##*[, ]}" "$@"
        stage cog-doctor -C "$root" --messages="$work/messages" "$@" <"$work/project.json"
    else
        stage cog-doctor -C "$root" --messages="$work/messages" --messages-only "$@" </dev/null
    fi
}

# Edits can be taken back where git has what was there before.
check_clean() {
    changes=$(git -C "$root" status --porcelain --untracked-files=no . 2>/dev/null) ||
        die 1 "the project is in no git repository, which could take edits back; --force makes them all the same" doctor.repository
    [ -z "$changes" ] || die 1 "there are changes that are not committed; commit them, or say --force" doctor.changes
}

cmd_doctor() {
    make_work
    find_project
    if [ -n "$fix" ]; then
        [ -n "$force" ] || check_clean
        report --fix || exit "$status"
    fi
    if [ -n "$json" ]; then
        report || exit "$status"
    else
        report --text || exit "$status"
    fi
}
