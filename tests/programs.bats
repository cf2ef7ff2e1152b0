#!/usr/bin/env bats
# programs.bats - what commands of build.run call and Python packages load is in the image: a real engine, real
# packages, and a prediction of each.
# bats file_tags=engine

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project served
    cd project || exit
    project
    image=cog-test-programs-$BATS_TEST_NUMBER-$$
    pids=()
}

teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
    docker rmi -f "$image" >/dev/null 2>&1 || true
}

# serve: the folder ../served and the repositories in it, where the engine's containers reach it; sets $url.
serve() {
    local host port
    host=$(docker network inspect bridge --format '{{(index .IPAM.Config 0).Gateway}}')
    listening "$TOP/tests/git-server" "$host" 0 ../served ../log
    url=http://$host:$port
}

# runs COMMAND...: build.run.
runs() {
    {
        printf 'build:\n  python_version: "3.13"\n  run:\n'
        printf '    - %s\n' "$@"
        echo 'predict: predict.py:Predictor'
    } >cog.yaml
}

# predicts IMPORTS EXPRESSION EXPECTED: the model answers with what the expression gives.
predicts() {
    printf 'from cog import BasePredictor\n%s\n\n\nclass Predictor(BasePredictor):\n    def predict(self, text: str) -> str:\n        return %s\n' \
        "$1" "$2" >predict.py
    run --separate-stderr cog predict -t "$image" -i text=ab
    # shellcheck disable=SC2154 # set by run
    [ "$status" = 0 ] || { tail -n 40 <<<"$stderr" && return 1; }
    [ "$output" = "$3" ] || { echo "$output" && return 1; }
}

@test "a program that curl fetches, which predict.py calls" {
    serve
    # shellcheck disable=SC2016 # it is for the container
    printf '#!/bin/sh\necho got "$@"\n' >../served/pget_Linux_x86_64
    runs "curl -o /usr/local/bin/pget -L \"$url/pget_\$(uname -s)_\$(uname -m)\" && chmod +x /usr/local/bin/pget"
    predicts 'import subprocess' 'subprocess.check_output(["pget", text], text=True).strip()' 'got ab'
    run -0 cog explain programs
    [[ $output == *"programs.curl = curl"*cog.yaml:4:7* ]]
    [[ $output != *pget* ]]
}

@test "git clone, pip install -e, and a C extension compiled on the way" {
    serve
    git init -q -b main ../served/greeting.git
    cat >../served/greeting.git/setup.py <<'END'
from setuptools import Extension, setup

setup(name="greeting", version="1", py_modules=["greeting"], ext_modules=[Extension("_greeting", ["greeting.c"])])
END
    echo 'from _greeting import word' >../served/greeting.git/greeting.py
    cat >../served/greeting.git/greeting.c <<'END'
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_greeting"};
PyMODINIT_FUNC PyInit__greeting(void)
{
    PyObject *m = PyModule_Create(&module);
    PyModule_AddStringConstant(m, "word", "hello");
    return m;
}
END
    git -C ../served/greeting.git add .
    git -C ../served/greeting.git -c user.name=x -c user.email=x@example.com commit -qm x
    mv ../served/greeting.git/.git ../served/g && rm -r ../served/greeting.git && mv ../served/g ../served/greeting.git
    runs "git clone -q $url/greeting.git /opt/greeting && cd /opt/greeting && pip install --no-build-isolation -e ." \
        'echo "mark = 1" >/usr/local/lib/python3.13/site-packages/marked.py'
    # Debian's Python, which the tests' base image has, is without headers, which that of the real one has.
    sed -i 's/^build:/&\n  system_packages: [libpython3.13-dev]/' cog.yaml
    predicts $'from greeting import word\nfrom marked import mark' 'word + text * mark' helloab
    run -0 cog explain programs
    [[ $output == *"programs.git = git"* ]]
}

# debian_package NAME VERSION FILE PATH: puts a package that has FILE as PATH into the repository ../served.
debian_package() {
    rm -rf ../package
    install -D "$3" "../package/$4"
    mkdir ../package/DEBIAN
    printf 'Package: %s\nVersion: %s\nArchitecture: amd64\nMaintainer: x <x@example.com>\nDescription: x\n' "$1" "$2" >../package/DEBIAN/control
    dpkg-deb -b ../package "../served/$1-${2%%-*}.deb"
    {
        dpkg-deb -f "../served/$1-${2%%-*}.deb"
        printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$1-${2%%-*}.deb" "$(stat -c %s "../served/$1-${2%%-*}.deb")" "$(sha256sum <"../served/$1-${2%%-*}.deb" | cut -d ' ' -f 1)"
    } >>../served/Packages
}

# wheel NAME: puts NAME into ../served, with a module of that name, which has a word.
wheel() {
    python3 - "$1" ../served <<'END'
import sys, zipfile
name, folder = sys.argv[1:]
info = f"{name}-1.dist-info"
with zipfile.ZipFile(f"{folder}/{name}-1-py3-none-any.whl", "w") as wheel:
    wheel.writestr(f"{name}.py", f"word = '{name}'\n")
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(f"{info}/RECORD", "")
END
}

@test "python_packages: a bare URL of a wheel, an index behind a requirement, links" {
    serve
    wheel cogtestfirst
    wheel cogtestsecond
    wheel cogtestthird
    mkdir -p ../served/simple/cogtestsecond ../served/links
    echo '<a href="/cogtestsecond-1-py3-none-any.whl">cogtestsecond-1-py3-none-any.whl</a>' >../served/simple/cogtestsecond/index.html
    echo '<a href="/cogtestthird-1-py3-none-any.whl">cogtestthird-1-py3-none-any.whl</a>' >../served/links/index.html
    cat >cog.yaml <<END
build:
  fast: true
  python_version: "3.13"
  python_packages:
    - $url/cogtestfirst-1-py3-none-any.whl
    - --trusted-host ${url##*/}
    - cogtestsecond==1 --extra-index-url=$url/simple/
    - --find-links $url/links/
    - cogtestthird
run: predict.py:Predictor
END
    predicts $'import cogtestfirst, cogtestsecond, cogtestthird' \
        '" ".join([cogtestfirst.word, cogtestsecond.word, cogtestthird.word])' 'cogtestfirst cogtestsecond cogtestthird'
}

# numpy stands for torch, which is too large: it is imported by setup.py, which says so nowhere.
@test "a requirement whose setup.py imports another one" {
    serve
    mkdir -p cogtestneedy-1 ../tables ../served/links
    cat >cogtestneedy-1/setup.py <<'END'
import os
import numpy
from setuptools import Extension, setup

word = f'"numpy {numpy.__version__} {bool(os.environ.get("MAX_JOBS"))}"'
module = Extension("_needy", ["needy.c"], include_dirs=[numpy.get_include()], define_macros=[("WORD", word)])
setup(name="cogtestneedy", version="1", ext_modules=[module], install_requires=["numpy", "six"])
END
    cat >cogtestneedy-1/needy.c <<'END'
#include <Python.h>
#include <numpy/arrayobject.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_needy"};
PyMODINIT_FUNC PyInit__needy(void)
{
    PyObject *m = PyModule_Create(&module);
    import_array();
    PyModule_AddStringConstant(m, "word", WORD);
    return m;
}
END
    tar -czf ../served/links/cogtestneedy-1.tar.gz cogtestneedy-1
    rm -r cogtestneedy-1
    echo '<a href="/links/cogtestneedy-1.tar.gz">cogtestneedy-1.tar.gz</a>' >../served/links/index.html
    printf 'package\tbuilt\tneeds\ttools\ncogtestneedy\talways\tnumpy\tpackaging\n' >../tables/extensions.tsv
    export COG_DATA_DIR=$PWD/../tables
    # Debian's Python, which the tests' base image has, is without headers, which that of the real one has.
    printf 'build:\n  python_version: "3.13"\n  system_packages: [libpython3.13-dev]\n  python_requirements: requirements.txt\npredict: predict.py:Predictor\n' >cog.yaml
    printf 'numpy==2.3.4\ncogtestneedy==1\n--find-links %s/links/\n--trusted-host %s\n' "$url" "${url##*/}" >requirements.txt
    predicts $'import _needy\nimport six' '_needy.word + six.moves.__name__' 'numpy 2.3.4 Falsesix.moves'
    # What is built for one version is not what another gets.
    sed -i s/2.3.4/2.3.3/ requirements.txt
    predicts $'import _needy\nimport six' '_needy.word + six.moves.__name__' 'numpy 2.3.3 Falsesix.moves'
    run -0 cog explain extensions
    [[ $output == *"extensions.cogtestneedy = built with numpy"*requirements.txt:2* ]]
    run -0 docker run --rm "$image" sh -c 'cat /var/lib/cog/pip-freeze.txt; ls /venv/lib/python3.13/site-packages; command -v gcc || echo none'
    [[ $output == *"cogtestneedy==1"* && $output != *setuptools* && $output != *packaging* ]]
    [ "${lines[-1]}" = none ]
}

@test "apt-get in run, with sudo, with lists and without" {
    runs 'sudo apt-get install -y tree' 'apt-get update && apt-get install sl'
    predicts 'import shutil' 'str(bool(shutil.which("tree")))' True
    # shellcheck disable=SC2154 # set by run
    grep -q 'sudo is left out' <<<"$stderr"
    [ -z "$(docker run --rm "$image" sh -c 'ls /var/lib/apt/lists/*Packages* /var/cache/apt/archives/*.deb 2>/dev/null')" ]
}

@test "what a step or the setup misses is told with the line to add" {
    runs "python -c \"raise FileNotFoundError(2, 'No such file or directory', 'git')\""
    run -1 --separate-stderr cog build -t "$image"
    grep -qF 'cog.yaml:4:7: error: the image lacks the program git; add to cog.yaml'"'"'s build: system_packages: [git] [build.lacks]' <<<"$stderr"
    project
    printf 'import ctypes\nfrom cog import BasePredictor\n\n\nclass Predictor(BasePredictor):\n    def setup(self) -> None:\n        ctypes.CDLL("libzbar.so.0")\n\n    def predict(self, text: str) -> str:\n        return text\n' >predict.py
    run -1 --separate-stderr cog predict -t "$image" -i text=ab
    grep -qF 'the image lacks the library libzbar.so.0; add to cog.yaml'"'"'s build: system_packages: [libzbar0] [predict.lacks]' <<<"$stderr"
}

@test "libraries that packages load: opencv-python and others, with no system_packages" {
    printf 'opencv-python\npython-magic\npyzbar\n' >requirements.txt
    printf 'build:\n  python_version: "3.13"\n  python_requirements: requirements.txt\npredict: predict.py:Predictor\n' >cog.yaml
    predicts $'import cv2\nimport magic\nimport pyzbar.pyzbar' 'magic.from_buffer(text) + str(cv2.countNonZero(cv2.UMat(1, 1, 0).get()))' 'ASCII text, with no line terminators0'
    run -0 cog explain libraries
    [[ $output == *"libraries.opencv-python = libgl1 libglib2.0-0: "*requirements.txt:1* ]]
    [[ $output == *"libraries.python-magic = libmagic1: "*requirements.txt:2* ]]
}

@test "an image of the user's without apt gets nothing unasked" {
    docker build -q -t "$image-base" - <<<$'FROM python:3.13-slim\nRUN rm /usr/bin/apt-get' 2>/dev/null
    runs 'true || curl x'
    cog build -t "$image" --progress=plain --base "$image-base,python=3.13" 2>../err
    docker run --rm "$image" python -c pass
    docker rmi -f "$image-base"
}

# There is no image of NVIDIA's here, nor its repository: one of its name knows one that has packages of those names.
@test "NVIDIA's packages are installed for a Python that its images do not have" {
    [ -n "${COG_ENGINE_REGISTRY-}" ] || skip "the engine has no registry of its own"
    serve
    printf 'int version(void) { return 8903; }\n' | gcc -shared -fPIC -x c - -o libcudnn.so.8
    debian_package cuda-libraries-12-1 1 /dev/null usr/share/cuda-libraries-12-1
    debian_package libcudnn8 8.9.3.28-1+cuda12.1 libcudnn.so.8 usr/lib/x86_64-linux-gnu/libcudnn.so.8
    debian_package libcudnn8 8.9.8.29-1+cuda13.0 /dev/null usr/lib/x86_64-linux-gnu/libcudnn.so.8
    mkdir -p ../nvidia/etc/apt/sources.list.d ../nvidia/etc/apt/preferences.d ../nvidia/usr/share/keyrings
    echo "deb [trusted=yes] $url/ ./" >../nvidia/etc/apt/sources.list.d/cuda-ubuntu2204-x86_64.list
    printf 'Package: *\nPin: release l=NVIDIA CUDA\nPin-Priority: 600\n' >../nvidia/etc/apt/preferences.d/cuda-repository-pin-600
    touch ../nvidia/usr/share/keyrings/cuda-archive-keyring.gpg
    nvidia=$COG_ENGINE_REGISTRY/nvidia/cuda:12.1.1-base-ubuntu22.04
    tar -C ../nvidia -c . | docker import - "$nvidia"
    docker push -q "$nvidia"
    rm libcudnn.so.8
    cat >cog.yaml <<'END'
build:
  gpu: true
  python_version: "3.13"
  system_packages: ["libcudnn8=8.9.3.28-1+cuda12.1", cuda-cudart-12-1]
predict: predict.py:Predictor
END
    debian_package cuda-cudart-12-1 1 /dev/null usr/share/cuda-cudart-12-1
    printf 'import ctypes\nfrom cog import BasePredictor\n\n\nclass Predictor(BasePredictor):\n    def predict(self) -> int:\n        return ctypes.CDLL("libcudnn.so.8").version()\n' >predict.py
    cog build -t "$image" --progress=plain --filter 'sed s/3.13-slim-bookworm/3.13-slim-trixie/g'
    run -0 docker run --rm "$image" python -c 'import predict; print(predict.Predictor().predict())'
    [ "$output" = 8903 ]
    docker run --rm "$image" dpkg -s cuda-libraries-12-1 cuda-cudart-12-1
    run -0 cog explain cuda.packages
    [[ $output == *"cuda.packages = cuda-libraries-12-1 by the repository of nvidia/cuda:12.1.1-base-ubuntu22.04"*cog.yaml:4* ]]
    docker rmi -f "$nvidia"
}

# There is no image of NVIDIA's here: one of its name has a program that tells what it was given.
@test "CUDA's compiler is copied to where build.run calls it" {
    [ -n "${COG_ENGINE_REGISTRY-}" ] || skip "the engine has no registry of its own"
    mkdir -p ../cuda/usr/local/cuda-12.1/bin
    # shellcheck disable=SC2016 # it is for the container
    printf '#!/bin/sh\necho "$TORCH_CUDA_ARCH_LIST $FORCE_CUDA ${MAX_JOBS:+bounded} $CUDA_HOME"\n' >../cuda/usr/local/cuda-12.1/bin/nvcc
    chmod 755 ../cuda/usr/local/cuda-12.1/bin/nvcc
    nvidia=$COG_ENGINE_REGISTRY/nvidia/cuda:12.1.1-devel-ubuntu22.04
    tar -C ../cuda -c . | docker import - "$nvidia"
    docker push -q "$nvidia"
    printf 'build:\n  gpu: true\n  cuda: "12.1"\n  python_version: "3.13"\n  run: [nvcc >/made]\npredict: predict.py:Predictor\n' >cog.yaml
    cog build -t "$image" --progress=plain --filter 'sed s/3.13-slim-bookworm/3.13-slim-trixie/g'
    run -0 docker run --rm "$image" sh -c 'cat /made && g++ --version | head -n 1 && command -v nvcc'
    [ "${lines[0]}" = '7.0;7.5;8.0;8.6;8.9;9.0+PTX 1 bounded /usr/local/cuda' ]
    [ "${lines[2]}" = /usr/local/cuda/bin/nvcc ]
    docker rmi -f "$nvidia"
}
