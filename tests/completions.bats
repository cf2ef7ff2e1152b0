#!/usr/bin/env bats
# completions.bats - cog completion, as the shells themselves complete by it.

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
}

@test "bash" {
    cog completion bash >completions
    # shellcheck disable=SC1091,SC2034 # it is made above; the function reads them
    . ./completions
    completes() { # EXPECTED WORD...
        COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
        _cog
        [ "${COMPREPLY[*]}" = "$1" ] || told "gives ${COMPREPLY[*]}" "${@:2}"
    }
    completes --publish cog exec --pub
    completes serve cog se
    completes playground cog --debug playg
    touch photo.png
    completes photo.png cog run pho
}

@test "zsh" {
    command -v zsh >/dev/null || skip "no zsh"
    cog completion zsh >completions
    python3 - >screen <<'END'
import os, pty, select, signal, sys, time

pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "dumb"
    os.execvp("zsh", ["zsh", "-f", "-i"])


def send(keys: str, answer: str) -> None:
    """Type, and wait for what the shell then shows, for five minutes at most."""
    os.write(terminal, keys.encode())
    shown, limit = b"", time.monotonic() + 300
    while answer.encode() not in shown and time.monotonic() < limit:
        if select.select([terminal], [], [], 1)[0]:
            shown += os.read(terminal, 4096)
    print(answer if answer.encode() in shown else f"instead of {answer}: {shown!r}")


send("autoload -Uz compinit; compinit -D -u; source ./completions; print lo''aded\n", "loaded")
send("cog exec --pub\t", "cog exec --publish=")
send("\025cog playg\t", "cog playground ")
send("\025cog run -i text=a --outp\t", "--output=")
os.kill(pid, signal.SIGKILL)
os.waitpid(pid, 0)
END
    cat screen
    [ "$(cat screen)" = "$(printf 'loaded\ncog exec --publish=\ncog playground \n--output=')" ]
}

@test "fish" {
    command -v fish >/dev/null || skip "no fish"
    cog completion fish >completions.fish
    completes() { # LINE WORD
        # shellcheck disable=SC2016 # fish expands it
        [ "$(fish --no-config -c 'source completions.fish; complete -C "$argv"' "$1" | cut -f 1)" = "$2" ]
    }
    completes 'cog exec --pub' --publish
    completes 'cog playg' playground
    completes 'cog run --outp' --output
    completes 'cog run --pub' ''
}
