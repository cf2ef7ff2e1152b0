# init.sh - cog init: the first files of a project.
# shellcheck shell=sh

cmd_init() {
    make_work
    for name in cog.yaml run.py requirements.txt .dockerignore; do
        if [ -e "$name" ]; then
            note "$name is there already, left as it is"
        elif is_wanted "$name"; then
            "init_$(printf '%s' "$name" | tr -d '.-')" >"$work/$name"
            cat <"$work/$name" >"$name"
            note "wrote $name"
        fi
    done
}

# The others are written where cog.yaml names them.
is_wanted() {
    case $1 in
    run.py) grep -q '^run: run.py:Runner$' cog.yaml ;;
    requirements.txt) grep -q 'python_requirements: requirements.txt$' cog.yaml ;;
    esac
}

# What is there already decides: versions, packages, the model.
init_cogyaml() {
    printf '{}\n' >"$work/empty.yaml"
    call cog-config "cog-config $work/empty.yaml" >"$work/config.json" || exit "$status"
    # What it warns of is not yet anybody's fault.
    call cog-detect <"$work/config.json" >"$work/project.json" 2>"$work/messages" || {
        cat <"$work/messages" >&2
        exit "$status"
    }
    call cog-init <"$work/project.json" || exit "$status"
}

init_runpy() {
    cat <<'END'
"""The model: setup() runs once, run() for every prediction."""

from cog import BaseRunner, Input


class Runner(BaseRunner):
    def setup(self) -> None:
        self.greeting = "hello"

    def run(self, text: str = Input(description="Whom to greet")) -> str:
        return f"{self.greeting} {text}"
END
}

init_requirementstxt() {
    echo '# Python packages, one a line, such as pillow==11.3.0'
}

init_dockerignore() {
    printf '%s\n' '# What the image does not need.' .git .venv '**/__pycache__' cog.lock
}
