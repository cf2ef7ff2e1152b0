# completion.sh - completions for shells, from the tables of commands and options.
# shellcheck shell=sh

# each_option FUNCTION: runs it for every option of $command, split.
each_option() {
    IFS=$newline
    for line in $options; do
        unset IFS
        split "$line"
        ! belongs "$scope" || "$1"
    done
}

# each_command FUNCTION: runs it for every command, with $command, $groups and $text.
each_command() {
    IFS=$newline
    for entry in $commands $programs; do
        unset IFS
        command=${entry%%|*} groups=''
        find_command "$command" || text=${entry##*|}
        "$1"
    done
}

command_name() {
    printf ' %s' "$command"
}

bash_option() {
    printf ' %s%s' "$long" "${short:+ $short}"
}

bash_command() {
    printf '    %s) words="' "$command"
    each_option bash_option
    printf '" ;;\n'
}

complete_bash() {
    cat <<'END'
# Completions of cog for bash: source <(cog completion bash)
_cog() {
    local current=${COMP_WORDS[COMP_CWORD]} words='' i
    for ((i = 1; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i]} = -* ]] || break
    done
    case ${COMP_WORDS[i]} in
END
    each_command bash_command
    printf '    esac\n    if ((i >= COMP_CWORD)); then\n'
    printf '        words="--debug --help --no-color --registry --version'
    each_command command_name
    cat <<'END'
"
    fi
    if [[ $current = -* ]] || ((i >= COMP_CWORD)); then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    fi
}
complete -o filenames -F _cog cog
END
}

# Colons and brackets mean something to _arguments.
zsh_text() {
    printf '%s' "$1" | sed 's/[]:\\[]/\\&/g'
}

zsh_option() {
    described="[$(zsh_text "$text")]"
    case $argument in
    '' | '['*) value='' ;;
    *FILE* | *DIR* | FROM*) value=":$(zsh_text "$argument"):_files" ;;
    *) value=":$(zsh_text "$argument"):" ;;
    esac
    printf "        '*%s%s%s%s'\n" "$long" "${value:+=}" "$described" "$value"
    [ -z "$short" ] || printf "        '*%s%s%s%s'\n" "$short" "${value:++}" "$described" "$value"
}

zsh_command() {
    printf '%s)\n    arguments=(\n' "$command"
    each_option zsh_option
    printf "        '*:file:_files'\n    ) ;;\n"
}

zsh_name() {
    printf "    '%s:%s'\n" "$command" "$(zsh_text "$text")"
}

complete_zsh() {
    cat <<'END'
#compdef cog
# Completions of cog for zsh: cog completion zsh > _cog, in a folder of $fpath.
_cog() {
local -a commands arguments
commands=(
END
    each_command zsh_name
    cat <<'END'
)
if ((CURRENT == 2)); then
    _describe command commands
    return
fi
case $words[2] in
END
    each_command zsh_command
    cat <<'END'
esac
shift words
((CURRENT--))
_arguments -S $arguments
}
compdef _cog cog
END
}

fish_option() {
    case $argument in
    '' | '['*) value='' ;;
    *) value=' -r' ;;
    esac
    printf "complete -c cog -n '__fish_seen_subcommand_from %s' -l %s%s%s -d '%s'\n" "$command" "${long#--}" \
        "${short:+ -s ${short#-}}" "$value" "$text"
}

fish_command() {
    printf "complete -c cog -f -n __fish_use_subcommand -a %s -d '%s'\n" "$command" "$text"
    each_option fish_option
}

complete_fish() {
    printf '# Completions of cog for fish: cog completion fish > ~/.config/fish/completions/cog.fish\n'
    each_command fish_command
}
