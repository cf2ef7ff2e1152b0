#!/usr/bin/env bats
# known_schema.bats - the schema of a project that did not change is not read again, and of one that did it is.

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project
    cd project || exit
    printf 'build:\n  python_version: "3.13"\nrun: predict.py:Predictor\n' >cog.yaml
    cat >predict.py <<'END'
from cog import BasePredictor, Input
from shop.sizes import SIZES


class Predictor(BasePredictor):
    def predict(self, size: str = Input(choices=SIZES)) -> str:
        return size
END
    mkdir shop
    touch shop/__init__.py
    echo 'SIZES = ["small", "large"]' >shop/sizes.py
    cog validate
}

# known [FILE]: whether the schema was known; it is left in FILE.
known() {
    rm -rf kept
    cog validate --debug --keep kept 2>trace || { cat trace; return 2; }
    jq -c '.components.schemas.size.enum' kept/openapi.json
    grep -q 'the schema is known' trace
}

@test "nothing changed" {
    [ "$(known)" = '["small","large"]' ]
    touch predict.py shop/sizes.py
    [ "$(known)" = '["small","large"]' ]
    known
}

@test "a file that it was read from changed" {
    echo 'SIZES = ["tiny"]' >shop/sizes.py
    run -1 known
    [ "$(known)" = '["tiny"]' ]
    known
}

@test "a file takes the place of another" {
    mkdir shop/sizes
    echo 'SIZES = ["huge"]' >shop/sizes/__init__.py
    run -1 known
    [ "$(known)" = '["huge"]' ]
}

@test "a file is gone" {
    known
    rm shop/__init__.py # a namespace package is as good
    run -1 known
    known
    mv shop elsewhere
    run cog validate
    [ "$status" -ne 0 ] || [[ $output == *schema.dynamic* ]]
}

@test "cog.yaml says something else" {
    sed -i 's/3.13/3.12/' cog.yaml
    run -1 known
}

@test "another reader, and one that changed" {
    other=$BATS_TEST_TMPDIR/other
    mkdir -p "$other/bin" "$other/share/cog"
    cp "$COG_BIN/cog" "$other/bin"
    cp -r "$TOP/build/share/cog/porcelain" "$TOP/build/share/cog/python" "$other/share/cog"
    PATH=$other/bin:$PATH
    run -1 known
    known
    echo '# changed' >>"$other/share/cog/python/cog/schema/document.py"
    run -1 known
    known
}

@test "a record that is cut short, or cannot be kept" {
    record=$(echo "$XDG_CACHE_HOME"/cog/schemas/*)
    size=$(wc -c <"$record")
    for bytes in 0 10 1000 $((size - 60)); do
        head -c "$bytes" "$record" >part.new
        mv part.new "$record"
        run -1 known
        [ "$output" = '["small","large"]' ]
        known
    done
    rm -r "$XDG_CACHE_HOME"
    touch "$XDG_CACHE_HOME"
    run -1 known
    [ "$(known)" = '["small","large"]' ]
    XDG_CACHE_HOME=relative run -1 known
    [ ! -e relative ]
}
