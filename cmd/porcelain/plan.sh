# plan.sh - the commands that look at a project and build nothing.
# shellcheck shell=sh

cmd_plan() {
    make_work
    make_project
    make_plan "$@"
    if [ -n "$diff" ]; then
        call cog-explain "cog-explain --diff=$diff" <"$work/plan.json"
    elif [ -z "$json" ] && [ -t 1 ]; then
        call cog-explain <"$work/plan.json"
    else
        stage cat <"$work/plan.json"
    fi
}

cmd_explain() {
    make_work
    make_project
    make_plan "$@"
    call cog-explain ${operand:+"cog-explain $operand"} <"$work/plan.json"
}

cmd_debug() {
    note "there is no Dockerfile: this is the plan that BuildKit is given; see cog help plan"
    cmd_explain "$@"
}

# A plan that is not resolved is not yet one that cog-llb takes, but it is as right as it can be without an engine.
cmd_validate() {
    make_work
    make_project
    read_schema
    make_plan "$@"
    run plan validated cog-validate "$@"
    run_programs plan "$@"
    [ "$root" = . ] || file=$root/$file
    note "$file is valid"
}

cmd_config() {
    make_work
    find_project
    call cog-config "cog-config $root/$file"
}
