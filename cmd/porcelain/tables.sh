# tables.sh - the commands and options of cog, and how they are found. Help and completions are made of them, too.
# shellcheck shell=sh

# name | operands | its options are those of these groups | what it does
commands='
init|||write the first files of a project
build||project image|build the project into an image
run|[IMAGE]|project image container|run a prediction with the project, or with an image
exec|COMMAND [ARG...]|project image container|run a command in the environment of the project
serve||project image container|run the HTTP server of the model with the files of the project
push|[IMAGE]|project image|build the project and push the image to a registry
plan||project|print the plan of the build: as JSON, on a terminal for people
explain|[KEY]|project|tell what the plan does and why, or what it says of KEY
validate||project|check the project, as far as that goes without an engine
doctor||config|look for what is wrong with a project
config||config|print what cog.yaml says, as JSON
debug||project image|print the steps of the build
train|[IMAGE]|project image container|run a training (deprecated)
weights|[ARG...]||say what there is instead of managed weights
playground|||show the page of a running model in a browser
completion|SHELL||print completions for bash, zsh or fish
help|[COMMAND]||tell how a command is used
version|||print the version
'

# long | short | value | groups or commands | who gets it | what it does. $: cog itself, -: nobody, !: nobody, which is said.
options='
--file|-f|FILE|project config|$|the configuration (default: cog.yaml here or above)
--tag|-t|NAME|image|$|name of the image
--input|-i|NAME=VALUE|run train|$|an input; @FILE for a file; repeatable
--json||TEXT|run|$|the inputs as JSON, or @FILE, or - for stdin
--output|-o|FILE|run train|cog-predict|where to write the output
--json|||plan|$|print JSON on a terminal, too
--json|||doctor|$|print the findings as JSON
--fix|||doctor|$|make the edits that are safe, and print them as a diff
--force|||doctor|$|edit even where git could not take it back
--diff||OLD|plan|$|tell what differs from the plan in the file OLD, and what will run again
--publish|-p|PORT|exec|cog-exec|publish a port of the container, at 127.0.0.1 or as HOST:PORT; repeatable
--files||HOW|exec serve|cog-exec|mount the files of the project, or copy them (default: by where the engine is)
--host||ADDRESS|serve|$|the address to listen on (default: 127.0.0.1)
--port|-p|PORT|serve|$|the port to listen on (default: 8393)
--watch|||serve|$|start the model again when a Python file changes
--upload-url||URL|serve|$|send files of outputs there
--local|||run train serve|$|use the Python of the project, without a container
--playground|||serve|-|changes nothing: the page is always there, at /docs
--playground-port||PORT|serve|-|changes nothing
--target||URL|playground|$|the address of the model (default: http://localhost:8393)
--host||ADDRESS|playground|-|changes nothing: the page comes from the model itself
--port|-p|PORT|playground|-|changes nothing
--webhook-host||HOST|playground|-|changes nothing
--dry-run|||weights|-|changes nothing
--verbose|-v||weights|-|changes nothing
--json|||weights|-|changes nothing
--image-name||NAME|debug|-|changes nothing
--no-open|||playground|$|print the address, and start no browser
--env|-e|NAME=VALUE|container|container|a variable of the container; NAME alone: as it is here; repeatable
--gpus||GPUS|container|container|all, a number, or device=0,1
--mount||SPEC|container|container|src=DIR,dst=/DIR[,readonly]: a folder in the container; repeatable
--shm-size||SIZE|container|container|shared memory, such as 8g (default: 6g)
--setup-timeout||SECONDS|run train|container|how long setup may take (default: 300)
--timeout||SECONDS|run train|cog-predict|how long the prediction may take (default: no limit)
--stream|||run|cog-predict|print the events of the prediction, one a line
--use-replicate-token|||run|cog-predict|give the model REPLICATE_API_TOKEN as context
--progress||MODE|image|cog-submit|auto, plain, tty, rawjson or quiet
--timings|||build push|cog-submit|print what the time of each step was spent on
--builder||URL|image|$|the engine to use; several with commas or repeated, of which one builds
--tlscacert||FILE|image|$|authorities of the certificate of a tcp:// engine
--tlscert||FILE|image|$|the certificate to show it
--tlskey||FILE|image|$|the key of that
--tlsdir||DIR|image|$|a folder with ca.pem, cert.pem and key.pem
--tlsservername||NAME|image|$|the name that the certificate of the engine has
--output|-o|OUTPUT|build|cog-submit|type=TYPE,dest=FILE,KEY=VALUE or a folder, instead of an image in the engine; repeatable
--load|||build|cog-submit|load the image into the Docker engine, from another builder
--push|||build|cog-submit|push the image to the registry that its name begins with
--cache-from||CACHE|image|cog-submit|type=TYPE,KEY=VALUE or an image: where the builder may find what was built; repeatable
--cache-to||CACHE|image|cog-submit|type=TYPE,KEY=VALUE or an image: where it puts that; repeatable
--provenance||[=ATTRS]|build push|cog-submit|attest how the image was built
--sbom||[=ATTRS]|build push|cog-submit|attest what the image holds
--iidfile||FILE|build push|cog-submit|write the digest of the image there
--metadata-file||FILE|build push|cog-submit|write what the exporters tell there
--secret||SPEC|image|cog-submit|id=ID,src=FILE, env=NAME or fd=NUMBER; repeatable
--ssh||ID[=SOCKET]|image|cog-submit|an SSH agent (default: that of SSH_AUTH_SOCK); repeatable
--no-cache||[=STAGE]|image|cog-llb|run every step again, or those of STAGE; repeatable
--registry-mirror||MIRROR|image|cog-resolve|URL or REGISTRY=URL, which is asked for base images first; repeatable
--locked|||image|cog-resolve|refuse base images that cog.lock does not pin
--update|||image|cog-resolve|pin base images anew
--offline|||image|cog-resolve|use only images that the engine has
--stack||NAME|project|$|what the project is: python (default), or custom (no model)
--base||IMAGE|project|cog-plan|begin with this image; IMAGE,python=3.11 says what it has
--catalog||FILE|project|$|choose among the base images of this table
--wheelhouse||DIR|project|$|take Python packages from the folder DIR, not from an index
--ca-in-image|||project|cog-plan|have the image trust the certificates of COG_CA_CERT
--filter||CMD|project|$|change the plan with a shell command, such as jq; repeatable
--policy||FILE|image validate|$|a JSON Schema or jq program that the plan must fit; repeatable
--openapi-schema||FILE|image|$|the OpenAPI document of the model, which its source is not read for
--timestamp||SECONDS|image|$|as SOURCE_DATE_EPOCH
--keep||DIR|project|$|leave the documents between the programs in DIR
--registry||HOST|image|$|the registry of names without one
--separate-weights|||image|-|changes nothing: weights always have layers of their own
--precompile|||image|-|changes nothing: Python files are always compiled
--skip-schema-validation|||image|-|changes nothing: a schema is right, or it is not built
--use-cog-base-image||[=BOOL]|image container|!|images begin with public base images, or with those of --base and --catalog
--use-cuda-base-image||[=BOOL]|image container|!|what the packages need decides it; see cog explain
--strip|||image|!|libraries stay as they were published
--dockerfile||FILE|image|$|is refused: images are made without a Dockerfile
--all|||help|$|tell the options of all commands
--debug|||any|$|print each program as it is run
--no-color|||any|$|write without colours
--help|-h||any|$|print this help
'

newline='
'

# Whether an option with the groups $1 is one of the command's.
belongs() {
    for group in $1; do
        case " $command any $groups " in
        *" $group "*) return 0 ;;
        esac
    done
    return 1
}

# split LINE: a line of the table of options, into $long, $short, $argument, $scope, $target and $text.
split() {
    long=${1%%|*} text=${1#*|}
    short=${text%%|*} text=${text#*|}
    argument=${text%%|*} text=${text#*|}
    scope=${text%%|*} text=${text#*|}
    target=${text%%|*} text=${text#*|}
}

# Splits the line of the command's option that has this name, long or short.
find_option() {
    IFS=$newline
    for line in $options; do
        unset IFS
        split "$line"
        case $1 in
        "$long" | "$short") ! belongs "$scope" || return 0 ;;
        esac
    done
    return 1
}

# Sets $operands, $groups and $text to what the table says of a command.
find_command() {
    case $commands in
    *"$newline$1|"*) ;;
    *) return 1 ;;
    esac
    text=${commands#*"$newline$1|"} text=${text%%"$newline"*}
    operands=${text%%|*} text=${text#*|}
    groups=${text%%|*} text=${text#*|}
}

show_help() { # [COMMAND]
    # shellcheck source=cmd/porcelain/help.sh
    . "$share/porcelain/help.sh"
    if [ $# = 0 ]; then help_all; else help_command "$1"; fi
}

unknown_option() {
    # shellcheck source=cmd/porcelain/help.sh
    . "$share/porcelain/help.sh"
    hint=$(suggest "$1" "$(option_names)")
    hint=${hint:+did you mean $hint? See}
    die 2 "unknown option $1; ${hint:-see} cog help $command" usage.option
}

# A program cog-NAME beside this one or in the PATH, which gets the words as they are.
run_other() {
    case $command in
    *[!A-Za-z0-9_-]*) ;;
    *) ! command -v "cog-$command" >/dev/null || exec "cog-$command" "$@" ;;
    esac
    # shellcheck source=cmd/porcelain/help.sh
    . "$share/porcelain/help.sh"
    hint=$(suggest_command "$command")
    hint=${hint:+did you mean \"$hint\"? See}
    die 2 "unknown command \"$command\"; ${hint:-see} cog --help" usage.command
}
