# init.sh - cog init: the first files of a project.
# shellcheck shell=sh

cmd_init() {
    for name in cog.yaml predict.py requirements.txt .dockerignore; do
        if [ -e "$name" ]; then
            echo "cog: $name is there already, left as it is" >&2
        else
            "init_$(echo "$name" | tr -d '.-' | tr '[:upper:]' '[:lower:]')" >"$name"
            echo "cog: wrote $name" >&2
        fi
    done
}

init_cogyaml() {
    cat <<'END'
# What the image of this model is made of; see cog.yaml(5).
build:
  python_version: "3.13"
  python_requirements: requirements.txt
predict: predict.py:Predictor
END
}

init_predictpy() {
    cat <<'END'
"""The model: setup() runs once, predict() for every prediction."""

from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def setup(self) -> None:
        self.greeting = "hello"

    def predict(self, text: str = Input(description="Whom to greet")) -> str:
        return f"{self.greeting} {text}"
END
}

init_requirementstxt() {
    echo '# Python packages, one a line, such as pillow==11.3.0'
}

init_dockerignore() {
    printf '%s\n' '# What the image does not need.' .git .venv '**/__pycache__' cog.lock
}
