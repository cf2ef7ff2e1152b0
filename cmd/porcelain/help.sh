# help.sh - cog help, version and completion, and what a misspelt word may have meant.
# shellcheck shell=sh

# The commands that are programs of their own, with what they do.
programs='
login||keep the password of a registry for push and build
pull||fetch an image from its registry into the engine
'

help_all() {
    printf 'Usage: cog COMMAND [OPTION...]\nBuilds and runs machine-learning models as container images.\n\nCommands:\n'
    IFS=$newline
    for line in $commands $programs; do
        name=${line%%|*}
        case $programs in
        *"$newline$name|"*) command -v "cog-$name" >/dev/null || continue ;;
        esac
        printf '  %-14s %s\n' "$name" "${line##*|}"
    done
    unset IFS
    cat <<'END_OF_HELP'
  NAME           run the program cog-NAME, such as cog llb

Options before the command:
      --debug                print each program as it is run
      --no-color             write without colours
      --registry HOST        the registry of names without one
  -h, --help                 print this help
      --version              print the version

"cog help COMMAND" tells the options of a command. See cog(1), and cog(7) for the programs behind it.
END_OF_HELP
}

help_command() { # COMMAND
    command=$1
    if [ "$command" = --all ]; then
        help_all
        command='' groups='project image build push container run train exec serve plan doctor config validate playground help'
        printf '\nOptions of the commands:\n'
        help_options
    elif find_command "$command"; then
        purpose=$(printf '%.1s' "$text" | tr '[:lower:]' '[:upper:]')${text#?}
        printf 'Usage: cog %s [OPTION...]%s\n%s.\n\nOptions:\n' "$command" "${operands:+ $operands}" "$purpose"
        help_options
        printf '\nSee cog(1).\n'
    else
        run_other --help
    fi
}

help_options() {
    IFS=$newline
    for line in $options; do
        unset IFS
        split "$line"
        belongs "$scope" || continue
        case $argument in
        '' | '['=*) name=$long$argument ;;
        *) name="$long $argument" ;;
        esac
        printf '  %-3s %-27s %s\n' "${short:+$short,}" "$name" "$text"
    done
}

# The long options of the command, one a line.
option_names() {
    IFS=$newline
    for line in $options; do
        unset IFS
        split "$line"
        ! belongs "$scope" || printf '%s\n' "$long"
    done
}

suggest_command() { # WORD
    case $1 in
    auth | authenticate | authorize) echo login ;;
    new | start) echo init ;;
    migrate) echo 'doctor --fix' ;;
    *) suggest "$1" "$(printf '%s' "$commands$programs" | sed 's/|.*//')" ;;
    esac
}

# suggest WORD LIST: the word of the list, one a line, that is nearest by letters left out, put in, changed or swapped; none
# when more than a third of them is wrong.
suggest() {
    printf '%s\n' "$2" | WORD=$1 awk '
    function least(x, y) { return x < y ? x : y }
    function distance(a, b,    d, i, j) {
        for (i = 0; i <= length(a); i++) d[i, 0] = i
        for (j = 0; j <= length(b); j++) d[0, j] = j
        for (i = 1; i <= length(a); i++)
            for (j = 1; j <= length(b); j++) {
                d[i, j] = d[i - 1, j - 1] + (substr(a, i, 1) != substr(b, j, 1))
                d[i, j] = least(d[i, j], least(d[i - 1, j], d[i, j - 1]) + 1)
                if (i > 1 && j > 1 && substr(a, i, 1) == substr(b, j - 1, 1) && substr(a, i - 1, 1) == substr(b, j, 1))
                    d[i, j] = least(d[i, j], d[i - 2, j - 2] + 1)
            }
        return d[length(a), length(b)]
    }
    BEGIN { word = substr(ENVIRON["WORD"], 1, 40); gsub(/^--?/, "", word); limit = length(word) / 3 + 0.5 }
    { name = $0; sub(/^--/, "", name); found = distance(word, name)
      if (name != "" && found <= limit) { limit = found - 0.1; best = $0 } }
    END { print best }'
}

cmd_help() {
    show_help ${operand:+"$operand"}
}

cmd_version() {
    printf 'cog %s\n' "$version"
}

cmd_weights() {
    die 1 'managed weights are not built: files of weights in the project have layers of their own in every image, and "cog build" sends and stores them once' cog.weights
}

cmd_completion() {
    case $operand in
    bash | zsh | fish) ;;
    *) die 2 "there are completions for bash, zsh and fish; as \"cog completion bash\"" usage.operand ;;
    esac
    # shellcheck source=cmd/porcelain/completion.sh
    . "$share/porcelain/completion.sh"
    "complete_$operand"
}
