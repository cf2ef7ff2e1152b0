# build.sh - cog build and cog push.
# shellcheck shell=sh

cmd_build() {
    make_work
    make_project
    read_schema
    make_image "$@"
    note_built
}

# What Cog says, for scripts that look for it. A builder that was not told where to put an image has made none.
note_built() {
    name=$(sed -n 's/.*"tags":\["\([^"]*\)".*/\1/p' <"$work/image.json")
    [ -n "$name" ] || return 0
    name=${name#docker.io/}
    note "Image built as ${name#library/}"
}

# The name says where to, so there is no default for it.
cmd_push() {
    make_work
    make_project
    read_schema
    make_image "$@" 'cog-submit --push' ${operand:+"cog-submit --tag=$operand"}
    note_built
    note "Image pushed as $name"
}
