# build.sh - cog build and cog push.
# shellcheck shell=sh

cmd_build() {
    make_work
    make_project
    read_schema
    make_image "$@"
    note_names 'Image built as'
}

# note_names WORDS: what Cog says, for scripts that look for it, with each name of the image.
note_names() {
    names=$(sed -n '/"tags":\["/{ s/.*"tags":\["\([^]]*\)"\].*/\1/; s/","/ /g; p; }' <"$work/image.json")
    for built in $names; do
        built=${built#docker.io/}
        note "$1 ${built#library/}"
    done
}

# The name says where to, so there is no default for it.
cmd_push() {
    cmd_build "$@" 'cog-submit --push' ${operand:+"cog-submit --tag=$operand"}
    note_names 'Image pushed as'
}
