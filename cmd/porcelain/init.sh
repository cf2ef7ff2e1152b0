# init.sh - cog init: the first files of a project.
# shellcheck shell=sh

cmd_init() {
    for name in cog.yaml run.py requirements.txt .dockerignore; do
        if [ -e "$name" ]; then
            note "$name is there already, left as it is"
        else
            "init_$(printf '%s' "$name" | tr -d '.-')" >"$name"
            note "wrote $name"
        fi
    done
}

init_cogyaml() {
    cat <<'END'
# What the image of this model is made of; see cog.yaml(5).
build:
  python_version: "3.13"
  python_requirements: requirements.txt
run: run.py:Runner
END
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
