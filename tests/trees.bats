#!/usr/bin/env bats
# trees.bats - /venv in layers has the files that one installation would make, with a real engine and real pip.
# bats file_tags=engine
# shellcheck disable=SC2154 # port, which lib.bash sets

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project
    cd project || exit
    image=cog-test-trees-$BATS_TEST_NUMBER-$$
    pids=()
}

teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
    docker rmi -f "$image" "$image-one" >/dev/null 2>&1 || true
}

# layers IMAGE: how many layers of packages it has that hold something.
layers() {
    docker history --no-trunc --format '{{.Size}} {{.CreatedBy}}' "$1" | grep -c '^[1-9].*copy /venv of stage \(frameworks\|large\|pip\) '
}

# build_both: the project in layers, and in one that pip makes, because a variable tells it what uv does not know.
build_both() {
    cog build -t "$image" --progress=quiet
    cp cog.yaml ../layered.yaml
    printf 'environment:\n  - PIP_REQUIRE_VIRTUALENV=false\n' >>cog.yaml
    cog build -t "$image-one" --progress=plain 2>../log
    cp ../layered.yaml cog.yaml
    [ "$(layers "$image-one")" = 1 ]
}

# both COMMAND...: it prints the same in the two images.
both() {
    docker run --rm "$image" "$@" >../many
    docker run --rm "$image-one" "$@" >../one
    diff ../one ../many
}

same_tree() {
    for name in "$image" "$image-one"; do venv_tree "$name" >"../tree-$name"; done
    [ "$(wc -l <"../tree-$image")" -gt 800 ] # of pip itself
    diff "../tree-$image-one" "../tree-$image"
}

@test "the example projects have the same files in layers as in one" {
    expected='filetype 3 digits 3 thumbnail 2 '
    found=
    for name in filetype digits thumbnail; do
        rm -rf -- *
        cp -r "$TOP/tests/projects/$name/." .
        build_both
        found+="$name $(layers "$image") "
        same_tree
        both python -m pip list
        both python -m pip check
    done
    [ "$found" = "$expected" ]
}

# wheel NAME VERSION [PATH=TEXT]...: puts one into ../wheels; a PATH that ends in METADATA or entry_points.txt adds to that.
wheel() {
    python3 - "$@" <<'END'
import sys, zipfile
name, version, *files = sys.argv[1:]
info = f"{name}-{version}.dist-info"
texts = {f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"}
texts[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
for file in files:
    path, text = file.split("=", 1)
    path = path.replace("DATA/", f"{name}-{version}.data/").replace("INFO/", f"{info}/")
    texts[path] = texts.get(path, "") + text + "\n"
with zipfile.ZipFile(f"../wheels/{name}-{version}-py3-none-any.whl", "w") as wheel:
    for path, text in sorted(texts.items()):
        entry = zipfile.ZipInfo(path)
        entry.external_attr = (0o100755 if "/scripts/" in path else 0o100644) << 16
        wheel.writestr(entry, text)
    wheel.writestr(f"{info}/RECORD", "")
END
}

# serve_wheels: as a page of links that the engine's containers reach; sets $links.
serve_wheels() {
    host=$(docker network inspect bridge --format '{{(index .IPAM.Config 0).Gateway}}')
    listening python3 -u -m http.server --bind "$host" --directory ../wheels 0
    links=http://$host:$port/
}

@test "what packages put beside their modules is there, and one version of what two layers need" {
    mkdir ../wheels
    wheel nvidia_cog_test 1.0 joint/lower.py=where='"lower"' clash.py=where='"lower"' lower.pth=lower_extra \
        lower_extra/found_by_pth.py=where='"pth"' DATA/data/share/cog-test/lower.txt=lower DATA/headers/lower.h=lower \
        DATA/scripts/lower-script=$'#!python\nprint("lower-script")' lower_main.py=$'def main():\n    print("lower-tool")' \
        INFO/METADATA='Requires-Dist: cog-test-salt>=1' INFO/entry_points.txt=$'[console_scripts]\nlower-tool = lower_main:main'
    wheel cog_test_upper 1.0 joint/upper.py=where='"upper"' clash.py=where='"upper"' DATA/data/share/cog-test/upper.txt=upper \
        INFO/METADATA='Requires-Dist: cog-test-salt<2' INFO/entry_points.txt=$'[cog.test]\nthing = joint.upper:where'
    for version in 1.0 1.5 2.0; do wheel cog_test_salt "$version" salt.py="version = '$version'"; done
    serve_wheels
    cp -r "$TOP/tests/projects/minimal/." .
    sed -i 's/^build:/build:\n  python_requirements: requirements.txt/' cog.yaml
    printf '%s\n' "--find-links=$links" "--trusted-host=$host" nvidia-cog-test cog-test-upper >requirements.txt
    build_both
    [ "$(layers "$image")" = 2 ] # the framework lies in that of the environment
    same_tree
    both python -m pip list
    both python -m pip check
    both python -c 'import joint.lower, joint.upper, found_by_pth, salt, sys; from importlib.metadata import entry_points
print(joint.lower.where, joint.upper.where, found_by_pth.where, salt.version, [e.load() for e in entry_points(group="cog.test")])'
    grep -qx "lower upper pth 1.5 \['upper'\]" ../many
    both sh -c 'lower-tool; lower-script; cat /venv/share/cog-test/*.txt /venv/include/site/python3.13/*/lower.h'
    [ "$(tr '\n' ' ' <../many)" = 'lower-tool lower-script lower upper lower ' ]
    # Of two packages with the same file, the one in the upper layer has it, with the bytecode that belongs to it.
    both python -c 'import clash; print(clash.where)'
    grep -qx upper ../many
    # pip can replace what a layer below has.
    sed -i 's/^build:/build:\n  run: ["pip install --no-index --trusted-host='"$host"' --find-links='"${links//\//\\/}"' cog-test-salt==2.0"]/' cog.yaml
    cog build -t "$image" --progress=quiet
    [ "$(docker run --rm "$image" sh -c 'python -c "import salt; print(salt.version)"; ls -d /venv/lib/python*/site-packages/cog_test_salt*')" \
        = $'2.0\n/venv/lib/python3.13/site-packages/cog_test_salt-2.0.dist-info' ]
    run -1 docker run --rm "$image" python -m pip check
    [[ $output == *'cog-test-upper 1.0 has requirement cog-test-salt<2, but you have cog-test-salt 2.0'* ]]
}
