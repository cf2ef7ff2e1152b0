#!/usr/bin/env bats
# scale.bats - what must not grow faster than its input, counted in instructions, which do not depend on the machine's load.

setup() {
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
}

# plan N: a resolved plan of N stages in a chain, ten commands each.
plan() {
    jq -nc --argjson n "$1" '{
        schema: "cog/plan-1", platform: {os: "linux", arch: "amd64"}, contexts: {}, decisions: [],
        stages: [range($n) | . as $i | {
            id: "s\($i)", phase: "build.app-deps",
            source: (if $i == 0 then {image: "base"} else {stage: "s\($i - 1)"} end),
            operations: [range(10) | {op: "exec", argv: ["echo", "\($i)", "\(.)"], why: [{rule: "scale", at: "cog.yaml:1:1"}]}]}],
        export: {stage: "s\($n - 1)", tags: [], image: {}, labels: {}, label_files: {}},
        source: {file: "cog.yaml", positions: {}},
        images: {base: {from: "engine", config: {os: "linux", architecture: "amd64"}}}}'
}

# instructions PROGRAM FILE
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$TOP/build/bin/$1" <"$2" 2>&1 >/dev/null |
        sed -n 's/.*Collected : //p'
}

@test "cog-llb takes time linear in the plan, and little memory" {
    plan 100 >small.json
    plan 400 >large.json
    small=$(instructions cog-llb small.json) large=$(instructions cog-llb large.json)
    echo "100 stages: $small instructions, 400 stages: $large"
    [ "$small" -gt 1000000 ]
    [ "$large" -lt $((small * 44 / 10)) ]
    plan 1000 >huge.json
    /usr/bin/time -f %M -o kilobytes cog-llb <huge.json >/dev/null
    echo "1,000 stages of 10 operations: $(cat kilobytes) KiB"
    [ "$(cat kilobytes)" -lt 65536 ]
}

@test "a chain of as many stages as a plan may have needs no stack" {
    plan 10000 | jq -c '.stages[].operations |= .[:1]' >deep.json
    (ulimit -s 256 && cog-validate <deep.json | cog-llb --digest) >digest
    [ "$(wc -c <digest)" = 72 ]
}
