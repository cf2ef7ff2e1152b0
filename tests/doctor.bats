#!/usr/bin/env bats
# doctor.bats - cog doctor: what all programs say of a project, and the edits that it makes.

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project
    cd project || exit
    export COG_SKIP_DOCKER_CHECK=1 GIT_CONFIG_GLOBAL=/dev/null HOME=$BATS_TEST_TMPDIR
    cat >cog.yaml <<'END'
# the model
build:
  fast: true # quick
  python_version: "3.13"
predict: predict.py:Predictor # here
END
    printf 'from cog.types import Input\n\n\nclass Predictor:\n    def predict(self, text: str = Input()) -> str:\n        return text\n' >predict.py
}

commit() {
    git init -q .
    git add -A
    git -c user.name=a -c user.email=a@b.example commit -qm first
}

@test "the messages of all programs are findings, with what to do about them" {
    sed -i 's/: str = Input()//' predict.py
    run -1 --separate-stderr cog doctor
    # shellcheck disable=SC2154
    [[ -z $output && $stderr == *"predict.py:5: error: the input 'text' has no type [schema.type]"* ]]
    [[ $stderr == *"Remediation: write 'text: str'"*"cog.yaml:3: warning: "*"1 error, 3 warnings, 0 notes" ]]
    cog doctor --json | jq -e '[.findings[] | .rule] == ["schema.type", "config.gone", "config.deprecated", "python.deprecated-import"]'
    printf 'a: [\n' >cog.yaml
    run -1 cog doctor
    [[ $output == "cog.yaml:2: error: "*"[yaml.syntax]"* ]]
}

@test "an engine that cannot be reached is an error" {
    unset COG_SKIP_DOCKER_CHECK
    DOCKER_HOST=unix:///nowhere.sock run -1 cog doctor
    [[ $output == *"[engine.unreachable]"* ]]
}

@test "--fix edits what is safe, and shows it; a project without a fault is left alone" {
    chmod +x predict.py
    commit
    cog doctor --fix >../diff 2>../log
    git add -A
    git diff --cached >../changes
    cog validate 2>/dev/null
    [ "$(cat cog.yaml run.py | head -n 5)" = "$(printf '# the model\nbuild:\n  python_version: "3.13"\nrun: run.py:Predictor # here\nfrom cog import Input')" ]
    grep -q '^nothing is wrong$' ../log
    git stash -q
    git apply --index ../diff
    git diff --cached | cmp - ../changes
    git -c user.name=a -c user.email=a@b.example commit -qam second
    cog doctor --fix >../diff 2>/dev/null
    [ ! -s ../diff ]
}

@test "--fix edits nothing that git could not take back, unless --force is said" {
    cp cog.yaml ../before
    refuses doctor.repository cog doctor --fix
    commit
    echo '# more' >>cog.yaml
    refuses doctor.changes cog doctor --fix
    git checkout -q cog.yaml
    cmp cog.yaml ../before
    echo '# more' >>cog.yaml
    cog doctor --fix --force >/dev/null 2>&1
    grep -q '^run: ' cog.yaml
}

@test "weights in git are noted, but not those in Git LFS" {
    head -c 2M /dev/zero >model.safetensors
    commit
    cog doctor --json | jq -e '.findings[] | select(.rule == "weights.in-git") | .file == "model.safetensors" and .severity == "note"'
    echo '*.safetensors filter=lfs diff=lfs merge=lfs -text' >.gitattributes
    cog doctor --json | jq -e '[.findings[] | select(.rule == "weights.in-git")] == []'
}

@test "a large file is noted, unless it is weights or ignored" {
    truncate -s 101M film.mp4 model.safetensors ignored.bin
    echo ignored.bin >.dockerignore
    cog doctor --json 2>/dev/null | jq -e '[.findings[] | select(.rule == "context.large") | .file] == ["film.mp4"]'
}

@test "this machine's GPU is compared with the plan" {
    mkdir ../bin
    printf '#!/bin/sh\necho "525.60.13, 12.0"\n' >../bin/nvidia-smi
    chmod +x ../bin/nvidia-smi
    printf 'build:\n  gpu: true\n  python_version: "3.11"\n  python_requirements: requirements.txt\nrun: predict.py:Predictor\n' >cog.yaml
    echo 'torch==2.6.0' >requirements.txt
    PATH=$PWD/../bin:$PATH cog doctor --json 2>/dev/null >../found
    jq -e '[.findings[].rule] | contains(["gpu.capability"])' ../found
    COG_SKIP_GPU_CHECK=1 PATH=$PWD/../bin:$PATH cog doctor --json 2>/dev/null | jq -e '[.findings[].rule] | contains(["gpu.capability"]) | not'
}
