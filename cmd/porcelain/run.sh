# run.sh - cog run and cog train.
# shellcheck shell=sh

# Sets $json: the inputs are read twice, to check them and to predict.
set_json() {
    if [ "$json" = - ] || [ "$json" = @- ]; then
        stage cat >"$work/inputs.json" || exit "$status"
        json=@$work/inputs.json
    elif [ -z "$json$inputs" ]; then
        json={}
    fi
}

# fetch_image: where the engine lacks an image whose name begins with a registry. A name without one was built here, or is wrong.
fetch_image() {
    registry=${operand%%/*}
    [ "$registry" != "$operand" ] || return 0
    case $registry in
    *[.:]* | localhost) ;;
    *) return 0 ;;
    esac
    for word; do
        case $word in 'cog-submit --progress='*) set -- "$@" "cog-pull ${word#cog-submit }" ;; esac
    done
    call cog-pull 'cog-pull --missing' "cog-pull $operand" "$@" || exit "$status"
}

cmd_run() {
    [ "$stack" = python ] || die 2 "images of --stack $stack answer no predictions" usage.option
    case $operand in
    *=*) die 2 "\"$operand\" is not an image; did you mean -i $operand?" usage.operand ;;
    */*) [ ! -f "$operand" ] || die 2 "\"$operand\" is a file, not an image; \"cog exec $operand\" runs it" usage.operand ;;
    esac
    [ -z "$locally" ] || check_local "$@"
    make_work
    [ -z "$json" ] || set -- "$@" 'cog-predict --whole'
    set_json
    set -- "$@" ${json:+"cog-predict --json=$json"}
    if [ -z "$operand" ]; then
        make_project
        read_schema
        if [ -n "$schema" ]; then
            call cog-predict "cog-predict --check" "cog-predict --schema=$work/openapi.json" "$@" || exit "$status"
        else
            [ -n "$locally" ] || note 'the inputs are checked once the image is built'
        fi
        [ -z "$locally" ] || {
            run_locally "$@"
            return
        }
        default_tag
        operand=${tag:-$name}
        make_image "$@" "cog-submit --tag=$operand" 'cog-submit --load'
    else
        fetch_image "$@"
    fi
    call cog-predict "cog-predict --env=COG_ALLOWED_NETWORKS=$networks" "cog-predict --add-host=$host_name" \
        "cog-predict --progress" "cog-predict --output-only" "cog-predict --image=$operand" "$@"
}

cmd_train() {
    cmd_run 'cog-predict --train' 'cog-local --train' "$@"
}
