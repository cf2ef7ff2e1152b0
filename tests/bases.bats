#!/usr/bin/env bats
# bases.bats - builds that begin with other images than python:X-slim, with a real engine.
# bats file_tags=engine

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    cp -r "$TOP/tests/projects/minimal" project
    cd project || exit
    sed -i 's/"3.13"/"3.11"/' cog.yaml
    image=cog-test-base-$BATS_TEST_NUMBER-$$
}

teardown() {
    drop_containers "$image"
    docker rmi -f "$image" "$image-own" >/dev/null 2>&1 || true
}

# catalog CELL...: a catalogue of one image.
catalog() {
    printf '%s\t' image build python source cuda cudnn | sed 's/$/use\n/' >../catalog.tsv
    printf '%s\t' "$@" | sed 's/$/plan\n/' >>../catalog.tsv
}

@test "an image without Python: apt brings it, the image predicts" {
    "$TOP/scripts/base-image" --python none
    catalog debian:bookworm-slim - 3.11 apt - -
    cog build -t "$image" --catalog ../catalog.tsv --progress=quiet --keep=../kept
    jq -e '[.images | keys[]] == ["debian:bookworm-slim"]' ../kept/resolved.json
    run -0 --separate-stderr cog run "$image" -i text=ab -i n=2
    [[ $output == *ab*ab* ]]
}

@test "what compiles is built in another image, of which nothing is in the result" {
    "$TOP/scripts/base-image" --python none
    cat >cog.yaml <<'END'
build:
  gpu: true
  cuda: "12.4"
  python_requirements: requirements.txt
  system_packages: [gcc]
run: predict.py:Predictor
END
    mkdir fast
    echo ./fast >requirements.txt
    cat >fast/setup.py <<'END'
from setuptools import Extension, setup

setup(name="fast", version="1", ext_modules=[Extension("fast", ["fast.c"])])
END
    cat >fast/fast.c <<'END'
#include <Python.h>
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "fast", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_fast(void) { return PyModule_Create(&def); }
END
    catalog debian:bookworm-slim debian:bookworm-slim 3.11 apt 12.4.1 -
    cog build -t "$image" --catalog ../catalog.tsv --progress=quiet --keep=../kept
    jq -e '[.decisions[] | select(.key == "image.build") | .at] == ["requirements.txt:1"]' ../kept/plan.json
    docker run --rm "$image" python -c 'import fast'
    docker run --rm "$image" sh -c '! test -e /usr/include/python3.11/Python.h'
}

@test "an image of one's own: what it says and what it has" {
    run -1 --separate-stderr cog build -t "$image" --base python:3.13-slim-trixie,python=3.11 --progress=quiet
    # shellcheck disable=SC2154 # set by run
    [[ $stderr == "--base: error: image python:3.13-slim-trixie has Python 3.13."*"[image.contents]" ]]

    container=$(docker create python:3.13-slim-trixie)
    docker export "$container" | docker import --change 'ENV PATH=/usr/local/bin:/usr/bin:/bin' - "$image-own" >/dev/null
    docker rm "$container"
    run -1 --separate-stderr cog build -t "$image" --base "$image-own,python=3.11" --progress=quiet
    [[ $stderr == *"--base: error:"*"the base image has Python 3.13."*"not 3.11"*"[build.step]"* ]]

    sed -i 's/"3.11"/"3.13"/' cog.yaml
    cog build -t "$image" --base "$image-own,python=3.13" --progress=quiet
    run -0 --separate-stderr cog run "$image" -i text=ab -i n=2
    [[ $output == *ab*ab* ]]
}

@test "packages of Ubuntu: new names in trixie, with a warning" {
    sed -i 's/^build:/&\n  system_packages: [libgl1-mesa-glx, libasound2, libjpeg8, netcat]/' cog.yaml
    run -0 --separate-stderr cog build -t "$image" --progress=quiet --keep=../kept
    [[ $stderr == *"cog.yaml:3:21: warning: Debian trixie does not have libgl1-mesa-glx; libgl1 is installed instead"*"[plan.package-name]"* ]]
    run -0 docker run --rm "$image" sh -c 'ldconfig -p; command -v nc'
    [[ $output == */nc ]]
    for library in libGL.so.1 libasound.so.2 libjpeg.so.62; do
        [[ $output == *"$library "* ]]
    done
    run -0 cog-explain <../kept/plan.json
    [[ $output == *"system-packages.libgl1-mesa-glx"*"libgl1"* ]]
}

@test "a package that only the older release has: the image begins with that one" {
    "$TOP/scripts/base-image" --python none
    sed -i 's/^build:/&\n  system_packages: [libgconf-2-4]/' cog.yaml
    printf 'image\tbuild\tpython\tsource\tcuda\tcudnn\tuse\tsuite\n' >../catalog.tsv
    printf 'python:{python}-slim-trixie\t-\t3.11\timage\t-\t-\tplan\ttrixie\n' >>../catalog.tsv
    printf 'debian:bookworm-slim\t-\t3.11\tapt\t-\t-\tplan\tbookworm\n' >>../catalog.tsv
    cog build -t "$image" --catalog ../catalog.tsv --progress=quiet --keep=../kept
    jq -e '[.decisions[] | select(.key == "image.base") | .value, .rule, .at] ==
        ["debian:bookworm-slim", "image.base.system-package", "cog.yaml:3:21"]' ../kept/plan.json
    docker run --rm "$image" sh -c 'ldconfig -p | grep -q libgconf-2.so.4'
}
